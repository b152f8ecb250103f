"""The registry for other systems. Everything here is public; people are not here."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any, Generic, TypeVar

from django.http import HttpRequest
from ninja import Path, Query, Router

from shuzhi.domains.registry import services
from shuzhi.domains.registry.cards import AreaCard, CalendarDayCard, CategoryCard, DispatchTarget, UnitCard
from shuzhi.spine import clock
from shuzhi.spine.schemas import Day

router = Router(tags=["registry"])

T = TypeVar("T")
Limit = Annotated[int, Query(ge=1, le=100)]
Code = Annotated[str, Query(max_length=32)]
Search = Annotated[str, Query(max_length=64)]


@dataclass(frozen=True)
class Page(Generic[T]):
    """Part of a list; `next_after` goes into `after` for the part that follows, null at the end."""

    items: list[T]
    next_after: str | None


def _page(cards: Sequence[T], code_of: Callable[[T], str], after: str, limit: int) -> Page[T]:
    rest = [card for card in cards if code_of(card) > after]
    items = rest[:limit]
    return Page(items, code_of(items[-1]) if len(rest) > limit else None)


@router.get("/areas", response=Page[AreaCard])
def list_areas(
    request: HttpRequest,
    level: Code = "",
    parent: Code = "",
    search: Search = "",
    after: Code = "",
    limit: Limit = 100,
) -> Page[AreaCard]:
    """Areas in the order of their codes."""
    found = services.areas(level=level, parent=parent, search=search)
    return _page(found, lambda card: card.code, after, limit)


@router.get("/areas/{code}", response=AreaCard)
def show_area(request: HttpRequest, code: str) -> AreaCard:
    return services.get_area(code)


@router.get("/boundaries/{level}", response=dict[str, Any])
def show_boundaries(request: HttpRequest, level: str, within: Code = "") -> dict[str, Any]:
    """Outlines of a level as GeoJSON."""
    return services.boundaries(level, within=within)


@router.get("/units", response=Page[UnitCard])
def list_units(
    request: HttpRequest,
    tier: Code = "",
    area: Code = "",
    search: Search = "",
    after: Code = "",
    limit: Limit = 100,
) -> Page[UnitCard]:
    """Handling units in the order of their codes."""
    found = services.units(tier=tier, area=area, search=search)
    return _page(found, lambda card: card.code, after, limit)


@router.get("/categories", response=Page[CategoryCard])
def list_categories(
    request: HttpRequest,
    parent: Code = "",
    level: Annotated[int, Query(ge=0, le=3)] = 0,
    search: Search = "",
    after: Code = "",
    limit: Limit = 100,
) -> Page[CategoryCard]:
    """The category tree in the order of its codes."""
    found = services.categories(parent=parent, level=level, search=search)
    return _page(found, lambda card: card.code, after, limit)


@router.get("/catalogue/targets", response=list[DispatchTarget])
def list_dispatch_targets(
    request: HttpRequest,
    category: Annotated[str, Query(min_length=2, max_length=12)],
    area: Code = "",
    on: Day | None = None,
) -> list[DispatchTarget]:
    """The units that handle a category in an area on a day (today), best first."""
    return services.dispatch_targets(category, area=area, on=on or clock.today())


@router.get("/calendar/{year}", response=list[CalendarDayCard])
def show_calendar(
    request: HttpRequest, year: Annotated[int, Path(ge=1900, le=2999)]
) -> list[CalendarDayCard]:
    """Every day of a year: whether and when the offices work."""
    return services.calendar_days(year)
