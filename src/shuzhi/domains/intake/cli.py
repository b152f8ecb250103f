"""`shuzhi demands …`: files of demands in, one demand on the screen."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import ImportReport, RecognisedColumn
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="Demands: import files, look one up.", no_args_is_help=True)
console = shell.console()
MOST_PROCESSES = 3  # readers; more of them than this only wait for the one that writes


@app.command("import")
def import_file(
    file: Annotated[Path, typer.Argument(help="CSV, XLSX or JSON Lines, in any usual encoding.")],
    map_: Annotated[
        list[str] | None,
        typer.Option("--map", help="COLUMN=FIELD, over what is recognised; COLUMN= leaves it out."),
    ] = None,
    source: Annotated[
        str, typer.Option(help="Whose numbers the rows carry; by default the name of the file.")
    ] = "",
    channel: Annotated[str, typer.Option(help="Channel of rows that name none.")] = "other",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and count, write nothing.")] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask before importing.")] = False,
) -> None:
    """Import a file of demands. Importing it twice adds nothing; a broken import goes on where it stopped."""
    mapping = dict(_pair(text) for text in map_ or [])
    console.print(_columns_table(services.recognise_columns(file, mapping=mapping, by=SYSTEM)))
    if not (dry_run or yes or typer.confirm(_("Import with these columns?"), default=True)):
        raise typer.Exit(1)
    with Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        TimeRemainingColumn(),
        console=console,
    ) as bar:
        task = bar.add_task(file.name, total=1.0)
        report = services.import_demands(
            file,
            mapping=mapping,
            source=source,
            channel=channel,
            dry_run=dry_run,
            processes=min(MOST_PROCESSES, os.cpu_count() or 1),
            on_progress=lambda rows, share: bar.update(
                task, completed=share, description=f"{file.name}  {rows:,}"
            ),
            by=SYSTEM,
        )
        bar.update(task, completed=1.0)
    _show(report)


@app.command("index")
def index_words() -> None:
    """Make the index again that finds demands by their words."""
    with Progress(TextColumn("{task.description}"), console=console) as bar:
        task = bar.add_task("")
        indexed = services.rebuild_word_index(
            on_progress=lambda rows: bar.update(task, description=f"{rows:,}"), by=SYSTEM
        )
    console.print(_("%(count)s demands are found by their words.") % {"count": f"{indexed:,}"})


@app.command()
def show(code: Annotated[str, typer.Argument(help="The public code, such as YJ-7K3M-Q2XW.")]) -> None:
    """Show a demand, its words masked."""
    found = services.search(code, by=SYSTEM, limit=1).items
    if not found:
        console.print(_("No demand has the code %(code)s.") % {"code": code}, style="red")
        raise typer.Exit(2)
    card = found[0]
    table = Table(title=card.public_code, show_header=False)
    for name in (
        "title",
        "text",
        "kind",
        "category",
        "area",
        "place",
        "urgency",
        "flags",
        "tags",
        "enterprise",
        "received_at",
        "status",
    ):
        value = getattr(card, name)
        table.add_row(name, ", ".join(value) if isinstance(value, tuple) else str(value))
    console.print(table)


@app.command()
def erase(
    code: Annotated[str, typer.Argument(help="The public code, such as YJ-7K3M-Q2XW.")],
    because: Annotated[str, typer.Option(help="Who asked for it and why; kept in the audit trail.")],
) -> None:
    """Make the words and contacts of whoever sent a demand unreadable, in all demands of that phone, for ever."""
    found = services.search(code, by=SYSTEM, limit=1).items
    if not found:
        console.print(_("No demand has the code %(code)s.") % {"code": code}, style="red")
        raise typer.Exit(2)
    erased = services.erase_requester(found[0].id, because=because, by=SYSTEM)
    console.print(_("%(count)s demands keep their masked words only.") % {"count": len(erased)})


def _pair(text: str) -> tuple[str, str]:
    column, equals, field = text.rpartition("=")
    if not equals:
        raise typer.BadParameter(
            _("write COLUMN=FIELD, not “%(text)s”.") % {"text": text}, param_hint="--map"
        )
    return column, field.strip()


def _columns_table(columns: Sequence[RecognisedColumn]) -> Table:
    table = Table(title=_("Columns of the file"))
    for title in (_("Column"), _("is taken for"), _("Example")):
        table.add_column(title, overflow="fold")
    for one in columns:
        table.add_row(one.column, one.field or Text(_("left out"), "dim"), one.example)
    return table


def _show(report: ImportReport) -> None:
    title = _("Accounting (nothing was written)") if report.dry_run else _("Accounting")
    table = Table(title=title, show_header=False)
    for label, count in (
        (_("accepted"), report.accepted),
        (_("merged: one more voice of an earlier demand"), report.merged),
        (_("unchanged: imported before"), report.unchanged),
        (_("quarantined"), report.quarantined),
        (_("rows"), report.rows),
    ):
        table.add_row(label, f"{count:,}")
    console.print(table)
    if report.without_place:
        console.print(_("%(count)s demands name no place.") % {"count": f"{report.without_place:,}"})
    for field, count in report.unread:
        console.print(
            _("%(field)s: %(count)s cells were not understood and are left to triage.")
            % {"field": field, "count": f"{count:,}"}
        )
    if report.receipts_file:
        console.print(_("Receipts (codes of every demand): %(file)s") % {"file": report.receipts_file})
    if report.quarantine_file:
        console.print(
            _("Mend the quarantined rows in %(file)s and import that file with --source %(source)s.")
            % {"file": report.quarantine_file, "source": report.source},
            style="yellow",
        )
