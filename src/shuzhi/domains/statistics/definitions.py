"""Every measure, defined once: its words for people and its conditions for the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from shuzhi.domains.statistics import conditions
from shuzhi.domains.statistics.cards import DefinitionCard
from shuzhi.domains.statistics.conditions import Part
from shuzhi.domains.statistics.following import Aside

SHARE, HOURS, FEN = "share", "hours", "fen"
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
    "no_cost": _("of units whose cost is not known for the whole period"),
}


@dataclass(frozen=True)
class Measure:
    """`parts(now)` gives the conditions as they stand at a moment; a median has no numerator."""

    name: str
    label: Promise
    better: str
    formula: str
    numerator: Promise
    denominator: Promise
    exclusions: tuple[str, ...]
    parts: Callable[[datetime], tuple[Part, ...]]
    source: str
    scale: str = SHARE
    counts_all: bool = False

    @property
    def card(self) -> DefinitionCard:
        aside = () if self.counts_all else tuple(Aside)
        return DefinitionCard(
            name=self.name,
            label=str(self.label),
            scale=self.scale,
            better=self.better,
            formula=str(_(self.formula)),
            formula_zh=_in("zh-hans", self.formula),
            formula_en=_in("en", self.formula),
            numerator=str(self.numerator),
            denominator=str(self.denominator),
            exclusions={reason: str(EXCLUSIONS[reason]) for reason in (*self.exclusions, *aside)},
            source=self.source,
        )


def _in(language: str, text: str) -> str:
    with override(language):
        return str(_(text))


# The three rates (三率) as the core of appraisal.
_ORDINANCE = "北京市接诉即办工作条例（2021）第三十二条"
# The rule of this platform; graded evaluation without one-sided ranking: 国办函〔2025〕66号.
_OWN = "Shuzhi"

MEASURES: tuple[Measure, ...] = (
    Measure(
        "response_rate",
        _("Response rate"),
        "high",
        gettext_noop("Orders whose requester was first contacted in time ÷ dispatched orders whose contact is made or missed"),
        _("first contact in time"),
        _("dispatched in the period, contacted or no longer waiting"),
        ("unreachable", "waiting"),
        conditions.response,
        _ORDINANCE,
    ),
    Measure(
        "resolution_rate",
        _("Resolution rate"),
        "high",
        gettext_noop("Requesters who say it is solved ÷ call-backs that were answered"),
        _("the requester says that it is solved"),
        _("closed in the period, requester reached and answering"),
        ("not_asked", "unreached", "unanswered"),
        conditions.resolution,
        _ORDINANCE,
    ),
    Measure(
        "satisfaction_rate",
        _("Satisfaction rate"),
        "high",
        gettext_noop("Requesters who are fairly satisfied or better (3 to 5 of 5) ÷ call-backs that were answered"),
        _("the requester gives 3, 4 or 5 of 5"),
        _("closed in the period, requester reached and answering"),
        ("not_asked", "unreached", "unanswered"),
        conditions.satisfaction,
        _ORDINANCE,
    ),
    Measure(
        "on_time_rate",
        _("On-time rate"),
        "high",
        gettext_noop("Orders answered within the promised time ÷ closed orders and open ones that are overdue"),
        _("answered within the promised working time"),
        _("closed in the period, or overdue in it and still open"),
        (),
        conditions.on_time,
        _OWN,
    ),
    Measure(
        "rework_rate",
        _("Rework rate"),
        "low",
        gettext_noop("Closed orders that were sent back for rework at least once ÷ closed orders that a unit handled"),
        _("sent back for rework at least once"),
        _("closed in the period after a unit handled it"),
        ("not_dispatched",),
        conditions.rework,
        _OWN,
    ),
    Measure(
        "return_rate",
        _("Return rate"),
        "low",
        gettext_noop("Orders that a unit returned with approval ÷ orders dispatched"),
        _("returned as not the unit's duty, and approved"),
        _("first dispatched in the period; a unit's are those first sent to it"),
        (),
        conditions.returned,
        _OWN,
        counts_all=True,
    ),
    Measure(
        "repeat_rate",
        _("Repeat rate (30 days)"),
        "low",
        gettext_noop("Closed orders whose matter came back within 30 days ÷ orders closed at least 30 days ago"),
        _("reopened, or the same matter reported again, within 30 days"),
        _("first closed in the period, at least 30 days ago"),
        ("too_recent",),
        conditions.repeat,
        _OWN,
    ),
    Measure(
        "reopen_rate",
        _("Reopen rate"),
        "low",
        gettext_noop("Closed orders that were reopened so far ÷ closed orders"),
        _("reopened at least once so far"),
        _("first closed in the period"),
        (),
        conditions.reopened,
        _OWN,
    ),
    Measure(
        "direct_answer_share",
        _("Direct-answer share"),
        "",
        gettext_noop("Demands answered at once, without a unit ÷ demands answered or dispatched"),
        _("answered directly, and never dispatched"),
        _("received in the period, answered or dispatched"),
        ("undecided",),
        conditions.direct_answer,
        _OWN,
    ),
    Measure(
        "first_contact_rate",
        _("Settled at first contact"),
        "high",
        gettext_noop("Demands answered at once that did not come back within 30 days ÷ demands closed at least 30 days ago"),
        _("answered directly, never dispatched, reopened, reported again or called unsolved"),
        _("first closed in the period, at least 30 days ago"),
        ("too_recent",),
        conditions.settled_at_first_contact,
        "GB/T 33358-2016",
    ),
    Measure(
        "dispatch_accuracy",
        _("Dispatch accuracy"),
        "high",
        gettext_noop("1 − orders returned or re-dispatched ÷ orders dispatched"),
        _("neither returned nor re-dispatched"),
        _("first dispatched in the period; a unit's are those first sent to it"),
        (),
        conditions.accuracy,
        _OWN,
        counts_all=True,
    ),
    Measure(
        "median_hours",
        _("Median time to the answer"),
        "low",
        gettext_noop("Half of the closed orders had the answer that stood within this many hours of being received"),
        _("hours from receiving (or reopening) to the answer that stood"),
        _("closed in the period with an answer"),
        ("no_reply",),
        conditions.median_hours,
        _OWN,
        scale=HOURS,
    ),
    Measure(
        COST_PER_SOLVED,
        _("Cost per solved demand (yuan)"),
        "low",
        gettext_noop("Cost of the units in the period ÷ demands that they closed as solved and that nobody called unsolved"),
        _("what handling demands cost the units, by the days of the period"),
        _("closed in the period as solved, not contradicted by the requester"),
        ("no_cost",),
        conditions.cost_per_solved,
        _OWN,
        scale=FEN,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Measure] = {one.name: one for one in MEASURES}
THREE_RATES = ("response_rate", "resolution_rate", "satisfaction_rate")
