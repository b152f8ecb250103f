"""`shuzhi insight`: look at hot issues and find them anew."""

from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from shuzhi.domains.insight import services
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="Hot issues: what many people report.", no_args_is_help=True)
console = Console()


@app.command()
def issues(limit: Annotated[int, typer.Option(help="How many.")] = 20) -> None:
    """List the hottest issues."""
    table = Table("id", "heat", "people", "demands", "stage", "issue", "words")
    for one in services.hot_issues(limit=limit, by=SYSTEM).items:
        table.add_row(
            str(one.id),
            f"{one.heat:.1f}",
            str(one.people),
            str(one.demands),
            one.stage,
            one.title,
            " ".join(one.keywords),
        )
    console.print(table)


@app.command()
def rebuild(days: Annotated[int, typer.Option(help="How many days to look back.")] = 180) -> None:
    """Find the issues of the last days anew, as every night; what people placed stays."""
    with Progress(console=console) as progress:
        task = progress.add_task("towns", total=None)
        shared = services.rebuild(
            days=days,
            by=SYSTEM,
            on_progress=lambda done, total: progress.update(task, completed=done, total=total),
        )
    console.print(f"{shared} demands share an issue.")
