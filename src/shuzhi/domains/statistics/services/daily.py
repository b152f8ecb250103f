"""Demands day by day, place by place, matter by matter: what outlooks and warnings look at."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple, cast

from shuzhi.domains.statistics.services.periods import with_those_below
from shuzhi.domains.statistics.tallies import among, quoted
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor

THOUSAND = 1000


class DayCount(NamedTuple):
    """So many demands of a day. area, category: codes as the hotline settled them, "" where nothing is known."""

    day: date
    area: str
    category: str
    demands: int


class PlacedDemand(NamedTuple):
    """A demand on its day with the place and category that the hotline settled."""

    demand_id: int
    day: date
    area: str
    category: str


class DayReading(NamedTuple):
    """The highest value of a day in an area, as told on a day: before it, a forecast. value: in the quantity's unit."""

    told_on: date
    day: date
    area: str
    quantity: str
    value: float


# A demand counts once, on the day that it came, with the place and category that its first order has by now.
_SETTLED = (
    "SELECT demands.demand_id AS demand_id, demands.received_on AS day, "
    "COALESCE(NULLIF(firsts.area, ''), demands.area) AS area, "
    "COALESCE(NULLIF(firsts.category, ''), demands.category) AS category "
    "FROM demands LEFT JOIN ("
    "SELECT demand_id, area, category FROM orders "
    "WHERE order_id IN (SELECT MIN(order_id) AS first_id FROM orders GROUP BY demand_id)"
    ") AS firsts ON firsts.demand_id = demands.demand_id "
    "WHERE demands.received_on >= DATE '{since}' AND demands.received_on < DATE '{until}'"
)


def demands_by_day(
    *, since: date, until: date, area: str = "", category: str = "", by: Actor
) -> list[DayCount]:
    """How many demands came on each day from `since` up to but not including `until`, in the order of days and codes.

    area, category: only those of this one and below it.
    """
    if area:
        access.require(by, "statistics.read", area=area)
    access.require_somewhere(by, "statistics.read")
    settled = _SETTLED.format(since=since.isoformat(), until=until.isoformat())
    question = (
        f"SELECT day, area, category, COUNT(*) AS counted FROM ({settled}) AS settled"  # noqa: S608
        f"{_narrowed(area, with_those_below(category) if category else ())} "
        "GROUP BY day, area, category ORDER BY day, area, category"
    )
    found = engines.ask(question, now=clock.now())
    return [DayCount(*row) for row in cast(list[tuple[date, str, str, int]], found)]


def demands_of(
    *, since: date, until: date, area: str, categories: Collection[str], limit: int, by: Actor
) -> list[int]:
    """Ids of the newest demands of these days in an area ("" for all) and of these category codes (empty for all)."""
    access.require(by, "statistics.read", area=area)
    settled = _SETTLED.format(since=since.isoformat(), until=until.isoformat())
    question = (
        f"SELECT demand_id FROM ({settled}) AS settled{_narrowed(area, categories)} "  # noqa: S608
        f"ORDER BY demand_id DESC LIMIT {limit}"
    )
    return [int(cast(int, number)) for (number,) in engines.ask(question, now=clock.now())]


def demands_about(*, since: date, until: date, categories: Collection[str], by: Actor) -> list[PlacedDemand]:
    """Each demand of these days about one of these category codes, in the order of their ids."""
    access.require(by, "statistics.read")
    settled = _SETTLED.format(since=since.isoformat(), until=until.isoformat())
    codes = ", ".join(map(quoted, sorted(categories)))
    question = (
        f"SELECT demand_id, day, area, category FROM ({settled}) AS settled "  # noqa: S608
        f"WHERE category IN ({codes}) ORDER BY demand_id"
    )
    found = engines.ask(question, now=clock.now()) if categories else []
    return [PlacedDemand(*row) for row in cast(list[tuple[int, date, str, str]], found)]


def readings_by_day(*, since: date, until: date, by: Actor) -> list[DayReading]:
    """What was measured or foretold for each day from `since` up to but not including `until`, as told day by day."""
    access.require_somewhere(by, "statistics.read")
    question = (
        "SELECT told_on, observed_on, area, quantity, MAX(value_milli) AS highest FROM readings "  # noqa: S608
        f"WHERE observed_on >= DATE '{since.isoformat()}' AND observed_on < DATE '{until.isoformat()}' "
        "GROUP BY told_on, observed_on, area, quantity ORDER BY told_on, observed_on, area, quantity"
    )
    found = engines.ask(question, now=clock.now())
    return [
        DayReading(told_on, day, area, quantity, highest / THOUSAND)
        for told_on, day, area, quantity, highest in cast(list[tuple[date, date, str, str, int]], found)
    ]


def first_day(*, by: Actor) -> date | None:
    """The day of the earliest demand: before it, nothing came means nothing is known."""
    access.require_somewhere(by, "statistics.read")
    ((first,),) = engines.ask("SELECT MIN(received_on) AS first FROM demands", now=clock.now())
    return cast(date | None, first)


def _narrowed(area: str, categories: Collection[str]) -> str:
    told = [f"area LIKE {quoted(access.area_prefix(area) + '%')}"] if area else []
    if categories:
        told.append(among("category", categories))
    return f" WHERE {' AND '.join(told)}" if told else ""
