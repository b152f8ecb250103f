"""States that intake can really be in, made through the services."""

import io
import json

from PIL import Image
from tests.made_once import made_once

from shuzhi.domains.intake import services
from shuzhi.domains.intake.cards import DemandDraft, Receipt
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant

CITY, COUNTY, TOWN = "990100000000", "990102000000", "990102100000"
VILLAGE, OTHER_VILLAGE = "990102100201", "990102100202"
AREAS = f"""code,name,name_en,level,parent
{CITY},云江市,Yunjiang City,city,
{COUNTY},禾坪县,Heping County,county,{CITY}
{TOWN},青石镇,Qingshi Town,town,{COUNTY}
{VILLAGE},上湾村,Shangwan Village,village,{TOWN}
{OTHER_VILLAGE},下湾村,Xiawan Village,village,{TOWN}
"""
CATEGORIES = """code,parent,level,name,name_en,keywords
02,,1,住房与城乡建设,Housing,
0201,02,2,物业管理,Property management,
020101,0201,3,电梯故障,Lift fault,电梯|困人
020102,0201,3,物业收费,Property fees,物业费
04,,1,公共服务,Public services,
0401,04,2,路灯照明,Street lighting,路灯
"""
PLACES = f"""code,name,aliases,area,lat,lng,kind
p1,锦绣花园,锦绣小区,{VILLAGE},29.205,124.005,estate
"""
_SQUARES = {VILLAGE: (124.0, 29.2), OTHER_VILLAGE: (124.01, 29.2)}
SIDE = 0.01


def _staff(number: str, role: str, **scope: str) -> Actor:
    return Actor(ActorKind.STAFF, number, role, (Grant(role, **scope),))


CALL_TAKER = _staff("1", "call_taker")
DISPATCHER = _staff("2", "dispatcher")
REVIEWER = _staff("3", "reviewer")
WATER_OFFICER = _staff("4", "unit_officer", unit="water")
VILLAGE_CALL_TAKER = _staff("5", "call_taker", area=VILLAGE)
LEADER = _staff("6", "leader")
SECURITY = _staff("7", "security_admin")


@made_once
def given_registry() -> None:
    """A county of two villages that lie side by side, six categories and one estate."""
    shapes = [
        {"type": "Feature", "properties": {"code": code}, "geometry": _square(*corner)}
        for code, corner in _SQUARES.items()
    ]
    outlines = json.dumps({"type": "FeatureCollection", "features": shapes})
    for dataset, text in (
        ("areas", AREAS),
        ("boundaries", outlines),
        ("categories", CATEGORIES),
        ("places", PLACES),
    ):
        report = registry.import_csv(dataset, io.BytesIO(text.encode()), by=SYSTEM)
        assert report.quarantined == 0, dataset


def given_demand(
    text: str = "锦绣花园3栋电梯坏了，老人上不去楼。", by: Actor = SYSTEM, **fields: object
) -> Receipt:
    return services.receive_demand(draft(text, **fields), by=by)


def draft(text: str = "锦绣花园3栋电梯坏了，老人上不去楼。", **fields: object) -> DemandDraft:
    return DemandDraft(**{"channel": "web", "text": text, **fields})


def report_from_web(text: str, **fields: object) -> Receipt:
    return given_demand(text, by=ANONYMOUS, **fields)


def picture(width: int = 64, height: int = 48, format: str = "JPEG", **options: object) -> io.BytesIO:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 120)).save(file, format, **options)
    file.seek(0)
    return file


def _square(west: float, south: float) -> dict[str, object]:
    east, north = west + SIDE, south + SIDE
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}
