"""`shuzhi rules`: check, format, document, calculate and simulate rule books, without a database."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Literal

import typer

from shuzhi.engines import rules
from shuzhi.engines.tabular import UnreadableTable, open_table
from shuzhi.site import simulate_cli
from shuzhi.spine import shell

app = typer.Typer(help="Rules as code: check, format, document, calculate, simulate.", no_args_is_help=True)
app.command()(simulate_cli.population)
console = shell.console()
Book = Annotated[str, typer.Argument(help="A file, or the name of a book that comes with Shuzhi.")]


def _text_of(book: str) -> str:
    path = Path(book)
    if path.exists():
        return path.read_text(encoding="utf-8")
    if book in rules.shipped_books():
        return Path(rules.__path__[0], "books", f"{book}.yaml").read_text(encoding="utf-8")
    raise typer.BadParameter(f"no file and no shipped book; shipped: {', '.join(rules.shipped_books())}")


def _read(book: str) -> rules.Book:
    try:
        return rules.read_book(_text_of(book), name=book)
    except rules.BookRefused as refused:
        raise _refused(str(refused)) from None


def _refused(message: str) -> typer.Exit:
    shell.console(stderr=True).print(message, highlight=False, soft_wrap=True)
    return typer.Exit(2)


@app.command()
def check(books: Annotated[list[str], typer.Argument(help="Files or shipped books.")]) -> None:
    """Say what is wrong with books, where, and how to mend it; run the cases that they carry. Exit 1 on findings."""
    found = [(book, finding) for book in books for finding in rules.check(_text_of(book), book)]
    for book, finding in found:
        console.print(f"{book}:{finding}", highlight=False)
    if found:
        raise typer.Exit(1)
    console.print(f"{len(books)} checked, nothing to mend.")


@app.command("format")
def format_book(book: Annotated[Path, typer.Argument(exists=True, help="The file to write anew.")]) -> None:
    """Write a book in the common layout, in place."""
    book.write_text(rules.format_book(book.read_text(encoding="utf-8")), encoding="utf-8")


@app.command()
def docs(
    book: Book,
    language: Annotated[Literal["zh", "en"], typer.Option(help="Of the headings.")] = "zh",
    graph: Annotated[Path | None, typer.Option(help="Draw what depends on what into this SVG file.")] = None,
) -> None:
    """The page of a book: law, formulas, parameters over time, what depends on what."""
    read = _read(book)
    if graph:
        graph.write_text(rules.graph_svg(read, english=language == "en"), encoding="utf-8")
    typer.echo(rules.docs(read, language, picture=graph.name if graph else ""))


@app.command()
def table(
    source: Annotated[Path, typer.Option("--in", exists=True, help="CSV or XLSX: conditions, result last.")],
    name: Annotated[str, typer.Option(help="What the table decides.")],
    law: Annotated[str, typer.Option(help="The article it rests on.")],
    of: Annotated[Literal["person", "household"], typer.Option(help="Whom it decides about.")] = "person",
    kind: Annotated[str, typer.Option("--type", help="money, count, truth …")] = "money",
) -> None:
    """A spreadsheet as a `tables:` entry of a book, on standard output."""
    try:
        with source.open("rb") as file:
            found = open_table(file, source.name)
            rows = [list(found.columns), *(list(row.values) for row in found.rows)]
    except UnreadableTable as error:
        raise _refused(f"{source}: {error}") from None
    typer.echo(rules.table_from_rows(name, rows, of=of, kind=kind, law=law), nl=False)


@app.command()
def schema() -> None:
    """JSON Schema of a book, for editors."""
    typer.echo(json.dumps(rules.editor_schema(), ensure_ascii=False, indent=1))


@app.command()
def calculate(
    book: Book,
    source: Annotated[Path, typer.Option("--in", exists=True, help="Situations as JSON.")],
    target: Annotated[Path, typer.Option("--out", help="Where every rule's value goes, as JSON.")],
    day: Annotated[datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="As of this day.")],
    known_on: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="As the law was known then.")
    ] = None,
) -> None:
    """Every rule's value for every situation of a file; null is unknown, with what is missing beside it."""
    known: date | None = known_on.date() if known_on else None
    try:
        situations = json.loads(source.read_text(encoding="utf-8"))
        found = rules.calculate(_read(book), situations, as_of=day.date(), known_on=known)
    except (ValueError, rules.InputRefused) as error:
        raise _refused(f"{source}: {error}") from None
    target.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    console.print(
        f"{len(found['results'])} situations, {found['policy']}" + (" (demo)" if found["demo"] else "")
    )


@app.command()
def simulate(
    book: Book,
    people: Annotated[Path, typer.Option("--population", exists=True, help="Folder made by `population`.")],
    reform: Annotated[str | None, typer.Option(help="The reformed book: a file or a shipped book.")] = None,
    setting: Annotated[
        list[str] | None, typer.Option("--set", help="name=number: an amount changed.")
    ] = None,
    day: Annotated[
        datetime, typer.Option("--date", formats=["%Y-%m-%d"], help="Both laws as of this day.")
    ] = datetime(2026, 1, 1),
    rule: Annotated[
        str | None, typer.Option(help="The amount to compare; else what the book grants.")
    ] = None,
    line: Annotated[str, typer.Option(help="Poverty line, yuan per head and month.")] = "1200",
    seed: Annotated[int, typer.Option(help="Of the uncertainty; the same seed gives the same figures.")] = 1,
    take_up: Annotated[str, typer.Option(help="first:final:months, who claims.")] = "1:1:1",
    months: Annotated[int, typer.Option(min=1, max=120, help="Months of the budget.")] = 12,
    out: Annotated[Path | None, typer.Option(help="Folder for summary.json and tables.")] = None,
) -> None:
    """What a reform costs, who gains and loses, inequality and poverty, over a synthetic population."""
    before = _read(book)
    try:
        after = _read(reform) if reform else before
        after = rules.reformed(after, as_of=day.date(), params=simulate_cli.changes_of(setting or []))
        chosen = simulate_cli.grant_of(before, rule)
        found = simulate_cli.simulate(
            before, after, folder=people, day=day.date(), rule=chosen, line_yuan=Decimal(line), seed=seed
        )
    except (rules.BookRefused, rules.InputRefused, FileNotFoundError) as error:
        raise _refused(str(error)) from None
    found["budget_fen"] = simulate_cli.budget(found, months=months, take_up=take_up)
    simulate_cli.print_summary(found)
    if out:
        simulate_cli.write_tables(found, out)
