"""How well a classifier did on messages it had not seen: per class, per group, calibrated or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_DRAWS = 500


@dataclass(frozen=True)
class Evaluation:
    """How a model did on messages it had not seen: true (n,) class numbers, chances (n, K), fold (n,)."""

    classes: tuple[str, ...]
    true: NDArray[np.int64]
    chances: NDArray[np.float64]
    fold: NDArray[np.int64]
    data_hash: str

    @property
    def chosen(self) -> NDArray[np.int64]:
        """The most likely class of each message."""
        best: NDArray[np.int64] = self.chances.argmax(axis=1)
        return best

    @property
    def confusion(self) -> NDArray[np.int64]:
        """(K, K): true class in rows, chosen class in columns."""
        table = np.zeros((len(self.classes), len(self.classes)), dtype=np.int64)
        np.add.at(table, (self.true, self.chosen), 1)
        return table

    def f1(self, rows: NDArray[np.bool_] | None = None) -> dict[str, float]:
        """F1 of each class, over all rows or those marked."""
        true, chosen = (self.true, self.chosen) if rows is None else (self.true[rows], self.chosen[rows])
        scores = {}
        for number, name in enumerate(self.classes):
            hits = int(((true == number) & (chosen == number)).sum())
            shown = int((true == number).sum() + (chosen == number).sum())
            scores[name] = 2 * hits / shown if shown else 0.0
        return scores

    @property
    def macro_f1(self) -> float:
        """Mean F1 over all rows together of the classes that occur."""
        scores = list(self.f1().values())
        return float(np.mean([scores[k] for k in np.unique(self.true)]))

    def f1_intervals(self, *, seed: int = 0) -> dict[str, tuple[float, float]]:
        """Where 95 of 100 re-drawn sets of the same size put the F1 of each class (percentile bootstrap, Efron 1979)."""
        rng = np.random.default_rng(seed)
        size, kinds = len(self.true), len(self.classes)
        hit = self.true == self.chosen
        drawn = np.zeros((_DRAWS, kinds))
        for draw in range(_DRAWS):
            rows = rng.integers(0, size, size)
            hits = np.bincount(self.true[rows], hit[rows], kinds)
            shown = np.bincount(self.true[rows], None, kinds) + np.bincount(self.chosen[rows], None, kinds)
            drawn[draw] = 2 * hits / np.maximum(shown, 1)
        low, high = np.percentile(drawn, (2.5, 97.5), axis=0)
        return {name: (float(low[k]), float(high[k])) for k, name in enumerate(self.classes)}

    @property
    def fold_f1(self) -> tuple[float, ...]:
        """Macro-F1 of each fold."""
        return tuple(float(np.mean(list(self.f1(self.fold == one).values()))) for one in np.unique(self.fold))

    def top(self, k: int) -> float:
        """Share of messages whose class is among the k most likely."""
        best = np.argsort(-self.chances, axis=1)[:, :k]
        return float((best == self.true[:, None]).any(axis=1).mean())

    @property
    def calibration_error(self) -> float:
        """Expected calibration error in ten bins of confidence (Naeini and others 2015)."""
        sure, right = self.chances.max(axis=1), self.chosen == self.true
        bins = np.minimum((sure * 10).astype(int), 9)
        return float(
            sum(abs(sure[bins == b].mean() - right[bins == b].mean()) * (bins == b).mean() for b in set(bins))
        )

    def f1_of_groups(self, groups: Sequence[str], *, least: int = 20) -> dict[str, float]:
        """Macro-F1 inside each group with at least so many messages; groups: (n,) a name for each."""
        names = np.array(groups)
        scores = {}
        for name in sorted(set(groups)):
            rows = names == name
            if rows.sum() >= least:
                inside = self.f1(rows)
                present = {self.classes[k] for k in np.unique(self.true[rows])}
                scores[str(name)] = float(np.mean([inside[one] for one in present]))
        return scores

    def certain_from(self, accuracy: float = 0.98) -> tuple[float, float]:
        """The lowest confidence above which the accuracy holds, and the share of messages above it."""
        order = np.argsort(-self.chances.max(axis=1))
        held = np.cumsum((self.chosen == self.true)[order]) / np.arange(1, len(order) + 1)
        enough = np.flatnonzero(held >= accuracy)
        if not len(enough):
            return 1.0, 0.0
        last = enough[-1]
        return float(self.chances.max(axis=1)[order[last]]), (last + 1) / len(order)


def evaluation_of(true: Sequence[str], chosen: Sequence[str]) -> Evaluation:
    """How given answers compare with the true ones; an answer that is never true counts as a wrong one.

    >>> evaluation_of(["a", "b", "b"], ["a", "b", "c"]).f1()["b"]
    0.6666666666666666
    """
    classes = sorted({*true, *chosen})
    place = {name: number for number, name in enumerate(classes)}
    chances = np.zeros((len(true), len(classes)))
    chances[np.arange(len(true)), [place[name] for name in chosen]] = 1.0
    rows = np.array([place[name] for name in true], dtype=np.int64)
    return Evaluation(tuple(classes), rows, chances, np.zeros(len(true), dtype=np.int64), "")
