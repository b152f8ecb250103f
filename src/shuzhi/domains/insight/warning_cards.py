"""What the world sees of early warnings and their checklists."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class ChecklistCard:
    """What to do when a warning opens. version 0 is the shipped one.

    categories: codes, with everything below them.   measures: quantities that speak of its matters;
    levels: values of the first of them that raise it by themselves, none for none.
    steps: in both languages where they are shipped, as typed where a county wrote them.
    """

    code: str
    name: str
    name_en: str
    categories: tuple[str, ...]
    measures: tuple[str, ...]
    levels: Mapping[str, float]
    steps: tuple[tuple[str, str], ...]
    version: int
    from_date: date | None

    @property
    def measure(self) -> str:
        """The quantity that raises a warning by itself, "" for none."""
        return self.measures[0] if self.levels else ""

    @property
    def gathers(self) -> bool:
        """Whether the weather makes its matters one subject, as a storm does, rather than each its own."""
        return bool(self.measure)


@dataclass(frozen=True)
class TaskCard:
    """A task of an open checklist, in the reader's language."""

    text: str
    done_by: str
    done_at: datetime | None


@dataclass(frozen=True)
class MatterFound:
    """One category in a warning, with what came and what was ordinary from `first` to `last`."""

    category: str
    category_name: str
    came: int
    expected: float
    first: date
    last: date


@dataclass(frozen=True)
class ReadingFound:
    """What was measured or foretold for a day, the highest of its area. quantity: a code of the registry."""

    quantity: str
    label: str
    value: float
    unit: str
    day: date


@dataclass(frozen=True, kw_only=True)
class WarningCard:
    """A warning in a list. kind: burst, shift or weather.   level: red, orange, yellow or blue.

    place: the area below `area` in which the demands came, "" where they came from several.
    state: raised, acknowledged, acting or closed.   outcome: true or false once closed.   sources: demands, weather, sensor.
    """

    id: int
    area: str
    area_name: str
    place: str
    place_name: str
    title: str
    kind: str
    level: str
    state: str
    outcome: str
    first_day: date
    last_day: date
    came: int
    expected: float
    false_alarms: float
    sources: tuple[str, ...]
    matters: tuple[MatterFound, ...]
    readings: tuple[ReadingFound, ...]
    tasks_done: int
    tasks: int
    raised_at: datetime
    renewed_at: datetime

    @property
    def acted_on(self) -> bool:
        """Whether measures are under way."""
        return self.state == "acting"


@dataclass(frozen=True)
class WarningStepCard:
    """One step of a warning's story."""

    action: str
    detail: str
    because: str
    by: str
    at: datetime


@dataclass(frozen=True)
class EvidenceCard:
    """A demand behind a warning, masked."""

    demand_id: int
    title: str
    place: str
    status: str
    received_at: datetime


@dataclass(frozen=True)
class DayFound:
    """A day of the chart: what came and what was ordinary."""

    day: date
    came: int
    expected: float


@dataclass(frozen=True, kw_only=True)
class WarningDetail:
    """Everything about one warning. true, false: how warnings of this level that are closed turned out."""

    warning: WarningCard
    days: tuple[DayFound, ...]
    tasks: tuple[TaskCard, ...]
    steps: tuple[WarningStepCard, ...]
    evidence: tuple[EvidenceCard, ...]
    checklist: ChecklistCard
    true: int
    false: int
    may_edit: bool
