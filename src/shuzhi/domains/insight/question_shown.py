"""Questions, evidence and effects in words that people read, and what a form offers to choose from."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.domains.insight.decision_cards import (
    EffectCard,
    EvidenceCard,
    OptionCard,
    QuestionCard,
    QuestionDetail,
    TaskCard,
)
from shuzhi.domains.insight.heat import STAGE_LABELS
from shuzhi.domains.insight.naming import area_name, category_name, unit_name, yuan
from shuzhi.domains.insight.questions import LACKS, STATE_LABELS, State
from shuzhi.domains.insight.warning_words import LEVELS, count_of, days_of
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import QUANTITIES
from shuzhi.domains.statistics import services as statistics
from shuzhi.spine.actors import Actor

Choices = list[tuple[str, str]]
_TONES = {State.WAITING: "warn", State.DECIDED: "ok", State.SUPERSEDED: "bad", State.WITHDRAWN: "bad"}
_AREA_LEVELS = ("city", "county", "town", "subdistrict")
_ISSUES_OFFERED = 20


@dataclass(frozen=True)
class Listed:
    card: QuestionCard

    @property
    def state(self) -> str:
        return str(STATE_LABELS[State(self.card.state)])

    @property
    def tone(self) -> str:
        return _TONES.get(State(self.card.state), "")

    @property
    def place(self) -> str:
        return " · ".join(filter(None, (area_name(self.card.area), category_name(self.card.category))))


@dataclass(frozen=True)
class Tasked:
    card: TaskCard

    @property
    def unit(self) -> str:
        return unit_name(self.card.unit)


@dataclass(frozen=True)
class Weighed:
    """A piece of evidence. said: its figures as a sentence.   link: where it can be looked at."""

    card: EvidenceCard

    @property
    def said(self) -> str:
        return _SAID[self.card.kind](self.card.figures)

    @property
    def link(self) -> str:
        if self.card.kind == "issue":
            return reverse("insight:issue", args=[int(self.card.reference)])
        if self.card.kind == "warning":
            return reverse("insight:warning", args=[int(self.card.reference)])
        if self.card.kind == "measure":
            return reverse("statistics:measure", args=[self.card.reference.partition(":")[0]])
        return ""


@dataclass(frozen=True)
class Shown:
    """A question on its page."""

    found: QuestionDetail

    @property
    def listed(self) -> Listed:
        return Listed(self.found.question)

    @property
    def lacks(self) -> list[str]:
        return [str(LACKS[name]) for name in self.found.lacking]

    @property
    def evidence(self) -> list[Weighed]:
        return [Weighed(one) for one in self.found.evidence]

    @property
    def tasks(self) -> list[Tasked]:
        return [Tasked(one) for one in self.found.tasks]

    @property
    def chosen(self) -> OptionCard | None:
        return next((one for one in self.found.options if one.number == self.found.question.chosen), None)

    @property
    def road(self) -> list[tuple[str, str]]:
        """The way from question to effect: each stop with "done", "here" or "" as where it stands."""
        card, found = self.found.question, self.found
        decided = card.state in (State.DECIDED, State.SUPERSEDED)
        reached = (
            (_("Question"), bool(found.background and found.basis)),
            (_("Evidence"), bool(found.evidence)),
            (_("Options"), len(found.options) > 1),
            (_("Risk"), bool(found.risk)),
            (_("Decision"), decided),
            (_("Tasks"), decided and bool(found.tasks) and card.tasks == card.tasks_done),
        )
        first = next((label for label, there in reached if not there), "")
        return [(label, "done" if there else "here" if label == first else "") for label, there in reached]


@dataclass(frozen=True)
class ShownEffect:
    """An effect with its finding as a title."""

    card: EffectCard

    @property
    def finding(self) -> str:
        card = self.card
        if card.why_not == "too_early":
            return _("Too early to say what the decision changed")
        if card.why_not or card.change is None or card.low is None or card.high is None:
            return _("Too few demands to say what the decision changed")
        low, high = sorted((abs(card.low), abs(card.high)))
        told = {"share": _percent(card.change), "low": f"{100 * low:.0f}%", "high": f"{100 * high:.0f}%"}
        if not card.clear:
            return _("No clear change of demands since the decision")
        if card.change < 0:
            return (
                _("%(share)s fewer demands than expected since the decision (95%%: %(low)s to %(high)s)")
                % told
            )
        return _("%(share)s more demands than expected since the decision (95%%: %(low)s to %(high)s)") % told

    @property
    def interval(self) -> str:
        card = self.card
        if card.low is None or card.high is None:
            return ""
        return _("95%% interval of the change: %(low)s to %(high)s") % {
            "low": f"{100 * card.low:+.0f}%",
            "high": f"{100 * card.high:+.0f}%",
        }

    @property
    def weeks(self) -> list[tuple[int, int, str, bool]]:
        """(week counted from the decision, came, expected, whether a day is missing) for the table below the chart."""
        expected = [f"{one:.1f}" for one in self.card.expected] or [""] * len(self.card.came)
        return [
            (place - self.card.before, came, expected[place], place in self.card.incomplete)
            for place, came in enumerate(self.card.came)
        ]


def _percent(share: float) -> str:
    return f"{100 * abs(share):.0f}%"


def _issue_said(figures: Mapping[str, Any]) -> str:
    told = {
        "people": figures["people"],
        "demands": figures["demands"],
        "stage": STAGE_LABELS[figures["stage"]],
    }
    return (
        ngettext(
            "%(people)s person, %(demands)s demands, %(stage)s",
            "%(people)s people, %(demands)s demands, %(stage)s",
            figures["people"],
        )
        % told
    )


def _measure_said(figures: Mapping[str, Any]) -> str:
    rate, scale = figures["rate"], figures["scale"]
    since, until = (datetime.fromisoformat(figures[name]).date() for name in ("since", "until"))
    first, last = (formats.date_format(day, _("j M Y")) for day in (since, until - timedelta(days=1)))
    told = {"of": figures["denominator"], "since": first, "until": last}
    if scale == "hours":
        return _("%(rate)s hours, of %(of)s (%(since)s to %(until)s)") % (told | {"rate": f"{rate:.0f}"})
    if scale == "fen":
        return _("%(rate)s yuan, of %(of)s (%(since)s to %(until)s)") % (told | {"rate": yuan(round(rate))})
    told |= {name: f"{100 * figures[name]:.1f}%" for name in ("rate", "low", "high")}
    return _("%(rate)s of %(of)s, 95%%: %(low)s to %(high)s (%(since)s to %(until)s)") % told


def _scenario_said(figures: Mapping[str, Any]) -> str:
    told = {
        "cost": yuan(figures["cost_fen"]),
        "winners": f"{figures['winners']:,}",
        "losers": f"{figures['losers']:,}",
        "households": f"{figures['households']:,}",
    }
    return (
        _(
            "costs %(cost)s yuan more each period; %(winners)s households gain, %(losers)s lose, of %(households)s"
            " (synthetic population)"
        )
        % told
    )


def _warning_said(figures: Mapping[str, Any]) -> str:
    level = LEVELS[figures["level"]]
    if not figures["came"]:
        of = QUANTITIES[figures["quantity"]]
        told = {"level": level, "what": of.label, "value": f"{figures['reading']:g}", "unit": of.unit}
        return _("%(level)s: %(what)s %(value)s %(unit)s") % told
    days = days_of(*(date.fromisoformat(figures[name]) for name in ("first_on", "last_on")))
    return ngettext(
        "%(level)s, %(days)s: %(came)s demand, where %(usual)s is ordinary",
        "%(level)s, %(days)s: %(came)s demands, where %(usual)s is ordinary",
        figures["came"],
    ) % {"level": level, "days": days, "came": figures["came"], "usual": count_of(figures["expected"])}


_SAID = {
    "issue": _issue_said,
    "measure": _measure_said,
    "scenario": _scenario_said,
    "warning": _warning_said,
}


def option_choices(found: QuestionDetail) -> Choices:
    return [
        (str(one.number), _("%(title)s — %(cost)s yuan") % {"title": one.title, "cost": yuan(one.cost_fen)})
        for one in found.options
    ]


def unit_choices() -> Choices:
    return [(unit.code, unit.label) for unit in registry.units()]


def places(chosen: Mapping[str, str]) -> dict[str, Choices]:
    """Areas down to towns and the upper categories; a chosen one that lies deeper is offered, too."""
    areas = [(one.code, one.label) for level in _AREA_LEVELS for one in registry.areas(level=level)]
    categories = [(one.code, one.label) for level in (1, 2) for one in registry.categories(level=level)]
    area, category = chosen.get("area", ""), chosen.get("category", "")
    if area and area not in dict(areas):
        areas.insert(0, (area, area_name(area)))
    if category and category not in dict(categories):
        categories.insert(0, (category, category_name(category)))
    return {"areas": areas, "categories": categories}


def sources(found: QuestionDetail, by: Actor) -> Sequence[tuple[str, Choices]]:
    """What may be taken down as evidence, in groups: hot issues, measures of the county, the matter, the place, simulations."""
    from shuzhi.domains.insight.services import hot_issues, known_scenarios, open_warnings

    card = found.question
    measures = [(one.name, one.label) for one in statistics.definitions()]
    issues = hot_issues(area=card.area, category=card.category[:2], limit=_ISSUES_OFFERED, by=by).items
    scopes = [("", _("Measures of the whole county"))]
    scopes += [(":category", _("Measures of the whole category"))] if card.category else []
    scopes += [(":area", _("Measures of the area"))] if card.area else []
    groups = [
        (_("Hot issues"), [(f"issue:{one.id}", one.title) for one in issues]),
        (
            _("Early warnings"),
            [
                (
                    f"warning:{one.id}",
                    f"{one.title} · {one.place_name or one.area_name} · {LEVELS[one.level]}",
                )
                for one in open_warnings(by=by)
            ],
        ),
        *((label, [(f"measure:{name}{scope}", said) for name, said in measures]) for scope, label in scopes),
        (
            _("Simulations"),
            [(f"scenario:{digest}", f"{book} · {digest[:12]}") for digest, book in known_scenarios()],
        ),
    ]
    return [(label, choices) for label, choices in groups if choices]


def chosen_source(what: str) -> dict[str, str]:
    kind, _colon, reference = what.partition(":")
    return {"kind": kind, "reference": reference}
