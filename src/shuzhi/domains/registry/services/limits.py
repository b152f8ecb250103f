"""By when: the SLA matrix, dated rows of time limits."""

from dataclasses import dataclass
from datetime import date

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import SlaCard, TimeLimit
from shuzhi.domains.registry.models import SlaRow
from shuzhi.domains.registry.refusals import NoTimeLimit

ANY = "*"


def _card(row: SlaRow) -> SlaCard:
    return SlaCard(
        kind=row.kind,
        urgency=row.urgency,
        category=row.category,
        contact=TimeLimit.parse(row.contact),
        sign_in=TimeLimit.parse(row.sign_in),
        finish=TimeLimit.parse(row.finish),
        return_window=TimeLimit.parse(row.return_window),
        statutory=TimeLimit.parse(row.statutory) if row.statutory else None,
        law=row.law,
        from_date=row.from_date,
    )


@dataclass(frozen=True)
class SlaTable:
    """Every row, whatever its date: what is asked of it costs no query, so a batch takes it once."""

    rows: tuple[SlaCard, ...]

    def limits_of(self, kind: str, *, urgency: str, category: str, on: date) -> SlaCard:
        """The time limits in force on a day for a demand. Raises NoTimeLimit when no row covers it.

        The most specific row wins: a named urgency before any other (no category may slow down a threat to life),
        then the longest category, then a named kind, then the latest date.
        """
        matching = [
            row
            for row in self.rows
            if row.from_date <= on
            and row.kind in (kind, ANY)
            and row.urgency in (urgency, ANY)
            and category.startswith(row.category)
        ]
        if not matching:
            raise NoTimeLimit(kind=kind, urgency=urgency, category=category, day=on)
        return max(
            matching, key=lambda row: (row.urgency != ANY, len(row.category), row.kind != ANY, row.from_date)
        )


sla_table = versions.Cached(lambda: SlaTable(tuple(map(_card, SlaRow.objects.order_by("id")))), versions.SLA)


def sla_for(kind: str, *, urgency: str, category: str, on: date) -> SlaCard:
    """The time limits in force on a day for one demand. Raises NoTimeLimit when no row covers it."""
    return sla_table().limits_of(kind, urgency=urgency, category=category, on=on)


def sla_matrix(on: date) -> list[SlaCard]:
    """Every row in force on a day, in the order of kind, urgency and category."""
    latest: dict[tuple[str, str, str], SlaCard] = {}
    for row in sorted(sla_table().rows, key=lambda row: row.from_date):
        if row.from_date <= on:
            latest[row.kind, row.urgency, row.category] = row
    return [latest[key] for key in sorted(latest)]
