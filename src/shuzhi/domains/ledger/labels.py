"""Codes in words that people say. A code without words is shown as it is."""

import re

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.registry import services as registry
from shuzhi.spine.errors import NotFound

_TYPES: dict[str, str | Promise] = {
    "demand.received": _("Demand received"),
    "order.register": _("Work order registered"),
    "order.triage": _("Sorted"),
    "order.dispatch": _("Sent to a unit"),
    "order.redispatch": _("Sent to another unit"),
    "order.take-back": _("Automatic dispatch taken back"),
    "order.sign-in": _("Signed in by the unit"),
    "order.start-handling": _("Work begun"),
    "order.record-contact": _("Requester contacted"),
    "order.reply": _("Reply given"),
    "order.approve-reply": _("Reply approved"),
    "order.request-rework": _("Sent back for rework"),
    "order.start-callback": _("Call-back begun"),
    "order.record-callback": _("Called back"),
    "order.close": _("Closed"),
    "order.reopen": _("Reopened"),
    "order.reject": _("Not accepted"),
    "order.confirm-rejection": _("Non-acceptance confirmed"),
    "order.refer": _("Referred to another path"),
    "order.answer-directly": _("Answered at once"),
    "order.request-return": _("Return requested"),
    "order.approve-return": _("Return approved"),
    "order.request-extension": _("Extension requested"),
    "order.approve-extension": _("Extension approved"),
    "order.suspend": _("Clock suspended"),
    "order.resume": _("Clock resumed"),
    "order.supervise": _("Supervised"),
    "order.escalate": _("Escalated"),
    "order.merge": _("Joined with another order"),
    "order.rate": _("Rated by the requester"),
    "order.adjudicate": _("Dispute between units settled"),
    "order.appeal": _("Appealed against"),
    "order.invite-assist": _("Another unit invited to help"),
    "order.complete-assist": _("Help given"),
    "order.release-assist": _("Helping unit released"),
    "order.decline-rejection": _("Non-acceptance not confirmed"),
    "order.refuse-extension": _("Extension refused"),
    "order.refuse-return": _("Return refused"),
    "order.remind": _("Unit reminded"),
    "order.request-termination": _("Ending requested"),
    "order.refuse-termination": _("Ending refused"),
    "order.terminate": _("Ended"),
    "order.unmerge": _("Separated from another order"),
    "order.withdraw": _("Withdrawn by the requester"),
    "entitlement.decided": _("Benefit decided"),
    "payment.ordered": _("Payment ordered"),
    "dispute.opened": _("Benefit decision disputed"),
    "rule.book-approved": _("Rules approved"),
    "contract.paused": _("Automatic decisions stopped or resumed"),
    "question.decided": _("Decided by a leader"),
    "decision.task-given": _("Task given after a decision"),
    "decision.task-done": _("Task of a decision done"),
    "log.types": _("List of kinds of entries"),
    "log.opens": _("Begins after last year's log"),
    "log.policy": _("Who must witness"),
    "log.recovered": _("Entries brought back from a copy"),
    "subject.erased": _("Personal part erased"),
}
_ORGANS: dict[str, str | Promise] = {"hotline": _("12345 hotline")}
WITNESSES: dict[str, str | Promise] = {
    "court": _("The court (fictional)"),
    "neighbour-city": _("The neighbour city (fictional)"),
    "university": _("The university (fictional)"),
}
FIELDS: dict[str, str | Promise] = {
    "action": _("step"),
    "amount_fen": _("amount in fen"),
    "anonymous": _("without a name"),
    "as_of": _("as of"),
    "at": _("when"),
    "award_id": _("entitlement"),
    "book": _("book of rules"),
    "by": _("who"),
    "by_machine": _("decided by the rules alone"),
    "area": _("area"),
    "category": _("category"),
    "channel": _("channel"),
    "decision_id": _("decision"),
    "demand_id": _("demand"),
    "due_at": _("promised by"),
    "event": _("what happened"),
    "flags": _("warning signs"),
    "from_state": _("state before"),
    "ground": _("basis"),
    "inputs_seal": _("fingerprint of the facts used"),
    "kind": _("kind"),
    "late_minutes": _("minutes late"),
    "marks": _("marks"),
    "order_id": _("work order"),
    "outcome": _("outcome"),
    "paused": _("stopped"),
    "payment_id": _("payment"),
    "period": _("period"),
    "reachable": _("can be called back"),
    "received_at": _("received"),
    "review_id": _("review"),
    "rule": _("rule"),
    "rule_package": _("fingerprint of the rules"),
    "same_as": _("same as demand"),
    "cost_fen": _("cost in fen"),
    "evidence": _("pieces of evidence"),
    "issue_id": _("hot issue"),
    "late_days": _("days late"),
    "option": _("chosen option"),
    "options": _("options"),
    "due_on": _("due on"),
    "question_id": _("question"),
    "record_seal": _("fingerprint of the record"),
    "starts_on": _("acts from"),
    "step": _("number of the step"),
    "supersedes": _("replaces decision"),
    "task_id": _("task"),
    "to_state": _("state after"),
    "unit": _("unit"),
    "urgency": _("urgency"),
    "version": _("version"),
}
_ACTORS: dict[str, str | Promise] = {
    "staff": _("Staff account"),
    "citizen": _("Citizen"),
    "anonymous": _("Visitor"),
    "application": _("System"),
    "system": _("The platform"),
}


SERIES: dict[str, str | Promise] = {
    "demands": _("Demands"),
    "orders": _("Work orders"),
    "decisions": _("Other decisions"),
    "erasures": _("Erasures"),
    "log": _("The log about itself"),
}


def type_label(code: str) -> str:
    return str(_TYPES.get(code, code))


def organ_label(code: str) -> str:
    if code in _ORGANS:
        return str(_ORGANS[code])
    try:
        unit = registry.get_unit(code)
    except NotFound:
        return code
    english = (get_language() or "").startswith("en")
    return (unit.name_en if english else "") or unit.name


def witness_label(name: str) -> str:
    return str(WITNESSES.get(name, name))


def field_label(name: str) -> str:
    return str(FIELDS.get(name, name))


def actor_label(reference: str) -> str:
    """ "staff:17" as "Staff account 17"; of a citizen only that it was one."""
    kind, _colon, number = reference.partition(":")
    words = str(_ACTORS.get(kind, kind))
    return f"{words} {number}" if re.fullmatch(r"\d+", number) else words
