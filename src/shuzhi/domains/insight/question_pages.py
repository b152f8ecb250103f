"""The decision desk: the list of questions, one question from evidence to effect, and what people do with it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from shuzhi.domains.insight import question_shown as shown
from shuzhi.domains.insight import services
from shuzhi.domains.insight.cards import IssueCard
from shuzhi.domains.insight.decision_cards import QuestionDetail
from shuzhi.domains.insight.question_forms import (
    BecauseForm,
    DecideForm,
    DoneForm,
    EvidenceForm,
    NumberForm,
    OptionForm,
    QuestionForm,
    TaskForm,
)
from shuzhi.domains.insight.questions import STATE_LABELS, State
from shuzhi.domains.insight.warning_cards import WarningCard
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

Data = Mapping[str, Any]


@dataclass(frozen=True)
class Step:
    """What a form on the page of a question does. made: what is said afterwards."""

    form: Callable[[Any, QuestionDetail, Actor], Form]
    act: Callable[[int, Data, Form, Actor], object]
    made: Promise


def _plain(data: Any, found: QuestionDetail, by: Actor) -> Form:
    return Form(data)


STEPS: Mapping[str, Step] = {
    "change": Step(
        lambda data, found, by: _question_form(data, found),
        lambda number, told, form, by: services.change_question(number, form.draft(), by=by),  # type: ignore[attr-defined]
        gettext_lazy("The words are kept."),
    ),
    "evidence": Step(
        lambda data, found, by: EvidenceForm(data, sources=shown.sources(found, by)),
        lambda number, told, form, by: services.add_evidence(
            number, **shown.chosen_source(told["what"]), note=told["note"], by=by
        ),
        gettext_lazy("The evidence is taken down with its figures of now."),
    ),
    "drop-evidence": Step(
        lambda data, found, by: NumberForm(data),
        lambda number, told, form, by: services.drop_evidence(number, evidence_id=told["number"], by=by),
        gettext_lazy("The evidence is taken out."),
    ),
    "option": Step(
        lambda data, found, by: OptionForm(data),
        lambda number, told, form, by: services.add_option(number, form.option(), by=by),  # type: ignore[attr-defined]
        gettext_lazy("The option is added."),
    ),
    "drop-option": Step(
        lambda data, found, by: NumberForm(data),
        lambda number, told, form, by: services.drop_option(number, number=told["number"], by=by),
        gettext_lazy("The option is taken out."),
    ),
    "put-forward": Step(
        _plain,
        lambda number, told, form, by: services.put_forward(number, by=by),
        gettext_lazy("The question now waits for a leader."),
    ),
    "withdraw": Step(
        _plain,
        lambda number, told, form, by: services.withdraw_question(number, by=by),
        gettext_lazy("The question is withdrawn."),
    ),
    "send-back": Step(
        lambda data, found, by: BecauseForm(data),
        lambda number, told, form, by: services.send_back(number, **told, by=by),
        gettext_lazy("The question goes back to be worked on."),
    ),
    "decide": Step(
        lambda data, found, by: DecideForm(data, options=shown.option_choices(found)),
        lambda number, told, form, by: services.decide(number, **told, by=by),
        gettext_lazy("It is decided. The ledger seals the record."),
    ),
    "task": Step(
        lambda data, found, by: TaskForm(data, units=shown.unit_choices()),
        lambda number, told, form, by: services.give_task(number, **told, by=by),
        gettext_lazy("The unit has the task and was told."),
    ),
}


@never_cache
@require_safe
def questions(request: HttpRequest) -> HttpResponse:
    """What waits for a decision, what is being prepared, what was decided."""
    by = _actor(request)
    state = request.GET.get("state", "")
    wanted = state if state in set(State) else ""
    about = _number(request.GET.get("issue", ""))
    issue = services.issue(about, by=by).issue if about else None
    found = services.questions(
        state=wanted, issue=issue.id if issue else None, after=request.GET.get("after", ""), by=by
    )
    context = {
        "found": found,
        "rows": [shown.Listed(one) for one in found.items],
        "state": wanted,
        "issue": issue,
        "states": STATE_LABELS.items(),
        "waiting": services.count_waiting(by=by),
        "may_draft": access.allows_somewhere(by, "insight.draft"),
    }
    return render(request, "insight/questions.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new_question(request: HttpRequest) -> HttpResponse:
    """Begin a question, perhaps about a hot issue."""
    by = _actor(request)
    access.require_somewhere(by, "insight.draft")
    number, warned = (_number(request.GET.get(name, "")) for name in ("issue", "warning"))
    issue = services.issue(number, by=by).issue if number else None
    warning = services.warning(warned, by=by).warning if warned else None
    start = _about(issue or warning)
    form = QuestionForm(request.POST or None, **shown.places(start), initial=start)
    if form.is_valid():
        try:
            made = services.draft_question(
                form.draft(),
                issue_id=issue.id if issue else None,
                warning_id=warning.id if warning else None,
                by=by,
            )
            return redirect("insight:question", made)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    context = {"form": form, "issue": issue, "warning": warning}
    return render(request, "insight/question_new.html", context, status=422 if form.errors else 200)


def _about(what: IssueCard | WarningCard | None) -> dict[str, str]:
    """What a question begins with that is about an issue or a warning."""
    if isinstance(what, WarningCard):
        matter = what.matters[0].category if what.matters else ""
        return {"title": what.title, "area": what.place or what.area, "category": matter}
    return {"title": what.title, "area": what.area, "category": what.category} if what else {}


def _number(told: str) -> int:
    return int(told) if told.isdecimal() and len(told) < 19 else 0


@never_cache
@require_safe
def question(request: HttpRequest, question_id: int) -> HttpResponse:
    """One question with everything that it rests on, and what may be done with it now."""
    return _show(request, services.question(question_id, by=_actor(request)))


@require_POST
def step(request: HttpRequest, question_id: int, name: str) -> HttpResponse:
    """Do what one of the page's forms asks; what was typed is shown again with the mistake or the refusal beside it."""
    if name not in STEPS:
        raise Http404
    by, wanted = _actor(request), STEPS[name]
    found = services.question(question_id, by=by)
    form = wanted.form(request.POST, found, by)
    if form.is_valid():
        try:
            wanted.act(question_id, form.cleaned_data, form, by)
            messages.success(request, str(wanted.made))
            return redirect("insight:question", question_id)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _show(request, services.question(question_id, by=by), wrong=(name, form))


@require_POST
def supersede(request: HttpRequest, question_id: int) -> HttpResponse:
    """Begin the question that is to replace a decision."""
    try:
        made = services.draft_successor(question_id, by=_actor(request))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("insight:question", question_id)
    messages.success(
        request, _("This question replaces the decision once it is decided. Until then the decision holds.")
    )
    return redirect("insight:question", made)


@never_cache
@require_safe
def record(request: HttpRequest, question_id: int) -> HttpResponse:
    """The record of a decision, to the byte what the ledger's fingerprint was made of."""
    text = services.decision_record(question_id, by=_actor(request))
    return HttpResponse(
        text.encode(),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="decision-{question_id}.json"'},
    )


@never_cache
@require_safe
def waiting(request: HttpRequest) -> HttpResponse:
    """Part of the leaders' page: how many questions wait for the reader's decision; nothing when there is none."""
    return render(request, "insight/waiting.html", {"waiting": services.count_waiting(by=_actor(request))})


@never_cache
@require_safe
def tasks(request: HttpRequest) -> HttpResponse:
    """What decisions ask of the actor's units."""
    return _tasks(request)


@require_POST
def finish(request: HttpRequest, task_id: int) -> HttpResponse:
    form = DoneForm(request.POST)
    if form.is_valid():
        try:
            services.finish_task(task_id, told=form.cleaned_data["told"], by=_actor(request))
            messages.success(request, _("The task is reported as done."))
            return redirect("insight:tasks")
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _tasks(request, wrong=(task_id, form))


def _tasks(request: HttpRequest, wrong: tuple[int, Form] | None = None) -> HttpResponse:
    found = services.tasks_of_my_units(by=_actor(request))
    context = {
        "open": [shown.Tasked(one) for one in found if not one.done_at],
        "done": [shown.Tasked(one) for one in found if one.done_at],
        "wrong": wrong[1] if wrong else None,
        "wrong_task": wrong[0] if wrong else 0,
    }
    return render(request, "insight/tasks.html", context, status=422 if wrong else 200)


def _show(request: HttpRequest, found: QuestionDetail, wrong: tuple[str, Form] | None = None) -> HttpResponse:
    by, card = _actor(request), found.question
    can = {
        name: access.allows(by, f"insight.{name}", area=card.area) for name in ("draft", "decide", "assign")
    }
    forms: dict[str, Form] = {
        "change": _question_form(None, found),
        "evidence": EvidenceForm(sources=shown.sources(found, by))
        if card.state == State.DRAFTING
        else Form(),
        "option": OptionForm(),
        "send_back": BecauseForm(),
        "decide": DecideForm(options=shown.option_choices(found), initial={"starts_on": clock.today()}),
        "task": TaskForm(units=shown.unit_choices()),
    }
    if wrong:
        forms[wrong[0].replace("-", "_")] = wrong[1]
    context = {
        "found": found,
        "card": card,
        "shown": shown.Shown(found),
        "effect": shown.ShownEffect(services.effect(card.id, by=by)) if card.starts_on else None,
        "forms": forms,
        "wrong": wrong[1] if wrong else None,
        "wrong_form": wrong[0] if wrong else "",
        "can": can,
    }
    return render(request, "insight/question.html", context, status=422 if wrong else 200)


def _question_form(data: Any, found: QuestionDetail) -> QuestionForm:
    card = found.question
    initial = {
        "title": card.title,
        "background": found.background,
        "basis": found.basis,
        "risk": found.risk,
        "area": card.area,
        "category": card.category,
    }
    return QuestionForm(data, **shown.places(initial), initial=initial)


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
