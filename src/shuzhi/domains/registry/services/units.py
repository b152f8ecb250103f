"""Who: units, their posts."""

from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import PostCard, UnitCard
from shuzhi.domains.registry.models import Post, Unit
from shuzhi.domains.registry.services.areas import areas_within
from shuzhi.spine.errors import NotFound


def _load_units() -> dict[str, UnitCard]:
    rows = Unit.objects.order_by("code")
    return {
        row.code: UnitCard(row.code, row.name, row.name_en, row.tier, row.area, row.parent, row.phone)
        for row in rows
    }


def _load_posts() -> tuple[PostCard, ...]:
    rows = Post.objects.order_by("code")
    return tuple(PostCard(row.code, row.unit, row.title, row.title_en, row.role, row.holder) for row in rows)


def _load_officials() -> frozenset[str]:
    return frozenset(Post.objects.exclude(holder="").values_list("holder", flat=True))


_units = versions.Cached(_load_units, versions.UNITS)
_posts = versions.Cached(_load_posts, versions.UNITS)
_officials = versions.Cached(_load_officials, versions.UNITS)


def units(*, tier: str = "", area: str = "", search: str = "") -> list[UnitCard]:
    """Units in the order of their codes. area: those that serve it or an area below.   search: part of a name or code."""
    wanted = search.strip().casefold()
    served = {card.code for card in areas_within(area)} if area else set()
    return [
        card
        for card in _units().values()
        if (not tier or card.tier == tier)
        and (not area or card.area in served)
        and (not wanted or wanted in f"{card.code}\n{card.name}\n{card.name_en}".casefold())
    ]


def get_unit(code: str) -> UnitCard:
    card = _units().get(code)
    if card is None:
        raise NotFound(what=_("Unit %(code)s") % {"code": code})
    return card


def posts(*, unit: str = "") -> list[PostCard]:
    return [card for card in _posts() if not unit or card.unit == unit]


def officials() -> frozenset[str]:
    """Names of those who hold a public post: what they do in it is no secret."""
    return _officials()
