"""Reads the rows of a table out of any file that a county sends, and writes back those that need mending."""

from shuzhi.engines.tabular.cells import readable_cell, restore_cell, safe_cell
from shuzhi.engines.tabular.columns import Field, match_columns
from shuzhi.engines.tabular.quarantine import LINE_COLUMN, REASON_COLUMN, QuarantineWriter
from shuzhi.engines.tabular.rows import Limits, Problem, Row, Table, UnreadableTable
from shuzhi.engines.tabular.table import open_table

__all__ = [
    "LINE_COLUMN",
    "REASON_COLUMN",
    "Field",
    "Limits",
    "Problem",
    "QuarantineWriter",
    "Row",
    "Table",
    "UnreadableTable",
    "match_columns",
    "open_table",
    "readable_cell",
    "restore_cell",
    "safe_cell",
]
