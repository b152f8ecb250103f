"""Draws the life of a work order from its table of moves: `python -m shuzhi.domains.casework.diagram`.

The output is docs/work-order-states.md.
"""

from collections.abc import Iterator

from shuzhi.domains.casework.lifecycle import GUARDS, MOVES, Landing, Mark, Move, Outcome, State

_INTRODUCTION = """# The life of a work order

Generated from the table of moves in `shuzhi.domains.casework.lifecycle`; do not edit. Write it anew with
`python -m shuzhi.domains.casework.diagram > docs/work-order-states.md`.

Closed is not solved: the outcome ({outcomes}) is kept apart from the state. Marks that lie on top of
any state: {marks}. The drawing leaves out the moves that stay in their state and the ways into `terminated`;
the table has them all.
"""


def diagram() -> str:
    """The states and the moves between them as a Mermaid state diagram."""
    arrows: dict[tuple[str, str], list[str]] = {}
    for move in MOVES:
        if move.to_state in (Landing.STAYS, State.TERMINATED):
            continue
        for state in _in_order(move):
            for target in _targets(move):
                if state != target:
                    arrows.setdefault((state, target), []).append(move.action)
    lines = [
        f"    {state} --> {target}: {' / '.join(actions)}" for (state, target), actions in arrows.items()
    ]
    return "\n".join(["stateDiagram-v2", "    [*] --> registered", *lines, "    closed --> [*]"])


def page() -> str:
    """The whole page docs/work-order-states.md: the drawing, the moves, the guards."""
    introduction = _INTRODUCTION.format(outcomes=", ".join(Outcome), marks=", ".join(Mark))
    parts = [introduction, f"```mermaid\n{diagram()}\n```\n", "## Moves\n"]
    parts.append("\n".join(_move_rows()) + "\n")
    parts.append("## Guards\n")
    parts.append("\n".join(_guard_rows()))
    return "\n".join(parts) + "\n"


def _in_order(move: Move) -> list[State]:
    return [state for state in State if state in move.from_states]


def _targets(move: Move) -> list[State]:
    """Where a move can lead: an undone merge leads back to any state in which orders can be merged."""
    if isinstance(move.to_state, State):
        return [move.to_state]
    return [state for merge in MOVES if merge.to_state is State.MERGED for state in _in_order(merge)]


def _move_rows() -> Iterator[str]:
    yield "| action | from | to | guards | permission | usually |"
    yield "|---|---|---|---|---|---|"
    for move in MOVES:
        guards = [*([f"when {move.when}"] if move.when else []), *move.guards]
        if move.needs_reason:
            guards.append("reason_given")
        permissions = [move.permission, *([move.citizen_permission] if move.citizen_permission else [])]
        cells = (
            move.action,
            ", ".join(_in_order(move)),
            move.to_state,
            ", ".join(guards) or "–",
            " or ".join(permissions),
            ", ".join(move.who),
        )
        yield f"| {' | '.join(cells)} |"


def _guard_rows() -> Iterator[str]:
    yield "| guard | refusal code | looks at |"
    yield "|---|---|---|"
    for guard in GUARDS.values():
        yield f"| {guard.name} | {guard.code} | {'the form' if guard.on_given else 'the order'} |"


if __name__ == "__main__":
    print(page(), end="")
