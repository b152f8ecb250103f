"""What units are to do after a decision, by when, and that they did it."""

from collections.abc import Iterable
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.insight.decision_cards import TaskCard
from shuzhi.domains.insight.models import DecisionTask, Question
from shuzhi.domains.insight.questions import STATE_LABELS, MoveNotPossible, State
from shuzhi.domains.insight.services.drafting import writable
from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.events import DecisionTaskDone, DecisionTaskGiven
from shuzhi.spine.outbox import announce

MOST_TASKS = 20


class TaskDone(Refused):
    code = "task-done"
    message = gettext_lazy("This task was reported as done before.")


@transaction.atomic
def give_task(question_id: int, *, unit: str, title: str, due_on: date, by: Actor) -> int:
    """Give a unit something to do after a decision; the unit hears of it. Returns the task's number."""
    row = writable(question_id, "insight.assign", by)
    if row.state != State.DECIDED:
        raise MoveNotPossible(state=STATE_LABELS[State(row.state)])
    told = " ".join(title.split())[:200]
    if not told:
        raise InvalidInput(field="title", why=_("say what is to be done"))
    if due_on < clock.today():
        raise InvalidInput(field="due_on", why=_("choose a day that is still to come"))
    if row.tasks.count() >= MOST_TASKS:
        raise InvalidInput(field="title", why=_("at most %(n)s tasks") % {"n": MOST_TASKS})
    registry.get_unit(unit)
    task = DecisionTask.objects.create(
        question=row, unit=unit, title=told, due_on=due_on, given_by=by.reference, given_at=clock.now()
    )
    notices.send_message(
        to=Recipient(RecipientKind.UNIT, unit),
        template="decision_task",
        context={"id": row.pk, "due": due_on},
        about=f"decision_task:{task.pk}",
        by=SYSTEM,
    )
    announce(DecisionTaskGiven(question_id=row.pk, task_id=task.pk, unit=unit, due_on=due_on), by=by)
    return task.pk


@transaction.atomic
def finish_task(task_id: int, *, told: str, by: Actor) -> None:
    """The unit says what it did."""
    access.require_somewhere(by, "insight.carry_out")
    task = DecisionTask.objects.select_for_update().filter(pk=task_id).first()
    if task is None or not access.allows(by, "insight.carry_out", unit=task.unit):
        raise NotFound(what=_("This task"))
    if task.done_at:
        raise TaskDone
    words = " ".join(told.split())[:500]
    if not words:
        raise InvalidInput(field="told", why=_("say what was done"))
    task.told, task.done_by, task.done_at = words, by.reference, clock.now()
    task.save()
    late = max(0, (clock.today() - task.due_on).days)
    announce(
        DecisionTaskDone(question_id=task.question_id, task_id=task.pk, unit=task.unit, late_days=late),
        by=by,
    )


def tasks_of_my_units(*, by: Actor) -> list[TaskCard]:
    """Tasks of the actor's units: the open ones first, the most urgent on top."""
    access.require_somewhere(by, "insight.carry_out")
    rows = DecisionTask.objects.select_related("question")
    grants = access.scopes(by, "insight.carry_out")
    if all(grant.unit for grant in grants):
        rows = rows.filter(unit__in=[grant.unit for grant in grants])
    found = [
        *rows.filter(done_at=None).order_by("due_on"),
        *rows.exclude(done_at=None).order_by("-done_at")[:20],
    ]
    return task_cards(found)


def task_cards(rows: Iterable[DecisionTask]) -> list[TaskCard]:
    today = clock.today()
    return [
        TaskCard(
            id=row.pk,
            question=row.question_id,
            question_title=row.question.title,
            unit=row.unit,
            title=row.title,
            due_on=row.due_on,
            given_at=row.given_at,
            told=row.told,
            done_at=row.done_at,
            late=row.done_at is None and row.due_on < today,
        )
        for row in rows
    ]


def tasks_of(question: Question) -> list[TaskCard]:
    return task_cards(question.tasks.select_related("question").order_by("due_on", "pk"))
