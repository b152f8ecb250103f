"""Measures for other systems: public, like the page that shows them."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import DefinitionCard, MeasureCard
from shuzhi.spine.schemas import Moment

router = Router(tags=["statistics"])

Code = Annotated[str, Query(max_length=32)]
DAYS = 28


@router.get("/measures", response=list[MeasureCard], operation_id="list_measures")
def list_measures(
    request: HttpRequest,
    since: Moment | None = None,
    until: Moment | None = None,
    by: Code = "",
    within: Code = "",
    name: Annotated[list[str], Query(max_length=20)] = [],  # noqa: B006  (the API framework copies it)
) -> list[MeasureCard]:
    """Measures of a period, the last 28 complete days by default.

    by: unit, tier, category, area or channel. within: an area, for the areas directly below it. name: only these.
    Groups are as many as the county has units or categories: the list has no pages.
    """
    first, last = services.last_days(DAYS)
    return services.measures(
        since=since or first,
        until=until or last,
        by=by,
        within=within,
        names=name,
        actor=request.actor,  # type: ignore[attr-defined]
    )


@router.get("/measures/definitions", response=list[DefinitionCard], operation_id="list_measure_definitions")
def list_definitions(request: HttpRequest) -> list[DefinitionCard]:
    """How every measure is computed, who is left out, and by which rule."""
    return services.definitions()
