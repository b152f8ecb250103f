"""What the world sees of the registry."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


class LimitUnit(StrEnum):
    MINUTE = "minute"
    HOUR = "hour"
    WORKING_HOUR = "working_hour"
    WORKDAY = "workday"
    CALENDAR_DAY = "calendar_day"


@dataclass(frozen=True)
class TimeLimit:
    """amount of unit; 0 working or calendar days means by closing time of the same day."""

    amount: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> "TimeLimit":
        """Read "5 workday". Raises ValueError for anything else.

        >>> TimeLimit.parse("2 working_hour")
        TimeLimit(amount=2, unit='working_hour')
        """
        amount, _blank, unit = text.strip().partition(" ")
        limit = cls(int(amount), LimitUnit(unit.strip()).value)
        least = 0 if limit.unit in (LimitUnit.WORKDAY, LimitUnit.CALENDAR_DAY) else 1
        if limit.amount < least:
            raise ValueError(f"a limit in {limit.unit} is at least {least}, not {limit.amount}")
        return limit

    def __str__(self) -> str:
        return f"{self.amount} {self.unit}"

    @property
    def label(self) -> str:
        """In words, in the reader's language: "5 working days"."""
        n = self.amount
        if n == 0:
            return gettext("the same day")
        sentences = {
            "minute": ngettext("%(n)d minute", "%(n)d minutes", n),
            "hour": ngettext("%(n)d hour", "%(n)d hours", n),
            "working_hour": ngettext("%(n)d working hour", "%(n)d working hours", n),
            "workday": ngettext("%(n)d working day", "%(n)d working days", n),
            "calendar_day": ngettext("%(n)d day", "%(n)d days", n),
        }
        return sentences[self.unit] % {"n": n}


class _Named:
    """Something with a Chinese name, and an English one where somebody gave it."""

    name: str
    name_en: str

    @property
    def label(self) -> str:
        """The name in the reader's language; the Chinese one where no other is kept."""
        return (reads_english() and self.name_en) or self.name


def reads_english() -> bool:
    return (get_language() or "").startswith("en")


@dataclass(frozen=True)
class AreaCard(_Named):
    """lat, lng: degrees (WGS 84) of its centre, None while nobody drew it."""

    code: str
    name: str
    name_en: str
    level: str
    parent: str
    lat: float | None
    lng: float | None


@dataclass(frozen=True)
class PlaceCard:
    code: str
    name: str
    aliases: tuple[str, ...]
    area: str
    lat: float | None
    lng: float | None
    kind: str


@dataclass(frozen=True)
class UnitCard(_Named):
    code: str
    name: str
    name_en: str
    tier: str
    area: str
    parent: str
    phone: str


@dataclass(frozen=True)
class PostCard:
    code: str
    unit: str
    title: str
    title_en: str
    role: str
    holder: str = ""


@dataclass(frozen=True)
class CategoryCard(_Named):
    """path: names from the top down to itself, in Chinese and in English."""

    code: str
    name: str
    name_en: str
    parent: str
    level: int
    keywords: tuple[str, ...]
    path: tuple[str, ...]
    path_en: tuple[str, ...]

    @property
    def path_label(self) -> tuple[str, ...]:
        """The path in the reader's language, each name in Chinese where no other is kept."""
        if not reads_english():
            return self.path
        return tuple(english or name for english, name in zip(self.path_en, self.path, strict=True))


@dataclass(frozen=True)
class DispatchTarget:
    """A unit and the catalogue row that names it; `reason` is the sentence that a dispatcher reads."""

    unit: str
    category: str
    area: str
    version: int
    from_date: date
    reason: str


@dataclass(frozen=True)
class ProposalCard:
    """A ruling that the catalogue does not know yet. present: the unit that it names today, "" when it names none."""

    id: int
    category: str
    area: str
    unit: str
    present: str
    order: str
    proposed_at: datetime


@dataclass(frozen=True)
class SlaCard:
    """kind and urgency "*": any.   statutory: set where a law gives the unit longer than was promised."""

    kind: str
    urgency: str
    category: str
    contact: TimeLimit
    sign_in: TimeLimit
    finish: TimeLimit
    return_window: TimeLimit
    statutory: TimeLimit | None
    law: str
    from_date: date


@dataclass(frozen=True)
class CalendarDayCard:
    """One day. hours: "09:00-12:00,13:30-17:30", "" when nobody works.   kind: "" on a day like any other.

    source: "national", "own" or "".
    """

    day: date
    working: bool
    hours: str
    kind: str
    note: str
    source: str


@dataclass(frozen=True)
class PersonCard:
    """A person without name, phone or number: those stay sealed."""

    code: str
    household: str
    area: str
    sex: str
    birth: date | None
    groups: tuple[str, ...]


@dataclass(frozen=True)
class HouseholdCard:
    code: str
    area: str
    income: float | None
    members: tuple[PersonCard, ...]


@dataclass(frozen=True)
class FactCard:
    """A value in the unit of its fact, who said it, and since when it holds."""

    value: bool | int | float | str
    source: str
    since: date


@dataclass(frozen=True)
class MemberFacts:
    """What is known of one member by name of fact. consented: these facts may be used for the purpose asked."""

    code: str
    birth: date | None
    consented: bool
    facts: Mapping[str, FactCard]


@dataclass(frozen=True)
class HomeFacts:
    """A household with all that is known of it and its members on one day."""

    code: str
    area: str
    facts: Mapping[str, FactCard]
    members: tuple[MemberFacts, ...]


@dataclass(frozen=True)
class PopulationCard:
    """How many live in an area. groups: people per priority group, None where they are too few to be told."""

    area: str
    people: int
    households: int
    groups: Mapping[str, int | None]


@dataclass(frozen=True)
class GroupCard:
    code: str
    name: str


@dataclass(frozen=True)
class ImportReport:
    """Every row of the file is counted once: rows = accepted + unchanged + quarantined."""

    dataset: str
    rows: int
    accepted: int
    unchanged: int
    quarantined: int
    quarantine_file: str


AREA_LEVELS: Mapping[str, Promise] = {
    "province": _("Province"),
    "city": _("City"),
    "county": _("County or district"),
    "town": _("Town"),
    "subdistrict": _("Sub-district"),
    "community": _("Community"),
    "village": _("Village"),
    "grid": _("Grid"),
}
WEATHER, SENSOR = "weather", "sensor"


@dataclass(frozen=True)
class Quantity:
    """Something that is measured. least, most: in its unit; beyond them a reading is a mistake.   source: who tells it."""

    label: Promise
    unit: str
    least: float
    most: float
    source: str


QUANTITIES: Mapping[str, Quantity] = {
    "rain": Quantity(_("Rain in 24 hours"), "mm", 0, 2000, WEATHER),
    "warmth": Quantity(_("Highest temperature"), "°C", -80, 80, WEATHER),
    "water_level": Quantity(_("Water level"), "m", -500, 9000, SENSOR),
    "pm25": Quantity(_("Fine dust"), "µg/m³", 0, 5000, SENSOR),
    "noise": Quantity(_("Noise"), "dB", 0, 200, SENSOR),
}
UNIT_TIERS: Mapping[str, Promise] = {
    "department": _("Department"),
    "county": _("County government"),
    "town": _("Town government"),
    "firm": _("Public service firm"),
}
DEMAND_KINDS: Mapping[str, Promise] = {
    "*": _("Any kind"),
    "inquiry": _("Inquiry"),
    "help": pgettext_lazy("demand kind", "Help"),
    "complaint": _("Complaint"),
    "report": _("Report of violation"),
    "suggestion": _("Suggestion"),
    "praise": _("Praise"),
    "other": pgettext_lazy("demand kind", "Other"),
}
URGENCIES: Mapping[str, Promise] = {
    "*": _("Any urgency"),
    "life_safety": _("Threat to life or property"),
    "utilities_outage": _("Water, power, gas or heating out"),
    "urgent": pgettext_lazy("urgency", "Urgent"),
    "normal": pgettext_lazy("urgency", "Normal"),
    "complex": pgettext_lazy("urgency", "Complex"),
}
PRIORITY_GROUPS: Mapping[str, Promise] = {
    "elderly": _("Elderly people"),
    "disabled": _("Disabled people"),
    "low_income": _("Low-income families"),
    "migrant": _("Migrant workers"),
    "minor": _("Minors"),
    "veteran": _("Veterans"),
}
