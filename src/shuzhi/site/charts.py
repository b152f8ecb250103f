"""Small charts drawn by the server: SVG with classes instead of colours, so that every display mode recolours them.

A template library: `{% sparkline values %}`, `{% day_bars counts %}` and `{% dot_row rate low high %}`. All are drawn beside the same
numbers in text and are therefore hidden from screen readers.
"""

from collections.abc import Iterable, Sequence

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()

NOTHING = mark_safe("")

_DOT_ROW_HEIGHT = 18
_CAP = 4  # half the height of a whisker's cap
_MARGIN = 3  # keeps the tip of a sparkline inside of the picture

Point = tuple[float, float]


def short(value: float) -> str:
    """At most one decimal: a tenth of a pixel is not seen, and pages stay small."""
    return f"{value:.1f}".removesuffix(".0")


def path_of(points: Sequence[Point]) -> str:
    return "M" + "L".join(f"{short(x)} {short(y)}" for x, y in points)


def _pieces(values: Sequence[float | None], width: int, height: int) -> list[list[Point]]:
    """The points of a series, one list for each stretch without a gap."""
    known = [value for value in values if value is not None]
    low, high = min(known), max(known)
    step = (width - 2 * _MARGIN) / max(1, len(values) - 1)
    pieces: list[list[Point]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            pieces.append([])
        else:
            share = (value - low) / (high - low) if high > low else 0.5
            pieces[-1].append((_MARGIN + index * step, height - 4 - share * (height - 8)))
    return [piece for piece in pieces if piece]


@register.simple_tag
def sparkline(
    values: Sequence[float | None], width: int = 160, height: int = 32, breaks: Iterable[int] = ()
) -> SafeString:
    """A series as a line between its lowest and highest value, the last point marked.

    values: oldest first; None leaves a gap.   width, height: in pixels.   breaks: places before which the line breaks,
    marked by a dotted upright.   Empty when no value is known.
    """
    if all(value is None for value in values):
        return NOTHING
    pieces = _pieces(values, width, height)
    x, y = pieces[-1][-1]
    step = (width - 2 * _MARGIN) / max(1, len(values) - 1)
    broken = "".join(f"M{short(_MARGIN + (at - 0.5) * step)} 0V{height}" for at in breaks)
    return format_html(
        '<svg viewBox="0 0 {w} {h}" width="{w}" height="{h}" preserveAspectRatio="none" aria-hidden="true">{broken}'
        '<path class="ln" vector-effect="non-scaling-stroke" d="{line}"/>'
        '<path class="ln tip" vector-effect="non-scaling-stroke" d="M{x} {y}h0"/></svg>',
        w=width,
        h=height,
        broken=format_html('<path class="nowl" vector-effect="non-scaling-stroke" d="{}"/>', broken)
        if broken
        else NOTHING,
        line="".join(path_of(piece) for piece in pieces),
        x=short(x),
        y=short(y),
    )


@register.simple_tag
def dot_row(
    value: float | None,
    low: float | None = None,
    high: float | None = None,
    start: float = 0.0,
    end: float = 1.0,
) -> SafeString:
    """A dot on a track, with whiskers from low to high: position, not length, so the axis need not start at zero.

    value, low, high: between start and end, the values at the ends of the track.   Empty when value is None.
    """
    if value is None:
        return NOTHING

    def place(at: float) -> str:
        return short(100 * (at - start) / (end - start))

    middle = _DOT_ROW_HEIGHT // 2
    whiskers = NOTHING
    if low is not None and high is not None:
        whiskers = format_html(
            '<path class="ln" vector-effect="non-scaling-stroke" d="M{a} {top}V{bottom}M{a} {m}H{b}M{b} {top}V{bottom}"/>',
            a=place(low),
            b=place(high),
            m=middle,
            top=middle - _CAP,
            bottom=middle + _CAP,
        )
    return format_html(
        '<svg class="bar" viewBox="0 0 100 {h}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="ax" vector-effect="non-scaling-stroke" d="M0 {m}H100"/>{whiskers}'
        '<path class="ln tip" vector-effect="non-scaling-stroke" d="M{x} {m}h0"/></svg>',
        h=_DOT_ROW_HEIGHT,
        m=middle,
        whiskers=whiskers,
        x=place(value),
    )


@register.simple_tag
def day_bars(counts: Sequence[int], width: int = 640, height: int = 96) -> SafeString:
    """A bar for each day, as high as its count; the highest is marked. width, height: in pixels. Empty without counts."""
    if not any(counts):
        return NOTHING
    most, step = max(counts), width / len(counts)
    peak = counts.index(most)

    def bars(days: Sequence[int]) -> str:
        return "".join(
            f"M{short(step * (day + 0.1))} {height}v-{short(max(counts[day] / most * (height - 4), 1.5))}"
            f"h{short(step * 0.8)}V{height}z"
            for day in days
            if counts[day]
        )

    return format_html(
        '<svg class="days" viewBox="0 0 {w} {h}" preserveAspectRatio="none" aria-hidden="true">'
        '<path class="s2" d="{ordinary}"/><path class="attn" d="{peak}"/></svg>',
        w=width,
        h=height,
        ordinary=bars([day for day in range(len(counts)) if day != peak]),
        peak=bars([peak]),
    )
