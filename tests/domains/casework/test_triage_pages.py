"""Triage on the page: what is suggested and why, one key to accept, no word lost in a refusal, several matters split."""

import hashlib
import re
from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils.formats import date_format
from tests.factories import (
    FEES,
    HOUSING,
    LIFT,
    MONDAY,
    OTHER_VILLAGE,
    SHARED,
    STREET_LIGHT,
    TOWN_OFFICE,
    VILLAGE,
    WATER,
    announced,
    client_of,
    deliver,
    given_demand,
    given_work_order,
    number_of,
    staff,
)

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.templatetags.casework import sure
from shuzhi.domains.intake import services as intake
from shuzhi.engines.text import builtin_model, builtin_register
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.events import DemandReceived, DemandSplit, SuggestionJudged

pytestmark = pytest.mark.usefixtures("county")

SETTLED = {"kind": "complaint", "category": SHARED, "area": VILLAGE, "urgency": "normal"}
TWO_MATTERS = "您好。1、三号楼电梯坏了，老人下不来，请尽快维修。2、村口路灯不亮好几天了，请派人来修。"


def _order_page(order: object, role: str = "dispatcher") -> str:
    return client_of(staff(role)).get(f"/desk/orders/{order.number}/").content.decode()


def given_proven_model(*, automatic_from: float) -> None:
    """The model of categories that comes along, as if the county's own messages had shown from where on it is right."""
    data = replace(builtin_model("category"), version="category-proven").to_bytes()
    known = builtin_register().serving("category")
    entry = replace(
        known,
        version="category-proven",
        file_hash=hashlib.sha256(data).hexdigest(),
        automatic_from=automatic_from,
    )
    intake.enter_model(data, entry, by=SYSTEM)
    intake.promote_model(entry.version, because="shown on our own messages", by=SYSTEM)


def test_the_choices_carry_their_confidence_and_the_words_that_decided():
    order = given_work_order("registered", text="锦绣花园电梯坏了，物业费还涨价。", category="")

    page = _order_page(order)

    choices = re.findall(r'<input type="radio" name="category" value="(\d+)"', page)
    assert {LIFT, FEES} <= set(choices)
    assert page.count(" checked") >= 2
    assert "<mark>电梯</mark>" in page
    assert re.search(r'data-key="1"', page)
    assert 'accesskey="t"' in page


@pytest.mark.parametrize(("confidence", "said"), [(0.9999, "> 99%"), (0.95, "95%"), (0.0001, "< 1%")])
def test_a_reading_is_never_said_to_be_quite_sure(confidence: float, said: str):
    assert sure(confidence) == said


def test_the_stretch_that_names_a_place_is_marked_where_it_stands_and_says_which_place():
    text = "附近的人都说，上湾村附近的电梯<坏了>。"
    order = given_work_order("registered", text=text, category="")

    page = _order_page(order)

    [(about, stretch)] = re.findall(r'<mark class="place" title="([^"]+)">([^<]+)</mark>', page)
    assert stretch == "上湾村附近"
    assert about.startswith("上湾村 · ")
    assert "附近的人都说" in page
    assert "&lt;坏了&gt;" in page


def test_one_button_triages_and_dispatches_and_both_judgements_are_kept():
    order = given_work_order("registered")
    client = client_of(staff("dispatcher"))

    sent = client.post(f"/desk/orders/{order.number}/triage/", SETTLED | {"unit": TOWN_OFFICE})

    deliver()
    judged = {one.field: one for one in announced(SuggestionJudged)}
    assert sent.status_code == 302
    assert (order.state, order.card.unit) == ("dispatched", TOWN_OFFICE)
    assert judged["unit"].accepted
    assert set(judged) == {"kind", "category", "area", "urgency", "unit"}


def test_a_unit_that_the_catalogue_does_not_name_is_refused_and_nothing_is_done():
    order = given_work_order("registered")
    client = client_of(staff("dispatcher"))

    answer = client.post(
        f"/desk/orders/{order.number}/triage/",
        SETTLED | {"category_other": STREET_LIGHT, "unit": HOUSING, "reason": "改类别"},
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert order.state == "registered"
    assert f'<option value="{STREET_LIGHT}" selected>' in page
    assert f'name="unit" value="{WATER}"' in page


def test_dispatching_to_another_unit_counts_as_overriding_the_catalogue():
    given_work_order("dispatched", unit=HOUSING)

    deliver()
    judged = next(one for one in announced(SuggestionJudged) if one.field == "unit")
    assert (judged.suggested, judged.chosen, judged.accepted) == (TOWN_OFFICE, HOUSING, False)


def test_who_may_not_dispatch_is_offered_no_unit():
    order = given_work_order("registered")

    assert 'name="unit"' not in _order_page(order, "call_taker")
    assert 'name="unit"' in _order_page(order)


def test_a_refused_triage_keeps_what_was_typed():
    order = given_work_order("registered")

    answer = client_of(staff("dispatcher")).post(
        f"/desk/orders/{order.number}/triage/",
        {"kind": "help", "category": FEES, "area_other": "没有这里", "urgency": "urgent"},
    )

    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'role="alert"' in page
    assert 'value="没有这里"' in page
    assert '<option value="help" selected>' in page
    assert '<option value="urgent" selected>' in page
    assert re.search(rf'name="category" value="{FEES}" checked', page)


def test_a_refused_merge_keeps_the_number_and_stays_open():
    order = given_work_order("triaged")

    answer = client_of(staff("dispatcher")).post(
        f"/desk/orders/{order.number}/merge/", {"into": order.number}
    )

    page = answer.content.decode()
    assert answer.status_code == 409
    assert f'name="into" value="{order.number}"' in page
    assert "<details open><summary>并单" in page


def test_an_unknown_number_to_merge_into_is_a_refusal_in_the_form():
    order = given_work_order("triaged")

    answer = client_of(staff("dispatcher")).post(f"/desk/orders/{order.number}/merge/", {"into": "26-0000"})

    assert (answer.status_code, 'value="26-0000"' in answer.content.decode()) == (404, True)


def test_the_area_of_the_place_that_was_read_counts_as_suggested():
    order = given_work_order("registered", text="上湾村的路灯不亮。", area="")

    order.triage(area=VILLAGE)
    other = given_work_order("registered", text="上湾村的灯坏了。", area="")
    other.triage(area=OTHER_VILLAGE)

    judged = [one for one in announced(SuggestionJudged) if one.field == "area"]
    assert [(one.suggested, one.accepted) for one in judged] == [(VILLAGE, True), (VILLAGE, False)]


@pytest.mark.parametrize(
    ("text", "alarm"),
    [
        ("再不解决我就从楼上跳下去，不想活了。", "可能伤害自己"),
        ("你们不管，我就带刀去砍死他们。", "威胁他人"),
        ("电梯困人，老人晕倒在里面。", "危及生命财产"),
    ],
)
def test_danger_stands_on_top_of_the_page_at_once(text: str, alarm: str):
    page = _order_page(given_work_order("registered", text=text))

    top = page.split('class="two"')[0]
    assert 'class="alarm"' in top
    assert alarm in top


def test_an_ordinary_matter_raises_no_alarm():
    assert 'class="alarm"' not in _order_page(given_work_order("registered"))


def test_the_page_tells_when_it_began_whom_it_touches_and_addresses_elsewhere():
    last_friday = date_format(MONDAY - timedelta(days=3))
    text = "从上周五起每天夜里停水，家里有老人。房东在四川省达州市大竹县，打不通电话。"

    page = _order_page(given_work_order("registered", text=text))

    assert re.search(rf"始于</dt><dd>.{{0,60}}<q>从上周五起</q> <span class=\"muted\">{last_friday}<", page)
    assert re.search(r"反复发生</dt><dd>.{0,60}<q>每天夜里</q> <span class=\"muted\">20:00–06:00<", page)
    assert page.count("<q>从上周五起</q>") == 1, "the title is the beginning of the text"
    assert re.search(r"本地以外的地址</dt><dd>.{0,60}<q>四川省达州市大竹县</q>", page)
    assert re.search(r"需要关照的人</dt><dd>.{0,60}<q>老人</q>", page)


def test_one_unit_alone_is_offered_only_where_98_of_100_readings_as_sure_were_right():
    def offered(order: object) -> list[str]:
        choices = casework.dispatch_choices(order.number, category=LIFT, by=staff("dispatcher"))
        return [one.source for one in choices]

    before = given_work_order("registered", text="锦绣花园电梯坏了没人修，电梯又困人了。", category="")
    assert offered(before) == ["catalogue", "catalogue"]

    given_proven_model(automatic_from=0.05)
    after = given_work_order("registered", text="锦绣花园的电梯又坏了没人修，电梯困人了。", category="")

    assert offered(after) == ["certain"]
    assert offered(before) == ["catalogue", "catalogue"], "another model read it"


def test_several_matters_in_one_message_are_shown_and_split_when_a_person_says_so():
    order = given_work_order("registered", text=TWO_MATTERS)
    parts = intake.parts_of(order.demand_id, by=staff("dispatcher"))
    page = _order_page(order)

    (number,) = casework.split_work_order(order.number, parts=[parts[1].words], by=staff("dispatcher"))
    deliver()

    made = intake.get_demand(order.demand_id, by=SYSTEM).split_into
    child = intake.get_demand(made[0][0], by=SYSTEM)
    assert [one.category for one in parts] == [LIFT, STREET_LIGHT]
    assert "这条诉求有 2 个问题" in page
    assert casework.get_work_order(number, by=SYSTEM).card.demand_id == child.id
    assert (child.text, child.category) == (parts[1].words, STREET_LIGHT)
    assert announced(DemandSplit) == [DemandSplit(demand_id=order.demand_id, into=(child.id,))]
    assert order.state == "registered"
    assert intake.contact_of(child.id, by=SYSTEM) == intake.contact_of(order.demand_id, by=SYSTEM)


def test_the_requester_opens_the_parts_with_the_same_query_code():
    receipt = given_demand(TWO_MATTERS)
    parts = intake.parts_of(receipt.demand_id, by=SYSTEM)

    made = intake.split_demand(receipt.demand_id, parts=[parts[0].words], by=staff("dispatcher"))

    tracked = intake.track(made[0].public_code, receipt.query_code, by=SYSTEM, address="1")
    assert tracked.id == made[0].demand_id


def test_splitting_the_same_point_twice_makes_one_demand():
    receipt = given_demand(TWO_MATTERS)
    words = intake.parts_of(receipt.demand_id, by=SYSTEM)[0].words

    for _again in range(2):
        made = intake.split_demand(receipt.demand_id, parts=[words], by=staff("dispatcher"))

    deliver()
    assert len(announced(DemandReceived)) == 2
    assert len(made) == 1


@pytest.mark.parametrize("parts", [[], [""], ["这句话不在里面"]])
def test_only_words_of_the_demand_can_be_split_off(parts: list[str]):
    receipt = given_demand(TWO_MATTERS)

    with pytest.raises(InvalidInput):
        intake.split_demand(receipt.demand_id, parts=parts, by=staff("dispatcher"))


def test_a_unit_may_not_split():
    order = given_work_order("dispatched", text=TWO_MATTERS)

    with pytest.raises(AccessDenied):
        casework.split_work_order(order.number, parts=["x"], by=staff("unit_officer", unit=HOUSING))


def test_splitting_nothing_is_refused_in_the_form():
    order = given_work_order("registered", text=TWO_MATTERS)

    answer = client_of(staff("dispatcher")).post(f"/desk/orders/{order.number}/split/", {})

    assert answer.status_code == 422
    assert "请至少选择一个问题" in answer.content.decode()


@pytest.mark.parametrize(
    "text",
    [
        "。",
        "电",
        "😀😀😀🔥",
        "路灯\u200b不\u200b亮",
        "<b onclick=x>灯</b><script>1</script>",
        "一三八〇零一三八零零零零灯坏",
    ],
)
def test_odd_words_reach_the_triage_page_and_are_only_shown(text: str):
    receipt = given_demand(text)

    answer = client_of(staff("dispatcher")).get(f"/desk/orders/{number_of(receipt)}/")

    assert answer.status_code == 200
    assert "<script>1" not in answer.content.decode()
