"""The registry's pages for the staff."""

from shuzhi.domains.registry.pages.calendar import calendar, change_hours
from shuzhi.domains.registry.pages.lists import areas, catalogue, categories, index, sla, units

__all__ = ["areas", "calendar", "catalogue", "categories", "change_hours", "index", "sla", "units"]
