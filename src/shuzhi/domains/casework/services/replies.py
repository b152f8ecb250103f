"""Replies are checked before they reach a person: every point answered, more than a template, no personal data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework import drafting
from shuzhi.domains.casework.cards import ReplyFinding
from shuzhi.domains.casework.services import orders, seeing
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
    "sent-away": _("The requester is sent elsewhere: say where, and how to reach them."),
}


_GRAVEST_FIRST = {"block": 0, "warn": 1, "info": 2}


def check_reply(number: str, reply: str, *, by: Actor) -> list[ReplyFinding]:
    """What to mend in the reply to an order, the gravest first. "block" findings keep it from going out."""
    row = orders.load(number).row
    seeing.require_seen(row, by)
    return findings_of(row.demand_id, clean(reply))


def findings_of(demand_id: int, reply: str) -> list[ReplyFinding]:
    """The same for a caller who has checked that the actor may see the order."""
    demand = intake.get_demand(demand_id, by=SYSTEM)
    asked = f"{demand.title}\n{demand.text}"
    found = text.check_reply(asked, reply, templates=registry.reply_templates()).findings
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
