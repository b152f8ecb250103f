"""Every figure of a reform from arrays, one entry per household."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..columnar import Coded
from .measures import Effect
from .resampling import REPEATS, Figure, Spread, gini_near, spreads

Ints = NDArray[np.int64]
Truths = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What baseline and reform give each household, and who it is.

    before, after: fen; where `known` is false, one of both is unknown and its number means nothing.
    weights: households that each row stands for.   people: members.   incomes: fen per household before the grant;
    with `income_known` false it is left out of inequality and poverty.   groups: a label per household, by kind
    (area, age_band, decile, household_type).   All of shape (n_households,).
    """

    before: Ints
    after: Ints
    known: Truths
    weights: Ints
    people: Ints
    incomes: Ints
    income_known: Truths
    groups: Mapping[str, Coded]

    def totals(self) -> tuple[int, int]:
        """What both laws pay, in fen, over the households whose answer is known."""
        old, new = (int((side * self.weights)[self.known].sum()) for side in (self.before, self.after))
        return old, new


@dataclass(frozen=True, slots=True)
class Inequality:
    """Over people by income per head: Gini and Theil T, share, depth and severity of poverty (FGT 0, 1, 2)."""

    gini: Spread
    theil: float
    poverty_share: Spread
    poverty_depth: float
    poverty_severity: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A reform in figures; `None` inequality where no income is known or all are 0."""

    effect: Effect
    cost: Spread
    winners: Spread
    losers: Spread
    by: Mapping[str, Mapping[str, Effect]]
    before: Inequality | None
    after: Inequality | None


def summarise(found: Outcomes, *, poverty_line_fen: int, seed: int, repeats: int = REPEATS) -> Summary:
    """Every figure; the same outcomes and seed give the same summary.

    poverty_line_fen: income per head and month, above 0.   seed: of the bootstrap over households.
    """
    if poverty_line_fen <= 0:
        raise ValueError("a poverty line above 0 is wanted")
    change = np.where(found.known, found.after - found.before, 0)
    figures: dict[str, Figure] = {
        "cost": _total(change),
        "winners": _total(change > 0),
        "losers": _total(change < 0),
    }
    sides = {
        "before": _Side(found, found.before, poverty_line_fen),
        "after": _Side(found, found.after, poverty_line_fen),
    }
    for name, side in sides.items():
        figures |= {f"{name} {what}": figure for what, figure in side.figures().items()}
    sure = spreads(figures, found.weights, rng=np.random.default_rng(seed), repeats=repeats)
    return Summary(
        effect=_effects(found, np.zeros(len(change), np.int64), 1)[0],
        cost=sure["cost"],
        winners=sure["winners"],
        losers=sure["losers"],
        by={kind: _by(found, labels) for kind, labels in found.groups.items()},
        before=sides["before"].inequality(sure, "before"),
        after=sides["after"].inequality(sure, "after"),
    )


def scenario_digest(parts: Mapping[str, str | int]) -> str:
    """The name of a scenario: equal digests of books, population, day, target and seed mean equal figures."""
    text = json.dumps(dict(parts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _total(amounts: NDArray[np.int64] | Truths) -> Figure:
    """A weighted sum as a function of the weights; only households that have something are looked at."""
    rows = np.flatnonzero(amounts)
    amounts = amounts[rows].astype(np.int64)
    return lambda weights: float(amounts @ weights[rows])


def _by(found: Outcomes, labels: Coded) -> dict[str, Effect]:
    effects = _effects(found, labels.places, len(labels.words))
    named = zip(labels.words, effects, strict=True)
    return dict(sorted((word, effect) for word, effect in named if effect.units))


def _effects(found: Outcomes, places: NDArray[np.integer], groups: int) -> list[Effect]:
    """The effect of each group, every sum in whole numbers."""
    sure = np.where(found.known, found.weights, 0)
    columns = {
        "units": found.weights,
        "sure": sure,
        "winners": np.where(found.after > found.before, sure, 0),
        "losers": np.where(found.after < found.before, sure, 0),
        "before": np.where(found.known, found.before, 0) * found.weights,
        "after": np.where(found.known, found.after, 0) * found.weights,
    }
    sums = {name: np.zeros(groups, np.int64) for name in columns}
    for name, column in columns.items():
        np.add.at(sums[name], places, column)
    return [
        Effect(
            units=units,
            unknown=units - known,
            winners=winners,
            losers=losers,
            unchanged=known - winners - losers,
            cost_before_fen=before,
            cost_after_fen=after,
        )
        for units, known, winners, losers, before, after in zip(
            *(sums[name].tolist() for name in columns), strict=True
        )
    ]


class _Side:
    """Income per head under one of the two laws, of the households where it is known."""

    def __init__(self, found: Outcomes, grant: Ints, line: int) -> None:
        self.rows = np.flatnonzero(found.known & found.income_known & (found.people > 0))
        self.people, self.line = found.people[self.rows], line
        self.households, self.weights = len(found.weights), found.weights[self.rows]
        self.heads = self.weights * self.people
        self.incomes = (found.incomes[self.rows] + grant[self.rows]) // np.maximum(self.people, 1)
        self.known = len(self.rows) > 1 and bool((self.incomes >= 0).all() and self.incomes.any())

    def figures(self) -> dict[str, Figure]:
        if not self.known:
            return {}
        weights, heads, incomes = (np.zeros(self.households, np.int64) for _ in range(3))
        weights[self.rows], heads[self.rows], incomes[self.rows] = self.weights, self.people, self.incomes
        poor = np.where(incomes < self.line, heads, 0)

        def share(drawn: Ints) -> float:
            people = heads @ drawn
            return float(poor @ drawn / people) if people else 0.0

        return {"gini": gini_near(incomes, heads, weights), "poor": share}

    def inequality(self, sure: Mapping[str, Spread], name: str) -> Inequality | None:
        if not self.known:
            return None
        total = self.heads.sum()
        share = self.incomes / float(self.incomes @ self.heads / total)
        logs = np.log(share, out=np.zeros_like(share), where=share > 0)
        gaps = np.clip((self.line - self.incomes) / self.line, 0, None)
        return Inequality(
            gini=sure[f"{name} gini"],
            theil=float((share * logs) @ self.heads / total),
            poverty_share=sure[f"{name} poor"],
            poverty_depth=float(gaps @ self.heads / total),
            poverty_severity=float(gaps**2 @ self.heads / total),
        )


def shown(summary: Summary) -> dict[str, Any]:
    """The summary for JSON: amounts in fen, shares as numbers, `…_90_percent` the interval of the figure before it."""
    return {
        **_effect(summary.effect),
        "cost_90_percent": _ends(summary.cost),
        "winners_90_percent": _ends(summary.winners),
        "losers_90_percent": _ends(summary.losers),
        "by": {
            kind: {label: _effect(one) for label, one in found.items()} for kind, found in summary.by.items()
        },
        "before": _shares(summary.before),
        "after": _shares(summary.after),
    }


def _effect(effect: Effect) -> dict[str, int]:
    return {**asdict(effect), "cost_fen": effect.cost_fen}


def _ends(found: Spread) -> list[int]:
    return [round(found.low), round(found.high)]


def _shares(found: Inequality | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "gini": found.gini.figure,
        "gini_90_percent": [found.gini.low, found.gini.high],
        "theil": found.theil,
        "poverty_share": found.poverty_share.figure,
        "poverty_share_90_percent": [found.poverty_share.low, found.poverty_share.high],
        "poverty_depth": found.poverty_depth,
        "poverty_severity": found.poverty_severity,
    }
