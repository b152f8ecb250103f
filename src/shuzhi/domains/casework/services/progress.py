"""What the requester sees of an order, and what the requester may do with it: rate, reopen, appeal, withdraw."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.casework import lifecycle
from shuzhi.domains.casework.cards import ProgressCard, PublicStep, RatingCard
from shuzhi.domains.casework.journey import Step
from shuzhi.domains.casework.lifecycle import REOPEN_WITHIN, Action, State
from shuzhi.domains.casework.models import Rating, WorkOrder
from shuzhi.domains.casework.refusals import AlreadyRated, NotRateable
from shuzhi.domains.casework.services import orders
from shuzhi.domains.casework.services.force import InForce, in_force
from shuzhi.domains.casework.services.letters import standing_decision
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.services.stepping import ANSWERS
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
        Action.TAKE_BACK,
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
    """The journey of one demand, in public words. The caller has checked the codes (intake.track).

    No receipt, no effect: it goes as far as witnesses have seen it. What came after is named and not told.
    """
    access.require(by, "intake.track")
    row = _row_of(demand_id)
    own = orders.load(row.number)
    lead = orders.load(row.merged_into.number) if row.merged_into else own
    force = in_force(own, lead)
    seen, lead_seen = force.of(own), force.of(lead)
    now = clock.now()
    facts = own.facts(now, by=by.reference, read=own.read(now))
    open_to_citizen = {move.action for move in lifecycle.next_moves(facts, access.PUBLIC)}
    reply = _reply(lead_seen)
    closing = seen[-1] if seen[-1].to_state == State.CLOSED else None
    closed_at = own.row.closed_at
    return ProgressCard(
        number=row.number,
        state=seen[-1].to_state,
        stage=_STAGES.get(State(lead_seen[-1].to_state), 1),
        unit_name=_unit_names().get(lead.row.unit, ""),
        due_at=lead.row.due_at if lead.row.is_open else None,
        closed_at=closing.at if closing else None,
        outcome=_outcome(closing, reply),
        steps=_public_steps(own, lead, force),
        merged_into=row.state == State.MERGED,
        reply=reply.text if reply else "",
        replied_at=reply.at if reply else None,
        generated=bool(reply and reply.details.get("aigc")),
        people=1 + lead.row.merged.filter(state__in=_JOINED).count(),
        may_rate=closing is not None and not force.held_back and _rating(row, facts.reopenings) is None,
        may_reopen=Action.REOPEN in open_to_citizen and not force.held_back,
        may_appeal=Action.APPEAL in open_to_citizen and not force.held_back,
        may_withdraw=Action.WITHDRAW in open_to_citizen,
        reopen_until=closed_at + REOPEN_WITHIN if closed_at else None,
        rating=_rating(row, facts.reopenings),
        held_back=force.held_back,
        has_letter=standing_decision(lead_seen) is not None,
    )


def _outcome(closing: Step | None, reply: Step | None) -> str:
    """What the closing says, or as long as there is none the reply that stands."""
    says = closing or reply
    return str(says.details.get("outcome", "")) if says else ""


def _row_of(demand_id: int) -> WorkOrder:
    row = WorkOrder.objects.select_related("merged_into").filter(demand_id=demand_id).first()
    if row is None:
        raise NotFound(what=str(demand_id))
    return row


def _unit_names() -> dict[str, str]:
    return {unit.code: unit.label for unit in registry.units()}


def _reply(steps: Sequence[Step]) -> Step | None:
    """The reply that stands."""
    standing = standing_decision(steps)
    return standing.said if standing and standing.said.action in ANSWERS else None


def _public_steps(own: Loaded, lead: Loaded, force: InForce) -> tuple[PublicStep, ...]:
    """One's own steps; after joining another order, what happened to that one since."""
    names = _unit_names()
    standing = _reply(force.of(lead))
    shown = [_public_step(step, names, standing, own=True) for step in force.of(own) if _is_public(step)]
    shown += [_waiting_step(step, names, own=True) for step in force.after(own) if _is_public(step)]
    if lead is not own:
        joined_at = next(step.at for step in reversed(own.steps) if step.action == Action.MERGE)
        told = [_public_step(step, names, standing, own=False) for step in _since(force.of(lead), joined_at)]
        shown += told + [
            _waiting_step(step, names, own=False) for step in _since(force.after(lead), joined_at)
        ]
    return tuple(sorted(shown, key=lambda step: step.at))


def _since(steps: Sequence[Step], moment: datetime) -> list[Step]:
    return [one for one in steps if one.at >= moment and one.action != Action.CLOSE and _is_public(one)]


def _waiting_step(step: Step, names: Mapping[str, str], *, own: bool) -> PublicStep:
    """A step without a receipt: that it was taken, and nobody's words but the requester's own."""
    return PublicStep(
        action=step.action,
        at=step.at,
        to_state=step.to_state,
        unit_name=names.get(step.unit, ""),
        because=step.because if own and step.action in _OWN_REASONS else "",
        in_force=False,
    )


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
        basis=orders.basis_of(step),
        outcome=str(step.details.get("outcome", ""))
        if step is standing or step.action == Action.CLOSE
        else "",
    )


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
