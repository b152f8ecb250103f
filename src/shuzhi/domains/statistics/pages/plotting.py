"""A figure over time, ready to be drawn."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.utils import formats, timezone
from django.utils.translation import gettext as _

from shuzhi.domains.statistics.definitions import SHARE

LINES = 4


@dataclass(frozen=True)
class SeriesShown:
    """What the tag `series_chart` draws; see there."""

    title: str
    told: str
    values: Sequence[float | None]
    labels: Mapping[int, str]
    ticks: Mapping[float, str]
    breaks: Mapping[int, int] = field(default_factory=dict)


def series_of(
    values: Sequence[float | None],
    starts: Sequence[datetime],
    *,
    title: str,
    told: str,
    scale: str,
    breaks: Mapping[int, int],
) -> SeriesShown:
    known = [value for value in values if value is not None]
    say: Callable[[float], str] = _percent if scale == SHARE else _number
    top = 1.0 if scale == SHARE else math.inf
    ticks = {tick: say(tick) for tick in nice_ticks(known, top=top)} if known else {}
    return SeriesShown(title, told, values, _months(starts), ticks, breaks)


def nice_ticks(values: Sequence[float], *, top: float = math.inf) -> list[float]:
    """Round numbers around all values, lowest first, at least two. top: none lies above.

    >>> nice_ticks([0.81, 0.94], top=1.0), nice_ticks([1.0], top=1.0)
    ([0.8, 0.85, 0.9, 0.95], [0.5, 1.0])
    """
    low, high = min(values), max(values)
    spread = (high - low) or abs(high) or 1.0
    rough = spread / (LINES - 1)
    size = 10.0 ** math.floor(math.log10(rough))
    step = next(size * factor for factor in (1, 2, 2.5, 5, 10) if size * factor >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(min(high, top) / step - 1e-9)
    if first == last and step * (last + 1) > top:
        first -= 1
    return [round(step * at, 10) for at in range(first, max(last, first + 1) + 1)]


def _months(starts: Sequence[datetime]) -> dict[int, str]:
    """A name where a month begins."""
    local = [timezone.localtime(start) for start in starts]
    firsts = [at for at, one in enumerate(local) if not at or one.month != local[at - 1].month]
    # Translators: Django's date format for a month on an axis, e.g. "Nov", 11月
    return {at: formats.date_format(local[at], _("M")) for at in firsts}


def _percent(value: float) -> str:
    return f"{100 * value:g}%"


def _number(value: float) -> str:
    return f"{value:,g}"
