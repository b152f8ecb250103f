"""Carries the synthetic county's registry in, through the same importers that a real county uses."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from shuzhi.domains.registry import services as registry
from shuzhi.engines import county
from shuzhi.spine.actors import SYSTEM

_COLUMNS = {
    "areas": ("code", "name", "name_en", "level", "parent", "lat", "lng"),
    "places": ("code", "name", "aliases", "area", "lat", "lng", "kind"),
    "units": ("code", "name", "name_en", "tier", "area", "parent", "phone"),
    "posts": ("code", "unit", "title", "title_en", "role"),
}
_VERY_OLD, _ONE_IN = 85, 3  # years; a third of them has no phone
_TABLES = ("categories", "catalogue", "sla")


def load(place: county.CountyRegistry, *, years: Iterable[int]) -> None:
    """Areas with their outlines, places, units, posts, categories, catalogue, limits, templates, working days."""
    _import("areas", _table("areas", place.areas))
    _import("boundaries", _outlines(place.areas))
    _import("places", _table("places", place.places))
    _import("units", _table("units", place.units))
    _import("posts", _table("posts", place.posts))
    for name in _TABLES:
        _import(name, county.table_text(name).encode())
    _import("templates", county.table_text("reply_templates").encode())
    registry.import_calendar(years, by=SYSTEM)


def load_costs(place: county.CountyRegistry, *, demands_a_year: int, years: Iterable[int]) -> None:
    """What demands cost each unit, year by year."""
    rows = county.costs(place, demands_a_year=demands_a_year, years=years)
    cells = [(one.unit, one.from_date, one.until_date, one.yuan) for one in rows]
    _import("costs", table_lines([("unit", "from_date", "until_date", "amount_yuan"), *cells]))


def load_people(place: county.CountyRegistry, *, households: int) -> None:
    """Synthetic households: names, phones and identity numbers are sealed like real ones."""
    registry.import_csv("people", _people(county.people(place.seed, place, households=households)), by=SYSTEM)


def _import(dataset: str, data: bytes) -> None:
    report = registry.import_csv(dataset, io.BytesIO(data), by=SYSTEM)
    if report.quarantined:
        raise RuntimeError(f"{dataset}: {report.quarantined} rows were refused, see {report.quarantine_file}")


def _table(name: str, rows: Sequence[object]) -> bytes:
    return table_lines(
        [_COLUMNS[name], *([_cell(getattr(row, one)) for one in _COLUMNS[name]] for row in rows)]
    )


def _cell(value: object) -> object:
    return "|".join(value) if isinstance(value, tuple) else value


def table_lines(rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _outlines(areas: Iterable[county.Area]) -> bytes:
    features = [
        {
            "type": "Feature",
            "properties": {"code": area.code},
            "geometry": {"type": "Polygon", "coordinates": [area.ring]},
        }
        for area in areas
        if area.ring
    ]
    return json.dumps({"type": "FeatureCollection", "features": features}).encode()


def _people(households: Iterable[county.Household]) -> Iterator[bytes]:
    columns = (
        "code",
        "household",
        "area",
        "address",
        "income",
        "name",
        "sex",
        "birth",
        "phone",
        "id_number",
        "groups",
    )
    yield table_lines([columns])
    for home in households:
        yield table_lines(_members(home))


def _members(home: county.Household) -> Iterator[tuple[str | float | date, ...]]:
    for one in home.members:
        groups = "|".join(one.groups)
        yield (
            *(one.id, home.id, one.area, home.address, home.income, one.name, one.sex),
            *(one.birth, _phone(one), one.id_number, groups),
        )


def _phone(one: county.Person) -> str:
    """Of the very old, some have no phone and are visited."""
    very_old = one.birth.year <= county.AS_OF.year - _VERY_OLD
    return "" if very_old and one.birth.day % _ONE_IN == 0 else one.phone
