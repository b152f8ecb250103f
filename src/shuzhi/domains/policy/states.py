"""The states of an entitlement and the outcomes of decisions, and which of them a machine may never reach alone."""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class State(StrEnum):
    FOUND = "found"
    OFFERED = "offered"
    DECLINED = "declined"
    ACCEPTED = "accepted"
    GRANTED = "granted"
    REFUSED = "refused"
    STOPPED = "stopped"


class Outcome(StrEnum):
    GRANTED = "granted"
    RAISED = "raised"
    CORRECTED = "corrected"
    KEPT = "kept"
    WAIVED = "waived"
    REFUSED = "refused"
    CUT = "cut"
    STOPPED = "stopped"
    UPHELD = "upheld"
    RECOVERED = "recovered"


class Kind(StrEnum):
    """What waits for a person."""

    GRANT = "grant"
    CUT = "cut"
    STOP = "stop"
    DISPUTE = "dispute"
    RECOVER = "recover"


# PIPL art. 24 and 社会救助法 art. 48: whatever is to somebody's disadvantage is decided by a person.
ADVERSE = frozenset({Outcome.REFUSED, Outcome.CUT, Outcome.STOPPED, Outcome.UPHELD, Outcome.RECOVERED})
# Kind of review -> (outcome in favour of the person, outcome against).
VERDICTS: Mapping[Kind, tuple[Outcome, Outcome]] = {
    Kind.GRANT: (Outcome.GRANTED, Outcome.REFUSED),
    Kind.CUT: (Outcome.KEPT, Outcome.CUT),
    Kind.STOP: (Outcome.KEPT, Outcome.STOPPED),
    Kind.DISPUTE: (Outcome.GRANTED, Outcome.UPHELD),
    Kind.RECOVER: (Outcome.WAIVED, Outcome.RECOVERED),
}
# What a won dispute gives where nothing was refused, cut or stopped: whether it is granted stays as it is.
OF_MONEY_PAID: Mapping[Outcome, Outcome] = {
    Outcome.RECOVERED: Outcome.WAIVED,
    Outcome.WAIVED: Outcome.WAIVED,
    Outcome.CORRECTED: Outcome.KEPT,
}
# Where an outcome leaves the entitlement; what is not named leaves it where it is.
AFTER: Mapping[Outcome, State] = {
    Outcome.GRANTED: State.GRANTED,
    Outcome.REFUSED: State.REFUSED,
    Outcome.STOPPED: State.STOPPED,
}


def verdicts(kind: Kind, contested: str = "") -> tuple[Outcome, Outcome]:
    """What a person may decide: for and against. contested: the outcome that a dispute is about."""
    favourable, against = VERDICTS[kind]
    if contested:
        favourable = OF_MONEY_PAID.get(Outcome(contested), favourable)
    return favourable, against


def state_after(outcomes: Iterable[Outcome]) -> State:
    """Where decisions, oldest first, leave an entitlement that the person has accepted."""
    state = State.ACCEPTED
    for one in outcomes:
        state = AFTER.get(one, state)
    return state


STATE_LABELS: Mapping[str, str | Promise] = {
    State.FOUND: _("found, not told yet"),
    State.OFFERED: _("offered"),
    State.DECLINED: _("declined by the person"),
    State.ACCEPTED: _("accepted, waits for a decision"),
    State.GRANTED: _("granted"),
    State.REFUSED: _("refused"),
    State.STOPPED: _("stopped"),
}
OUTCOME_LABELS: Mapping[str, str | Promise] = {
    Outcome.GRANTED: _("granted"),
    Outcome.RAISED: _("raised"),
    Outcome.CORRECTED: _("corrected, paid later"),
    Outcome.KEPT: _("kept as it was"),
    Outcome.WAIVED: _("not reclaimed"),
    Outcome.REFUSED: _("refused"),
    Outcome.CUT: _("lowered"),
    Outcome.STOPPED: _("stopped"),
    Outcome.UPHELD: _("the decision stands"),
    Outcome.RECOVERED: _("reclaimed"),
}
KIND_LABELS: Mapping[str, str | Promise] = {
    Kind.GRANT: _("New: grant it?"),
    Kind.CUT: _("The facts promise less"),
    Kind.STOP: _("The facts no longer meet the conditions"),
    Kind.DISPUTE: _("The person disputes a decision"),
    Kind.RECOVER: _("Too much was paid"),
}
