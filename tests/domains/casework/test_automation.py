"""Dispatch without asking anybody: off, unless the county says so and people's decisions prove it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.test import Client
from tests.factories import (
    HOUR,
    HOUSING,
    MONDAY,
    OTHER_TOWN,
    ROADS,
    TOWN_OFFICE,
    VILLAGE,
    Journey,
    announced,
    client_of,
    deliver,
    given_work_order,
    staff,
)
from typer.testing import CliRunner

from shuzhi.domains.casework import automation, cli
from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.automation import Proof
from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import AutomaticDispatch
from shuzhi.domains.casework.refusals import MoveRefused, NotDispatchedByItself, RoutingNotProven
from shuzhi.domains.intake.models import JudgedSuggestion
from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.events import (
    AutomaticDispatchJudged,
    AutomaticDispatchSet,
    DispatchedAutomatically,
    SuggestionJudged,
    WorkOrderMoved,
)

pytestmark = pytest.mark.usefixtures("county", "evening")

FEES_TOO_HIGH = "小区物业费乱涨价，物业公司收费不公示，要求退还多收的物业费。"
SURE = 950_000


@pytest.fixture
def evening() -> Iterator[None]:
    """What is not told of another moment happens at the end of the day."""
    with clock.stopped_at(MONDAY + 10 * HOUR):
        yield


@pytest.fixture
def few_prove(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two right of two prove enough here, so that a test need not tell of two hundred orders."""
    monkeypatch.setattr(automation, "GOAL", 0.3)


def shown() -> Proof:
    return next(one for one in casework.routing_proofs(by=SYSTEM) if one.floor_ppm == SURE)


def given_arrival(text: str = FEES_TOO_HIGH, *, at: timedelta = HOUR, **fields: object) -> Journey:
    return given_work_order("registered", text=text, at=MONDAY + at, category="", **fields)


def given_decided(*units: str) -> list[Journey]:
    """Fresh orders that a person triaged as they were read, and dispatched to these units."""
    decided = []
    for number, unit in enumerate(units):
        order = given_arrival(f"{FEES_TOO_HIGH}{number}号楼", at=HOUR * number / 10)
        order.triage(category=order.card.category)
        decided.append(order.take(Action.DISPATCH, staff("dispatcher"), unit=unit))
    return decided


def given_automatic(*, at: timedelta = 4 * HOUR, **fields: object) -> Journey:
    """Two orders were right, the county lets orders go by themselves, another one arrives."""
    given_decided(TOWN_OFFICE, TOWN_OFFICE)
    with clock.stopped_at(MONDAY + at - HOUR):
        casework.set_automatic_dispatch(SURE, because="试行", by=staff("supervisor"))
    return given_arrival(at=at, **fields)


def test_it_is_off_until_the_county_says_so(few_prove):
    given_decided(TOWN_OFFICE, TOWN_OFFICE)

    order = given_arrival(at=4 * HOUR)

    assert order.state == "registered"
    assert casework.automatic_rule() is None
    assert announced(DispatchedAutomatically) == []


def test_what_is_proven_goes_to_the_catalogues_unit_by_the_system_with_its_reason(few_prove):
    order = given_automatic()

    (why,) = announced(DispatchedAutomatically)
    moves = announced(WorkOrderMoved, order=order)
    assert (order.state, order.card.unit) == ("dispatched", TOWN_OFFICE)
    assert [move.action for move in moves] == ["register", "triage", "dispatch"]
    assert {step.by for step in order.page.steps} == {SYSTEM.reference}
    assert (why.unit, why.cases, why.right, why.catalogue_category) == (TOWN_OFFICE, 2, 2, "0201")
    assert why.confidence_ppm >= SURE
    assert 300_000 <= why.least_ppm < 1_000_000
    assert why.version.startswith("category-")


def test_nothing_that_nobody_has_looked_at_teaches_or_proves_anything(few_prove):
    order = given_automatic()

    judged = JudgedSuggestion.objects.filter(demand_id=order.demand_id)
    proof = shown()
    assert not judged.exists()
    assert not [one for one in announced(SuggestionJudged) if one.demand_id == order.demand_id]
    assert proof.cases == 2

    casework.keep_automatic_dispatch(order.number, by=staff("dispatcher"))

    proof = shown()
    assert set(judged.values_list("field", flat=True)) == {"kind", "category", "area", "urgency"}
    assert (proof.cases, proof.right) == (3, 3)
    deliver()
    assert [one.kept for one in announced(AutomaticDispatchJudged)] == [True]


def test_a_dispatcher_takes_one_back_with_a_reason_and_it_counts_as_wrong(few_prove):
    order = given_automatic()
    dispatcher = staff("dispatcher")

    with pytest.raises(MoveRefused):
        order.take(Action.TAKE_BACK, dispatcher)
    order.take(Action.TAKE_BACK, dispatcher, reason="不是物业费的事")

    proof = shown()
    assert (order.state, order.card.unit) == ("triaged", "")
    assert (proof.cases, proof.right) == (3, 2)
    assert [one.kept for one in announced(AutomaticDispatchJudged)] == [False]
    with pytest.raises(NotDispatchedByItself):
        casework.keep_automatic_dispatch(order.number, by=dispatcher)


def test_what_a_person_dispatched_cannot_be_taken_back_as_automatic():
    order = given_work_order("dispatched")

    with pytest.raises(MoveRefused) as refused:
        order.take(Action.TAKE_BACK, staff("dispatcher"), reason="试试")

    assert refused.value.code == "dispatched-by-a-person"


def test_after_a_return_by_its_unit_only_people_dispatch_an_order(few_prove):
    order = given_automatic()
    order.take(
        Action.REQUEST_RETURN, staff("unit_officer", unit=TOWN_OFFICE), reason="不归我们", ground="三定方案"
    )
    order.take(Action.APPROVE_RETURN, staff("dispatcher"))

    with clock.stopped_at(order.at):
        went = casework.dispatch_by_themselves([order.demand_id], by=SYSTEM)

    assert (went, order.state) == (0, "triaged")
    assert [one.kept for one in announced(AutomaticDispatchJudged)] == [False]


def test_a_ruling_about_an_automatic_dispatch_binds_and_no_dispatcher_takes_it_back(few_prove):
    order, dispatcher, unit = given_automatic(), staff("dispatcher"), staff("unit_officer", unit=TOWN_OFFICE)
    for _time in range(2):
        order.take(Action.REQUEST_RETURN, unit, reason="不归我们", ground="三定方案")
        order.take(Action.REFUSE_RETURN, dispatcher, reason="属于你们")
    order.take(Action.ADJUDICATE, staff("supervisor"), unit=ROADS, reason="由路政负责", ground="编办意见")

    with pytest.raises(MoveRefused) as refused:
        order.take(Action.TAKE_BACK, dispatcher, reason="试试")

    assert refused.value.code == "dispatched-by-a-person"


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("小区物业费乱涨价，再不解决我就炸了你们单位。", {}),
        (f"{FEES_TOO_HIGH}有人触电倒在地上了，快来人！", {}),
        ("1、物业费乱涨价，请退还物业费。2、村口路灯不亮好几天了，请派人来修。", {}),
        (FEES_TOO_HIGH, {"kind": "report", "secret": True}),
        (FEES_TOO_HIGH, {"area": ""}),
    ],
)
def test_what_a_person_must_see_waits_for_one(few_prove, text, fields):
    order = given_automatic()
    grave = given_arrival(text, at=5 * HOUR, **fields)

    assert (order.state, grave.state) == ("dispatched", "registered")


def test_it_stops_by_itself_when_people_overrule_it(monkeypatch):
    monkeypatch.setattr(automation, "GOAL", 0.3)
    order = given_automatic()
    order.take(Action.REDISPATCH, staff("dispatcher"), unit=HOUSING, reason="归住建局")
    monkeypatch.setattr(automation, "GOAL", 0.5)

    assert given_arrival(at=8 * HOUR).state == "registered"


def test_an_order_that_a_person_answers_or_sends_elsewhere_would_not_have_gone_right():
    first, second = given_decided(TOWN_OFFICE, HOUSING)
    third = given_arrival(at=5 * HOUR)
    third.triage(category=first.card.category)
    third.take(Action.REFER, staff("dispatcher"), path="法院", text="请向法院起诉。")

    proof = shown()

    assert (proof.cases, proof.right) == (3, 1)
    assert second.card.unit == HOUSING


def test_what_is_not_proven_cannot_be_switched_on_and_the_sentence_says_how_far_it_is():
    given_decided(TOWN_OFFICE)

    with pytest.raises(RoutingNotProven) as refused:
        casework.set_automatic_dispatch(SURE, because="试行", by=staff("supervisor"))

    assert refused.value.details["cases"] == 1
    assert not AutomaticDispatch.objects.exists()


def test_the_setting_is_dated_and_only_a_supervisor_changes_it(few_prove):
    given_decided(TOWN_OFFICE, TOWN_OFFICE)
    tomorrow = clock.today() + timedelta(days=1)

    with pytest.raises(AccessDenied):
        casework.set_automatic_dispatch(SURE, because="试行", by=staff("dispatcher"))
    with pytest.raises(InvalidInput):
        casework.set_automatic_dispatch(960_000, because="试行", by=staff("supervisor"))
    with pytest.raises(InvalidInput):
        casework.set_automatic_dispatch(0, because=" ", by=staff("supervisor"))
    with pytest.raises(InvalidInput):
        casework.set_automatic_dispatch(0, because="晚了", from_date=clock.today() - timedelta(1), by=SYSTEM)
    casework.set_automatic_dispatch(SURE, because="试行", from_date=tomorrow, by=staff("supervisor"))
    casework.set_automatic_dispatch(0, because="停用", from_date=tomorrow + timedelta(1), by=SYSTEM)

    deliver()
    assert casework.automatic_rule() is None
    assert casework.automatic_rule(tomorrow).confidence_ppm == SURE
    assert casework.automatic_rule(tomorrow + timedelta(1)) is None
    assert [one.confidence_ppm for one in announced(AutomaticDispatchSet)] == [SURE, 0]


def test_a_supervisor_switches_it_on_with_the_page_and_a_dispatcher_looks_at_what_went(few_prove):
    given_decided(TOWN_OFFICE, TOWN_OFFICE)
    supervisor, dispatcher = client_of(staff("supervisor")), client_of(staff("dispatcher"))

    with clock.stopped_at(MONDAY + 3 * HOUR):
        wrong = supervisor.post(
            "/desk/automatic/rule/", {"confidence": SURE, "from_date": "31.5.", "because": "试行"}
        )
        sent = supervisor.post("/desk/automatic/rule/", {"confidence": SURE, "because": "试行"})
    order = given_arrival(at=4 * HOUR)
    page = dispatcher.get("/desk/automatic/").content.decode()
    own = dispatcher.get(f"/desk/orders/{order.number}/").content.decode()

    assert (wrong.status_code, sent.status_code) == (422, 302)
    assert "1 件工单自动派出" in page
    assert "派单目录：住房与城乡建设 › 物业管理，青石镇，第 1 版" in own
    assert "人工处理过的 2 件同样有把握的工单中，有 2 件" in own
    kept = dispatcher.post(f"/desk/orders/{order.number}/keep-automatic/", follow=True).content.decode()
    assert "自动派出的工单都已有人看过" in kept
    assert "无误" in kept


def test_the_list_shows_a_dispatcher_of_another_town_nothing(few_prove):
    given_automatic()

    assert len(casework.automatic_orders(by=staff("dispatcher", area=VILLAGE))) == 1
    assert casework.automatic_orders(by=staff("dispatcher", area=OTHER_TOWN)) == ()
    with pytest.raises(AccessDenied):
        casework.automatic_orders(by=staff("unit_officer", unit=HOUSING))


def test_the_shell_tells_what_is_proven_and_refuses_what_is_not(few_prove):
    given_decided(TOWN_OFFICE)
    run = CliRunner().invoke

    before = run(cli.app, ["automatic"])
    refused = run(cli.app, ["dispatch-automatically", "--from", "97", "--because", "试行"])
    stopped = run(cli.app, ["dispatch-automatically", "--because", "停"])

    assert "Off: a person dispatches every order." in before.output
    assert "Not looked at: 0" in before.output
    assert isinstance(refused.exception, InvalidInput)
    assert stopped.output.strip() == "Off."


def test_a_system_reads_what_waits_for_a_look_and_keeps_it(few_prove):
    order = given_automatic()
    key = accounts.create_key("Grid system", scopes=["dispatcher"], by=SYSTEM).secret
    system, address = Client(headers={"authorization": f"Bearer {key}"}), "/api/automatic-dispatches"

    waiting = system.get(address).json()
    kept = system.post(f"{address}/{order.number}/keeping")
    again = system.post(f"{address}/{order.number}/keeping")

    assert [(one["order"]["number"], one["kept"]) for one in waiting] == [(order.number, None)]
    assert waiting[0]["proof"]["cases"] == 2
    assert (kept.status_code, kept.json()["kept"]) == (201, True)
    assert again.json()["code"] == "not-dispatched-by-itself"
    assert system.get(address).json() == []
