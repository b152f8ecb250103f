"""The counting itself: one aggregate query per cohort; groups are folded to what people ask for elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db.models import Case, Count, F, IntegerField, Q, QuerySet, Value, When

from shuzhi.domains.statistics.conditions import Cohort, Part
from shuzhi.domains.statistics.definitions import HOURS, MEASURES, Measure
from shuzhi.domains.statistics.following import Aside
from shuzhi.domains.statistics.models import OrderFact

Key = tuple[Any, ...]
SLICE = "slice"


@dataclass
class Tally:
    """Counts of one measure in one group. hours: of a median, how many orders took how many whole hours."""

    numerator: int = 0
    denominator: int = 0
    excluded: Counter[str] = field(default_factory=Counter)
    hours: Counter[int] = field(default_factory=Counter)

    def add(self, other: "Tally") -> None:
        self.numerator += other.numerator
        self.denominator += other.denominator
        self.excluded.update(other.excluded)
        self.hours.update(other.hours)

    @property
    def median(self) -> int | None:
        """The whole hours within which half of the orders were answered (the lower median); None without any."""
        half, seen = sum(self.hours.values()) / 2, 0
        for hours in sorted(self.hours):
            seen += self.hours[hours]
            if seen >= half:
                return hours
        return None


Tallies = Mapping[Key, Mapping[str, Tally]]
Found = defaultdict[Key, defaultdict[str, Tally]]


@dataclass(frozen=True)
class Span:
    """From since, inclusive, to until, exclusive; `now` decides what is overdue or still waiting.

    slices: moments inside at which a new slice begins, for series; none when only totals are asked for.
    """

    since: datetime
    until: datetime
    now: datetime
    slices: tuple[datetime, ...] = ()


def tally(span: Span, *, columns: tuple[str, ...] = (), names: Iterable[str] = ()) -> Tallies:
    """Counts per group and measure; a group without any order has no entry.

    columns: of the fact, in the order of the keys; "unit" means the column that answers in each cohort, "slice"
    the index of the slice.   names: only these measures, all when empty.
    """
    wanted = frozenset(names) or frozenset(measure.name for measure in MEASURES)
    found: Found = defaultdict(lambda: defaultdict(Tally))
    for cohort, parts in _by_cohort(span.now, wanted).items():
        rows = _rows(cohort, span)
        keys = tuple(cohort.unit if column == "unit" else column for column in columns)
        _count(rows, keys, parts, found)
        for measure, part in parts:
            if measure.scale == HOURS:
                _count_hours(rows.filter(part.denominator, set_aside=""), keys, measure.name, found)
    return {key: dict(group) for key, group in found.items()}


def _by_cohort(now: datetime, wanted: frozenset[str]) -> dict[Cohort, list[tuple[Measure, Part]]]:
    cohorts: dict[Cohort, list[tuple[Measure, Part]]] = {}
    for measure in MEASURES:
        if measure.name in wanted:
            for part in measure.parts(now):
                cohorts.setdefault(part.cohort, []).append((measure, part))
    return cohorts


def _rows(cohort: Cohort, span: Span) -> QuerySet[OrderFact]:
    rows = OrderFact.objects.filter(
        cohort.only, **{f"{cohort.moment}__gte": span.since, f"{cohort.moment}__lt": span.until}
    )
    if not span.slices:
        return rows
    later = [
        When(**{f"{cohort.moment}__gte": start}, then=Value(index))
        for index, start in reversed(list(enumerate(span.slices, start=1)))
    ]
    return rows.annotate(**{SLICE: Case(*later, default=Value(0), output_field=IntegerField())})


def _count(
    rows: QuerySet[OrderFact],
    keys: tuple[str, ...],
    parts: Sequence[tuple[Measure, Part]],
    found: Found,
) -> None:
    columns = {f"aside_{reason}": _count_if(Q(set_aside=reason)) for reason in Aside}
    for index, (_measure, part) in enumerate(parts):
        counted = Q() if part.counts_all else Q(set_aside="")
        for name, condition in _conditions(part).items():
            columns[f"p{index}_{name}"] = _count_if(counted & condition)
    groups = rows.values(*keys).annotate(**columns).order_by() if keys else [rows.aggregate(**columns)]
    for row in groups:
        group = found[tuple(row[key] for key in keys)]
        for index, (measure, part) in enumerate(parts):
            _add(group[measure.name], row, index, part)


def _conditions(part: Part) -> dict[str, Q]:
    conditions = {"denominator": part.denominator}
    if part.numerator is not None:
        conditions["numerator"] = part.denominator & part.numerator
    return conditions | {f"without_{reason}": condition for reason, condition in part.excluded.items()}


def _count_if(condition: Q) -> Count:
    return Count("pk", filter=condition) if condition else Count("pk")


def _add(tally: Tally, row: Mapping[str, int], index: int, part: Part) -> None:
    tally.denominator += row[f"p{index}_denominator"]
    tally.numerator += row.get(f"p{index}_numerator", 0)
    left_out = {reason: row[f"p{index}_without_{reason}"] for reason in part.excluded}
    if not part.counts_all:
        left_out |= {reason.value: row[f"aside_{reason}"] for reason in Aside}
    tally.excluded.update({reason: count for reason, count in left_out.items() if count})


def _count_hours(
    rows: QuerySet[OrderFact],
    keys: tuple[str, ...],
    name: str,
    found: Found,
) -> None:
    hours = rows.annotate(hours=F("minutes_taken") / 60).values(*keys, "hours")
    for row in hours.annotate(orders=Count("pk")).order_by():
        found[tuple(row[key] for key in keys)][name].hours[row["hours"]] += row["orders"]
