"""`shuzhi knowledge`: look for answers, load articles."""

from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from shuzhi.domains.knowledge import services
from shuzhi.spine import shell
from shuzhi.spine.actors import SYSTEM

app = typer.Typer(help="The knowledge base: articles with sources.", no_args_is_help=True)
console = shell.console()


@app.command()
def find(
    question: Annotated[str, typer.Argument(help="What somebody wants to know.")],
    top: Annotated[int, typer.Option(help="How many.")] = 5,
) -> None:
    """The articles that answer a question, best first."""
    table = Table("code", "title", "unit", "words", "cited")
    for one in services.find_articles(question, top=top, by=SYSTEM):
        card = one.article
        table.add_row(card.code, card.words.title, card.words.unit, " ".join(one.reasons), str(card.uses))
    console.print(table)


@app.command("import")
def import_file(file: Annotated[Path, typer.Argument(exists=True, help="CSV, XLSX or JSON Lines.")]) -> None:
    """Load articles from a table. Each waits until a second person approves it on the pages."""
    with file.open("rb") as opened:
        report = services.import_articles(opened, file.name, by=SYSTEM)
    for line, sentence in report.problems:
        console.print(f"line {line}: {sentence}", highlight=False)
    console.print(f"{report.rows} rows: {report.accepted} to review, {report.unchanged} as before")
    if report.problems:
        raise typer.Exit(1)


@app.command()
def overdue() -> None:
    """Articles whose review date has passed, the longest first."""
    table = Table("review by", "code", "title", "unit", "cited")
    for one in services.list_articles(show="overdue", by=SYSTEM):
        words = one.words
        table.add_row(words.review_on.isoformat(), one.code, words.title, words.unit, str(one.uses))
    console.print(table)
