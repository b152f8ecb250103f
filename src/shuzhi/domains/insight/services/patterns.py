"""Patterns as people see them: what was found, one finding with its demands, and who calls again."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date, timedelta

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from shuzhi.domains.insight import counting
from shuzhi.domains.insight.discovering import FOLLOWING, HOTSPOT, KINDS, RETURNING, WEEK, WEEKS_BEFORE
from shuzhi.domains.insight.models import PatternFinding, PatternRun, ReturningCaller
from shuzhi.domains.insight.naming import area_name, category_name
from shuzhi.domains.insight.pattern_cards import (
    PatternCard,
    PatternDetail,
    PatternPage,
    PatternRunCard,
    ReturningCard,
    ReturningGroup,
)
from shuzhi.domains.insight.warning_cards import EvidenceCard
from shuzhi.domains.intake import services as intake
from shuzhi.engines.fairness import hidden_cells
from shuzhi.spine import access
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound

_CALLERS_SHOWN = 50


def patterns(*, kind: str = "", area: str = "", category: str = "", by: Actor) -> PatternPage:
    """What the newest search found, as far as the actor may see; hotspots, then what follows, then who calls again.

    area, category: codes, with everything below them.
    """
    access.require_somewhere(by, "insight.read")
    if kind and kind not in KINDS:
        raise InvalidInput(field="kind", why=_("one of: %(known)s") % {"known": ", ".join(KINDS)})
    run = PatternRun.objects.order_by("-pk").first()
    if run is None:
        return PatternPage(None, ())
    rows = _visible(by).filter(run=run).defer("series", "demands")
    if kind:
        rows = rows.filter(kind=kind)
    if area:
        rows = rows.filter(area__startswith=access.area_prefix(area))
    if category:
        rows = rows.filter(Q(category__startswith=category) | Q(then__startswith=category))
    cards = sorted(
        map(_card, rows), key=lambda one: (KINDS.index(one.kind), one.false_share, -one.ratio, one.id)
    )
    told = PatternRunCard(run.made_at, run.first_day, run.last_day, run.looked, run.findings.count())
    return PatternPage(told, tuple(cards))


def pattern(pattern_id: int, *, by: Actor) -> PatternDetail:
    """One finding with what its picture shows and the demands that belong together."""
    access.require_somewhere(by, "insight.read")
    row = _visible(by).filter(pk=pattern_id).select_related("run").first()
    if row is None:
        raise NotFound(what=_("Finding %(id)s") % {"id": pattern_id})
    begins = _series_from(row)
    return PatternDetail(
        pattern=_card(row),
        series=tuple(row.series),
        marked=_marked(row, begins),
        series_from=begins,
        evidence=_evidence(_together(row, by)),
    )


def returning_groups(*, by: Actor) -> list[ReturningGroup]:
    """How many people called again within 90 days about the same matter, by area and matter of the first level.

    Groups of fewer than five people are not told.
    """
    access.require_somewhere(by, "insight.read")
    area_of, category_of = counting.tops(areas=True), counting.tops(areas=False)
    calls: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for area, category, number in ReturningCaller.objects.values_list("area", "category", "calls"):
        calls[area_of(area), category_of(category)].append(number)
    seen = [
        group
        for group in sorted(calls, key=lambda group: (-len(calls[group]), group))
        if counting.UNKNOWN not in group and access.allows(by, "insight.read", area=group[0])
    ]
    hidden = hidden_cells([len(calls[group]) for group in seen], total_known=False)
    return [
        ReturningGroup(
            area=area,
            area_name=area_name(area),
            category=category,
            category_name=category_name(category),
            callers=None if at in hidden else len(calls[area, category]),
            calls=None if at in hidden else sum(calls[area, category]),
        )
        for at, (area, category) in enumerate(seen)
    ]


def returning_callers(*, by: Actor) -> list[ReturningCard]:
    """Who called again, for those who may speak with people: the most calls first. Nobody's name or phone is in it."""
    access.require_somewhere(by, "intake.contact")
    rows = ReturningCaller.objects.filter(_within(by, "intake.contact")).order_by("-calls", "-last_at")
    return [
        ReturningCard(
            reporter=one.reporter,
            area_name=area_name(one.area),
            category_name=category_name(one.category),
            calls=one.calls,
            first_at=one.first_at,
            last_at=one.last_at,
            demands=tuple(one.demands),
        )
        for one in rows[:_CALLERS_SHOWN]
    ]


def _visible(by: Actor) -> QuerySet[PatternFinding]:
    return PatternFinding.objects.filter(_within(by, "insight.read"))


def _within(by: Actor, permission: str) -> Q:
    """Rows in the areas for which the actor holds the permission for whole areas, not for one unit."""
    seen = Q(pk=None)
    for grant in access.scopes(by, permission):
        if not grant.unit:
            seen |= Q(area__startswith=access.area_prefix(grant.area)) if grant.area else ~Q(pk=None)
    return seen


def _card(row: PatternFinding) -> PatternCard:
    return PatternCard(
        id=row.pk,
        kind=row.kind,
        area=row.area,
        area_name=area_name(row.area),
        places=tuple(area_name(one) for one in row.places),
        category=row.category,
        category_name=category_name(row.category),
        then=row.then,
        then_name=category_name(row.then),
        lag=row.lag,
        first_day=row.first_day,
        last_day=row.last_day,
        came=row.came,
        cases=row.cases,
        expected=row.expected,
        chance=row.chance,
        false_share=row.false_share,
    )


def _series_from(row: PatternFinding) -> date:
    """The first day of the picture: some weeks before a hotspot, or as many as the run knows."""
    known = (row.first_day - row.run.first_day).days // WEEK
    return row.first_day - timedelta(weeks=min(WEEKS_BEFORE, max(0, known)))


def _marked(row: PatternFinding, begins: date) -> tuple[int, ...]:
    if row.kind == FOLLOWING:
        return (row.lag,)
    if row.kind == HOTSPOT:
        first = (row.first_day - begins).days // WEEK
        return tuple(range(first, first + ((row.last_day - row.first_day).days + 1) // WEEK))
    return ()


def _together(row: PatternFinding, by: Actor) -> list[list[int]]:
    """Which demands came from one person is for those who may speak with people; others read each by itself."""
    demands: list[list[int]] = row.demands
    if row.kind != RETURNING or access.allows(by, "intake.contact", area=row.area):
        return demands
    return [[number] for number in sorted(number for each in demands for number in each)]


def _evidence(ids: Sequence[Sequence[int]]) -> tuple[tuple[EvidenceCard, ...], ...]:
    """Whoever may read the finding may read the masked titles of its demands; secret ones are left out."""
    told = {one.id: one for one in intake.matters(ids=[number for each in ids for number in each], by=SYSTEM)}
    return tuple(
        tuple(
            EvidenceCard(one.id, one.title or one.text[:40], one.place, one.status, one.received_at)
            for number in each
            if (one := told.get(number))
        )
        for each in ids
        if any(number in told for number in each)
    )
