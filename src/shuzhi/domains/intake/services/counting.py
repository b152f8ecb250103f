"""How many demands came on each day, for rooms that look at time."""

from collections.abc import Mapping
from datetime import date, datetime

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from shuzhi.domains.intake.models import Demand
from shuzhi.spine import access
from shuzhi.spine.actors import Actor


def count_by_day(
    *, area: str = "", category: str = "", since: datetime, until: datetime, by: Actor
) -> Mapping[date, int]:
    """Demands per day of the county's time zone, without secret ones; days without any are missing.

    area: a 12-digit code with everything below it.   category: a code with its sub-categories.   until: not included.
    """
    access.require(by, "intake.read", area=area)
    rows = Demand.objects.filter(
        secret=False,
        received_at__gte=since,
        received_at__lt=until,
        area__startswith=access.area_prefix(area) if area else "",
        category__startswith=category,
    )
    days = rows.annotate(day=TruncDate("received_at")).values("day").annotate(many=Count("id"))
    return {row["day"]: row["many"] for row in days.order_by("day")}


def first_day(*, by: Actor) -> date | None:
    """The day of the earliest demand that the county keeps: before it, nothing came means nothing is known."""
    access.require_somewhere(by, "intake.read")
    first = Demand.objects.order_by("received_at").values_list("received_at", flat=True).first()
    return timezone.localdate(first) if first else None
