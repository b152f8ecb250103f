"""What the world sees of statistics."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class MeasureCard:
    """One measure of one group.

    group: a code ("" for everything) and group_name its name in the reader's language; tier: of a unit.
    numerator, denominator: orders; of a median, `numerator` is 0 and `denominator` the orders it rests on; of a cost,
    `numerator` is fen.   rate: a share from 0 to 1, hours when `scale` is "hours", fen when it is "fen", the number
    itself when it is "count"; None without a denominator.   low, high: the 95 %
    interval of a share.   excluded: orders left out, per reason.   rankable: enough orders to stand in a list of
    peers.   hidden: too few to be told in public, or needed to hide others; every figure of it is then empty.   shrunk: the share drawn towards that of the peers, for sorting; None where there are no peers.
    """

    name: str
    label: str
    scale: str
    group: str
    group_name: str
    tier: str
    numerator: int
    denominator: int
    rate: float | None
    low: float | None
    high: float | None
    excluded: Mapping[str, int]
    rankable: bool
    shrunk: float | None
    hidden: bool = False


@dataclass(frozen=True, kw_only=True)
class DefinitionCard:
    """How a measure is computed, in the reader's language; the same words stand in both.

    better: "high" or "low", which end is good; "" when neither is.   driver: where it stands in the tree of measures.
    owner, since: who answers for the definition, and from when on it holds.   select: the rows that it counts, as SQL.
    """

    name: str
    label: str
    scale: str
    better: str
    driver: str
    formula: str
    formula_zh: str
    formula_en: str
    numerator: str
    denominator: str
    exclusions: Mapping[str, str]
    owner: str
    since: str
    source: str
    select: str


@dataclass(frozen=True, kw_only=True)
class WeekCard:
    """The last seven complete days, and the eight weeks up to them, oldest first.

    change: of what was received, against the seven days before, as a share; None when there were none.
    """

    since: datetime
    until: datetime
    received: int
    change: float | None
    received_by_week: tuple[int, ...]
    on_time: MeasureCard
    on_time_by_week: tuple[float | None, ...]
    satisfaction: MeasureCard
    satisfaction_by_week: tuple[float | None, ...]


@dataclass(frozen=True, kw_only=True)
class TierCard:
    """Units of one tier by one measure. ranked: the best first.   too_few: without a rank, in the order of names.

    alike: how far the first is ahead of the last among matters of the same category, as a share; None where they share
    none.   reverses: whether among alike matters the last one is ahead.
    """

    code: str
    label: str
    ranked: tuple[MeasureCard, ...]
    too_few: tuple[MeasureCard, ...]
    alike: float | None = None
    reverses: bool = False


@dataclass(frozen=True, kw_only=True)
class HoldingCard:
    """What the figures rest on. position: of the last event that is counted.   heard_at: when it was told.

    version: grows whenever what is counted changes.

    missing: files are gone and no figure can be shown.   rebuilt: share of the story that a rebuild has heard, 1 when
    none is under way.   set_aside: events that break a rule of quality, per rule in words.
    """

    position: int
    version: int
    heard_at: datetime | None
    missing: bool
    rebuilt: float
    set_aside: Mapping[str, int]

    @property
    def complete(self) -> bool:
        return not self.missing and self.rebuilt >= 1


@dataclass(frozen=True, kw_only=True)
class TrendCard:
    """A measure now, in the span of the same length before, and on its way there.

    values: oldest first, one for each step, None where nothing is known.   starts: when each step begins.
    clear: whether now and before differ by more than chance.
    """

    now: MeasureCard
    before: MeasureCard
    values: tuple[float | None, ...]
    starts: tuple[datetime, ...]
    clear: bool


@dataclass(frozen=True, kw_only=True)
class FlowCard:
    """How many orders came through a channel, were about a category and ended in an outcome, all codes.

    outcome: a code of `services.flowing.OUTCOMES`.
    """

    channel: str
    category: str
    outcome: str
    orders: int


@dataclass(frozen=True, kw_only=True)
class RowCard:
    """One row behind a measure. part: "numerator", "denominator" or why it is left out; said: that in words.

    demand_id: None where no demand is behind it.   value: what the row adds to the numerator.
    """

    row_id: int
    demand_id: int | None
    at: datetime
    unit: str
    unit_name: str
    category: str
    category_name: str
    area: str
    area_name: str
    channel: str
    part: str
    said: str
    value: int


@dataclass(frozen=True)
class RowPage:
    """One page of rows, newest first. `next_after` continues it, "" at the end."""

    rows: tuple[RowCard, ...]
    next_after: str


@dataclass(frozen=True, kw_only=True)
class PartCard:
    """What one demand is to one measure: the way back from a row to the figures that count it."""

    name: str
    label: str
    row: RowCard


@dataclass(frozen=True, kw_only=True)
class PlaceHeard:
    """How much of a place was heard. per_thousand: demands for each thousand people.   ratio: voices over people, 1 where
    they are in proportion.   less, more: heard less or more than its people make us expect, beyond chance.
    groups: share of each priority group among its people, without groups too small to be told.
    """

    code: str
    name: str
    people: int
    demands: int
    per_thousand: float
    ratio: float
    less: bool
    more: bool
    groups: Mapping[str, float]


@dataclass(frozen=True, kw_only=True)
class MatterShare:
    """A category's share of all demands, and its share when every place counts by its people."""

    code: str
    name: str
    demands: int
    raw: float
    weighed: float


@dataclass(frozen=True, kw_only=True)
class HearingCard:
    """Whom we did not hear. placeless: demands without a place, which say nothing here.   places: the least heard first."""

    matters: tuple[MatterShare, ...]
    places: tuple[PlaceHeard, ...]
    placeless: int


@dataclass(frozen=True, kw_only=True)
class BreakCard:
    """Something that breaks a line over time. kind: "missing", or the data set of the registry that was changed."""

    on: date
    kind: str
    said: str
