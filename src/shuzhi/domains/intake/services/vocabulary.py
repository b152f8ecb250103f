"""The county's own words, kept at hand: categories and areas by code and by name, and the reader made of them."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from shuzhi.domains.intake.services import shelf
from shuzhi.domains.registry import services as registry
from shuzhi.engines.text import CategoryHint, PlaceName, Reader, builtin_model, builtin_register
from shuzhi.spine.errors import NotFound


@dataclass(frozen=True)
class Vocabulary:
    """category_names, area_names: {name: code}, names that stand for several left out, since they decide nothing.

    places: areas and places by code.
    """

    categories: frozenset[str]
    category_names: dict[str, str]
    areas: frozenset[str]
    area_names: dict[str, str]
    places: dict[str, PlaceName]
    reader: Reader

    def name_of_area(self, code: str) -> str:
        return self.places[code].name if code in self.places else ""


def vocabulary() -> Vocabulary:
    """Built anew when categories, areas or places of the registry change, or another model serves."""
    return _build(registry.words_version(), shelf.shelf_version())


def area_at(lat: float | None, lng: float | None) -> str:
    """The deepest area around a point, "" outside of the county or without a point."""
    if lat is None or lng is None:
        return ""
    try:
        return registry.locate(lat, lng).code
    except NotFound:
        return ""


@lru_cache(maxsize=1)
def _build(_words: int, _models: str) -> Vocabulary:
    categories, areas, places = registry.categories(), registry.areas(), registry.places()
    hints = [CategoryHint(one.code, one.path, tuple(one.keywords)) for one in categories]
    names = [PlaceName(one.code, one.name, (), one.lat, one.lng, one.level, one.code) for one in areas]
    names += [
        PlaceName(one.code, one.name, one.aliases, one.lat, one.lng, one.kind, one.area) for one in places
    ]
    return Vocabulary(
        frozenset(one.code for one in categories),
        _unambiguous(
            (name, one.code) for one in categories for name in (one.name, one.name_en, "/".join(one.path))
        ),
        frozenset(one.code for one in areas),
        _unambiguous((name, one.code) for one in areas for name in (one.name, one.name_en)),
        {name.code: name for name in names},
        Reader(
            hints,
            names,
            shelf.serving_model("category"),
            kind_model=shelf.serving_model("kind"),
            heed_kind_words=shelf.serving_entry("kind").version in builtin_register().entries,
            danger_model=builtin_model("danger"),
        ),
    )


def _unambiguous(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    found: dict[str, set[str]] = {}
    for name, code in pairs:
        if name:
            found.setdefault(name.casefold(), set()).add(code)
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1}
