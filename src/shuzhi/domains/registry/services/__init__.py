"""The entrance to the registry. Reading areas, units, categories and rules is public; people are counted only."""

from shuzhi.domains.registry.services.areas import (
    area_path,
    areas,
    areas_within,
    boundaries,
    get_area,
    locate,
    places,
)
from shuzhi.domains.registry.services.calendar import (
    FIRST_YEAR,
    LAST_YEAR,
    calendar_days,
    import_calendar,
    set_day,
    set_hours,
    uncovered_year,
    working_calendar,
)
from shuzhi.domains.registry.services.costs import unit_costs
from shuzhi.domains.registry.services.dispatching import catalogue, change_catalogue, dispatch_targets
from shuzhi.domains.registry.services.facts import (
    BIRTH,
    home_of_citizen,
    homes_with_facts,
    phones_of,
    record_fact,
    set_consent,
)
from shuzhi.domains.registry.services.imports import datasets, import_csv
from shuzhi.domains.registry.services.limits import SlaTable, sla_for, sla_matrix, sla_table
from shuzhi.domains.registry.services.people import (
    household_of,
    people_in,
    people_per_area,
    priority_groups,
)
from shuzhi.domains.registry.services.proposals import (
    accept_proposal,
    decline_proposal,
    keep_proposals,
    open_proposals,
)
from shuzhi.domains.registry.services.units import get_unit, officials, posts, units
from shuzhi.domains.registry.services.words import (
    categories,
    get_category,
    reply_templates,
    synonyms,
    thesaurus,
    words_version,
)

__all__ = [
    "BIRTH",
    "FIRST_YEAR",
    "LAST_YEAR",
    "SlaTable",
    "accept_proposal",
    "area_path",
    "areas",
    "areas_within",
    "boundaries",
    "calendar_days",
    "catalogue",
    "categories",
    "change_catalogue",
    "datasets",
    "decline_proposal",
    "dispatch_targets",
    "get_area",
    "get_category",
    "get_unit",
    "home_of_citizen",
    "homes_with_facts",
    "household_of",
    "import_calendar",
    "import_csv",
    "keep_proposals",
    "locate",
    "officials",
    "open_proposals",
    "people_in",
    "people_per_area",
    "phones_of",
    "places",
    "posts",
    "priority_groups",
    "record_fact",
    "reply_templates",
    "set_consent",
    "set_day",
    "set_hours",
    "sla_for",
    "sla_matrix",
    "sla_table",
    "synonyms",
    "thesaurus",
    "uncovered_year",
    "unit_costs",
    "units",
    "words_version",
    "working_calendar",
]
