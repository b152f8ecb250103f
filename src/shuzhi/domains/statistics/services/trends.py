"""A measure on its way: now against before, step by step."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from shuzhi.domains.statistics.cards import MeasureCard, TrendCard
from shuzhi.domains.statistics.definitions import BY_NAME, COUNT, HOURS, SHARE, Measure
from shuzhi.domains.statistics.services.carding import card_of
from shuzhi.domains.statistics.services.counting import known_names
from shuzhi.domains.statistics.services.periods import kept, span_of
from shuzhi.domains.statistics.tallies import SLICE, Tally, tally
from shuzhi.engines import fairness
from shuzhi.spine import access
from shuzhi.spine.actors import ANONYMOUS, Actor


def trends(
    names: Sequence[str],
    *,
    until: datetime,
    step: timedelta,
    steps: int,
    shown: int,
    area: str = "",
    category: str = "",
    actor: Actor = ANONYMOUS,
) -> list[TrendCard]:
    """Measures over the last `steps` steps up to `until`, against as many before, and `shown` steps as a series.

    shown: at least twice `steps`.   area: asks for statistics.read.
    """
    if shown < 2 * steps:
        raise ValueError("a trend shows what it compares: at least twice the steps")
    if area:
        access.require_somewhere(actor, "statistics.read")
    wanted = known_names(names)
    starts = tuple(until - step * (shown - at) for at in range(shown))
    span = span_of(starts[0], until, area=area, category=category, slices=starts[1:])
    found = kept(f"trend:{','.join(wanted)}", span, lambda: tally(span, columns=(SLICE,), names=wanted))
    slices = [found.get((at,), {}) for at in range(shown)]
    return [_trend(BY_NAME[name], slices, starts, steps) for name in wanted]


def _trend(
    measure: Measure, slices: Sequence[Mapping[str, Tally]], starts: tuple[datetime, ...], steps: int
) -> TrendCard:
    counted = [one.get(measure.name, Tally()) for one in slices]
    now, before = (card_of(measure, _sum(part)) for part in (counted[-steps:], counted[-2 * steps : -steps]))
    return TrendCard(
        now=now,
        before=before,
        values=tuple(card_of(measure, one).rate for one in counted),
        starts=starts,
        clear=_differ(now, before),
    )


def _sum(parts: Iterable[Tally]) -> Tally:
    total = Tally()
    for one in parts:
        total.add(one)
    return total


def _differ(now: MeasureCard, before: MeasureCard) -> bool:
    """Medians are shown without a claim: their doubt is not in the counts that are kept."""
    if now.scale == COUNT:
        return fairness.counts_differ(now.numerator, before.numerator)
    if now.scale == HOURS or not (now.denominator and before.denominator):
        return False
    counts = [fairness.Count(one.numerator, one.denominator) for one in (now, before)]
    return now.scale == SHARE and fairness.differ(*counts, among=2)
