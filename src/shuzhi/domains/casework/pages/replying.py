"""The reply box: what to mend, and a draft to begin with. With JavaScript beside the box, without it as a whole page."""

from dataclasses import replace

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from shuzhi.domains.casework import labels, services
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.pages import moves, order
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

_BOXES = (Action.REPLY, Action.ANSWER_DIRECTLY)


@require_POST
def check_reply(request: HttpRequest, number: str) -> HttpResponse:
    """What to mend in a reply, each with its reason."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    told, outcome = request.POST.get("text", ""), request.POST.get("outcome", "")
    findings = services.check_reply(number, told, outcome=outcome, by=by)
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "casework/reply_findings.html", {"findings": findings})
    typed = request.POST.dict()
    return order.show(
        request, number, opened=_box(request), typed=typed, more={"findings": findings, "checked": True}
    )


@require_POST
def draft(request: HttpRequest, number: str) -> HttpResponse:
    """The form with a draft made of the chosen sources in its box."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    page = services.get_work_order(number, by=by)
    form = next((one for one in moves.forms(page.moves) if one.action == _box(request)), None)
    if form is None:
        raise NotFound(what=number)
    made = services.draft_reply(
        number, sources=request.POST.getlist("use"), reworded="reworded" in request.POST, by=by
    )
    cited = "；".join(citation for kind, _key, citation in made.sources if kind == "article")
    typed = request.POST.dict() | {"text": made.text, "draft": str(made.id)}
    typed["source"] = typed.get("source") or cited
    about = {"made": made, "untaken": labels.UNTAKEN.get(made.untaken, "")}
    if not request.htmx:  # type: ignore[attr-defined]
        return order.show(request, number, opened=_box(request), typed=typed, more=about)
    context = {
        **about,
        "rephraser": services.model_offered(),
        "order": page.card,
        "last_step": page.steps[-1].number,
        "outcomes": labels.OUTCOMES,
        "sources": services.reply_sources(number, by=by),
        "form": replace(form, typed=typed, opened=True),
    }
    return render(request, "casework/move_form.html", context)


def _box(request: HttpRequest) -> str:
    """Which of the two boxes was used."""
    action = request.POST.get("box", "")
    if action not in _BOXES:
        raise NotFound(what=action)
    return action
