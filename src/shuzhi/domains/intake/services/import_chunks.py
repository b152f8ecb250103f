"""Sorts a chunk of rows: which are new, which were imported before, which say again what somebody has said."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.intake.models import Demand
from shuzhi.domains.intake.services.import_rows import ReadRow
from shuzhi.domains.intake.services.reading import Reading
from shuzhi.engines.tabular import Row

SAME_MATTER_WITHIN = timedelta(days=30)


@dataclass
class Tally:
    """Rows by what became of them: rows = accepted + merged + unchanged + quarantined."""

    rows: int = 0
    accepted: int = 0
    merged: int = 0
    unchanged: int = 0
    quarantined: int = 0
    without_place: int = 0


@dataclass
class SortedChunk:
    """What to save: drafts with their readings and lines; `repeats` as `save_demands` wants it; and what to hand back."""

    drafts: list[DemandDraft] = field(default_factory=list)
    readings: list[Reading] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    repeats: dict[int, int] = field(default_factory=dict)
    refused: list[tuple[Row, str]] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)


@dataclass(frozen=True)
class _First:
    """The first voice of a matter: an id in the database, or a place in the chunk."""

    received_at: datetime
    demand_id: int | None = None
    at: int = 0


def sort_chunk(rows: Sequence[ReadRow], *, source: str) -> SortedChunk:
    """Sort rows that were read. Looks at the database, writes nothing."""
    found = SortedChunk(tally=Tally(rows=len(rows)))
    fresh = _without_known(rows, source, found)
    firsts = _known_matters([reading for _row, _draft, reading in fresh])
    for row, draft, reading in fresh:
        _place(found, row, draft, reading, firsts)
    found.tally.quarantined = len(found.refused)
    found.tally.accepted = len(found.drafts) - found.tally.merged
    return found


def _without_known(
    rows: Sequence[ReadRow], source: str, found: SortedChunk
) -> list[tuple[ReadRow, DemandDraft, Reading]]:
    """The rows that are new. A known number with the same words is unchanged, with other words it goes back."""
    keys = [row.draft.source_key for row in rows if row.draft]
    # The index knows only numbers that are not blank: without saying so, the database reads every demand there is.
    earlier = Demand.objects.filter(source=source, source_key__in=keys).exclude(source_key="")
    words = dict(earlier.values_list("source_key", "fingerprint"))
    fresh = []
    for row in rows:
        if row.draft is None or row.reading is None:
            found.refused.append((row.row, row.reason))
        elif row.draft.source_key not in words:
            fresh.append((row, row.draft, row.reading))
            words[row.draft.source_key] = row.reading.fingerprint
        elif words[row.draft.source_key] == row.reading.fingerprint:
            found.tally.unchanged += 1
        else:
            found.refused.append((row.row, _other_words(row.draft.source_key)))
    return fresh


def _other_words(source_key: str) -> str:
    return _("Number %(key)s was imported before with other words. Give this row a number of its own.") % {
        "key": source_key
    }


def _known_matters(readings: Sequence[Reading]) -> dict[tuple[str, str], _First]:
    fingerprints = {reading.fingerprint for reading in readings}
    rows = Demand.objects.filter(fingerprint__in=fingerprints, same_as=None, secret=False).order_by("id")
    values = rows.values_list("fingerprint", "area", "received_at", "id")
    return {(fingerprint, area): _First(received_at, pk) for fingerprint, area, received_at, pk in values}


def _place(
    found: SortedChunk,
    row: ReadRow,
    draft: DemandDraft,
    reading: Reading,
    firsts: dict[tuple[str, str], _First],
) -> None:
    """Add a new demand, as a further voice of an earlier one when both say the same of the same area in 30 days."""
    matter = (reading.fingerprint, reading.area)
    received_at = draft.received_at
    if received_at is None:
        raise RuntimeError("only checked drafts are sorted")
    first, at = firsts.get(matter), len(found.drafts)
    if row.own_words and first and abs(received_at - first.received_at) <= SAME_MATTER_WITHIN:
        found.tally.merged += 1
        if first.demand_id is None:
            found.repeats[at] = first.at
        else:
            draft = replace(draft, same_as=first.demand_id)
    elif row.own_words and not draft.secret:
        firsts[matter] = _First(received_at, at=at)
    found.tally.without_place += not (matter[1] or draft.place or draft.lat is not None)
    found.drafts.append(draft)
    found.readings.append(reading)
    found.lines.append(row.row.line)
