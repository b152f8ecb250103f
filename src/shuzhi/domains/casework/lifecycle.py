"""The life of a work order: its states, its moves, and the facts that a move depends on. Pure.

`MOVES` is the whole machine, one row per move. A room asks `next_moves` for the buttons of a page and `check`
before it writes; `docs/work-order-states.md` is drawn from the same table. Closed is not solved: how an order
ended is its `Outcome`, kept apart from its state. The citizen's silence is never satisfaction.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

MAX_EXTENSIONS = 2
CALLBACK_TRIES = 3
REOPEN_WITHIN = timedelta(days=30)
RATINGS = range(1, 6)


class _Labelled(StrEnum):
    """A code with its label: `REGISTERED = "registered", _("Registered")`."""

    label: str | Promise

    def __new__(cls, code: str, label: str | Promise = "") -> Self:
        member = str.__new__(cls, code)
        member._value_ = code
        member.label = label
        return member


class State(_Labelled):
    REGISTERED = "registered", _("Registered")
    TRIAGED = "triaged", _("Triaged")
    ANSWERED = "answered", _("Answered directly")
    REFERRED = "referred", _("Referred")
    REJECTED = "rejected", _("Not accepted")
    DISPATCHED = "dispatched", _("Dispatched")
    ACCEPTED = "accepted", _("Signed in")
    RETURN_REQUESTED = "return_requested", _("Return requested")
    ADJUDICATING = "adjudicating", _("Under arbitration")
    HANDLING = "handling", _("Being handled")
    SUSPENDED = "suspended", _("Suspended")
    REPLIED = "replied", _("Replied")
    REVIEWED = "reviewed", _("Reviewed")
    CALLBACK = "callback", _("Call-back")
    CLOSED = "closed", _("Closed")
    MERGED = "merged", _("Merged")
    TERMINATED = "terminated", _("Terminated")


WITH_UNIT = frozenset(
    {
        State.DISPATCHED,
        State.ACCEPTED,
        State.RETURN_REQUESTED,
        State.ADJUDICATING,
        State.HANDLING,
        State.SUSPENDED,
    }
)
OPEN = WITH_UNIT | {
    State.REGISTERED,
    State.TRIAGED,
    State.ANSWERED,
    State.REPLIED,
    State.REVIEWED,
    State.CALLBACK,
}


class Mark(_Labelled):
    """What an order may carry on top of its state."""

    JOINT = "joint", _("Joint handling")
    EXTENDED = "extended", _("Extended")
    SUPERVISED = "supervised", _("Supervised")
    REOPENED = "reopened", _("Reopened")


class Outcome(_Labelled):
    """How the matter ended, whatever the state says."""

    SOLVED = "solved", _("Solved")
    PARTLY = "partly", _("Partly solved")
    EXPLAINED = "explained", _("Explained")
    NOT_SOLVED = "not_solved", _("Not solved")


class Rung(_Labelled):
    """The escalation ladder, lowest rung first."""

    REMINDED = "reminded", _("Reminded")
    SUPERVISED = "supervised", _("Supervision order")
    LISTED = "listed_supervision", _("Listed supervision")
    SUMMONED = "summoned", _("Formal talk")
    GOVERNMENT_OFFICE = "government_office", _("Government office")
    EXECUTIVE_MEETING = "executive_meeting", _("Executive meeting")

    @property
    def height(self) -> int:
        return list(Rung).index(self)

    def next(self) -> "Rung":
        """The rung above; the top one stays where it is."""
        ladder = list(Rung)
        return ladder[min(self.height + 1, len(ladder) - 1)]


class Action(StrEnum):
    TRIAGE = "triage"
    ANSWER_DIRECTLY = "answer_directly"
    REFER = "refer"
    REJECT = "reject"
    CONFIRM_REJECTION = "confirm_rejection"
    DECLINE_REJECTION = "decline_rejection"
    APPEAL = "appeal"
    DISPATCH = "dispatch"
    REDISPATCH = "redispatch"
    SIGN_IN = "sign_in"
    REQUEST_RETURN = "request_return"
    APPROVE_RETURN = "approve_return"
    REFUSE_RETURN = "refuse_return"
    ADJUDICATE = "adjudicate"
    START_HANDLING = "start_handling"
    RECORD_CONTACT = "record_contact"
    INVITE_ASSIST = "invite_assist"
    COMPLETE_ASSIST = "complete_assist"
    RELEASE_ASSIST = "release_assist"
    REQUEST_EXTENSION = "request_extension"
    APPROVE_EXTENSION = "approve_extension"
    REFUSE_EXTENSION = "refuse_extension"
    SUSPEND = "suspend"
    RESUME = "resume"
    REPLY = "reply"
    APPROVE_REPLY = "approve_reply"
    REQUEST_REWORK = "request_rework"
    START_CALLBACK = "start_callback"
    RECORD_CALLBACK = "record_callback"
    CLOSE = "close"
    REOPEN = "reopen"
    MERGE = "merge"
    UNMERGE = "unmerge"
    REMIND = "remind"
    SUPERVISE = "supervise"
    ESCALATE = "escalate"
    WITHDRAW = "withdraw"
    REQUEST_TERMINATION = "request_termination"
    REFUSE_TERMINATION = "refuse_termination"
    TERMINATE = "terminate"


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFacts:
    """What is known of an order when somebody looks at it or acts; the room fills it, no guard looks elsewhere.

    by: reference of the actor who looks or acts.   …_by: reference of who did it; "" when nobody has, or when
    it is decided.   Counts and call-back facts are those of the present round, since the last reopening.
    has_unit: a unit is responsible.   contacts: contacts recorded.   can_be_called: there is a way to reach the
    requester.   return_until, finish_due: as the clocks read them.   merged_from: the state before a merge.
    says_solved: what the requester said at the call-back, None when not asked or not reached.
    """

    state: State
    now: datetime
    by: str = ""
    has_unit: bool = False
    emergency: bool = False
    emergency_referred: bool = False
    rejected_by: str = ""
    rejection_confirmed: bool = False
    return_until: datetime | None = None
    returns_refused: int = 0
    ruled: bool = False
    contacts: int = 0
    can_be_called: bool = True
    assists: int = 0
    open_assists: int = 0
    finish_due: datetime | None = None
    extensions: int = 0
    extension_asked_by: str = ""
    termination_asked_by: str = ""
    replied_by: str = ""
    callback_tries: int = 0
    callback_reached: bool = False
    says_solved: bool | None = None
    closed_at: datetime | None = None
    reopenings: int = 0
    merged_from: State | None = None
    parent_open: bool = False
    rung: Rung | None = None

    @property
    def marks(self) -> frozenset[Mark]:
        present = {
            Mark.JOINT: self.assists > 0,
            Mark.EXTENDED: self.extensions > 0,
            Mark.SUPERVISED: self.rung is not None and self.rung.height >= Rung.SUPERVISED.height,
            Mark.REOPENED: self.reopenings > 0,
        }
        return frozenset(mark for mark, there in present.items() if there)

    @property
    def unreached(self) -> bool:
        """Nobody answered in three tries, or there is no way to ask: neither solved nor satisfied is known."""
        return not self.callback_reached and (self.callback_tries >= CALLBACK_TRIES or not self.can_be_called)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What the actor brings to a move: the fields of the form.

    ground: the legal or duty basis cited.   source: of a direct answer.   path: where a referral leads.
    plan, until: of a suspension.   reached, rating, solved: of one call-back try; rating from 1 to 5.
    parent_open, parent_is_itself: of the order to merge into.
    """

    reason: str = ""
    ground: str = ""
    source: str = ""
    path: str = ""
    unit: str = ""
    plan: str = ""
    until: datetime | None = None
    assist_due: datetime | None = None
    outcome: Outcome | None = None
    reached: bool = False
    rating: int | None = None
    solved: bool | None = None
    parent_open: bool = False
    parent_is_itself: bool = False


class IllegalMove(Exception):
    """A move that the life cycle forbids. `code` is stable; `message` is a sentence that `details` complete."""

    def __init__(self, code: str, message: str | Promise, details: Mapping[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.details = dict(details)


@dataclass(frozen=True, slots=True)
class Guard:
    """A named condition. `on_given` conditions look at what the actor brings, so a page cannot know them before."""

    name: str
    code: str
    message: Promise
    holds: Callable[[OrderFacts, Given], bool]
    on_given: bool


GUARDS: dict[str, Guard] = {}

_Condition = Callable[[OrderFacts, Given], bool]


def _guard(code: str, message: Promise, *, on_given: bool = False) -> Callable[[_Condition], _Condition]:
    def enter(condition: _Condition) -> _Condition:
        name = condition.__name__
        GUARDS[name] = Guard(name, code, message, condition, on_given)
        return condition

    return enter


def _given(code: str, message: Promise) -> Callable[[_Condition], _Condition]:
    return _guard(code, message, on_given=True)


@_given("reason-missing", _("Give a reason: it stays in the order's history."))
def reason_given(facts: OrderFacts, given: Given) -> bool:
    return bool(given.reason.strip())


@_given("unit-missing", _("Name the unit."))
def unit_named(facts: OrderFacts, given: Given) -> bool:
    return bool(given.unit)


@_given("ground-missing", _("Cite the legal or duty ground."))
def ground_cited(facts: OrderFacts, given: Given) -> bool:
    return bool(given.ground.strip())


@_given("source-missing", _("Cite the source of the answer."))
def source_cited(facts: OrderFacts, given: Given) -> bool:
    return bool(given.source.strip())


@_given("path-missing", _("Tell the requester which path leads on: the office, the law, how to reach it."))
def path_told(facts: OrderFacts, given: Given) -> bool:
    return bool(given.path.strip())


@_guard("not-an-emergency", _("Only an emergency is referred before triage. Triage the order first."))
def is_emergency(facts: OrderFacts, given: Given) -> bool:
    return facts.emergency


@_guard(
    "emergency-not-referred",
    _("This is an emergency. Refer it to 110, 119, 120 or 122 at once, first of all."),
)
def no_emergency_waits(facts: OrderFacts, given: Given) -> bool:
    return facts.emergency_referred or not facts.emergency


@_guard("rejection-decided", _("This refusal is confirmed already. The requester may appeal."))
def rejection_undecided(facts: OrderFacts, given: Given) -> bool:
    return not facts.rejection_confirmed


@_guard("rejection-not-confirmed", _("A second person must confirm the refusal first."))
def rejection_confirmed(facts: OrderFacts, given: Given) -> bool:
    return facts.rejection_confirmed


@_guard("same-person-rejected", _("Whoever refused the demand cannot confirm the refusal. Ask a colleague."))
def another_person_rejected(facts: OrderFacts, given: Given) -> bool:
    return _differs(facts.by, facts.rejected_by)


@_guard("return-window-over", _("The time to return this order ended at %(return_until)s. Handle it."))
def within_return_window(facts: OrderFacts, given: Given) -> bool:
    return facts.return_until is not None and facts.now <= facts.return_until


@_guard("ruling-binds", _("An arbitration has ruled which unit handles this order. The ruling binds."))
def no_binding_ruling(facts: OrderFacts, given: Given) -> bool:
    return not facts.ruled


@_guard("return-refused-before", _("The return was refused once; a second refusal goes to arbitration."))
def no_return_refused_yet(facts: OrderFacts, given: Given) -> bool:
    return facts.returns_refused == 0


@_guard("return-not-refused-yet", _("Only the second refusal of a return goes to arbitration."))
def return_refused_before(facts: OrderFacts, given: Given) -> bool:
    return facts.returns_refused > 0


@_guard("contact-missing", _("Contact the requester and record it before replying."))
def requester_contacted(facts: OrderFacts, given: Given) -> bool:
    return facts.contacts > 0 or not facts.can_be_called


@_guard(
    "assists-open", _("%(open_assists)s assisting units are not done yet. Wait for them or release them.")
)
def all_assists_done(facts: OrderFacts, given: Given) -> bool:
    return facts.open_assists == 0


@_guard("no-open-assist", _("No assisting unit is at work on this order."))
def assist_open(facts: OrderFacts, given: Given) -> bool:
    return facts.open_assists > 0


@_given(
    "assist-due-too-late", _("An assisting unit must be due before the lead, who is due at %(finish_due)s.")
)
def assist_due_before_lead(facts: OrderFacts, given: Given) -> bool:
    if given.assist_due is None or facts.finish_due is None:
        return True
    return given.assist_due < facts.finish_due


@_guard(
    "order-overdue", _("The order was due at %(finish_due)s. An extension must be asked for before that.")
)
def asked_before_due(facts: OrderFacts, given: Given) -> bool:
    return facts.finish_due is None or facts.now <= facts.finish_due


@_guard("extensions-used-up", _("The order was extended %(extensions)s times. More is not possible."))
def extension_left(facts: OrderFacts, given: Given) -> bool:
    return facts.extensions < MAX_EXTENSIONS


@_guard("extension-pending", _("An extension is asked for already. Wait for the decision."))
def no_extension_pending(facts: OrderFacts, given: Given) -> bool:
    return not facts.extension_asked_by


@_guard("no-extension-asked", _("Nobody has asked for an extension."))
def extension_pending(facts: OrderFacts, given: Given) -> bool:
    return bool(facts.extension_asked_by)


@_guard("same-person-asked-extension", _("Whoever asked for the extension cannot approve it."))
def another_person_asked_extension(facts: OrderFacts, given: Given) -> bool:
    return _differs(facts.by, facts.extension_asked_by)


@_given("suspension-plan-missing", _("Say what is waited for, and until when, on a day to come."))
def suspension_has_plan_and_date(facts: OrderFacts, given: Given) -> bool:
    return bool(given.plan.strip()) and given.until is not None and given.until > facts.now


@_guard("same-person-replied", _("Whoever wrote the reply cannot review it."))
def another_person_replied(facts: OrderFacts, given: Given) -> bool:
    return _differs(facts.by, facts.replied_by)


@_guard("no-unit", _("No unit has handled this order. Dispatch it instead."))
def handled_by_unit(facts: OrderFacts, given: Given) -> bool:
    return facts.has_unit


@_guard("unit-at-work", _("A unit has handled this order. Send it back for rework instead."))
def no_unit_yet(facts: OrderFacts, given: Given) -> bool:
    return not facts.has_unit


@_given(
    "rating-without-answer",
    _(
        "Only a requester who was reached can call it solved or rate it, from 1 to 5. Silence is not satisfaction."
    ),
)
def rating_comes_from_requester(facts: OrderFacts, given: Given) -> bool:
    silent = given.rating is None and given.solved is None
    return silent or (given.reached and (given.rating is None or given.rating in RATINGS))


@_guard(
    "callback-not-finished", _("Call back first. Without an answer, %(callback_tries)s of 3 tries were made.")
)
def callback_finished(facts: OrderFacts, given: Given) -> bool:
    return facts.callback_reached or facts.unreached


@_given("outcome-missing", _("State the outcome: closed does not say whether the matter is solved."))
def outcome_stated(facts: OrderFacts, given: Given) -> bool:
    return given.outcome is not None


@_given(
    "outcome-contradicts-requester",
    _("The requester says that it is not solved. Choose another outcome or rework."),
)
def outcome_agrees_with_requester(facts: OrderFacts, given: Given) -> bool:
    return facts.says_solved is not False or given.outcome is not Outcome.SOLVED


@_guard(
    "reopen-too-late", _("An order can be reopened within 30 days after closing. Please send a new demand.")
)
def closed_recently(facts: OrderFacts, given: Given) -> bool:
    return facts.closed_at is not None and facts.now <= facts.closed_at + REOPEN_WITHIN


@_given("parent-not-open", _("Orders can only be merged into one that is open."))
def parent_is_open(facts: OrderFacts, given: Given) -> bool:
    return given.parent_open


@_given("parent-is-itself", _("An order cannot be merged into itself."))
def parent_is_another(facts: OrderFacts, given: Given) -> bool:
    return not given.parent_is_itself


@_guard("state-before-merge-unknown", _("The state before the merge is not known, so it cannot be undone."))
def state_before_known(facts: OrderFacts, given: Given) -> bool:
    return facts.merged_from is not None


@_guard("parent-still-open", _("This order closes with the one that it was merged into."))
def parent_is_closed(facts: OrderFacts, given: Given) -> bool:
    return not facts.parent_open


@_guard("not-supervised-yet", _("Issue a supervision order before climbing the ladder."))
def supervised_already(facts: OrderFacts, given: Given) -> bool:
    return Mark.SUPERVISED in facts.marks


@_guard("supervised-already", _("The order is under supervision. Escalate it instead."))
def not_supervised_yet(facts: OrderFacts, given: Given) -> bool:
    return Mark.SUPERVISED not in facts.marks


@_guard("ladder-ends", _("The executive meeting is the last rung."))
def rung_above(facts: OrderFacts, given: Given) -> bool:
    return facts.rung is not Rung.EXECUTIVE_MEETING


@_guard("termination-pending", _("Termination is asked for already. Wait for the decision."))
def no_termination_pending(facts: OrderFacts, given: Given) -> bool:
    return not facts.termination_asked_by


@_guard("no-termination-asked", _("Nobody has asked to terminate this order."))
def termination_pending(facts: OrderFacts, given: Given) -> bool:
    return bool(facts.termination_asked_by)


@_guard("same-person-asked-termination", _("Whoever asked for the termination cannot approve it."))
def another_person_asked_termination(facts: OrderFacts, given: Given) -> bool:
    return _differs(facts.by, facts.termination_asked_by)


def _differs(one: str, other: str) -> bool:
    """Two known, different persons: an unknown one is nobody's second pair of eyes."""
    return bool(one) and bool(other) and one != other


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
    *guards: _Condition,
    reason: bool = False,
    citizen: str = "",
    when: _Condition | None = None,
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


def next_moves(facts: OrderFacts, permissions: Iterable[str]) -> list[Move]:
    """The moves open to this actor now, in the order of the table: what a page may offer.

    Conditions on what the actor has yet to bring (a reason, a ground, an outcome) are left to `check`.
    """
    held = frozenset(permissions)
    return [
        move
        for move in MOVES
        if facts.state in move.from_states
        and move.allowed(held)
        and all(
            GUARDS[name].holds(facts, Given())
            for name in (move.when, *move.guards)
            if name and not GUARDS[name].on_given
        )
    ]


def check(facts: OrderFacts, action: Action, given: Given | None = None) -> Move:
    """The move that this action makes now. Access is not checked here: ask `Move.allowed`.

    Raises IllegalMove: code "not-in-this-state", or the code of the first guard that fails.
    """
    brought = given or Given()
    for move in MOVES:
        if move.action is not action or facts.state not in move.from_states:
            continue
        if move.when and not GUARDS[move.when].holds(facts, brought):
            continue
        for name in (*move.guards, *(["reason_given"] if move.needs_reason else [])):
            if not GUARDS[name].holds(facts, brought):
                raise IllegalMove(GUARDS[name].code, GUARDS[name].message, _details(facts, action))
        return move
    raise IllegalMove(
        "not-in-this-state", _("An order that is “%(state)s” does not allow this."), _details(facts, action)
    )


def _details(facts: OrderFacts, action: Action) -> dict[str, Any]:
    return {
        "action": action,
        "state": facts.state.label,
        "return_until": facts.return_until,
        "finish_due": facts.finish_due,
        "open_assists": facts.open_assists,
        "extensions": facts.extensions,
        "callback_tries": facts.callback_tries,
    }
