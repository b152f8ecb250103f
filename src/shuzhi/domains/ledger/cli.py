"""`shuzhi ledger`: see, prove, check, mend, and the turns of the year."""

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shuzhi.domains.ledger import services
from shuzhi.engines.ledger import parse_policy
from shuzhi.programs.monitor.__main__ import main as monitor_main
from shuzhi.programs.reading import reader
from shuzhi.programs.verify.__main__ import main as verify_main
from shuzhi.programs.witness.__main__ import main as witness_main
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="The public ledger: state, receipts, checks, keys, copies.", no_args_is_help=True)
console = Console()
Because = Annotated[str, typer.Option(help="The reason; it is kept in the audit trail.")]
_PROGRAM = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
_PAUSE_S = 0.3
LEAST_COPIES = 2


@app.command()
def status() -> None:
    """Where the open log stands and what each witness says. Exit code 1 when the ledger is stopped or late."""
    state = services.status()
    console.print(f"{state.origin}: {state.state}. {state.published} of {state.size} entries are witnessed.")
    if state.stopped:
        console.print(f"[red]Nothing is signed any more: {state.stopped}[/]", highlight=False)
    table = Table("Witness", "Entries", "Behind", "Refusals", "Last failure")
    for one in state.witnesses:
        table.add_row(one.name, str(one.size), str(one.lag), str(one.refusals), one.failure)
    console.print(table)
    console.print(f"A quorum takes {state.needed} of {state.of} witnesses.")
    copies = services.copies()
    for copy in copies:
        console.print(f"The copy in {copy.place} has {copy.size} entries.", highlight=False, soft_wrap=True)
    if len(copies) < LEAST_COPIES:
        console.print(f"Full copies: {len(copies)}. Name at least {LEAST_COPIES} in SHUZHI_LEDGER_MIRRORS.")
    for anchor in services.anchored():
        console.print(
            f"The anchor {anchor.kind} took {anchor.size} entries. {anchor.failure}", highlight=False
        )
    raise typer.Exit(int(state.state in ("stopped", "late")))


@app.command()
def publish(
    wait: Annotated[float, typer.Option(help="Seconds to go on trying until all is witnessed.")] = 0,
) -> None:
    """Have everything witnessed that waits. Exit code 1 when something still waits."""
    end = time.monotonic() + wait
    services.publish(by=SYSTEM)
    while (state := services.status()).published < state.size and time.monotonic() < end:
        time.sleep(_PAUSE_S)
        services.publish(by=SYSTEM)
    console.print(f"{state.published} of {state.size} entries are witnessed.")
    raise typer.Exit(int(state.published < state.size))


@app.command()
def prove(
    code: Annotated[str, typer.Argument(help="What stands on the receipt, e.g. 2026-48213-K7QX.")],
    folder: Annotated[Path, typer.Option("--to", help="Folder for the two files.")] = Path(),
) -> None:
    """Write the receipt of a code: CODE.tlog-proof, and policy.txt that says whom it trusts."""
    entry = services.entry_of_code(code)
    files = services.receipt(entry.log, entry.index)
    (folder / f"{entry.code}.tlog-proof").write_bytes(files.proof)
    (folder / "policy.txt").write_bytes(files.policy)
    console.print(f"Entry {entry.index} of log {entry.log} is witnessed; the receipt is written.")


@app.command(context_settings=_PROGRAM)
def verify(context: typer.Context) -> None:
    """The stand-alone program shuzhi-verify: check receipts, directories, checkpoints."""
    raise typer.Exit(verify_main(context.args))


@app.command(context_settings=_PROGRAM)
def witness(context: typer.Context) -> None:
    """The stand-alone program shuzhi-witness: cosign a log as long as it only grows."""
    raise typer.Exit(witness_main(context.args))


@app.command(context_settings=_PROGRAM)
def monitor(context: typer.Context) -> None:
    """The stand-alone program shuzhi-monitor: read a log as it grows and report what is wrong."""
    raise typer.Exit(monitor_main(context.args))


@app.command()
def fsck() -> None:
    """Compare files, rows, openings and signatures. Exit code 1 when something is wrong."""
    faults = services.check_everything(by=SYSTEM)
    for fault in faults:
        console.print(f"[red]{fault.code}[/] {fault.where}: {fault.detail}", highlight=False)
    console.print(f"{len(faults)} faults found.")
    raise typer.Exit(int(bool(faults)))


@app.command()
def rebuild() -> None:
    """Write all public files anew from the database."""
    console.print(f"{services.rebuild(by=SYSTEM)} entries are written.")


@app.command()
def recover(
    source: Annotated[str, typer.Argument(help="Address or folder of the fullest copy of the open log.")],
    because: Because,
) -> None:
    """After a restored backup: bring the entries back that the public log has and this database has lost."""
    brought = services.recover(reader(source), because=because, by=SYSTEM)
    console.print(f"{len(brought)} entries are back; the log goes on after them.")


@app.command()
def gc() -> None:
    """Delete unfinished tiles that full ones have outgrown."""
    console.print(f"{services.collect_garbage(by=SYSTEM)} files are deleted.")


@app.command()
def resume(because: Because) -> None:
    """Let a stopped ledger sign again, after the cause was mended."""
    why = services.resume(because=because, by=SYSTEM)
    console.print(f"It signs again. It had stopped because: {why}" if why else "It was not stopped.")


@app.command()
def policy(
    file: Annotated[Path, typer.Argument(help="The policy file.")],
    because: Because,
    lower: Annotated[bool, typer.Option(help="The new policy may need fewer witnesses.")] = False,
) -> None:
    """Change who watches: a C2SP tlog-policy file with our log line, witnesses with their addresses, and the quorum."""
    services.set_policy(file.read_text(encoding="utf-8"), lower=lower, because=because, by=SYSTEM)
    console.print("The policy is changed and logged; it holds from the next checkpoint on.")


@app.command("rotate-key")
def rotate_key(
    because: Because,
    finish: Annotated[bool, typer.Option(help="Let the newest key sign alone.")] = False,
) -> None:
    """Make a new key that signs beside the old one; with --finish, let the old one go."""
    change = services.finish_key_rotation if finish else services.begin_key_rotation
    console.print(change(because=because, by=SYSTEM), highlight=False, soft_wrap=True)


@app.command()
def freeze(because: Because) -> None:
    """Close the year's log and open the next, whose first entry names the last checkpoint."""
    console.print(f"Log {services.freeze(because=because, by=SYSTEM)} is open.")


@app.command()
def erase(demand_id: Annotated[int, typer.Argument(help="Number of the demand.")], because: Because) -> None:
    """Destroy what opens the entries about a demand. This cannot be undone."""
    console.print(f"{services.erase_demand(demand_id, because=because, by=SYSTEM)} entries are erased.")


@app.command()
def mirror(
    source: Annotated[str, typer.Argument(help="Address or folder of the log.")],
    folder: Annotated[Path, typer.Argument(help="Where the copy lies.")],
    policy: Annotated[Path, typer.Option(help="Whom you trust.")],
) -> None:
    """Copy a log (address or folder) into a folder and verify it on the way."""
    size = services.copy_log(reader(source), folder, parse_policy(policy.read_bytes()))
    console.print(f"The copy has {size} entries.")


@app.command()
def anchor() -> None:
    """Hand the newest checkpoint to every anchor now."""
    console.print(f"{services.anchor_checkpoint(by=SYSTEM, at_once=True)} anchors took it.")
