"""A synthetic county generated from one seed: its map, registry, people, demands, and the truth behind them."""

from shuzhi.engines.county.costs import SyntheticCost, costs
from shuzhi.engines.county.demand_rows import CSV_COLUMNS, to_csv_rows, write_csv
from shuzhi.engines.county.demands import PlantedIssue, PlantedTruth, SyntheticDemand, demands, truth
from shuzhi.engines.county.facts import KnownHome, Statement, facts
from shuzhi.engines.county.gauges import SyntheticLevel, water_levels
from shuzhi.engines.county.lessons import Lesson, lessons
from shuzhi.engines.county.people import AS_OF, Household, Person, Population, people
from shuzhi.engines.county.planted import PlantedEvent
from shuzhi.engines.county.register import registry
from shuzhi.engines.county.registry_records import (
    Area,
    CatalogueEntry,
    Category,
    CountyRegistry,
    KnowledgeArticle,
    Place,
    Post,
    ReplyTemplate,
    SlaRow,
    StaffAccount,
    TimeLimit,
    Unit,
    WaterLine,
)
from shuzhi.engines.county.replies import SyntheticCallback, SyntheticReply, call_back, reply
from shuzhi.engines.county.situations import Situation, situations
from shuzhi.engines.county.survey import (
    HOUSEHOLD_COLUMNS,
    PERSON_COLUMNS,
    Cell,
    CellKind,
    Survey,
    survey,
)
from shuzhi.engines.county.tables import TABLES, table_text
from shuzhi.engines.county.weather import SyntheticWeather, weather

__all__ = [
    "AS_OF",
    "CSV_COLUMNS",
    "HOUSEHOLD_COLUMNS",
    "PERSON_COLUMNS",
    "TABLES",
    "Area",
    "CatalogueEntry",
    "Category",
    "Cell",
    "CellKind",
    "CountyRegistry",
    "Household",
    "KnowledgeArticle",
    "KnownHome",
    "Lesson",
    "Person",
    "Place",
    "PlantedEvent",
    "PlantedIssue",
    "PlantedTruth",
    "Population",
    "Post",
    "ReplyTemplate",
    "Situation",
    "SlaRow",
    "StaffAccount",
    "Statement",
    "Survey",
    "SyntheticCallback",
    "SyntheticCost",
    "SyntheticDemand",
    "SyntheticLevel",
    "SyntheticReply",
    "SyntheticWeather",
    "TimeLimit",
    "Unit",
    "WaterLine",
    "call_back",
    "costs",
    "demands",
    "facts",
    "lessons",
    "people",
    "registry",
    "reply",
    "situations",
    "survey",
    "table_text",
    "to_csv_rows",
    "truth",
    "water_levels",
    "weather",
    "write_csv",
]
