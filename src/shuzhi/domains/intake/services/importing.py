"""Files of demands. Every row is accepted, merged, unchanged or quarantined, and a broken run goes on where it stopped.

A chunk of rows, its events and the run's progress commit together. What is written to files beside the database
(quarantine, receipts) is on disk before that commit and is cut back to the committed length when a run goes on.
"""

import csv
import fcntl
import hashlib
import io
import os
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from typing import BinaryIO

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.intake.cards import DemandDraft, ImportReport, Receipt, RecognisedColumn
from shuzhi.domains.intake.models import ImportRun
from shuzhi.domains.intake.reading_process import ReaderPlan, garbage_seldom_searched, read_in_order
from shuzhi.domains.intake.services import columns
from shuzhi.domains.intake.services.import_chunks import SortedChunk, Tally, sort_chunk
from shuzhi.domains.intake.services.import_rows import ReadRows
from shuzhi.domains.intake.services.receiving import save_demands
from shuzhi.engines.tabular import QuarantineWriter, Row, Table, UnreadableTable, open_table, safe_cell
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused
from shuzhi.spine.events import DemandsImported
from shuzhi.spine.outbox import announce

ROWS_AT_A_TIME = 1000
EXAMPLES = 20  # rows looked at for an example of each column
OnProgress = Callable[[int, float], None]
"""Called after each chunk with the rows read and the share of the file's bytes read, 0 to 1."""
_RECEIPT_COLUMNS = ("line", "source_key", "public_code", "query_code")


class ImportRunning(Refused):
    code = "import-running"
    message = _(
        "%(file)s is being imported by another process. Wait until it is done, or stop it, then try again."
    )


class FileUnreadable(Refused):
    code, status = "file-unreadable", 422
    message = _("%(file)s cannot be read as a table (%(reason)s). %(mend)s")


_MEND: Mapping[str, object] = {
    "empty": _("The file is empty: choose another one."),
    "no_header": _("The first row must name the columns."),
    "too_large": _("Cut it into parts."),
    "too_many_columns": _("Delete the columns that are not needed."),
    "old_workbook": _("Save it as .xlsx or CSV first."),
    "damaged_workbook": _("Open it in a spreadsheet, save it as .xlsx or CSV, and try again."),
    "zip_bomb": _("It unpacks to far more than an honest workbook. Save it as CSV if you trust it."),
    "json_array": _("Write JSON Lines: one object per line, without brackets around them."),
    "missing": _("Check the name of the file."),
}


@dataclass
class _Files:
    """The two files of a run, open for appending."""

    quarantine: QuarantineWriter
    quarantine_file: BinaryIO
    receipts_file: BinaryIO

    def sizes_on_disk(self) -> tuple[int, int]:
        for file in (self.quarantine_file, self.receipts_file):
            file.flush()
            os.fsync(file.fileno())
        return self.quarantine_file.tell(), self.receipts_file.tell()


def recognise_columns(
    path: Path, *, mapping: Mapping[str, str] | None = None, by: Actor
) -> tuple[RecognisedColumn, ...]:
    """Every column of a file with the field it would be taken for and one of its values: to be shown before an import."""
    access.require_somewhere(by, "intake.import")
    with _opened(path) as (_file, table):
        return _recognised(
            table.columns, columns.match(table.columns, mapping), list(islice(table.rows, EXAMPLES))
        )


def import_demands(
    path: Path,
    *,
    mapping: Mapping[str, str] | None = None,
    source: str = "",
    channel: str = "other",
    dry_run: bool = False,
    synthetic: bool = False,
    processes: int = 0,
    on_progress: OnProgress | None = None,
    by: Actor,
) -> ImportReport:
    """Import CSV, XLSX or JSON Lines; all rows are accounted for, and a second import of the same file adds nothing.

    mapping: {column: field} over what is recognised.  source: whose numbers the rows carry; by default the source
    that this file was imported as before, else its name without ending.  channel: for rows that name none.
    synthetic: mark every demand as made up.  processes: how many read beside this one, which writes.
    dry_run: count only; repeats further apart than a chunk count as accepted.
    """
    access.require_somewhere(by, "intake.import")
    with garbage_seldom_searched(), _opened(path) as (file, table):
        found = columns.match(table.columns, mapping)
        digest = "" if dry_run else _digest(path)
        plan = ReaderPlan(found, _source(path, source, digest), channel, synthetic)
        first = list(islice(table.rows, EXAMPLES))
        shown = _recognised(table.columns, found, first)
        chunks = _chunks(chain(first, table.rows), file, path, on_progress)
        if dry_run:
            return _rehearse(read_in_order(chunks, plan, processes=processes), plan, shown)
        with _running(path, digest, plan.source, mapping or {}, by) as run:
            unread: Counter[str] = Counter()
            with _files(run, table.columns) as files:
                for read in read_in_order(_not_yet(chunks, run.last_line), plan, processes=processes):
                    _save_chunk(
                        run, sort_chunk(read.rows, source=plan.source), read.rows[-1].row.line, files, by
                    )
                    unread += read.unread
            return _finish(run, unread, shown, by)


def _chunks(
    rows: Iterator[Row], file: BinaryIO, path: Path, on_progress: OnProgress | None
) -> Iterator[list[Row]]:
    size, done = max(path.stat().st_size, 1), 0
    while part := list(islice(rows, ROWS_AT_A_TIME)):
        yield part
        done += len(part)
        if on_progress:
            on_progress(done, min(file.tell() / size, 1.0))


def _not_yet(chunks: Iterator[list[Row]], last_line: int) -> Iterator[list[Row]]:
    for rows in chunks:
        if left := [row for row in rows if row.line > last_line]:
            yield left


def _save_chunk(run: ImportRun, chunk: SortedChunk, last_line: int, files: _Files, by: Actor) -> None:
    with transaction.atomic():
        receipts = save_demands(
            chunk.drafts, chunk.readings, by=by, repeats=chunk.repeats, keep_query_codes=False
        )
        for row, reason in chunk.refused:
            files.quarantine.add(row, reason)
        _write_receipts(files.receipts_file, chunk.lines, chunk.drafts, receipts)
        _add(run, chunk.tally)
        run.last_line = last_line
        run.quarantine_bytes, run.receipts_bytes = files.sizes_on_disk()
        run.save()


def _rehearse(
    chunks: Iterator[ReadRows], plan: ReaderPlan, shown: tuple[RecognisedColumn, ...]
) -> ImportReport:
    run, unread = ImportRun(source=plan.source), Counter[str]()
    for read in chunks:
        _add(run, sort_chunk(read.rows, source=plan.source).tally)
        unread += read.unread
    return _report(run, unread, shown, dry_run=True)


def _finish(
    run: ImportRun, unread: Counter[str], shown: tuple[RecognisedColumn, ...], by: Actor
) -> ImportReport:
    with transaction.atomic():
        run.finished_at = clock.now()
        run.save()
        announce(
            DemandsImported(
                import_id=run.pk, accepted=run.accepted, merged=run.merged, quarantined=run.quarantined
            ),
            by=by,
        )
        audit.record(by, "intake.import", f"import:{run.pk}", rows=run.rows, accepted=run.accepted)
    return _report(run, unread, shown, dry_run=False)


def _report(
    run: ImportRun, unread: Counter[str], shown: tuple[RecognisedColumn, ...], *, dry_run: bool
) -> ImportReport:
    folder = _folder(run)
    return ImportReport(
        run_id=run.pk or 0,
        source=run.source,
        columns=shown,
        rows=run.rows,
        accepted=run.accepted,
        merged=run.merged,
        unchanged=run.unchanged,
        quarantined=run.quarantined,
        without_place=run.without_place,
        unread=tuple(sorted((field, count) for field, count in unread.items() if count)),
        quarantine_file=str(folder / "quarantine.csv") if run.quarantined and not dry_run else "",
        receipts_file=str(folder / "receipts.csv") if run.accepted + run.merged and not dry_run else "",
        dry_run=dry_run,
    )


def _add(run: ImportRun, tally: Tally) -> None:
    for name, more in vars(tally).items():
        setattr(run, name, getattr(run, name) + more)


def _source(path: Path, source: str, digest: str) -> str:
    if source:
        return source[:96]
    before = ImportRun.objects.filter(file_hash=digest).order_by("id").first() if digest else None
    return before.source if before else path.stem[:96]


def _recognised(
    titles: Sequence[str], found: Mapping[str, int], rows: Sequence[Row]
) -> tuple[RecognisedColumn, ...]:
    fields = {at: field for field, at in found.items()}
    return tuple(
        RecognisedColumn(title, fields.get(at, ""), _example(rows, at)) for at, title in enumerate(titles)
    )


def _example(rows: Sequence[Row], at: int) -> str:
    return next(
        (row.values[at].strip()[:60] for row in rows if not row.problem and row.values[at].strip()), ""
    )


def _write_receipts(
    file: BinaryIO, lines: Sequence[int], drafts: Sequence[DemandDraft], receipts: Sequence[Receipt]
) -> None:
    text = io.StringIO()
    writer = csv.writer(text)
    if not file.tell():
        writer.writerow(_RECEIPT_COLUMNS)
    for line, draft, receipt in zip(lines, drafts, receipts, strict=True):
        writer.writerow([line, safe_cell(draft.source_key), receipt.public_code, receipt.query_code])
    file.write(text.getvalue().encode())


@contextmanager
def _opened(path: Path) -> Iterator[tuple[BinaryIO, Table]]:
    """The file as a table. What makes it unreadable, at once or halfway, is refused with the way to mend it."""
    try:
        file = path.open("rb")
    except OSError as wrong:
        raise FileUnreadable(file=path.name, reason=wrong.strerror, mend=str(_MEND["missing"])) from wrong
    with file:
        try:
            yield file, open_table(file, path.name)
        except UnreadableTable as wrong:
            raise FileUnreadable(file=path.name, reason=wrong.code, mend=str(_MEND[wrong.code])) from wrong


@contextmanager
def _running(
    path: Path, digest: str, source: str, mapping: Mapping[str, str], by: Actor
) -> Iterator[ImportRun]:
    """The run of this file, to go on with where it stopped, or from the top when it was finished once.

    Receipts stay even then: the codes in them are nowhere else, and rows that are known already get none again.

    One process at a time: the operating system drops the lock when a process dies.
    """
    fresh = {"mapping": dict(mapping), "started_by": by.reference, "started_at": clock.now()}
    run, _created = ImportRun.objects.get_or_create(file_hash=digest, source=source, defaults=fresh)
    folder = _folder(run)
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with open(folder / "lock", "wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ImportRunning(file=path.name) from None
        run.refresh_from_db()
        if run.finished_at or run.mapping != fresh["mapping"]:
            kept = run.receipts_bytes
            run = ImportRun(pk=run.pk, file_hash=digest, source=source, receipts_bytes=kept, **fresh)
            run.save()
        yield run


@contextmanager
def _files(run: ImportRun, titles: Sequence[str]) -> Iterator[_Files]:
    folder = _folder(run)
    with (
        _cut(folder / "quarantine.csv", run.quarantine_bytes) as quarantine,
        _cut(folder / "receipts.csv", run.receipts_bytes) as receipts,
    ):
        writer = QuarantineWriter(quarantine, titles)
        writer.count = run.quarantined
        yield _Files(writer, quarantine, receipts)


@contextmanager
def _cut(path: Path, length: int) -> Iterator[BinaryIO]:
    """Open for appending after the committed bytes; what a broken run wrote beyond them is dropped."""
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(length)
        file.seek(length)
        yield file


def _folder(run: ImportRun) -> Path:
    return Path(settings.SHUZHI_DATA_DIR) / "imports" / str(run.pk)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
