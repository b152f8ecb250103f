"""Every step of a work order passes here: access, life cycle, history, columns, events, in one transaction."""

from collections.abc import Callable, Mapping

from django.db import transaction

from shuzhi.domains.casework import journey
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.deadlines import Limit
from shuzhi.domains.casework.journey import Brought, Step
from shuzhi.domains.casework.lifecycle import MOVES, Action, Given, IllegalMove, Outcome, State
from shuzhi.domains.casework.models import Assist, WorkOrder
from shuzhi.domains.casework.refusals import AlreadyMoved, MoveRefused, ReplyNotReady
from shuzhi.domains.casework.services import orders, replies
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.services.registering import save_step
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock, events, outbox
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied


@transaction.atomic
def take_step(
    number: str,
    *,
    action: Action,
    given: Given | None = None,
    text: str = "",
    limit: Limit | None = None,
    contacted: bool | None = None,
    details: Mapping[str, str] | None = None,
    expected_step: int | None = None,
    by: Actor,
) -> WorkOrderCard:
    """Take one step of the life cycle on an order.

    given: what the step's guards ask for.   text: words that the history keeps (a reply, a note of a contact).
    limit: of an extension or an assist.   expected_step: the step the actor saw last; another one refuses.
    Raises MoveRefused with the code of the guard that failed; AccessDenied; AlreadyMoved; ReplyNotReady.
    """
    loaded = orders.load(number, lock=True)
    if expected_step is not None and expected_step != loaded.steps[-1].number:
        raise AlreadyMoved(number=number)
    brought = Brought(
        given=given or Given(), text=text, limit=limit, contacted=contacted, details=details or {}
    )
    _require(loaded.row, action, brought.given, by)
    if action is Action.REPLY:
        _check_reply(loaded, text, by)
    step = _step(loaded, action, brought, by)
    save_step(loaded.row, loaded.steps, step, by=by)
    if effect := EFFECTS.get(action):
        effect(loaded, step, brought, by)
    return orders.cards([loaded.row], {})[0]


def _require(row: WorkOrder, action: Action, given: Given, by: Actor) -> None:
    unit = given.unit if action is Action.COMPLETE_ASSIST else row.unit
    held = access.permissions(by, unit=unit, area=row.area)
    needed = [move for move in MOVES if move.action is action and row.state in move.from_states]
    if needed and not any(move.allowed(held) for move in needed):
        raise AccessDenied(permission=needed[0].permission)


def _step(loaded: Loaded, action: Action, brought: Brought, by: Actor) -> Step:
    parent = loaded.row.merged_into
    try:
        return journey.next_step(
            loaded.steps,
            loaded.matter,
            registry.working_calendar(),
            action=action,
            brought=brought,
            now=clock.now(),
            by=by.reference,
            by_label=by.label,
            parent_open=bool(parent and parent.is_open),
        )
    except IllegalMove as illegal:
        raise MoveRefused(illegal) from None


def _check_reply(loaded: Loaded, text: str, by: Actor) -> None:
    blocking = [
        one for one in replies.check_reply(loaded.row.demand_id, text, by=by) if one.severity == "block"
    ]
    if blocking:
        raise ReplyNotReady(reasons=" ".join(one.reason for one in blocking))


def _announce_contact(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    contact = loaded.read(step.at).contact
    outbox.announce(
        events.ContactRecorded(
            order_id=events.WorkOrderId(loaded.row.pk),
            unit=loaded.row.unit,
            in_time=contact.due is None or step.at <= contact.due,
            at=step.at,
        ),
        by=by,
    )


def _announce_callback(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    given = brought.given
    attempts = [one for one in journey.this_round(loaded.steps) if one.action == Action.RECORD_CALLBACK]
    outbox.announce(
        events.CallbackRecorded(
            order_id=events.WorkOrderId(loaded.row.pk),
            unit=loaded.row.unit,
            attempt=len(attempts) + 1,
            reached=given.reached,
            contacted=brought.contacted if given.reached else None,
            solved=given.solved if given.reached else None,
            satisfaction=given.rating if given.reached else None,
            via=str(brought.details.get("via", "phone")),
            at=step.at,
        ),
        by=by,
    )


def _propose_catalogue_change(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    """A ruling binds this order and teaches the next: the catalogue should have sent it there at once."""
    outbox.announce(
        events.CatalogueChangeProposed(
            category=loaded.row.category,
            area=loaded.row.area,
            unit=step.unit,
            order_id=events.WorkOrderId(loaded.row.pk),
        ),
        by=by,
    )


def _invite_assist(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    read = Loaded(loaded.row, [*loaded.steps, step]).read(step.at)
    due = next((one.due for one in reversed(read.assists) if one.unit == brought.given.unit), None)
    Assist.objects.create(order=loaded.row, unit=brought.given.unit, due_at=due)


def _end_assist(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    Assist.objects.filter(order=loaded.row, unit=brought.given.unit, done_at__isnull=True).update(
        done_at=step.at
    )


def _close_merged(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    """Orders that were merged into this one end with it, with the same outcome; each keeps its own rating."""
    for child in loaded.row.merged.filter(state=State.MERGED).select_for_update():
        history = Loaded(child, [orders.read_step(one) for one in child.steps.all()])
        history.row.merged_into = loaded.row
        outcome = brought.given.outcome or Outcome.EXPLAINED
        closing = _step(history, Action.CLOSE, Brought(given=Given(outcome=outcome)), by)
        save_step(child, history.steps, closing, by=by)


def _detach(loaded: Loaded, step: Step, brought: Brought, by: Actor) -> None:
    loaded.row.merged_into = None
    loaded.row.save(update_fields=["merged_into"])


EFFECTS: Mapping[Action, Callable[[Loaded, Step, Brought, Actor], None]] = {
    Action.RECORD_CONTACT: _announce_contact,
    Action.RECORD_CALLBACK: _announce_callback,
    Action.ADJUDICATE: _propose_catalogue_change,
    Action.INVITE_ASSIST: _invite_assist,
    Action.COMPLETE_ASSIST: _end_assist,
    Action.RELEASE_ASSIST: _end_assist,
    Action.CLOSE: _close_merged,
    Action.UNMERGE: _detach,
}


@transaction.atomic
def merge_work_orders(number: str, *, into: str, because: str = "", by: Actor) -> WorkOrderCard:
    """Merge an order into another about the same matter; every requester keeps notices and rating. Undo: unmerge."""
    loaded = orders.load(number, lock=True)
    parent = orders.load(into, lock=True).row
    if parent.merged_into:
        parent = parent.merged_into
    given = Given(reason=because, parent_open=parent.is_open, parent_is_itself=parent.pk == loaded.row.pk)
    _require(loaded.row, Action.MERGE, given, by)
    step = _step(loaded, Action.MERGE, Brought(given=given, details={"into": parent.number}), by)
    loaded.row.merged_into = parent
    save_step(loaded.row, loaded.steps, step, by=by)
    # What had been merged into this order belongs to the parent now: chains never grow.
    loaded.row.merged.update(merged_into=parent)
    return orders.cards([loaded.row], {})[0]
