"""An official document as PDF: typeset by Typst, with its fonts embedded and its structure tagged for screen readers."""

import json
from functools import cache
from importlib import resources
from typing import Any

import typst

from shuzhi.engines.documents.official import (
    BOTTOM_MM,
    LEFT_MM,
    LINE_PT,
    NUMBER_PT,
    RIGHT_MM,
    TEXT_PT,
    TITLE_PT,
    TOP_MM,
    Block,
    OfficialDocument,
    Run,
    Table,
)

# Debian's fonts-noto-cjk; FangSong, KaiTi and SimHei are taken where a machine has them.
FONTS = frozenset({"Noto Serif CJK SC", "Noto Sans CJK SC"})


class FontsMissing(RuntimeError):
    """The machine has no font with Chinese characters, so that a page would be full of boxes."""


def to_pdf(document: OfficialDocument) -> bytes:
    """A4, tagged. The same document gives the same bytes on the same machine.

    Raises FontsMissing where the Chinese fonts are not installed.
    """
    if missing := FONTS - _families():
        raise FontsMissing(", ".join(sorted(missing)))
    made = typst.compile(
        _layout(),
        format="pdf",
        sys_inputs={"document": json.dumps(_told(document), ensure_ascii=False)},
        timestamp=int(document.made_at.timestamp()),
    )
    if not isinstance(made, bytes):
        raise RuntimeError("the typesetter gave no single file")
    return made


@cache
def _families() -> frozenset[str]:
    return frozenset(typst.Fonts(include_embedded_fonts=False).families())


@cache
def _layout() -> bytes:
    return resources.files(__package__).joinpath("official.typ").read_bytes()


def _told(document: OfficialDocument) -> dict[str, Any]:
    return {
        "organ": document.organ,
        "number": document.number,
        "day": document.day,
        "title": document.title,
        "label": document.label,
        "language": document.language,
        "keywords": [document.label] if document.label else [],
        "description": json.dumps({"AIGC": dict(document.properties)}, ensure_ascii=False)
        if document.properties
        else "",
        "blocks": [_block(one) for one in document.blocks],
        "top_mm": TOP_MM,
        "left_mm": LEFT_MM,
        "right_mm": RIGHT_MM,
        "bottom_mm": BOTTOM_MM,
        "organ_pt": document.organ_pt,
        "title_pt": TITLE_PT,
        "text_pt": TEXT_PT,
        "number_pt": NUMBER_PT,
        "line_pt": LINE_PT,
    }


def _block(block: Block | Table) -> dict[str, Any]:
    if isinstance(block, Table):
        return {
            "kind": "table",
            "shares": [one.share for one in block.columns],
            "centred": [one.centred for one in block.columns],
            "rows": [[_runs(cell) for cell in row] for row in block.rows],
        }
    return {"kind": block.kind, "runs": _runs(block.runs)}


def _runs(runs: tuple[Run, ...]) -> list[dict[str, str]]:
    return [{"text": run.text, "link": run.link} for run in runs]
