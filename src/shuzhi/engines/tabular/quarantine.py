"""The file that goes back to the sender: every row that was not taken, with its line and the reason."""

import csv
import io
from collections.abc import Sequence
from typing import BinaryIO

from shuzhi.engines.tabular.cells import safe_cell
from shuzhi.engines.tabular.rows import Row

LINE_COLUMN = "quarantine_line"
REASON_COLUMN = "quarantine_reason"


class QuarantineWriter:
    """Writes refused rows as CSV (UTF-8 with BOM, which spreadsheets recognise) that can be mended and read again.

    Nothing is written before the first row, so an empty file means that every row was taken.
    The columns of an earlier quarantine are replaced, not repeated.
    """

    def __init__(self, file: BinaryIO, columns: Sequence[str]) -> None:
        self._file = file
        self._columns = columns
        self._kept = [at for at, title in enumerate(columns) if title not in (LINE_COLUMN, REASON_COLUMN)]
        self.count = 0

    def add(self, row: Row, reason: str) -> None:
        """Write one row. Cells beyond the last column are kept behind it, so that nothing is lost."""
        if not self.count:
            self._file.write(b"\xef\xbb\xbf")
            self._write([LINE_COLUMN, REASON_COLUMN, *(self._columns[at] for at in self._kept)])
        self.count += 1
        values = row.values
        kept = [values[at] if at < len(values) else "" for at in self._kept]
        self._write([str(row.line), reason, *kept, *values[len(self._columns) :]])

    def _write(self, cells: Sequence[str]) -> None:
        text = io.StringIO()
        csv.writer(text).writerow([safe_cell(cell) for cell in cells])
        self._file.write(text.getvalue().encode("utf-8", "replace"))
