"""Reading single cells: what offices write, and why a cell is refused."""

import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, time

from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.registry.cards import TimeLimit


class RowRefused(Exception):
    """A row is not taken. field: whose cell is to be mended, "" for the row as a whole."""

    def __init__(self, field: str, why: str) -> None:
        super().__init__(why)
        self.field = field
        self.why = why


_DATE = re.compile(r"(\d{4})\s*[-/.年]?\s*(\d{1,2})\s*[-/.月]?\s*(\d{1,2})\s*日?(?:[ T]0?0:00(?::00)?)?")
_LIMIT = re.compile(r"(\d{1,4})\s*个?\s*(\w+)")
_LIMIT_UNITS = {
    "分钟": "minute",
    "小时": "hour",
    "工作小时": "working_hour",
    "工作日": "workday",
    "自然日": "calendar_day",
    "天": "calendar_day",
    "日": "calendar_day",
}
_SEPARATORS = re.compile(r"[|｜、;；,，/]+")


def needed(values: Mapping[str, str], field: str, *, longest: int) -> str:
    text = optional(values, field, longest=longest)
    if not text:
        raise RowRefused(field, _("it is empty"))
    return text


def optional(values: Mapping[str, str], field: str, *, longest: int) -> str:
    text = values.get(field, "")
    if len(text) > longest:
        raise RowRefused(
            field, _("at most %(n)d characters fit, it has %(found)d") % {"n": longest, "found": len(text)}
        )
    return text


def code(values: Mapping[str, str], field: str, *, longest: int) -> str:
    """A code of ASCII letters, digits, dot, dash and underscore."""
    text = needed(values, field, longest=longest)
    if not re.fullmatch(r"[A-Za-z0-9_.\-]+", text):
        raise RowRefused(field, _("“%(text)s” is not a code of letters, digits, . - _") % {"text": text})
    return text


def known(values: Mapping[str, str], field: str, among: Collection[str], *, required: bool = True) -> str:
    """A code that has to exist already."""
    text = values.get(field, "")
    if not text and not required:
        return ""
    if not text:
        raise RowRefused(field, _("it is empty"))
    if text not in among:
        raise RowRefused(field, _("“%(text)s” is not known. Import it first or correct it.") % {"text": text})
    return text


def choice(values: Mapping[str, str], field: str, words: Mapping[str, str]) -> str:
    """One of several codes, written as the code or as a word that offices use for it. words: {word: code}."""
    text = values.get(field, "")
    if text in words.values():
        return text
    if text not in words:
        allowed = ", ".join(dict.fromkeys(words.values()))
        raise RowRefused(field, _("“%(text)s” is none of: %(allowed)s") % {"text": text, "allowed": allowed})
    return words[text]


def named(values: Mapping[str, str], field: str, words: Mapping[str, str]) -> str:
    """A kind that other rooms may add to: "*" for any, a code, or a word that offices use for a known one."""
    text = values.get(field, "")
    if text == "*" or re.fullmatch(r"[a-z][a-z0-9_]{0,23}", text):
        return text
    return choice(values, field, words)


def day(values: Mapping[str, str], field: str) -> date:
    text = values.get(field, "")
    found = _DATE.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        return date(*map(int, found.groups()))
    except ValueError:
        raise RowRefused(field, _("“%(text)s” is not a date such as 2026-03-01") % {"text": text}) from None


def moment(values: Mapping[str, str], field: str) -> datetime:
    """A moment, or a day for its beginning; by the county's clock unless it says otherwise."""
    text = values.get(field, "")
    if _DATE.fullmatch(text):
        told = datetime.combine(day(values, field), time())
    else:
        try:
            told = datetime.fromisoformat(text)
        except ValueError:
            raise RowRefused(
                field, _("“%(text)s” is not a moment such as 2026-03-01 14:30") % {"text": text}
            ) from None
    return (told if told.tzinfo else timezone.make_aware(told)).astimezone(UTC)


def optional_day(values: Mapping[str, str], field: str) -> date | None:
    return day(values, field) if values.get(field) else None


def degrees(values: Mapping[str, str], field: str, *, most: int) -> float | None:
    number = amount(values, field)
    if number is not None and abs(number) > most:
        raise RowRefused(field, _("degrees go from -%(most)d to %(most)d") % {"most": most})
    return number


def amount(values: Mapping[str, str], field: str) -> float | None:
    text = values.get(field, "")
    if not text:
        return None
    if not re.fullmatch(r"[+-]?\d{1,12}(\.\d{1,12})?", text):
        raise RowRefused(field, _("“%(text)s” is not a number") % {"text": text})
    return float(text)


def limit(values: Mapping[str, str], field: str, *, required: bool = True) -> str:
    """A time limit in the form that is kept, e.g. "5 workday", from that form or from "5个工作日"."""
    text = values.get(field, "")
    if not text and not required:
        return ""
    found = _LIMIT.fullmatch(text)
    try:
        if found is None:
            raise ValueError(text)
        unit = _LIMIT_UNITS.get(found[2], found[2])
        return str(TimeLimit.parse(f"{found[1]} {unit}"))
    except ValueError:
        raise RowRefused(
            field, _("“%(text)s” is not a time limit such as 5 workday") % {"text": text}
        ) from None


def words(values: Mapping[str, str], field: str) -> list[str]:
    """A list in one cell, parted by | 、 ; , or /, each word once."""
    return list(
        dict.fromkeys(word.strip() for word in _SEPARATORS.split(values.get(field, "")) if word.strip())
    )
