"""Try a reform on the desk: amounts by sliders or an edited formula, who gains beside what it costs, scenarios kept."""

import csv
from datetime import date
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from shuzhi.domains.policy import services, shelf, telling
from shuzhi.domains.policy.cards import SimulationCard, TakeUp
from shuzhi.domains.policy.pages.books import actor
from shuzhi.domains.policy.services import Reform
from shuzhi.engines import rules
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused

AMOUNT = "amount."
KIND_LABELS = {
    "area": gettext_lazy("By area"),
    "decile": gettext_lazy("By income, from the poorest tenth"),
    "age_band": gettext_lazy("By age of the oldest"),
    "household_type": gettext_lazy("By household"),
}
LABELS = {
    "alone": gettext_lazy("lives alone"),
    "old_alone": gettext_lazy("old and alone"),
    "couple": gettext_lazy("two adults"),
    "adults": gettext_lazy("adults together"),
    "with_children": gettext_lazy("with children"),
    "three_generations": gettext_lazy("three generations"),
    "?": gettext_lazy("income unknown"),
}


@never_cache
@require_safe
def simulation(request: HttpRequest, code: str) -> HttpResponse:
    """The levers and, beside them, what the reform does."""
    by, day = actor(request), _day(request.GET)
    reform = _reform(request.GET, code, day, by)
    levers = services.levers(code, on=day, by=by)
    card, wrong, take_up = None, "", _take_up(request.GET)
    try:
        card = services.simulate(code, reform=reform, take_up=take_up, by=by)
    except Refused as refusal:
        wrong = refusal.sentence
    context = {
        "code": code,
        "title": _title(code),
        "day": day,
        "line": telling.yuan(reform.line_fen).replace(",", ""),
        "levers": [(one, reform.amounts.get(one.name, one.value)) for one in levers],
        "formulas": services.formulas_of(code, on=day, by=by),
        "take_up": take_up or TakeUp(),
        "rule": request.GET.get("rule", ""),
        "formula": request.GET.get("formula", ""),
        "scenarios": [(one, _query(one.asked)) for one in services.scenarios(code, by=by)],
        "may_propose": access.allows_somewhere(by, "policy.propose"),
        "query": request.GET.urlencode(),
        "wrong": wrong,
        **(_figures(card) if card else {}),
    }
    return render(request, "policy/simulation.html", context, status=422 if wrong else 200)


@never_cache
@require_safe
def table(request: HttpRequest, code: str) -> HttpResponse:
    """The figures as CSV, one line for each group."""
    by, day = actor(request), _day(request.GET)
    card = services.simulate(code, reform=_reform(request.GET, code, day, by), by=by)
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{code}-{card.scenario[:12]}.csv"'
    names = (
        "units",
        "unknown",
        "winners",
        "losers",
        "unchanged",
        "cost_before_fen",
        "cost_after_fen",
        "cost_fen",
    )
    writer = csv.writer(response)
    writer.writerow(["scenario", "synthetic", "kind", "group", *names])
    whole = [("all", "", card.figures)]
    groups = [
        (kind, label, one) for kind, found in card.figures["by"].items() for label, one in found.items()
    ]
    for kind, label, one in whole + groups:
        writer.writerow([card.scenario, "yes", kind, label, *(one[name] for name in names)])
    return response


@require_POST
def keep(request: HttpRequest, code: str) -> HttpResponse:
    """Keep this simulation as a scenario."""
    asked = QueryDict(request.POST.get("query", ""))
    by, day = actor(request), _day(asked)
    try:
        reform = _reform(asked, code, day, by)
        services.keep_scenario(code, title=request.POST.get("title", ""), reform=reform, by=by)
        messages.success(request, _("The scenario is kept."))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
    return redirect(f"{reverse('policy:simulation', args=[code])}?{asked.urlencode()}")


def _day(asked: QueryDict) -> date:
    return rules.day_of(asked.get("on", "")) or clock.today()


def _reform(asked: QueryDict, code: str, day: date, by: Actor) -> Reform:
    """What the form says; an amount that is left as it is changes nothing."""
    now = {one.name: one.value for one in services.levers(code, on=day, by=by)}
    amounts = {name: asked.get(AMOUNT + name, "").strip() for name in now}
    changed = {name: text for name, text in amounts.items() if text and text != now[name]}
    rule, formula = asked.get("rule", ""), asked.get("formula", "").strip()
    line = asked.get("line", "")
    return Reform(
        amounts=changed,
        formulas={rule: formula} if rule and formula else {},
        on=day,
        line_fen=int(line) * 100 if line.isdecimal() and len(line) <= 6 else services.LINE_FEN,
    )


def _take_up(asked: QueryDict) -> TakeUp | None:
    """Who claims, when months are asked for; a field left empty is everybody at once."""
    if "months" not in asked:
        return None
    return TakeUp(_number(asked, "first", 100), _number(asked, "final", 100), _number(asked, "ramp", 1))


def _number(asked: QueryDict, name: str, default: int) -> int:
    text = asked.get(name, "")
    return int(text) if text.isdecimal() and len(text) <= 3 else default


def _query(asked: dict[str, object]) -> str:
    """The address of a kept scenario."""
    amounts, formulas = asked["amounts"], asked["formulas"]
    assert isinstance(amounts, dict)
    assert isinstance(formulas, dict)
    pairs = {"on": str(asked["on"]), "line": str(int(str(asked["line_fen"])) // 100)}
    pairs |= {AMOUNT + name: str(amount) for name, amount in amounts.items()}
    for rule, formula in formulas.items():
        pairs |= {"rule": rule, "formula": formula}
    return urlencode(pairs)


def _title(code: str) -> str:
    card = next((book for book in services.books() if book.code == code), None)
    return "" if card is None else card.title_en if shelf.reads_english() else card.title


def _figures(card: SimulationCard) -> dict[str, object]:
    figures = card.figures
    changes = bool(figures["winners"] or figures["losers"])
    kinds = [
        (
            kind,
            KIND_LABELS[kind],
            [(LABELS.get(label, label), one) for label, one in figures["by"][kind].items()],
        )
        for kind in KIND_LABELS
        if changes and kind in figures["by"]
    ]
    return {
        "card": card,
        "figures": figures,
        "kinds": kinds,
        "finding": _finding(figures),
        "year": sum(new - old for _month, old, new in card.budget_fen),
        "sides": [(_("Law in force"), figures["before"]), (_("Reform"), figures["after"])],
        "changes": changes,
    }


def _finding(figures: dict[str, object]) -> str:
    """The title of the chart: what the reform does, in one sentence."""
    gain, lose, units = (int(str(figures[name])) for name in ("winners", "losers", "units"))
    if not gain and not lose:
        return _("Nobody gains or loses.")
    share = f"{100 * max(gain, lose) / units:.1f}"
    if gain >= lose:
        return _("%(share)s %% of households gain, %(n)s lose.") % {"share": share, "n": f"{lose:,}"}
    return _("%(share)s %% of households lose, %(n)s gain.") % {"share": share, "n": f"{gain:,}"}
