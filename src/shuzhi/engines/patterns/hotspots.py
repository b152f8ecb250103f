"""Hotspots: where and when a matter came up more often than its places and its seasons explain (space-time scan)."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.patterns.discovery import FALSE_SHARE, Floats, false_shares

Ints = NDArray[np.int64]

LENGTHS = (1, 2, 4, 8, 13)
"""So many steps of time a hotspot may last."""
MOST_PLACES = 6
"""A hotspot has at most so many neighbouring places."""
LEAST_CASES = 15
"""A matter must have come up so often before it is looked at."""
EACH = 3
"""At most so many hotspots of one matter."""
_LEAST_CAME, _LEAST_SHOWN = 3, 5
"""Fewer than three are no cylinder, fewer than five are told to nobody: neighbours would know who is meant."""
_LEAST_WIDTH = 0.25
"""Of the law of the strongest cylinder: where hardly any round has one, its width cannot be read off."""
_FIRST_ROUNDS, _ROUNDS = 19, 99
_PROMISING = 0.2
"""What is likelier than this after the first rounds is not looked at more closely."""
_ROUNDS_OF_FILLING = 20
_EULER = 0.5772156649015329


@dataclass(frozen=True, slots=True)
class Hotspot:
    """A matter in some neighbouring places over some steps of time, last included.

    came, expected: cases, and what the places' and the steps' own shares would give.   chance: of so strong a hotspot
    anywhere when times and places know nothing of each other.   false_share: how much of the findings up to this one
    is expected to be chance.
    """

    matter: str
    places: tuple[str, ...]
    first: int
    last: int
    came: int
    expected: float
    chance: float
    false_share: float


@dataclass(frozen=True)
class _Scan:
    """The cylinders that are looked at. zones: (zones, places), 1 where a place belongs; begins, ends: of each window."""

    names: tuple[str, ...]
    zones: Floats
    begins: Ints
    ends: Ints

    def count(self, counts: Floats) -> Floats:
        """Cases in every cylinder, (zones, windows), from counts (places, steps)."""
        return self.in_windows(self.zones @ counts)

    def in_windows(self, counts: Floats) -> Floats:
        """Sums over every window, (…, windows), from counts (…, steps)."""
        summed = np.concatenate([np.zeros((*counts.shape[:-1], 1)), np.cumsum(counts, axis=-1)], axis=-1)
        steps = counts.shape[-1]
        return np.concatenate(
            [
                summed[..., length:] - summed[..., : steps + 1 - length]
                for length in LENGTHS
                if length <= steps
            ],
            axis=-1,
        )


def hotspots(
    counts: Mapping[str, Floats],
    points: Mapping[str, tuple[float, float]],
    *,
    rng: np.random.Generator,
    false_share: float = FALSE_SHARE,
) -> list[Hotspot]:
    """Hotspots of matters, the most certain first.

    counts: for each matter cases of each place and step of time, (places, steps), places in the order of `points`.
    points: (latitude, longitude) of each place.   rng: draws the rounds in which places and times are mixed.

    A matter that is always frequent in a place, or everywhere in a season, is no hotspot: what is expected is the share of
    the place times the share of the time, so only cases are needed and no number of inhabitants. The strongest cylinder
    of each matter is held against those of rounds with the same places and the same times, mixed; their tail is a Gumbel
    law.   Sources: Kulldorff 2005, PLoS Med. 2, e59 (space-time permutation scan); Abrams, Kulldorff and Kleinman 2010,
    Int. J. Health Geogr. 9, 61 (Gumbel).
    """
    if not counts or not points:
        return []
    steps = next(iter(counts.values())).shape[1]
    scan = _cylinders(points, steps)
    found: list[Hotspot] = []
    for matter, told in sorted(counts.items()):
        if told.sum() >= LEAST_CASES:
            found += _of_matter(matter, told, scan, rng)
    shares = false_shares([one.chance for one in found])
    certain = [
        Hotspot(one.matter, one.places, one.first, one.last, one.came, one.expected, one.chance, float(share))
        for one, share in zip(found, shares, strict=True)
        if share <= false_share and one.came >= _LEAST_SHOWN
    ]
    return sorted(
        certain, key=lambda one: (one.chance, -one.came / max(one.expected, 0.1), one.matter, one.first)
    )


def _of_matter(matter: str, counts: Floats, scan: _Scan, rng: np.random.Generator) -> list[Hotspot]:
    """The strongest cylinders of a matter, one after the other; always as many as are looked at.

    What was found is filled with what would be ordinary before the next look: a great event must not make everything
    else look like more than its share. Source: Zhang, Assunção and Kulldorff 2010, Comput. Stat. Data Anal. 54.
    """
    found: list[Hotspot] = []
    while len(found) < EACH:
        one, inside = _strongest(matter, counts, scan, rng)
        if one is None or one.chance > _PROMISING:
            break
        found.append(one)
        counts = _with_ordinary(counts, inside)
    return found + [Hotspot(matter, (), 0, 0, 0, 0.0, 1.0, 1.0)] * (EACH - len(found))


def _strongest(
    matter: str, counts: Floats, scan: _Scan, rng: np.random.Generator
) -> tuple[Hotspot | None, NDArray[np.bool_]]:
    """The strongest cylinder with its chance, and which counts are in it, (places, steps)."""
    total = float(counts.sum())
    came = scan.count(counts)
    expected = (scan.zones @ counts.sum(axis=1))[:, None] * scan.in_windows(counts.sum(axis=0)) / total
    strength = _strengths(came, expected, total)
    zone, window = (int(at) for at in np.unravel_index(int(np.argmax(strength)), strength.shape))
    begins, ends = int(scan.begins[window]), int(scan.ends[window])
    inside = np.zeros(counts.shape, dtype=bool)
    inside[scan.zones[zone] > 0, begins:ends] = True
    if strength[zone, window] <= 0:
        return None, inside
    law = _null(counts, expected, float(strength[zone, window]), scan, rng)
    places = tuple(name for name, within in zip(scan.names, scan.zones[zone], strict=True) if within)
    chance = _exceeding(float(strength[zone, window]), law)
    told = round(float(came[zone, window])), float(expected[zone, window])
    return Hotspot(matter, places, begins, ends - 1, *told, chance, 1.0), inside


def _with_ordinary(counts: Floats, inside: NDArray[np.bool_]) -> Floats:
    """The counts with whole numbers of what the others make us expect in place of some of them (by expectation, maximization)."""
    filled = np.where(inside, 0.0, counts)
    for _round in range(_ROUNDS_OF_FILLING):
        usual = filled.sum(axis=1)[:, None] * filled.sum(axis=0) / max(filled.sum(), 1.0)
        filled = np.where(inside, usual, counts)
    return np.where(inside, np.round(filled), counts)


def _null(
    counts: Floats, expected: Floats, strongest: float, scan: _Scan, rng: np.random.Generator
) -> tuple[float, float]:
    """Place and width of the Gumbel law of the strongest cylinder when places and times are mixed, by its moments."""
    places, steps = np.divmod(
        np.repeat(np.arange(counts.size), counts.ravel().astype(np.int64)), counts.shape[1]
    )
    found: list[float] = []
    for rounds in (_FIRST_ROUNDS, _ROUNDS):
        while len(found) < rounds:
            cells = places * counts.shape[1] + rng.permutation(steps)
            mixed = np.bincount(cells, minlength=counts.size).reshape(counts.shape).astype(np.float64)
            found.append(float(_strengths(scan.count(mixed), expected, float(counts.sum())).max()))
        width = max(float(np.std(found, ddof=1)) * np.sqrt(6) / np.pi, _LEAST_WIDTH)
        law = float(np.mean(found)) - _EULER * width, width
        if _exceeding(strongest, law) > _PROMISING:
            break
    return law


def _exceeding(strength: float, law: tuple[float, float]) -> float:
    place, width = law
    return float(-np.expm1(-np.exp(-(strength - place) / width)))


def _strengths(came: Floats, expected: Floats, total: float) -> Floats:
    """Kulldorff's log likelihood ratio of every cylinder; 0 where not more came than expected."""
    more = (came > expected) & (came >= _LEAST_CAME)
    inside, usual = came[more], expected[more]
    outside = np.maximum(total - inside, 1e-9)
    strength = np.zeros_like(expected)
    strength[more] = inside * np.log(inside / usual) + outside * np.log(
        outside / np.maximum(total - usual, 1e-9)
    )
    return strength


def _cylinders(points: Mapping[str, tuple[float, float]], steps: int) -> _Scan:
    names = tuple(points)
    lat, lng = np.array([points[name] for name in names]).T
    east = (lng[:, None] - lng) * np.cos(np.radians(lat.mean()))
    nearest = np.argsort((lat[:, None] - lat) ** 2 + east**2, axis=1, kind="stable")
    most = max(1, min(MOST_PLACES, len(names) // 2))
    zones = {frozenset(row[:size].tolist()) for row in nearest for size in range(1, most + 1)}
    matrix = np.zeros((len(zones), len(names)))
    for at, zone in enumerate(sorted(zones, key=sorted)):
        matrix[at, list(zone)] = 1
    windows = [(end - length, end) for length in LENGTHS for end in range(length, steps + 1)]
    begins, ends = np.array(windows, dtype=np.int64).T
    return _Scan(names, matrix, begins, ends)
