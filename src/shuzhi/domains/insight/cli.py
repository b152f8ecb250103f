"""`shuzhi insight`: look at hot issues and find them anew, look ahead."""

from datetime import datetime
from typing import Annotated

import typer
from rich.progress import Progress
from rich.table import Table

from shuzhi.domains.insight import services
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(
    help="Hot issues: what many people report; the coming week; early warnings; monthly topics.",
    no_args_is_help=True,
)
console = shell.console()


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


@app.command()
def forecast(
    area: Annotated[str, typer.Option(help="Code of an area; all areas when left out.")] = "",
    anew: Annotated[bool, typer.Option(help="Look ahead anew before showing it.")] = True,
) -> None:
    """Look at the coming week as every night, and show it by category with the method that serves."""
    if anew:
        made = services.forecast_anew(by=SYSTEM)
        console.print(
            f"{made.series} series from counts {made.digest[:16]}; a model serves {made.beaten}, "
            "the baseline the others."
        )
    table = Table("category", "next 7 days", "band", "last 7 days", "method", "error / baseline", "inside")
    for one in services.forecasts(area, by=SYSTEM):
        table.add_row(
            one.category_name or "all",
            f"{one.total:.0f}",
            f"{one.total_low}–{one.total_high}",
            "–" if one.last_week is None else str(one.last_week),
            one.served,
            "–" if one.scaled is None else f"{one.scaled:.2f}",
            f"{one.covered}/{one.judged}",
        )
    console.print(table)


@app.command()
def watch() -> None:
    """Look for early warnings as every hour, and list those that stand."""
    services.look_for_warnings(by=SYSTEM)
    table = Table("id", "level", "area", "what", "came", "ordinary", "chance a month", "state")
    for one in services.open_warnings(by=SYSTEM):
        table.add_row(
            str(one.id),
            one.level,
            one.area_name,
            one.title,
            str(one.came),
            f"{one.expected:.1f}",
            f"{one.false_alarms:.2g}",
            one.state,
        )
    console.print(table)


@app.command()
def topics(
    month: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m"], help="Month to propose for, e.g. 2026-12; the next one."),
    ] = None,
) -> None:
    """Propose what a month brings more of every year, and list what was proposed."""
    wanted = month.date() if month else None
    table = Table("id", "month", "what", "times its share", "state")
    for one in services.propose_topics(month=wanted, by=SYSTEM):
        table.add_row(str(one.id), f"{one.month:%Y-%m}", one.category_name, f"{one.ratio:.2f}", one.state)
    console.print(table)


@app.command()
def process(
    days: Annotated[int, typer.Option(help="Orders opened in the last 30, 90 or 365 days.")] = 90,
    area: Annotated[str, typer.Option(help="Code of an area directly below the top one.")] = "",
    category: Annotated[str, typer.Option(help="Code of a category of the first level.")] = "",
    unit: Annotated[str, typer.Option(help="Code of a unit that ever had the orders.")] = "",
    anew: Annotated[bool, typer.Option(help="Count anew before showing it.")] = True,
) -> None:
    """Count how work orders flow as every night, and show where they wait, in working hours."""
    if anew:
        services.map_processes(by=SYSTEM)
    found = services.process(days=days, area=area, category=category, unit=unit, by=SYSTEM)
    table = Table("from", "to", "times", "half waited over", "one in ten waited over")
    for one in found.passages:
        hours = [f"{minutes / 60:.1f} h" for minutes in (one.median_minutes, one.ninetieth_minutes)]
        table.add_row(
            one.start_label, one.end_label + (" (back)" if one.back else ""), str(one.times), *hours
        )
    console.print(table)
    console.print(
        f"{found.orders} orders; {found.looped} entered a state again; {found.bounced} came back to a unit."
    )


@app.command()
def patterns(anew: Annotated[bool, typer.Option(help="Search anew before showing it.")] = True) -> None:
    """Search for patterns as every night: hotspots, what follows what, who must call again."""
    if anew:
        made = services.find_patterns(by=SYSTEM)
        looked = ", ".join(f"{number} {kind}" for kind, number in made.looked.items())
        console.print(f"{made.found} found; looked at: {looked}.")
    table = Table("id", "kind", "what", "where", "from", "to", "came", "ordinary", "expected chance")
    for one in services.patterns(by=SYSTEM).items:
        what = f"{one.category_name} → {one.then_name} (+{one.lag} d)" if one.then else one.category_name
        table.add_row(
            str(one.id),
            one.kind,
            what,
            one.area_name or "all",
            f"{one.first_day}",
            f"{one.last_day}",
            str(one.came),
            f"{one.expected:.1f}",
            f"{one.false_share:.2g}",
        )
    console.print(table)
