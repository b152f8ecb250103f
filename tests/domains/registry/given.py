"""Registry states that a county can really be in, made through the services."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence

from tests.made_once import made_once

from shuzhi.domains.registry import services
from shuzhi.domains.registry.cards import ImportReport
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant

STEWARD = Actor(ActorKind.STAFF, "7", "Steward", (Grant("registry_steward"),))
OFFICER = Actor(ActorKind.STAFF, "8", "Officer", (Grant("unit_officer", unit="water"),))

CITY, COUNTY, TOWN, VILLAGE = "990100000000", "990102000000", "990102100000", "990102100201"
AREAS = f"""code,name,name_en,level,parent
{CITY},云江市,Yunjiang City,city,
{COUNTY},禾坪县,Heping County,county,{CITY}
{TOWN},青石镇,Qingshi Town,town,{COUNTY}
{VILLAGE},上湾村,Shangwan Village,village,{TOWN}
"""
UNITS = f"""code,name,name_en,tier,area,parent,phone
housing,云江市住房和城乡建设局,Housing Bureau,department,{CITY},,0000-8000001
water,云江水务,Yunjiang Water,firm,{CITY},,0000-8000002
town_qingshi,青石镇人民政府,Qingshi Town Government,town,{TOWN},,0000-8000003
"""
CATEGORIES = """code,parent,level,name,name_en,keywords
02,,1,住房与城乡建设,Housing,
0201,02,2,物业管理,Property management,
020101,0201,3,电梯故障,Lift fault,电梯|困人
04,,1,公共服务,Public services,
"""
CATALOGUE = f"""category,area,unit,from_date,version
02,{CITY},housing,2020-01-01,1
0201,{TOWN},town_qingshi,2021-01-01,1
04,{CITY},water,2020-01-01,1
"""
SLA = """kind,urgency,category,contact,sign_in,finish,return_window,statutory,law,from_date
*,life_safety,,15 minute,15 minute,2 hour,15 minute,,,2020-01-01
complaint,normal,,1 workday,2 working_hour,5 workday,1 workday,,,2020-01-01
complaint,normal,,1 workday,2 working_hour,4 workday,1 workday,,,2026-01-01
*,normal,0201,1 hour,1 hour,2 workday,1 workday,20 workday,物业管理条例,2020-01-01
"""


def load(dataset: str, text: str | bytes, *, by: Actor = SYSTEM, **options: object) -> ImportReport:
    data = text.encode() if isinstance(text, str) else text
    return services.import_csv(dataset, io.BytesIO(data), by=by, **options)


@made_once
def given_registry() -> None:
    """A small county: one line of areas, three units, two rules."""
    for dataset, text in (
        ("areas", AREAS),
        ("units", UNITS),
        ("categories", CATEGORIES),
        ("catalogue", CATALOGUE),
        ("sla", SLA),
    ):
        report = load(dataset, text)
        assert report.accepted == report.rows


def csv_of(columns: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode()


def square(west: float, south: float, size: float) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def features(shapes: Mapping[str, object]) -> bytes:
    return json.dumps(
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"code": code}, "geometry": geometry}
                for code, geometry in shapes.items()
            ],
        }
    ).encode()
