"""What a town's demands have in common, kept in memory between batches so that a new demand is placed in milliseconds."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from shuzhi.domains.insight.models import IssueMember, KeptIndex
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import MatterCard
from shuzhi.engines import text as text_engine
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

RECENT = timedelta(days=90)
_TOWN_DIGITS = 9
_MATTER_DIGITS = 2  # of a category's code: its top level


def block_of(area: str) -> str:
    """The town that an area lies in: demands are compared within it. "" without a place."""
    return area[:_TOWN_DIGITS]


def message_of(matter: MatterCard) -> text_engine.Message:
    return text_engine.Message(
        id=str(matter.id),
        title=matter.title,
        text=matter.text,
        time=matter.received_at,
        reporter=matter.reporter,
        area=block_of(matter.area),
        matter=matter.category[:_MATTER_DIGITS],
    )


@dataclass
class OpenBlock:
    """The demands of one town of the last 90 days, by the issue they belong to.

    A demand that is alone opens a heap of its own, named after it; `issues` tells which issue a heap has become.
    """

    version: int
    heard: int
    index: text_engine.IssueIndex = field(default_factory=text_engine.IssueIndex)
    issues: dict[str, int] = field(default_factory=dict)
    heap_of: dict[int, str] = field(default_factory=dict)

    def add(self, matter: MatterCard, heap: str) -> None:
        self.index.add(heap, message_of(matter))
        self.heap_of[matter.id] = heap
        self.heard = max(self.heard, matter.id)

    def join(self, matter: MatterCard, issue: int) -> None:
        """Count in a demand whose issue is known."""
        heap = f"issue {issue}"
        self.issues[heap] = issue
        self.add(matter, heap)

    def place(self, matter: MatterCard) -> text_engine.Assignment:
        """The heap that a new demand belongs to: that of the demand it repeats, or the likest one."""
        if matter.same_as in self.heap_of:
            return text_engine.Assignment(self.heap_of[matter.same_as], 1.0, ())
        return self.index.assign(message_of(matter))

    def kept(self) -> bytes:
        """The town as `opened` reads it: a line of JSON for what belongs where, then the index."""
        head = json.dumps([self.issues, list(self.heap_of.items())])
        return head.encode() + b"\n" + self.index.to_bytes()

    @classmethod
    def opened(cls, kept: bytes, *, version: int, heard: int) -> "OpenBlock":
        head, _line, index = kept.partition(b"\n")
        issues, heap_of = json.loads(head)
        return cls(version, heard, text_engine.IssueIndex.from_bytes(index), issues, dict(heap_of))


def load(code: str, *, version: int, heard: int) -> OpenBlock:
    """A town as the database knows it: as it was kept, with the demands heard since.

    Where people changed its issues or nothing was kept, every recent demand is read, and the town is kept for the next
    time. The caller holds the lock on the town: an erasing waits for it and then drops what was kept.
    """
    kept = KeptIndex.objects.filter(block=code, version=version, heard__lte=heard).first()
    if kept:
        block = OpenBlock.opened(bytes(kept.index), version=version, heard=kept.heard)
        _read(block, code, heard)
        return block
    block = OpenBlock(version, 0)
    _read(block, code, heard)
    KeptIndex.objects.update_or_create(
        block_id=code, defaults={"version": version, "heard": heard, "index": block.kept()}
    )
    return block


def _read(block: OpenBlock, code: str, heard: int) -> None:
    """Add the recent demands of a town that it has not heard yet, up to `heard`."""
    recent = [
        one
        for one in intake.matters(area=code, since=clock.now() - RECENT, above=block.heard, by=SYSTEM)
        if one.id <= heard and block_of(one.area) == code
    ]
    homes = dict(
        IssueMember.objects.filter(demand_id__in=[one.id for one in recent]).values_list("demand_id", "issue")
    )
    for matter in recent:
        if home := homes.get(matter.id):
            block.join(matter, home)
        else:
            block.add(matter, f"demand {matter.id}")
    block.heard = heard


def by_block(arrived: Iterable[MatterCard]) -> dict[str, list[MatterCard]]:
    blocks: dict[str, list[MatterCard]] = {}
    for matter in arrived:
        blocks.setdefault(block_of(matter.area), []).append(matter)
    return blocks
