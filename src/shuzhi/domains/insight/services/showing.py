"""Questions and decisions as the desk sees them."""

from collections.abc import Sequence

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from shuzhi.domains.insight.decision_cards import (
    EvidenceCard,
    OptionCard,
    QuestionCard,
    QuestionDetail,
    QuestionPage,
)
from shuzhi.domains.insight.models import Question
from shuzhi.domains.insight.questions import State, lacking
from shuzhi.domains.insight.services.drafting import held_by
from shuzhi.domains.insight.services.evidence import label_of
from shuzhi.domains.insight.services.tasking import tasks_of
from shuzhi.domains.ledger import services as ledger
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import QuestionDecided

_MOST_PER_PAGE = 100
# Only those who prepare or settle questions see what is not put forward yet.
_UNFINISHED = (State.DRAFTING, State.WITHDRAWN)


def questions(
    *, by: Actor, state: str = "", issue: int | None = None, after: str = "", limit: int = 30
) -> QuestionPage:
    """Questions in the actor's areas, the last moved first. issue: about this hot issue.   after: what the page before ended with."""
    access.require_somewhere(by, "insight.read")
    rows = seen(by)
    if state:
        rows = rows.filter(state=state)
    if issue is not None:
        rows = rows.filter(issue=issue)
    most = max(1, min(limit, _MOST_PER_PAGE))
    found = list(_continued(rows, after).order_by("-pk")[: most + 1])
    shown = found[:most]
    return QuestionPage(tuple(question_cards(shown)), str(shown[-1].pk) if len(found) > most else "")


def question(question_id: int, *, by: Actor) -> QuestionDetail:
    row = visible_question(question_id, by=by)
    successor = Question.objects.filter(supersedes=row).first()
    made = ledger.ref_of_decision(QuestionDecided, row.pk) if row.digest else None
    receipt = ledger.in_effect([made]).get(made) if made else None
    return QuestionDetail(
        question=question_cards([row])[0],
        background=row.background,
        risk=row.risk,
        basis=row.basis,
        sent_back_because=row.sent_back_because,
        because=row.because,
        digest=row.digest,
        lacking=lacking(held_by(row)),
        evidence=tuple(
            EvidenceCard(one.pk, one.kind, one.reference, label_of(one), one.figures, one.note, one.taken_at)
            for one in row.evidence.order_by("pk")
        ),
        options=tuple(
            OptionCard(one.number, one.title, one.cost_fen, one.benefit, one.affected)
            for one in row.options.order_by("number")
        ),
        tasks=tuple(tasks_of(row)),
        supersedes=row.supersedes_id,
        superseded_by=successor.pk if successor else None,
        receipt=receipt,
        held_back=ledger.why_not_in_effect(made) if made and receipt is None else "",
    )


def count_waiting(*, by: Actor) -> int:
    """How many questions wait for a decision that the actor may take."""
    if not access.allows_somewhere(by, "insight.decide"):
        return 0
    return seen(by).filter(state=State.WAITING).count()


def visible_question(question_id: int, *, by: Actor) -> Question:
    access.require_somewhere(by, "insight.read")
    row = seen(by).filter(pk=question_id).first()
    if row is None:
        raise NotFound(what=_("Question %(id)s") % {"id": question_id})
    return row


def seen(by: Actor) -> QuerySet[Question]:
    places = Q(pk=None)
    for grant in access.scopes(by, "insight.read"):
        if not grant.unit:
            places |= Q(area__startswith=access.area_prefix(grant.area)) if grant.area else ~Q(pk=None)
    rows = Question.objects.filter(places)
    prepares = access.allows_somewhere(by, "insight.draft") or access.allows_somewhere(by, "insight.decide")
    return rows if prepares else rows.exclude(state__in=_UNFINISHED)


def question_cards(rows: Sequence[Question]) -> list[QuestionCard]:
    counted = Question.objects.filter(pk__in=[row.pk for row in rows]).annotate(
        many_options=Count("options", distinct=True),
        many_evidence=Count("evidence", distinct=True),
        many_tasks=Count("tasks", distinct=True),
        many_done=Count("tasks", filter=Q(tasks__done_at__isnull=False), distinct=True),
    )
    by_id = {one.pk: one for one in counted}
    return [
        QuestionCard(
            id=row.pk,
            title=row.title,
            area=row.area,
            category=row.category,
            issue=row.issue_id,
            state=row.state,
            options=by_id[row.pk].many_options,
            evidence=by_id[row.pk].many_evidence,
            tasks=by_id[row.pk].many_tasks,
            tasks_done=by_id[row.pk].many_done,
            drafted_by=row.drafted_by,
            drafted_at=row.drafted_at,
            moved_at=row.moved_at,
            chosen=row.chosen,
            starts_on=row.starts_on,
            decided_by=row.decided_by,
            decided_name=row.decided_name,
            decided_at=row.decided_at,
        )
        for row in rows
    ]


def _continued(rows: QuerySet[Question], after: str) -> QuerySet[Question]:
    if not after:
        return rows
    if not after.isdecimal() or len(after) > 18:
        raise InvalidInput(field="after", why=_("use the value that the page before ended with"))
    return rows.filter(pk__lt=int(after))
