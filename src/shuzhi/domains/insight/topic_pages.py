"""Monthly topics on the desk: what the coming months bring every year, to be taken up or declined."""

from itertools import groupby

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.insight import services
from shuzhi.domains.insight.topic_cards import TopicCard
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

STATES: dict[str, Promise] = {
    "proposed": gettext_lazy("proposed"),
    "accepted": gettext_lazy("topic of the month"),
    "declined": gettext_lazy("declined"),
}


@never_cache
@require_safe
def topics(request: HttpRequest) -> HttpResponse:
    return _show(request)


@require_POST
def judge(request: HttpRequest, topic_id: int) -> HttpResponse:
    accept = request.POST.get("answer") == "accept"
    try:
        services.judge_topic(
            topic_id,
            accept=accept,
            owner=request.POST.get("owner", "")[:32] if accept else "",
            because=request.POST.get("because", "")[:500],
            by=_actor(request),
        )
    except Refused as refusal:
        if refusal.status >= 500 or refusal.code == "access-denied":
            raise
        return _show(request, wrong=refusal.sentence, about=topic_id, status=422)
    messages.success(request, _("It is a topic now.") if accept else _("The proposal was declined."))
    return redirect("insight:topics")


def _show(request: HttpRequest, *, wrong: str = "", about: int = 0, status: int = 200) -> HttpResponse:
    by = _actor(request)
    found = services.topics(by=by)
    context = {
        "months": [
            (month, [(one, str(STATES[one.state]), _finding(one)) for one in told])
            for month, told in groupby(found, key=lambda one: one.month)
        ],
        "title": _headline(found),
        "wrong": wrong,
        "about": about,
        "typed": request.POST,
        "units": [(unit.code, unit.label) for unit in registry.units()],
        "may_edit": access.allows(by, "insight.edit"),
    }
    return render(request, "insight/topics.html", context, status=status)


def _headline(found: list[TopicCard]) -> str:
    waiting = sum(1 for one in found if one.state == "proposed")
    if not waiting:
        return _("No topic waits for a decision")
    return ngettext(
        "%(n)s topic waits for a decision before its month comes",
        "%(n)s topics wait for a decision before their month comes",
        waiting,
    ) % {"n": waiting}


def _finding(card: TopicCard) -> str:
    return _("%(name)s: every year this month brings %(share)s more than its share") % {
        "name": card.category_name,
        "share": f"{card.ratio - 1:.0%}",
    }


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
