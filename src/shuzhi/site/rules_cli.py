"""`shuzhi rules`: check, format, explain and calculate rule books, without a database."""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Literal

import typer
from rich.console import Console

from shuzhi.engines import rules

app = typer.Typer(help="Rules as code: check, format, document and calculate.", no_args_is_help=True)
console = Console()
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
        Console(stderr=True).print(str(refused), highlight=False, markup=False)
        raise typer.Exit(2) from None


@app.command()
def check(books: Annotated[list[str], typer.Argument(help="Files or shipped books.")]) -> None:
    """Say what is wrong with books, where, and how to mend it; run the cases that they carry. Exit 1 on findings."""
    found = [(book, finding) for book in books for finding in rules.check(_text_of(book), book)]
    for book, finding in found:
        console.print(f"{book}:{finding}", highlight=False, markup=False)
    if found:
        raise typer.Exit(1)
    console.print(f"{len(books)} checked, nothing to mend.")


@app.command("format")
def format_book(book: Annotated[Path, typer.Argument(exists=True)]) -> None:
    """Write a book in the common layout, in place."""
    book.write_text(rules.format_book(book.read_text(encoding="utf-8")), encoding="utf-8")


@app.command()
def docs(book: Book, language: Literal["zh", "en"] = "zh") -> None:
    """The page of a book: law, formulas, parameters over time, what depends on what."""
    typer.echo(rules.docs(_read(book), language))


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
    except (json.JSONDecodeError, rules.InputRefused) as error:
        Console(stderr=True).print(f"{source}: {error}", highlight=False, markup=False)
        raise typer.Exit(2) from None
    target.write_text(json.dumps(found, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    console.print(
        f"{len(found['results'])} situations, {found['policy']}" + (" (demo)" if found["demo"] else "")
    )
