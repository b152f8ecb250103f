"""`{% series_chart series %}`: a figure over time, with what breaks it."""

from collections.abc import Mapping, Sequence
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shuzhi.site.charts import NOTHING, Point, path_of, short
from shuzhi.site.drawings.frame import NARROW, WIDE, both, picture

register = template.Library()


class Series(Protocol):
    """values: oldest first, None for a gap.   labels: index → what stands below.   breaks: index → number of its note.

    ticks: value → what stands at its line, lowest first, at least two.
    """

    title: str
    told: str
    values: Sequence[float | None]
    labels: Mapping[int, str]
    breaks: Mapping[int, int]
    ticks: Mapping[float, str]


@register.simple_tag
def series_chart(series: Series) -> SafeString:
    """A line over time; a gap where nothing is known; a dotted upright with a number at each break."""
    if all(value is None for value in series.values):
        return NOTHING
    return both(_series(series, WIDE, 720, 260), _series(series, NARROW, 340, 240))


def _series(series: Series, css: str, width: int, height: int) -> SafeString:
    left, right, top, bottom = 52, 16, 26, 34
    low, high = min(series.ticks), max(series.ticks)
    step = (width - left - right) / max(1, len(series.values) - 1)

    def x(at: float) -> float:
        return left + at * step

    def y(value: float) -> float:
        return top + (high - value) / ((high - low) or 1) * (height - top - bottom)

    pieces: list[list[Point]] = [[]]
    for at, value in enumerate(series.values):
        if value is None:
            pieces.append([])
        else:
            pieces[-1].append((x(at), y(value)))
    lines = format_html_join(
        "",
        '<path class="ln" d="{}h0"/>',
        ((path_of(piece),) for piece in pieces if piece),
    )
    grid = format_html_join(
        "",
        '<path class="ax" d="M{} {}H{}"/><text class="t-s end" x="{}" y="{}">{}</text>',
        (
            (left, short(y(tick)), width - right, left - 8, short(y(tick) + 4), said)
            for tick, said in series.ticks.items()
        ),
    )
    below = format_html_join(
        "",
        '<text class="t-s mid" x="{}" y="{}">{}</text>',
        ((short(x(at)), height - 10, said) for at, said in _spaced(series.labels, step)),
    )
    broken = format_html_join(
        "",
        '<path class="nowl" d="M{0} {1}V{2}"/><text class="t-s t-b mid" x="{0}" y="{3}">{4}</text>',
        ((short(x(at - 0.5)), top, height - bottom, top - 8, number) for at, number in series.breaks.items()),
    )
    body = format_html("{}{}{}{}", grid, below, broken, lines)
    return picture(css, width, height, series.title, series.told, body)


def _spaced(labels: Mapping[int, str], step: float) -> list[tuple[int, str]]:
    """Labels that have room: one is left out when it would touch the one before."""
    room, kept = 52, list[tuple[int, str]]()
    for at, said in sorted(labels.items()):
        if not kept or (at - kept[-1][0]) * step >= room:
            kept.append((at, said))
    return kept
