"""What the requester sees of an order, and what the requester may do with it: rate, reopen, appeal, withdraw."""

from collections.abc import Mapping, Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.casework import lifecycle
from shuzhi.domains.casework.cards import ProgressCard, PublicStep, RatingCard
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import Rating, WorkOrder
from shuzhi.domains.casework.refusals import AlreadyRated, NotRateable
from shuzhi.domains.casework.services import orders
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.wording import clean
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
_JOINED = (State.MERGED, State.CLOSED)
# Words and reasons of these steps are written for the requester.
_OPEN_WORDS = frozenset(
    {Action.REPLY, Action.ANSWER_DIRECTLY, Action.REFER, Action.REJECT, Action.CONFIRM_REJECTION}
)
_OPEN_REASONS = frozenset({Action.SUSPEND, Action.REJECT})
# These are the requester's own words: nobody else who joined the matter reads them.
_OWN_REASONS = frozenset({Action.REOPEN, Action.APPEAL, Action.WITHDRAW})


def progress_of(demand_id: int, *, by: Actor) -> ProgressCard:
    """The journey of one demand, in public words. The caller has checked the codes (intake.track)."""
    access.require(by, "intake.track")
    row = _row_of(demand_id)
    own = orders.load(row.number)
    lead = orders.load(row.merged_into.number) if row.merged_into else own
    now = clock.now()
    facts = own.facts(now, by=by.reference, read=own.read(now))
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
        steps=_public_steps(own, lead),
        merged_into=row.state == State.MERGED,
        reply=reply.text if reply else "",
        replied_at=reply.at if reply else None,
        generated=bool(reply and reply.details.get("aigc")),
        people=1 + lead.row.merged.filter(state__in=_JOINED).count(),
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
    return {unit.code: unit.label for unit in registry.units()}


def _last_reply(steps: Sequence[Step]) -> Step | None:
    """The reply that stands: approved, not sent back."""
    written: Step | None = None
    standing: Step | None = None
    for step in steps:
        match step.action:
            case Action.REPLY:
                written, standing = step, None
            case Action.APPROVE_REPLY:
                standing = written
            case Action.ANSWER_DIRECTLY:
                standing = step
            case Action.REQUEST_REWORK | Action.REOPEN:
                written, standing = None, None
    return standing


def _public_steps(own: Loaded, lead: Loaded) -> tuple[PublicStep, ...]:
    """One's own steps; after joining another order, what happened to that one since."""
    names = _unit_names()
    standing = _last_reply(lead.steps)
    shown = [_public_step(step, names, standing, own=True) for step in own.steps if _is_public(step)]
    if lead is not own:
        joined_at = next(step.at for step in reversed(own.steps) if step.action == Action.MERGE)
        later = [step for step in lead.steps if step.at >= joined_at and step.action != Action.CLOSE]
        shown += [_public_step(step, names, standing, own=False) for step in later if _is_public(step)]
    return tuple(sorted(shown, key=lambda step: step.at))


def _is_public(step: Step) -> bool:
    return step.action not in _INNER


def _public_step(step: Step, names: Mapping[str, str], standing: Step | None, *, own: bool) -> PublicStep:
    says = step.action in _OPEN_WORDS and (step.action != Action.REPLY or step is standing)
    reasons = _OPEN_REASONS | (_OWN_REASONS if own else frozenset())
    return PublicStep(
        action=step.action,
        at=step.at,
        to_state=step.to_state,
        unit_name=names.get(step.unit, ""),
        text=step.text if says else "",
        because=step.because if step.action in reasons else "",
        basis=_basis(step),
        outcome=str(step.details.get("outcome", ""))
        if step is standing or step.action == Action.CLOSE
        else "",
    )


def _basis(step: Step) -> str:
    match step.action:
        case Action.REJECT:
            return step.ground
        case Action.REFER:
            return str(step.details.get("path", ""))
        case Action.ANSWER_DIRECTLY:
            return str(step.details.get("source", ""))
        case _:
            return ""


def _rating(row: WorkOrder, round_number: int) -> RatingCard | None:
    found = Rating.objects.filter(demand_id=row.demand_id, round=round_number).first()
    return _rating_card(found) if found else None


def _rating_card(row: Rating) -> RatingCard:
    return RatingCard(
        contacted=row.contacted,
        solved=row.solved,
        satisfaction=row.satisfaction,
        comment=row.comment,
        at=row.at,
    )


@transaction.atomic
def rate_outcome(
    demand_id: int, *, contacted: bool, solved: bool, satisfaction: int, comment: str = "", by: Actor
) -> RatingCard:
    """The requester's own judgement, asked in three parts: contacted? solved? satisfied (1 to 5)?"""
    access.require(by, "intake.rate")
    if satisfaction not in lifecycle.RATINGS:
        raise InvalidInput(
            field="satisfaction", why=_("choose from 1 (very dissatisfied) to 5 (very satisfied)")
        )
    loaded = orders.load(_row_of(demand_id).number, lock=True)
    row = loaded.row
    if row.state != State.CLOSED:
        raise NotRateable()
    round_number = loaded.facts(clock.now()).reopenings
    if _rating(row, round_number):
        raise AlreadyRated()
    rating = Rating.objects.create(
        order=row,
        demand_id=demand_id,
        round=round_number,
        contacted=contacted,
        solved=solved,
        satisfaction=satisfaction,
        comment=clean(comment, "comment"),
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
    return _rating_card(rating)
