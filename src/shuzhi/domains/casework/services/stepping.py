"""Every step of a work order passes here: access, life cycle, history, columns, events, in one transaction."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from shuzhi.domains.casework import drafting, journey
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.deadlines import Limit
from shuzhi.domains.casework.journey import Brought, Step
from shuzhi.domains.casework.lifecycle import (
    MOVES,
    Action,
    Given,
    IllegalMove,
    OrderFacts,
    Outcome,
    State,
)
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.refusals import AlreadyMoved, MoveRefused, ReplyNotReady
from shuzhi.domains.casework.services import drafts, orders, replies, routing, seeing, trials
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.services.registering import save_step
from shuzhi.domains.casework.wording import clean, clean_given
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import AccessDenied, NotFound

ANSWERS = frozenset({Action.REPLY, Action.ANSWER_DIRECTLY})
"""Steps whose words the requester reads as the reply."""
_NAMES_UNIT = frozenset({Action.DISPATCH, Action.REDISPATCH, Action.ADJUDICATE, Action.INVITE_ASSIST})


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
    draft: int | None = None,
    expected_step: int | None = None,
    tracked: Collection[int] = (),
    by: Actor,
) -> WorkOrderCard:
    """Take one step of the life cycle on an order.

    given: what the step's guards ask for.   text: words that the history keeps (a reply, a note of a contact).
    limit: of an extension or an assist.   expected_step: the step the actor saw last; another one refuses.
    draft: the generated draft that the text began as; the text is marked accordingly.
    tracked: ids of demands whose two codes this visitor has shown, which opens the steps of a requester.
    Raises NotFound for an order that the actor may not see, AccessDenied, MoveRefused with the code of the guard
    that failed, AlreadyMoved, ReplyNotReady.
    """
    brought = Brought(
        given=clean_given(given or Given()),
        text=clean(text),
        limit=limit,
        contacted=contacted,
        details=details or {},
    )
    loaded = orders.load(number, lock=True)
    own = loaded.row.demand_id in tracked
    if not own:
        seeing.require_seen(loaded.row, by)
    if expected_step is not None and expected_step != loaded.steps[-1].number:
        raise AlreadyMoved(number=number)
    _require(loaded.row, action, brought.given, by, own=own)
    _check_brought(loaded, action, brought)
    if draft is not None and action in ANSWERS:
        told, origin = drafts.marked_reply(loaded.row, draft, brought.text)
        brought = replace(brought, text=told, details={**brought.details, **origin})
    step = next_step(loaded, action, brought, at=clock.now(), by=by.reference, by_label=by.label)
    if action in (Action.UNMERGE, Action.REOPEN):
        # From here on the order goes its own way.
        loaded.row.merged_into = None
    save_step(loaded, step, by=by)
    trials.settle(loaded.row, step, by=by)
    if action is Action.DISPATCH and not step.details.get(journey.BY_ITSELF):
        routing.note_choice(loaded.row, step.unit, by=by)
    if "draft" in step.details:
        drafts.note_sent(loaded.row, step, by=by)
    if action is Action.CLOSE:
        close_joined(loaded.row, step, by=by)
    if action is Action.WITHDRAW:
        part_joined(loaded.row, at=step.at)
    return orders.cards([loaded.row], {})[0]


def _require(row: WorkOrder, action: Action, given: Given, by: Actor, *, own: bool) -> None:
    """What a requester may do needs the requester: being the public is not enough."""
    unit = given.unit if action is Action.COMPLETE_ASSIST else row.unit
    held = access.permissions(by, unit=unit, area=row.area)
    held = held if own else held - access.PUBLIC
    needed = [move for move in MOVES if move.action is action and row.state in move.from_states]
    if needed and not any(move.allowed(held) for move in needed):
        raise AccessDenied(permission=needed[0].permission)


def _check_brought(loaded: Loaded, action: Action, brought: Brought) -> None:
    if action in _NAMES_UNIT and brought.given.unit:
        registry.get_unit(brought.given.unit)
    if blanks := action in ANSWERS and drafting.blanks(brought.text):
        raise ReplyNotReady(reasons=_("Fill in or rewrite: %(all)s") % {"all": " ".join(blanks)})
    if action is Action.REPLY:
        found = replies.findings_of(loaded, brought.text, outcome=str(brought.given.outcome or ""))
        blocking = [one.reason for one in found if one.severity == "block"]
        if blocking:
            raise ReplyNotReady(reasons=" ".join(blocking))


def next_step(
    loaded: Loaded,
    action: Action,
    brought: Brought,
    *,
    at: datetime,
    by: str,
    by_label: str,
    told: OrderFacts | None = None,
) -> Step:
    """The step, if the life cycle allows it; `told` as in `journey.next_step`. Raises MoveRefused."""
    parent = loaded.row.merged_into
    try:
        return journey.next_step(
            loaded.steps,
            loaded.matter,
            loaded.calendar,
            action=action,
            brought=brought,
            now=at,
            by=by,
            by_label=by_label,
            parent_open=bool(parent and parent.is_open),
            told=told,
        )
    except IllegalMove as illegal:
        raise MoveRefused(illegal) from None


def close_joined(lead: WorkOrder, closing: Step, *, by: Actor) -> None:
    """Orders that were merged into this one end with it, with the same outcome; each keeps its own rating."""
    outcome = Outcome(closing.details["outcome"])
    for row in _joined(lead):
        row.merged_into = lead
        joined = Loaded(row, orders.history_of(row))
        brought = Brought(given=Given(outcome=outcome))
        step = next_step(
            joined, Action.CLOSE, brought, at=closing.at, by=closing.by, by_label=closing.by_label
        )
        save_step(joined, step, by=by)


def part_joined(lead: WorkOrder, *, at: datetime) -> None:
    """Who joined an order that its own requester withdraws did not withdraw: the first leads the others from now on."""
    joined = list(_joined(lead))
    if not joined:
        return
    first = joined[0]
    parted = Loaded(first, orders.history_of(first))
    brought = Brought(given=Given(reason=f"{_('Withdraw')}: {lead.number}"))
    step = next_step(parted, Action.UNMERGE, brought, at=at, by=SYSTEM.reference, by_label=SYSTEM.label)
    first.merged_into = None
    save_step(parted, step, by=SYSTEM)
    WorkOrder.objects.filter(pk__in=[row.pk for row in joined[1:]]).update(merged_into=first)


def _joined(lead: WorkOrder) -> QuerySet[WorkOrder]:
    return WorkOrder.objects.select_for_update().filter(merged_into=lead, state=State.MERGED).order_by("pk")


@transaction.atomic
def merge_work_orders(number: str, *, into: str, because: str = "", by: Actor) -> WorkOrderCard:
    """Merge an order into another about the same matter; every requester keeps notices and rating. Undo: unmerge."""
    # Locked in one order whichever way round they are merged, so that two dispatchers never wait for each other.
    numbers = [one for one in (number, into) if one.isprintable()]
    locked = WorkOrder.objects.select_for_update().filter(number__in=numbers).order_by("pk")
    rows = {row.number: row for row in locked}
    for one in (number, into):
        if one not in rows:
            raise NotFound(what=one)
        seeing.require_seen(rows[one], by)
    row, parent = rows[number], rows[into]
    if parent.merged_into_id:
        parent = WorkOrder.objects.select_for_update().get(pk=parent.merged_into_id)
    given = Given(
        reason=clean(because, "reason"), parent_open=parent.is_open, parent_is_itself=parent.pk == row.pk
    )
    _require(row, Action.MERGE, given, by, own=False)
    loaded = Loaded(row, orders.history_of(row))
    brought = Brought(given=given, details={"into": parent.number})
    step = next_step(loaded, Action.MERGE, brought, at=clock.now(), by=by.reference, by_label=by.label)
    row.merged_into = parent
    save_step(loaded, step, by=by)
    trials.settle(row, step, by=by)
    # What had been merged into this order belongs to the parent now: chains never grow.
    row.merged.update(merged_into=parent)
    return orders.cards([row], {})[0]
