"""Rows of an Office Open XML workbook. The zip directory is judged before anything is unpacked."""

import zipfile
from collections.abc import Iterator
from typing import BinaryIO
from xml.etree.ElementTree import ParseError

from shuzhi.engines.tabular.cells import readable_cell
from shuzhi.engines.tabular.rows import Limits, Problem, Row, UnreadableTable

LAST_LINE = 1_048_576  # ECMA-376: a sheet has 2^20 rows; a file that claims more is made to keep us busy
_DAMAGE = (
    zipfile.BadZipFile,
    ParseError,
    KeyError,
    ValueError,
    OSError,
    EOFError,
    IndexError,
)


def check_archive(file: BinaryIO, limits: Limits) -> None:
    """Refuse archives that unpack to more than they should. A directory that lies is cut off by zipfile itself."""
    try:
        with zipfile.ZipFile(file) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as damage:
        raise UnreadableTable("damaged_workbook") from damage
    unpacked = sum(entry.file_size for entry in entries)
    packed = sum(entry.compress_size for entry in entries)
    strings = sum(entry.file_size for entry in entries if "sheet" not in entry.filename.casefold())
    if (
        len(entries) > limits.zip_entries
        or unpacked > limits.zip_bytes
        or strings > limits.strings_bytes
        or unpacked > limits.expansion * max(packed, 1)
    ):
        raise UnreadableTable("zip_bomb", entries=len(entries), unpacked=unpacked, packed=packed)


def workbook_rows(file: BinaryIO, limits: Limits) -> Iterator[Row]:
    """Every row of the first visible sheet that is not blank, the title row included; formulas as last computed."""
    import openpyxl  # nine megabytes in every process that reads tables; most are no workbooks

    if not openpyxl.DEFUSEDXML:
        raise RuntimeError(
            "openpyxl must read XML through defusedxml; install it before openpyxl is imported"
        )
    check_archive(file, limits)
    file.seek(0)
    try:
        book = openpyxl.load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet = next(one for one in book.worksheets if one.sheet_state == "visible")
        sheet.reset_dimensions()
        for line, found in enumerate(sheet.iter_rows(values_only=True), start=1):
            if line > LAST_LINE:
                raise UnreadableTable("too_large", limit=LAST_LINE)
            cells = [readable_cell(value) for value in found]
            if any(cells):
                too_long = sum(map(len, cells)) > limits.row_chars
                yield Row(line, cells, Problem.TOO_LONG if too_long else None)
    except UnreadableTable:
        raise
    except (*_DAMAGE, StopIteration) as damage:
        raise UnreadableTable("damaged_workbook") from damage
