"""The counting itself: measures of the store, grouped; groups are folded to what people ask for elsewhere."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from shuzhi.domains.statistics.definitions import HOURS, MEASURES, Measure
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.spine import access

Key = tuple[Any, ...]
SLICE = "slice"
MINUTES_AN_HOUR = 60


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


@dataclass(frozen=True)
class Span:
    """From since, inclusive, to until, exclusive; `now` decides what is overdue or still waiting.

    slices: moments inside at which a new slice begins, for series; none when only totals are asked for.
    area: only rows of this area and below it, "" for all.   categories: only rows of these codes, all when empty.
    unit, channel: only rows of this one, "" for all.   sight: only rows of any of these (unit, area), all when empty.
    """

    since: datetime
    until: datetime
    now: datetime
    slices: tuple[datetime, ...] = ()
    area: str = ""
    categories: tuple[str, ...] = ()
    unit: str = ""
    channel: str = ""
    sight: tuple[tuple[str, str], ...] = ()

    @property
    def key(self) -> str:
        """What tells this span from others, whenever it is asked for."""
        told = (self.since, self.until, *self.slices)
        moments = ",".join(f"{moment.timestamp():.0f}" for moment in told)
        return f"{moments}:{self.area}:{','.join(self.categories)}:{self.unit}:{self.channel}:{self.sight}"


def tally(span: Span, *, columns: tuple[str, ...] = (), names: Iterable[str] = ()) -> Tallies:
    """Counts per group and measure; a group without any row has no entry.

    columns: of the rows, in the order of the keys; "slice" is the index of the slice.   names: only these measures,
    all when empty.
    """
    wanted = frozenset(names) or frozenset(measure.name for measure in MEASURES)
    measures = [measure for measure in MEASURES if measure.name in wanted]
    found: defaultdict[Key, defaultdict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    if not columns:
        found[()].update({measure.name: Tally() for measure in measures})
    question = " UNION ALL ".join(counting(measure, span, columns) for measure in measures)
    for row in engines.ask(question, now=span.now):
        name, left_out, hours, numerator, denominator, rows, *key = row
        _add(found[tuple(key)][str(name)], str(left_out), hours, numerator, denominator, rows)
    return {key: dict(group) for key, group in found.items()}


def counting(measure: Measure, span: Span, columns: Sequence[str] = ()) -> str:
    """The question that counts a measure: the rows of its SELECT in the span, grouped."""
    hours = f"CAST(FLOOR(numerator / {MINUTES_AN_HOUR}) AS BIGINT)" if measure.scale == HOURS else "0"
    told = [_slices(span) if column == SLICE else column for column in columns]
    keys = "".join(f", key_{at}" for at in range(len(told)))
    # A key is spelled once, inside: planning a long one costs as much as counting by it.
    kept = (
        f"SELECT left_out, {hours} AS hours, numerator, denominator"  # noqa: S608
        f"{''.join(f', {key} AS key_{at}' for at, key in enumerate(told))} "
        f"FROM ({measure.select}) AS found WHERE {within(span)}"
    )
    return (
        f"SELECT '{measure.name}' AS measure, left_out, hours, SUM(numerator) AS numerator, "  # noqa: S608
        f"SUM(denominator) AS denominator, COUNT(*) AS counted{keys} "
        f"FROM ({kept}) AS kept GROUP BY left_out, hours{keys}"
    )


def within(span: Span) -> str:
    """The condition that keeps rows to a span; every value in it is ours or was checked."""
    told = [f"happened_at >= {sql_moment(span.since)}", f"happened_at < {sql_moment(span.until)}"]
    if span.area:
        told.append(_below(span.area))
    if span.categories:
        told.append(among("category", span.categories))
    if span.unit:
        told.append(f"unit = {quoted(span.unit)}")
    if span.channel:
        told.append(f"channel = {quoted(span.channel)}")
    if span.sight:
        told.append(f"({' OR '.join(_seen(unit, area) for unit, area in span.sight)})")
    return " AND ".join(told)


def _seen(unit: str, area: str) -> str:
    told = [f"unit = {quoted(unit)}"] if unit else []
    return f"({' AND '.join([*told, *([_below(area)] if area else [])]) or 'TRUE'})"


def _below(area: str) -> str:
    return f"area LIKE {quoted(access.area_prefix(area) + '%')}"


def among(column: str, codes: Collection[str]) -> str:
    """The condition that keeps rows of some codes. Their range is compared first: it costs a fraction of the list."""
    told = sorted(codes)
    return (
        f"{column} BETWEEN {quoted(told[0])} AND {quoted(told[-1])} "
        f"AND {column} IN ({', '.join(map(quoted, told))})"
    )


def quoted(text: str) -> str:
    """A text as plain SQL writes it."""
    return "'" + text.replace("'", "''") + "'"


def _slices(span: Span) -> str:
    """The number of the slice, found by halving: a row is compared a few times, however many slices there are."""

    def between(first: int, last: int) -> str:
        if first == last:
            return str(first)
        middle = (first + last + 1) // 2
        start = sql_moment(span.slices[middle - 1])
        return f"CASE WHEN happened_at >= {start} THEN {between(middle, last)} ELSE {between(first, middle - 1)} END"

    return between(0, len(span.slices))


def sql_moment(moment: datetime) -> str:
    return f"TIMESTAMP '{moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep=' ')}'"


def _add(tally: Tally, left_out: str, hours: Any, numerator: Any, denominator: Any, rows: Any) -> None:
    """Rows that count fall under their hours; the others under the reason why they are left out."""
    tally.numerator += int(numerator)
    tally.denominator += int(denominator)
    if left_out:
        tally.excluded[left_out] += int(rows)
    elif denominator:
        tally.hours[int(hours)] += int(denominator)
