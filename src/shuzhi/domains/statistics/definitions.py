"""Every measure, defined once: its words for people and its conditions for the database."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop, override

from shuzhi.domains.statistics.cards import DefinitionCard
from shuzhi.domains.statistics.following import REPEAT_WITHIN, Aside

SHARE, HOURS = "share", "hours"
SATISFIED_FROM = 3  # "fairly satisfied" (基本满意) on a scale from 1 to 5

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
}


@dataclass(frozen=True)
class Cohort:
    """Which orders a period asks about: those whose `moment` lies in it. unit: the column that answers for them."""

    name: str
    moment: str
    unit: str = "unit"
    only: Q = field(default_factory=Q)


OPENED = Cohort("opened", "opened_at")
DISPATCHED = Cohort("dispatched", "dispatched_at")
FIRST_DISPATCHED = Cohort("first_dispatched", "dispatched_at", unit="first_unit")
CLOSED = Cohort("closed", "closed_at")
FIRST_CLOSED = Cohort("first_closed", "first_closed_at")
OVERDUE = Cohort(
    "overdue",
    "due_at",
    only=Q(closed_at__isnull=True, replied_at__isnull=True, set_aside="") & ~Q(state="suspended"),
)


@dataclass(frozen=True)
class Part:
    """What a measure counts in one cohort. excluded: reason → condition, apart from what is set aside."""

    cohort: Cohort
    numerator: Q | None
    denominator: Q
    excluded: Mapping[str, Q]
    counts_all: bool = False


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

_UNREACHED = {"not_asked": Q(callback_tries=0), "unreached": Q(callback_tries__gt=0, callback_reached=False)}


def _response(now: datetime) -> tuple[Part, ...]:
    due = (
        Q(contact_in_time__isnull=False)
        | Q(closed_at__isnull=False)
        | Q(replied_at__isnull=False)
        | Q(due_at__lt=now)
    )
    reachable = Q(reachable=True) | Q(contact_in_time__isnull=False)
    excluded = {"unreachable": ~reachable, "waiting": reachable & ~due}
    return (Part(DISPATCHED, Q(contact_in_time=True), due & reachable, excluded),)


def _resolution(now: datetime) -> tuple[Part, ...]:
    unanswered = {"unanswered": Q(callback_reached=True, callback_solved__isnull=True)}
    valid = Q(callback_solved__isnull=False)
    return (Part(CLOSED, Q(callback_solved=True), valid, _UNREACHED | unanswered),)


def _satisfaction(now: datetime) -> tuple[Part, ...]:
    unanswered = {"unanswered": Q(callback_reached=True, callback_satisfaction__isnull=True)}
    valid = Q(callback_satisfaction__isnull=False)
    return (Part(CLOSED, Q(callback_satisfaction__gte=SATISFIED_FROM), valid, _UNREACHED | unanswered),)


def _on_time(now: datetime) -> tuple[Part, ...]:
    """Leaving a late order open must not help: what is overdue and open counts in the period of its due time."""
    return (
        Part(CLOSED, Q(late_minutes=0), Q(), {}),
        Part(OVERDUE, None, Q(due_at__lt=now), {}),
    )


def _rework(now: datetime) -> tuple[Part, ...]:
    return (Part(CLOSED, Q(reworks__gt=0), Q(dispatches__gt=0), {"not_dispatched": Q(dispatches=0)}),)


def _return(now: datetime) -> tuple[Part, ...]:
    return (Part(FIRST_DISPATCHED, Q(returns__gt=0), Q(), {}, counts_all=True),)


def _accuracy(now: datetime) -> tuple[Part, ...]:
    return (Part(FIRST_DISPATCHED, Q(returns=0, redispatches=0), Q(), {}, counts_all=True),)


def _repeat(now: datetime) -> tuple[Part, ...]:
    known = Q(first_closed_at__lte=now - REPEAT_WITHIN)
    again = Q(repeated=True) | Q(reopenings__gt=0)
    return (Part(FIRST_CLOSED, again, known, {"too_recent": ~known}),)


def _reopened(now: datetime) -> tuple[Part, ...]:
    return (Part(FIRST_CLOSED, Q(reopenings__gt=0), Q(), {}),)


def _direct_answer(now: datetime) -> tuple[Part, ...]:
    decided = Q(answered_directly=True) | Q(dispatches__gt=0)
    return (Part(OPENED, Q(answered_directly=True, dispatches=0), decided, {"undecided": ~decided}),)


def _median_hours(now: datetime) -> tuple[Part, ...]:
    return (Part(CLOSED, None, Q(minutes_taken__isnull=False), {"no_reply": Q(minutes_taken__isnull=True)}),)


MEASURES: tuple[Measure, ...] = (
    Measure(
        "response_rate",
        _("Response rate"),
        "high",
        gettext_noop("Orders whose requester was first contacted in time ÷ dispatched orders whose contact is made or missed"),
        _("first contact in time"),
        _("dispatched in the period, contacted or no longer waiting"),
        ("unreachable", "waiting"),
        _response,
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
        _resolution,
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
        _satisfaction,
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
        _on_time,
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
        _rework,
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
        _return,
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
        _repeat,
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
        _reopened,
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
        _direct_answer,
        _OWN,
    ),
    Measure(
        "dispatch_accuracy",
        _("Dispatch accuracy"),
        "high",
        gettext_noop("1 − orders returned or re-dispatched ÷ orders dispatched"),
        _("neither returned nor re-dispatched"),
        _("first dispatched in the period; a unit's are those first sent to it"),
        (),
        _accuracy,
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
        _median_hours,
        _OWN,
        scale=HOURS,
    ),
)  # fmt: skip
BY_NAME: Mapping[str, Measure] = {one.name: one for one in MEASURES}
THREE_RATES = ("response_rate", "resolution_rate", "satisfaction_rate")
