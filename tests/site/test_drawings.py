"""Drawings of the server: what they show is what was given, for eyes, screen readers and keyboards."""

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.site.drawings.flows import sankey
from shuzhi.site.drawings.maps import area_map, raised_map
from shuzhi.site.drawings.raising import raised
from shuzhi.site.drawings.series import series_chart


@dataclass
class Series:
    values: list[float | None]
    title: str = "<Received>"
    told: str = "weeks"
    labels: dict[int, str] = field(default_factory=lambda: {0: "May", 1: "Jun", 9: "Jul"})
    breaks: dict[int, int] = field(default_factory=dict)
    ticks: dict[float, str] = field(default_factory=lambda: {0.0: "0", 10.0: "10"})


@dataclass
class Node:
    code: str
    label: str = "node"
    attention: bool = False


@dataclass
class Flows:
    columns: list[list[Node]]
    links: list[tuple[str, str, int, str]]
    title: str = "Flows"
    told: str = "from where to where"


@dataclass
class Shape:
    label: str
    step: int
    rings: tuple[tuple[tuple[float, float], ...], ...] = (((0, 0), (10, 0), (10, 10), (0, 10)),)
    level: float | None = 0.5
    figure: str = "7"
    said: str = "Qingshi: 7"
    href: str = "?area=1"
    x: float = 1
    y: float = 1
    room: float = 3


@dataclass
class Sheet:
    shapes: list[Shape]
    title: str = "Map"
    told: str = "demands by town"
    width: int = 100
    height: int = 50


def pictures(drawn: str) -> list[ElementTree.Element]:
    return list(ElementTree.fromstring(f"<all>{drawn}</all>"))


def test_a_series_is_drawn_wide_and_narrow_with_title_gap_and_break():
    wide, narrow = pictures(series_chart(Series([1, 2, None, 4, 5], breaks={3: 1})))

    assert (wide.get("class"), narrow.get("class")) == ("w", "n")
    assert wide.find("title").text == "<Received>"
    assert len([path for path in wide.iter("path") if path.get("class") == "ln"]) == 2
    assert [text.text for text in wide.iter("text") if "t-b" in text.get("class")] == ["1"]


def test_labels_that_would_touch_are_left_out():
    _wide, narrow = pictures(series_chart(Series([1.0] * 12)))

    assert [text.text for text in narrow.iter("text") if "mid" in text.get("class")] == ["May", "Jul"]


def test_nothing_known_draws_nothing():
    assert series_chart(Series([None, None])) == sankey(Flows([], [])) == area_map(Sheet([])) == ""
    assert raised_map(Sheet([])) == ""


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2), st.integers(1, 500)), min_size=1, max_size=9))
def test_what_flows_into_a_node_is_as_thick_as_what_is_drawn(found: list[tuple[int, int, int]]):
    links = {(f"a{a}", f"b{b}"): n for a, b, n in found}
    used = [sorted({a for a, _b in links}), sorted({b for _a, b in links})]
    flows = Flows(
        [[Node(code) for code in column] for column in used], [(a, b, n, "") for (a, b), n in links.items()]
    )

    wide, _narrow = pictures(sankey(flows))

    ribbons = [path.get("d") for path in wide.iter("path")]
    thick = []
    for path in ribbons:
        points = re.match(r"M(\S+) (\S+)C\S+ \S+ \S+ \S+ (\S+) (\S+)V(\S+)C", path)
        thick.append(float(points[5]) - float(points[4]))
    nodes = [float(rect.get("height")) for rect in wide.iter("rect")]
    assert len(ribbons) == len(links)
    assert abs(sum(thick) - sum(nodes[: len(used[0])])) < 0.2 * len(links) + 2 * len(nodes)


def test_a_flow_that_needs_looking_at_stands_out():
    drawn = sankey(
        Flows(
            [[Node("a")], [Node("b", attention=True), Node("c")]],
            [("a", "b", 2, "a to b"), ("a", "c", 9, "")],
        )
    )

    assert drawn.count('class="flow attn"') == drawn.count('class="node attn"') == 2


def test_a_number_beside_a_name_is_never_cut_off_on_a_phone():
    """A name that is too long is cut; "answered late 15" without its 5 would be another number."""
    ends = [Node("b", "并单、转出或不予受理"), Node("c", "answered later than promised"), Node("d", "已超期")]
    flows = Flows([[Node("a")], ends], [("a", "b", 900, ""), ("a", "c", 15, ""), ("a", "d", 1234, "")])

    _wide, narrow = pictures(sankey(flows))

    for text in narrow.iter("text"):
        letters = sum(13 if ord(letter) > 0x2E80 else 7.3 for letter in text.text)
        assert float(text.get("x")) + letters <= 340, text.text


def test_an_area_is_a_link_that_says_its_figure():
    drawn = area_map(Sheet([Shape("Qingshi", 5), Shape("Luoxi", -1)]))

    assert drawn.count('<a href="?area=1" aria-label="Qingshi: 7">') == 2
    assert "edge s5" in drawn
    assert "edge mute" in drawn


def test_a_name_is_written_where_it_has_room_and_on_a_phone_where_it_has_twice_as_much():
    drawn = area_map(
        Sheet([Shape("wide", 1, room=2.5), Shape("middling", 1, room=1.2), Shape("small", 1, room=0.5)])
    )

    assert [re.findall(r">(wide|middling|small)<", drawn)] == [["wide", "middling"]]
    assert drawn.count('class="tight"') == 1


def test_a_raised_area_says_and_reaches_what_the_flat_one_does():
    sheet = Sheet([Shape("Qingshi", 5, level=1.0), Shape("Luoxi", -1, level=None)])

    flat, raised = area_map(sheet), raised_map(sheet)

    assert raised.count('<a href="?area=1" aria-label="Qingshi: 7">') == 2
    assert [re.findall(r">(Qingshi|Luoxi)</text>", one) for one in (flat, raised)] == [
        ["Qingshi", "Luoxi"]
    ] * 2


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_higher_figure_stands_higher_and_only_sides_towards_the_eye_are_drawn(one: float, other: float):
    square = (((0.0, 0.0), (100.0, 0.0), (100.0, 80.0), (0.0, 80.0)),)

    _width, height, prisms = raised([(square, one, (50, 40)), (square, other, (50, 40))], width=640)

    heights = [prism.foot[0][1] - prism.roofs[0][0][1] for prism in prisms]
    assert (heights[0] > heights[1]) == (one > other) or abs(one - other) < 1e-9
    for prism in prisms:
        assert len(prism.lit) + len(prism.dark) == 2
        assert all(0 <= x <= 640 and 0 <= y <= height for ring in (prism.foot, *prism.roofs) for x, y in ring)


def test_the_way_round_in_which_an_outline_was_drawn_changes_nothing_of_its_block():
    ring = ((0.0, 0.0), (100.0, 0.0), (100.0, 80.0), (0.0, 80.0))

    (with_the_clock,), (against_it,) = (
        raised([((told,), 0.5, (50, 40))], width=640)[2] for told in (ring, ring[::-1])
    )

    for seen in ("lit", "dark"):
        one, other = (
            sorted(sorted(side) for side in getattr(prism, seen)) for prism in (with_the_clock, against_it)
        )
        assert one == other
