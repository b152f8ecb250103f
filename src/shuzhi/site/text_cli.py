"""`shuzhi text`: train and use the reader of citizens' words on files, without a database."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from shuzhi.engines import text
from shuzhi.engines.tabular import UnreadableTable, open_table
from shuzhi.site import text_models_cli

app = typer.Typer(
    help="The reader of citizens' words: train, evaluate, classify, find issues.", no_args_is_help=True
)
app.add_typer(text_models_cli.app, name="models")
app.command()(text_models_cli.learn)
console = Console()
ModelFile = Annotated[
    Path | None,
    typer.Option(exists=True, help="A model that `shuzhi text train` made; else the one that comes along."),
]
Source = Annotated[Path, typer.Option("--in", exists=True, help="CSV, XLSX or JSON Lines.")]
Target = Annotated[Path, typer.Option("--out", help="CSV, UTF-8.")]


@contextmanager
def _told(about: Path) -> Iterator[None]:
    """What is wrong with a file that somebody named is told in words, not as a trace of the program."""
    try:
        yield
    except UnreadableTable as refusal:
        raise typer.BadParameter(f"{about} is no table that can be read: {refusal}") from None
    except (OSError, ValueError) as refusal:
        raise typer.BadParameter(f"{about}: {refusal}") from None


def _rows(path: Path) -> list[dict[str, str]]:
    with _told(path), path.open("rb") as file:
        table = open_table(file, path.name)
        return [dict(zip(table.columns, row.values, strict=False)) for row in table.rows]


def _write(path: Path, columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> int:
    written = 0
    with _told(path), path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        for row in rows:
            writer.writerow(row)
            written += 1
    return written


@app.command()
def train(
    source: Annotated[Path, typer.Argument(exists=True, help="Messages with their labels.")],
    target: Annotated[str, typer.Option(help="The column that holds the label.")],
    out: Annotated[Path, typer.Option(help="Where the model goes: plain arrays, safe to load.")],
    folds: Annotated[
        int, typer.Option(help="Evaluate on so many folds, near copies kept together; 0 skips.")
    ] = 0,
) -> None:
    """Learn a classifier from a table. Needs the extra `train`."""
    from shuzhi.engines.text import tables, training

    rows = [row for row in _rows(source) if row.get(target)]
    if not rows:
        raise typer.BadParameter(f"no row of {source} has a label in the column {target}")
    with _told(source):
        data = training.corpus([tables.words_of(row) for row in rows], [row[target] for row in rows])
        if folds:
            *_others, whole = training.evaluate(data, folds=folds)
            console.print(f"macro-F1, {folds} grouped folds: {whole.macro_f1:.4f}")
        model = training.train(data, version=f"{target}-{date.today():%Y%m%d}-{data.data_hash[:8]}")
    with _told(out):
        out.write_bytes(model.to_bytes())
    console.print(f"{len(data)} messages, {out.stat().st_size:,} bytes: {out}")


@app.command()
def evaluate(
    source: Annotated[Path, typer.Argument(exists=True, help="Messages with their labels.")],
    target: Annotated[str, typer.Option(help="The column that holds the label.")],
    model: ModelFile = None,
) -> None:
    """How often a model gives the label that a table has: for each class, how many and how many right."""
    rows = [row for row in _rows(source) if row.get(target)]
    if not rows:
        raise typer.BadParameter(f"no row of {source} has a label in the column {target}")
    given = [one["label"] for one in text.classify_rows(iter(rows), _model(model))]
    found = text.evaluation_of([row[target] for row in rows], given)
    table = Table("class", "messages", "F1", "95 %")
    counts, intervals = Counter(row[target] for row in rows), found.f1_intervals()
    for name, f1 in sorted(found.f1().items(), key=lambda pair: pair[1]):
        low, high = intervals[name]
        table.add_row(name, str(counts[name]), f"{f1:.3f}", f"{low:.2f}-{high:.2f}")
    console.print(table)
    right = sum(row[target] == label for row, label in zip(rows, given, strict=True))
    console.print(f"macro-F1 {found.macro_f1:.4f}, {right} of {len(rows)} right")


@app.command()
def explain(
    message: Annotated[str, typer.Argument(help="The words of a message.")], model: ModelFile = None
) -> None:
    """What a model makes of a message: the likeliest labels and the words that decided."""
    table = Table("label", "confidence", "words")
    for one in _model(model).suggest_each([text.words_of({"text": message})])[0]:
        table.add_row(one.value, f"{one.confidence:.2f}", " ".join(one.reasons))
    console.print(table)


def _model(path: Path | None) -> text.Model:
    if path is None:
        return text.builtin_model("category")
    try:
        return text.read_model(path.read_bytes())
    except ValueError as refusal:
        raise typer.BadParameter(f"{path} is no model: {refusal}") from None


@app.command()
def classify(
    source: Source,
    target: Target,
    model: ModelFile = None,
) -> None:
    """Give every message of a table its label, with confidence, runners-up and the words that decided."""
    written = _write(target, text.CLASSIFIED_COLUMNS, text.classify_rows(iter(_rows(source)), _model(model)))
    console.print(f"{written} messages: {target}")


@app.command()
def issues(
    source: Source, target: Target, show: Annotated[int, typer.Option(help="Print the hottest.")] = 30
) -> None:
    """Group the messages of a table into issues: same matter, same place, near in time."""
    with _told(source):
        found = text.issue_rows(_rows(source))
    written = _write(target, text.ISSUE_COLUMNS, found.rows)
    table = Table("heat", "people", "messages", "issue", "words")
    for one in found.issues[:show]:
        table.add_row(
            f"{one.heat:.1f}", str(one.people), str(len(one.members)), one.title, " ".join(one.keywords)
        )
    console.print(table)
    console.print(f"{written} messages, {len(found.issues)} issues: {target}")
