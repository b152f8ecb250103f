"""The only entrance to the cockpit: everything on the page, read from the rooms that know it."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from django.utils.translation import gettext as _

from shuzhi.domains.casework import services as casework
from shuzhi.domains.cockpit.cards import CockpitCard, View
from shuzhi.domains.cockpit.choosing import Change, Fact, Kind, Need, choose
from shuzhi.domains.insight import services as insight
from shuzhi.domains.insight.cards import IssueCard
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import AreaCard
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.cards import MeasureCard, TrendCard
from shuzhi.engines import fairness
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied

FIGURES = ("received", "on_time_rate", "median_hours", "satisfaction_rate")
SHADES = ("received", "on_time_rate", "satisfaction_rate", "overdue_share")
COMPARED = "on_time_rate"
BEGINNING = datetime(2000, 1, 1, tzinfo=UTC)
FIVE_MINUTES = 300
WEEK = timedelta(days=7)
# code → (step, steps of the period, steps shown)
PERIODS = {"week": (WEEK, 1, 12), "weeks": (WEEK, 4, 12), "year": (4 * WEEK, 13, 26)}
USUAL_PERIOD = "weeks"
PRESSING = {"red": 2, "orange": 1}
UNSETTLED = ("growing", "recurring", "emerging")
ISSUES, MOST_WEIGHED, LEAST_PEOPLE = 5, 20, 2


def view_of(*, period: str = "", area: str = "", category: str = "", measure: str = "", by: Actor) -> View:
    """What a reader looks at. Without an area it is the whole of what the reader may see.

    Raises AccessDenied for an area outside of that, NotFound for codes that the registry does not know.
    """
    access.require_somewhere(by, "statistics.read")
    period = period if period in PERIODS else USUAL_PERIOD
    step, steps, shown = PERIODS[period]
    if category:
        registry.get_category(category)
    return View(
        period=period,
        area=_area_seen(area, by),
        category=category,
        measure=measure if measure in SHADES else SHADES[0],
        until=_soon(),
        step=step,
        steps=steps,
        shown=shown,
    )


def look(view: View, *, by: Actor) -> CockpitCard:
    """Everything on the page. Raises FiguresMissing while files of the warehouse are gone."""
    access.require(by, "insight.read", area=view.area)
    area, category = view.area, view.category
    issues = insight.hot_issues(
        by=by, area=area, category=category, people=LEAST_PEOPLE, limit=MOST_WEIGHED
    ).items
    # Read first: what is counted below is then never older than the page says.
    holding = statistics.holding()
    with statistics.one_state():
        return CockpitCard(
            view=view,
            needs=choose(
                [*_of_warnings(view, by), *_of_issues(issues), *_of_overdue(view, by), *_of_units(view, by)]
            ),
            figures=_figures(view, by),
            overdue=_overdue(view, by),
            by_area=_by_area(view, by),
            issues=_active(issues, view, by),
            flows=tuple(
                statistics.flows(since=view.since, until=view.until, area=area, category=category, by=by)
            ),
            tiers=tuple(
                statistics.compare_units(
                    COMPARED, since=view.since, until=view.until, area=area, category=category, actor=by
                )
            ),
            breaks=tuple(statistics.breaks(since=view.until - view.step * view.shown, until=view.until)),
            holding=holding,
        )


def _active(hottest: Sequence[IssueCard], view: View, by: Actor) -> tuple[IssueCard, ...]:
    """The hottest issues that somebody reported in the period. hottest: of all times."""
    first = tuple(hottest[:ISSUES])
    if all(one.last_at >= view.since for one in first):
        return first
    return insight.hot_issues(
        by=by, area=view.area, category=view.category, people=LEAST_PEOPLE, since=view.since, limit=ISSUES
    ).items


def _figures(view: View, by: Actor) -> dict[str, TrendCard]:
    found = statistics.trends(
        FIGURES,
        until=view.until,
        step=view.step,
        steps=view.steps,
        shown=view.shown,
        area=view.area,
        category=view.category,
        actor=by,
    )
    return dict(zip(FIGURES, found, strict=True))


def _overdue(view: View, by: Actor) -> MeasureCard:
    (card,) = statistics.measures(
        since=BEGINNING,
        until=view.until,
        names=["overdue_share"],
        area=view.area,
        category=view.category,
        actor=by,
    )
    return card


def _area_seen(area: str, by: Actor) -> str:
    grants = access.scopes(by, "insight.read")
    places = [grant.area for grant in grants if not grant.unit]
    if not places:
        raise AccessDenied(permission="insight.read")
    if not area:
        return "" if "" in places else min(places)
    if not access.allows(by, "insight.read", area=registry.get_area(area).code):
        raise AccessDenied(permission="insight.read")
    return area


def _soon() -> datetime:
    """The next full five minutes: what is counted may be kept until then, and nothing told so far lies beyond."""
    second = int(clock.now().timestamp())
    return datetime.fromtimestamp(second - second % FIVE_MINUTES + FIVE_MINUTES, UTC)


def _by_area(view: View, by: Actor) -> tuple[MeasureCard, ...]:
    cards = statistics.measures(
        since=view.since,
        until=view.until,
        by="area",
        within=view.area or (top.code if (top := top_area()) else ""),
        area=view.area,
        category=view.category,
        names=[view.measure],
        actor=by,
    )
    return tuple(cards)


def top_area() -> AreaCard | None:
    """The area that holds all others; None while the registry is empty."""
    return next((area for area in registry.areas() if not area.parent), None)


def _of_warnings(view: View, by: Actor) -> Iterator[Need]:
    """Red and orange warnings that nobody acts on yet. What was measured or foretold is told under its quantity."""
    for one in insight.open_warnings(area=view.area, category=view.category, by=by):
        if one.level in PRESSING and not one.acted_on:
            facts = (
                *((Fact("came", one.came), Fact("expected", one.expected)) if one.came else ()),
                Fact("false_alarms", one.false_alarms),
                *(Fact(told.quantity, told.value) for told in one.readings),
            )
            told = {"place": one.place_name or one.area_name, "title": one.title}
            yield Need(
                kind=Kind.WARNING,
                code=str(one.id),
                title=_("%(place)s: %(title)s") % told,
                concerned=one.came,
                facts=facts,
                other=one.level,
                gravity=PRESSING[one.level],
            )


def _of_issues(issues: Iterable[IssueCard]) -> Iterator[Need]:
    """Issues that are not settled, weighed by the people who raised them, as the published heat does."""
    for one in issues:
        if one.stage in UNSETTLED:
            facts = (
                Fact("people", one.people),
                Fact("demands", one.demands),
                Fact("last_week", sum(one.by_day[-7:])),
                Fact("week_before", sum(one.by_day[-14:-7])),
            )
            yield Need(Kind.ISSUE, str(one.id), one.title, one.heat, facts, other=one.owner)


def _of_overdue(view: View, by: Actor) -> Iterator[Need]:
    """Units with overdue orders; of a part of the county, as many as it has itself."""
    if view.area or view.category:
        yield from _of_overdue_here(view, by)
        return
    if not access.allows_somewhere(by, "casework.read"):
        return
    rows = casework.board(by_what="unit", by=by)
    red = sum(row.red for row in rows)
    for row in rows:
        if row.red and row.code:
            facts = (
                Fact("overdue", row.red),
                Fact("share", row.red / red),
                Fact("open", row.open),
                Fact("supervised", row.supervised),
                Fact("unsigned", row.unsigned),
            )
            yield Need(Kind.OVERDUE, row.code, row.name, row.red, facts)


def _of_overdue_here(view: View, by: Actor) -> Iterator[Need]:
    """What the facts say of an area or a matter; how a unit is supervised belongs to all that it answers for."""
    cards = statistics.measures(
        since=BEGINNING,
        until=view.until,
        by=statistics.By.UNIT,
        names=["overdue_share"],
        area=view.area,
        category=view.category,
        actor=by,
    )
    overdue = [one for one in cards if one.group and one.numerator]
    together = sum(one.numerator for one in overdue)
    for one in overdue:
        facts = (
            Fact("overdue", one.numerator),
            Fact("share", one.numerator / together),
            Fact("open", one.denominator),
        )
        yield Need(Kind.OVERDUE, one.group, one.group_name, one.numerator, facts)


def _of_units(view: View, by: Actor) -> Iterator[Need]:
    """Units whose rate has changed by more than chance, among as many as were looked at."""
    changes = [one for one in _changes(view, by) if fairness.is_rankable(min(one.trials, one.trials_before))]
    for one in changes:
        counts = (
            fairness.Count(one.successes, one.trials),
            fairness.Count(one.successes_before, one.trials_before),
        )
        if fairness.differ(*counts, among=max(2, len(changes))):
            facts = (
                Fact("rate", one.rate),
                Fact("rate_before", one.rate_before),
                Fact("orders", one.trials),
                Fact("lost", abs(one.lost)),
            )
            kind = Kind.FALLING if one.lost > 0 else Kind.RISING
            yield Need(kind, one.code, one.name, abs(one.lost), facts)


def _changes(view: View, by: Actor) -> Iterator[Change]:
    pairs = statistics.changes_of_units(
        COMPARED,
        before=view.before,
        since=view.since,
        until=view.until,
        area=view.area,
        category=view.category,
        actor=by,
    )
    for before, now in pairs:
        yield Change(
            now.group,
            now.group_name,
            now.numerator,
            now.denominator,
            before.numerator,
            before.denominator,
        )
