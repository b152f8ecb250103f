"""The desk: queues by duty, lists, bulk steps, export, the supervisors' board, a calendar feed of due times."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta

import icalendar
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.casework import exporting, labels, services
from shuzhi.domains.casework.lifecycle import Action, Given, State
from shuzhi.domains.casework.services import Filter
from shuzhi.domains.intake.kinds import CHANNELS, KINDS
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import AccessDenied, Refused

MOST_IN_BULK = 200


@dataclass(frozen=True)
class Queue:
    """What waits for somebody with a permission."""

    code: str
    label: Promise
    permission: str
    filter: Filter


def _states(*states: State) -> Filter:
    return Filter(states=tuple(states))


QUEUES: tuple[Queue, ...] = (
    Queue("triage", gettext_lazy("To triage"), "casework.triage", _states(State.REGISTERED)),
    Queue("dispatch", gettext_lazy("To dispatch"), "casework.dispatch", _states(State.TRIAGED)),
    Queue(
        "returns", gettext_lazy("Returns to decide"), "casework.rule_return", _states(State.RETURN_REQUESTED)
    ),
    Queue("arbitration", gettext_lazy("To arbitrate"), "casework.adjudicate", _states(State.ADJUDICATING)),
    Queue(
        "refusals", gettext_lazy("Refusals to confirm"), "casework.confirm_rejection", Filter(asks="refusal")
    ),
    Queue(
        "extensions",
        gettext_lazy("Extensions to decide"),
        "casework.approve_extension",
        Filter(asks="extension"),
    ),
    Queue(
        "terminations",
        gettext_lazy("Terminations to decide"),
        "casework.terminate",
        Filter(asks="termination"),
    ),
    Queue("sign_in", gettext_lazy("To sign in"), "casework.sign_in", _states(State.DISPATCHED)),
    Queue(
        "handling",
        gettext_lazy("In work"),
        "casework.handle",
        _states(State.ACCEPTED, State.HANDLING, State.SUSPENDED),
    ),
    Queue("assisting", gettext_lazy("Help asked of us"), "casework.handle", Filter()),
    Queue("review", gettext_lazy("Replies to review"), "casework.review", _states(State.REPLIED)),
    Queue(
        "callback", gettext_lazy("To call back"), "casework.callback", _states(State.REVIEWED, State.CALLBACK)
    ),
    Queue(
        "closing",
        gettext_lazy("To close"),
        "casework.answer",
        _states(State.ANSWERED, State.REFERRED, State.REJECTED, State.TERMINATED),
    ),
    Queue("overdue", gettext_lazy("Overdue"), "casework.supervise", Filter(level="red")),
)
# Steps that need nothing but a yes may be taken on many orders at once.
BULK: Mapping[Action, Promise] = {
    Action.SIGN_IN: gettext_lazy("Sign in"),
    Action.START_HANDLING: gettext_lazy("Start handling"),
    Action.APPROVE_REPLY: gettext_lazy("Approve the replies"),
    Action.START_CALLBACK: gettext_lazy("Start call-back"),
    Action.REMIND: gettext_lazy("Remind the units"),
}


@never_cache
@require_safe
def desk(request: HttpRequest) -> HttpResponse:
    """My desk: the queues of my duties with their numbers, the most urgent orders of the chosen one."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    mine = _queues_of(by)
    if not mine:
        return _elsewhere(by)
    counts = services.count_by_state(by=by)
    tabs = [(queue, _waiting(queue, counts, by)) for queue in mine]
    asked = request.GET.get("queue", "")
    chosen = next((queue for queue in mine if queue.code == asked), None) or next(
        (queue for queue, n in tabs if n), mine[0]
    )
    found = services.list_work_orders(chosen.filter, after=request.GET.get("after", ""), by=by)
    held = services.count_held(by=by) if services.may_mend(by) else 0
    context = {"queues": tabs, "chosen": chosen, "found": found, "bulk": _bulk(by), "held": held}
    return render(request, "casework/desk.html", context)


def _queues_of(by: Actor) -> list[Queue]:
    """The queues of somebody's duties; help is asked of units, so that queue is for those who work in one."""
    mine = [queue for queue in QUEUES if access.allows_somewhere(by, queue.permission)]
    units = tuple(sorted({grant.unit for grant in access.scopes(by, "casework.handle") if grant.unit}))
    helping = [replace(queue, filter=Filter(assisting=units)) for queue in mine if queue.code == "assisting"]
    return [queue for queue in mine if queue.code != "assisting"] + (helping if units else [])


def _waiting(queue: Queue, counts: Mapping[str, int], by: Actor) -> int:
    if queue.filter.states:
        return sum(counts.get(state, 0) for state in queue.filter.states)
    return services.count_matching(queue.filter, by=by)


def _elsewhere(by: Actor) -> HttpResponse:
    """Those who have no orders to move are led to the page of their duty."""
    for permission, name in (
        ("insight.decide", "cockpit:cockpit"),
        ("casework.read", "casework:orders"),
        ("spine.accounts", "accounts"),
        ("spine.audit", "audit"),
        ("spine.outbox", "status"),
        ("policy.decide", "policy:found"),
        ("registry.read", "registry:index"),
    ):
        if access.allows_somewhere(by, permission):
            return redirect(name)
    if by.kind == "staff":
        raise AccessDenied(permission="casework.read")
    return redirect("login")


def _bulk(by: Actor) -> dict[str, str]:
    needed = {Action.SIGN_IN: "casework.sign_in", Action.START_HANDLING: "casework.handle"} | {
        Action.APPROVE_REPLY: "casework.review",
        Action.START_CALLBACK: "casework.callback",
        Action.REMIND: "casework.remind",
    }
    return {
        str(action): str(label)
        for action, label in BULK.items()
        if access.allows_somewhere(by, needed[action])
    }


def asked_filter(request: HttpRequest) -> Filter:
    """The filter that the address of the page names."""
    sent = request.GET
    return Filter(
        states=tuple(state for state in sent.getlist("state") if state in labels.STATES),
        unit=sent.get("unit", "")[:32],
        area=sent.get("area", "")[:20],
        category=sent.get("category", "")[:12],
        kind=sent.get("kind", "")[:20],
        channel=sent.get("channel", "")[:20],
        urgency=sent.get("urgency", "")[:20],
        level=sent.get("level", "") if sent.get("level", "") in labels.LEVELS else "",
        mark=sent.get("mark", "") if sent.get("mark", "") in labels.MARKS else "",
        words=sent.get("q", "")[:100],
        order="due" if sent.get("order") == "due" else "newest",
    )


@never_cache
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    """All orders that I may see, searched and filtered."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    access.require_somewhere(by, "casework.read")
    wanted = asked_filter(request)
    found = services.list_work_orders(wanted, after=request.GET.get("after", ""), by=by)
    query = request.GET.copy()
    query.pop("after", None)
    return render(
        request,
        "casework/orders.html",
        {
            "found": found,
            "wanted": wanted,
            "narrowed": bool(set(query) - {"q"}),
            "query": query.urlencode(),
            "states": labels.STATES,
            "levels": {code: label for code, (label, _shape) in labels.LEVELS.items()},
            "kinds": KINDS,
            "channels": CHANNELS,
            "units": registry.units(),
            "categories": registry.categories(level=1),
            "may_export": access.allows_somewhere(by, "casework.export"),
            "bulk": _bulk(by),
        },
    )


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """One step on many orders: each succeeds or is refused on its own, and every refusal is told."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    back = request.POST.get("next", "")
    back = back if back.startswith("/desk/") else "/desk/"
    numbers = request.POST.getlist("number")[:MOST_IN_BULK]
    if request.POST.get("action") not in {str(action) for action in BULK}:
        raise AccessDenied(permission="casework.bulk")
    action = Action(request.POST["action"])
    done = 0
    for number in numbers:
        try:
            services.take_step(number, action=action, given=Given(), by=by)
            done += 1
        except Refused as refusal:
            messages.warning(request, f"{number}: {refusal.sentence}")
    messages.success(request, ngettext("%(n)s order moved.", "%(n)s orders moved.", done) % {"n": done})
    return redirect(back)


@require_safe
def export(request: HttpRequest, extension: str) -> HttpResponse:
    """The filtered list as a table, with a watermark, noted in the audit trail."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    table = exporting.export_orders(
        replace(asked_filter(request), order="newest"), extension=extension, by=by
    )
    response = HttpResponse(table.content, content_type=table.content_type)
    response["Content-Disposition"] = f'attachment; filename="{table.name}"'
    return response


@never_cache
@require_safe
def board(request: HttpRequest) -> HttpResponse:
    """Open orders by unit, category or area, the worst first."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    by_what = request.GET.get("by", "unit")
    by_what = by_what if by_what in {"unit", "category", "area"} else "unit"
    rows = services.board(by_what=by_what, by=by)
    totals = {name: sum(getattr(row, name) for row in rows) for name in ("open", "green", "yellow", "red")}
    return render(request, "casework/board.html", {"rows": rows, "by_what": by_what, "totals": totals})


@never_cache
@require_safe
def calendar_feed(request: HttpRequest, unit: str) -> HttpResponse:
    """iCalendar (RFC 5545) of a unit's due times: numbers and times only, no words of citizens."""
    by: Actor = request.actor  # type: ignore[attr-defined]
    feed = icalendar.Calendar()
    feed.add("prodid", "-//Shuzhi//due times//ZH")
    feed.add("version", "2.0")
    for card in services.due_feed(unit=unit, by=by):
        if card.due_at is None:
            continue
        event = icalendar.Event()
        event.add("uid", f"{card.number}@shuzhi")
        event.add("summary", _("Reply due: %(number)s") % {"number": card.number})
        event.add("dtstart", card.due_at)
        event.add("dtend", card.due_at + timedelta(minutes=15))
        event.add("dtstamp", card.moved_at)
        event.add("url", request.build_absolute_uri(reverse("casework:order", args=[card.number])))
        feed.add_component(event)
    return HttpResponse(feed.to_ical(), content_type="text/calendar; charset=utf-8")
