"""What the requester sees of an order, and what the requester may do with it: rate, reopen, appeal, withdraw."""

from collections.abc import Sequence

from django.db import transaction

from shuzhi.domains.casework import journey, lifecycle
from shuzhi.domains.casework.cards import ProgressCard, PublicStep, RatingCard
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import Rating, WorkOrder
from shuzhi.domains.casework.refusals import AlreadyRated, NotRateable
from shuzhi.domains.casework.services import orders
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock, events, outbox
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound

# The five stages that a person sees: received, dispatched, being handled, replied, closed.
_STAGES = {
    **dict.fromkeys((State.REGISTERED, State.TRIAGED), 1),
    **dict.fromkeys((State.DISPATCHED, State.ACCEPTED, State.RETURN_REQUESTED, State.ADJUDICATING), 2),
    **dict.fromkeys((State.HANDLING, State.SUSPENDED), 3),
    **dict.fromkeys((State.REPLIED, State.REVIEWED, State.CALLBACK, State.ANSWERED), 4),
    **dict.fromkeys((State.REFERRED, State.REJECTED, State.CLOSED, State.TERMINATED), 5),
}
# Steps that are the units' own business: the requester sees what they lead to.
_INNER = frozenset(
    {
        *(Action.REQUEST_RETURN, Action.REFUSE_RETURN, Action.APPROVE_RETURN, Action.REQUEST_EXTENSION),
        *(Action.REFUSE_EXTENSION, Action.APPROVE_REPLY, Action.START_CALLBACK, Action.REQUEST_TERMINATION),
        *(Action.REFUSE_TERMINATION, Action.RELEASE_ASSIST, Action.DECLINE_REJECTION, Action.REMIND),
    }
)
# Words and reasons of these steps are written for the requester.
_OPEN_WORDS = frozenset(
    {Action.REPLY, Action.ANSWER_DIRECTLY, Action.REFER, Action.REJECT, Action.CONFIRM_REJECTION}
)
_OPEN_REASONS = frozenset({Action.SUSPEND, Action.REJECT, Action.REOPEN, Action.APPEAL, Action.WITHDRAW})


def progress_of(demand_id: int, *, by: Actor) -> ProgressCard:
    """The journey of one demand, in public words. The caller has checked the codes (intake.track)."""
    access.require(by, "intake.track")
    row = _row_of(demand_id)
    own = orders.load(row.number)
    lead = orders.load(row.merged_into.number) if row.merged_into else own
    now = clock.now()
    facts = journey.facts_of(own.steps, own.matter, now=now, by=by.reference, read=own.read(now))
    open_to_citizen = {move.action for move in lifecycle.next_moves(facts, access.PUBLIC)}
    reply = _last_reply(lead.steps)
    closed_at = own.row.closed_at
    return ProgressCard(
        number=row.number,
        state=own.row.state,
        stage=_STAGES.get(State(lead.row.state), 1),
        unit_name=_unit_names().get(lead.row.unit, ""),
        due_at=lead.row.due_at if lead.row.is_open else None,
        closed_at=closed_at,
        outcome=own.row.outcome or lead.row.outcome,
        steps=_public_steps(lead.steps),
        reply=reply.text if reply else "",
        replied_at=reply.at if reply else None,
        people=1 + lead.row.merged.count(),
        may_rate=own.row.state == State.CLOSED and _rating(row, facts.reopenings) is None,
        may_reopen=Action.REOPEN in open_to_citizen,
        may_appeal=Action.APPEAL in open_to_citizen,
        may_withdraw=Action.WITHDRAW in open_to_citizen,
        reopen_until=closed_at + REOPEN_WITHIN if closed_at else None,
        rating=_rating(row, facts.reopenings),
    )


def _row_of(demand_id: int) -> WorkOrder:
    row = WorkOrder.objects.select_related("merged_into").filter(demand_id=demand_id).first()
    if row is None:
        raise NotFound(what=str(demand_id))
    return row


def _unit_names() -> dict[str, str]:
    return {unit.code: unit.name for unit in registry.units()}


def _last_reply(steps: Sequence[Step]) -> Step | None:
    """The reply that stands: approved, not sent back."""
    standing: Step | None = None
    for step in steps:
        if step.action in (Action.REPLY, Action.ANSWER_DIRECTLY):
            standing = step
        elif step.action in (Action.REQUEST_REWORK, Action.REOPEN):
            standing = None
    reviewed = any(step.action == Action.APPROVE_REPLY for step in steps)
    return standing if standing and (reviewed or standing.action == Action.ANSWER_DIRECTLY) else None


def _public_steps(steps: Sequence[Step]) -> tuple[PublicStep, ...]:
    names = _unit_names()
    approved = _last_reply(steps)
    return tuple(
        PublicStep(
            action=step.action,
            at=step.at,
            to_state=step.to_state,
            unit_name=names.get(step.unit, ""),
            text=step.text
            if step.action in _OPEN_WORDS and (step.action != Action.REPLY or step is approved)
            else "",
            because=step.because if step.action in _OPEN_REASONS else "",
            outcome=str(step.details.get("outcome", ""))
            if step is approved or step.action == Action.CLOSE
            else "",
        )
        for step in steps
        if step.action not in _INNER
    )


def _rating(row: WorkOrder, round_number: int) -> RatingCard | None:
    found = Rating.objects.filter(demand_id=row.demand_id, round=round_number).first()
    if found is None:
        return None
    return RatingCard(
        contacted=found.contacted,
        solved=found.solved,
        satisfaction=found.satisfaction,
        comment=found.comment,
        at=found.at,
    )


@transaction.atomic
def rate_outcome(
    demand_id: int, *, contacted: bool, solved: bool, satisfaction: int, comment: str = "", by: Actor
) -> RatingCard:
    """The requester's own judgement, asked in three parts: contacted? solved? satisfied (1 to 5)?"""
    access.require(by, "intake.rate")
    if satisfaction not in lifecycle.RATINGS:
        raise InvalidInput(field="satisfaction", why="1 (very dissatisfied) to 5 (very satisfied)")
    row = _row_of(demand_id)
    if row.state != State.CLOSED:
        raise NotRateable()
    loaded = orders.load(row.number, lock=True)
    round_number = journey.facts_of(loaded.steps, loaded.matter, now=clock.now()).reopenings
    if _rating(row, round_number):
        raise AlreadyRated()
    Rating.objects.create(
        order=row,
        demand_id=demand_id,
        round=round_number,
        contacted=contacted,
        solved=solved,
        satisfaction=satisfaction,
        comment=comment.strip()[:2000],
        at=clock.now(),
    )
    outbox.announce(
        events.DemandRated(
            demand_id=events.DemandId(demand_id),
            order_id=events.WorkOrderId(row.pk),
            unit=row.unit,
            contacted=contacted,
            solved=solved,
            satisfaction=satisfaction,
        ),
        by=by,
    )
    return RatingCard(
        contacted=contacted, solved=solved, satisfaction=satisfaction, comment=comment, at=clock.now()
    )
