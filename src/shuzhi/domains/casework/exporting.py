"""Lists as tables to take away: CSV or XLSX, watermarked, safe against formulas, noted in the audit trail."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.casework import labels, services
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.services import Filter
from shuzhi.domains.intake.kinds import CHANNELS, KINDS
from shuzhi.engines.tabular import safe_cell
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound

MOST_ROWS = 50_000
_EXPORT = "casework.export"
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True)
class ExportedTable:
    name: str
    content_type: str
    content: bytes


def export_orders(wanted: Filter, *, extension: str, by: Actor) -> ExportedTable:
    """Up to 50,000 orders that the actor may see, with masked titles, the exporter's mark on top."""
    access.require_somewhere(by, _EXPORT)
    if extension not in _TYPES:
        raise NotFound(what=f"export.{extension}")
    names = labels.names()
    rows = [_cells(card, names) for card in _all(wanted, by)]
    audit.record(by, "casework.export", "work_orders", rows=len(rows), format=extension)
    at = timezone.localtime(clock.now())
    mark = _("Exported by %(who)s at %(at)s, %(n)s rows. For official use; do not pass on.") % {
        "who": f"{by.label} ({by.reference})",
        "at": f"{at:%Y-%m-%d %H:%M}",
        "n": len(rows),
    }
    table = [[mark], _head(), *rows]
    content = _csv(table) if extension == "csv" else _xlsx(table)
    return ExportedTable(f"work-orders-{at:%Y%m%d-%H%M}.{extension}", _TYPES[extension], content)


def _all(wanted: Filter, by: Actor) -> Iterator[WorkOrderCard]:
    after, given = "", 0
    while given < MOST_ROWS:
        found = services.list_work_orders(wanted, after=after, limit=500, permission=_EXPORT, by=by)
        yield from found.orders
        given += len(found.orders)
        after = found.next_after
        if not after:
            return


def _head() -> list[str]:
    return [
        *(_("Number"), _("Title"), _("State"), _("Level"), _("Unit"), _("Category"), _("Area"), _("Kind")),
        *(_("Channel"), _("Urgency"), _("Opened"), _("Due"), _("Closed"), _("Outcome")),
    ]


def _cells(card: WorkOrderCard, names: labels.Names) -> list[str]:
    moments = [card.opened_at, card.due_at, card.closed_at]
    days = [f"{timezone.localtime(at):%Y-%m-%d %H:%M}" if at else "" for at in moments]
    return [
        card.number,
        card.title,
        str(labels.STATES.get(card.state, card.state)),
        str(labels.LEVELS[card.level][0]),
        card.unit_name,
        names.category(card.category),
        names.area(card.area),
        str(KINDS.get(card.kind, card.kind)),
        str(CHANNELS.get(card.channel, card.channel)),
        str(labels.URGENCIES.get(card.urgency, card.urgency)),
        *days,
        str(labels.OUTCOMES.get(card.outcome, card.outcome)),
    ]


def _csv(table: list[list[str]]) -> bytes:
    # Spreadsheets in China open a CSV as GB18030 unless a byte-order mark says UTF-8.
    out = io.StringIO("")
    csv.writer(out).writerows([[safe_cell(cell) for cell in row] for row in table])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _xlsx(table: list[list[str]]) -> bytes:
    import openpyxl  # in the process that makes a workbook, not in every one

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Shuzhi")
    for row in table:
        sheet.append([safe_cell(cell) for cell in row])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
