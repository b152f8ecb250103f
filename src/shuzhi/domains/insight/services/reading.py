"""Issues as the desk lists them, by heat, within what the actor may see."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.insight import heat
from shuzhi.domains.insight.cards import IssueCard, IssuePage
from shuzhi.domains.insight.models import HotIssue, IssueMember
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound

DAYS_SHOWN = 28
_MOST_PER_PAGE = 100
HEAT, NEED = "heat", "need"
_COLUMNS = {HEAT: "rank", NEED: "need"}


def hot_issues(
    *,
    by: Actor,
    stage: str = "",
    area: str = "",
    category: str = "",
    words: str = "",
    people: int = 2,
    since: datetime | None = None,
    order: str = HEAT,
    after: str = "",
    limit: int = 30,
) -> IssuePage:
    """Issues in the actor's areas, the hottest or the most needed first.

    area: a 12-digit code with everything below it.   category: a code with its sub-categories.   people: at
    least so many distinct ones.   since: only issues that somebody reported since then.   order: "heat" or "need".   after: what the page before ended with.
    limit: at most 100.
    """
    access.require_somewhere(by, "insight.read")
    rows = visible_issues(by).filter(merged_into=None, demands__gte=1, people__gte=people)
    if stage:
        rows = rows.filter(stage=stage)
    if area:
        rows = rows.filter(area__startswith=access.area_prefix(area))
    if category:
        rows = rows.filter(category__startswith=category)
    if since:
        rows = rows.filter(last_at__gte=since)
    for word in words.split():
        rows = rows.filter(title__icontains=word)
    column = _COLUMNS.get(order)
    if column is None:
        raise InvalidInput(field="order", why=_("one of: %(known)s") % {"known": ", ".join(_COLUMNS)})
    most = max(1, min(limit, _MOST_PER_PAGE))
    found = list(_continued(rows, after, column).order_by(f"-{column}", "-pk")[: most + 1])
    shown = found[:most]
    last = f"{getattr(shown[-1], column)!r}:{shown[-1].pk}" if len(found) > most else ""
    return IssuePage(tuple(cards_of(shown)), last)


def issue_of_demand(demand_id: int, *, by: Actor) -> IssueCard | None:
    """The issue that a demand is part of, None when it is alone or out of sight."""
    access.require_somewhere(by, "insight.read")
    row = visible_issues(by).filter(members=demand_id).first()
    return cards_of([row])[0] if row else None


def visible_issue(issue_id: int, *, by: Actor) -> HotIssue:
    """Raises NotFound for what the actor may not see."""
    access.require_somewhere(by, "insight.read")
    row = visible_issues(by).filter(pk=issue_id).first()
    if row is None:
        raise NotFound(what=_("Issue %(id)s") % {"id": issue_id})
    return row


def cards_of(rows: Sequence[HotIssue]) -> list[IssueCard]:
    now = clock.now()
    days = _by_day(rows)
    return [
        IssueCard(
            id=row.pk,
            title=row.title,
            keywords=tuple(row.keywords),
            places=tuple(row.places),
            area=row.area,
            category=row.category,
            demands=row.demands,
            people=row.people,
            heat=round(heat.heat_of(row.people, row.last_at, now), 1),
            need=round(row.need, 1),
            stage=row.stage,
            owner=row.owner,
            confirmed=row.confirmed,
            first_at=row.first_at,
            last_at=row.last_at,
            by_day=days[row.pk],
        )
        for row in rows
    ]


def visible_issues(by: Actor) -> QuerySet[HotIssue]:
    seen = Q(pk=None)
    for grant in access.scopes(by, "insight.read"):
        if not grant.unit:
            seen |= Q(area__startswith=access.area_prefix(grant.area)) if grant.area else ~Q(pk=None)
    return HotIssue.objects.filter(seen)


def _continued(rows: QuerySet[HotIssue], after: str, column: str) -> QuerySet[HotIssue]:
    if not after:
        return rows
    try:
        value, number = after.split(":")
        below = Q(**{f"{column}__lt": float(value)})
        return rows.filter(below | Q(**{column: float(value)}, pk__lt=int(number)))
    except ValueError:
        raise InvalidInput(field="after", why=_("use the value that the page before ended with")) from None


def _by_day(rows: Sequence[HotIssue]) -> dict[int, tuple[int, ...]]:
    today = timezone.localdate(clock.now())
    since = clock.now() - timedelta(days=DAYS_SHOWN)
    counted: Counter[tuple[int, int]] = Counter()
    recent = IssueMember.objects.filter(issue__in=[row.pk for row in rows], received_at__gte=since)
    for number, at in recent.values_list("issue", "received_at"):
        counted[number, (today - timezone.localdate(at)).days] += 1
    return {row.pk: tuple(counted[row.pk, ago] for ago in range(DAYS_SHOWN - 1, -1, -1)) for row in rows}
