"""The life of a work order: which steps are open, and whether one is legal. Pure.

`moves.MOVES` is the whole machine, one row per move; `guards` holds its conditions, `states` its words. A room asks
`next_moves` for the buttons of a page and `check` before it writes; `docs/work-order-states.md` is drawn from the same
table. Closed is not solved: how an order ended is its `Outcome`, kept apart from its state. The citizen's silence is
never satisfaction.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from shuzhi.domains.casework.guards import GUARDS, Guard, IllegalMove
from shuzhi.domains.casework.moves import MOVES, Landing, Move
from shuzhi.domains.casework.states import (
    CALLBACK_TRIES,
    MAX_EXTENSIONS,
    OPEN,
    RATINGS,
    REOPEN_WITHIN,
    WITH_UNIT,
    Action,
    Given,
    Mark,
    OrderFacts,
    Outcome,
    Rung,
    State,
)

__all__ = [
    "CALLBACK_TRIES",
    "GUARDS",
    "MAX_EXTENSIONS",
    "MOVES",
    "OPEN",
    "RATINGS",
    "REOPEN_WITHIN",
    "WITH_UNIT",
    "Action",
    "Given",
    "Guard",
    "IllegalMove",
    "Landing",
    "Mark",
    "Move",
    "OrderFacts",
    "Outcome",
    "Rung",
    "State",
    "check",
    "next_moves",
]


def next_moves(facts: OrderFacts, permissions: Iterable[str]) -> list[Move]:
    """The moves open to this actor now, in the order of the table: what a page may offer.

    Conditions on what the actor has yet to bring (a reason, a ground, an outcome) are left to `check`.
    """
    held = frozenset(permissions)
    return [
        move
        for move in MOVES
        if facts.state in move.from_states
        and move.allowed(held)
        and all(
            GUARDS[name].holds(facts, Given())
            for name in (move.when, *move.guards)
            if name and not GUARDS[name].on_given
        )
    ]


def check(facts: OrderFacts, action: Action, given: Given | None = None) -> Move:
    """The move that this action makes now. Access is not checked here: ask `Move.allowed`.

    Raises IllegalMove: code "not-in-this-state", or the code of the first guard that fails.
    """
    brought = given or Given()
    for move in MOVES:
        if move.action is not action or facts.state not in move.from_states:
            continue
        if move.when and not GUARDS[move.when].holds(facts, brought):
            continue
        for name in (*move.guards, *(["reason_given"] if move.needs_reason else [])):
            if not GUARDS[name].holds(facts, brought):
                raise IllegalMove(GUARDS[name].code, GUARDS[name].message, _details(facts, action))
        return move
    raise IllegalMove(
        "not-in-this-state", _("An order that is “%(state)s” does not allow this."), _details(facts, action)
    )


def _details(facts: OrderFacts, action: Action) -> dict[str, Any]:
    return {
        "action": action,
        "state": facts.state.label,
        "return_until": facts.return_until,
        "finish_due": facts.finish_due,
        "open_assists": facts.open_assists,
        "extensions": facts.extensions,
        "callback_tries": facts.callback_tries,
    }
