"""The leaders' page for other screens."""

from typing import Annotated

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from shuzhi.domains.cockpit import services
from shuzhi.domains.cockpit.cards import CockpitCard
from shuzhi.spine.schemas import KEYED

router = Router(tags=["cockpit"])


class Asked(Schema):
    """What is looked at: a period (week, weeks or year), an area and a category with all below, a measure for the map."""

    period: Annotated[str, Field(max_length=12)] = ""
    area: Annotated[str, Field(max_length=20)] = ""
    category: Annotated[str, Field(max_length=32)] = ""
    measure: Annotated[str, Field(max_length=32)] = ""


@router.get("/cockpit", response=CockpitCard, operation_id="look_at_the_county", **KEYED)
def cockpit(request: HttpRequest, asked: Query[Asked]) -> CockpitCard:
    """What needs the leaders first, then figures, places, hot issues, flows, units among their peers."""
    by = request.actor  # type: ignore[attr-defined]
    return services.look(services.view_of(**asked.dict(), by=by), by=by)
