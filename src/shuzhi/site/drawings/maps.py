"""`{% area_map sheet %}` and `{% raised_map sheet %}`: areas shaded by a figure, and standing up by it."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from shuzhi.site.charts import NOTHING, path_of, short
from shuzhi.site.drawings.frame import fresh_id
from shuzhi.site.drawings.raising import Prism, Ring, raised

register = template.Library()
TWICE = 2
_TIGHT = mark_safe(' class="tight"')


class Shape(Protocol):
    """rings: outlines in the coordinates of the sheet, the one that carries the name first.

    level: how far it stands up, 0 to 1, None where nothing is known.   step: its shade, 0 to 5, or -1 for that.
    x, y: of its name.   room: how many times its name would fit; below 1 there is none, below 2 none on a phone.
    """

    rings: Sequence[Ring]
    level: float | None
    step: int
    label: str
    figure: str
    said: str
    href: str
    x: float
    y: float
    room: float


class Sheet(Protocol):
    title: str
    told: str
    width: int
    height: int
    shapes: Sequence[Shape]


@register.simple_tag
def area_map(sheet: Sheet) -> SafeString:
    """Areas shaded by a figure. Each is a link that a keyboard reaches, named with its figure."""
    if not sheet.shapes:
        return NOTHING
    outlines = format_html_join(
        "",
        '<a href="{}" aria-label="{}"><path class="edge {}" d="{}"><title>{}</title></path></a>',
        ((one.href, one.said, _shade(one), _outline(one.rings), one.said) for one in sheet.shapes),
    )
    names = _names((one, one.x, one.y) for one in sheet.shapes)
    return _drawn(sheet, sheet.width, sheet.height, outlines + names)


@register.simple_tag
def raised_map(sheet: Sheet) -> SafeString:
    """The same areas looked at from the south and above, each as high as its figure; as reachable as the flat ones."""
    if not sheet.shapes:
        return NOTHING
    width, height, prisms = raised(
        [(one.rings, one.level or 0.0, (one.x, one.y)) for one in sheet.shapes], width=sheet.width
    )
    far_to_near = sorted(
        zip(sheet.shapes, prisms, strict=True),
        key=lambda one: sum(y for _x, y in one[1].foot) / len(one[1].foot),
    )
    blocks = format_html_join(
        "",
        '<a href="{}" aria-label="{}"><title>{}</title>{}<path class="edge {}" d="{}"/></a>',
        (
            (one.href, one.said, one.said, _walls(one, prism), _shade(one), _outline(prism.roofs))
            for one, prism in far_to_near
        ),
    )
    names = _names((one, *prism.middle) for one, prism in far_to_near)
    return _drawn(sheet, width, height, blocks + names)


def _walls(shape: Shape, prism: Prism) -> SafeString:
    """Each side in the colour of its roof, darker where it turns away from the light."""
    lit, dark = (_outline(sides) for sides in (prism.lit, prism.dark))
    return format_html(
        '<path class="wall {0}" d="{1}{2}"/><path class="wall shade2" d="{1}"/><path class="wall shade" d="{2}"/>',
        _shade(shape),
        lit,
        dark,
    )


def _shade(shape: Shape) -> str:
    return f"s{shape.step}" if shape.step >= 0 else "mute"


def _outline(rings: Iterable[Ring]) -> SafeString:
    """Numbers only, so there is nothing to escape."""
    return mark_safe("".join(f"{path_of(ring)}Z" for ring in rings))  # noqa: S308


def _names(placed: Iterable[tuple[Shape, float, float]]) -> SafeString:
    return format_html_join(
        "",
        '<g aria-hidden="true"{6}><text class="t-m t-b mid{0}" x="{1}" y="{2}">{3}</text>'
        '<text class="t-s k mid{0}" x="{1}" y="{4}">{5}</text></g>',
        (
            (
                " inv" if one.step > 3 else " halo",
                short(x),
                short(y),
                one.label,
                short(y + 16),
                one.figure,
                "" if one.room >= TWICE else _TIGHT,
            )
            for one, x, y in placed
            if one.room >= 1
        ),
    )


def _drawn(sheet: Sheet, width: float, height: float, body: SafeString) -> SafeString:
    return format_html(
        '<svg class="map" viewBox="0 0 {w} {h}" role="group" aria-labelledby="d{n}t d{n}d"><title id="d{n}t">{title}</title>'
        '<desc id="d{n}d">{told}</desc>{body}</svg>',
        w=short(width),
        h=short(height),
        n=fresh_id(),
        title=sheet.title,
        told=sheet.told,
        body=body,
    )
