"""The conditions of a work order's life, each with its name, the code of its refusal, and the sentence that helps."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.states import (
    MAX_EXTENSIONS,
    RATINGS,
    REOPEN_WITHIN,
    Given,
    Mark,
    OrderFacts,
    Outcome,
    Rung,
)


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

Condition = Callable[[OrderFacts, Given], bool]


def _guard(code: str, message: Promise, *, on_given: bool = False) -> Callable[[Condition], Condition]:
    def enter(condition: Condition) -> Condition:
        name = condition.__name__
        GUARDS[name] = Guard(name, code, message, condition, on_given)
        return condition

    return enter


def _given(code: str, message: Promise) -> Callable[[Condition], Condition]:
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


@_guard("dispatched-by-a-person", _("A person dispatched this order. Re-dispatch it instead."))
def nobody_dispatched(facts: OrderFacts, given: Given) -> bool:
    return facts.dispatched_by_itself


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
