"""A brief as a page, as Word and as PDF show it: every number leads to what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse
from django.utils import formats, timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.insight.brief_cards import BriefDetail
from shuzhi.domains.insight.brief_text import BODY, HEADING, SUBHEADING, Grid, Line, Piece, read
from shuzhi.domains.insight.briefs import KIND_LABELS, Kind
from shuzhi.domains.statistics import services as statistics
from shuzhi.engines import documents

_THINGS = {
    "issue": gettext_lazy("Hot issue"),
    "warning": gettext_lazy("Warning"),
    "question": gettext_lazy("Question of the decision desk"),
    "questions": gettext_lazy("Questions of the decision desk"),
}
_BLOCKS = {HEADING: documents.HEADING, SUBHEADING: documents.SUBHEADING, BODY: documents.BODY}


@dataclass(frozen=True)
class ShownPiece:
    """Words or a number. link: where it leads; was: what the figure says when a person wrote another number, else ""."""

    words: str
    link: str = ""
    was: str = ""


@dataclass(frozen=True)
class ShownLine:
    """rows: of a table, its head first; empty for a line."""

    kind: str
    pieces: tuple[ShownPiece, ...] = ()
    rows: tuple[tuple[tuple[ShownPiece, ...], ...], ...] = ()


def lines_of(found: BriefDetail) -> list[ShownLine]:
    return [_line(part, found) for part in read(found.text)]


@dataclass(frozen=True)
class ShownFigure:
    """What a number of the text rests on: the number as first written, what it counts, where that can be looked at."""

    shown: str
    about: str
    link: str


def figures_of(found: BriefDetail) -> list[ShownFigure]:
    labels = {one.name: one.label for one in statistics.definitions()}
    return [ShownFigure(one["shown"], _about(one, labels), address_of(one)) for one in found.figures]


def document_of(found: BriefDetail) -> documents.OfficialDocument:
    """The same as an official document, in the language of the brief, with absolute links and the unseen mark."""
    card = found.brief
    with translation.override(card.language):
        organ = settings.SHUZHI_GOVERNMENT if card.language != "en" else settings.SHUZHI_GOVERNMENT_EN
        number = _("No. %(n)s") % {"n": card.number} if card.number else _("draft")
        day = formats.date_format(timezone.localtime(card.issued_at or card.made_at), _("j M Y"))
        kind = str(KIND_LABELS[Kind(card.kind)])
    return documents.OfficialDocument(
        organ=organ,
        number=capfirst(f"{kind} {number}"),
        day=day,
        title=card.title,
        blocks=tuple(_block(part, found) for part in read(found.text)),
        label=found.label,
        made_at=card.issued_at or card.made_at,
        properties=_unseen(found),
        language="en" if card.language == "en" else "zh",
    )


def address_of(figure: Mapping[str, Any]) -> str:
    """Where the rows or the thing behind a figure can be looked at."""
    kind, reference = figure["kind"], str(figure.get("reference", ""))
    if kind == "measure":
        asked = {name: figure[name] for name in ("since", "until", "category", "part") if figure.get(name)}
        part = {"part": "denominator"} if asked.get("part") == "rate" else {}
        return f"{reverse('statistics:rows', args=[figure['name']])}?{urlencode(asked | part)}"
    if kind == "issue":
        return reverse("insight:issue", args=[int(reference)])
    if kind == "warning":
        return reverse("insight:warning", args=[int(reference)])
    if kind == "question":
        return reverse("insight:question", args=[int(reference)])
    if kind == "questions":
        return f"{reverse('insight:questions')}?{urlencode({'state': reference})}"
    return ""


def _about(figure: Mapping[str, Any], labels: Mapping[str, str]) -> str:
    if figure["kind"] != "measure":
        return str(_THINGS[figure["kind"]])
    label = labels.get(figure["name"], figure["name"])
    counted = label if figure["part"] == "rate" else _("denominator of “%(measure)s”") % {"measure": label}
    since, until = (datetime.fromisoformat(figure[name]) for name in ("since", "until"))
    first, last = (formats.date_format(day, _("j M Y")) for day in (since, until - timedelta(days=1)))
    return f"{counted} · {first}" if first == last else f"{counted} · {first} – {last}"


def _unseen(found: BriefDetail) -> Mapping[str, str]:
    """By the field names of GB 45438-2025, annex E. Label "1": it is generated."""
    producer = f"shuzhi/{settings.SHUZHI_CODE_PREFIX}"
    return {
        "Label": "1",
        "ContentProducer": producer,
        "ProduceID": f"brief-{found.brief.id}",
        "ReservedCode1": "",
        "ContentPropagator": producer,
        "PropagateID": f"{found.brief.kind}-{found.brief.number}" if found.brief.number else "",
        "ReservedCode2": "",
    }


def _line(part: Line | Grid, found: BriefDetail) -> ShownLine:
    if isinstance(part, Grid):
        return ShownLine(
            "table", rows=tuple(tuple(_pieces(cell, found) for cell in row) for row in part.rows)
        )
    return ShownLine(part.kind, _pieces(part.pieces, found))


def _pieces(pieces: tuple[Piece, ...], found: BriefDetail) -> tuple[ShownPiece, ...]:
    return tuple(_piece(one, found) for one in pieces)


def _piece(piece: Piece, found: BriefDetail) -> ShownPiece:
    if not piece.figure:
        return ShownPiece(piece.words)
    figure = found.figures[piece.figure - 1]
    was = figure["shown"] if figure["shown"] != piece.words else ""
    return ShownPiece(piece.words, address_of(figure), was)


def _block(part: Line | Grid, found: BriefDetail) -> documents.Block | documents.Table:
    if isinstance(part, Grid):
        return documents.Table(tuple(tuple(_runs(cell, found) for cell in row) for row in part.rows))
    return documents.Block(_BLOCKS[part.kind], _runs(part.pieces, found))


def _runs(pieces: tuple[Piece, ...], found: BriefDetail) -> tuple[documents.Run, ...]:
    shown = _pieces(pieces, found)
    return tuple(
        documents.Run(one.words, f"{settings.SHUZHI_PUBLIC_URL}{one.link}" if one.link else "")
        for one in shown
    )
