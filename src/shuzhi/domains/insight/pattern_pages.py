"""Patterns on the desk: what was found, one finding with its demands, and who calls again."""

from dataclasses import dataclass
from itertools import groupby

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from shuzhi.domains.insight import pattern_chart, services
from shuzhi.domains.insight.discovering import SHOWN_DEMANDS
from shuzhi.domains.insight.pattern_cards import PatternCard, PatternPage
from shuzhi.domains.insight.pattern_words import KINDS, METHODS, certainty, finding, span
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access
from shuzhi.spine.actors import Actor

_CODE = 48


@dataclass(frozen=True)
class _Worded:
    """A finding in words."""

    card: PatternCard
    sentence: str
    certainty: str
    span: str


@dataclass(frozen=True)
class _Section:
    """Findings of one kind, and how they were looked for among how many."""

    kind: str
    title: str | Promise
    method: str | Promise
    looked: int
    findings: list[_Worded]


@never_cache
@require_safe
def patterns(request: HttpRequest) -> HttpResponse:
    """What belongs together more than chance explains, kind by kind, and who calls again."""
    by = _actor(request)
    wanted = {name: request.GET.get(name, "").strip()[:_CODE] for name in ("area", "category")}
    found = services.patterns(**wanted, by=by)
    groups = services.returning_groups(by=by)
    context = {
        "found": found,
        "title": _headline(found),
        "sections": _sections(found),
        "wanted": wanted,
        "areas": registry.areas(level="county"),
        "categories": registry.categories(level=1),
        "groups": groups,
        "told": [one for one in groups if one.callers is not None],
        "untold": sum(one.callers is None for one in groups),
        "callers": services.returning_callers(by=by) if access.allows_somewhere(by, "intake.contact") else [],
    }
    return render(request, "insight/patterns.html", context)


@never_cache
@require_safe
def pattern(request: HttpRequest, pattern_id: int) -> HttpResponse:
    """One finding: how certain it is, how it was found, its picture, and the demands that belong together."""
    found = services.pattern(pattern_id, by=_actor(request))
    worded = _worded(found.pattern)
    context = {
        "found": found,
        "worded": worded,
        "card": found.pattern,
        "method": METHODS[found.pattern.kind],
        "picture": pattern_chart.pictures(found, title=worded.sentence),
        "bars": [
            (label, count, at in found.marked)
            for at, (label, count) in enumerate(zip(pattern_chart.labels(found), found.series, strict=True))
        ],
        "usual": pattern_chart.ordinary(found),
        "cut": len(found.evidence) >= SHOWN_DEMANDS,
    }
    return render(request, "insight/pattern.html", context)


def _headline(found: PatternPage) -> str:
    if not found.items:
        return _("Nothing is more than chance explains")
    return ngettext(
        "%(n)s thing belongs together more than chance explains",
        "%(n)s things belong together more than chance explains",
        len(found.items),
    ) % {"n": len(found.items)}


def _sections(found: PatternPage) -> list[_Section]:
    looked = found.run.looked if found.run else {}
    told = {kind: list(cards) for kind, cards in groupby(found.items, key=lambda one: one.kind)}
    return [
        _Section(
            kind,
            KINDS[kind],
            METHODS[kind],
            looked.get(kind, 0),
            [_worded(one) for one in told.get(kind, [])],
        )
        for kind in KINDS
    ]


def _worded(card: PatternCard) -> _Worded:
    return _Worded(card, finding(card), certainty(card), span(card))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor
