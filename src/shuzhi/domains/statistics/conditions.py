"""What measures count, as conditions for the database: which orders a period asks about, and how many of them fit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Q

from shuzhi.domains.statistics.following import REPEAT_WITHIN

SATISFIED_FROM = 3  # "fairly satisfied" (基本满意) on a scale from 1 to 5


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


_UNREACHED = {"not_asked": Q(callback_tries=0), "unreached": Q(callback_tries__gt=0, callback_reached=False)}


def response(now: datetime) -> tuple[Part, ...]:
    due = (
        Q(contact_in_time__isnull=False)
        | Q(closed_at__isnull=False)
        | Q(replied_at__isnull=False)
        | Q(due_at__lt=now)
    )
    reachable = Q(reachable=True) | Q(contact_in_time__isnull=False)
    excluded = {"unreachable": ~reachable, "waiting": reachable & ~due}
    return (Part(DISPATCHED, Q(contact_in_time=True), due & reachable, excluded),)


def resolution(now: datetime) -> tuple[Part, ...]:
    unanswered = {"unanswered": Q(callback_reached=True, callback_solved__isnull=True)}
    valid = Q(callback_solved__isnull=False)
    return (Part(CLOSED, Q(callback_solved=True), valid, _UNREACHED | unanswered),)


def satisfaction(now: datetime) -> tuple[Part, ...]:
    unanswered = {"unanswered": Q(callback_reached=True, callback_satisfaction__isnull=True)}
    valid = Q(callback_satisfaction__isnull=False)
    return (Part(CLOSED, Q(callback_satisfaction__gte=SATISFIED_FROM), valid, _UNREACHED | unanswered),)


def on_time(now: datetime) -> tuple[Part, ...]:
    """Leaving a late order open must not help: what is overdue and open counts in the period of its due time."""
    return (
        Part(CLOSED, Q(late_minutes=0), Q(), {}),
        Part(OVERDUE, None, Q(due_at__lt=now), {}),
    )


def rework(now: datetime) -> tuple[Part, ...]:
    return (Part(CLOSED, Q(reworks__gt=0), Q(dispatches__gt=0), {"not_dispatched": Q(dispatches=0)}),)


def returned(now: datetime) -> tuple[Part, ...]:
    return (Part(FIRST_DISPATCHED, Q(returns__gt=0), Q(), {}, counts_all=True),)


def accuracy(now: datetime) -> tuple[Part, ...]:
    return (Part(FIRST_DISPATCHED, Q(returns=0, redispatches=0), Q(), {}, counts_all=True),)


def repeat(now: datetime) -> tuple[Part, ...]:
    known = Q(first_closed_at__lte=now - REPEAT_WITHIN)
    again = Q(repeated=True) | Q(reopenings__gt=0)
    return (Part(FIRST_CLOSED, again, known, {"too_recent": ~known}),)


def reopened(now: datetime) -> tuple[Part, ...]:
    return (Part(FIRST_CLOSED, Q(reopenings__gt=0), Q(), {}),)


def direct_answer(now: datetime) -> tuple[Part, ...]:
    decided = Q(answered_directly=True) | Q(dispatches__gt=0)
    return (Part(OPENED, Q(answered_directly=True, dispatches=0), decided, {"undecided": ~decided}),)


def settled_at_first_contact(now: datetime) -> tuple[Part, ...]:
    """Nobody had to come back, and nobody said that it was not solved."""
    known = Q(first_closed_at__lte=now - REPEAT_WITHIN)
    at_once = Q(answered_directly=True, dispatches=0, reopenings=0, repeated=False)
    kept = at_once & ~Q(callback_solved=False) & ~Q(rated_solved=False)
    return (Part(FIRST_CLOSED, kept, known, {"too_recent": ~known}),)


def cost_per_solved(now: datetime) -> tuple[Part, ...]:
    """The orders that a cost is divided by; what they cost stands in the registry."""
    solved = Q(outcome="solved") & ~Q(callback_solved=False) & ~Q(rated_solved=False)
    return (Part(CLOSED, None, solved, {}),)


def median_hours(now: datetime) -> tuple[Part, ...]:
    return (Part(CLOSED, None, Q(minutes_taken__isnull=False), {"no_reply": Q(minutes_taken__isnull=True)}),)
