"""How work orders flow, in sentences. Durations are working time: minutes while the offices are open."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from shuzhi.domains.insight.process_cards import ProcessCard

_HOUR = 60
_SEVERAL = 2


def worked(minutes: int, day_minutes: int) -> str:
    """So much working time in words, in the largest unit that says enough: "40 working minutes", "3.2 working days"."""
    if minutes >= _SEVERAL * day_minutes:
        return _("%(n)s working days") % {"n": f"{minutes / day_minutes:.1f}"}
    if minutes >= _SEVERAL * _HOUR:
        return _("%(n)s working hours") % {"n": f"{minutes / _HOUR:.1f}"}
    return ngettext("%(n)s working minute", "%(n)s working minutes", minutes) % {"n": minutes}


def worked_short(minutes: int, day_minutes: int) -> str:
    """The same for a drawing: "40 min", "6.5 h", "3.2 d"."""
    if minutes >= _SEVERAL * day_minutes:
        # Translators: days of working time, short, in a drawing
        return _("%(n)s d") % {"n": f"{minutes / day_minutes:.1f}"}
    if minutes >= _SEVERAL * _HOUR:
        # Translators: hours of working time, short, in a drawing
        return _("%(n)s h") % {"n": f"{minutes / _HOUR:.1f}"}
    # Translators: minutes of working time, short, in a drawing
    return _("%(n)s min") % {"n": minutes}


def finding(card: ProcessCard) -> str:
    """The title of the picture: where most of the waiting happens."""
    longest = next((one for one in card.stays if one.state == card.longest), None)
    if longest is None:
        return _("No order waited anywhere")
    return _(
        "Orders wait longest while “%(state)s”: %(share)s of all waiting, half of the stays over %(time)s"
    ) % {
        "state": longest.label,
        "share": f"{longest.share:.0%}",
        "time": worked(longest.median_minutes, card.day_minutes),
    }


def coming_back(card: ProcessCard) -> str:
    """How many go round in a loop, and how many are thrown back and forth between units."""
    looped = ngettext(
        "%(n)s of %(all)s orders entered a state again",
        "%(n)s of %(all)s orders entered a state again",
        card.looped,
    ) % {"n": f"{card.looped:,}", "all": f"{card.orders:,}"}
    if not card.bounced:
        return _("%(looped)s; none came back to a unit that had had it before.") % {"looped": looped}
    bounced = ngettext(
        "%(n)s came back to a unit that had had it before.",
        "%(n)s came back to a unit that had had them before.",
        card.bounced,
    ) % {"n": f"{card.bounced:,}"}
    return _("%(looped)s; %(bounced)s") % {"looped": looped, "bounced": bounced}
