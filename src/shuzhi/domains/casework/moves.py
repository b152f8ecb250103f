"""The table of moves: every step that a work order can take, from where to where, by whom, on what conditions."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.guards import (
    Condition,
    all_assists_done,
    another_person_asked_extension,
    another_person_asked_termination,
    another_person_rejected,
    another_person_replied,
    asked_before_due,
    assist_due_before_lead,
    assist_open,
    callback_finished,
    closed_recently,
    extension_left,
    extension_pending,
    ground_cited,
    handled_by_unit,
    is_emergency,
    no_binding_ruling,
    no_emergency_waits,
    no_extension_pending,
    no_return_refused_yet,
    no_termination_pending,
    no_unit_yet,
    nobody_dispatched,
    not_supervised_yet,
    outcome_agrees_with_requester,
    outcome_stated,
    parent_is_another,
    parent_is_closed,
    parent_is_open,
    path_told,
    rating_comes_from_requester,
    rejection_confirmed,
    rejection_undecided,
    requester_contacted,
    return_refused_before,
    rung_above,
    source_cited,
    state_before_known,
    supervised_already,
    suspension_has_plan_and_date,
    termination_pending,
    unit_named,
    within_return_window,
)
from shuzhi.domains.casework.states import OPEN, WITH_UNIT, Action, OrderFacts, State


class Landing(StrEnum):
    """Where a move leads when that is not one fixed state."""

    STAYS = "stays"
    BEFORE_MERGE = "before_merge"


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """One row of the machine.

    permission: what staff need.   citizen_permission: what serves the requester instead, at the citizen's door.
    guards: names in `GUARDS`, tried in order.   when: the guard that chooses between two moves of one action.
    who: roles that usually do it, as `spine.access` names them.
    """

    action: Action
    from_states: frozenset[State]
    to_state: State | Landing
    permission: str
    label: Promise
    who: tuple[str, ...]
    guards: tuple[str, ...] = ()
    needs_reason: bool = False
    citizen_permission: str = ""
    when: str = ""

    def allowed(self, permissions: Iterable[str]) -> bool:
        return bool({self.permission, self.citizen_permission or self.permission} & frozenset(permissions))

    def target(self, facts: OrderFacts) -> State:
        """The state in which the order is after the move."""
        if isinstance(self.to_state, State):
            return self.to_state
        if self.to_state is Landing.STAYS:
            return facts.state
        if facts.merged_from is None:
            raise ValueError("an order that was not merged has no state before the merge")
        return facts.merged_from


_DESK = ("call_taker", "dispatcher")
_DISPATCHER = ("dispatcher",)
_UNIT = ("unit_officer", "unit_head")
_SECOND = ("reviewer", "supervisor")
_CALLER = ("callback_agent",)
_SUPERVISOR = ("supervisor",)
_CITIZEN = ("citizen", *_DESK)

_AT_UNIT = {State.ACCEPTED, State.HANDLING}
_IN_WORK = {State.ACCEPTED, State.HANDLING, State.SUSPENDED}
_NEEDS_PUSH = WITH_UNIT | {State.REPLIED, State.REVIEWED, State.CALLBACK}
_MERGEABLE = {State.TRIAGED, State.DISPATCHED, State.ACCEPTED, State.HANDLING}

_STAYS = Landing.STAYS


def _move(
    action: Action,
    from_states: Iterable[State],
    to_state: State | Landing,
    permission: str,
    label: Promise,
    who: tuple[str, ...],
    *guards: Condition,
    reason: bool = False,
    citizen: str = "",
    when: Condition | None = None,
) -> Move:
    return Move(
        action=action,
        from_states=frozenset(from_states),
        to_state=to_state,
        permission=permission,
        label=label,
        who=who,
        guards=tuple(guard.__name__ for guard in guards),
        needs_reason=reason,
        citizen_permission=citizen,
        when=when.__name__ if when else "",
    )


# fmt: off
def _intake_moves() -> tuple[Move, ...]:
    a, s, calm = Action, State, no_emergency_waits
    return (
        _move(a.TRIAGE, {s.REGISTERED, s.TRIAGED}, s.TRIAGED, "casework.triage", _("Triage"), _DESK),
        _move(a.ANSWER_DIRECTLY, {s.TRIAGED}, s.ANSWERED, "casework.answer", _("Answer directly"), _DESK,
              calm, source_cited),
        _move(a.REFER, {s.REGISTERED}, s.REFERRED, "casework.triage", _("Refer to emergency services"),
              _DESK, is_emergency, path_told),
        _move(a.REFER, {s.TRIAGED}, s.REFERRED, "casework.refer", _("Refer to the proper path"), _DISPATCHER,
              path_told),
        _move(a.REJECT, {s.TRIAGED}, s.REJECTED, "casework.reject", _("Refuse the demand"), _DISPATCHER,
              calm, ground_cited, reason=True),
        _move(a.CONFIRM_REJECTION, {s.REJECTED}, _STAYS, "casework.confirm_rejection",
              _("Confirm the refusal"), _SECOND, rejection_undecided, another_person_rejected),
        _move(a.DECLINE_REJECTION, {s.REJECTED}, s.TRIAGED, "casework.confirm_rejection",
              _("Decline the refusal"), _SECOND, rejection_undecided, reason=True),
        _move(a.APPEAL, {s.REJECTED}, s.TRIAGED, "intake.receive", _("Appeal"), _CITIZEN,
              rejection_confirmed, reason=True, citizen="intake.track"),
        _move(a.DISPATCH, {s.TRIAGED, s.ANSWERED, s.REFERRED}, s.DISPATCHED, "casework.dispatch", _("Dispatch"),
              _DISPATCHER, calm, unit_named),
        _move(a.DISPATCH, {s.CALLBACK}, s.DISPATCHED, "casework.dispatch",
              _("Dispatch: the answer did not help"), _DISPATCHER, no_unit_yet, unit_named),
        _move(a.MERGE, _MERGEABLE, s.MERGED, "casework.merge", _("Merge"), _DISPATCHER, calm,
              parent_is_another, parent_is_open),
        _move(a.UNMERGE, {s.MERGED}, Landing.BEFORE_MERGE, "casework.merge", _("Undo the merge"),
              _DISPATCHER, state_before_known, reason=True),
    )


def _dispute_moves() -> tuple[Move, ...]:
    a, s = Action, State
    return (
        _move(a.REDISPATCH, {s.DISPATCHED, *_AT_UNIT}, s.DISPATCHED, "casework.dispatch", _("Re-dispatch"),
              _DISPATCHER, no_binding_ruling, all_assists_done, unit_named, reason=True),
        _move(a.TAKE_BACK, {s.DISPATCHED, s.ACCEPTED}, s.TRIAGED, "casework.dispatch",
              _("Take back the automatic dispatch"), _DISPATCHER, nobody_dispatched, all_assists_done, reason=True),
        _move(a.SIGN_IN, {s.DISPATCHED}, s.ACCEPTED, "casework.sign_in", _("Sign in"), _UNIT),
        _move(a.REQUEST_RETURN, {s.DISPATCHED, s.ACCEPTED}, s.RETURN_REQUESTED, "casework.return",
              _("Ask to return"), _UNIT, no_binding_ruling, within_return_window, all_assists_done,
              ground_cited, reason=True),
        _move(a.APPROVE_RETURN, {s.RETURN_REQUESTED}, s.TRIAGED, "casework.rule_return",
              _("Approve the return"), _DISPATCHER),
        _move(a.REFUSE_RETURN, {s.RETURN_REQUESTED}, s.DISPATCHED, "casework.rule_return",
              _("Refuse the return"), _DISPATCHER, reason=True, when=no_return_refused_yet),
        _move(a.REFUSE_RETURN, {s.RETURN_REQUESTED}, s.ADJUDICATING, "casework.rule_return",
              _("Refuse the return again: to arbitration"), _DISPATCHER, reason=True,
              when=return_refused_before),
        _move(a.ADJUDICATE, {s.ADJUDICATING}, s.DISPATCHED, "casework.adjudicate", _("Rule"), _SUPERVISOR,
              unit_named, ground_cited, reason=True),
    )


def _handling_moves() -> tuple[Move, ...]:
    a, s, handle = Action, State, "casework.handle"
    return (
        _move(a.START_HANDLING, {s.ACCEPTED}, s.HANDLING, handle, _("Start handling"), _UNIT),
        _move(a.RECORD_CONTACT, {s.DISPATCHED, *_IN_WORK, s.REPLIED}, _STAYS, handle, _("Record a contact"),
              _UNIT),
        _move(a.INVITE_ASSIST, _AT_UNIT, _STAYS, handle, _("Invite an assisting unit"), _UNIT, unit_named,
              assist_due_before_lead, reason=True),
        _move(a.COMPLETE_ASSIST, _IN_WORK, _STAYS, handle, _("Complete the assistance"), _UNIT,
              assist_open),
        _move(a.RELEASE_ASSIST, _IN_WORK, _STAYS, handle, _("Release an assisting unit"), _UNIT,
              assist_open, reason=True),
        _move(a.REQUEST_EXTENSION, {s.HANDLING}, _STAYS, handle, _("Ask for an extension"), _UNIT,
              asked_before_due, extension_left, no_extension_pending, reason=True),
        _move(a.APPROVE_EXTENSION, {s.HANDLING, s.SUSPENDED}, _STAYS, "casework.approve_extension",
              _("Approve the extension"), _SECOND, extension_pending, another_person_asked_extension,
              extension_left),
        _move(a.REFUSE_EXTENSION, {s.HANDLING, s.SUSPENDED}, _STAYS, "casework.approve_extension",
              _("Refuse the extension"), _SECOND, extension_pending, reason=True),
        _move(a.SUSPEND, {s.HANDLING}, s.SUSPENDED, "casework.suspend", _("Suspend"), _UNIT,
              suspension_has_plan_and_date, reason=True),
        _move(a.RESUME, {s.SUSPENDED}, s.HANDLING, "casework.suspend", _("Resume"), _UNIT),
        _move(a.REPLY, {s.HANDLING}, s.REPLIED, handle, _("Reply"), _UNIT, requester_contacted,
              all_assists_done, outcome_stated),
    )


def _review_moves() -> tuple[Move, ...]:
    a, s, review, callback = Action, State, "casework.review", "casework.callback"
    return (
        _move(a.APPROVE_REPLY, {s.REPLIED}, s.REVIEWED, review, _("Approve the reply"), ("reviewer",),
              another_person_replied),
        _move(a.REQUEST_REWORK, {s.REPLIED, s.REVIEWED}, s.HANDLING, review, _("Send back for rework"),
              ("reviewer",), reason=True),
        _move(a.START_CALLBACK, {s.REVIEWED, s.ANSWERED}, s.CALLBACK, callback, _("Call back"), _CALLER),
        _move(a.RECORD_CALLBACK, {s.CALLBACK}, _STAYS, callback, _("Record a call-back"), _CALLER,
              rating_comes_from_requester),
        _move(a.REQUEST_REWORK, {s.CALLBACK}, s.HANDLING, callback, _("Send back for rework"), _CALLER,
              handled_by_unit, reason=True),
    )


def _closing_moves() -> tuple[Move, ...]:
    a, s = Action, State
    return (
        _move(a.CLOSE, {s.CALLBACK}, s.CLOSED, "casework.close", _("Close"), _CALLER, callback_finished,
              outcome_stated, outcome_agrees_with_requester),
        _move(a.CLOSE, {s.ANSWERED}, s.CLOSED, "casework.answer", _("Close the answered order"), _DESK,
              outcome_stated),
        _move(a.CLOSE, {s.REFERRED}, s.CLOSED, "casework.refer", _("Close the referred order"), _DISPATCHER,
              outcome_stated),
        _move(a.CLOSE, {s.REJECTED}, s.CLOSED, "casework.reject", _("Close the refused order"), _DISPATCHER,
              rejection_confirmed, outcome_stated),
        _move(a.CLOSE, {s.MERGED}, s.CLOSED, "casework.merge", _("Close with the order merged into"),
              _DISPATCHER, parent_is_closed, outcome_stated),
        _move(a.CLOSE, {s.TERMINATED}, s.CLOSED, "casework.terminate", _("Close the terminated order"),
              ("dispatcher", "supervisor"), outcome_stated),
        _move(a.REOPEN, {s.CLOSED}, s.TRIAGED, "casework.reopen", _("Reopen"),
              ("citizen", "dispatcher", "callback_agent", "supervisor"), closed_recently, reason=True,
              citizen="intake.rate"),
        _move(a.WITHDRAW, OPEN, s.TERMINATED, "intake.receive", _("Withdraw"), _CITIZEN, reason=True,
              citizen="intake.track"),
        _move(a.REQUEST_TERMINATION, _IN_WORK, _STAYS, "casework.handle", _("Ask to terminate"), _UNIT,
              no_termination_pending, ground_cited, reason=True),
        _move(a.REFUSE_TERMINATION, _IN_WORK, _STAYS, "casework.terminate", _("Refuse to terminate"),
              ("dispatcher", "supervisor"), termination_pending, reason=True),
        _move(a.TERMINATE, _IN_WORK, s.TERMINATED, "casework.terminate", _("Terminate"),
              ("dispatcher", "supervisor"), termination_pending, another_person_asked_termination,
              reason=True),
    )


def _pushing_moves() -> tuple[Move, ...]:
    a = Action
    return (
        _move(a.REMIND, _NEEDS_PUSH, _STAYS, "casework.remind", _("Remind"), ("dispatcher", "supervisor")),
        _move(a.SUPERVISE, _NEEDS_PUSH, _STAYS, "casework.supervise", _("Supervise"), _SUPERVISOR,
              not_supervised_yet, reason=True),
        _move(a.ESCALATE, _NEEDS_PUSH, _STAYS, "casework.escalate", _("Escalate"), _SUPERVISOR,
              supervised_already, rung_above, reason=True),
    )

# fmt: on


MOVES: tuple[Move, ...] = (
    *_intake_moves(),
    *_dispute_moves(),
    *_handling_moves(),
    *_review_moves(),
    *_closing_moves(),
    *_pushing_moves(),
)
