"""Each need in words: what it is, its basis in figures, and what may be done about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shuzhi.domains.cockpit.addresses import rows_address
from shuzhi.domains.cockpit.cards import View
from shuzhi.domains.cockpit.choosing import Kind, Need
from shuzhi.domains.cockpit.services import BEGINNING
from shuzhi.domains.insight.warning_words import TAGS, count_of, rarity
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import QUANTITIES
from shuzhi.spine.errors import NotFound


@dataclass(frozen=True)
class Way:
    """Something that may be done. address: where; "" when it is done elsewhere."""

    label: str
    why: str
    address: str


@dataclass(frozen=True)
class NeedShown:
    tag: str
    word: str
    title: str
    basis: tuple[tuple[str, str], ...]
    ways: tuple[Way, ...]


def shown_need(need: Need, view: View) -> NeedShown:
    tag, word = {
        Kind.WARNING: (TAGS.get(need.other, ""), _WARNED.get(need.other, "")),
        Kind.ISSUE: ("bad", _("Needs a decision")),
        Kind.OVERDUE: ("warn", _("To coordinate")),
        Kind.FALLING: ("warn", _("Going red")),
        Kind.RISING: ("ok", _("Good news")),
    }[need.kind]
    basis, ways = _TELLERS[need.kind](need, view)
    return NeedShown(tag, str(word), _title(need), tuple(basis), tuple(ways))


def _title(need: Need) -> str:
    values = {"title": need.title} | {one.name: one.value for one in need.facts}
    if need.kind in (Kind.WARNING, Kind.ISSUE):
        return need.title
    if need.kind is Kind.OVERDUE:
        n = int(values["overdue"])
        return ngettext(
            "%(title)s: %(n)s overdue order, %(share)s of all",
            "%(title)s: %(n)s overdue orders, %(share)s of all",
            n,
        ) % {"title": need.title, "n": n, "share": f"{100 * float(values['share']):.0f}%"}
    told = {
        "title": need.title,
        "now": f"{100 * float(values['rate']):.1f}%",
        "before": f"{100 * float(values['rate_before']):.1f}%",
    }
    if need.kind is Kind.FALLING:
        return _("%(title)s answers in time less often: %(before)s, now %(now)s") % told
    return _("%(title)s answers in time more often: %(before)s, now %(now)s") % told


def _number(need: Need, name: str) -> int:
    return round(need.fact(name) or 0)


def _of_warning(need: Need, view: View) -> tuple[list[tuple[str, str]], list[Way]]:
    basis = [(rarity(need.fact("false_alarms") or 0.0), "")]
    if came := _number(need, "came"):
        told = ngettext("%(n)s demand came", "%(n)s demands came", came) % {"n": came}
        usual = _("ordinary: %(n)s") % {"n": count_of(need.fact("expected") or 0.0)}
        basis.insert(0, (told, usual))
    basis += [
        (f"{of.label} {one.value:g} {of.unit}", "") for one in need.facts if (of := QUANTITIES.get(one.name))
    ]
    warning = reverse("insight:warning", args=[need.code])
    ways = [
        Way(_("See what came and where"), _("Day by day, with the demands behind it."), warning),
        Way(_("Open its checklist"), _("What is to be done, and what is done."), f"{warning}#todo"),
        Way(
            _("All early warnings"),
            _("What else stands, and what turned out to be true."),
            reverse("insight:warnings"),
        ),
    ]
    return basis, ways


def _of_issue(need: Need, view: View) -> tuple[list[tuple[str, str]], list[Way]]:
    issue = reverse("insight:issue", args=[need.code])
    week, before = _number(need, "last_week"), _number(need, "week_before")
    basis = [
        (
            ngettext("%(n)s person", "%(n)s people", _number(need, "people"))
            % {"n": _number(need, "people")},
            ngettext("%(n)s demand so far", "%(n)s demands so far", _number(need, "demands"))
            % {"n": _number(need, "demands")},
        ),
        (_("last 7 days: %(n)s") % {"n": week}, _("the 7 before: %(n)s") % {"n": before}),
    ]
    owner = _unit_name(need.other)
    ways = [
        Way(_("Ask what %(unit)s plans") % {"unit": owner}, _("It answers for the issue as a whole."), issue)
        if owner
        else Way(_("Name one unit that answers for it"), _("Nobody answers for it as a whole yet."), issue),
        Way(
            _("See what ended it before"),
            _("Earlier issues like it stand beside it, with their outcomes."),
            issue,
        ),
        *_desk(need),
    ]
    return basis, ways


def _desk(need: Need) -> Iterator[Way]:
    """What the decision desk has about it, and where a question about it is begun."""
    query = urlencode({"issue": need.code})
    yield Way(
        _("Prepare a decision"),
        _("Evidence, options, risk, record."),
        f"{reverse('insight:questions')}?{query}",
    )


def _of_overdue_here(need: Need, view: View) -> tuple[list[tuple[str, str]], list[Way]]:
    rows = rows_address("overdue_share", view, unit=need.code, part="numerator", since=BEGINNING.isoformat())
    told = {"n": _number(need, "overdue"), "open": _number(need, "open")}
    basis = [(_("%(n)s of %(open)s that wait for its answer here") % told, "")]
    ways = [
        Way(_("Read the overdue orders"), _("Those of this place and matter."), rows),
        Way(
            _("Compare with its peers"),
            _("Whether others have the same trouble."),
            reverse("casework:board"),
        ),
    ]
    return basis, ways


def _of_overdue(need: Need, view: View) -> tuple[list[tuple[str, str]], list[Way]]:
    if view.area or view.category:
        return _of_overdue_here(need, view)
    red = f"{reverse('casework:orders')}?{urlencode({'unit': need.code, 'level': 'red', 'order': 'due'})}"
    supervised = _number(need, "supervised")
    basis = [
        (
            _("%(n)s of %(open)s open orders")
            % {"n": _number(need, "overdue"), "open": _number(need, "open")},
            _("not signed in yet: %(n)s") % {"n": _number(need, "unsigned")},
        ),
        (_("under supervision: %(n)s") % {"n": supervised}, ""),
    ]
    rest = _number(need, "overdue") - supervised
    ways = [
        Way(_("Read the overdue orders"), _("The longest overdue first."), red),
        Way(_("Have them supervised"), _("%(n)s are not yet.") % {"n": rest}, red)
        if rest > 0
        else Way(_("Call the unit in"), _("All of them are supervised already."), red),
        Way(
            _("Compare with its peers"),
            _("Whether others have the same trouble."),
            reverse("casework:board"),
        ),
    ]
    return basis, ways


def _of_unit(need: Need, view: View) -> tuple[list[tuple[str, str]], list[Way]]:
    rows = rows_address("on_time_rate", view, unit=need.code)
    n = _number(need, "lost")
    basis = [
        (
            ngettext("%(n)s order", "%(n)s orders", _number(need, "orders")) % {"n": _number(need, "orders")},
            _("about %(n)s fewer in time than before") % {"n": n}
            if need.kind is Kind.FALLING
            else _("about %(n)s more in time than before") % {"n": n},
        ),
        (_("more than chance explains"), _("among all units looked at")),
    ]
    measure = reverse("statistics:measure", args=["on_time_rate"])
    if need.kind is Kind.RISING:
        return basis, [
            Way(_("Ask what it did differently"), _("Others may do the same."), rows),
            Way(_("How this is counted"), _("Definition and SQL."), measure),
        ]
    return basis, [
        Way(_("Read the late orders"), _("Where the time went."), rows + "&part=denominator"),
        Way(
            _("See whether its work changed"),
            _("Other matters take other times."),
            f"{reverse('statistics:figures')}?measure=on_time_rate#categories",
        ),
    ]


_WARNED = {"red": gettext_lazy("Red warning"), "orange": gettext_lazy("Orange warning")}
_TELLERS = {
    Kind.WARNING: _of_warning,
    Kind.ISSUE: _of_issue,
    Kind.OVERDUE: _of_overdue,
    Kind.FALLING: _of_unit,
    Kind.RISING: _of_unit,
}


def _unit_name(code: str) -> str:
    try:
        return registry.get_unit(code).label if code else ""
    except NotFound:
        return code
