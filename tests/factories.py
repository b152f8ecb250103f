"""States that a county can really be in, made through the services: a registry, staff, demands, work orders on their way."""

import io
import itertools
from collections.abc import Iterable
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.cards import WorkOrderCard
from shuzhi.domains.casework.deadlines import Limit, TimeUnit
from shuzhi.domains.casework.lifecycle import Action, Given, Outcome
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandDraft, Receipt
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.registry import services as registry
from shuzhi.site import wiring
from shuzhi.spine import accounts, clock, outbox
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.models import User
from tests.made_once import made_once

CITY, COUNTY = "990100000000", "990102000000"
TOWN, VILLAGE = "990102100000", "990102100201"
OTHER_TOWN, OTHER_VILLAGE = "990102101000", "990102101201"
AREAS = f"""code,name,name_en,level,parent
{CITY},云江市,Yunjiang City,city,
{COUNTY},禾坪县,Heping County,county,{CITY}
{TOWN},青石镇,Qingshi Town,town,{COUNTY}
{VILLAGE},上湾村,Shangwan Village,village,{TOWN}
{OTHER_TOWN},罗溪镇,Luoxi Town,town,{COUNTY}
{OTHER_VILLAGE},罗溪村,Luoxi Village,village,{OTHER_TOWN}
"""
HOUSING, WATER, TOWN_OFFICE, ROADS = "housing", "water", "town_qingshi", "roads"
UNITS = f"""code,name,name_en,tier,area,parent,phone
{HOUSING},云江市住房和城乡建设局,Housing Bureau,department,{CITY},,0000-8000001
{WATER},云江水务,Yunjiang Water,firm,{CITY},,0000-8000002
{TOWN_OFFICE},青石镇人民政府,Qingshi Town Government,town,{TOWN},,0000-8000003
{ROADS},云江市交通运输局,Roads Bureau,department,{CITY},,0000-8000004
"""
LIFT, FEES, SHARED, STREET_LIGHT = "020101", "020102", "020103", "040101"
CATEGORIES = f"""code,parent,level,name,name_en,keywords
02,,1,住房与城乡建设,Housing and construction,
0201,02,2,物业管理,Property management,
{LIFT},0201,3,电梯故障,Lift fault,电梯|困人
{FEES},0201,3,物业收费,Property fees,物业费
{SHARED},0201,3,公共设施,Shared facilities,走道灯|单元门
04,,1,公共服务,Public services,
0401,04,2,路灯照明,Street lighting,
{STREET_LIGHT},0401,3,路灯不亮,Street light out,路灯
"""
CATALOGUE = f"""category,area,unit,from_date,version
02,{CITY},{HOUSING},2020-01-01,1
0201,{TOWN},{TOWN_OFFICE},2021-01-01,1
04,{CITY},{WATER},2020-01-01,1
"""
SLA = """kind,urgency,category,contact,sign_in,finish,return_window,statutory,law,from_date
*,life_safety,,15 minute,15 minute,2 hour,15 minute,,,2020-01-01
*,utilities_outage,,1 hour,15 minute,24 hour,1 hour,,,2020-01-01
*,urgent,,4 working_hour,15 minute,1 workday,4 working_hour,,,2020-01-01
*,normal,,1 workday,2 working_hour,5 workday,1 workday,,,2020-01-01
inquiry,normal,,1 workday,2 working_hour,1 workday,1 workday,,,2020-01-01
"""
TEMPLATES = """code,title,text
received,收到告知,您好，您反映的问题已收悉，我们高度重视，将尽快处理，感谢您对我们工作的支持。
"""

MONDAY = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)  # 09:00 in the county, an ordinary working week
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
PASSWORD = "Riverbank-24"
PHONE = "13900001234"
WORDS = "锦绣花园3栋公共走道的灯坏了，跟物业说过没有结果，什么时候能修好？"
REPLY = (
    "您好，您反映的锦绣花园3栋公共走道灯坏了的问题，经现场核查属实。我单位已责令物业更换灯具，走道的灯已于5月12日修好；"
    "跟物业说过没有结果一事，已批评教育。依据《物业管理条例》，我们将每月巡查一次。如有疑问请致电0000-8000001。"
)
LISTENERS = wiring.LISTENERS
"""Who hears of what was announced; the tests of a room leave those out that it knows nothing of."""
_sources = itertools.count(1)


def listeners_of(*rooms: str) -> tuple[outbox.Listener, ...]:
    return tuple(one for one in wiring.LISTENERS if one.name.partition(".")[0] in rooms)


@made_once
def given_county() -> None:
    """Two towns, four units, seven categories, their catalogue and time limits, one reply template."""
    for dataset, text in (
        ("areas", AREAS),
        ("units", UNITS),
        ("categories", CATEGORIES),
        ("catalogue", CATALOGUE),
        ("sla", SLA),
        ("templates", TEMPLATES),
    ):
        report = registry.import_csv(dataset, io.BytesIO(text.encode()), by=SYSTEM)
        assert report.accepted == report.rows, report
    registry.import_calendar([2026], by=SYSTEM)


def staff(role: str, *, unit: str = "", area: str = "", name: str = "") -> Actor:
    """A person on the staff with a real account; the same role and scope give the same person, `name` another one."""
    username = name or "-".join(filter(None, (role, unit.replace("_", "-"), area))).replace("_", "-")
    user = User.objects.filter(username=username).first()
    if user is None:
        made = accounts.create_account(
            username, name=f"{role} {username}", unit=unit, password=PASSWORD, by=SYSTEM
        ).account
        accounts.grant_role(made.id, role=role, unit=unit, area=area, because="test", by=SYSTEM)
        user = User.objects.get(pk=made.id)
    return user.as_actor()


def client_of(actor: Actor, *, language: str = "zh-hans") -> Client:
    """A browser in which this person has logged in."""
    client = Client(headers={"accept-language": language})
    client.force_login(User.objects.get(pk=actor.id), backend="django.contrib.auth.backends.ModelBackend")
    return client


def deliver() -> int:
    """Let everybody hear of what was announced; no listener may have failed."""
    done = outbox.drain(LISTENERS)
    failed = [one.failure for one in outbox.status(LISTENERS).listeners if one.failure]
    assert not failed, failed[0]
    return done


def witness() -> None:
    """Have witnessed what was decided and let everybody hear of it, as the worker does within seconds."""
    deliver()
    ledger.publish(by=SYSTEM)
    deliver()


def draft(text: str = WORDS, **fields: Any) -> DemandDraft:
    told = {
        "channel": "hotline",
        "kind": "complaint",
        "category": SHARED,
        "area": VILLAGE,
        "phone": PHONE,
        "name": "张三",
        "source": "test",
        "source_key": str(next(_sources)),
    }
    return DemandDraft(text=text, **told | fields)


def given_demand(text: str = WORDS, *, at: datetime = MONDAY, **fields: Any) -> Receipt:
    """A demand received at a moment; its order is registered."""
    with clock.stopped_at(at):
        receipt = intake.receive_demand(draft(text, received_at=at, **fields), by=SYSTEM)
        deliver()
    return receipt


def number_of(receipt: Receipt) -> str:
    return casework.number_of_demand(receipt.demand_id)


class Journey:
    """One order carried on step by step, an hour of clock time between the steps unless said otherwise."""

    def __init__(self, receipt: Receipt, *, at: datetime = MONDAY) -> None:
        self.receipt = receipt
        self.demand_id = receipt.demand_id
        self.number = number_of(receipt)
        self.at = at

    @property
    def page(self) -> Any:
        with clock.stopped_at(self.at):
            return casework.get_work_order(self.number, by=SYSTEM)

    @property
    def card(self) -> WorkOrderCard:
        return self.page.card

    @property
    def state(self) -> str:
        return self.card.state

    def actions(self, by: Actor) -> set[str]:
        with clock.stopped_at(self.at):
            return {str(move.action) for move in casework.get_work_order(self.number, by=by).moves}

    def later(self, span: timedelta) -> "Journey":
        self.at += span
        return self

    def take(
        self,
        action: Action,
        by: Actor,
        *,
        after: timedelta = HOUR,
        text: str = "",
        limit: Limit | None = None,
        contacted: bool | None = None,
        expected_step: int | None = None,
        tracked: Iterable[int] = (),
        **given: Any,
    ) -> "Journey":
        self.at += after
        with clock.stopped_at(self.at):
            casework.take_step(
                self.number,
                action=action,
                given=Given(**given),
                text=text,
                limit=limit,
                contacted=contacted,
                expected_step=expected_step,
                tracked=tuple(tracked),
                by=by,
            )
            deliver()
        return self

    def triage(self, by: Actor | None = None, *, after: timedelta = HOUR / 4, **chosen: str) -> "Journey":
        settled = {"kind": "complaint", "category": SHARED, "area": VILLAGE, "urgency": "normal"} | chosen
        self.at += after
        with clock.stopped_at(self.at):
            casework.triage_work_order(self.number, **settled, by=by or staff("dispatcher"))
            deliver()
        return self


STAGES = (
    "registered",
    "triaged",
    "dispatched",
    "accepted",
    "handling",
    "replied",
    "reviewed",
    "callback",
    "closed",
)


def given_work_order(
    stage: str = "registered",
    *,
    unit: str = HOUSING,
    text: str = WORDS,
    at: datetime = MONDAY,
    outcome: Outcome = Outcome.SOLVED,
    reply: str = REPLY,
    **fields: Any,
) -> Journey:
    """An order that came as far as a stage, each step taken by whoever does it."""
    heard = tuple(one.name for one in LISTENERS)
    return _carried(stage, heard, unit=unit, text=text, at=at, outcome=outcome, reply=reply, **fields)


@made_once
def _carried(
    stage: str,
    _heard: tuple[str, ...],
    *,
    unit: str,
    text: str,
    at: datetime,
    outcome: Outcome,
    reply: str,
    **fields: Any,
) -> Journey:
    order = Journey(given_demand(text, at=at, **fields), at=at)
    officer = staff("unit_officer", unit=unit)
    kind = {"kind": fields["kind"]} if fields.get("kind") else {}
    place = {"area": fields["area"]} if fields.get("area") else {}
    steps = {
        "triaged": lambda: order.triage(**kind, **place),
        "dispatched": lambda: order.take(Action.DISPATCH, staff("dispatcher"), unit=unit),
        "accepted": lambda: order.take(Action.SIGN_IN, officer),
        "handling": lambda: (
            order.take(Action.START_HANDLING, officer),
            order.take(Action.RECORD_CONTACT, officer, text="已电话联系。", after=HOUR / 6),
        ),
        "replied": lambda: order.take(Action.REPLY, officer, text=reply, outcome=outcome),
        "reviewed": lambda: order.take(Action.APPROVE_REPLY, staff("reviewer")),
        "callback": lambda: order.take(Action.START_CALLBACK, staff("callback_agent")),
        "closed": lambda: (
            order.take(
                Action.RECORD_CALLBACK,
                staff("callback_agent"),
                reached=True,
                solved=outcome is Outcome.SOLVED,
                rating=4,
                contacted=True,
            ),
            order.take(Action.CLOSE, staff("callback_agent"), outcome=outcome),
        ),
    }
    for one in STAGES[1 : STAGES.index(stage) + 1]:
        steps[one]()
    return order


def workdays(amount: int) -> Limit:
    return Limit(amount, TimeUnit.WORKDAY)


def announced(event: type[Any], *, order: Journey | None = None) -> list[Any]:
    """The events of a kind that were told, in order; of one order when named."""
    heard = [one.event for one in outbox.story(names=[event.__name__], limit=100_000)]
    if order is None:
        return heard
    order_id = order.card.id
    return [one for one in heard if getattr(one, "order_id", order_id) == order_id]


def local(text: str) -> datetime:
    """A moment by the county's clocks: local("2026-05-12 17:30")."""
    return timezone.make_aware(datetime.fromisoformat(text))


def at(moment: datetime | None) -> Any:
    """The clock held at a moment, or left running."""
    return clock.stopped_at(moment) if moment else nullcontext()
