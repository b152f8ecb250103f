"""`{% sankey flows %}`: how many went from where to where."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from shuzhi.site.charts import NOTHING, short
from shuzhi.site.drawings.frame import NARROW, WIDE, both, picture

register = template.Library()
_NODE, _PAD, _TWO_LINES = 12, 14, 30
# Room on the right for the names of the last column, and how many characters of a name have room in a narrow picture.
_GUTTER = {WIDE: 250, NARROW: 108}
_ROOM = {WIDE: 16.5, NARROW: 6}


class Node(Protocol):
    code: str
    label: str
    attention: bool


class Flows(Protocol):
    """columns: nodes from left to right, each node's code in one column only.   links: (from, to, how many, in words)."""

    title: str
    told: str
    columns: Sequence[Sequence[Node]]
    links: Sequence[tuple[str, str, int, str]]


@dataclass
class _Box:
    """A node as it is drawn; out and into: where the next ribbon begins and ends."""

    x: float
    y: float
    height: float
    out: float
    into: float


@register.simple_tag
def sankey(flows: Flows) -> SafeString:
    """Ribbons that keep their width from column to column; nodes with attention, and ribbons into them, stand out."""
    if not flows.links:
        return NOTHING
    return both(_sankey(flows, WIDE, 900, 340), _sankey(flows, NARROW, 340, 380))


def _sankey(flows: Flows, css: str, width: int, height: int) -> SafeString:
    size = _sizes(flows)
    boxes, scale = _boxes(flows, size, width - _GUTTER[css], height)
    nodes = {node.code: node for column in flows.columns for node in column}
    drawn = format_html_join(
        "", '<path class="flow{}" d="{}"><title>{}</title></path>', _ribbons(flows, nodes, boxes, scale)
    )
    names = format_html_join(
        "", "{}", ((_named(nodes[code], boxes[code], size[code], room=_ROOM[css]),) for code in nodes)
    )
    return picture(css, width, height, flows.title, flows.told, format_html("{}{}", drawn, names))


def _ribbons(
    flows: Flows, nodes: Mapping[str, Node], boxes: Mapping[str, _Box], scale: float
) -> list[tuple[str, str, str]]:
    """(class, path, words) of each link. They leave in the order of their targets, and arrive in that of their sources."""
    place = {code: at for at, code in enumerate(nodes)}
    leaving = sorted(flows.links, key=lambda one: (place[one[0]], place[one[1]]))
    starts = {}
    for source, target, many, _said in leaving:
        starts[source, target] = boxes[source].out
        boxes[source].out += many * scale
    drawn = []
    for source, target, many, said in sorted(leaving, key=lambda one: (place[one[1]], place[one[0]])):
        left, right = boxes[source], boxes[target]
        path = _ribbon(left.x + _NODE, starts[source, target], right.x, right.into, many * scale)
        right.into += many * scale
        drawn.append((" attn" if nodes[target].attention else "", path, said))
    return drawn


def _sizes(flows: Flows) -> dict[str, int]:
    into: defaultdict[str, int] = defaultdict(int)
    out: defaultdict[str, int] = defaultdict(int)
    for source, target, many, _said in flows.links:
        out[source] += many
        into[target] += many
    return {node.code: max(into[node.code], out[node.code]) for column in flows.columns for node in column}


def _boxes(flows: Flows, size: Mapping[str, int], width: int, height: int) -> tuple[dict[str, _Box], float]:
    """The boxes by code, and how many pixels one case is high."""
    most = max(len(column) for column in flows.columns)
    total = max(sum(size[node.code] for node in column) for column in flows.columns)
    scale = (height - 20 - _PAD * (most - 1)) / total
    boxes = {}
    for at, column in enumerate(flows.columns):
        x = at * (width - _NODE) / max(1, len(flows.columns) - 1)
        tall = sum(size[node.code] for node in column) * scale + _PAD * (len(column) - 1)
        y = 10 + (height - 20 - tall) / 2
        for node in column:
            boxes[node.code] = _Box(x, y, size[node.code] * scale, y, y)
            y += size[node.code] * scale + _PAD
    return boxes, scale


def _ribbon(x0: float, y0: float, x1: float, y1: float, thick: float) -> str:
    middle = (x0 + x1) / 2
    m, a, b, c, d = (short(value) for value in (middle, x0, x1, y0, y1))
    lower, upper = short(y1 + thick), short(y0 + thick)
    return f"M{a} {c}C{m} {c} {m} {d} {b} {d}V{lower}C{m} {lower} {m} {upper} {a} {upper}Z"


def _named(node: Node, box: _Box, many: int, *, room: float) -> SafeString:
    two = box.height > _TWO_LINES
    middle = box.y + box.height / 2
    number = f"{many:,}"
    # A number beside the name takes room from it: two digits are as wide as one Chinese character.
    label = _cut(node.label, room if two else room - (len(number) + 1) / 2)
    words = (
        format_html(
            '<text class="t-m t-b halo" x="{x}" y="{y}">{label}</text><text class="t-s halo" x="{x}" y="{below}">{n}</text>',
            x=short(box.x + _NODE + 7),
            y=short(middle - 2),
            below=short(middle + 15),
            label=label,
            n=number,
        )
        if two
        else format_html(
            '<text class="t-m t-b halo" x="{}" y="{}">{} {}</text>',
            short(box.x + _NODE + 7),
            short(middle + 4),
            label,
            number,
        )
    )
    return format_html(
        '<rect class="node{}" x="{}" y="{}" width="{}" height="{}" rx="2"/>{}',
        " attn" if node.attention else "",
        short(box.x),
        short(box.y),
        _NODE,
        short(max(box.height, 2)),
        words,
    )


def _cut(label: str, room: float) -> str:
    """A name with room for so many Chinese characters; Latin letters take little more than half of one."""
    taken = 0.0
    for at, letter in enumerate(label):
        taken += 1 if ord(letter) > 0x2E80 else 0.55
        if taken > room:
            return f"{label[: at - 1]}…"
    return label
