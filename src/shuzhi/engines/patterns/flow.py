"""What happens to cases, read off their steps: who follows whom, how long each waits, what comes back (process mining).

The picture is the directly-follows graph: an arrow from one state to the next one of the same case, with how often and
how long it took. Source: van der Aalst 2016, Process Mining: Data Science in Action, chapters 5 and 6.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

VARIANTS_KEPT = 10


@dataclass(frozen=True, slots=True)
class Passage:
    """An arrow. times: how often cases went from start to end.   median, ninetieth: of the waiting before it.

    waited: all of the waiting together. All of them in the unit of `at`.
    """

    start: str
    end: str
    times: int
    median: float
    ninetieth: float
    waited: float


@dataclass(frozen=True, slots=True)
class Stay:
    """A state. visits: how often it was entered.   cases: by how many cases.   begins, ends: cases that begin or are now there.

    median, waited: of the waiting until it was left; stays that go on are not in them.
    """

    state: str
    visits: int
    cases: int
    begins: int
    ends: int
    median: float
    waited: float

    @property
    def again(self) -> int:
        """Visits by cases that had been here before."""
        return self.visits - self.cases


@dataclass(frozen=True, slots=True)
class Variant:
    """A way through the states that some cases took from beginning to end. median: from the first state to the last."""

    states: tuple[str, ...]
    cases: int
    median: float


@dataclass(frozen=True, slots=True)
class HandOver:
    """Cases given from one unit to another. back: of these, to a unit that had had the case before."""

    giver: str
    taker: str
    times: int
    back: int


@dataclass(frozen=True, slots=True)
class Flow:
    """What happened to a number of cases. looped: cases that entered a state again.   bounced: cases that came back to a
    unit that had had them before.   The lists begin with what is most frequent."""

    cases: int
    looped: int
    bounced: int
    passages: tuple[Passage, ...]
    stays: tuple[Stay, ...]
    variants: tuple[Variant, ...]
    hand_overs: tuple[HandOver, ...]

    def longest(self, *, leaving_out: Iterable[str] = ()) -> Stay | None:
        """The state in which most of the waiting happened; None when nothing waited."""
        left = set(leaving_out)
        waits = [one for one in self.stays if one.state not in left and one.waited > 0]
        return max(waits, key=lambda one: (one.waited, one.state), default=None)

    def share(self, stay: Stay, *, leaving_out: Iterable[str] = ()) -> float:
        """How much of all the waiting happened in a state, from 0 to 1."""
        left = set(leaving_out)
        total = sum(one.waited for one in self.stays if one.state not in left)
        return stay.waited / total if total else 0.0


class Log:
    """The steps of many cases, sorted once, of which any part can be asked for its flow.

    case, step: whole numbers, a step's number tells its place in its case.   state, unit: names, "" for no unit.
    at: when the state was entered, on a clock that stands still while nobody works. All of the same length.
    A step after which the case is in the same state and with the same unit is no step.

    >>> log = Log(case=[1, 1, 2, 2], step=[1, 2, 1, 2], state=["new", "done"] * 2, unit=[""] * 4, at=[0, 60, 5, 15])
    >>> log.flow().passages
    (Passage(start='new', end='done', times=2, median=35.0, ninetieth=55.0, waited=70.0),)
    """

    def __init__(
        self,
        *,
        case: Sequence[int] | Ints,
        step: Sequence[int] | Ints,
        state: Sequence[str],
        unit: Sequence[str],
        at: Sequence[float] | Floats,
    ) -> None:
        cases, steps = np.asarray(case, dtype=np.int64), np.asarray(step, dtype=np.int64)
        self.states, state_of = _coded(state)
        self.units, unit_of = _coded(unit)
        order = np.lexsort((steps, cases))
        cases, states, units = cases[order], state_of[order], unit_of[order]
        moments = np.asarray(at, dtype=np.float64)[order]
        stands = (
            np.diff(cases, prepend=-1).astype(bool)
            | np.diff(states, prepend=-1).astype(bool)
            | np.diff(units, prepend=-1).astype(bool)
        )
        self.cases, self._case = np.unique(cases[stands], return_inverse=True)
        self._state, self._unit, self._at = states[stands], units[stands], moments[stands]
        self._goes_on = np.append(self._case[1:] == self._case[:-1], False)[: len(self._case)]
        self._first = np.flatnonzero(np.diff(self._case, prepend=-1))
        self._last = np.append(self._first[1:], len(self._case)) - 1 if len(self.cases) else self._first
        self._new = _first_of_pair(self._case, self._state)
        self._handed = self._hand_overs()
        self._variants, self._variant = self._ways()

    def flow(self, of: Sequence[int] | Ints | None = None) -> Flow:
        """The flow of all cases, or of these only."""
        chosen = np.ones(len(self.cases), dtype=bool) if of is None else np.isin(self.cases, of)
        cases = np.flatnonzero(chosen)
        steps = self._steps_of(cases)
        giver, taker, handed, back = self._handed
        return Flow(
            cases=len(cases),
            looped=len(np.unique(self._case[steps[~self._new[steps]]])),
            bounced=len(np.unique(handed[chosen[handed] & back])),
            passages=self._passages(steps),
            stays=self._stays(cases, steps),
            variants=self._most_taken(cases),
            hand_overs=_pairs(self.units, giver, taker, back, chosen[handed]),
        )

    def where_now(self) -> list[tuple[int, str, str, float]]:
        """Each case with the state and unit that it is with, and since when."""
        last = self._last
        return [
            (int(case), self.states[state], self.units[unit], float(at))
            for case, state, unit, at in zip(
                self.cases, self._state[last], self._unit[last], self._at[last], strict=True
            )
        ]

    def _steps_of(self, cases: Ints) -> Ints:
        """The places of all steps of some cases, so that a small part costs little."""
        lengths = self._last[cases] - self._first[cases] + 1
        ends = np.cumsum(lengths)
        return np.arange(lengths.sum()) + np.repeat(self._first[cases] - (ends - lengths), lengths)

    def _waits(self, steps: Ints) -> tuple[Ints, Floats]:
        """Those of the steps after which their case goes on, and for how long it waited before."""
        starts = steps[self._goes_on[steps]]
        return starts, self._at[starts + 1] - self._at[starts]

    def _passages(self, steps: Ints) -> tuple[Passage, ...]:
        starts, waits = self._waits(steps)
        key = self._state[starts] * len(self.states) + self._state[starts + 1]
        found = [
            Passage(
                self.states[arrow // len(self.states)],
                self.states[arrow % len(self.states)],
                len(told),
                float(np.median(told)),
                float(np.quantile(told, 0.9)),
                float(told.sum()),
            )
            for arrow, told in _grouped(key, waits)
        ]
        return tuple(sorted(found, key=lambda one: (-one.times, one.start, one.end)))

    def _stays(self, cases: Ints, steps: Ints) -> tuple[Stay, ...]:
        def counted(places: Ints) -> Ints:
            return np.bincount(self._state[places], minlength=len(self.states))

        starts, took = self._waits(steps)
        waits = dict(_grouped(self._state[starts], took))
        visits, firsts = counted(steps), counted(steps[self._new[steps]])
        begins, ends = counted(self._first[cases]), counted(self._last[cases])
        nothing = np.zeros(0)
        found = [
            Stay(
                name,
                int(visits[at]),
                int(firsts[at]),
                int(begins[at]),
                int(ends[at]),
                float(np.median(told)) if len(told) else 0.0,
                float(told.sum()),
            )
            for at, name in enumerate(self.states)
            if visits[at]
            for told in (waits.get(at, nothing),)
        ]
        return tuple(sorted(found, key=lambda one: (-one.visits, one.state)))

    def _ways(self) -> tuple[list[bytes], Ints]:
        """Each way through the states once, and which of them each case took."""
        told = self._state.astype(np.uint16).tobytes()
        known: dict[bytes, int] = {}
        taken = [
            known.setdefault(told[2 * first : 2 * last + 2], len(known))
            for first, last in zip(self._first.tolist(), self._last.tolist(), strict=True)
        ]
        return list(known), np.array(taken, dtype=np.int64)

    def _most_taken(self, cases: Ints) -> tuple[Variant, ...]:
        taken = self._variant[cases]
        lasted = self._at[self._last[cases]] - self._at[self._first[cases]]
        found = [
            Variant(self._names(self._variants[way]), len(told), float(np.median(told)))
            for way, told in _grouped(taken, lasted)
        ]
        return tuple(sorted(found, key=lambda one: (-one.cases, one.states))[:VARIANTS_KEPT])

    def _names(self, way: bytes) -> tuple[str, ...]:
        return tuple(self.states[one] for one in np.frombuffer(way, dtype=np.uint16))

    def _hand_overs(self) -> tuple[Ints, Ints, Ints, Bools]:
        """Giver, taker and case of each hand-over, and whether the taker had had the case before."""
        held = np.flatnonzero(np.array([bool(name) for name in self.units], dtype=bool)[self._unit])
        case, unit = self._case[held], self._unit[held]
        changes = np.diff(case, prepend=-1).astype(bool) | np.diff(unit, prepend=-1).astype(bool)
        case, unit = case[changes], unit[changes]
        back = ~_first_of_pair(case, unit)
        given = np.flatnonzero(case[1:] == case[:-1])
        return unit[given], unit[given + 1], case[given], back[given + 1]


def _coded(names: Sequence[str]) -> tuple[list[str], Ints]:
    """The different names in alphabetical order, and for each name its place among them."""
    known: Mapping[str, int] = {name: at for at, name in enumerate(sorted(set(names)))}
    return list(known), np.array([known[name] for name in names], dtype=np.int64)


def _first_of_pair(one: Ints, other: Ints) -> Bools:
    """Which places are the first with their pair of values."""
    first = np.zeros(len(one), dtype=bool)
    if len(one):
        first[np.unique(one * (int(other.max()) + 1) + other, return_index=True)[1]] = True
    return first


def _grouped(keys: Ints, values: Floats) -> list[tuple[int, Floats]]:
    """The values of each key that occurs."""
    order = np.argsort(keys, kind="stable")
    found, begins = np.unique(keys[order], return_index=True)
    return list(zip(found.tolist(), np.split(values[order], begins[1:]), strict=True)) if len(found) else []


def _pairs(units: Sequence[str], giver: Ints, taker: Ints, back: Bools, mine: Bools) -> tuple[HandOver, ...]:
    key = giver[mine] * len(units) + taker[mine]
    found = [
        HandOver(units[pair // len(units)], units[pair % len(units)], len(told), int(told.sum()))
        for pair, told in _grouped(key, back[mine].astype(np.float64))
    ]
    return tuple(sorted(found, key=lambda one: (-one.back, -one.times, one.giver, one.taker)))
