"""Where: divisions, their tree and their outlines."""

import math
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import AreaCard, PlaceCard
from shuzhi.domains.registry.locating import Locator, Shape, rings_of
from shuzhi.domains.registry.models import Area, Place
from shuzhi.spine.errors import InvalidInput, NotFound


class _Tree:
    """All areas as one process knows them."""

    def __init__(self) -> None:
        rows = Area.objects.order_by("code").defer("boundary")
        self.cards: dict[str, AreaCard] = {}
        self.paths: dict[str, str] = {}
        for row in rows:
            self.cards[row.code] = AreaCard(
                row.code, row.name, row.name_en, row.level, row.parent, row.lat, row.lng
            )
            self.paths[row.code] = row.path

    def get(self, code: str) -> AreaCard:
        card = self.cards.get(code)
        if card is None:
            raise NotFound(what=_("Area %(code)s") % {"code": code})
        return card


def _load_places() -> tuple[PlaceCard, ...]:
    return tuple(
        PlaceCard(row.code, row.name, tuple(row.aliases), row.area, row.lat, row.lng, row.kind)
        for row in Place.objects.order_by("code")
    )


def _load_locator() -> Locator:
    drawn = Area.objects.filter(boundary__isnull=False).values_list("code", "depth", "boundary")
    return Locator(
        Shape(code, depth, rings_of(boundary)) for code, depth, boundary in drawn.iterator() if boundary
    )


_tree = versions.Cached(_Tree, versions.AREAS)
_locator = versions.Cached(_load_locator, versions.AREAS)
_places = versions.Cached(_load_places, versions.WORDS)


def areas(*, level: str = "", parent: str = "", search: str = "") -> list[AreaCard]:
    """Areas in the order of their codes. parent: only its direct children.   search: part of a name or code."""
    wanted = search.strip().casefold()
    return [
        card
        for card in _tree().cards.values()
        if (not level or card.level == level)
        and (not parent or card.parent == parent)
        and (not wanted or wanted in f"{card.code}\n{card.name}\n{card.name_en}".casefold())
    ]


def get_area(code: str) -> AreaCard:
    return _tree().get(code)


def area_path(code: str) -> tuple[AreaCard, ...]:
    """The areas that hold an area, from the top down to itself."""
    tree = _tree()
    path = tree.paths[tree.get(code).code]
    return tuple(tree.cards[one] for one in path.rstrip("/").split("/"))


def areas_within(code: str) -> list[AreaCard]:
    """An area and everything below it."""
    tree = _tree()
    path = tree.paths[tree.get(code).code]
    return [card for card in tree.cards.values() if tree.paths[card.code].startswith(path)]


def locate(lat: float, lng: float) -> AreaCard:
    """The deepest drawn area around a point in degrees. Raises NotFound outside of every area."""
    if not (math.isfinite(lat) and math.isfinite(lng) and abs(lat) <= 90 and abs(lng) <= 180):
        raise InvalidInput(field="lat, lng", why=_("give degrees, e.g. 29.21, 124.03"))
    code = _locator().find(lng, lat)
    if not code:
        raise NotFound(what=_("An area of the county at %(lat).5f, %(lng).5f") % {"lat": lat, "lng": lng})
    return get_area(code)


def boundaries(level: str, within: str = "") -> dict[str, Any]:
    """The outlines of a level as a GeoJSON FeatureCollection (RFC 7946). within: only below this area."""
    among = areas_within(within) if within else areas()
    codes = [card.code for card in among if card.level == level]
    rows = Area.objects.filter(code__in=codes, boundary__isnull=False).order_by("code")
    features = [
        {
            "type": "Feature",
            "id": row.code,
            "properties": {
                "code": row.code,
                "name": row.name,
                "name_en": row.name_en,
                "level": row.level,
                "parent": row.parent,
            },
            "geometry": row.boundary,
        }
        for row in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def places(within: str = "") -> list[PlaceCard]:
    """The gazetteer: what people name when they say where. within: only in this area and below."""
    if not within:
        return list(_places())
    codes = {card.code for card in areas_within(within)}
    return [card for card in _places() if card.area in codes]
