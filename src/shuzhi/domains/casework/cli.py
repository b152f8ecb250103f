"""`shuzhi orders`: demands that are held without a work order, and trying them again."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shuzhi.domains.casework import services
from shuzhi.domains.casework.labels import held_because
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(
    help="Demands that are held without a work order: list them, try them again.", no_args_is_help=True
)
console = Console()


@app.command()
def held() -> None:
    """Which demands have no work order, why, and what to mend."""
    table = Table("Demand", "Reason", "Kind", "Urgency", "Category", "Area", "Tried", "What to mend")
    for one in services.held_demands(by=SYSTEM):
        codes = (str(one.demand_id), one.reason, one.kind, one.urgency, one.category, one.area)
        table.add_row(*codes, str(one.tried), held_because(one.reason))
    console.print(table)
    console.print(f"Held: {services.count_held(by=SYSTEM)}")


@app.command()
def retry(
    demand: Annotated[list[int] | None, typer.Option(help="Only this demand; may be repeated.")] = None,
) -> None:
    """Have held demands tried again by the worker: all of them, or those named."""
    console.print(f"Being tried again: {services.release_held(demand or None, by=SYSTEM)}")
