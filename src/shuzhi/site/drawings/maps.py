"""`{% area_map sheet %}`: areas shaded by a figure."""

from collections.abc import Sequence
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from shuzhi.site.charts import NOTHING, short
from shuzhi.site.drawings.frame import ids

register = template.Library()
TWICE = 2
_TIGHT = mark_safe(' class="tight"')


class Shape(Protocol):
    """outline: a path in the coordinates of the sheet.   step: 0 to 5, or -1 where nothing is known.   x, y: of its name.

    room: how many times its name would fit; below 1 there is none, below 2 none on a phone.
    """

    outline: str
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
        (
            (one.href, one.said, f"s{one.step}" if one.step >= 0 else "mute", one.outline, one.said)
            for one in sheet.shapes
        ),
    )
    names = format_html_join(
        "",
        '<g aria-hidden="true"{6}><text class="t-m t-b mid{0}" x="{1}" y="{2}">{3}</text>'
        '<text class="t-s k mid{0}" x="{1}" y="{4}">{5}</text></g>',
        (
            (
                " inv" if one.step > 3 else "",
                short(one.x),
                short(one.y),
                one.label,
                short(one.y + 16),
                one.figure,
                "" if one.room >= TWICE else _TIGHT,
            )
            for one in sheet.shapes
            if one.room >= 1
        ),
    )
    number = next(ids)
    return format_html(
        '<svg class="map" viewBox="0 0 {w} {h}" role="group" aria-labelledby="d{n}t d{n}d"><title id="d{n}t">{title}</title>'
        '<desc id="d{n}d">{told}</desc>{outlines}{names}</svg>',
        w=sheet.width,
        h=sheet.height,
        n=number,
        title=sheet.title,
        told=sheet.told,
        outlines=outlines,
        names=names,
    )
