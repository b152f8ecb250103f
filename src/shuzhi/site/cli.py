"""One command for everything: `shuzhi --help`."""

import os
import sys
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shuzhi.spine import shell

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")

console = shell.console()
app = typer.Typer(
    name="shuzhi",
    help="Shuzhi: from a citizen's voice to a public, verifiable outcome.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)
Port = Annotated[int, typer.Option(help="Where the web server listens.")]
Host = Annotated[str, typer.Option(help="On which address; 0.0.0.0 for all of this machine.")]
ListenerName = Annotated[str, typer.Argument(help="As `shuzhi outbox status` names it.")]
Folder = Annotated[Path, typer.Argument(help="What is stored: database, photos, files that were sent in.")]
KeysFolder = Annotated[
    Path, typer.Option(help="The keys: another disk, other people, kept for a short time.")
]
outbox_app = typer.Typer(help="How news travels between the rooms.", no_args_is_help=True)
app.add_typer(outbox_app, name="outbox")


@cache
def whole() -> typer.Typer:
    """The program with what rooms and engines bring to it; needs Django to be set up."""
    from shuzhi.site.commands import MOUNTED

    for name, module in MOUNTED.items():
        app.add_typer(import_module(module).app, name=name)
    return app


@app.command()
def setup() -> None:
    """Create or update the database, the keys and the static files. Safe to run again."""
    from django.core.management import call_command
    from django.db import connection

    from shuzhi.site import statics

    if connection.vendor == "sqlite":
        # An index of millions of rows is sorted on the disk: in memory it would take several GB.
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA temp_store = FILE")
    call_command("migrate", verbosity=0, interactive=False)
    statics.gather()
    console.print("Database, keys and static files are ready.", style="green")


@app.command()
def worker(once: Annotated[bool, typer.Option(help="Deliver what waits, then stop.")] = False) -> None:
    """Deliver events to the listeners, send messages and webhooks, until stopped."""
    from shuzhi.site.worker import run

    run(once=once)


@app.command()
def serve(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Run web and worker in the foreground; Ctrl-C stops both."""
    from shuzhi.site import processes

    raise typer.Exit(processes.serve(host, port))


@app.command()
def start(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """Start web and worker in the background and wait until the home page answers."""
    from shuzhi.site import processes

    raise typer.Exit(processes.start(host, port))


@app.command()
def stop() -> None:
    """Stop what `start` started."""
    from shuzhi.site import processes

    raise typer.Exit(processes.stop())


@app.command()
def backup(folder: Folder, keys: KeysFolder) -> None:
    """Write the county into two new folders while it runs: what is stored, and apart from it the keys that open it."""
    from shuzhi.site import backups

    stored, opened_by = backups.back_up(folder, keys)
    console.print(f"{folder}: {stored:,} bytes, {keys}: {opened_by:,} bytes", soft_wrap=True)
    console.print("Keep the two apart, and those of the keys for a short time only.", style="green")


@app.command()
def restore(folder: Folder, keys: KeysFolder) -> None:
    """Bring a backup back into an empty SHUZHI_DATA_DIR and an empty database."""
    from shuzhi.site import backups

    made_at = backups.restore(folder, keys)
    console.print(f"The county stands as it stood at {made_at}.", style="green")
    console.print("Next: shuzhi ledger status, shuzhi serve")


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def manage(context: typer.Context) -> None:
    """Django's own management commands, e.g. `shuzhi manage check --deploy`."""
    from django.core.management import execute_from_command_line

    execute_from_command_line(["shuzhi manage", *context.args])


@outbox_app.command("status")
def outbox_status() -> None:
    """Where every listener stands and what stopped it."""
    from shuzhi.site.wiring import LISTENERS
    from shuzhi.spine import outbox

    state = outbox.status(LISTENERS)
    table = Table("Listener", "Position", "Behind", "Last moved", "Failure")
    for one in state.listeners:
        moved = one.moved_at.isoformat(timespec="seconds") if one.moved_at else "-"
        failure = one.failure.strip().splitlines()[-1] if one.failure else ""
        table.add_row(one.listener, str(one.position), str(one.behind), moved, failure)
    console.print(table)
    console.print(f"Last position {state.last_position}, waiting for a number: {state.waiting}")


@outbox_app.command("resume")
def outbox_resume(listener: ListenerName) -> None:
    """Let a stopped listener try again from where it stopped."""
    from shuzhi.site.wiring import LISTENERS
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    outbox.resume(outbox.find_listener(LISTENERS, listener), by=SYSTEM)
    console.print(f"{listener} will go on with the next batch.")


@outbox_app.command("replay")
def outbox_replay(listener: ListenerName) -> None:
    """Empty a listener's read model and tell it the whole story again."""
    from shuzhi.site.wiring import LISTENERS
    from shuzhi.spine import outbox
    from shuzhi.spine.actors import SYSTEM

    found = outbox.find_listener(LISTENERS, listener)
    outbox.replay(found, by=SYSTEM)
    console.print(f"{listener} heard {outbox.drain([found])} events again.")


def main() -> None:
    """The entrance: a refusal is one sentence and exit code 2."""
    import django

    django.setup()
    from django.db import DatabaseError

    from shuzhi.spine.errors import Refused, passes_by_itself

    try:
        whole()()
    except Refused as refusal:
        _refuse(refusal.sentence)
    except DatabaseError as error:
        if passes_by_itself(error):
            _refuse(
                f"The database cannot take this at the moment ({error}). Nothing half-done stays: run the command again."
            )
        if not _lacks_tables():
            raise
        _refuse("This database was not set up for this version. Run: shuzhi setup")


def _refuse(sentence: str) -> None:
    shell.console(stderr=True).print(sentence, style="red", highlight=False)
    sys.exit(2)


def _lacks_tables() -> bool:
    """Whether the database is behind what this version of the program needs."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
