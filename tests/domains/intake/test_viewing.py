"""Who sees what, and the trail that looking leaves."""

from datetime import UTC, datetime

import pytest
from tests.domains.intake.given import (
    CALL_TAKER,
    COUNTY,
    DISPATCHER,
    LEADER,
    OTHER_VILLAGE,
    REVIEWER,
    VILLAGE,
    VILLAGE_CALL_TAKER,
    WATER_OFFICER,
    given_demand,
    report_from_web,
)
from tests.plans import tables_read_whole

from shuzhi.domains.intake import handlers, services
from shuzhi.spine import sealing
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, citizen
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import WorkOrderMoved
from shuzhi.spine.models import AuditEntry, OutboxEvent
from shuzhi.spine.outbox import Announced, adapter

pytestmark = pytest.mark.usefixtures("county")
AT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
WORDS = "我是李小明，电话13800138000，路灯不亮"


def moved(
    demand_id: int, to_state: str, *, unit: str = "water", order_id: int = 1, step: int = 1, **more: object
):
    return WorkOrderMoved(
        **{
            "order_id": order_id,
            "demand_id": demand_id,
            "step": step,
            "action": "dispatch",
            "from_state": "registered",
            "to_state": to_state,
            "unit": unit,
            "category": "0401",
            "area": VILLAGE,
            "kind": "help",
            "channel": "web",
            "urgency": "normal",
            "at": AT,
            **more,
        }
    )


def hear(*events: WorkOrderMoved) -> None:
    bodies = [adapter(WorkOrderMoved).dump_json(event).decode() for event in events]
    handlers.follow_work_orders(
        [Announced(at, "WorkOrderMoved", body, "staff:1", str(AT)) for at, body in enumerate(bodies, 1)]
    )


def trail(action: str) -> list[str]:
    return list(AuditEntry.objects.filter(action=action).values_list("by", flat=True))


def test_handlers_read_the_words_in_full_and_leave_a_trace():
    receipt = report_from_web(WORDS)

    card = services.get_demand(receipt.demand_id, by=DISPATCHER)

    assert card.text == WORDS
    assert not card.masked
    assert trail("intake.view") == [DISPATCHER.reference]


def test_a_reviewer_reads_masked_words_and_no_contact():
    receipt = report_from_web(WORDS, phone="13800138000")

    card = services.get_demand(receipt.demand_id, by=REVIEWER)

    assert card.masked
    assert "13800138000" not in card.text
    with pytest.raises(AccessDenied):
        services.contact_of(receipt.demand_id, by=REVIEWER)
    assert AuditEntry.objects.get(action="intake.contact").outcome == "refused"


def test_a_contact_is_shown_and_the_look_is_recorded():
    receipt = report_from_web(WORDS, name="李小明", phone="138 0013 8000", email="li@example.org")

    contact = services.contact_of(receipt.demand_id, by=DISPATCHER)

    assert (contact.name, contact.phone, contact.email) == ("李小明", "13800138000", "li@example.org")
    assert trail("intake.contact") == [DISPATCHER.reference]


def test_the_public_and_strangers_see_nothing_at_all():
    receipt = report_from_web(WORDS, phone="13800138000")

    for stranger in (ANONYMOUS, LEADER, WATER_OFFICER, citizen(sealing.lookup_hash("13900139000"))):
        with pytest.raises(NotFound):
            services.get_demand(receipt.demand_id, by=stranger)


def test_a_citizen_known_by_phone_sees_the_own_demand():
    receipt = report_from_web(WORDS, phone="13800138000")

    assert services.get_demand(receipt.demand_id, by=citizen(sealing.lookup_hash("13800138000"))).masked


def test_a_citizen_without_a_phone_hash_is_not_every_anonymous_requester():
    receipt = report_from_web(WORDS, name="李小明")

    with pytest.raises(NotFound):
        services.get_demand(receipt.demand_id, by=citizen(""))


def test_a_unit_sees_a_demand_from_the_moment_it_gets_an_order():
    receipt = report_from_web(WORDS)
    with pytest.raises(NotFound):
        services.get_demand(receipt.demand_id, by=WATER_OFFICER)

    hear(moved(receipt.demand_id, "dispatched"))

    assert services.get_demand(receipt.demand_id, by=WATER_OFFICER).text == WORDS
    assert [card.id for card in services.search(by=WATER_OFFICER).items] == [receipt.demand_id]


def test_an_assisting_unit_sees_the_demand_and_does_not_change_its_status():
    receipt = report_from_web(WORDS)
    hear(moved(receipt.demand_id, "dispatched", unit="housing", order_id=1))

    hear(moved(receipt.demand_id, "closed", unit="water", order_id=2))

    card = services.get_demand(receipt.demand_id, by=WATER_OFFICER)
    assert (card.status, card.unit) == ("dispatched", "housing")


def test_the_read_model_follows_the_last_step_and_is_the_same_after_a_replay():
    receipt = report_from_web(WORDS)
    story = [
        moved(receipt.demand_id, "dispatched", due_at=AT),
        moved(receipt.demand_id, "handling", step=2, due_at=AT),
        moved(receipt.demand_id, "replied", step=3, outcome="solved", due_at=AT),
    ]
    hear(*story[:1])
    hear(*story[1:])
    before = services.get_demand(receipt.demand_id, by=SYSTEM)

    handlers.forget_work_orders()
    forgotten = services.get_demand(receipt.demand_id, by=SYSTEM)
    hear(*story)

    assert (before.status, before.outcome, before.unit, before.due_at) == ("replied", "solved", "water", AT)
    assert (forgotten.status, forgotten.outcome, forgotten.unit, forgotten.due_at) == (
        "registered",
        "",
        "",
        None,
    )
    assert services.get_demand(receipt.demand_id, by=SYSTEM) == before


def test_news_of_a_demand_that_is_not_here_is_no_accident():
    hear(moved(10**9, "dispatched"))

    assert services.search(by=SYSTEM).items == ()


def test_an_area_sees_its_own_demands_only():
    mine = given_demand("路灯不亮", area=VILLAGE)
    theirs = given_demand("路灯不亮", area=OTHER_VILLAGE)

    assert [card.id for card in services.search(by=VILLAGE_CALL_TAKER).items] == [mine.demand_id]
    assert list(services.get_demands([mine.demand_id, theirs.demand_id], by=VILLAGE_CALL_TAKER)) == [
        mine.demand_id
    ]
    with pytest.raises(NotFound):
        services.get_demand(theirs.demand_id, by=VILLAGE_CALL_TAKER)
    with pytest.raises(NotFound):
        services.contact_of(theirs.demand_id, by=VILLAGE_CALL_TAKER)


def test_a_confidential_report_shows_no_words_to_those_who_may_not_see_its_author():
    receipt = report_from_web(
        "举报：我们厂里只有我看到他们夜里排污水", kind="report", secret=True, phone="13800138000"
    )

    hidden = services.get_demand(receipt.demand_id, by=REVIEWER)
    assert "排污" not in hidden.title + hidden.text
    assert "排污" in services.get_demand(receipt.demand_id, by=DISPATCHER).text
    assert services.search("排污", by=DISPATCHER).items == ()
    assert services.search("13800138000", by=DISPATCHER).items == ()
    assert [card.id for card in services.calls_of("13800138000", by=DISPATCHER)] == [receipt.demand_id]
    assert services.find_similar("夜里排污水") == []
    with pytest.raises(InvalidInput):
        report_from_web("我也看到", same_as=receipt.demand_id)


def test_a_caller_who_calls_again_is_known():
    first = given_demand("路灯不亮", by=CALL_TAKER, channel="hotline", phone="13800138000")
    second = given_demand("电梯坏了", by=CALL_TAKER, channel="hotline", phone="+86 138-0013-8000")
    given_demand("别人的事", by=CALL_TAKER, channel="hotline", phone="13900139000")

    assert {card.id for card in services.calls_of("138 0013 8000", by=CALL_TAKER)} == {
        first.demand_id,
        second.demand_id,
    }
    with pytest.raises(AccessDenied):
        services.calls_of("13800138000", by=REVIEWER)


def test_a_caller_is_known_without_reading_everybody():
    given_demand("路灯不亮", by=CALL_TAKER, channel="hotline", phone="13800138000")

    assert tables_read_whole(lambda: services.calls_of("13800138000", by=CALL_TAKER)) == set()
    assert tables_read_whole(lambda: services.search("13800138000", by=CALL_TAKER)) == set()


def test_search_finds_by_code_phone_words_area_and_category():
    lamp = given_demand("人民路路灯不亮", area=VILLAGE, phone="13800138000")
    lift = given_demand("电梯坏了，有人被困", area=OTHER_VILLAGE)

    def found(words: str = "", **filters: object) -> list[int]:
        return [card.id for card in services.search(words, by=DISPATCHER, **filters).items]

    assert found(lamp.public_code.lower()) == found("13800138000") == found("人民路 路灯") == [lamp.demand_id]
    assert found(area=OTHER_VILLAGE) == found(category="02") == [lift.demand_id]
    assert found(area=COUNTY) == found() == [lift.demand_id, lamp.demand_id]
    assert found("%") == found("路灯 电梯") == found("\x00'\"; DROP") == []


def test_pages_of_a_list_follow_each_other_without_gap_or_repeat():
    ids = [given_demand(f"第{at}件：路灯不亮", received_at=AT).demand_id for at in range(7)]

    seen, after = [], None
    while True:
        page = services.search(by=SYSTEM, after=after, limit=3)
        seen += [card.id for card in page.items]
        after = page.next_after
        if after is None:
            break

    assert seen == sorted(ids, reverse=True)


def test_a_choice_of_a_person_is_kept_beside_the_suggestion_and_told():
    receipt = report_from_web("锦绣花园电梯坏了")

    services.judge_suggestion(receipt.demand_id, field="category", chosen="020102", by=DISPATCHER)
    services.judge_suggestion(receipt.demand_id, field="kind", chosen="complaint", by=DISPATCHER)

    card = services.get_demand(receipt.demand_id, by=DISPATCHER)
    judged = {one.field: one for one in card.suggestions}
    assert (card.category, card.kind) == ("020102", "complaint")
    assert (judged["category"].value, judged["category"].chosen, judged["category"].accepted) == (
        "020101",
        "020102",
        False,
    )
    assert judged["category"].reasons
    assert judged["category"].version
    body = OutboxEvent.objects.filter(name="SuggestionJudged").earliest("id").body
    assert (body["suggested"], body["chosen"], body["accepted"]) == ("020101", "020102", False)


@pytest.mark.parametrize(("field", "chosen"), [("category", "nope"), ("urgency", "panic"), ("title", "x")])
def test_an_unknown_choice_is_refused(field, chosen):
    receipt = report_from_web("电梯坏了")

    with pytest.raises(InvalidInput):
        services.judge_suggestion(receipt.demand_id, field=field, chosen=chosen, by=DISPATCHER)
    with pytest.raises(AccessDenied):
        services.judge_suggestion(receipt.demand_id, field="kind", chosen="help", by=REVIEWER)


def test_later_words_are_masked_for_others_and_whole_for_handlers():
    receipt = report_from_web("电梯坏了")

    services.supplement(
        receipt.demand_id, text="打我手机13800138000", by=ANONYMOUS, tracked={receipt.demand_id}
    )

    assert services.get_demand(receipt.demand_id, by=DISPATCHER).supplements[0].text == "打我手机13800138000"
    assert "13800138000" not in services.get_demand(receipt.demand_id, by=REVIEWER).supplements[0].text
    with pytest.raises(NotFound):
        services.supplement(receipt.demand_id, text="别人的话", by=ANONYMOUS)
    with pytest.raises(AccessDenied):
        services.supplement(receipt.demand_id, text="不是我的岗位", by=REVIEWER)
