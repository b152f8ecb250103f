"""`shuzhi demo build` and the words of welcome."""

from typing import Annotated

import typer
from rich.console import Console
from rich.panel import Panel
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TextColumn,
    TimeElapsedColumn,
)

from shuzhi.site.demo import build as building
from shuzhi.site.demo import decisions, policy
from shuzhi.site.demo.staff import DUTIES, PASSWORD

app = typer.Typer(help="The synthetic demo county.", no_args_is_help=True)
console = Console()


@app.command()
def up(port: Annotated[int, typer.Option(help="Where the home page is to answer.")] = 8000) -> None:
    """Set up, build the county unless it stands, start web and worker, and say where and what to try."""
    from shuzhi.site import cli, processes

    cli.setup()
    build()
    if failed := processes.start("127.0.0.1", port):
        raise typer.Exit(failed)
    welcome(port)


@app.command()
def build(
    seed: Annotated[int, typer.Option(help="The county follows from this number.")] = 7,
    demands: Annotated[int, typer.Option(help="How many demands three years bring.")] = 5000,
    households: Annotated[int, typer.Option(help="How many households live there.")] = 45_000,
) -> None:
    """Build the demo county, unless it stands already."""
    if building.is_built():
        console.print("The demo county stands already (make clean-data removes it).")
        return
    bar = Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with bar:
        tasks: dict[str, int] = {}

        def on_step(what: str, done: int, total: int) -> None:
            if what not in tasks:
                tasks[what] = bar.add_task(what, total=total)
            bar.update(tasks[what], completed=done, total=total)  # type: ignore[arg-type]

        building.build(seed=seed, demands=demands, households=households, on_step=on_step)


@app.command()
def welcome(port: Annotated[int, typer.Option(help="Where the home page answers.")] = 8000) -> None:
    """Where the demo answers, who may log in, and the first three things to try."""
    home = f"http://localhost:{port}"
    duties = DUTIES | {decisions.ANALYST[0]: "analyst"} | dict.fromkeys(policy.OFFICERS, policy.ROLE)
    people = "\n".join(f"  {name:<12} {role}" for name, role in duties.items())
    console.print(
        Panel(
            f"[bold]{home}/[/]  Yunjiang, a synthetic county 云江市（演示数据，均为虚构）\n\n"
            f"Log in at {home}/login/ with the password [bold]{PASSWORD}[/] as\n{people}\n"
            "  officer-…    the officer of a unit, e.g. officer-housing\n\n"
            "Try first:\n"
            f"  1. As a citizen, tell the county something: {home}/report/\n"
            f"  2. As [bold]dispatcher[/], triage it and send it to a unit: {home}/desk/\n"
            f"  3. Follow it with the two codes of your receipt: {home}/track/\n\n"
            "make logs follows the processes, make stop ends them.",
            title="Shuzhi 数治",
            expand=False,
        )
    )
