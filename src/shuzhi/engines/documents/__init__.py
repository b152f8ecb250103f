"""The documents engine: an official document in the layout of GB/T 9704-2012, as Word and as PDF."""

from shuzhi.engines.documents.official import BODY, HEADING, SUBHEADING, Block, OfficialDocument, Run, Table
from shuzhi.engines.documents.pdf import FontsMissing, to_pdf
from shuzhi.engines.documents.word import to_word

__all__ = [
    "BODY",
    "HEADING",
    "SUBHEADING",
    "Block",
    "FontsMissing",
    "OfficialDocument",
    "Run",
    "Table",
    "to_pdf",
    "to_word",
]
