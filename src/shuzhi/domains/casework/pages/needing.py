"""The rows of an order's page that tell of the need: what was read in the words, beside what it means in days and hours."""

from django.utils import formats
from django.utils.translation import gettext as _

from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandCard
from shuzhi.engines.text import Moment

_HOURS_OF_A_DAY = 24
_DOUBTFUL = 0.6
"""Confidence below which a time is called "about"."""


def need_rows(demand: DemandCard) -> list[tuple[str, list[tuple[str, str]]]]:
    """What a row is about, and in it words of the message with what they mean; rows without words are left out."""
    needs = intake.needs_in(demand)
    rows = [
        (_("Who needs care"), [(word, "") for word in needs.who]),
        (_("It happened"), [_told(one) for one in needs.times if one.kind == "once"]),
        (_("It has gone on since"), [_told(one) for one in needs.times if one.kind == "since"]),
        (_("It comes again"), [_told(one) for one in needs.times if one.kind == "again"]),
        (_("Outside of the county"), [(one.name, "") for one in needs.elsewhere]),
    ]
    return [(label, list(dict.fromkeys(words))) for label, words in rows if words]


def _told(one: Moment) -> tuple[str, str]:
    return one.words, ", ".join(part for part in (_days(one), _hours(one)) if part)


def _days(one: Moment) -> str:
    if one.first is None or one.last is None:
        return ""
    days = " – ".join(dict.fromkeys(formats.date_format(day, _("j M Y")) for day in (one.first, one.last)))
    return _("about %(days)s") % {"days": days} if one.confidence < _DOUBTFUL else days


def _hours(one: Moment) -> str:
    if one.hours is None:
        return ""
    return "–".join(f"{hour % _HOURS_OF_A_DAY:02}:00" for hour in one.hours)
