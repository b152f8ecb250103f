"""`shuzhi text models` and `shuzhi text learn`: the shelf of the models that make suggestions."""

from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich import box
from rich.table import Column, Table

from shuzhi.domains.intake import services as intake
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="The models that make suggestions: which serve, which may.", no_args_is_help=True)
console = shell.console()
Because = Annotated[str, typer.Option(help="Why another model serves.")]
Field = Annotated[str, typer.Argument(help="category or kind.")]


@app.command("list")
def list_models() -> None:
    """Every model with what was measured of it."""
    cards = intake.models(by=SYSTEM)
    widest = max(len(card.entry.version) for card in cards)  # a version is copied: it must stand in one piece
    version, day = Column(_("version"), min_width=widest), Column(_("made on"), no_wrap=True)
    columns = (version, _("target"), _("state"), "macro-F1", _("messages"), day)
    table = Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)
    for card in cards:
        entry = card.entry
        why_not = intake.WHY_NOT.get(card.why_not, card.why_not)
        state = _("serves") if card.serving else _("may take over") if card.may_serve else str(why_not)
        measured = (f"{entry.macro_f1:.3f}", f"{entry.rows:,}", entry.made_on)
        table.add_row(entry.version, entry.target, state, *measured)
    console.print(table)


@app.command()
def promote(version: Annotated[str, typer.Argument(help="As `list` names it.")], because: Because) -> None:
    """Let a model serve; refused when it is worse than the one that serves."""
    card = intake.promote_model(version, because=because, by=SYSTEM)
    told = {"version": card.entry.version, "target": card.entry.target}
    console.print(_("%(version)s makes the suggestions for %(target)s.") % told)


@app.command()
def rollback(target: Field, because: Because) -> None:
    """Let the model before serve again."""
    card = intake.rollback_model(target, because=because, by=SYSTEM)
    told = {"version": card.entry.version, "target": target}
    console.print(_("%(version)s makes the suggestions for %(target)s again.") % told)


def learn(target: Field) -> None:
    """Train a model from what people chose, measure it beside the one that serves, put it on the shelf."""
    with console.status(_("It learns …")):
        entry = intake.learn(target, by=SYSTEM).entry
    console.print(f"{entry.version}: macro-F1 {entry.macro_f1:.3f}, {entry.rival} {entry.rival_f1:.3f}")
    console.print(f'shuzhi text models promote {entry.version} --because "…"')
