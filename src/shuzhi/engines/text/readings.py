"""The plain values that reading a message takes in and gives back."""

from dataclasses import dataclass

VERSION = "words-1"
"""Version of the authored word lists and rules; a trained model adds its own name behind it."""


class Kind:
    """Demand types (诉求类型): the values that a type suggestion may have."""

    INQUIRY = "inquiry"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    SUGGESTION = "suggestion"
    PRAISE = "praise"
    OTHER = "other"
    ORDER = (INQUIRY, HELP, COMPLAINT, REPORT, SUGGESTION, PRAISE)


class Urgency:
    """Urgency levels, most urgent first in `ORDER`."""

    LIFE_SAFETY = "life_safety"
    UTILITIES_OUTAGE = "utilities_outage"
    URGENT = "urgent"
    NORMAL = "normal"
    ORDER = (LIFE_SAFETY, UTILITIES_OUTAGE, URGENT, NORMAL)


class Flag:
    """Marks that bring a message to a human at once, whatever else is read from it."""

    THREAT = "threat"
    SELF_HARM = "self_harm"
    VULNERABLE = "vulnerable_person"
    REPEATED = "repeated"
    DEADLINE = "time_pressure"
    MINOR = "minor"


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One proposed value and why; a human decides.

    confidence: 0 to 1.   reasons: the words that decided, as found in the text.   version: what produced it.
    span: (start, end) of the stretch that a place was read from, with "near" or "opposite"; None for the others.
    """

    value: str
    confidence: float
    reasons: tuple[str, ...]
    version: str
    span: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CategoryHint:
    """A category as the county's registry describes it: code, names from the top down, words that point to it."""

    code: str
    path: tuple[str, ...]
    keywords: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlaceName:
    """An area or place that people may name.

    lat, lng: degrees (WGS 84) or None.   level: city, county, town, subdistrict, community, village, grid, or the
    kind of place (road, estate, school …).   area: 12-digit code of the area that a place lies in; an area's own
    code is its area, so it may be left out.
    """

    code: str
    name: str
    aliases: tuple[str, ...] = ()
    lat: float | None = None
    lng: float | None = None
    level: str = ""
    area: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one message says: type, categories (best first, up to 3), places (best first), urgency, flags, asks.

    categories and places are empty when nothing in the text points to one: no guess is made up.
    asks: the separate matters asked, as found in the text.   version: word lists and model that read it.
    """

    kind: Suggestion
    categories: tuple[Suggestion, ...]
    places: tuple[Suggestion, ...]
    urgency: Suggestion
    flags: tuple[str, ...]
    asks: tuple[str, ...]
    version: str
