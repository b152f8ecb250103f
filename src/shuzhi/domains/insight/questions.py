"""The life of a question on the decision desk: its states, the moves between them, and what it must hold to go on."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.spine.errors import Refused

LEAST_OPTIONS = 2


class State(StrEnum):
    DRAFTING = "drafting"
    WAITING = "waiting"
    DECIDED = "decided"
    SUPERSEDED = "superseded"
    WITHDRAWN = "withdrawn"


class Move(StrEnum):
    PUT_FORWARD = "put_forward"
    SEND_BACK = "send_back"
    DECIDE = "decide"
    WITHDRAW = "withdraw"
    SUPERSEDE = "supersede"


# A decision never goes back to a draft: another question supersedes it, and both stay to be read.
MOVES: Mapping[tuple[State, Move], State] = {
    (State.DRAFTING, Move.PUT_FORWARD): State.WAITING,
    (State.DRAFTING, Move.WITHDRAW): State.WITHDRAWN,
    (State.WAITING, Move.SEND_BACK): State.DRAFTING,
    (State.WAITING, Move.WITHDRAW): State.WITHDRAWN,
    (State.WAITING, Move.DECIDE): State.DECIDED,
    (State.DECIDED, Move.SUPERSEDE): State.SUPERSEDED,
}
STATE_LABELS: Mapping[State, Promise] = {
    State.DRAFTING: _("being drafted"),
    State.WAITING: _("waits for the decision"),
    State.DECIDED: _("decided"),
    State.SUPERSEDED: _("superseded"),
    State.WITHDRAWN: _("withdrawn"),
}
LACKS: Mapping[str, Promise] = {
    "background": _("what is at stake"),
    "basis": _("the law, plan or rule that it rests on"),
    "risk": _("what may go wrong"),
    "evidence": _("a piece of evidence"),
    "options": _("a second option"),
}


class MoveNotPossible(Refused):
    code = "move-not-possible"
    message = _("The question is %(state)s, so this cannot be done with it now.")


class QuestionSettled(Refused):
    code = "question-settled"
    message = _(
        "The question is %(state)s and is no longer edited. A decision is changed by a new question that supersedes it."
    )


class QuestionIncomplete(Refused):
    code, status = "question-incomplete", 422
    message = _("Before this goes on, the question still needs: %(missing)s.")


class SamePersonDrafted(Refused):
    code = "same-person-drafted"
    message = _("Whoever drafted a question does not decide it. Ask a colleague.")


@dataclass(frozen=True)
class Held:
    """What a question holds. options, evidence: how many."""

    background: str
    basis: str
    risk: str
    options: int
    evidence: int


def after(state: str, move: Move) -> State:
    """The state that a move leads to. Raises MoveNotPossible when the table has no such move."""
    found = MOVES.get((State(state), move))
    if found is None:
        raise MoveNotPossible(state=STATE_LABELS[State(state)])
    return found


def require_editable(state: str) -> None:
    if state != State.DRAFTING:
        raise QuestionSettled(state=STATE_LABELS[State(state)])


def lacking(held: Held) -> tuple[str, ...]:
    """The keys of `LACKS` that a question must still get before a leader may see it, and before it may be decided.

    >>> lacking(Held("Lifts stop", "Property Management Regulations, art. 35", "", options=1, evidence=1))
    ('risk', 'options')
    """
    found = {
        "background": bool(held.background),
        "basis": bool(held.basis),
        "risk": bool(held.risk),
        "evidence": held.evidence > 0,
        "options": held.options >= LEAST_OPTIONS,
    }
    return tuple(name for name, there in found.items() if not there)


def require_complete(held: Held) -> None:
    if missing := lacking(held):
        raise QuestionIncomplete(missing="; ".join(str(LACKS[name]) for name in missing))
