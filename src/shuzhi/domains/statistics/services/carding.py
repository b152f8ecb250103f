"""From counts to cards: rates with their intervals, rates drawn towards those of peers, groups that nobody may see."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from shuzhi.domains.statistics.cards import MeasureCard
from shuzhi.domains.statistics.definitions import COUNT, FEN, SHARE, Measure
from shuzhi.domains.statistics.grouping import By, Grouping
from shuzhi.domains.statistics.tallies import Tally
from shuzhi.engines import fairness

Folded = Mapping[str, Mapping[str, Tally]]


def cards_of_groups(
    measure: Measure,
    groups: Sequence[str],
    folded: Folded,
    grouped: Grouping,
    by: By,
) -> dict[str, MeasureCard]:
    counted = {group: folded[group].get(measure.name, Tally()) for group in groups}
    shrunk = _shrunk(measure, counted, grouped) if by is By.UNIT else {}
    return {
        group: card_of(
            measure,
            counted[group],
            group=group,
            group_name=grouped.name_of(group),
            tier=grouped.tier_of(group),
            shrunk=shrunk.get(group),
        )
        for group in groups
    }


def without_few(cards: Mapping[str, MeasureCard]) -> dict[str, MeasureCard]:
    """What everybody may see: groups of few cases, and those by which they could be found, are empty."""
    groups = list(cards)
    hidden = fairness.hidden_cells([cards[group].denominator for group in groups])
    return {
        group: _emptied(cards[group]) if at in hidden else cards[group] for at, group in enumerate(groups)
    }


def _emptied(card: MeasureCard) -> MeasureCard:
    return replace(
        card,
        numerator=0,
        denominator=0,
        rate=None,
        low=None,
        high=None,
        excluded={},
        rankable=False,
        shrunk=None,
        hidden=True,
    )


def _shrunk(measure: Measure, counted: Mapping[str, Tally], grouped: Grouping) -> dict[str, float | None]:
    """Units are drawn towards the units of their own tier; one without a tier has no peers."""
    peers: defaultdict[str, list[str]] = defaultdict(list)
    if measure.scale == SHARE:
        for group in counted:
            if tier := grouped.tier_of(group):
                peers[tier].append(group)
    rates: dict[str, float | None] = {}
    for members in peers.values():
        counts = [fairness.Count(counted[one].numerator, counted[one].denominator) for one in members]
        rates |= zip(members, fairness.shrink(counts), strict=True)
    return rates


def card_of(
    measure: Measure,
    counted: Tally,
    *,
    group: str = "",
    group_name: str = "",
    tier: str = "",
    shrunk: float | None = None,
) -> MeasureCard:
    known = bool(counted.denominator)
    share = measure.scale == SHARE
    interval = fairness.wilson_interval(counted.numerator, counted.denominator) if known and share else None
    return MeasureCard(
        name=measure.name,
        label=measure.label,
        scale=measure.scale,
        group=group,
        group_name=group_name,
        tier=tier,
        numerator=counted.numerator,
        denominator=counted.denominator,
        rate=_rate(measure, counted),
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        excluded=dict(counted.excluded),
        rankable=bool(tier) and share and fairness.is_rankable(counted.denominator),
        shrunk=shrunk,
    )


def _rate(measure: Measure, counted: Tally) -> float | None:
    if measure.scale == COUNT:
        return float(counted.numerator)
    if measure.scale in (SHARE, FEN):
        return counted.numerator / counted.denominator if counted.denominator else None
    return counted.median
