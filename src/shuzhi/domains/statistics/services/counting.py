"""Measures of periods: for everything, or by group; units among their peers; the week."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _

from shuzhi.domains.statistics.cards import MeasureCard, TierCard, WeekCard
from shuzhi.domains.statistics.costs import divide_costs
from shuzhi.domains.statistics.definitions import BY_NAME, COST_PER_SOLVED
from shuzhi.domains.statistics.grouping import By, Grouping, grouping, tier_name
from shuzhi.domains.statistics.services.carding import Folded, card_of, cards_of_groups, without_few
from shuzhi.domains.statistics.services.periods import counted_anew, kept, last_days, span_of
from shuzhi.domains.statistics.tallies import SLICE, Span, Tally, quoted, tally, within
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.engines import fairness
from shuzhi.spine import access
from shuzhi.spine.actors import ANONYMOUS, Actor
from shuzhi.spine.errors import InvalidInput

WEEK = timedelta(days=7)
WEEKS = 8

Matters = Mapping[str, Mapping[str, fairness.Count]]


def measures(
    *,
    since: datetime,
    until: datetime,
    by: str = "",
    within: str = "",
    area: str = "",
    category: str = "",
    names: Sequence[str] = (),
    actor: Actor = ANONYMOUS,
) -> list[MeasureCard]:
    """The measures of a period, from since, inclusive, to until, exclusive; groups by name, then measures in order.

    by: a `By`.   within: with by="area", the areas directly below this one.   area, category: only what happened in
    this one and below.   within and area ask for statistics.read, because a village has few demands.   names: only
    these measures. A group appears when it has any order in the period.
    A period that is over may have been counted an hour ago, two when the worker rests.
    """
    wanted = known_names(names)
    if by not in set(By):
        raise InvalidInput(field="by", why=_("one of: %(known)s") % {"known": ", ".join(filter(None, By))})
    if within or area:
        access.require_somewhere(actor, "statistics.read")
    span = span_of(since, until, area=area, category=category)
    grouped = grouping(By(by), within=within)
    folded = kept(_question(By(by), within, wanted), span, lambda: _fold(span, grouped, wanted))
    groups = sorted(folded, key=lambda group: (grouped.tier_of(group), grouped.name_of(group), group))
    found = {name: cards_of_groups(BY_NAME[name], groups, folded, grouped, By(by)) for name in wanted}
    if by and not access.allows_somewhere(actor, "statistics.read"):
        found = {name: without_few(cards) for name, cards in found.items()}
    return [found[name][group] for group in groups for name in wanted]


def changes_of_units(
    name: str,
    *,
    before: datetime,
    since: datetime,
    until: datetime,
    area: str = "",
    category: str = "",
    actor: Actor = ANONYMOUS,
) -> list[tuple[MeasureCard, MeasureCard]]:
    """A measure of each unit in two periods that meet, from before to since and from there to until: (then, now).

    Units without cases in either are left out. Both periods are counted in one go, and so are known to `measures`.
    """
    (wanted,) = known_names([name])
    spans = [
        span_of(first, last, area=area, category=category)
        for first, last in ((before, since), (since, until))
    ]
    both = span_of(before, until, area=area, category=category, slices=(since,))
    found = kept(f"changes:{wanted}", both, lambda: tally(both, columns=("unit", SLICE), names=[wanted]))
    for at, span in enumerate(spans):
        counted = {str(unit): dict(told) for (unit, slice_), told in found.items() if unit and slice_ == at}
        kept(_question(By.UNIT, "", [wanted]), span, partial(dict, counted))
    then, now = (
        {
            card.group: card
            for card in measures(
                since=span.since,
                until=span.until,
                by=By.UNIT,
                area=area,
                category=category,
                names=[wanted],
                actor=actor,
            )
            if card.denominator
        }
        for span in spans
    )
    return [(then[unit], card) for unit, card in now.items() if unit in then]


def _question(by: By, within: str, names: Sequence[str]) -> str:
    """What the counts of `measures` are kept under."""
    return f"{by}:{within}:{','.join(names)}"


def compare_units(
    name: str,
    *,
    since: datetime,
    until: datetime,
    area: str = "",
    category: str = "",
    actor: Actor = ANONYMOUS,
) -> list[TierCard]:
    """Units by one measure, each among the units of its own tier only, the best first.

    They stand in the order of their shrunk rates, so that few cases neither win nor lose a place.
    """
    (wanted,) = known_names([name])
    sign = -1 if BY_NAME[wanted].better == "low" else 1
    cards = measures(
        since=since, until=until, by=By.UNIT, names=[wanted], area=area, category=category, actor=actor
    )
    tiers = fairness.tiers(
        [card for card in cards if card.tier],
        tier=lambda card: card.tier,
        trials=lambda card: card.denominator,
        rate=lambda card: sign * (card.shrunk or 0.0),
    )
    span = span_of(since, until, area=area, category=category)
    ends = {tier.ranked[at].group for tier in tiers if len(tier.ranked) > 1 for at in (0, -1)}
    by_matter = kept(
        f"matters:{name}:{','.join(sorted(ends))}", span, lambda: _matters_of(ends, wanted, span)
    )
    return [_tier(one, by_matter) for one in tiers]


def _tier(tier: fairness.Tier[MeasureCard], by_matter: Matters) -> TierCard:
    """The first and the last are also compared among matters of the same category."""
    found = None
    if len(tier.ranked) > 1:
        found = fairness.compare_alike(*(by_matter[tier.ranked[at].group] for at in (0, -1)))
    return TierCard(
        code=tier.code,
        label=tier_name(tier.code),
        ranked=tier.ranked,
        too_few=tier.too_few,
        alike=found.alike if found else None,
        reverses=bool(found and found.reverses),
    )


def _matters_of(units: Iterable[str], name: str, span: Span) -> Matters:
    """Counts of some units per category of the first level."""
    listed = ", ".join(map(quoted, sorted(units)))
    if not listed:
        return {}
    question = (
        f"SELECT unit, category, SUM(numerator) AS numerator, SUM(denominator) AS denominator "  # noqa: S608
        f"FROM ({BY_NAME[name].select}) AS found WHERE {within(span)} AND unit IN ({listed}) GROUP BY unit, category"
    )
    top_of = grouping(By.CATEGORY).group_of
    found: defaultdict[str, dict[str, fairness.Count]] = defaultdict(dict)
    for unit, category, numerator, denominator in engines.ask(question, now=span.now):
        of_unit, top = found[str(unit)], top_of(str(category)) or ""
        before = of_unit.get(top, fairness.Count(0, 0))
        of_unit[top] = fairness.Count(
            before.successes + int(str(numerator)), before.trials + int(str(denominator))
        )
    return dict(found)


def week_in_figures() -> WeekCard:
    """The last seven complete days against those before, with a series of eight weeks for each figure."""
    since, until = last_days(7 * WEEKS)
    starts = tuple(since + WEEK * index for index in range(WEEKS))
    names = ("direct_answer_share", "on_time_rate", "satisfaction_rate")
    span = span_of(since, until, slices=starts[1:])
    found = kept("week", span, lambda: tally(span, columns=(SLICE,), names=names))
    weeks = [found.get((index,), {}) for index in range(WEEKS)]
    received = [_orders(week.get("direct_answer_share", Tally())) for week in weeks]
    shares = {name: [card_of(BY_NAME[name], week.get(name, Tally())) for week in weeks] for name in names}
    before, last = received[-2:]
    return WeekCard(
        since=starts[-1],
        until=until,
        received=last,
        change=(last - before) / before if before else None,
        received_by_week=tuple(received),
        on_time=shares["on_time_rate"][-1],
        on_time_by_week=tuple(card.rate for card in shares["on_time_rate"]),
        satisfaction=shares["satisfaction_rate"][-1],
        satisfaction_by_week=tuple(card.rate for card in shares["satisfaction_rate"]),
    )


def _orders(counted: Tally) -> int:
    """Every order of a cohort: what counts and what is left out."""
    return counted.denominator + sum(counted.excluded.values())


def known_names(names: Iterable[str]) -> list[str]:
    """The measures that are asked for, all when none are named."""
    wanted = list(names) or list(BY_NAME)
    for name in wanted:
        if name not in BY_NAME:
            raise InvalidInput(field="names", why=_("there is no measure called %(name)s") % {"name": name})
    return wanted


def count_anew(days: Iterable[int], *, compared: Sequence[str]) -> int:
    """Count what the public pages show before somebody asks: the periods of so many days; returns how many."""
    with counted_anew():
        week_in_figures()
        periods = [last_days(one) for one in days]
        for since, until in periods:
            measures(since=since, until=until)
            for name in compared:
                compare_units(name, since=since, until=until)
                measures(since=since, until=until, by=By.CATEGORY, names=[name])
    return len(periods)


def _fold(span: Span, grouped: Grouping, names: Sequence[str]) -> Folded:
    folded: defaultdict[str, defaultdict[str, Tally]] = defaultdict(lambda: defaultdict(Tally))
    columns = (grouped.column,) if grouped.column else ()
    for key, counted in tally(span, columns=columns, names=names).items():
        group = grouped.group_of(*key) if key else ""
        if group is not None:
            for name, tally_of_code in counted.items():
                folded[group][name].add(tally_of_code)
    if COST_PER_SOLVED in names:
        divide_costs(folded, span, grouped)
    return {group: dict(counted) for group, counted in folded.items()}
