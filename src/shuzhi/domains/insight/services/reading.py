"""Issues as the desk sees them: lists by heat, one issue with everything that explains it."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.insight import heat
from shuzhi.domains.insight.cards import IssueCard, IssueDetail, IssuePage, JudgementCard, MemberCard
from shuzhi.domains.insight.models import HotIssue, IssueMember
from shuzhi.domains.intake import services as intake
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound

DAYS_SHOWN = 28
SIMILAR_SHOWN = 3
MEMBERS_SHOWN = 500
_MOST_PER_PAGE = 100
_MATTER_DIGITS = 4
_COMPARED = 200
_WORDS_ALIKE = 2


def hot_issues(
    *,
    by: Actor,
    stage: str = "",
    area: str = "",
    category: str = "",
    words: str = "",
    people: int = 2,
    after: str = "",
    limit: int = 30,
) -> IssuePage:
    """Issues in the actor's areas, hottest first.

    area: a 12-digit code with everything below it.   category: a code with its sub-categories.   people: at
    least so many distinct ones.   after: what the page
    before ended with.   limit: at most 100.
    """
    access.require_somewhere(by, "insight.read")
    rows = _visible(by).filter(merged_into=None, demands__gte=1, people__gte=people)
    if stage:
        rows = rows.filter(stage=stage)
    if area:
        rows = rows.filter(area__startswith=access.area_prefix(area))
    if category:
        rows = rows.filter(category__startswith=category)
    for word in words.split():
        rows = rows.filter(title__icontains=word)
    most = max(1, min(limit, _MOST_PER_PAGE))
    found = list(_continued(rows, after).order_by("-rank", "-pk")[: most + 1])
    shown = found[:most]
    last = f"{shown[-1].rank!r}:{shown[-1].pk}" if len(found) > most else ""
    return IssuePage(tuple(cards_of(shown)), last)


def issue_of_demand(demand_id: int, *, by: Actor) -> IssueCard | None:
    """The issue that a demand is part of, None when it is alone or out of sight."""
    access.require_somewhere(by, "insight.read")
    row = _visible(by).filter(members=demand_id).first()
    return cards_of([row])[0] if row else None


def issue(issue_id: int, *, by: Actor) -> IssueDetail:
    """One issue with its demands, days, units, judgements and earlier issues like it."""
    from shuzhi.domains.insight.services.judging import last_judgement

    row = visible_issue(issue_id, by=by)
    members = list(row.members.order_by("-received_at", "-demand_id")[:MEMBERS_SHOWN])
    told = _members(members)
    undoable = last_judgement(row)
    return IssueDetail(
        issue=cards_of([row])[0],
        members=told,
        days=_days([one.received_at for one in members]),
        units=tuple(Counter(one.unit for one in told if one.unit).most_common()),
        judgements=tuple(
            JudgementCard(
                one.pk,
                one.kind,
                one.other_id,
                len(one.moved),
                one.because,
                one.judged_by,
                one.judged_at,
                one.undone,
                one.pk == undoable,
            )
            for one in row.judgements.order_by("-pk")
        ),
        similar=_similar(row, by),
        merged_into=row.merged_into_id,
    )


def visible_issue(issue_id: int, *, by: Actor) -> HotIssue:
    """Raises NotFound for what the actor may not see."""
    access.require_somewhere(by, "insight.read")
    row = _visible(by).filter(pk=issue_id).first()
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
            stage=row.stage,
            owner=row.owner,
            confirmed=row.confirmed,
            first_at=row.first_at,
            last_at=row.last_at,
            by_day=days[row.pk],
        )
        for row in rows
    ]


def _visible(by: Actor) -> QuerySet[HotIssue]:
    seen = Q(pk=None)
    for grant in access.scopes(by, "insight.read"):
        if not grant.unit:
            seen |= Q(area__startswith=access.area_prefix(grant.area)) if grant.area else ~Q(pk=None)
    return HotIssue.objects.filter(seen)


def _continued(rows: QuerySet[HotIssue], after: str) -> QuerySet[HotIssue]:
    if not after:
        return rows
    try:
        rank, number = after.split(":")
        return rows.filter(Q(rank__lt=float(rank)) | Q(rank=float(rank), pk__lt=int(number)))
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


def _days(received: Collection[datetime]) -> tuple[tuple[date, int], ...]:
    counted = Counter(timezone.localdate(at) for at in received)
    if not counted:
        return ()
    first, last = min(counted), max(counted)
    span = [first + timedelta(days=shift) for shift in range((last - first).days + 1)]
    return tuple((day, counted[day]) for day in span)


def _members(members: Sequence[IssueMember]) -> tuple[MemberCard, ...]:
    """Whoever may read the issue may read the masked words of its demands."""
    told = {one.id: one for one in intake.matters(ids=[one.demand_id for one in members], by=SYSTEM)}
    return tuple(
        MemberCard(
            demand_id=card.id,
            title=card.title,
            place=card.place,
            unit=card.unit,
            status=card.status,
            outcome=card.outcome,
            received_at=card.received_at,
            likeness=one.likeness,
            words=tuple(one.words),
            placed=one.placed,
            lat=card.lat,
            lng=card.lng,
        )
        for one in members
        if (card := told.get(one.demand_id))
    )


def _similar(row: HotIssue, by: Actor) -> tuple[IssueCard, ...]:
    """Earlier issues of the same matter that share most words with this one."""
    words = set(row.keywords)
    earlier = _visible(by).filter(
        merged_into=None, category__startswith=row.category[:_MATTER_DIGITS], last_at__lt=row.first_at
    )
    close = [(len(words & set(one.keywords)), one) for one in earlier.order_by("-last_at")[:_COMPARED]]
    best = sorted((pair for pair in close if pair[0] >= _WORDS_ALIKE), key=lambda pair: -pair[0])[
        :SIMILAR_SHOWN
    ]
    return tuple(cards_of([one for _shared, one in best]))
