"""Two laws over a sample of households: what each gives, who gains, in the shape that the figures are made from."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..arrays import Groups
from ..binding import Program
from ..columnar import Asked, Coded, Given, People
from .measures import deciles
from .summary import Ints, Outcomes, Truths

EACH = 20_000  # households answered at once: their columns stay in the processor's own memory
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Sample:
    """Households and who they are. weights: households that each stands for.   incomes: fen a month, before a grant.

    groups: a label per household by kind.   All of shape (n_households,).
    """

    people: People
    weights: Ints
    incomes: Given
    groups: Mapping[str, Coded]


def outcomes(before: Program, after: Program, rule: str, samples: Iterable[Sample]) -> Outcomes:
    """What both laws give every household by a rule; a person's rule is added up over the household.

    samples: the population in one part or many.
    """
    parts = [_outcomes(before, after, rule, sample) for sample in samples]
    if not parts:
        raise ValueError("there is no household in it")
    joined = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in ("before", "after", "known", "weights", "people", "incomes", "income_known")
    }
    groups = {kind: _joined([part.groups[kind] for part in parts]) for kind in parts[0].groups}
    if joined["income_known"].any():
        about = (joined[name] for name in ("incomes", "people", "weights", "income_known"))
        groups["decile"] = _deciles(*about)
    return Outcomes(**joined, groups=groups)


def _outcomes(before: Program, after: Program, rule: str, sample: Sample) -> Outcomes:
    sides: list[list[Given]] = [[], []]
    household = before.book.rules[rule].entity == "household"
    asked = Asked.of(before, [rule], reform=after)
    for part in sample.people.parts(EACH):
        found = asked.answer(part)
        for side, name in zip(sides, (rule, f"{rule}__reform"), strict=True):
            side.append(found[name] if household else _added(found[name], part.members))
    old, new = (_whole(side) for side in sides)
    count = len(sample.weights)
    income = sample.incomes
    return Outcomes(
        before=old[0],
        after=new[0],
        known=old[1] & new[1],
        weights=sample.weights,
        people=sample.people.members,
        incomes=np.asarray(income.values, dtype=np.int64),
        income_known=np.ones(count, np.bool_) if income.known is None else income.known,
        groups=sample.groups,
    )


def _added(column: Given, members: NDArray[np.int64]) -> Given:
    """A person's amount summed over the household; unknown when one member's is."""
    groups = Groups.of(members)
    total = groups.folded(np.add, np.asarray(column.values), 0)
    return Given(total, None if column.known is None else groups.folded(np.logical_and, column.known, True))


def _whole(columns: list[Given]) -> tuple[Ints, Truths]:
    values = [np.asarray(column.values, dtype=np.int64) for column in columns]
    known = [
        np.ones(len(part), np.bool_) if column.known is None else np.asarray(column.known)
        for part, column in zip(values, columns, strict=True)
    ]
    return np.concatenate(values), np.concatenate(known)


def _joined(columns: list[Coded]) -> Coded:
    """The labels of all parts over the same words."""
    words = tuple(sorted({word for column in columns for word in column.words}))
    place = {word: number for number, word in enumerate(words)}
    moved = [np.array([place[w] for w in c.words] or [0], np.int32)[c.places] for c in columns]
    return Coded(np.concatenate(moved), words)


def _deciles(incomes: Ints, people: Ints, weights: Ints, known: Truths) -> Coded:
    """01 to 10 by income per head, ? where it is unknown."""
    heads = incomes[known] // np.maximum(people[known], 1)
    places = np.zeros(len(incomes), np.int32)
    places[known] = deciles(heads, weights[known])
    return Coded(places, (UNKNOWN, *(f"{number:02}" for number in range(1, 11))))
