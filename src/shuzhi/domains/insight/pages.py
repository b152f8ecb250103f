"""Hot issues on the desk: the list by heat, one issue with its reasons, and what people may do with it."""

from collections.abc import Callable
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.insight import services
from shuzhi.domains.insight.cards import IssueCard, IssueDetail
from shuzhi.domains.insight.clustering import block_of
from shuzhi.domains.insight.decision_cards import QuestionCard
from shuzhi.domains.insight.forms import ConfirmForm, MergeForm, SplitForm
from shuzhi.domains.insight.heat import STAGE_LABELS
from shuzhi.domains.insight.naming import area_name, category_name, unit_name
from shuzhi.domains.insight.question_shown import Listed, ShownEffect
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

_CODE_LENGTH = 12
MEMBERS_LISTED = 50  # demands on the page of an issue at first, the newest
_DOTS = 60
PEOPLE = ("1", "2", "3", "5", "10", "20")
USUAL_PEOPLE = 2


@never_cache
@require_safe
def issues(request: HttpRequest) -> HttpResponse:
    """What many people report, hottest first."""
    wanted = {name: request.GET.get(name, "").strip()[:60] for name in ("stage", "area", "category", "words")}
    people = request.GET.get("people", "")
    least = int(people) if people in PEOPLE else USUAL_PEOPLE
    order = "need" if request.GET.get("order") == "need" else "heat"
    found = services.hot_issues(
        stage=wanted["stage"],
        area=wanted["area"],
        category=wanted["category"],
        words=wanted["words"],
        people=least,
        order=order,
        after=request.GET.get("after", ""),
        by=_actor(request),
    )
    context = {
        "found": found,
        "rows": [(one, _named(one)) for one in found.items],
        "wanted": wanted,
        "query": urlencode(
            {name: value for name, value in {**wanted, "people": least, "order": order}.items() if value}
        ),
        "order": order,
        "people": [(int(one), int(one) == least) for one in PEOPLE],
        "stages": {str(stage): label for stage, label in STAGE_LABELS.items()},
        "areas": registry.areas(level="county"),
        "categories": registry.categories(level=1),
    }
    return render(request, "insight/issues.html", context)


@never_cache
@require_safe
def issue(request: HttpRequest, issue_id: int) -> HttpResponse:
    """One issue: why it is one, what it is about, when and where, whose it is, and what was done with it."""
    return _show(request, services.issue(issue_id, by=_actor(request)))


@require_POST
def merge(request: HttpRequest, issue_id: int) -> HttpResponse:
    by = _actor(request)

    def act(form: Form) -> HttpResponse:
        into = form.cleaned_data["into"]
        services.merge(issue_id, into=into, because=form.cleaned_data["because"], by=by)
        messages.success(request, _("The issue was joined to number %(id)s.") % {"id": into})
        return redirect("insight:issue", into)

    return _take(request, issue_id, "merging", MergeForm(request.POST), act)


@require_POST
def split(request: HttpRequest, issue_id: int) -> HttpResponse:
    by = _actor(request)
    members = [one.demand_id for one in services.issue(issue_id, by=by).members]

    def act(form: Form) -> HttpResponse:
        told = form.cleaned_data
        other = services.split(issue_id, demands=told["demands"], because=told["because"], by=by)
        messages.success(request, _("The chosen demands are now issue %(id)s.") % {"id": other})
        return redirect("insight:issue", issue_id)

    return _take(request, issue_id, "splitting", SplitForm(request.POST, members), act)


@require_POST
def confirm(request: HttpRequest, issue_id: int) -> HttpResponse:
    by = _actor(request)

    def act(form: Form) -> HttpResponse:
        services.confirm(issue_id, **form.cleaned_data, by=by)
        messages.success(request, _("The issue is confirmed."))
        return redirect("insight:issue", issue_id)

    return _take(request, issue_id, "confirming", ConfirmForm(request.POST, units=_units()), act)


@require_POST
def undo(request: HttpRequest, issue_id: int) -> HttpResponse:
    number = request.POST.get("judgement", "")
    services.undo(int(number) if number.isdecimal() and len(number) < 19 else 0, by=_actor(request))
    messages.success(request, _("The change was taken back."))
    return redirect("insight:issue", issue_id)


@never_cache
@require_safe
def of_demand(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Part of the order's page: the hot issue that its demand belongs to; nothing when there is none."""
    by = _actor(request)
    found = (
        services.issue_of_demand(demand_id, by=by) if access.allows_somewhere(by, "insight.read") else None
    )
    return render(request, "insight/of_demand.html", {"issue": found})


def _take(
    request: HttpRequest, issue_id: int, name: str, form: Form, act: Callable[[Form], HttpResponse]
) -> HttpResponse:
    """Do what a form asks; what was typed is shown again with the mistake, or the refusal, beside it."""
    if form.is_valid():
        try:
            return act(form)
        except Refused as refusal:
            form.add_error(None, refusal.sentence)
    return _show(request, services.issue(issue_id, by=_actor(request)), status=422, **{name: form})


def _show(request: HttpRequest, found: IssueDetail, *, status: int = 200, **forms: Form) -> HttpResponse:
    card, by = found.issue, _actor(request)
    asked = {
        "merging": MergeForm(),
        "confirming": ConfirmForm(units=_units(), initial={"title": card.title, "owner": card.owner}),
    } | forms
    listed = found.members if "all" in request.GET or forms else found.members[:MEMBERS_LISTED]
    context = {
        "found": found,
        "listed": listed,
        "issue": card,
        "names": _named(card),
        "stage": STAGE_LABELS[card.stage],  # type: ignore[index]
        "days": [count for _day, count in found.days],
        "span": (found.days[0][0], found.days[-1][0]) if found.days else None,
        "peak": max(found.days, key=lambda one: one[1], default=None),
        "units": [(unit_name(code), count) for code, count in found.units],
        "map": _map(found),
        "stages": STAGE_LABELS.items(),
        "decisions": [(Listed(one), _effect_of(one, by)) for one in found.decisions],
        "similar": [(one, unit_name(one.unit)) for one in found.similar],
        "may_draft": access.allows(by, "insight.draft", area=card.area) and not found.merged_into,
        "may_edit": access.allows(by, "insight.edit", area=card.area) and not found.merged_into,
        "wrong": next((form for form in forms.values()), None),
        **asked,
    }
    return render(request, "insight/issue.html", context, status=status)


def _effect_of(card: QuestionCard, by: Actor) -> ShownEffect | None:
    return ShownEffect(services.effect(card.id, by=by)) if card.starts_on else None


def _map(found: IssueDetail) -> str:
    """The address of a picture of the town with a dot for each demand that says where it is; "" without any.

    Who gave no point stands in the middle of the community.
    """
    block = block_of(found.issue.area)
    if not block:
        return ""
    view = block.ljust(_CODE_LENGTH, "0")
    middles = {one.code: (one.lat, one.lng) for one in registry.areas(parent=view)}
    told = [(one.lat, one.lng) if one.lat is not None else middles.get(one.area) for one in found.members]
    points = [
        f"{lat:.5f},{lng:.5f}" for lat, lng in filter(None, told) if lat is not None and lng is not None
    ]
    if not points:
        return ""
    return f"{reverse('intake:map')}?{urlencode({'view': view, 'dot': points[:_DOTS]}, doseq=True)}"


def _named(card: IssueCard) -> dict[str, str]:
    return {
        "area": area_name(card.area),
        "category": category_name(card.category),
        "owner": unit_name(card.owner),
        "stage": str(STAGE_LABELS[card.stage]),  # type: ignore[index]
    }


def _units() -> list[tuple[str, str]]:
    return [(unit.code, unit.label) for unit in registry.units()]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
