"""Cells: what may stand in one, and how to hand one to a spreadsheet without handing over a formula."""

import re
from datetime import date, datetime, time

# C0 and C1 controls and DEL, without tab, line feed and return: no text needs them and PostgreSQL refuses NUL.
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")
# What `errors="surrogateescape"` leaves where bytes did not fit the encoding.
ESCAPED_BYTES = re.compile(r"[\ud800-\udfff]")
UNCLEAN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
# The characters at which spreadsheets start to calculate (OWASP, CSV Injection).
_FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
_NUMBER = re.compile(r"[+-]?\d{1,15}(\.\d{1,15})?")


def safe_cell(value: str) -> str:
    """A cell that no spreadsheet takes for a formula: an apostrophe goes before a dangerous first character.

    Plain numbers stay numbers. Source: OWASP, CSV Injection.

    >>> safe_cell("=1+2"), safe_cell("-12.5"), safe_cell("路灯不亮")
    ("'=1+2", '-12.5', '路灯不亮')
    """
    if _FORMULA.match(value) and not _NUMBER.fullmatch(value):
        return "'" + value
    return value


def restore_cell(value: str) -> str:
    """Undo `safe_cell`, for files of ours that come back.

    >>> restore_cell("'=1+2"), restore_cell("'tis")
    ('=1+2', "'tis")
    """
    return value[1:] if value[:1] == "'" and safe_cell(value[1:]) == value else value


def readable_cell(value: object) -> str:
    """The text of a value out of a workbook or a JSON object, written as a person would type it.

    Whole numbers lose the ".0" that spreadsheets add to phones and codes; midnight loses its hours.

    >>> readable_cell(13800000000.0), readable_cell(None), readable_cell(datetime(2026, 3, 1))
    ('13800000000', '', '2026-03-01')
    """
    match value:
        case None:
            return ""
        case str():
            return CONTROLS.sub("", value)
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case datetime() if value.time() == time():
            return value.date().isoformat()
        case datetime():
            return value.isoformat(sep=" ", timespec="seconds")
        case date() | time():
            return value.isoformat()
        case _:
            return CONTROLS.sub("", str(value))
