"""The rows behind a number, and the numbers that count a demand: for those who may read statistics."""

from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.definitions import EXCLUSIONS
from shuzhi.domains.statistics.grouping import CHANNELS
from shuzhi.domains.statistics.services.flowing import OUTCOMES, SELECT
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor

DAYS = 28
NARROWING = ("area", "category", "unit", "channel")


@never_cache
@require_safe
def rows(request: HttpRequest, name: str) -> HttpResponse:
    """Every demand or order that a measure of a period counts or leaves out, each with why."""
    by = _actor(request)
    access.require_somewhere(by, "statistics.read")
    defined = services.definition(name)
    first, last = services.last_days(DAYS)
    since = moment_of(request.GET.get("since", "")) or first
    until = moment_of(request.GET.get("until", "")) or last
    asked = {key: request.GET.get(key, "")[:32] for key in NARROWING}
    part = request.GET.get("part", "")[:32]
    page = services.rows_of_measure(
        name, since=since, until=until, part=part, after=request.GET.get("after", "")[:64], by=by, **asked
    )
    told = {"since": since.isoformat(), "until": until.isoformat(), **asked}
    context = {
        "definition": defined,
        "page": page,
        "since": since,
        "until": until,
        "narrowed": _narrowed(asked),
        "parts": _parts(defined.exclusions, part, told),
        "next": urlencode({**told, "part": part, "after": page.next_after}),
    }
    return render(request, "statistics/rows.html", context)


@never_cache
@require_safe
def flow_rows(request: HttpRequest) -> HttpResponse:
    """The orders behind a number of the flows, with what became of each."""
    first, last = services.last_days(DAYS)
    since = moment_of(request.GET.get("since", "")) or first
    until = moment_of(request.GET.get("until", "")) or last
    asked = {key: request.GET.get(key, "")[:32] for key in ("area", "category", "channel", "outcome")}
    page = services.rows_of_flow(
        since=since, until=until, after=request.GET.get("after", "")[:64], by=_actor(request), **asked
    )
    told = {"since": since.isoformat(), "until": until.isoformat(), **asked}
    context = {
        "page": page,
        "since": since,
        "until": until,
        "narrowed": _narrowed(asked),
        "outcomes": [
            (code, OUTCOMES.get(code, ""), code == asked["outcome"], urlencode({**told, "outcome": code}))
            for code in ("", *OUTCOMES)
        ],
        "select": SELECT.strip(),
        "next": urlencode({**told, "after": page.next_after}),
    }
    return render(request, "statistics/flow_rows.html", context)


@never_cache
@require_safe
def of_demand(request: HttpRequest, demand_id: int) -> HttpResponse:
    """Which figures count a demand, and as what."""
    by = _actor(request)
    found = services.figures_of_demand(demand_id, by=by)
    return render(request, "statistics/of_demand.html", {"found": found, "demand_id": demand_id})


def moment_of(written: str) -> datetime | None:
    """A moment as addresses carry it; one without a zone is of the county's clock. None for anything else."""
    try:
        return clock.moment_of(written)
    except ValueError:
        return None


def _narrowed(asked: dict[str, str]) -> list[str]:
    """What the list is narrowed to, in words."""
    found = []
    if asked["area"]:
        found.append(registry.get_area(asked["area"]).label)
    if asked["category"]:
        found.append(registry.get_category(asked["category"]).label)
    if asked.get("unit"):
        found.append(registry.get_unit(asked["unit"]).label)
    if asked["channel"]:
        found.append(str(CHANNELS[asked["channel"]]))
    return found


def _parts(exclusions: object, chosen: str, told: dict[str, str]) -> list[tuple[str, str, bool, str]]:
    """(code, label, chosen, query) of what a reader may look at alone."""
    codes = ["", "numerator", "denominator", *(str(code) for code in EXCLUSIONS if code in exclusions)]  # type: ignore[operator]
    return [
        (code, str(EXCLUSIONS.get(code, "")), code == chosen, urlencode({**told, "part": code}))
        for code in codes
    ]


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
