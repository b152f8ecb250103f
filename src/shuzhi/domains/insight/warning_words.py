"""What people read of a warning: its colour, its state, how rare it is, where it stands."""

import math
from collections.abc import Mapping
from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

LEVELS: Mapping[str, Promise] = {
    "red": gettext_lazy("red"),
    "orange": gettext_lazy("orange"),
    "yellow": gettext_lazy("yellow"),
    "blue": gettext_lazy("blue"),
}
TAGS: Mapping[str, str] = {"red": "bad", "orange": "lv-o", "yellow": "lv-y", "blue": ""}
STATES: Mapping[str, Promise] = {
    "raised": gettext_lazy("nobody looked yet"),
    "acknowledged": gettext_lazy("being looked into"),
    "acting": gettext_lazy("measures under way"),
    "closed": gettext_lazy("ended"),
}
OUTCOMES: Mapping[str, Promise] = {
    "true": gettext_lazy("true alarm"),
    "false": gettext_lazy("false alarm"),
}
KINDS: Mapping[str, Promise] = {
    "burst": gettext_lazy("sudden rise"),
    "shift": gettext_lazy("lasting rise"),
    "weather": gettext_lazy("weather forecast"),
}
ACTIONS: Mapping[str, Promise] = {
    "raised": gettext_lazy("Raised"),
    "raised_level": gettext_lazy("Became graver"),
    "acknowledged": gettext_lazy("Looked into"),
    "acting": gettext_lazy("Measures begun"),
    "closed": gettext_lazy("Ended"),
    "task": gettext_lazy("Task done"),
    "task_undone": gettext_lazy("Task taken back"),
}
_MONTHS_A_YEAR, _CENTURY_MONTHS = 12, 1200
_LEAST_SHOWN = 0.1


def rarity(false_alarms: float) -> str:
    """How often chance alone would bring such an alarm to the area, in words."""
    months = math.inf if false_alarms <= 0 else 1 / false_alarms
    if months >= _CENTURY_MONTHS:
        return _("by chance less than once in a hundred years in this area")
    if months >= 2 * _MONTHS_A_YEAR:
        n = int(months / _MONTHS_A_YEAR)
        return ngettext(
            "by chance about once in %(n)s year in this area",
            "by chance about once in %(n)s years in this area",
            n,
        ) % {"n": n}
    n = max(1, round(months))
    return ngettext(
        "by chance about once in %(n)s month in this area",
        "by chance about once in %(n)s months in this area",
        n,
    ) % {"n": n}


def days_of(first: date, last: date) -> str:
    """One day, or from one to another."""
    begins, ends = (date_format(day, _("j M")) for day in (first, last))
    return begins if first == last else _("%(first)s to %(last)s") % {"first": begins, "last": ends}


def count_of(expected: float) -> str:
    """An expected count as people read it."""
    return (
        f"{expected:.1f}" if expected >= _LEAST_SHOWN else _("less than %(least)s") % {"least": _LEAST_SHOWN}
    )
