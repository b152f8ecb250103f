"""`shuzhi orders`: demands that are held without a work order, and which orders go to their units by themselves."""

from typing import Annotated

import typer
from rich.table import Table

from shuzhi.domains.casework import services
from shuzhi.domains.casework.labels import held_because
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(
    help="Demands that are held without a work order, and automatic dispatch.", no_args_is_help=True
)
console = shell.console()


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


@app.command()
def automatic() -> None:
    """Whether orders go to their units by themselves, and what people's decisions have proven for each confidence."""
    rule = services.automatic_rule()
    console.print(
        f"From {rule.confidence_ppm / 10_000:g} % on." if rule else "Off: a person dispatches every order."
    )
    table = Table("Read at least", "Orders decided", "Right", "At least (95 % certain)", "May go by itself")
    for one in services.routing_proofs(by=SYSTEM):
        measured = (f"{one.floor_ppm / 10_000:g} %", f"{one.cases:,}", f"{one.right:,}", f"{one.least:.1%}")
        table.add_row(*measured, "yes" if one.proven else "no")
    console.print(table)
    console.print(f"Not looked at: {len(services.automatic_orders(by=SYSTEM))}")


@app.command("dispatch-automatically")
def dispatch_automatically(
    because: Annotated[str, typer.Option(help="Why it changes.")],
    percent: Annotated[int, typer.Option("--from", min=0, max=100, help="Least confidence; 0: never.")] = 0,
) -> None:
    """From today on, let orders read at least so surely go by themselves; refused where that is not proven."""
    rule = services.set_automatic_dispatch(percent * 10_000, because=because, by=SYSTEM)
    console.print("On." if rule.confidence_ppm else "Off.")
