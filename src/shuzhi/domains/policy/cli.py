"""`shuzhi policy`: the shelf of books, and the population that reforms are tried on."""

from typing import Annotated

import typer
from rich.table import Table

from shuzhi.domains.policy import services
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="Rule books that decide, and what they decided.", no_args_is_help=True)
console = shell.console()


@app.command()
def books() -> None:
    """The books that decide today; "demo" marks amounts that nobody verified."""
    table = Table("code", "title", "version", "from", "rule package", "")
    for one in services.books():
        marks = ("demo" if one.demo else "") + (" paused" if one.paused else "")
        table.add_row(
            one.code, one.title, str(one.number), str(one.starts_on), one.digest[:12], marks.strip()
        )
    console.print(table)


@app.command()
def population(
    households: Annotated[int, typer.Option(min=1_000, help="Synthetic households.")] = 45_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same people.")] = 20260101,
) -> None:
    """Draw the synthetic county that simulations use. Nobody in it exists."""
    digest = services.keep_population(seed=seed, households=households, by=SYSTEM)
    console.print(f"{households:,} synthetic households, {digest[:12]}")
