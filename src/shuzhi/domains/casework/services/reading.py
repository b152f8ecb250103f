"""Reading work orders: one whole, lists, boards. What an actor may see follows from the scopes of the grants."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Count, F, Q, QuerySet
from django.db.models.functions import Left
from django.utils.translation import gettext as _

from shuzhi.domains.casework import lifecycle
from shuzhi.domains.casework.cards import AssistCard, BoardRow, WorkOrderCard, WorkOrderList, WorkOrderPage
from shuzhi.domains.casework.deadlines import Clocks, Level
from shuzhi.domains.casework.lifecycle import Action, Move, State
from shuzhi.domains.casework.models import Assist, WorkOrder
from shuzhi.domains.casework.services import orders, seeing
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.wording import clean
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound

PAGE = 50
MOST_FOUND = 5_000  # demands that words find: the newest of more
# Characters of a code that name a row of a board: all of a unit's, a first level, a county.
_BOARD_WIDTH = {"unit": 32, "category": 2, "area": 6}


@dataclass(frozen=True, kw_only=True)
class Filter:
    """What a list shows. Empty fields do not narrow; `order` is "due" (most urgent first) or "newest"."""

    states: tuple[str, ...] = ()
    unit: str = ""
    area: str = ""
    category: str = ""
    kind: str = ""
    channel: str = ""
    urgency: str = ""
    level: str = ""
    mark: str = ""
    words: str = ""
    opened_from: datetime | None = None
    opened_to: datetime | None = None
    assisting: tuple[str, ...] = ()
    asks: str = ""
    order: str = "due"


def get_work_order(number: str, *, by: Actor) -> WorkOrderPage:
    """One order whole: history, clocks, the legal next moves of this reader. Seeing it is audited."""
    loaded = orders.load(number)
    row = loaded.row
    assists = list(row.assists.all())
    if not seeing.may_see(row, assists, by):
        raise NotFound(what=number)
    now = clock.now()
    read = loaded.read(now)
    helping = tuple(
        one.unit
        for one in assists
        if one.done_at is None and access.allows(by, "casework.handle", unit=one.unit, area=row.area)
    )
    merged = list(row.merged.select_related("merged_into").order_by("pk"))
    audit.record(by, "casework.view", f"work_order:{row.pk}")
    titles = titles_of([row, *merged])
    return WorkOrderPage(
        card=orders.cards([row], titles)[0],
        steps=tuple(loaded.steps),
        clocks=read,
        moves=tuple(_moves(loaded, read, helping, now, by)),
        merged=orders.cards(merged, titles),
        assists=_assist_cards(assists, now),
        helping=helping,
    )


def _moves(loaded: Loaded, read: Clocks, helping: Sequence[str], now: datetime, by: Actor) -> Iterator[Move]:
    """The moves of the reader's own duties; that an assistance is complete only its own unit can say."""
    row = loaded.row
    facts = replace(
        loaded.facts(now, by=by.reference, read=read),
        parent_open=bool(row.merged_into and row.merged_into.is_open),
    )
    held = access.permissions(by, unit=row.unit, area=row.area) - access.PUBLIC
    for move in lifecycle.next_moves(facts, held | {"casework.handle"}):
        if bool(helping) if move.action is Action.COMPLETE_ASSIST else move.allowed(held):
            yield move


def _assist_cards(assists: Iterable[Assist], now: datetime) -> tuple[AssistCard, ...]:
    names = {unit.code: unit.label for unit in registry.units()}
    return tuple(
        AssistCard(
            unit=one.unit,
            unit_name=names.get(one.unit, one.unit),
            due_at=one.due_at,
            done_at=one.done_at,
            level=Level.RED if one.due_at and (one.done_at or now) > one.due_at else Level.GREEN,
        )
        for one in assists
    )


def titles_of(rows: Sequence[WorkOrder]) -> Mapping[int, str]:
    """Masked titles of the demands of rows that the actor may see, in one query."""
    found = intake.get_demands([row.demand_id for row in rows], by=SYSTEM)
    return {demand_id: card.title for demand_id, card in found.items()}


def list_work_orders(
    wanted: Filter, *, after: str = "", limit: int = PAGE, permission: str = seeing.READ, by: Actor
) -> WorkOrderList:
    """A page of the orders that the actor may see. `after` is the cursor that the page before gave.

    permission: the duty for which they are listed; its scopes narrow the list.
    """
    access.require_somewhere(by, permission)
    rows = _page(filtered(wanted, permission, by), wanted.order, after, limit + 1)
    shown = rows[:limit]
    next_after = _cursor(shown[-1], wanted.order) if len(rows) > limit else ""
    return WorkOrderList(orders=orders.cards(shown, titles_of(shown)), next_after=next_after)


def filtered(wanted: Filter, permission: str, by: Actor) -> QuerySet[WorkOrder]:
    rows = seeing.visible(WorkOrder.objects.select_related("merged_into"), by, permission)
    if wanted.states:
        rows = rows.filter(state__in=wanted.states)
    for name in ("unit", "kind", "channel", "urgency"):
        if value := getattr(wanted, name):
            rows = rows.filter(**{name: value})
    if wanted.area:
        rows = rows.filter(area__startswith=access.area_prefix(wanted.area))
    if wanted.category:
        rows = rows.filter(category__startswith=wanted.category)
    if wanted.opened_from:
        rows = rows.filter(opened_at__gte=wanted.opened_from)
    if wanted.opened_to:
        rows = rows.filter(opened_at__lt=wanted.opened_to)
    if wanted.assisting:
        helped = Assist.objects.filter(unit__in=wanted.assisting, done_at__isnull=True)
        rows = rows.filter(pk__in=helped.values("order_id"))
    if wanted.asks:
        rows = rows.exclude(asks="").filter(asks__contains=wanted.asks)
    if wanted.mark:
        rows = rows.filter(marks__icontains=f'"{wanted.mark}"')
    if words := clean(wanted.words):
        rows = rows.filter(_words(words, by))
    return _of_level(rows, wanted.level) if wanted.level else rows


def _words(words: str, by: Actor) -> Q:
    """A number finds its order; other words are looked for in the demands."""
    found = Q(number__startswith=words) if words[:1].isdigit() else Q(pk__in=[])
    return found | Q(demand_id__in=intake.find_by_words(words, most=MOST_FOUND, by=by))


def _of_level(rows: QuerySet[WorkOrder], level: str) -> QuerySet[WorkOrder]:
    """Open orders of a colour: as `orders.level_of` gives it to each."""
    return rows.filter(_levels(clock.now()).get(level) or _unknown_level(), is_open=True)


def _levels(now: datetime) -> dict[str, Q]:
    running = Q(answered_at__isnull=True)
    return {
        Level.RED: running & Q(due_at__lt=now) | Q(answered_at__gt=F("due_at")),
        Level.YELLOW: running & Q(due_at__gte=now, yellow_at__lte=now),
        Level.GREEN: running & (Q(yellow_at__gt=now) | Q(yellow_at__isnull=True))
        | Q(answered_at__lte=F("due_at")),
    }


def _unknown_level() -> Q:
    raise InvalidInput(field="level", why="green, yellow or red")


def _page(rows: QuerySet[WorkOrder], order: str, after: str, limit: int) -> list[WorkOrder]:
    column = "due_at" if order == "due" else "-opened_at"
    if order == "due":
        rows = rows.filter(due_at__isnull=False)
    if after:
        moment, _sep, key = after.partition("_")
        try:
            at, pk = clock.moment_of(moment), int(key)
        except ValueError:
            raise InvalidInput(field="after", why=_("use the cursor that the page before gave")) from None
        if order == "due":
            rows = rows.filter(Q(due_at__gt=at) | Q(due_at=at, pk__gt=pk))
        else:
            rows = rows.filter(Q(opened_at__lt=at) | Q(opened_at=at, pk__lt=pk))
    return list(rows.order_by(column, "pk" if order == "due" else "-pk")[:limit])


def _cursor(row: WorkOrder, order: str) -> str:
    moment = row.due_at if order == "due" else row.opened_at
    return f"{moment.isoformat() if moment else ''}_{row.pk}"


def count_by_state(*, by: Actor) -> dict[str, int]:
    """How many orders wait in each state, closed and merged ones left out: the numbers on the desk's tabs."""
    waiting = [state for state in State if state not in (State.CLOSED, State.MERGED)]
    rows = seeing.visible(WorkOrder.objects.filter(state__in=waiting), by)
    return dict(rows.values_list("state").annotate(n=Count("pk")))


def count_matching(wanted: Filter, *, by: Actor) -> int:
    """How many orders a filter finds: for tabs that are no state (overdue, requests that wait, help asked for)."""
    access.require_somewhere(by, seeing.READ)
    return filtered(wanted, seeing.READ, by).count()


def board(*, by_what: str, by: Actor) -> list[BoardRow]:
    """Open orders by unit, category (top level) or area: how many are green, yellow and red, unsigned, supervised."""
    access.require_somewhere(by, "casework.read")
    if by_what not in _BOARD_WIDTH:
        raise InvalidInput(field="by", why="unit, category or area")
    levels = _levels(clock.now())
    # Grouped by a part of the code: by the field itself, SQLite would walk every order there ever was along its index.
    rows = (
        seeing.visible(WorkOrder.objects.filter(is_open=True), by)
        .values(code=Left(by_what, _BOARD_WIDTH[by_what]))
        .annotate(
            n=Count("pk"),
            red=Count("pk", filter=levels[Level.RED]),
            yellow=Count("pk", filter=levels[Level.YELLOW]),
            unsigned=Count("pk", filter=Q(state=State.DISPATCHED)),
            supervised=Count("pk", filter=~Q(rung__in=["", "reminded"])),
        )
    )
    names = _names(by_what)
    found = [_board_row(row, by_what, names) for row in rows]
    return sorted(found, key=lambda row: (-row.red, -row.yellow, -row.open, row.code))


def _board_row(row: Mapping[str, Any], by_what: str, names: Mapping[str, str]) -> BoardRow:
    code = row["code"].ljust(12, "0") if by_what == "area" and row["code"] else row["code"]
    return BoardRow(
        code=code,
        name=names.get(code, code),
        open=row["n"],
        green=row["n"] - row["red"] - row["yellow"],
        yellow=row["yellow"],
        red=row["red"],
        unsigned=row["unsigned"],
        supervised=row["supervised"],
    )


def _names(by_what: str) -> dict[str, str]:
    match by_what:
        case "unit":
            return {unit.code: unit.label for unit in registry.units()}
        case "category":
            return {category.code: category.label for category in registry.categories(level=1)}
        case _:
            return {area.code: area.label for area in registry.areas()}


def due_feed(*, unit: str, by: Actor, limit: int = 500) -> Sequence[WorkOrderCard]:
    """A unit's open orders with their due times, for its calendar."""
    access.require(by, seeing.READ, unit=unit)
    rows = WorkOrder.objects.filter(unit=unit, is_open=True, answered_at__isnull=True, due_at__isnull=False)
    return orders.cards(list(rows.order_by("due_at")[:limit]), {})
