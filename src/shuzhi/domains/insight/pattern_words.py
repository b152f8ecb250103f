"""Patterns in sentences that anybody understands: what was found, how certain that is, and how it was looked for."""

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from shuzhi.domains.insight.discovering import FOLLOWING, HOTSPOT, RETURNING
from shuzhi.domains.insight.pattern_cards import PatternCard

KINDS: dict[str, Promise] = {
    HOTSPOT: gettext_lazy("Hotspots: more than the place and the season explain"),
    FOLLOWING: gettext_lazy("What follows what: one matter after another in the same town"),
    RETURNING: gettext_lazy("People must call again more often than elsewhere"),
}
METHODS: dict[str, Promise] = {
    HOTSPOT: gettext_lazy(
        "Every town with up to five neighbours was looked at over 1, 2, 4, 8 and 13 weeks. What is ordinary follows from the "
        "share of the place and the share of the weeks, so what is always frequent there, or frequent everywhere at that "
        "time, is no hotspot. The strongest is held against the strongest of rounds in which places and times are mixed."
    ),
    FOLLOWING: gettext_lazy(
        "For every two matters and every distance of 0 to 14 days it was counted how often the second came in the same town "
        "so many days after the first. What is ordinary is read off the same weekdays three to ten weeks before and "
        "after, so a shared season or a growing town is not taken for a link. That one follows the other does not prove "
        "that it is caused by it."
    ),
    RETURNING: gettext_lazy(
        "Called again means: the same phone, the same matter, within 90 days. Each area and matter is held against all others "
        "together. Phones are compared by a key that cannot be turned back; anonymous and secret demands are left out."
    ),
}
_WHOLE = 10
_RARITIES = (10_000, 1_000, 100, 50, 20)


def finding(card: PatternCard) -> str:
    """What was found, as a sentence."""
    if card.kind == FOLLOWING:
        return _following(card)
    told = {
        "what": card.category_name,
        "where": _places(card),
        "n": card.came,
        "usual": _ordinary(card.expected),
        "of": card.cases,
    }
    if card.kind == RETURNING:
        return (
            ngettext(
                "“%(what)s” in %(where)s: %(n)s of %(of)s callers had to call again; as elsewhere it would be %(usual)s",
                "“%(what)s” in %(where)s: %(n)s of %(of)s callers had to call again; as elsewhere it would be %(usual)s",
                card.came,
            )
            % told
        )
    return (
        ngettext(
            "“%(what)s” in %(where)s: %(n)s demand, ordinary would be %(usual)s",
            "“%(what)s” in %(where)s: %(n)s demands, ordinary would be %(usual)s",
            card.came,
        )
        % told
    )


def certainty(card: PatternCard) -> str:
    """How certain it is, in words."""
    least = next((one for one in _RARITIES if card.false_share < 1 / one), None)
    if least is None:
        return _("About 1 in 20 findings that are shown is expected to be chance")
    return _("By chance, such a finding is expected in fewer than 1 in %(n)s findings that are shown") % {
        "n": f"{least:,}"
    }


def span(card: PatternCard) -> str:
    """From when to when, e.g. "1 Mar 2025 – 14 Mar 2025"."""
    first, last = (date_format(one, _("j M Y")) for one in (card.first_day, card.last_day))
    return _("%(first)s – %(last)s") % {"first": first, "last": last}


def _following(card: PatternCard) -> str:
    told = {
        "first": card.category_name,
        "then": card.then_name,
        "n": card.came,
        "usual": _ordinary(card.expected),
        "days": card.lag,
    }
    if not card.lag:
        return (
            _(
                "“%(first)s” and “%(then)s” come on the same day in the same town: %(n)s times, ordinary would be %(usual)s"
            )
            % told
        )
    return (
        ngettext(
            "After “%(first)s” comes “%(then)s” %(days)s day later in the same town: %(n)s times, ordinary would be %(usual)s",
            "After “%(first)s” comes “%(then)s” %(days)s days later in the same town: %(n)s times, ordinary would be %(usual)s",
            card.lag,
        )
        % told
    )


def _places(card: PatternCard) -> str:
    if not card.places:
        return card.area_name
    # Translators: between names of places in a list
    return _(", ").join(card.places)


def _ordinary(expected: float) -> str:
    if expected < 1:
        return _("less than 1")
    return f"{expected:.0f}" if expected >= _WHOLE else f"{expected:.1f}"
