"""Early warnings on the desk: what stands, one with its reasons and its checklist, and the lists themselves."""

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.insight import services, warning_chart
from shuzhi.domains.insight.naming import category_name
from shuzhi.domains.insight.warning_cards import WarningCard, WarningDetail
from shuzhi.domains.insight.warning_forms import ChecklistForm, CloseForm, NoteForm
from shuzhi.domains.insight.warning_words import (
    ACTIONS,
    KINDS,
    LEVELS,
    OUTCOMES,
    STATES,
    TAGS,
    count_of,
    days_of,
    rarity,
)
from shuzhi.domains.registry.cards import reads_english
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

DEMANDS_AT_ONCE = 6


@dataclass(frozen=True)
class _Worded:
    """A warning with the words for its codes."""

    card: WarningCard
    level: str | Promise
    tag: str
    state: str | Promise
    kind: str | Promise
    outcome: str | Promise
    rarity: str
    days: str
    usual: str


@never_cache
@require_safe
def warnings(request: HttpRequest) -> HttpResponse:
    """What stands, the gravest first, or what was closed."""
    closed = request.GET.get("show") == "closed"
    found = services.open_warnings(by=_actor(request), closed=closed)
    context = {
        "rows": [_worded(one) for one in found],
        "closed": closed,
        "title": _("Warnings that were closed") if closed else _standing(found),
    }
    return render(request, "insight/warnings.html", context)


@never_cache
@require_safe
def warning(request: HttpRequest, warning_id: int) -> HttpResponse:
    return _show(request, services.warning(warning_id, by=_actor(request)))


@require_POST
def acknowledge(request: HttpRequest, warning_id: int) -> HttpResponse:
    def act(told: dict[str, str]) -> None:
        services.acknowledge_warning(warning_id, **told, by=_actor(request))

    return _take(request, warning_id, NoteForm(request.POST), act)


@require_POST
def act_on(request: HttpRequest, warning_id: int) -> HttpResponse:
    def act(told: dict[str, str]) -> None:
        services.act_on_warning(warning_id, **told, by=_actor(request))

    return _take(request, warning_id, NoteForm(request.POST), act)


@require_POST
def close(request: HttpRequest, warning_id: int) -> HttpResponse:
    def act(told: dict[str, str]) -> None:
        services.close_warning(warning_id, **told, by=_actor(request))

    return _take(request, warning_id, CloseForm(request.POST), act)


@require_POST
def tick(request: HttpRequest, warning_id: int) -> HttpResponse:
    task = request.POST.get("task", "")
    number = int(task) if task.isdecimal() and len(task) < 4 else -1
    services.tick_task(warning_id, task=number, by=_actor(request))
    return redirect("insight:warning", warning_id)


@never_cache
@require_safe
def checklists(request: HttpRequest) -> HttpResponse:
    """What a warning opens, list by list, as it is in force today."""
    by = _actor(request)
    access.require_somewhere(by, "insight.read")
    context = {
        "lists": [
            (
                one,
                one.name_en if reads_english() else one.name,
                [category_name(code) for code in one.categories],
                [(reads_english() and english) or text for text, english in one.steps],
                [(LEVELS[level], TAGS[level], least) for level, least in one.levels.items()],
            )
            for one in services.checklists()
        ],
        "may_edit": access.allows(by, "insight.edit"),
    }
    return render(request, "insight/checklists.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def checklist(request: HttpRequest, code: str) -> HttpResponse:
    """Write the county's own version of a list."""
    by = _actor(request)
    access.require(by, "insight.edit")
    card = services.checklist(code)
    form = ChecklistForm(
        request.POST or None,
        initial={
            "steps": "\n".join(text for text, _english in card.steps),
            "categories": " ".join(card.categories),
            "from_date": clock.today(),
        },
    )
    if request.method == "POST" and form.is_valid():
        try:
            services.write_checklist(code, **form.told(), by=by)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            messages.success(request, _("The list is written. Warnings that are open keep theirs."))
            return redirect("insight:checklists")
    name = card.name_en if reads_english() else card.name
    status = 422 if form.errors else 200
    return render(
        request, "insight/checklist.html", {"form": form, "card": card, "name": name}, status=status
    )


def _take(
    request: HttpRequest, warning_id: int, form: Form, act: Callable[[dict[str, str]], None]
) -> HttpResponse:
    """Do what a form asks; what was typed is shown again with the mistake, or the refusal, beside it."""
    if form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
        else:
            return redirect("insight:warning", warning_id)
    return _show(request, services.warning(warning_id, by=_actor(request)), wrong=form, status=422)


def _show(
    request: HttpRequest, found: WarningDetail, *, wrong: Form | None = None, status: int = 200
) -> HttpResponse:
    card = found.warning
    title = _finding(card)
    context = {
        "found": found,
        "card": card,
        "title": title,
        "worded": _worded(card),
        "first_demands": found.evidence[:DEMANDS_AT_ONCE],
        "more_demands": found.evidence[DEMANDS_AT_ONCE:],
        "picture": warning_chart.pictures(found.days, since=card.first_day, title=title),
        "steps": [(ACTIONS[one.action], _said(one.detail), one) for one in found.steps],
        "list_name": found.checklist.name_en if reads_english() else found.checklist.name,
        "closing": wrong if isinstance(wrong, CloseForm) else CloseForm(),
        "wrong": wrong,
        "may_draft": access.allows(_actor(request), "insight.draft", area=card.area),
    }
    return render(request, "insight/warning.html", context, status=status)


def _said(detail: str) -> str:
    """The words for a level or an outcome; the detail itself, as the number of a task, when it is neither."""
    return str(LEVELS.get(detail, OUTCOMES.get(detail, detail)))


def _finding(card: WarningCard) -> str:
    if not card.matters:
        return _("%(title)s is forecast for %(area)s") % {"title": card.title, "area": card.area_name}
    return ngettext(
        "%(came)s demand about “%(title)s”, where %(usual)s is ordinary",
        "%(came)s demands about “%(title)s”, where %(usual)s is ordinary",
        card.came,
    ) % {"came": card.came, "title": card.title, "usual": count_of(card.expected)}


def _standing(found: list[WarningCard]) -> str:
    """The first line answers the question: is there anything?"""
    if not found:
        return _("No warning stands")
    gravest = [one for one in found if one.level == found[0].level]
    return ngettext(
        "%(n)s warning stands, %(many)s of the highest level: %(level)s",
        "%(n)s warnings stand, %(many)s of the highest level: %(level)s",
        len(found),
    ) % {"n": len(found), "many": len(gravest), "level": LEVELS[found[0].level]}


def _worded(card: WarningCard) -> _Worded:
    return _Worded(
        card,
        LEVELS[card.level],
        TAGS[card.level],
        STATES[card.state],
        KINDS[card.kind],
        OUTCOMES.get(card.outcome, ""),
        rarity(card.false_alarms),
        days_of(card.first_day, card.last_day),
        count_of(card.expected),
    )


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
