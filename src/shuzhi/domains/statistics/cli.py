"""`shuzhi statistics`: the measures on the command line, and rebuilding them from the story."""

from typing import Annotated

import typer
from rich.table import Table

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.cards import MeasureCard
from shuzhi.domains.statistics.definitions import FEN, HOURS
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="Measures: show them, rebuild the facts that they rest on.", no_args_is_help=True)
console = shell.console()


@app.command()
def show(
    days: Annotated[int, typer.Option(min=1, max=3660, help="Complete days up to yesterday.")] = 28,
    by: Annotated[str, typer.Option(help="unit, tier, category, area or channel.")] = "",
    name: Annotated[list[str] | None, typer.Option(help="Only this measure; may be repeated.")] = None,
) -> None:
    """Show measures with numerator, denominator, 95 % interval and what is left out."""
    since, until = services.last_days(days)
    table = Table("Group", "Measure", "Value", "95 % interval", "Counted", "Of", "Left out")
    for card in services.measures(since=since, until=until, by=by, names=name or (), actor=SYSTEM):
        table.add_row(
            card.group_name,
            card.label,
            _value(card),
            "" if card.low is None or card.high is None else f"{card.low:.1%}–{card.high:.1%}",
            _counted(card),
            str(card.denominator),
            ", ".join(f"{reason} {count}" for reason, count in card.excluded.items()),
        )
    console.print(table)


def _value(card: MeasureCard) -> str:
    if card.rate is None:
        return "-"
    if card.scale == FEN:
        return f"¥{card.rate / 100:,.2f}"
    return f"{card.rate:.0f} h" if card.scale == HOURS else f"{card.rate:.1%}"


def _counted(card: MeasureCard) -> str:
    if card.scale == FEN:
        return f"¥{card.numerator / 100:,.2f}"
    return "" if card.scale == HOURS else str(card.numerator)


@app.command()
def holding() -> None:
    """Say what the figures rest on: the last event counted, missing files, events set aside for their quality."""
    card = services.holding()
    console.print(f"Position {card.position}, told {card.heard_at}, rebuilt {card.rebuilt:.0%}.")
    for rule, count in card.set_aside.items():
        console.print(f"Set aside: {count} ({rule}).")
    if card.missing:
        console.print("Files are missing: shuzhi statistics rebuild")
        raise typer.Exit(1)


@app.command()
def rebuild() -> None:
    """Forget every fact and hear the whole story again. The figures are incomplete until this ends."""
    with console.status("Hearing the story again …"):
        heard = services.rebuild(by=SYSTEM)
    console.print(f"{heard} events were heard.")
