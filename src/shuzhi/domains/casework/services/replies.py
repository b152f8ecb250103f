"""Replies are checked before they reach a person: every point answered, more than a template, no personal data."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.cards import ReplyFinding
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.engines import text
from shuzhi.spine.actors import Actor

SENTENCES: dict[str, str | Promise] = {
    "point-unanswered": _("A point that the requester raised is not answered."),
    "template-only": _("The reply is only a template: say what was found and done in this matter."),
    "personal-data": _("The reply contains personal data. Remove it: the reply is public."),
    "no-basis": _("Cite the rule or the plan on which the answer rests."),
    "no-measure": _("Say what was done or will be done, and by when."),
    "no-contact": _("Say whom the requester can ask further."),
    "too-short": _("The reply is too short to answer anybody."),
}


def check_reply(demand_id: int, reply: str, *, by: Actor) -> list[ReplyFinding]:
    """What to mend in a reply, the gravest first. "block" findings keep it from going out."""
    demand = intake.get_demand(demand_id, by=by)
    asked = f"{demand.title}\n{demand.text}"
    found = text.check_reply(asked, reply, templates=registry.reply_templates()).findings
    order = {"block": 0, "warn": 1, "info": 2}
    findings = [
        ReplyFinding(code=one.code, severity=one.severity, reason=str(SENTENCES.get(one.code, one.reason)))
        for one in found
    ]
    return sorted(findings, key=lambda one: order.get(one.severity, 3))
