"""The form of each move: which fields its guards ask for, and what a sent form brings."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import QueryDict
from django.utils.translation import gettext as _

from shuzhi.domains.casework import services
from shuzhi.domains.casework.deadlines import Limit, TimeUnit
from shuzhi.domains.casework.lifecycle import Action, Given, Move, Outcome
from shuzhi.spine import clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput

_FIELDS_OF_GUARDS: Mapping[str, tuple[str, ...]] = {
    "unit_named": ("unit",),
    "ground_cited": ("ground",),
    "source_cited": ("source",),
    "path_told": ("path",),
    "suspension_has_plan_and_date": ("plan", "until"),
    "outcome_stated": ("outcome",),
    "rating_comes_from_requester": ("callback",),
    "assist_open": ("assist_unit",),
    "reason_given": ("reason",),
}
_FIELDS_OF_ACTIONS: Mapping[Action, tuple[str, ...]] = {
    Action.ANSWER_DIRECTLY: ("text",),
    Action.REPLY: ("text",),
    Action.RECORD_CONTACT: ("note",),
    Action.COMPLETE_ASSIST: ("note",),
    Action.REQUEST_EXTENSION: ("days",),
    Action.INVITE_ASSIST: ("days",),
    Action.REFER: ("text",),
    Action.REJECT: ("text",),
}
# Moves with a form of their own on the order's page.
SPECIAL = frozenset({Action.TRIAGE, Action.MERGE})
# What a unit, a dispatcher or a reviewer does most is drawn first and open. Who may reply has contacted the requester,
# who may close has called back: the later step comes first.
PRIMARY = (
    *(Action.DISPATCH, Action.SIGN_IN, Action.START_HANDLING, Action.REPLY, Action.RECORD_CONTACT),
    *(
        Action.APPROVE_REPLY,
        Action.START_CALLBACK,
        Action.CLOSE,
        Action.RECORD_CALLBACK,
        Action.APPROVE_RETURN,
    ),
    *(Action.ADJUDICATE, Action.CONFIRM_REJECTION, Action.COMPLETE_ASSIST, Action.APPROVE_EXTENSION),
)


@dataclass(frozen=True)
class MoveForm:
    action: Action
    label: str
    fields: tuple[str, ...]
    primary: bool
    typed: Mapping[str, str]
    opened: bool = False


def forms(
    moves: Iterable[Move], *, failed: str = "", typed: Mapping[str, str] | None = None
) -> list[MoveForm]:
    """A form per legal move, the likeliest first and open. Conditions that `next_moves` checked are not asked again.

    failed: the action of a form that was refused, which stays open.   typed: what was typed into it.
    """
    drawn = [
        MoveForm(
            move.action,
            str(move.label),
            _fields(move),
            move.action in PRIMARY,
            typed=typed or {} if move.action == failed else {},
            opened=move.action == failed,
        )
        for move in moves
        if move.action not in SPECIAL
    ]
    ordered = sorted(drawn, key=lambda form: PRIMARY.index(form.action) if form.primary else len(PRIMARY))
    if ordered and not failed and ordered[0].primary:
        ordered[0] = replace(ordered[0], opened=True)
    return ordered


def _fields(move: Move) -> tuple[str, ...]:
    guards = (*move.guards, *(["reason_given"] if move.needs_reason else []))
    asked = [field for guard in guards for field in _FIELDS_OF_GUARDS.get(guard, ())]
    return tuple(dict.fromkeys((*_FIELDS_OF_ACTIONS.get(move.action, ()), *asked)))


def send(number: str, action: Action, sent: QueryDict, *, by: Actor) -> None:
    """Take the step that a sent form describes."""
    services.take_step(
        number,
        action=action,
        given=Given(
            reason=sent.get("reason", ""),
            ground=sent.get("ground", ""),
            source=sent.get("source", ""),
            path=sent.get("path", ""),
            unit=sent.get("unit", "") or sent.get("assist_unit", ""),
            plan=sent.get("plan", ""),
            until=_moment(sent.get("until", "")),
            outcome=_outcome(sent.get("outcome", "")),
            reached=sent.get("reached") == "1",
            solved=_answer(sent.get("solved", "")),
            rating=_rating(sent.get("rating", "")),
        ),
        text=sent.get("text", "") or sent.get("note", ""),
        limit=_days(sent.get("days", "")),
        contacted=_answer(sent.get("contacted", "")),
        draft=small_number(sent.get("draft", "")),
        expected_step=small_number(sent.get("step", "")),
        by=by,
    )


def _answer(value: str) -> bool | None:
    return {"1": True, "0": False}.get(value)


def _rating(value: str) -> int | None:
    return int(value) if value in {"1", "2", "3", "4", "5"} else None


def _outcome(value: str) -> Outcome | None:
    if not value:
        return None
    try:
        return Outcome(value)
    except ValueError:
        raise InvalidInput(field=_("Outcome"), why=_("choose one of the four outcomes")) from None


def _moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        return clock.moment_of(value)
    except ValueError:
        raise InvalidInput(field=_("Until"), why=_("write a date and a time")) from None


def _days(value: str) -> Limit | None:
    if not value:
        return None
    days = small_number(value)
    if days is None or not 1 <= days <= 60:
        raise InvalidInput(field=_("Working days"), why=_("write a number from 1 to 60"))
    return Limit(days, TimeUnit.WORKDAY)


def small_number(value: str) -> int | None:
    """A number that the page put into the form: the step that it showed last, or the draft in its box."""
    return int(value) if value.isdecimal() and len(value) < 16 else None
