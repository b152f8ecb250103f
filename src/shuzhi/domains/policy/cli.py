"""`shuzhi policy`: the shelf of books."""

import typer
from rich.console import Console
from rich.table import Table

from shuzhi.domains.policy import services

app = typer.Typer(help="Rule books that decide, and what they decided.", no_args_is_help=True)
console = Console()


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
