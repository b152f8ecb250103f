"""Hides what identifies a person in a text and remembers what stood where.

Offsets are those of the text as given; everything outside the spans stays untouched, so that the spans, kept apart in a
vault, restore the text.
"""

from bisect import bisect_left
from collections.abc import Collection
from dataclasses import dataclass
from operator import attrgetter

from shuzhi.engines.text import person_names
from shuzhi.engines.text.identifiers import FINDERS, Views

_start = attrgetter("start")
MARKS = {
    "identity": "[身份证号]",
    "mobile": "[手机号]",
    "bank_card": "[银行卡号]",
    "landline": "[电话]",
    "email": "[邮箱]",
    "wechat": "[微信号]",
    "qq": "[QQ号]",
    "plate": "[车牌号]",
    "passport": "[证件号]",
    "room": "[住址]",
    "name": "[人名]",
}
"""What stands in the text instead, for each kind of span."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch that was hidden: offsets in the text as given (end exclusive), kind, and the words themselves."""

    start: int
    end: int
    kind: str
    original: str


@dataclass(frozen=True, slots=True)
class Masked:
    """The text with marks in place of what was hidden, and the spans, in order of appearance."""

    text: str
    spans: tuple[Span, ...]

    def restored(self) -> str:
        """The text as it was given, put together again from the spans."""
        pieces: list[str] = []
        at = shift = 0
        for one in self.spans:
            start = one.start + shift
            pieces += (self.text[at:start], one.original)
            at = start + len(MARKS[one.kind])
            shift += len(MARKS[one.kind]) - (one.end - one.start)
        return "".join((*pieces, self.text[at:]))


def mask(
    text: str,
    *,
    names: bool = False,
    keep_names: Collection[str] = (),
    tagger: person_names.Tagger | None = None,
) -> Masked:
    """Replace every identifying stretch by its mark.

    names: hide every name of a person that can be found (about 1.3 ms more for 100 characters), to be asked for wherever a text is
    shown to those who do not handle it; without it only names behind a label ("联系人：…") are hidden.
    keep_names: names that stay, such as officials acting in their post; not behind a label, where a person tells who
    they are.   tagger: a second source of names, such as
    `person_names.lac_tagger()`.

    >>> mask("我叫李小明，电话１３８ ００１３ ８０００").text
    '我叫[人名]，电话[手机号]'
    """
    views = Views(text)
    taken: list[Span] = []
    for kind, finder in FINDERS:
        for start, end in finder(views):
            _claim(taken, Span(start, end, kind, text[start:end]))
    own = set(person_names.labelled(text))
    for start, end in person_names.find(text, tagger) if names else own:
        if text[start:end] not in keep_names or (start, end) in own:
            _claim(taken, Span(start, end, "name", text[start:end]))
    if not taken:
        return Masked(text, ())
    return Masked(_replaced(text, taken), tuple(taken))


def _claim(taken: list[Span], wanted: Span) -> None:
    """Put a span in its place among those that are taken already, unless it overlaps one of them."""
    at = bisect_left(taken, wanted.start, key=_start)
    if (not at or taken[at - 1].end <= wanted.start) and (at == len(taken) or wanted.end <= taken[at].start):
        taken.insert(at, wanted)


def _replaced(text: str, spans: list[Span]) -> str:
    pieces: list[str] = []
    at = 0
    for one in spans:
        pieces += (text[at : one.start], MARKS[one.kind])
        at = one.end
    return "".join((*pieces, text[at:]))
