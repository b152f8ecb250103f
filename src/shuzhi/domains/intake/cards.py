"""What the world sees of a demand."""

from dataclasses import dataclass
from datetime import datetime

from shuzhi.engines.text import ModelEntry


@dataclass(frozen=True, kw_only=True)
class DemandDraft:
    """A demand as it arrives. lat, lng: degrees, WGS 84. same_as: id of the demand that it repeats ("me too").

    groups: codes of the registry's priority groups that the requester belongs to.   enterprise: the firm that it is
    about.   tags: words of a second axis beside the category (time and season, group of people, nature of the matter).
    """

    channel: str
    text: str
    title: str = ""
    kind: str = ""
    category: str = ""
    area: str = ""
    place: str = ""
    lat: float | None = None
    lng: float | None = None
    name: str = ""
    phone: str = ""
    email: str = ""
    groups: tuple[str, ...] = ()
    enterprise: str = ""
    tags: tuple[str, ...] = ()
    anonymous: bool = False
    secret: bool = False
    same_as: int | None = None
    source: str = ""
    source_key: str = ""
    idempotency_key: str = ""
    received_at: datetime | None = None
    language: str = "zh-hans"
    source_level: str = "county"
    synthetic: bool = False


@dataclass(frozen=True)
class Receipt:
    """What the requester takes home. `query_code` is "" where it was never kept (imported rows seen again)."""

    demand_id: int
    public_code: str
    query_code: str


@dataclass(frozen=True)
class PhotoCard:
    """width, height: pixels."""

    id: int
    width: int
    height: int
    size_bytes: int


@dataclass(frozen=True)
class SuggestionOption:
    """confidence: 0 to 1. reasons: the words that decided."""

    value: str
    confidence: float
    reasons: tuple[str, ...]


@dataclass(frozen=True)
class SuggestionCard:
    """What the machine suggested for a field, best first, and what a person made of it (None: not judged yet)."""

    field: str
    value: str
    confidence: float
    reasons: tuple[str, ...]
    version: str
    options: tuple[SuggestionOption, ...] = ()
    chosen: str = ""
    accepted: bool | None = None


@dataclass(frozen=True)
class SupplementCard:
    text: str
    by: str
    at: datetime


@dataclass(frozen=True)
class PartCard:
    """One of several points in a message. category: what its own words are about, "" when they do not say."""

    words: str
    category: str


@dataclass(frozen=True, kw_only=True)
class DemandCard:
    """A demand. Title and text are in full for handlers only; everybody else sees them masked (`masked` says which).

    split_into: (id, public code) of the demands that a person made of some of its points.
    """

    id: int
    public_code: str
    channel: str
    source_level: str
    kind: str
    category: str
    area: str
    place: str
    lat: float | None
    lng: float | None
    title: str
    text: str
    masked: bool
    urgency: str
    flags: tuple[str, ...]
    anonymous: bool
    secret: bool
    received_at: datetime
    status: str
    outcome: str
    unit: str
    due_at: datetime | None
    same_as: int | None
    language: str
    photos: tuple[PhotoCard, ...] = ()
    suggestions: tuple[SuggestionCard, ...] = ()
    supplements: tuple[SupplementCard, ...] = ()
    enterprise: str = ""
    tags: tuple[str, ...] = ()
    synthetic: bool = False
    split_into: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True)
class DemandPage:
    """One page of a list. `next_after` is the id to continue after, None at the end."""

    items: tuple[DemandCard, ...]
    next_after: int | None


@dataclass(frozen=True)
class PublicDemand:
    """A demand as everybody may see it. words and place are filled for the system that sent it, masked; lat, lng are
    exact for that system and rounded to about 1 km for others.
    """

    public_code: str
    category: str
    area: str
    lat: float | None
    lng: float | None
    words: str
    place: str
    closed: bool
    status: str
    outcome: str
    unit: str
    received_at: datetime
    due_at: datetime | None


@dataclass(frozen=True)
class ContactCard:
    name: str
    phone: str
    email: str
    groups: tuple[str, ...]
    anonymous: bool
    secret: bool


@dataclass(frozen=True)
class PlaceSuggestion:
    """A place that the words may mean. area: the name of the area that it lies in. lat, lng: degrees."""

    code: str
    name: str
    area: str
    lat: float | None
    lng: float | None


@dataclass(frozen=True)
class PlaceMention:
    """A stretch of words, from start to before end, that names a place: its name and area, and how sure that is (0 to 1)."""

    start: int
    end: int
    name: str
    area: str
    confidence: float


@dataclass(frozen=True)
class SimilarCard:
    """An earlier demand that may be the same matter. score: 0 to 1. people: how many have said it, the first included.

    near_copy: nearly the same words, from wherever in the county; the place may be another.
    """

    id: int
    title: str
    place: str
    distance_m: int | None
    score: float
    shared_words: tuple[str, ...]
    status: str
    people: int
    received_at: datetime
    near_copy: bool = False


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """A text model on the shelf. why_not: code of what forbids that it serves, "" when it may.

    may_be_taken_back: it serves, and another one served before it.
    """

    entry: ModelEntry
    serving: bool
    may_serve: bool
    why_not: str
    comes_with_the_program: bool
    may_be_taken_back: bool


@dataclass(frozen=True)
class ModelChangeCard:
    """Somebody let a version serve. kind: "promoted", or "rolled_back" when it serves again."""

    target: str
    version: str
    kind: str
    because: str
    by: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class DriftCard:
    """How the suggestions for a field do of late. shares: 0 to 1 of those judged, None without any.

    weeks: the share taken in each of the last twelve weeks, oldest first, None for a week without any.
    shift: population stability index of what people chose, recent against before; None without enough on both sides.
    """

    field: str
    judged: int
    accepted_share: float | None
    recent: int
    recent_share: float | None
    shift: float | None
    learn_again: bool
    weeks: tuple[float | None, ...]


@dataclass(frozen=True)
class CorrectionCard:
    """People chose one value where another was suggested. count: how many times."""

    suggested: str
    chosen: str
    count: int


@dataclass(frozen=True)
class MatterCard:
    """What a demand is about, masked. reporter: an opaque key, the same for one phone; "" when none was left."""

    id: int
    title: str
    text: str
    category: str
    area: str
    place: str
    lat: float | None
    lng: float | None
    received_at: datetime
    same_as: int | None
    status: str
    outcome: str
    unit: str
    urgency: str
    flags: tuple[str, ...]
    reporter: str


@dataclass(frozen=True, slots=True)
class CallCard:
    """That somebody sent a demand, without a word of it. reporter: an opaque key, the same for one phone."""

    demand_id: int
    reporter: str
    category: str
    area: str
    received_at: datetime


@dataclass(frozen=True)
class RecognisedColumn:
    """A column of a file, the field it was taken for ("" when it is left out), and one value from the first rows."""

    column: str
    field: str
    example: str


@dataclass(frozen=True)
class ImportReport:
    """Every row of a file accounted for: rows = accepted + merged + unchanged + quarantined.

    merged: kept as a further voice of an earlier demand.  unchanged: the same row, imported before.
    unread: (field, cells) that could not be understood and were left to triage.
    """

    run_id: int
    source: str
    columns: tuple[RecognisedColumn, ...]
    rows: int
    accepted: int
    merged: int
    unchanged: int
    quarantined: int
    without_place: int
    unread: tuple[tuple[str, int], ...]
    quarantine_file: str
    receipts_file: str
    dry_run: bool
