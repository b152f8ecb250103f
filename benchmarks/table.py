"""One way to print what was measured: each figure beside its goal and the limit, and whether all goals are met."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    """One line: a figure with its unit. goal: "" when it is only there to compare with."""

    what: str
    value: float
    unit: str
    goal: str = ""
    met: bool = True


def at_least(what: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(what, value, unit, f"≥ {goal:,g}", value >= goal)


def below(what: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(what, value, unit, f"< {goal:,g}", value < goal)


def exactly(what: str, value: float, goal: float, unit: str) -> Figure:
    return Figure(what, value, unit, f"= {goal:,g}", value == goal)


def show(title: str, figures: Sequence[Figure]) -> int:
    """Print the table; returns the exit code: 1 when a goal is missed."""
    table = Table(title=title)
    table.add_column("what")
    for name in ("value", "unit", "goal", ""):
        table.add_column(name, justify="right" if name == "value" else "left")
    for one in figures:
        verdict = "" if not one.goal else "met" if one.met else "[red]MISSED[/]"
        table.add_row(one.what, f"{one.value:,.1f}", one.unit, one.goal, verdict)
    Console().print(table)
    return 0 if all(one.met for one in figures) else 1


def percentile(values: Sequence[float], share: float) -> float:
    """The value that this share of the values does not exceed (nearest rank)."""
    if share == 0.5:
        return median(values)
    ranked = sorted(values)
    return ranked[min(len(ranked) - 1, int(share * len(ranked)))]
