"""`shuzhi text`: train and use the reader of citizens' words on files, without a database."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Annotated

import typer
from django.utils.translation import gettext as _
from rich import box
from rich.table import Column, Table
from rich.text import Text

from shuzhi.engines import text
from shuzhi.engines.tabular import UnreadableTable, open_table
from shuzhi.site import text_models_cli
from shuzhi.spine import shell

app = typer.Typer(
    help="The reader of citizens' words: train, evaluate, classify, find issues.", no_args_is_help=True
)
app.add_typer(text_models_cli.app, name="models")
app.command()(text_models_cli.learn)
console = shell.console()
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


def _messages(path: Path) -> list[dict[str, str]]:
    """The rows of a table that has words in it."""
    rows = _rows(path)
    if rows and not any(row.get(name, "").strip() for row in rows for name in text.WORD_COLUMNS):
        known = ", ".join(text.WORD_COLUMNS)
        raise typer.BadParameter(
            _("%(file)s has no words in a column of one of these names: %(names)s")
            % {"file": path, "names": known}
        )
    return rows


def _labelled(path: Path, target: str) -> list[dict[str, str]]:
    rows = [row for row in _messages(path) if row.get(target)]
    if not rows:
        raise typer.BadParameter(
            _("no row of %(file)s has a label in the column %(column)s") % {"file": path, "column": target}
        )
    return rows


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

    rows = _labelled(source, target)
    with _told(source), console.status(_("It learns …")):
        data = training.corpus([tables.words_of(row) for row in rows], [row[target] for row in rows])
        if folds:
            *_others, whole = training.evaluate(data, folds=folds)
            told = {"folds": folds, "f1": f"{whole.macro_f1:.4f}"}
            console.print(_("macro-F1, %(folds)s grouped folds: %(f1)s") % told)
        model = training.train(data, version=f"{target}-{date.today():%Y%m%d}-{data.data_hash[:8]}")
    with _told(out):
        out.write_bytes(model.to_bytes())
    told = {"count": f"{len(data):,}", "bytes": f"{out.stat().st_size:,}", "file": out}
    console.print(_("%(count)s messages, %(bytes)s bytes: %(file)s") % told)


@app.command()
def evaluate(
    source: Annotated[Path, typer.Argument(exists=True, help="Messages with their labels.")],
    target: Annotated[str, typer.Option(help="The column that holds the label.")],
    model: ModelFile = None,
) -> None:
    """How often a model gives the label that a table has: for each class, how many and how many right."""
    rows, judge = _labelled(source, target), _model(model)
    labels = [row[target] for row in rows]
    if not set(labels) & set(judge.classes):
        raise typer.BadParameter(
            _(
                "the model knows none of the labels in the column %(column)s. It gives labels such as %(label)s"
            )
            % {"column": target, "label": judge.classes[0]}
        )
    given = [one["label"] for one in text.classify_rows(iter(rows), judge)]
    found = text.evaluation_of(labels, given)
    table = _table(_("class"), _("messages"), "F1", "95 %")
    counts, intervals = Counter(labels), found.f1_intervals()
    for name, f1 in sorted(found.f1().items(), key=lambda pair: pair[1]):
        low, high = intervals[name]
        if counts[name]:
            table.add_row(name, str(counts[name]), f"{f1:.3f}", f"{low:.2f}-{high:.2f}")
    console.print(table)
    right = sum(label == said for label, said in zip(labels, given, strict=True))
    told = {"f1": f"{found.macro_f1:.4f}", "right": f"{right:,}", "count": f"{len(rows):,}"}
    console.print(_("macro-F1 %(f1)s, %(right)s of %(count)s right") % told)
    if strangers := sum(label not in counts for label in given):
        told = {"count": f"{strangers:,}"}
        console.print(_("%(count)s messages were given a label that the table has nowhere.") % told)


@app.command()
def explain(
    message: Annotated[str, typer.Argument(help="The words of a message.")], model: ModelFile = None
) -> None:
    """What a model makes of a message: the likeliest labels and the words that decided."""
    table = _table(_("label"), _("confidence"), _("words"))
    for one in _model(model).suggest_each([text.words_of({"text": message})])[0]:
        table.add_row(one.value, f"{one.confidence:.2f}", " ".join(one.reasons))
    console.print(table)


def _model(path: Path | None) -> text.Model:
    if path is None:
        return text.builtin_model("category")
    try:
        return text.read_model(path.read_bytes())
    except ValueError as refusal:
        raise typer.BadParameter(
            _("%(file)s is no model: %(why)s") % {"file": path, "why": refusal}
        ) from None


def _table(*columns: Column | str) -> Table:
    """Without uprights: eighty columns hold what counts."""
    return Table(*columns, box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False)


@app.command()
def classify(
    source: Source,
    target: Target,
    model: ModelFile = None,
) -> None:
    """Give every message of a table its label, with confidence, runners-up and the words that decided."""
    rows = text.classify_rows(iter(_messages(source)), _model(model))
    written = _write(target, text.CLASSIFIED_COLUMNS, rows)
    console.print(_("%(count)s messages: %(file)s") % {"count": f"{written:,}", "file": target})


@app.command()
def issues(
    source: Source,
    target: Target,
    show: Annotated[int, typer.Option(help="Print so many of the hottest that several messages share.")] = 30,
) -> None:
    """Group the messages of a table into issues: same matter, same place, near in time."""
    with _told(source):
        found = text.issue_rows(_messages(source))
    written = _write(target, text.ISSUE_COLUMNS, found.rows)
    shared = [one for one in found.issues if len(one.members) > 1]
    day = Column(_("first and last"), no_wrap=True)
    table = _table(_("heat"), _("people"), _("messages"), day, _("issue"))
    for one in shared[:show]:
        days = f"{one.first:%Y-%m-%d}\n{one.last:%Y-%m-%d}"
        about = Text.assemble(one.title, "\n", (" ".join(one.keywords), "dim"))
        table.add_row(f"{one.heat:.1f}", str(one.people), str(len(one.members)), days, about)
    console.print(table)
    told = {
        "count": f"{written:,}",
        "issues": f"{len(found.issues):,}",
        "shared": f"{len(shared):,}",
        "file": target,
    }
    console.print(
        _("%(count)s messages, %(issues)s issues, %(shared)s of them of several messages: %(file)s") % told
    )
