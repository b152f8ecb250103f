"""Searches the demands of three years for patterns, keeps what is more than chance, and shows it."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from threadpoolctl import threadpool_limits

from shuzhi.domains.insight import counting, discovering
from shuzhi.domains.insight.discovering import HOTSPOT, RETURNING, Finding, Returning
from shuzhi.domains.insight.models import PatternFinding, PatternRun, ReturningCaller
from shuzhi.domains.insight.pattern_cards import PatternRunCard
from shuzhi.domains.insight.services.observing import HISTORY_DAYS
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor

CALLS_DAYS = 365
"""Who calls again is looked for in the demands of the last year."""
RUNS_KEPT = 30
_NIGHT_HOUR = 3
_TOWNS = ("town", "subdistrict")


def find_patterns(*, by: Actor) -> PatternRunCard:
    """Search everything that came up to yesterday; earlier runs stay, so that links to their findings hold."""
    access.require(by, "insight.edit")
    today = clock.today()
    counted = statistics.demands_by_day(since=today - timedelta(days=HISTORY_DAYS), until=today, by=by)
    first = min((one.day for one in counted), default=today)
    # The matrices are small: threads of the algebra library would wait for each other longer than they work.
    with threadpool_limits(limits=1, user_api="blas"):
        followings, pairs = discovering.find_followings(counted, first=first, until=today)
        spots, matters = discovering.find_hotspots(counted, _points(), first=first, until=today)
    since = clock.now() - timedelta(days=CALLS_DAYS)
    returning, callers = discovering.find_returning(intake.calls(since=since, by=by))
    much, groups = discovering.find_much_returning(
        callers,
        returning,
        area_of=counting.tops(areas=True),
        category_of=counting.tops(areas=False),
        first=timezone.localtime(since).date(),
        last=today,
    )
    looked = {HOTSPOT: matters, discovering.FOLLOWING: pairs, RETURNING: groups}
    run = PatternRun(made_at=clock.now(), first_day=first, last_day=today - timedelta(days=1), looked=looked)
    with_demands = [_with_demands(one, by) for one in (*spots, *followings)]
    return _keep(run, [*with_demands, *(one for one in much if one.area != counting.UNKNOWN)], returning)


def find_nightly() -> int:
    """The worker's chore: once a night, and at once where nothing was searched yet. Returns how many were found."""
    newest = PatternRun.objects.order_by("-pk").first()
    due = newest is None or (
        newest.last_day + timedelta(days=1) < clock.today()
        and timezone.localtime(clock.now()).hour >= _NIGHT_HOUR
    )
    return find_patterns(by=SYSTEM).found if due else 0


@transaction.atomic
def forget_callers(demands: Collection[int]) -> None:
    """Nothing says any more that somebody sent these demands, nor that one person sent several of them."""
    gone = frozenset(demands)
    callers = ReturningCaller.objects.values_list("pk", "demands")
    ReturningCaller.objects.filter(pk__in=[pk for pk, sent in callers if gone & set(sent)]).delete()
    for row in PatternFinding.objects.filter(kind=RETURNING).only("pk", "demands"):
        kept = [each for each in row.demands if not gone & set(each)]
        if len(kept) < len(row.demands):
            row.demands = kept
            row.save(update_fields=["demands"])


def _points() -> dict[str, tuple[float, float]]:
    return {
        one.code: (one.lat, one.lng)
        for one in registry.areas()
        if one.level in _TOWNS and one.lat is not None and one.lng is not None
    }


def _with_demands(finding: Finding, by: Actor) -> Finding:
    categories = {finding.category, finding.then} - {""}
    known = statistics.demands_about(
        since=finding.first_day, until=finding.last_day + timedelta(days=1), categories=categories, by=by
    )
    return replace(discovering.with_demands(finding, known), area=_holding(finding.places))


def _holding(places: Iterable[str]) -> str:
    """The smallest area below the whole that holds all these places; "" where there is none."""
    paths = [[one.code for one in registry.area_path(place)] for place in places]
    shared = [codes[0] for codes in zip(*paths, strict=False) if len(set(codes)) == 1]
    return shared[-1] if len(shared) > 1 else ""


@transaction.atomic
def _keep(run: PatternRun, found: Sequence[Finding], returning: Sequence[Returning]) -> PatternRunCard:
    run.save()
    PatternFinding.objects.bulk_create([_row(run, one) for one in found], batch_size=200)
    old = PatternRun.objects.order_by("-pk").values_list("pk", flat=True)[RUNS_KEPT:]
    PatternRun.objects.filter(pk__in=list(old)).delete()
    ReturningCaller.objects.all().delete()
    ReturningCaller.objects.bulk_create(map(_caller, returning), batch_size=200)
    return PatternRunCard(run.made_at, run.first_day, run.last_day, run.looked, len(found))


def _row(run: PatternRun, one: Finding) -> PatternFinding:
    return PatternFinding(
        run=run,
        kind=one.kind,
        area=one.area,
        places=list(one.places),
        category=one.category,
        then=one.then,
        lag=one.lag,
        first_day=one.first_day,
        last_day=one.last_day,
        came=one.came,
        cases=one.cases,
        expected=one.expected,
        chance=one.chance,
        false_share=one.false_share,
        series=list(one.series),
        demands=[list(each) for each in one.demands],
    )


def _caller(one: Returning) -> ReturningCaller:
    return ReturningCaller(
        reporter=one.reporter,
        area=one.area,
        category=one.category,
        calls=len(one.calls),
        first_at=one.calls[0].received_at,
        last_at=one.calls[-1].received_at,
        demands=[call.demand_id for call in one.calls],
    )
