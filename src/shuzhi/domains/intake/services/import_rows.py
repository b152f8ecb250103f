"""One row of a file becomes a draft that was read, or a reason why not."""

import hashlib
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.intake.kinds import CHANNELS, KINDS
from shuzhi.domains.intake.reading_process import ReaderPlan
from shuzhi.domains.intake.services.columns import KIND_WORDS, channel_code, says_yes, several
from shuzhi.domains.intake.services.dates import DateReader
from shuzhi.domains.intake.services.drafts import TITLE_FROM_TEXT, check_draft, wrong
from shuzhi.domains.intake.services.reading import Reading, read_drafts
from shuzhi.domains.intake.services.vocabulary import Vocabulary
from shuzhi.engines.tabular import Problem, Row
from shuzhi.spine.errors import Refused

PROBLEMS: Mapping[Problem, str | Promise] = {
    Problem.UNDECODABLE: gettext_lazy("Some characters are damaged (wrong encoding). Type them again."),
    Problem.UNCLOSED_QUOTE: gettext_lazy("A quotation mark is opened and never closed. Close or remove it."),
    Problem.TOO_LONG: gettext_lazy("The row is too long. Shorten its text to 10,000 characters."),
    Problem.TOO_MANY_CELLS: gettext_lazy(
        "The row has more cells than there are columns. Quote cells with commas."
    ),
    Problem.NOT_AN_OBJECT: gettext_lazy("The line is no JSON object. Write one object per line."),
    Problem.UNKNOWN_KEY: gettext_lazy(
        "The object has a key that the first rows do not have. Remove or rename it."
    ),
}
LONG_ENOUGH_TO_MERGE = 15  # characters of a person's own words; shorter ones are the same by chance
_SPREADSHEET_BREAK = "_x000D_"


@dataclass(frozen=True)
class ReadRow:
    """A row with its draft and reading, or with the reason why there is none.

    own_words: somebody's text of a length that two people do not write alike by chance.
    """

    row: Row
    draft: DemandDraft | None = None
    reading: Reading | None = None
    reason: str = ""
    own_words: bool = False


@dataclass(frozen=True)
class ReadRows:
    """A chunk that was read. unread: {field: how many of its cells could not be understood}."""

    rows: tuple[ReadRow, ...]
    unread: Counter[str]


@dataclass
class RowReader:
    """Reads the rows of one file."""

    plan: ReaderPlan
    known: Vocabulary
    dates: DateReader = field(default_factory=DateReader)
    unread: Counter[str] = field(default_factory=Counter)

    def read_many(self, rows: Sequence[Row]) -> ReadRows:
        self.unread = Counter()
        drafted = [self._checked(row) for row in rows]
        readings = iter(read_drafts([one.draft for one in drafted if one.draft]))
        read = tuple(
            ReadRow(one.row, one.draft, next(readings), own_words=one.own_words) if one.draft else one
            for one in drafted
        )
        return ReadRows(read, self.unread)

    def _checked(self, row: Row) -> ReadRow:
        if row.problem is not None:
            return ReadRow(row, reason=str(PROBLEMS[row.problem]))
        try:
            draft = self._draft(row)
        except Refused as refusal:
            return ReadRow(row, reason=refusal.sentence)
        return ReadRow(row, draft, own_words=len(self._cell(row, "text")) >= LONG_ENOUGH_TO_MERGE)

    def _draft(self, row: Row) -> DemandDraft:
        title, text, place = self._words(row)
        area, place = self._area(row, place)
        lat, lng = self._position(row)
        cell = self._cell
        return check_draft(
            DemandDraft(
                channel=self._channel(cell(row, "channel")),
                title=title,
                text=text,
                kind=self._kind(cell(row, "kind")),
                category=self._category(cell(row, "category")),
                area=area,
                place=place,
                lat=lat,
                lng=lng,
                name=cell(row, "name"),
                phone=cell(row, "phone"),
                email=cell(row, "email"),
                enterprise=cell(row, "enterprise"),
                tags=several(cell(row, "tags")),
                anonymous=says_yes(cell(row, "anonymous")),
                secret=says_yes(cell(row, "secret")),
                source=self.plan.source,
                source_key=cell(row, "source_key") or _key_of(row),
                received_at=self._moment(cell(row, "received_at")),
                synthetic=self.plan.synthetic,
            )
        )

    def _cell(self, row: Row, name: str) -> str:
        at = self.plan.columns.get(name)
        return row.values[at].strip() if at is not None else ""

    def _words(self, row: Row) -> tuple[str, str, str]:
        """Title, text, place. A system without free text has a request type, which then says what happened."""
        title, text = self._cell(row, "title"), self._cell(row, "text").replace(_SPREADSHEET_BREAK, "")
        place, request_type = self._cell(row, "place"), self._cell(row, "request_type")
        title = title or (request_type if not text else "")
        if not text and request_type:
            text = ", ".join(part for part in (title, place) if part)
        # A title longer than ours is kept whole at the head of the text.
        if len(title) > 200:
            title, text = title[:TITLE_FROM_TEXT], f"{title}\n{text}" if text else title
        return title, text, place

    def _area(self, row: Row, place: str) -> tuple[str, str]:
        """A code or a name that the registry knows; what it does not know is kept as words of the place."""
        written = self._cell(row, "area")
        if not written:
            return "", place
        code = self.known.area_names.get(written.casefold(), written)
        if code in self.known.areas:
            return code, place
        if written.isdigit() and len(written) >= 6:
            raise wrong(
                "area", _("the registry has no area %(code)s. Import the areas first.") % {"code": written}
            )
        self.unread["area"] += 1
        return "", f"{written} {place}".strip()

    def _position(self, row: Row) -> tuple[float | None, float | None]:
        written = self._cell(row, "lat"), self._cell(row, "lng")
        if not any(written):
            return None, None
        try:
            lat, lng = float(written[0]), float(written[1])
        except ValueError:
            lat = lng = math.nan
        # Systems write (0, 0) for "unknown"; nobody lives there.
        if not (-90 <= lat <= 90 and -180 <= lng <= 180) or (lat == 0 and lng == 0):
            self.unread["lat"] += 1
            return None, None
        return lat, lng

    def _moment(self, written: str) -> datetime | None:
        if not written:
            return None
        try:
            return self.dates.read(written)
        except (ValueError, OverflowError):
            raise wrong(
                "received_at",
                _("“%(date)s” is no date. Write it like 2026-03-01 14:30.") % {"date": written[:40]},
            ) from None

    def _channel(self, written: str) -> str:
        if not written:
            return self.plan.default_channel
        code = written if written in CHANNELS else channel_code(written)
        self.unread["channel"] += not code
        return code or "other"

    def _kind(self, written: str) -> str:
        code = written if written in KINDS else KIND_WORDS.get(written, "")
        self.unread["kind"] += bool(written and not code)
        return code

    def _category(self, written: str) -> str:
        if not written or written in self.known.categories:
            return written
        code = self.known.category_names.get(written.casefold(), "")
        self.unread["category"] += not code
        return code


def _key_of(row: Row) -> str:
    """A row without a number of its own is known by its contents, so that a second import finds it again."""
    return "row:" + hashlib.sha256("\x1f".join(row.values).encode("utf-8", "replace")).hexdigest()[:32]
