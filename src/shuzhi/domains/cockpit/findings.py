"""Titles that say what a figure shows, and no more than chance allows."""

from collections.abc import Callable, Sequence

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.domains.cockpit.cards import CockpitCard
from shuzhi.domains.statistics.cards import FlowCard, MeasureCard, TrendCard
from shuzhi.engines import fairness


def change_words(trend: TrendCard) -> tuple[str, str]:
    """(words, "good", "poor" or "") of how a figure stands against the period before."""
    now, before = trend.now.rate, trend.before.rate
    if now is None or before is None:
        return _("nothing to compare with"), ""
    if not trend.clear and trend.now.scale != "hours":
        return _("no clear change"), ""
    told = {"value": _difference(trend.now.scale, now, before)}
    if now == before:
        return _("as before"), ""
    words = _("%(value)s more than before") if now > before else _("%(value)s less than before")
    better = {"on_time_rate": 1, "satisfaction_rate": 1, "median_hours": -1}.get(trend.now.name, 0)
    judged = "" if not better else "good" if (now > before) == (better > 0) else "poor"
    return words % told, judged


def _difference(scale: str, now: float, before: float) -> str:
    gap = abs(now - before)
    if scale == "share":
        return _("%(points)s points") % {"points": f"{100 * gap:.1f}"}
    if scale == "hours":
        return _("%(hours)s hours") % {"hours": f"{gap:.0f}"}
    return f"{100 * gap / before:.0f}%" if before else f"{gap:.0f}"


def map_finding(cards: Sequence[MeasureCard], label: str) -> str:
    """The title of the map: where most is, or where it is worst, and only what chance does not explain."""
    if not cards:
        return _("%(measure)s: nothing to count yet") % {"measure": label}
    if cards[0].scale == "count":
        first, *others = sorted(cards, key=lambda one: -one.numerator)
        total = sum(one.numerator for one in cards)
        told = {"first": first.group_name, "share": f"{100 * first.numerator / total:.0f}%"}
        return _("%(first)s alone has %(share)s") % told if others else label
    sure = [one for one in cards if fairness.is_rankable(one.denominator) and one.rate is not None]
    if len(sure) < 2:
        return _("%(measure)s: too few to compare") % {"measure": label}
    worse = -1 if sure[0].name == "overdue_share" else 1
    first, *_others, last = sorted(sure, key=lambda one: worse * (one.rate or 0))
    counts = [fairness.Count(one.numerator, one.denominator) for one in (first, last)]
    if not fairness.differ(*counts, among=len(sure)):
        return _("%(measure)s: no clear difference between places") % {"measure": label}
    told = {"measure": label, "first": first.group_name, "rate": f"{100 * (first.rate or 0):.1f}%"}
    return _("%(measure)s is worst in %(first)s: %(rate)s") % told


def flow_finding(flows: Sequence[FlowCard], category_name: Callable[[str], str]) -> str:
    """The title of the flows: which matter holds most of what is late or overdue."""
    counted: dict[str, int] = {}
    for one in flows:
        if one.outcome in ("late", "overdue"):
            counted[one.category] = counted.get(one.category, 0) + one.orders
    total = sum(counted.values())
    if not total:
        return _("Nothing of this period is late")
    first = max(counted, key=lambda code: (counted[code], code))
    told = {
        "category": category_name(first),
        "share": f"{100 * counted[first] / total:.0f}%",
    }
    return _("%(category)s: %(share)s of what is late") % told


def issue_finding(card: CockpitCard) -> str:
    growing = sum(1 for one in card.issues if one.stage in ("growing", "emerging"))
    if not card.issues:
        return _("Nothing is reported by several people here")
    if not growing:
        return _("No issue is growing")
    return ngettext("%(n)s issue is growing", "%(n)s issues are growing", growing) % {"n": growing}
