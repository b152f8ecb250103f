"""Columns with unknowns, and the exact operations over them: integers, truths and days, never a float."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Known:
    """A column, or one value for every row. known: where a value is one; None when it is everywhere.

    Where a value is unknown, the number that stands there means nothing, and a truth is False.
    """

    values: Any
    known: Any = None


def known_everywhere(columns: Iterable[Known]) -> Any:
    """Where all of these are known; None when they are everywhere."""
    found = None
    for column in columns:
        if column.known is not None:
            found = column.known if found is None else found & column.known
    return found


def truth(values: Any, known: Any) -> Known:
    """A column of truths in its own form: False wherever it is unknown."""
    return Known(values if known is None else values & known, known)


def negated(item: Known) -> Known:
    return truth(np.logical_not(item.values), item.known)


def both(items: Sequence[Known]) -> Known:
    """Kleene's and: false at a known false, whatever else is unknown."""
    values = items[0].values
    for item in items[1:]:
        values = values & item.values
    if all(item.known is None for item in items):
        return Known(values)
    known = values
    for item in items:
        if item.known is None:
            known = known | np.logical_not(item.values)
        else:
            known = known | (item.known & np.logical_not(item.values))
    return Known(values, known)


def either(items: Sequence[Known]) -> Known:
    """Kleene's or: true at a known true, whatever else is unknown."""
    values = items[0].values
    for item in items[1:]:
        values = values | item.values
    known = known_everywhere(items)
    return Known(values, None if known is None else known | values)


def chosen(branches: Sequence[tuple[Known, Known]], otherwise: Known) -> Known:
    """The value of the first branch whose condition is true; unknown as soon as an unknown condition is met."""
    values, known = otherwise.values, otherwise.known
    for condition, value in reversed(branches):
        values = np.where(condition.values, value.values, values)
        if known is not None or value.known is not None:
            sure = [True if mask is None else mask for mask in (value.known, known)]
            known = np.where(condition.values, *sure)
        if condition.known is not None:
            known = condition.known if known is None else known & condition.known
    return truth(values, known) if getattr(values, "dtype", None) == np.bool_ else Known(values, known)


def rounded(over: Any, under: Any, *, signed: bool) -> Any:
    """over / under to the nearest integer, halves away from zero. under: never 0.   signed: one may be negative."""
    if not signed:
        return (2 * over + under) // (2 * under)
    size = np.abs(under)
    found = (2 * np.abs(over) + size) // (2 * size)
    return np.where((over < 0) != (under < 0), -found, found)


def months_of(days: Any) -> tuple[Any, Any]:
    """Months since January 1970 and the day in the month, of days since 1 January 1970."""
    whole = np.asarray(days).astype("datetime64[D]")
    months = whole.astype("datetime64[M]")
    return months.astype(np.int64), (whole - months.astype("datetime64[D]")).astype(np.int64)


def spanned(unit: str, start: Any, end: Any) -> Any:
    """Completed years, completed months or days between two columns of days."""
    if unit == "days":
        return np.asarray(end, dtype=np.int64) - start
    (first, day), (last, last_day) = months_of(start), months_of(end)
    if unit == "months":
        return last - first - (last_day < day)
    late, soon = (month % 12 * 32 + at for month, at in ((last, last_day), (first, day)))
    return last // 12 - first // 12 - (late < soon)


def reached(values: Any, steps: Sequence[tuple[int, int]]) -> Any:
    """The value of the last step reached, 0 below the first."""
    lows = np.array([low for low, _ in steps], dtype=np.int64)
    amounts = np.array([0, *(amount for _, amount in steps)], dtype=np.int64)
    return amounts[np.searchsorted(lows, values, side="right")]


def sliced(values: Any, steps: Sequence[tuple[int, int]]) -> Any:
    """Each slice times its own rate, in the product of both scales."""
    total: Any = 0
    for index, (low, rate) in enumerate(steps):
        if not rate:
            continue
        part = (
            np.maximum(values, low) if index + 1 == len(steps) else np.clip(values, low, steps[index + 1][0])
        )
        total = total + (part - low) * rate
    return total


@dataclass(frozen=True, slots=True)
class Groups:
    """Which persons form a household: `counts` of them each, one after the other. counts: (n_households,)."""

    counts: NDArray[np.int64]
    filled: Truths
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, counts: NDArray[np.int64]) -> "Groups":
        ends = np.cumsum(counts)
        filled = counts > 0
        return cls(counts, filled, (ends - counts)[filled])

    def folded(self, work: np.ufunc, values: Array, empty: Any) -> Array:
        """One value per household; `empty` where nobody lives."""
        if not len(self.starts):
            return np.full(len(self.counts), empty)
        folded = work.reduceat(values, self.starts)
        if len(folded) == len(self.counts):
            return np.asarray(folded)
        found = np.full(len(self.counts), empty, dtype=folded.dtype)
        found[self.filled] = folded
        return found

    def spread(self, values: Any) -> Any:
        """A household's value for each of its persons."""
        return values if np.ndim(values) == 0 else np.repeat(values, self.counts)
