"""Whom we did not hear, for everybody to see."""

from collections.abc import Sequence
from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import PlaceHeard
from shuzhi.engines.fairness import LEAST_SHOWN

DAYS = 364


@require_safe
def hearing(request: HttpRequest) -> HttpResponse:
    """A year of demands beside the people: matters by voices and by people, towns by how much of them was heard."""
    since, until = services.last_days(DAYS)
    card = services.hearing(since=since, until=until)
    names = {one.code: one.name for one in registry.priority_groups()}
    context = {
        "card": card,
        "headline": _headline(card.places),
        "matters": [
            (one, _points(one.weighed - one.raw)) for one in card.matters if one.demands >= LEAST_SHOWN
        ],
        "places": [(one, _who(one, names)) for one in card.places],
        "since": since,
        "last_day": until - timedelta(days=1),
        "holding": services.holding(),
    }
    return render(request, "statistics/hearing.html", context)


def _headline(places: Sequence[PlaceHeard]) -> str:
    less = sum(one.less for one in places)
    if not places:
        return _("Nobody is registered, so nobody can be missed")
    if not less:
        return _("No place is heard less than its people make us expect")
    return ngettext(
        "%(n)s place of %(all)s is heard less than its people make us expect",
        "%(n)s places of %(all)s are heard less than their people make us expect",
        less,
    ) % {"n": less, "all": len(places)}


def _points(gap: float) -> str:
    """A difference of two shares in percentage points, with its sign; one that rounds to nothing has none."""
    return f"{points:+.1f}" if (points := round(100 * gap, 1)) else "0.0"


def _who(place: PlaceHeard, names: dict[str, str]) -> str:
    """The largest priority group of a place, in words."""
    if not place.groups:
        return ""
    group = max(place.groups, key=lambda one: (place.groups[one], one))
    return _("%(group)s: %(share)s") % {
        "group": names.get(group, group),
        "share": f"{100 * place.groups[group]:.0f}%",
    }
