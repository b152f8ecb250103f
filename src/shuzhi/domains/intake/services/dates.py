"""Moments as people and systems write them."""

import re
from datetime import datetime, timedelta

from django.utils import timezone

_PATTERNS = (
    "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d", "%Y.%m.%d %H:%M:%S", "%Y.%m.%d %H:%M", "%Y.%m.%d",
    "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
    "%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d/%m/%Y", "%Y-%m-%d %H:%M:%S.%f", "%d %b %Y %H:%M:%S", "%d %b %Y",
    "%b %d, %Y", "%Y-%m-%d %H:%M", "%Y-%m-%d",
)  # fmt: skip
_COMPACT = {8: "%Y%m%d", 12: "%Y%m%d%H%M", 14: "%Y%m%d%H%M%S"}
_CHINESE = re.compile(
    r"(\d{4})\s*年\s*(\d{1,2})\s*月\s*(\d{1,2})\s*[日号]"
    r"(?:\s*(上午|下午|晚上)?\s*(\d{1,2})\s*[时点:：]\s*(?:(\d{1,2})\s*分?)?(?:[:：]?\s*(\d{1,2})\s*秒?)?)?"
)
_SPREADSHEET_DAY = re.compile(r"[2-6]\d{4}(\.\d+)?")  # 1954 to 2091
_SPREADSHEET_EPOCH = datetime(1899, 12, 30)
_SINCE_1970 = re.compile(r"1\d{9}(\d{3})?")  # seconds or milliseconds, 2001 to 2033


class DateReader:
    """Reads the dates of one file. Remembers the last pattern that fitted, because a column keeps to one."""

    def __init__(self) -> None:
        self._last = _PATTERNS[0]

    def read(self, written: str) -> datetime:
        """An aware moment; without an offset it is the county's own time. Of 03/04 the first number is the month.

        Raises ValueError when it is no date in any form that is known here.
        """
        written = written.strip()
        # Compact forms such as 20190228 belong to the patterns: fromisoformat also takes weeks and ordinals.
        if written[4:5] == "-":
            try:
                return _aware(datetime.fromisoformat(written))
            except ValueError:
                pass
        for pattern in (self._last, *_PATTERNS):
            try:
                moment = datetime.strptime(written, pattern)
            except ValueError:
                continue
            if not pattern.startswith("%d/"):  # or one 13/04 would turn the later 03/04 around
                self._last = pattern
            return _aware(moment)
        return _aware(_unusual(written))


def _unusual(written: str) -> datetime:
    if found := _CHINESE.fullmatch(written):
        year, month, day, half, hour, minute, second = found.groups(default="0")
        afternoon = 12 if half in {"下午", "晚上"} and int(hour) < 12 else 0
        return datetime(int(year), int(month), int(day), int(hour) + afternoon, int(minute), int(second))
    if _SPREADSHEET_DAY.fullmatch(written):
        return _SPREADSHEET_EPOCH + timedelta(seconds=round(float(written) * 86_400))
    if written.isdigit() and (pattern := _COMPACT.get(len(written))):
        return datetime.strptime(written, pattern)
    if _SINCE_1970.fullmatch(written):
        return datetime.fromtimestamp(int(written[:10]), timezone.get_default_timezone())
    raise ValueError(written)


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else timezone.make_aware(moment)
