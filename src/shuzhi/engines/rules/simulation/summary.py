"""Every figure of a reform from arrays, one entry per household."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .measures import Effect
from .resampling import REPEATS, Spread, gini_with_weights, spread

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
    groups: Mapping[str, NDArray[np.str_]]


@dataclass(frozen=True, slots=True)
class Inequality:
    """Over people by income per head: Gini and Theil T, share, depth and severity of poverty (FGT 0, 1, 2)."""

    gini: Spread
    theil: float
    poverty_share: float
    poverty_depth: float
    poverty_severity: float


@dataclass(frozen=True, slots=True)
class Summary:
    """A reform in figures; `None` inequality where no income is known or all are 0."""

    effect: Effect
    cost: Spread
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

    def cost(weights: Ints) -> float:
        return float(change @ weights)

    return Summary(
        effect=_effect(found, np.ones(len(change), dtype=np.bool_)),
        cost=spread(cost, found.weights, rng=np.random.default_rng(seed), repeats=repeats),
        by={
            kind: {str(label): _effect(found, labels == label) for label in np.unique(labels)}
            for kind, labels in found.groups.items()
        },
        before=_inequality(found, found.before, poverty_line_fen, seed, repeats),
        after=_inequality(found, found.after, poverty_line_fen, seed, repeats),
    )


def scenario_digest(parts: Mapping[str, str | int]) -> str:
    """The name of a scenario: equal digests of books, population, day, target and seed mean equal figures."""
    text = json.dumps(dict(parts), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def _effect(found: Outcomes, chosen: Truths) -> Effect:
    sure = chosen & found.known
    weights, before, after = found.weights[sure], found.before[sure], found.after[sure]
    all_units = int(found.weights[chosen].sum())
    winners, losers = (int(weights[side].sum()) for side in (after > before, after < before))
    return Effect(
        units=all_units,
        unknown=all_units - int(weights.sum()),
        winners=winners,
        losers=losers,
        unchanged=int(weights.sum()) - winners - losers,
        cost_before_fen=_total(before, weights),
        cost_after_fen=_total(after, weights),
    )


def _total(amounts: Ints, weights: Ints) -> int:
    """The exact weighted sum: a nation's fen fit 64 bits up to 9 x 10^16 yuan."""
    return int((amounts * weights).sum())


def _inequality(found: Outcomes, grant: Ints, line: int, seed: int, repeats: int) -> Inequality | None:
    chosen = found.known & found.income_known & (found.people > 0)
    people = found.people[chosen]
    heads = found.weights[chosen] * people
    incomes = (found.incomes[chosen] + grant[chosen]) // np.maximum(people, 1)
    if len(incomes) < 2 or not (incomes >= 0).all() or not incomes.any():
        return None
    gini = gini_with_weights(incomes)
    rng, homes = np.random.default_rng(seed), found.weights[chosen]
    share = incomes / float(incomes @ heads / heads.sum())
    logs = np.log(share, out=np.zeros_like(share), where=share > 0)
    gaps = np.clip((line - incomes) / line, 0, None)
    poor = incomes < line
    return Inequality(
        gini=spread(lambda weights: gini(weights * people), homes, rng=rng, repeats=repeats),
        theil=float((share * logs) @ heads / heads.sum()),
        poverty_share=float(poor @ heads / heads.sum()),
        poverty_depth=float(gaps @ heads / heads.sum()),
        poverty_severity=float(gaps**2 @ heads / heads.sum()),
    )
