"""The outlook of many series that add up: which model serves each, how far it may be off, and how it did before.

The last weeks are cut into stretches. The older half chooses the models, the newer half judges what would have been
served with that choice: the record that is shown knows nothing of the days that it is about.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from shuzhi.engines.forecast.backtest import BASELINE, Backtest, backtest, mean_error
from shuzhi.engines.forecast.hierarchy import reconcile
from shuzhi.engines.forecast.intervals import band
from shuzhi.engines.forecast.models import MODELS
from shuzhi.engines.forecast.series import DailySeries, Days, Floats

FOLDS = 26
LEAST_FOLDS = 4
_WEEK = 7

Tested = Mapping[str, Backtest]
Parents = Mapping[str, Collection[str]]


@dataclass(frozen=True, slots=True)
class Judged:
    """A day of the record: what was expected of it beforehand, in which band, and what came (nan if unknown)."""

    day: date
    expected: float
    low: float
    high: float
    came: float


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is expected of one series.

    served: the model that serves; the baseline wherever what would have been served did not beat it.
    expected, low, high: from the first day after the history on, (horizon,).   errors: mean absolute error of every
    model on the judged days, in counts a day; `error` that of what would have been served, after reconciling.
    scaled: `error` divided by that of the baseline; nan when the baseline never erred.   total_low, total_high: the
    band of the sum over the horizon.
    """

    served: str
    expected: Floats
    low: Floats
    high: Floats
    total_low: float
    total_high: float
    errors: Mapping[str, float]
    error: float
    scaled: float
    record: tuple[Judged, ...]

    @property
    def judged(self) -> int:
        """How many days of the record have a count."""
        return sum(1 for one in self.record if not np.isnan(one.came))

    @property
    def covered(self) -> int:
        """How many of them fell inside their band."""
        return sum(1 for one in self.record if one.low <= one.came <= one.high)


@dataclass(frozen=True, slots=True)
class _Plan:
    """How the last weeks are cut: `folds` stretches of `horizon` days, of which the first `learnt` choose."""

    folds: int
    learnt: int
    horizon: int
    coverage: float


def look_ahead(
    series: Mapping[str, DailySeries],
    parents: Parents,
    known: Days | Callable[[date], Days],
    *,
    horizon: int = _WEEK,
    coverage: float = 0.9,
) -> dict[str, Outlook]:
    """The outlook of every series, adding up wherever a model serves.

    series: of the same days.   parents: as for `reconcile`.   known: what is known of the days, or what was known of
    them on the day before which nothing else was.   coverage: of the bands.   Nothing comes of histories too short to
    be judged, which is less than six weeks at a horizon of seven days.
    """
    shortest = min((len(one) for one in series.values()), default=0)
    folds = min(FOLDS, (shortest - 2 * _WEEK) // horizon)
    if folds < LEAST_FOLDS:
        return {}
    plan = _Plan(folds, folds // 2, horizon, coverage)
    tested = {node: backtest(one, known, horizon=horizon, folds=folds) for node, one in series.items()}
    then = {node: _best(of_node, slice(0, plan.learnt)) for node, of_node in tested.items()}
    now = {node: _best(of_node, slice(0, folds)) for node, of_node in tested.items()}
    past = _reconciled_folds(tested, then, parents, slice(0, plan.learnt))
    lately = _reconciled_folds(tested, now, parents, slice(0, folds))
    ahead = reconcile(
        {node: _ahead(one, now[node], horizon, known) for node, one in series.items()},
        parents,
        {node: _squared(tested[node][now[node]], slice(0, folds)) for node in series},
    )
    return {
        node: _outlook(one, tested[node], past[node], lately[node], (now[node], ahead[node]), known, plan)
        for node, one in series.items()
    }


def _outlook(
    series: DailySeries,
    tested: Tested,
    past: Floats,
    lately: Floats,
    ahead: tuple[str, Floats],
    known: Days | Callable[[date], Days],
    plan: _Plan,
) -> Outlook:
    """past: what would have been served, chosen beforehand; lately: the same with the model chosen now."""
    judged = slice(plan.learnt, plan.folds)
    naive = tested[BASELINE]
    came = naive.came
    error, scale = mean_error(past[judged], came[judged]), mean_error(naive.expected[judged], came[judged])
    served, expected = ahead
    beaten = error < scale
    if not beaten:
        served, past, lately = BASELINE, naive.expected, naive.expected
        expected = _ahead(series, BASELINE, plan.horizon, known)
    low, high = band(expected, lately, came, coverage=plan.coverage)
    least, most = band(
        expected.sum(keepdims=True), lately.sum(axis=1), came.sum(axis=1), coverage=plan.coverage
    )
    return Outlook(
        served=served,
        expected=expected,
        low=low,
        high=high,
        total_low=float(least[0]),
        total_high=float(most[0]),
        errors={name: mean_error(one.expected[judged], came[judged]) for name, one in tested.items()},
        error=error,
        scaled=error / scale if scale else float("nan"),
        record=_record(series, past, came, plan),
    )


def _record(series: DailySeries, past: Floats, came: Floats, plan: _Plan) -> tuple[Judged, ...]:
    """Each judged day with the band that earlier days alone gave it."""
    days = []
    for fold in range(plan.learnt, plan.folds):
        low, high = band(past[fold], past[:fold], came[:fold], coverage=plan.coverage)
        start = series.after - timedelta(days=plan.horizon * (plan.folds - fold))
        days += [
            Judged(start + timedelta(days=shift), *map(float, told))
            for shift, told in enumerate(zip(past[fold], low, high, came[fold], strict=True))
        ]
    return tuple(days)


def _best(tested: Tested, folds: slice) -> str:
    """The model with the least error on these folds; the baseline when nothing beats it."""
    errors = {name: mean_error(one.expected[folds], one.came[folds]) for name, one in tested.items()}
    best = min(errors, key=lambda name: errors[name])
    return best if errors[best] < errors[BASELINE] else BASELINE


def _squared(tested: Backtest, folds: slice) -> float:
    return float(np.nanmean((tested.expected[folds] - tested.came[folds]) ** 2))


def _reconciled_folds(
    tested: Mapping[str, Tested], chosen: Mapping[str, str], parents: Parents, learnt: slice
) -> dict[str, Floats]:
    """What would have been served in every fold, (folds, horizon) by node; weighed by the errors of `learnt`."""
    served = {node: of_node[chosen[node]] for node, of_node in tested.items()}
    flat = reconcile(
        {node: one.expected.ravel() for node, one in served.items()},
        parents,
        {node: _squared(one, learnt) for node, one in served.items()},
    )
    return {node: flat[node].reshape(one.expected.shape) for node, one in served.items()}


def _ahead(series: DailySeries, model: str, horizon: int, known: Days | Callable[[date], Days]) -> Floats:
    told = known(series.after) if callable(known) else known
    return MODELS[model](series, horizon, told)
