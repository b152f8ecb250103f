"""A flat sheet as blocks that stand up, looked at from the south and above: points in, points out."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

TURN = math.radians(-14)
FLATTENED = 0.66  # how much of north to south is left when looked at from above at about forty degrees
NOTCHES = 40  # a fortieth of an outline to either side says which way it runs
TALLEST, LOWEST, MARGIN, MOST_HEIGHT = 64.0, 8.0, 8.0, 460.0

Point = tuple[float, float]
Ring = Sequence[Point]


@dataclass(frozen=True)
class Prism:
    """One area as a block. foot: its outline on the ground.   roofs: outlines on top.   middle: where its name stands.

    lit, dark: sides that are seen, those towards the light and those turned away from it.
    """

    foot: Ring
    roofs: Sequence[Ring]
    lit: Sequence[Ring]
    dark: Sequence[Ring]
    middle: Point


def raised(
    areas: Sequence[tuple[Sequence[Ring], float, Point]], *, width: float
) -> tuple[float, float, list[Prism]]:
    """Width and height of the picture, and a block for each area.

    areas: of each its rings on the flat sheet, how far it stands up, 0 to 1, and the point that carries its name.
    """
    turned = [_turn(point) for rings, _level, _middle in areas for ring in rings for point in ring]
    (west, east), (north, south) = ((min(axis), max(axis)) for axis in zip(*turned, strict=True))
    wide, tall = east - west or 1e-9, south - north or 1e-9
    scale = min((width - 2 * MARGIN) / wide, (MOST_HEIGHT - TALLEST - LOWEST - 2 * MARGIN) / tall)
    left, top = (width - scale * wide) / 2 - scale * west, MARGIN + TALLEST + LOWEST - scale * north

    def place(point: Point) -> Point:
        x, y = _turn(point)
        return left + scale * x, top + scale * y

    prisms = [
        _prism([[place(point) for point in ring] for ring in rings], LOWEST + level * TALLEST, place(middle))
        for rings, level, middle in areas
    ]
    return width, top + scale * south + MARGIN, prisms


def _turn(point: Point) -> Point:
    x, y = point
    return x * math.cos(TURN) + y * math.sin(TURN), (y * math.cos(TURN) - x * math.sin(TURN)) * FLATTENED


def _prism(rings: Sequence[Ring], up: float, middle: Point) -> Prism:
    lit: list[Ring] = []
    dark: list[Ring] = []
    for ring in rings:
        around = ring if _runs_with_the_clock(ring) else ring[::-1]
        for at in _seen(around):
            foot = [*(around[one] for one in at), around[(at[-1] + 1) % len(around)]]
            side = [*foot, *((x, y - up) for x, y in reversed(foot))]
            (dark if _turns_away(around, at[0]) else lit).append(side)
    return Prism(
        foot=rings[0],
        roofs=[[(x, y - up) for x, y in ring] for ring in rings],
        lit=lit,
        dark=dark,
        middle=(middle[0], middle[1] - up),
    )


def _seen(around: Ring) -> Iterator[list[int]]:
    """Points from which sides run that look down the picture, towards the eye; neighbours of one shade together.

    With the clock, those are the sides that run to the left.
    """
    towards = [at for at, (x, _y) in enumerate(around) if around[(at + 1) % len(around)][0] < x]
    for _key, run in groupby(enumerate(towards), lambda one: (one[1] - one[0], _turns_away(around, one[1]))):
        yield [at for _place, at in run]


def _turns_away(around: Ring, at: int) -> bool:
    """Whether the outline near a side turns from the light; every notch of a border by itself would make stripes."""
    reach = len(around) // NOTCHES
    return around[(at + 1 + reach) % len(around)][1] > around[at - reach][1]


def _runs_with_the_clock(ring: Ring) -> bool:
    """On a picture, where y grows downwards."""
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True)) > 0
