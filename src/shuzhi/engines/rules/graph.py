"""The dependency graph of a book as an SVG picture: facts and amounts left, what follows from them to the right."""

from xml.sax.saxutils import escape

from . import tree as t
from .book import Book, Rule

_WIDTH, _HEIGHT, _GAP_X, _GAP_Y, _EDGE = 168, 30, 64, 12, 12
_PALE = {"input": "#e8f1fb", "param": "#fdf3dc", "rule": "#e9f5ea"}
Point = tuple[int, int]


def graph_svg(book: Book, *, english: bool = False) -> str:
    """Every name as a box, a line from each name to each rule that needs it; readable without colour by its title."""
    needs = {rule.name: _needs(rule) for rule in book.rules.values()}
    used = {name for names in needs.values() for name in names}
    depth: dict[str, int] = {name: 0 for name in (*book.inputs, *book.params, *book.ladders) if name in used}
    for name in book.rules:
        depth[name] = 1 + max((depth[needed] for needed in needs[name]), default=0)
    places = _places(depth)
    lines = [_line(places[needed], places[name]) for name in needs for needed in needs[name]]
    boxes = [_box(book, name, place, english) for name, place in places.items()]
    right = max((x for x, _ in places.values()), default=0) + _WIDTH + _EDGE
    low = max((y for _, y in places.values()), default=0) + _HEIGHT + _EDGE
    title = escape(book.en if english and book.en else book.policy)
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {right} {low}" width="{right}" role="img">'
    return "\n".join([head, f"<title>{title}</title>", *lines, *boxes, "</svg>", ""])


def _needs(rule: Rule) -> list[str]:
    trees = [node for version in rule.versions for node in t.nodes(version.content.tree)]
    named = [node.name for node in trees if isinstance(node, t.Ref | t.ParamRef)]
    return list(dict.fromkeys([*named, *(node.table for node in trees if isinstance(node, t.Ladder))]))


def _places(depth: dict[str, int]) -> dict[str, Point]:
    filled: dict[int, int] = {}
    places = {}
    for name, column in depth.items():
        row = filled.get(column, 0)
        filled[column] = row + 1
        places[name] = (_EDGE + column * (_WIDTH + _GAP_X), _EDGE + row * (_HEIGHT + _GAP_Y))
    return places


def _line(start: Point, end: Point) -> str:
    x1, y1, x2, y2 = start[0] + _WIDTH, start[1] + _HEIGHT // 2, end[0], end[1] + _HEIGHT // 2
    middle = (x1 + x2) // 2
    curve = f"M{x1} {y1} C{middle} {y1} {middle} {y2} {x2} {y2}"
    return f'<path d="{curve}" fill="none" stroke="#68778a" stroke-width="1.2"/>'


def _box(book: Book, name: str, place: Point, english: bool) -> str:
    x, y = place
    known = book.inputs.get(name) or book.params.get(name) or book.ladders.get(name) or book.rules[name]
    kind = "input" if name in book.inputs else "rule" if name in book.rules else "param"
    label = known.en if english and known.en else name
    short = label if len(label) <= 24 else f"{label[:23]}…"
    dash = ' stroke-dasharray="4 3"' if kind == "param" else ""
    corner = 15 if kind == "input" else 3
    return (
        f'<g><title>{kind}: {escape(label)}</title><rect x="{x}" y="{y}" width="{_WIDTH}" height="{_HEIGHT}"'
        f' rx="{corner}" fill="{_PALE[kind]}" stroke="#31435a"{dash}/><text x="{x + _WIDTH // 2}" y="{y + 20}"'
        f' font-family="sans-serif" font-size="12" text-anchor="middle" fill="#14202e">{escape(short)}</text></g>'
    )
