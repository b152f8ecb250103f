"""The forecast as a picture: what came, the bands that were told beforehand, and the band of the days to come."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from shuzhi.domains.insight.forecast_cards import DAYS_SHOWN, ForecastDetail
from shuzhi.domains.statistics.cards import BreakCard

_LEFT, _RIGHT, _TOP, _BOTTOM = 48, 16, 28, 34
_WIDE, _NARROW = (720, 300), (360, 300)
_STEPS = (1, 2, 5, 10)
_LINES = 4

Point = tuple[float, float]


@dataclass(frozen=True)
class _Frame:
    """Where a day and a count lie in the picture. days: how many; most: the highest count that is drawn."""

    width: int
    height: int
    days: int
    most: float

    def x(self, index: float) -> float:
        return _LEFT + index * (self.width - _LEFT - _RIGHT) / max(1, self.days - 1)

    def y(self, count: float) -> float:
        return _TOP + (1 - count / self.most) * (self.height - _TOP - _BOTTOM)


def pictures(card: ForecastDetail, *, title: str) -> SafeString:
    """A wide and a narrow drawing of the same days; style sheets show the one that fits."""
    return format_html("{}{}", _draw(card, title, "w", _WIDE), _draw(card, title, "n", _NARROW))


def _draw(card: ForecastDetail, title: str, kind: str, size: tuple[int, int]) -> SafeString:
    record = card.record[-DAYS_SHOWN:]
    highest = (
        [one.high for one in record] + [one.came or 0 for one in record] + [one.high for one in card.ahead]
    )
    most = max(1, *highest) * 1.06
    frame = _Frame(*size, len(record) + len(card.ahead), most)
    began = len(record) - 1
    came = [[(frame.x(at), frame.y(n)) for at, n in piece] for piece in _known([one.came for one in record])]
    last = came[-1][-1:] if came else []
    ahead = list(enumerate(card.ahead, start=len(record)))
    expected = [(frame.x(at), frame.y(one.expected)) for at, one in ahead]
    told = _ribbon(frame, [(at, one.low, one.high) for at, one in enumerate(record)])
    coming = _ribbon(frame, [(at, one.low, one.high) for at, one in ahead])
    return format_html(
        '<svg class="{kind}" viewBox="0 0 {w} {h}" role="img" aria-labelledby="f{kind}t f{kind}d">'
        '<title id="f{kind}t">{title}</title><desc id="f{kind}d">{desc}</desc>{grid}'
        '<path class="area" d="{told}"/><path class="band" d="{coming}"/><path class="ln" d="{came}"/>'
        '<path class="ln dash" d="{expected}"/>{broken}{now}</svg>',
        kind=kind,
        w=frame.width,
        h=frame.height,
        title=title,
        desc=_described(card),
        grid=_grid(frame, [one.day for one in record] + [one.day for one in card.ahead]),
        told=told,
        coming=coming,
        came=mark_safe("".join(f"{_path(piece)}h0" for piece in came)),  # noqa: S308 - numbers only
        expected=_path(last + expected),
        broken=_broken(frame, [one.day for one in record], card.breaks),
        now=_now(frame, began, last),
    )


def _described(card: ForecastDetail) -> str:
    return _(
        "%(days)s days to come: %(total)s demands in all, between %(low)s and %(high)s. "
        "Of %(judged)s earlier days %(covered)s fell inside their band."
    ) % {
        "days": len(card.ahead),
        "total": round(card.total),
        "low": card.total_low,
        "high": card.total_high,
        "judged": card.judged,
        "covered": card.covered,
    }


def _grid(frame: _Frame, days: Sequence[date]) -> SafeString:
    lines = format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text class="t-s end" x="{}" y="{}">{}</text>',
        (
            (_LEFT, _short(y), frame.width - _RIGHT, _LEFT - 8, _short(y + 4), f"{tick:,.0f}")
            for tick in _ticks(frame.most)
            for y in (frame.y(tick),)
        ),
    )
    step = 7 if frame.width > _NARROW[0] else 14
    labels = format_html_join(
        "",
        '<text class="t-s mid" x="{}" y="{}">{}</text>',
        (
            (_short(frame.x(at)), frame.height - 10, date_format(day, _("j M")))
            for at, day in enumerate(days)
            if (len(days) - 1 - at) % step == 3
        ),
    )
    unit = format_html('<text class="t-s" x="{}" y="14">{}</text>', _LEFT, _("demands a day"))
    return format_html("{}{}{}", lines, labels, unit)


def _known(counts: Sequence[int | None]) -> list[list[tuple[int, int]]]:
    """Stretches of days whose counts are known, as (place, count); where nothing was told the line has a gap."""
    pieces: list[list[tuple[int, int]]] = [[]]
    for at, count in enumerate(counts):
        if count is None:
            pieces.append([])
        else:
            pieces[-1].append((at, count))
    return [piece for piece in pieces if piece]


def _broken(frame: _Frame, days: Sequence[date], breaks: Sequence[BreakCard]) -> SafeString:
    """An upright with the number of its note at each break; where several fall on one day, the first one's number."""
    numbers: dict[date, int] = {}
    for number, one in enumerate(breaks, start=1):
        numbers.setdefault(one.on, number)
    return format_html_join(
        "",
        '<path class="nowl" d="M{0} {1}V{2}"/><text class="t-s t-b mid" x="{0}" y="{3}">{4}</text>',
        (
            (_short(frame.x(at)), _TOP, frame.height - _BOTTOM, _TOP - 4, numbers[day])
            for at, day in enumerate(days)
            if day in numbers
        ),
    )


def _now(frame: _Frame, index: int, last: Sequence[Point]) -> SafeString:
    """The line between what is known and what is expected, with a dot on the last known day."""
    x = _short(frame.x(index + 0.5))
    line = format_html(
        '<path class="nowl" d="M{x} {top}V{bottom}"/><text class="t-s" x="{at}" y="{top}">{word}</text>',
        x=x,
        at=_short(frame.x(index + 0.5) + 5),
        top=_TOP - 2,
        bottom=frame.height - _BOTTOM,
        word=_("expected"),
    )
    dots = format_html_join(
        "", '<circle class="dot" cx="{}" cy="{}" r="4.5"/>', ((_short(px), _short(py)) for px, py in last)
    )
    return format_html("{}{}", line, dots)


def _ribbon(frame: _Frame, days: Sequence[tuple[int, float, float]]) -> str:
    if not days:
        return ""
    upper = [(frame.x(at), frame.y(high)) for at, _low, high in days]
    lower = [(frame.x(at), frame.y(low)) for at, low, _high in reversed(days)]
    return _path(upper + lower) + "Z"


def _path(points: Sequence[Point]) -> SafeString:
    """Numbers only, so there is nothing to escape."""
    drawn = "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points) if points else ""
    return mark_safe(drawn)  # noqa: S308


def _ticks(most: float) -> Iterator[float]:
    raw = most / _LINES
    size = 10 ** math.floor(math.log10(raw))
    step = max(1.0, next(one * size for one in _STEPS if one * size >= raw))
    tick = 0.0
    while tick <= most:
        yield tick
        tick += step


def _short(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")
