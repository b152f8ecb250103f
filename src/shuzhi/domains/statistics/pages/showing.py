"""Measures in words, as all pages of this room show them."""

from dataclasses import dataclass

from django.utils.translation import gettext as _

from shuzhi.domains.statistics.cards import DefinitionCard, MeasureCard
from shuzhi.domains.statistics.definitions import COUNT, EXCLUSIONS, FEN, SHARE


@dataclass(frozen=True)
class Shown:
    """A measure with its definition, as a page shows it."""

    card: MeasureCard
    definition: DefinitionCard

    @property
    def left_out(self) -> list[tuple[str, int]]:
        """Why orders are not in the denominator, in words, and how many."""
        return [(str(EXCLUSIONS[reason]), count) for reason, count in self.card.excluded.items()]

    @property
    def amount(self) -> str:
        """What is no share, in words: a number, hours or yuan; "" for a share."""
        return "" if self.card.scale == SHARE else shown_value(self.card.scale, self.card.rate)


def shown_value(scale: str, value: float | None) -> str:
    """A figure in words; a dash where nothing is known."""
    if value is None:
        return "–"
    if scale == SHARE:
        return f"{100 * value:.1f}%"
    if scale == COUNT:
        return f"{value:,.0f}"
    if scale == FEN:
        return _("%(yuan)s yuan") % {"yuan": f"{value / 100:,.2f}"}
    return _("%(hours)s hours") % {"hours": f"{value:.0f}"}
