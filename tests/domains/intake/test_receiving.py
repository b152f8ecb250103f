"""A demand comes in once, clean, masked, placed and told of, or not at all."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.intake.given import (
    CALL_TAKER,
    DISPATCHER,
    LEADER,
    OTHER_VILLAGE,
    VILLAGE,
    draft,
    given_demand,
    report_from_web,
)
from tests.plans import tables_read_whole

from shuzhi.domains.intake import codes, services
from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.intake.models import Demand, DemandWords, Requester
from shuzhi.domains.intake.services.drafts import check_draft
from shuzhi.spine import clock, sealing
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.models import OutboxEvent

pytestmark = pytest.mark.usefixtures("county")
KEY = "3f0c5f0e-6a51-4e8f-9d4f-0a5f2a4d9b11"


def told() -> list[dict[str, object]]:
    return list(
        OutboxEvent.objects.filter(name="DemandReceived").order_by("id").values_list("body", flat=True)
    )


def test_a_received_demand_is_read_placed_and_told_of():
    receipt = report_from_web("锦绣花园3栋电梯坏了，老人被困在里面，快来人！")

    card = services.get_demand(receipt.demand_id, by=DISPATCHER)
    assert (card.category, card.area, card.status) == ("020101", VILLAGE, "registered")
    assert card.title == "锦绣花园3栋电梯坏了，老人被困在里面，快来人！"
    assert [body["demand_id"] for body in told()] == [receipt.demand_id]
    assert told()[0]["category"] == "020101"


def test_danger_to_life_is_urgent():
    receipt = report_from_web("电梯坠落有人被困，已经昏迷，救命！")

    assert services.get_demand(receipt.demand_id, by=SYSTEM).urgency == "life_safety"


def test_the_event_tells_no_words_and_no_contact():
    report_from_web("我是李小明，电话13800138000，电梯坏了。", name="李小明", phone="13800138000")

    kept = str(OutboxEvent.objects.latest("id").body)
    assert "李小明" not in kept
    assert "13800138000" not in kept
    assert "电梯" not in kept


@pytest.mark.parametrize(
    "phone",
    ["+86 138-0013-8000", "86 138 0013 8000", "＋８６１３８００１３８０００", "１３８００１３８０００"],
)
def test_numbers_of_people_are_masked_in_lists_and_the_database_holds_no_contact_in_clear(phone):
    receipt = report_from_web(
        "我的手机是１３８ ００１３ ８０００，电梯坏了。",
        name="李小明",
        phone=phone,
        email="li@example.org",
    )

    row = Demand.objects.get(pk=receipt.demand_id)
    assert "８０００" not in row.text
    assert "８０００" not in row.title
    given = Requester.objects.get(demand=row)
    assert given.phone_hash == sealing.lookup_hash("13800138000")
    stored = " ".join(map(str, (*vars(given).values(), *vars(row).values(), *vars(row.words).values())))
    assert "李小明" not in stored
    assert "13800138000" not in stored
    assert "example.org" not in stored
    assert DemandWords.objects.get(demand=row).title_and_text != ""


def test_a_point_on_the_map_gives_the_area():
    receipt = report_from_web("路灯不亮", lat=29.205, lng=124.015)

    assert services.get_demand(receipt.demand_id, by=SYSTEM).area == OTHER_VILLAGE


def test_a_point_outside_of_the_county_gives_no_area():
    receipt = report_from_web("路灯不亮", lat=-29.205, lng=-124.015)

    assert services.get_demand(receipt.demand_id, by=SYSTEM).area == ""


@pytest.mark.parametrize(
    ("fields", "key"),
    [
        ({"text": ""}, "text"),
        ({"text": " \u202e\x01\t\n "}, "text"),
        ({"text": "路灯" * 5001}, "text"),
        ({"text": "x" * 10_000_000}, "text"),
        ({"text": "路灯\x00不亮"}, "text"),
        ({"title": "长" * 201}, "title"),
        ({"lat": 29.2}, "lng"),
        ({"lat": float("nan"), "lng": 124.0}, "lat"),
        ({"lat": 29.2, "lng": 181.0}, "lng"),
        ({"phone": "'; DROP TABLE intake_demand; --"}, "phone"),
        ({"email": "nobody"}, "email"),
        ({"kind": "rumour"}, "kind"),
        ({"channel": "telepathy"}, "channel"),
        ({"category": "999999"}, "category"),
        ({"area": "110000000000"}, "area"),
        ({"same_as": 10**9}, "same_as"),
        ({"idempotency_key": "1"}, "idempotency_key"),
        ({"language": "tlh"}, "language"),
    ],
)
def test_what_is_wrong_is_named_with_how_to_mend_it_and_nothing_is_kept(fields, key):
    with pytest.raises(InvalidInput) as refused:
        given_demand(**{"text": "路灯不亮", **fields})

    assert refused.value.details["key"] == key
    assert len(refused.value.sentence) > 10
    assert not Demand.objects.exists()
    assert not told()


def test_a_date_in_the_future_is_refused():
    tomorrow = clock.now() + timedelta(days=1)
    with pytest.raises(InvalidInput) as refused:
        given_demand(received_at=tomorrow)

    assert refused.value.details["key"] == "received_at"


@pytest.mark.parametrize(
    "text",
    [
        "🔥🔥🔥 着火了 👨‍👩‍👧‍👦",
        "'; DROP TABLE intake_demand; -- \" OR 1=1",
        "<script>alert(1)</script><img src=x onerror=alert(1)>",
        "مرحبا، الطريق مكسور",
        "{{ 7*7 }} {% load static %} ${jndi:ldap://x}",
        '=HYPERLINK("http://x","y")',
        "路灯不亮\n\n第二行\r\n第三行",
    ],
)
def test_odd_words_come_back_as_they_were_written(text):
    receipt = report_from_web(text)

    kept = services.get_demand(receipt.demand_id, by=DISPATCHER).text
    assert kept == text.replace("\r\n", "\n")


def test_marks_that_turn_the_direction_of_writing_are_taken_out():
    receipt = report_from_web("转账给\u202e0008310083\u202c，\u2066路灯\u2069不亮\x07")

    assert services.get_demand(receipt.demand_id, by=DISPATCHER).text == "转账给0008310083，路灯不亮"


@given(st.text(max_size=300))
def test_any_text_is_received_clean_or_refused_with_a_reason(text):
    try:
        checked = check_draft(DemandDraft(channel="web", text=text))
    except InvalidInput as refused:
        reason = refused.details["key"]
    else:
        reason = (
            "text" if checked.title and checked.text.encode() and "\x00" not in checked.text else "unclean"
        )

    assert reason == "text"


def test_the_same_idempotency_key_gives_the_first_receipt_and_adds_nothing():
    first = report_from_web("路灯不亮", idempotency_key=KEY)
    second = report_from_web("路灯不亮", idempotency_key=KEY)

    assert first == second
    assert len(first.query_code) == codes.QUERY_LENGTH
    assert Demand.objects.count() == len(told()) == 1


def test_a_repeated_number_is_found_without_reading_every_demand():
    given = draft("路灯不亮", source="partner", source_key="7", idempotency_key=KEY)

    assert tables_read_whole(lambda: services.receive_many([given], by=SYSTEM)) == set()


def test_another_system_sends_the_same_number_twice_and_gets_the_same_receipt():
    system = Actor(ActorKind.APPLICATION, "k1", "Street app", (Grant("application"),))

    first = given_demand(by=system, channel="api", source_key="A-1")
    second = given_demand(by=system, channel="api", source_key="A-1")

    assert first == second
    assert Demand.objects.get().source == system.reference


def test_a_system_cannot_claim_the_number_of_another():
    mine = given_demand(by=SYSTEM, source="hotline-2025", source_key="A-1")
    stranger = Actor(ActorKind.APPLICATION, "k2", "", (Grant("application"),))

    theirs = given_demand(by=stranger, channel="api", source="hotline-2025", source_key="A-1")

    assert theirs.demand_id != mine.demand_id


def test_many_are_received_in_the_order_given_and_repeats_among_them_once():
    receipts = services.receive_many(
        [draft("路灯不亮", idempotency_key=KEY), draft("电梯坏了"), draft("路灯不亮", idempotency_key=KEY)],
        by=SYSTEM,
    )

    assert receipts[0] == receipts[2]
    assert receipts[1] != receipts[0]
    assert Demand.objects.count() == 2
    assert services.get_demand(receipts[1].demand_id, by=SYSTEM).text == "电梯坏了"


def test_of_many_one_wrong_keeps_them_all_out():
    with pytest.raises(InvalidInput):
        services.receive_many([draft("路灯不亮"), draft("")], by=SYSTEM)

    assert not Demand.objects.exists()


def test_me_too_points_at_the_first_voice():
    first = report_from_web("路灯不亮")
    second = report_from_web("路灯还是不亮", same_as=first.demand_id)
    third = report_from_web("我家门口路灯也不亮", same_as=second.demand_id)

    assert services.get_demand(third.demand_id, by=SYSTEM).same_as == first.demand_id
    assert told()[2]["same_as"] == first.demand_id


def test_the_public_cannot_pretend_to_be_the_hotline():
    with pytest.raises(AccessDenied):
        given_demand(by=ANONYMOUS, channel="hotline")
    with pytest.raises(AccessDenied):
        given_demand(by=LEADER, channel="hotline")

    assert given_demand(by=CALL_TAKER, channel="hotline").public_code


def test_an_anonymous_demand_keeps_no_contact():
    receipt = report_from_web("路灯不亮", anonymous=True, name="李小明", phone="13800138000")

    assert not Requester.objects.exists()
    assert services.contact_of(receipt.demand_id, by=DISPATCHER).phone == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="threads share an in-memory SQLite")
def test_two_deliveries_at_once_make_one_demand():
    receipts = []

    def deliver() -> None:
        receipts.append(report_from_web("路灯不亮", idempotency_key=KEY))
        connection.close()

    threads = [threading.Thread(target=deliver) for _each in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(set(receipts)) == 1
    assert Demand.objects.count() == 1
