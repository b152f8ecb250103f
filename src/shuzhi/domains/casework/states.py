"""The words of a work order's life: its states and marks, what may be done, and the facts that a step depends on."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Self

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
    TAKE_BACK = "take_back"
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
    has_unit: a unit is responsible.   dispatched_by_itself: nobody chose that unit.   contacts: contacts recorded.
    can_be_called: there is a way to reach the requester.   assisting: units that were asked to help and are not done.
    return_until, finish_due: as the clocks read them.   merged_from: the state before a merge.
    says_solved: what the requester said at the call-back, None when not asked or not reached.
    """

    state: State
    now: datetime
    by: str = ""
    has_unit: bool = False
    emergency: bool = False
    emergency_referred: bool = False
    dispatched_by_itself: bool = False
    rejected_by: str = ""
    rejection_confirmed: bool = False
    return_until: datetime | None = None
    returns_refused: int = 0
    ruled: bool = False
    contacts: int = 0
    can_be_called: bool = True
    assists: int = 0
    assisting: frozenset[str] = frozenset()
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
    def open_assists(self) -> int:
        return len(self.assisting)

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
