"""From a number to the rows behind it, and from a demand to the numbers that count it."""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _

from shuzhi.domains.statistics.cards import PartCard, RowCard, RowPage
from shuzhi.domains.statistics.definitions import BY_NAME, EXCLUSIONS, MEASURES, Measure
from shuzhi.domains.statistics.grouping import By, grouping
from shuzhi.domains.statistics.services.counting import known_names
from shuzhi.domains.statistics.services.flowing import OUTCOMES
from shuzhi.domains.statistics.services.flowing import SELECT as FLOWS
from shuzhi.domains.statistics.services.periods import span_of
from shuzhi.domains.statistics.tallies import Span, quoted, sql_moment, within
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.domains.statistics.warehouse.tables import FACTS
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput

NUMERATOR, DENOMINATOR = "numerator", "denominator"
PAGE = 50
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
Row = tuple[object, ...]
_WITH_DEMANDS = tuple(table.name for table in FACTS.values() if "demand_id" in table.columns)
_FROM = re.compile(rf"\bFROM ({'|'.join(_WITH_DEMANDS)})\b")
Said = Callable[[str], str]
"""What a part is called."""
_COLUMNS = "row_id, demand_id, happened_at, unit, category, area, channel, numerator, denominator, left_out"


def rows_of_measure(
    name: str,
    *,
    since: datetime,
    until: datetime,
    area: str = "",
    category: str = "",
    unit: str = "",
    channel: str = "",
    part: str = "",
    after: str = "",
    by: Actor,
) -> RowPage:
    """The rows that a measure of a period counts and leaves out, newest first, as far as the actor may see.

    part: "numerator", "denominator" (all that count) or a reason why rows are left out; "" for every row.
    after: what the page before ended with.
    """
    access.require_somewhere(by, "statistics.read")
    (wanted,) = known_names([name])
    span = _seen(span_of(since, until, area=area, category=category, unit=unit, channel=channel), by)
    measure = BY_NAME[wanted]
    conditions = [within(span), *_of_part(part), *_continued(after)]
    return _page(measure.select, conditions, partial(_said, measure), span.now)


def rows_of_flow(
    *,
    since: datetime,
    until: datetime,
    area: str = "",
    category: str = "",
    channel: str = "",
    outcome: str = "",
    after: str = "",
    by: Actor,
) -> RowPage:
    """The orders behind a number of `flows`, newest first, as far as the actor may see. outcome: a code, "" for all."""
    access.require_somewhere(by, "statistics.read")
    if outcome and outcome not in OUTCOMES:
        raise InvalidInput(field="outcome", why=_("one of: %(known)s") % {"known": ", ".join(OUTCOMES)})
    span = _seen(span_of(since, until, area=area, category=category, channel=channel), by)
    select = f"SELECT *, 1 AS numerator, 1 AS denominator, outcome AS left_out FROM ({FLOWS}) AS flowing"  # noqa: S608
    conditions = [within(span), *([f"outcome = {quoted(outcome)}"] if outcome else []), *_continued(after)]
    return _page(select, conditions, lambda part: str(OUTCOMES[part]), span.now)


def figures_of_demand(demand_id: int, *, by: Actor) -> list[PartCard]:
    """What each measure makes of one demand; empty where the actor may not see it or nothing counts it."""
    access.require_somewhere(by, "statistics.read")
    span = _seen(span_of(BEGINNING, clock.now() + timedelta(days=1)), by)
    found = list(_rows_of_demand(demand_id, span))
    told = _cards((partial(_said, measure), row) for measure, row in found)
    return [
        PartCard(name=measure.name, label=measure.label, row=card)
        for (measure, _row), card in zip(found, told, strict=True)
    ]


def _rows_of_demand(demand_id: int, span: Span) -> Iterator[tuple[Measure, Row]]:
    """What the SELECT of each measure finds for one demand, in one question: each table is read once, for this demand."""
    own = {name: f"{name}_of_demand" for name in _WITH_DEMANDS}
    tables = ", ".join(
        f"{there} AS (SELECT * FROM {name} WHERE demand_id = {int(demand_id)})"  # noqa: S608
        for name, there in own.items()
    )
    parts = " UNION ALL ".join(
        f"SELECT {place} AS place, {_COLUMNS} FROM ({told}) AS found WHERE {within(span)}"  # noqa: S608
        for place, measure in enumerate(MEASURES)
        if (told := _FROM.sub(lambda one: f"FROM {own[one[1]]}", measure.select)) != measure.select
    )
    question = f"SELECT * FROM (WITH {tables} {parts}) AS parts ORDER BY place, happened_at, row_id"  # noqa: S608
    for place, *row in engines.ask(question, now=span.now):
        yield MEASURES[int(str(place))], tuple(row)


def _page(select: str, conditions: Iterable[str], said: Said, now: datetime) -> RowPage:
    question = (
        f"SELECT {_COLUMNS} FROM ({select}) AS found WHERE {' AND '.join(conditions)} "  # noqa: S608
        f"ORDER BY happened_at DESC, row_id DESC LIMIT {PAGE + 1}"
    )
    found = list(_cards((said, row) for row in engines.ask(question, now=now)))
    last = found[PAGE - 1] if len(found) > PAGE else None
    return RowPage(tuple(found[:PAGE]), f"{last.at.isoformat()}_{last.row_id}" if last else "")


def _seen(span: Span, by: Actor) -> Span:
    """Only what the actor's grants cover."""
    grants = access.scopes(by, "statistics.read")
    whole = any(not grant.unit and not grant.area for grant in grants)
    return replace(span, sight=() if whole else tuple(sorted((one.unit, one.area) for one in grants)))


def _of_part(part: str) -> Iterator[str]:
    if part == NUMERATOR:
        yield "numerator > 0"
    elif part == DENOMINATOR:
        yield "denominator > 0"
    elif part in EXCLUSIONS:
        yield f"left_out = {quoted(part)}"
    elif part:
        raise InvalidInput(field="part", why=_("numerator, denominator or a reason"))


def _continued(after: str) -> Iterator[str]:
    if not after:
        return
    try:
        moment, _sep, row = after.rpartition("_")
        told, row_id = sql_moment(clock.moment_of(moment)), int(row)
    except ValueError:
        raise InvalidInput(field="after", why=_("use the value that the page before ended with")) from None
    yield f"(happened_at < {told} OR happened_at = {told} AND row_id < {row_id})"


def _cards(found: Iterable[tuple[Said, Row]]) -> Iterator[RowCard]:
    names = [grouping(by).name_of for by in (By.UNIT, By.CATEGORY, By.AREA, By.CHANNEL)]
    return (_card(row, said, *names) for said, row in found)


def _card(row: Row, said: Said, *names: Callable[[str], str]) -> RowCard:
    row_id, demand_id, at, *codes, numerator, _denominator, left_out = row
    unit, category, area, channel = (str(code or "") for code in codes)
    unit_name, category_name, area_name, channel_name = (
        name(code) if code else "" for name, code in zip(names, (unit, category, area, channel), strict=True)
    )
    part = str(left_out) or (NUMERATOR if numerator else DENOMINATOR)
    return RowCard(
        row_id=int(str(row_id)),
        demand_id=None if demand_id is None else int(str(demand_id)),
        at=at.replace(tzinfo=UTC),  # type: ignore[attr-defined]
        unit=unit,
        unit_name=unit_name,
        category=category,
        category_name=category_name,
        area=area,
        area_name=area_name,
        channel=channel_name,
        part=part,
        said=said(part),
        value=int(str(numerator)),
    )


def _said(measure: Measure, part: str) -> str:
    if part == NUMERATOR:
        return measure.card.numerator
    if part == DENOMINATOR:
        return _("counted, but not: %(what)s") % {"what": measure.card.numerator}
    return str(EXCLUSIONS.get(part, part))
