"""One issue with everything that explains it: demands, days, judgements, decisions, and what solved earlier ones."""

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta

from django.utils import timezone

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Outcome
from shuzhi.domains.insight.cards import IssueDetail, JudgementCard, MemberCard, SimilarCard
from shuzhi.domains.insight.decision_cards import QuestionCard
from shuzhi.domains.insight.models import HotIssue, IssueMember
from shuzhi.domains.insight.services.judging import last_judgement
from shuzhi.domains.insight.services.reading import cards_of, visible_issue, visible_issues
from shuzhi.domains.insight.services.showing import question_cards, seen
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import MatterCard
from shuzhi.domains.intake.kinds import FINAL_STATUSES
from shuzhi.engines import text as text_engine
from shuzhi.spine.actors import SYSTEM, Actor

SIMILAR_SHOWN = 3
MEMBERS_SHOWN = 500
_MATTER_DIGITS = 4
_COMPARED = 200
_WORDS_ALIKE = 2
_LONGEST_REPLY = 300
_LEAST_DAYS = 14


def issue(issue_id: int, *, by: Actor) -> IssueDetail:
    """One issue with its demands, days, units, judgements, decisions, and earlier issues like it."""
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
        decisions=_decisions(row, by),
        similar=tuple(_similar(row, by)),
        merged_into=row.merged_into_id,
    )


def _decisions(row: HotIssue, by: Actor) -> tuple[QuestionCard, ...]:
    """Questions about this issue or one that was joined to it, newest first."""
    about = seen(by).filter(issue__in=[row.pk, *row.merged.values_list("pk", flat=True)])
    return tuple(question_cards(list(about.order_by("-pk"))))


def _days(received: Collection[datetime]) -> tuple[tuple[date, int], ...]:
    counted = Counter(timezone.localdate(at) for at in received)
    if not counted:
        return ()
    last = max(counted)
    first = min(*counted, last - timedelta(days=_LEAST_DAYS - 1))
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
            area=card.area,
        )
        for one in members
        if (card := told.get(one.demand_id))
    )


def _similar(row: HotIssue, by: Actor) -> list[SimilarCard]:
    """Earlier issues of the same matter that share most words with this one."""
    words = set(row.keywords)
    earlier = visible_issues(by).filter(
        merged_into=None, category__startswith=row.category[:_MATTER_DIGITS], last_at__lt=row.first_at
    )
    close = [(len(words & set(one.keywords)), one) for one in earlier.order_by("-last_at")[:_COMPARED]]
    best = sorted((pair for pair in close if pair[0] >= _WORDS_ALIKE), key=lambda pair: -pair[0])
    return [_solved(one, by) for _shared, one in best[:SIMILAR_SHOWN]]


def _solved(row: HotIssue, by: Actor) -> SimilarCard:
    """An earlier issue with how its demands ended, who handled them, and the reply after which one was solved."""
    ids = list(row.members.values_list("demand_id", flat=True)[:MEMBERS_SHOWN])
    matters = list(intake.matters(ids=ids, by=SYSTEM))
    solved = [one for one in matters if one.outcome == Outcome.SOLVED]
    units = Counter(one.unit for one in matters if one.unit).most_common(1)
    return SimilarCard(
        issue=cards_of([row])[0],
        finished=sum(1 for one in matters if one.status in FINAL_STATUSES),
        solved=len(solved),
        unit=units[0][0] if units else "",
        helped=_last_reply(solved),
        decisions=_decisions(row, by),
    )


def _last_reply(solved: Sequence[MatterCard]) -> str:
    """Replies are public; names of persons in them are hidden all the same."""
    if not solved:
        return ""
    reply = casework.progress_of(solved[-1].id, by=SYSTEM).reply
    return text_engine.mask(reply, names=True).text[:_LONGEST_REPLY]
