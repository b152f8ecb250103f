"""The only entrance to statistics: measures, their definitions, the week in figures, rebuilding."""

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextvars import ContextVar
from datetime import datetime, timedelta
from threading import Lock
from typing import TypeVar

from django.core.cache import cache
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.statistics.cards import DefinitionCard, HoldingCard, MeasureCard, TierCard, WeekCard
from shuzhi.domains.statistics.costs import divide_costs
from shuzhi.domains.statistics.definitions import BY_NAME, COST_PER_SOLVED, FEN, MEASURES, SHARE, Measure
from shuzhi.domains.statistics.grouping import By, Grouping, grouping, tier_name
from shuzhi.domains.statistics.handlers import FACTS
from shuzhi.domains.statistics.models import Quarantined
from shuzhi.domains.statistics.quality import RULES
from shuzhi.domains.statistics.tallies import SLICE, Span, Tally, tally
from shuzhi.domains.statistics.warehouse import files, loading
from shuzhi.domains.statistics.warehouse.catalogue import catalogue
from shuzhi.engines import fairness
from shuzhi.spine import access, clock, outbox
from shuzhi.spine.actors import ANONYMOUS, Actor
from shuzhi.spine.errors import InvalidInput

__all__ = [
    "By",
    "compare_units",
    "count_anew",
    "definitions",
    "file_away",
    "holding",
    "last_days",
    "measures",
    "rebuild",
    "week_in_figures",
]

# The worker counts anew every hour; this is how long a figure may serve when the worker rests.
FRESH_SECONDS = 7200
WEEK = timedelta(days=7)
WEEKS = 8

T = TypeVar("T")
Folded = Mapping[str, Mapping[str, Tally]]

_counting = Lock()
_anew: ContextVar[bool] = ContextVar("counting_anew", default=False)


def definitions() -> list[DefinitionCard]:
    """How every measure is computed, in the order in which they are shown."""
    return [measure.card for measure in MEASURES]


def last_days(days: int) -> tuple[datetime, datetime]:
    """The last complete days in the county's time zone, up to and with yesterday: (since, until), aware."""
    today = timezone.localtime(clock.now()).replace(hour=0, minute=0, second=0, microsecond=0)
    return today - timedelta(days=days), today


def measures(
    *,
    since: datetime,
    until: datetime,
    by: str = "",
    within: str = "",
    names: Sequence[str] = (),
    actor: Actor = ANONYMOUS,
) -> list[MeasureCard]:
    """The measures of a period, from since, inclusive, to until, exclusive; groups by name, then measures in order.

    by: a `By`.   within: with by="area", the areas directly below this one; asks for statistics.read, because a
    village has few demands.   names: only these measures. A group appears when it has any order in the period.
    Figures may be an hour old, two when the worker rests.
    """
    wanted = _known(names)
    _check(since, until, by)
    if within:
        access.require_somewhere(actor, "statistics.read")
    grouped = grouping(By(by), within=within)
    key = f"{by}:{within}:{since.timestamp():.0f}:{until.timestamp():.0f}:{','.join(wanted)}"
    folded = _cached(key, lambda: _fold(Span(since, until, clock.now()), grouped, wanted))
    groups = sorted(folded, key=lambda group: (grouped.tier_of(group), grouped.name_of(group), group))
    found = {name: _cards(BY_NAME[name], groups, folded, grouped, By(by)) for name in wanted}
    return [found[name][group] for group in groups for name in wanted]


def compare_units(name: str, *, since: datetime, until: datetime) -> list[TierCard]:
    """Units by one measure, each among the units of its own tier only, the best first.

    They stand in the order of their shrunk rates, so that few cases neither win nor lose a place.
    """
    (wanted,) = _known([name])
    sign = -1 if BY_NAME[wanted].better == "low" else 1
    cards = measures(since=since, until=until, by=By.UNIT, names=[wanted])
    tiers = fairness.tiers(
        [card for card in cards if card.tier],
        tier=lambda card: card.tier,
        trials=lambda card: card.denominator,
        rate=lambda card: sign * (card.shrunk or 0.0),
    )
    return [
        TierCard(code=one.code, label=tier_name(one.code), ranked=one.ranked, too_few=one.too_few)
        for one in tiers
    ]


def week_in_figures() -> WeekCard:
    """The last seven complete days against those before, with a series of eight weeks for each figure."""
    since, until = last_days(7 * WEEKS)
    starts = tuple(since + WEEK * index for index in range(WEEKS))
    names = ("direct_answer_share", "on_time_rate", "satisfaction_rate")
    span = Span(since, until, clock.now(), slices=starts[1:])
    found = _cached(f"week:{until:%Y%m%d}", lambda: tally(span, columns=(SLICE,), names=names))
    weeks = [found.get((index,), {}) for index in range(WEEKS)]
    received = [_orders(week.get("direct_answer_share", Tally())) for week in weeks]
    shares = {name: [_card_of(BY_NAME[name], week.get(name, Tally())) for week in weeks] for name in names}
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


def rebuild(*, by: Actor) -> int:
    """Forget every fact and hear the whole story again; returns how many events were heard."""
    outbox.replay(FACTS, by=by)
    heard = 0
    while told := outbox.run_once([FACTS]):
        heard += told
        file_away()
    loading.file_away(most_news=0)
    return heard


def file_away() -> int:
    """File what was loaded since under its months, when that has become many files: a chore of the worker."""
    return loading.file_away()


def holding() -> HoldingCard:
    """What the figures rest on: up to which event, how old, whether files are missing, what is set aside."""
    known = catalogue()
    counted = Counter(Quarantined.objects.values_list("rule", flat=True))
    return HoldingCard(
        position=known.position,
        heard_at=known.heard_at,
        missing=not files.all_present(known.paths),
        rebuilt=min(1.0, known.position / known.rebuilt_to) if known.rebuilt_to else 1.0,
        set_aside={str(RULES[rule].label): count for rule, count in counted.items()},
    )


def _orders(counted: Tally) -> int:
    """Every order of a cohort: what counts and what is left out."""
    return counted.denominator + sum(counted.excluded.values())


def _known(names: Iterable[str]) -> list[str]:
    wanted = list(names) or list(BY_NAME)
    for name in wanted:
        if name not in BY_NAME:
            raise InvalidInput(field="names", why=_("there is no measure called %(name)s") % {"name": name})
    return wanted


def _check(since: datetime, until: datetime, by: str) -> None:
    if by not in set(By):
        raise InvalidInput(field="by", why=_("one of: %(known)s") % {"known": ", ".join(filter(None, By))})
    if since.tzinfo is None or until.tzinfo is None:
        raise InvalidInput(field="since, until", why=_("say the time zone, e.g. 2026-01-01T00:00:00+08:00"))
    if since >= until:
        raise InvalidInput(field="until", why=_("must be later than the beginning"))


def _cached(key: str, compute: Callable[[], T]) -> T:
    """What was counted some minutes ago is good enough for pages that everybody opens; one request counts at a time."""
    name = f"statistics:{hashlib.sha256(key.encode()).hexdigest()}"
    if _anew.get():
        cache.set(name, found := compute(), FRESH_SECONDS)
        return found
    kept = cache.get(name)
    if kept is None:
        with _counting:
            kept = cache.get_or_set(name, compute, FRESH_SECONDS)
    return kept  # type: ignore[no-any-return]


def count_anew(days: Iterable[int], *, compared: Sequence[str]) -> int:
    """Count what the public pages show before somebody asks: the periods of so many days; returns how many."""
    token = _anew.set(True)
    try:
        week_in_figures()
        periods = [last_days(one) for one in days]
        for since, until in periods:
            measures(since=since, until=until)
            for name in compared:
                compare_units(name, since=since, until=until)
                measures(since=since, until=until, by=By.CATEGORY, names=[name])
        return len(periods)
    finally:
        _anew.reset(token)


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


def _cards(
    measure: Measure,
    groups: Sequence[str],
    folded: Folded,
    grouped: Grouping,
    by: By,
) -> dict[str, MeasureCard]:
    counted = {group: folded[group].get(measure.name, Tally()) for group in groups}
    shrunk = _shrunk(measure, counted, grouped) if by is By.UNIT else {}
    return {
        group: _card_of(
            measure,
            counted[group],
            group=group,
            group_name=grouped.name_of(group),
            tier=grouped.tier_of(group),
            shrunk=shrunk.get(group),
        )
        for group in groups
    }


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


def _card_of(
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
    ratio = counted.numerator / counted.denominator if known else None
    rate = ratio if share or measure.scale == FEN else counted.median
    return MeasureCard(
        name=measure.name,
        label=measure.label,
        scale=measure.scale,
        group=group,
        group_name=group_name,
        tier=tier,
        numerator=counted.numerator,
        denominator=counted.denominator,
        rate=rate,
        low=interval.low if interval else None,
        high=interval.high if interval else None,
        excluded=dict(counted.excluded),
        rankable=bool(tier) and share and fairness.is_rankable(counted.denominator),
        shrunk=shrunk,
    )
