"""To whom: the dispatch catalogue, category × area → unit, dated and versioned."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.registry import versions
from shuzhi.domains.registry.cards import AreaCard, CategoryCard, DispatchTarget
from shuzhi.domains.registry.models import CatalogueEntry
from shuzhi.domains.registry.services.areas import area_path, areas, get_area
from shuzhi.domains.registry.services.units import get_unit
from shuzhi.domains.registry.services.words import category_cards, get_category
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput
from shuzhi.spine.events import CatalogueChanged
from shuzhi.spine.outbox import announce


@dataclass(frozen=True, slots=True)
class _Entry:
    unit: str
    category: str
    area: str
    version: int
    from_date: date


_Index = dict[tuple[str, str], list[_Entry]]


def _load() -> _Index:
    """Entries by category and area, the one to prefer first: latest date, then highest version."""
    index: _Index = {}
    rows = CatalogueEntry.objects.order_by("-from_date", "-version")
    for row in rows:
        entry = _Entry(row.unit, row.category, row.area, row.version, row.from_date)
        index.setdefault((row.category, row.area), []).append(entry)
    return index


_index = versions.Cached(_load, versions.CATALOGUE)


def dispatch_targets(category: str, *, area: str, on: date) -> list[DispatchTarget]:
    """The units that the catalogue names on a day, best first, each once; [] when it names none.

    The longest part of the category's code wins, then the most specific area. area "": the top of the county.
    """
    index = _index()
    path = area_path(area)[::-1] if area else [one for one in areas() if not one.parent]
    found: dict[str, tuple[_Entry, AreaCard]] = {}
    for length in range(len(category), 0, -1):
        for within in path:
            entry = _in_force(index.get((category[:length], within.code), []), on)
            if entry:
                found.setdefault(entry.unit, (entry, within))
    known = category_cards() if found else {}
    return [_target(entry, known[entry.category], within) for entry, within in found.values()]


def catalogue(on: date) -> list[DispatchTarget]:
    """Every row in force on a day, by category and area."""
    rows: Iterator[_Entry | None] = (_in_force(entries, on) for entries in _index().values())
    known, places = category_cards(), {one.code: one for one in areas()}
    told = (_target(row, known[row.category], places[row.area]) for row in rows if row)
    return sorted(told, key=lambda target: (target.category, target.area))


def _in_force(entries: list[_Entry], on: date) -> _Entry | None:
    return next((entry for entry in entries if entry.from_date <= on), None)


def _target(entry: _Entry, category: CategoryCard, area: AreaCard) -> DispatchTarget:
    reason = _("Dispatch catalogue: %(category)s, %(area)s, version %(version)s of %(since)s") % {
        "category": " › ".join(category.path_label),
        "area": area.label,
        "version": entry.version,
        "since": entry.from_date.isoformat(),
    }
    return DispatchTarget(entry.unit, entry.category, entry.area, entry.version, entry.from_date, reason)


@transaction.atomic
def change_catalogue(
    category: str, *, area: str, unit: str, because: str, by: Actor, from_date: date | None = None
) -> DispatchTarget:
    """Name another unit for a category and area from a day on (today); the rows before stay as they were."""
    access.require(by, "registry.edit", area=area)
    matter, place = get_category(category), get_area(area)
    get_unit(unit)
    if not because.strip():
        raise InvalidInput(field="because", why=_("say why the catalogue changes"))
    versions.lock([versions.CATALOGUE])
    last = CatalogueEntry.objects.filter(category=category, area=area).order_by("-version").first()
    row = CatalogueEntry.objects.create(
        category=category,
        area=area,
        unit=unit,
        from_date=from_date or clock.today(),
        version=last.version + 1 if last else 1,
        because=because.strip()[:500],
        by=by.reference,
        at=clock.now(),
    )
    versions.change([versions.CATALOGUE])
    announce(CatalogueChanged(category=category, area=area, unit=unit, version=row.version), by=by)
    audit.record(
        by, "registry.change_catalogue", f"catalogue:{category}/{area}", unit=unit, version=row.version
    )
    return _target(_Entry(row.unit, row.category, row.area, row.version, row.from_date), matter, place)
