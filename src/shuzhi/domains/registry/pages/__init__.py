"""The registry's pages for the staff."""

from shuzhi.domains.registry.pages.calendar import calendar, change_hours
from shuzhi.domains.registry.pages.lists import (
    areas,
    catalogue,
    categories,
    decide_proposal,
    index,
    sla,
    units,
)

__all__ = [
    "areas",
    "calendar",
    "catalogue",
    "categories",
    "change_hours",
    "decide_proposal",
    "index",
    "sla",
    "units",
]
