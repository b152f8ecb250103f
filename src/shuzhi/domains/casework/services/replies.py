"""Replies are checked before they reach a person: every point answered, more than a template, no personal data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework import drafting
from shuzhi.domains.casework.cards import ReplyFinding
from shuzhi.domains.casework.services import orders, recorded, seeing
from shuzhi.domains.casework.services.orders import Loaded
from shuzhi.domains.casework.wording import clean
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text
from shuzhi.spine.actors import SYSTEM, Actor

SENTENCES: dict[str, str | Promise] = {
    "point-unanswered": _("A point that the requester raised is not answered."),
    "template-only": _("The reply is only a template: say what was found and done in this matter."),
    "personal-data": _("The reply contains personal data. Remove it: the reply is public."),
    "no-basis": _("Cite the rule or the plan on which the answer rests."),
    "no-measure": _("Say what was done or will be done, and by when."),
    "no-contact": _("Say whom the requester can ask further."),
    "too-short": _("The reply is too short to answer anybody."),
    "tone": _("These words may be felt as a rebuff."),
    "no-date": _("Something is promised: say by when."),
    "blank-left": _("Fill this in or rewrite it: only you know what is true here."),
    "done-unlike-outcome": _("The reply says it is done, the outcome says it is not solved."),
    "undone-unlike-outcome": _("The reply says it cannot be done, the outcome says it is solved."),
    "done-while-helping": _("The reply says it is done, but an assisting unit has not finished."),
    "done-but-denied": _(
        "The reply says it is done, but the requester said at the last call-back that it is not solved."
    ),
    "call-unrecorded": _(
        "The reply speaks of a call with the requester; the record has none. Record the contact."
    ),
    "call-other-day": _("The record has the call with the requester on another day."),
    "promised-in-past": _("Something is promised for a day that is over."),
    "promised-after-due": _("Something is promised for a day after this order is due."),
    "done-in-future": _("Something is told as done on a day that is still to come."),
    "done-before-demand": _("Something is told as done on a day before the demand arrived."),
    "phone-unknown": _("No unit of the county has this telephone number."),
    "unit-unknown": _("The record does not know this unit as being at work on the order."),
    "number-unlike": _("This is the number of another order."),
    "amount-unlike": _("The requester spoke of another amount of money."),
    "place-unlike": _("This place lies in another area than the order."),
    "spot-unlike": _("The requester named another house."),
    "sent-away": _("The requester is sent elsewhere: say where, and how to reach them."),
}


_GRAVEST_FIRST = {"block": 0, "warn": 1, "info": 2}


def check_reply(number: str, reply: str, *, outcome: str = "", by: Actor) -> list[ReplyFinding]:
    """What to mend in the reply to an order, the gravest first. "block" findings keep it from going out.

    outcome: as it is stated beside the reply, which may say otherwise.
    """
    loaded = orders.load(number)
    seeing.require_seen(loaded.row, by)
    return findings_of(loaded, clean(reply), outcome=outcome)


def findings_of(loaded: Loaded, reply: str, *, outcome: str = "") -> list[ReplyFinding]:
    """The same for a caller who has checked that the actor may see the order."""
    demand = intake.get_demand(loaded.row.demand_id, by=SYSTEM)
    asked = f"{demand.title}\n{demand.text}"
    known = recorded.record_of(loaded, asked=asked, reply=reply, outcome=outcome)
    found = [
        *text.check_reply(asked, reply, templates=registry.reply_templates()).findings,
        *text.check_record(reply, known),
    ]
    findings = [
        ReplyFinding(
            code=one.code,
            severity=one.severity,
            reason=str(SENTENCES.get(one.code, one.reason)),
            # A point that was asked stands in the question, everything else in the reply.
            quote=(asked if one.code == "point-unanswered" else reply)[slice(*one.span)].strip(),
        )
        for one in found
    ]
    findings += [
        ReplyFinding(code="blank-left", severity="block", reason=str(SENTENCES["blank-left"]), quote=blank)
        for blank in drafting.blanks(reply)
    ]
    return sorted(findings, key=lambda one: _GRAVEST_FIRST.get(one.severity, 3))
