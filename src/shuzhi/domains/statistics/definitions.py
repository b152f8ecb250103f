"""The metric store: every measure is one file of `measures/`, its words for people above its SELECT.

A SELECT gives one row for each order (demand, benefit) that the measure looks at:
row_id, demand_id, happened_at (UTC), unit, category, area, channel, numerator, denominator (1 when the row counts) and left_out
(why it does not, "" when it does). The same text counts the rate, lists its rows and runs on every engine.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from importlib import resources

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.registry.cards import reads_english
from shuzhi.domains.statistics.cards import DefinitionCard
from shuzhi.domains.statistics.following import Aside

SHARE, HOURS, FEN, COUNT = "share", "hours", "fen", "count"
COST_PER_SOLVED = "cost_per_solved"

EXCLUSIONS: Mapping[str, Promise] = {
    Aside.MERGED: _("joined with the same matter, which counts once"),
    Aside.REFUSED: _("not accepted, with a ground in law"),
    Aside.REFERRED: _("outside the county's duty, referred to the proper path"),
    Aside.WITHDRAWN: _("withdrawn or terminated"),
    Aside.THREAT: _("carrying a threat; handled, but nobody is measured by it"),
    "unreachable": _("no way to reach the requester"),
    "not_asked": _("closed without a call-back"),
    "unreached": _("nobody answered the call-backs; counted here, never as satisfied"),
    "unanswered": _("reached, but this question was not answered"),
    "waiting": _("still within its time"),
    "undecided": _("not decided yet"),
    "not_dispatched": _("answered without a unit"),
    "too_recent": _("closed less than 30 days ago"),
    "no_reply": _("closed without a reply"),
    "done": _("answered or closed"),
    "foretold": _("foretold, not observed"),
    "no_cost": _("of units whose cost is not known for the whole period"),
}

# The tree: four drivers make a county's digital governance, two outcomes show whether it does any good.
DRIVERS: Mapping[str, Promise] = {
    "efficiency": _("Efficiency"),
    "transparency": _("Transparency"),
    "participation": _("Participation"),
    "innovation": _("Innovation"),
    "decisions": _("Better decisions"),
    "services": _("Better services"),
}
OWNERS: Mapping[str, Promise] = {"statistics": _("The county's statistics desk")}
# Where a measure is defined: "here", or the standard or law by its own name.
SOURCES: Mapping[str, Promise] = {"here": _("Defined by this platform")}


@dataclass(frozen=True)
class Measure:
    """One file. head: its lines "-- key: value"; "-" is nothing.   select: the plain SELECT below them."""

    head: Mapping[str, str]
    select: str

    @property
    def name(self) -> str:
        return self.head["name"]

    @property
    def label(self) -> str:
        return self._said("label")

    @property
    def scale(self) -> str:
        return self.head["unit"]

    @property
    def better(self) -> str:
        return self._told("better")

    @property
    def driver(self) -> str:
        return self.head["driver"]

    @cached_property
    def exclusions(self) -> tuple[str, ...]:
        named = tuple(filter(None, (part.strip() for part in self._told("exclusions").split(","))))
        return named if self.head["set-aside"] == "counted" else (*named, *Aside)

    @property
    def card(self) -> DefinitionCard:
        return DefinitionCard(
            name=self.name,
            label=self.label,
            scale=self.scale,
            better=self.better,
            driver=self.driver,
            formula=self._said("formula"),
            formula_zh=self.head["formula-zh"],
            formula_en=self.head["formula-en"],
            numerator=self._said("numerator"),
            denominator=self._said("denominator"),
            exclusions={reason: str(EXCLUSIONS[reason]) for reason in self.exclusions},
            owner=str(OWNERS[self.head["owner"]]),
            since=self.head["since"],
            source=str(SOURCES.get(self.head["source"], self.head["source"])),
            select=self.select,
        )

    def _told(self, key: str) -> str:
        return self.head[key].removeprefix("-")

    def _said(self, key: str) -> str:
        return self.head[f"{key}-{'en' if reads_english() else 'zh'}"]


def read_measure(text: str) -> Measure:
    """One file of the store. Raises ValueError for a head without a SELECT."""
    lines = text.splitlines()
    body = next((at for at, line in enumerate(lines) if line and not line.startswith("--")), len(lines))
    if not lines[body:]:
        raise ValueError("a measure is a head of comments and a SELECT below it")
    head = dict(line.removeprefix("-- ").split(": ", 1) for line in lines[:body] if line)
    return Measure(head, "\n".join(lines[body:]))


def _stored() -> Iterator[Measure]:
    for file in resources.files(__package__).joinpath("measures").iterdir():
        if file.name.endswith(".sql"):
            yield read_measure(file.read_text(encoding="utf-8"))


MEASURES: tuple[Measure, ...] = tuple(sorted(_stored(), key=lambda one: int(one.head["place"])))
BY_NAME: Mapping[str, Measure] = {one.name: one for one in MEASURES}
THREE_RATES = ("response_rate", "resolution_rate", "satisfaction_rate")
