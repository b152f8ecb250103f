"""From codes in facts to the groups that people know. The only file here that asks the registry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import QUANTITIES, UNIT_TIERS
from shuzhi.spine.errors import NotFound


class By(StrEnum):
    EVERYTHING = ""
    UNIT = "unit"
    TIER = "tier"
    CATEGORY = "category"
    AREA = "area"
    CHANNEL = "channel"


# Codes of intake's channels, which a room below hears in events.
CHANNELS: Mapping[str, Promise] = {
    "web": _("Web"),
    "mobile_app": _("Mobile app"),
    "wechat": _("WeChat"),
    "open311": _("Open311 application"),
    "api": _("Other system"),
    "hotline": _("Hotline"),
    "window": _("Service window"),
    "letter": _("Letter"),
    "email": _("E-mail"),
    "sms": _("Text message"),
    "social_media": _("Social media"),
    "grid_officer": _("Grid officer"),
    "leader_board": _("Message board for leaders"),
    "internal": _("Found by the staff"),
    "other": _("Other channel"),
}


@dataclass(frozen=True)
class Grouping:
    """column: of the fact, "" for one group of everything.   group_of: the group that a code belongs to, None for none.   tier_of: whose peers."""

    column: str
    group_of: Callable[[str], str | None]
    name_of: Callable[[str], str]
    tier_of: Callable[[str], str]


def grouping(by: By, *, within: str = "") -> Grouping:
    """How facts are grouped. within: an area; groups are then the areas directly below it."""
    match by:
        case By.UNIT:
            tiers = {card.code: card.tier for card in registry.units()}
            return Grouping(
                "unit", lambda code: code or None, _unit_names(), lambda code: tiers.get(code, "")
            )
        case By.TIER:
            tiers = {card.code: card.tier for card in registry.units()}
            return Grouping("unit", tiers.get, tier_name, lambda code: "")
        case By.CATEGORY:
            return Grouping("category", _top_category(), _category_name, lambda code: "")
        case By.AREA:
            return Grouping("area", lambda code: _area_below(code, within), _area_name, lambda code: "")
        case By.CHANNEL:
            return Grouping(
                "channel", lambda code: code, lambda code: str(CHANNELS.get(code, code)), lambda code: ""
            )
        case By.EVERYTHING:
            return Grouping("", lambda code: "", lambda code: "", lambda code: "")


def tier_name(code: str) -> str:
    return str(UNIT_TIERS.get(code, code))


def _unit_names() -> Callable[[str], str]:
    names = {card.code: card.label for card in registry.units()}
    return lambda code: names.get(code, code)


def _top_category() -> Callable[[str], str | None]:
    """The first level of the category tree: codes need not show their parents, so the tree is climbed."""
    parents = {card.code: card.parent for card in registry.categories()}

    def top(code: str) -> str | None:
        while parents.get(code):
            code = parents[code]
        return code or None

    return top


def _category_name(code: str) -> str:
    """What was measured stands in the place of a category where readings are counted."""
    if code in QUANTITIES:
        return str(QUANTITIES[code].label)
    try:
        return registry.get_category(code).label
    except NotFound:
        return code


def _area_below(code: str, within: str) -> str | None:
    """The area directly below `within` that holds this one; the second level of the tree when within is empty."""
    try:
        path = [card.code for card in registry.area_path(code)]
    except NotFound:
        return None
    if not within:
        return path[1] if len(path) > 1 else None
    place = path.index(within) + 1 if within in path else len(path)
    return path[place] if place < len(path) else None


def _area_name(code: str) -> str:
    try:
        return registry.get_area(code).label
    except NotFound:
        return code
