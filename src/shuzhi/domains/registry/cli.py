"""The registry at the command line."""

from collections.abc import Iterable
from datetime import date, datetime
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from shuzhi.domains.registry import services
from shuzhi.domains.registry.cards import ImportReport
from shuzhi.spine import clock, shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(
    help="The county's own data: areas, units, catalogue, time limits, calendar.", no_args_is_help=True
)
console = shell.console()

Search = Annotated[str, typer.Option(help="Part of a name or code.")]


@app.command("import")
def import_(
    dataset: Annotated[str, typer.Argument(help=f"One of: {', '.join(services.datasets())}.")],
    file: Annotated[
        Path, typer.Argument(exists=True, dir_okay=False, help="CSV, XLSX, JSON Lines or GeoJSON.")
    ],
    dry_run: Annotated[bool, typer.Option(help="Read and judge every row, keep nothing.")] = False,
) -> None:
    """Load a file into a data set. Rows that cannot be taken go into a file that you can mend and import again."""
    shown = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        TextColumn("{task.completed:,.0f}"),
        TimeElapsedColumn(),
    )
    with Progress(*shown, console=console, transient=True) as progress:
        task = progress.add_task(_("Rows read:"), total=None)
        report = services.import_csv(
            dataset,
            file,
            by=SYSTEM,
            dry_run=dry_run,
            on_progress=lambda rows: progress.update(task, completed=rows),
        )
    _tell(report, dry_run=dry_run)
    if report.quarantined:
        raise typer.Exit(1)


@app.command("calendar-import")
def calendar_import(years: Annotated[list[int], typer.Argument(help="Years, e.g. 2025 2026.")]) -> None:
    """Load the published holidays and swapped working days. Days that the county set itself stay."""
    _tell(services.import_calendar(years, by=SYSTEM), dry_run=False)


@app.command("calendar-set")
def calendar_set(
    day: Annotated[datetime, typer.Argument(formats=["%Y-%m-%d"], help="The day, as 2026-10-01.")],
    working: Annotated[bool, typer.Option("--working/--off", help="Whether the day is worked.")],
    hours: Annotated[str, typer.Option(help="Only on this day, e.g. 09:00-12:00,13:30-16:00.")] = "",
    note: Annotated[str, typer.Option(help="Why, as shown in the calendar.")] = "",
) -> None:
    """Say whether a day is worked; every deadline that crosses it moves."""
    card = services.set_day(day.date(), working=working, hours=hours, note=note, by=SYSTEM)
    console.print(f"{card.day} {card.hours or _('not worked')} {card.note}")


@app.command("calendar")
def calendar(year: Annotated[int | None, typer.Argument(help="This year when left out.")] = None) -> None:
    """The days of a year that differ from their weekday."""
    shown = year or clock.today().year
    days = services.calendar_days(shown)
    marked = [card for card in days if card.kind]
    _show(
        (_("Day"), _("Hours"), _("Occasion")),
        ((f"{card.day} {card.day:%a}", card.hours or _("not worked"), card.note) for card in marked),
    )
    console.print(_("Working days in the year: %(n)d") % {"n": sum(card.working for card in days)})
    if not services.working_calendar().covers(shown):
        console.print(
            _("The public holidays of %(year)d are not loaded: the weekdays decide.") % {"year": shown},
            style="yellow",
        )


@app.command("areas")
def areas(search: Search = "", level: Annotated[str, typer.Option(help="city, county, town …")] = "") -> None:
    """The areas."""
    found = services.areas(search=search, level=level)
    _show(
        (_("Code"), pgettext("of a thing", "Name"), _("Level")),
        ((card.code, card.name, card.level) for card in found),
    )


@app.command("units")
def units(
    search: Search = "", tier: Annotated[str, typer.Option(help="department, county, town, firm")] = ""
) -> None:
    """The handling units."""
    found = services.units(search=search, tier=tier)
    _show(
        (_("Code"), pgettext("of a thing", "Name"), _("Tier")),
        ((card.code, card.name, card.tier) for card in found),
    )


@app.command("catalogue")
def catalogue(
    category: Annotated[str, typer.Option(help="Who handles this category?")] = "",
    area: Annotated[str, typer.Option(help="In this area.")] = "",
    on: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="On this day.")] = None,
) -> None:
    """The dispatch catalogue in force, or the units that it names for a category, best first."""
    day: date = on.date() if on else clock.today()
    rows = services.dispatch_targets(category, area=area, on=day) if category else services.catalogue(day)
    _show(
        (_("Category"), _("Area"), _("Unit"), _("Version"), _("In force from")),
        ((row.category, row.area, row.unit, str(row.version), str(row.from_date)) for row in rows),
    )


def _show(titles: Iterable[str], rows: Iterable[tuple[str, ...]]) -> None:
    table = Table(*titles)
    for row in rows:
        table.add_row(*row)
    console.print(table)


def _tell(report: ImportReport, *, dry_run: bool) -> None:
    if dry_run:
        console.print(_("Nothing was kept: this was a trial."))
    console.print(
        _(
            "%(dataset)s: %(rows)d rows, %(accepted)d accepted, %(unchanged)d unchanged, %(quarantined)d sent back"
        )
        % vars(report)
    )
    if report.quarantine_file:
        console.print(
            _("Mend these rows and import the file again: %(path)s") % {"path": report.quarantine_file}
        )
