"""A new demand joins its issue, or opens one together with the demand it resembles."""

from collections import OrderedDict
from collections.abc import Collection
from threading import Lock

from django.db.models import F

from shuzhi.domains.insight import clustering
from shuzhi.domains.insight.clustering import OpenBlock
from shuzhi.domains.insight.models import Block, HotIssue, IssueMember
from shuzhi.domains.insight.services import keeping
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import MatterCard
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
    touched: dict[int, HotIssue] = {}
    joined = 0
    for matter in (one for one in matters if one.id not in block.heap_of):
        if home := homes.get(matter.id):
            block.join(matter, home)
        else:
            joined += _place(block, code, matter, touched)
    keeping.refresh(touched.values())
    mark.heard = block.heard
    mark.save(update_fields=["heard"])
    return joined


def _place(block: OpenBlock, code: str, matter: MatterCard, touched: dict[int, HotIssue]) -> int:
    """1 when the demand joined an issue, 0 when it is alone so far."""
    found = block.place(matter)
    heap = found.issue_id or f"demand {matter.id}"
    block.add(matter, heap)
    if not found.issue_id:
        return 0
    issue = _issue_of(block, code, heap, touched)
    keeping.member_of(issue, matter, likeness=found.likeness, words=found.reasons).save(force_insert=True)
    return 1


def _issue_of(block: OpenBlock, code: str, heap: str, touched: dict[int, HotIssue]) -> HotIssue:
    """The issue that a heap is; a demand that was alone becomes the first of a new one."""
    number = block.issues.get(heap)
    if number is None:
        alone = int(heap.removeprefix("demand "))
        first = next(intake.matters(ids=[alone], by=SYSTEM))
        issue = keeping.new_issue(first, block=code)
        keeping.member_of(issue, first).save(force_insert=True)
        block.issues[heap] = issue.pk
    else:
        issue = touched.get(number) or HotIssue.objects.get(pk=number)
    touched[issue.pk] = issue
    return issue


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


def forget() -> None:
    """Empty the read model before the whole story is heard again; what people judged is no read model and stays."""
    IssueMember.objects.filter(placed="machine").delete()
    keeping.drop_empty(HotIssue.objects.all())
    Block.objects.update(heard=0, version=F("version") + 1)
    _open.clear()
