"""A new demand joins its issue, or opens one together with the demand it resembles."""

from collections import OrderedDict
from collections.abc import Collection, Mapping, Sequence
from threading import Lock

from django.db.models import F

from shuzhi.domains.insight import clustering
from shuzhi.domains.insight.clustering import OpenBlock
from shuzhi.domains.insight.models import Block, HotIssue, IssueMember, KeptIndex
from shuzhi.domains.insight.services import keeping
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import MatterCard
from shuzhi.engines.text import Assignment
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

_MOST_OPEN = 64
_open: OrderedDict[str, OpenBlock] = OrderedDict()
_lock = Lock()


def place_arrivals(demand_ids: Collection[int]) -> int:
    """Give recent demands to their issues; returns how many joined one. Demands placed before stay where they are.

    Older ones, as an import of past years brings, are left to `rebuild`. Runs inside the listener's transaction.
    """
    since = clock.now() - clustering.RECENT
    arrived = clustering.by_block(intake.matters(ids=demand_ids, since=since, by=SYSTEM))
    with _lock:
        return sum(_place_in(code, matters) for code, matters in sorted(arrived.items()))


def _place_in(code: str, matters: list[MatterCard]) -> int:
    mark, _created = Block.objects.select_for_update().get_or_create(code=code)
    block = _opened(code, mark)
    homes = dict(
        IssueMember.objects.filter(demand_id__in=[one.id for one in matters]).values_list(
            "demand_id", "issue"
        )
    )
    joined: list[tuple[str, MatterCard, Assignment]] = []
    for matter in (one for one in matters if one.id not in block.heap_of):
        if home := homes.get(matter.id):
            block.join(matter, home)
            continue
        found = block.place(matter)
        block.add(matter, found.issue_id or f"demand {matter.id}")
        if found.issue_id:
            joined.append((found.issue_id, matter, found))
    _keep(block, code, joined)
    mark.heard = block.heard
    mark.save(update_fields=["heard"])
    return len(joined)


def _keep(block: OpenBlock, code: str, joined: Sequence[tuple[str, MatterCard, Assignment]]) -> None:
    """Write the demands that joined heaps into the issues that these are or now become."""
    first: dict[str, MatterCard] = {}
    for heap, matter, _found in joined:
        first.setdefault(heap, matter)
    begun, members = _begun(
        block, code, {heap: one for heap, one in first.items() if heap not in block.issues}
    )
    issues = begun | HotIssue.objects.in_bulk({block.issues[heap] for heap in first} - begun.keys())
    members += [
        keeping.member_of(issues[block.issues[heap]], matter, likeness=found.likeness, words=found.reasons)
        for heap, matter, found in joined
    ]
    IssueMember.objects.bulk_create(members)
    keeping.refresh(issues.values())


def _begun(
    block: OpenBlock, code: str, heaps: Mapping[str, MatterCard]
) -> tuple[dict[int, HotIssue], list[IssueMember]]:
    """Issues for heaps that had one demand so far, which becomes their first member, unless it was made secret since.

    heaps: with the demand that joins.
    """
    alone = {heap: int(heap.removeprefix("demand ")) for heap in heaps}
    told = {one.id: one for one in intake.matters(ids=alone.values(), by=SYSTEM)} if alone else {}
    firsts = {heap: told.get(number) for heap, number in alone.items()}
    made = HotIssue.objects.bulk_create(
        [keeping.begun(first or heaps[heap], block=code) for heap, first in firsts.items()]
    )
    block.issues |= {heap: issue.pk for heap, issue in zip(firsts, made, strict=True)}
    members = [
        keeping.member_of(issue, first) for first, issue in zip(firsts.values(), made, strict=True) if first
    ]
    return {issue.pk: issue for issue in made}, members


def _opened(code: str, mark: Block) -> OpenBlock:
    """The town from memory when nothing happened to it elsewhere, else as the database knows it."""
    block = _open.get(code)
    if block is None or (block.version, block.heard) != (mark.version, mark.heard):
        block = clustering.load(code, version=mark.version, heard=mark.heard)
    _open[code] = block
    _open.move_to_end(code)
    while len(_open) > _MOST_OPEN:
        _open.popitem(last=False)
    return block


def forget_words(demand_ids: Collection[int]) -> None:
    """Somebody was erased: no town's index with words of before is kept, on the disk or in any worker's memory.

    On the disk of all towns, since a demand may have been moved from one to another. The locks make this wait for
    whoever is about to keep a town that was read before the erasing.
    """
    if not demand_ids:
        return
    towns = {clustering.block_of(one.area) for one in intake.matters(ids=demand_ids, by=SYSTEM)}
    with _lock:
        towns |= {code for code, block in _open.items() if not block.heap_of.keys().isdisjoint(demand_ids)}
        list(Block.objects.select_for_update().order_by("code"))
        KeptIndex.objects.all().delete()
        Block.objects.filter(code__in=towns).update(version=F("version") + 1)
        for code in towns:
            _open.pop(code, None)


def forget() -> None:
    """Empty the read model before the whole story is heard again; what people judged is no read model and stays."""
    IssueMember.objects.filter(placed="machine").delete()
    keeping.drop_empty(HotIssue.objects.all())
    Block.objects.update(heard=0, version=F("version") + 1)
    _open.clear()
