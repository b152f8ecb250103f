"""No receipt, no effect: what a person sees of a decision before, when and in spite of what witnesses sign."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from tests.domains.ledger.scanning import scanned
from tests.factories import (
    Journey,
    given_demand,
    given_work_order,
    staff,
    witness,
)
from tests.made_once import made_once

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.lifecycle import Action, Given
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry, Log
from shuzhi.domains.ledger.refusals import NotYetWitnessed, ReceiptBroken
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
REPLIED = "走道的灯已于5月12日修好"


def requester(order: Journey) -> Client:
    browser = Client(headers={"accept-language": "en"})
    codes = {"public_code": order.receipt.public_code, "query_code": order.receipt.query_code}
    assert browser.post("/track/", codes).status_code == 302
    return browser


def track(browser: Client, order: Journey) -> str:
    return browser.get(f"/track/{order.receipt.public_code}/").content.decode()


def letter(browser: Client, order: Journey):
    return browser.get(f"/track/{order.receipt.public_code}/letter/")


@made_once
def given_refused() -> Journey:
    order = given_work_order("triaged")
    order.take(Action.REJECT, staff("dispatcher"), reason="已进入诉讼", ground="信访工作条例第二十三条")
    return order.take(Action.CONFIRM_REJECTION, staff("reviewer"))


def broken_tile(county: Path) -> None:
    """One byte of a public tile of hashes is altered after it was signed."""
    (tile,) = (county / "ledger" / "public" / Log.objects.get().name / "tile" / "0").rglob("0??.p/*")
    raw = bytearray(tile.read_bytes())
    raw[40] ^= 1
    tile.write_bytes(raw)


def test_a_reply_is_shown_and_printed_only_after_the_witnesses_have_signed(given_witnesses):
    order = given_work_order("reviewed")
    witnesses = given_witnesses(3)
    for one in witnesses[:2]:
        one.stop()
    ledger.publish(by=SYSTEM)
    browser = requester(order)

    without_quorum = track(browser, order)
    refused = letter(browser, order)
    witnesses[0].start()
    witness()

    assert "Recorded, not yet witnessed" in without_quorum
    assert "Reply given" not in without_quorum
    assert REPLIED not in without_quorum
    assert (refused.status_code, REPLIED in refused.content.decode()) == (409, False)
    assert REPLIED in track(browser, order)
    assert "not yet witnessed" not in track(browser, order)
    printed = letter(browser, order)
    assert printed.status_code == 200
    assert REPLIED in printed.content.decode()
    entry = ledger.require_effect(ledger.ref_of_step(order.demand_id, 8, "approve_reply")).entry
    assert entry.code in printed.content.decode()
    (link,) = scanned(printed.content.decode())
    assert entry.leaf_hash in Client().get(link).content.decode()


def test_a_refusal_with_its_law_is_shown_and_printed_only_with_its_receipt():
    order = given_refused()
    browser = requester(order)

    before, refused = track(browser, order), letter(browser, order)
    witness()
    after, printed = track(browser, order), letter(browser, order)

    assert "信访工作条例第二十三条" not in before
    assert "You may appeal" not in before
    assert refused.status_code == 409
    assert "信访工作条例第二十三条" in after
    assert "信访工作条例第二十三条" in printed.content.decode()
    assert "Notice of non-acceptance" in printed.content.decode()


def test_an_altered_tile_takes_the_letter_and_the_reply_back(county):
    order = given_work_order("reviewed")
    witness()
    browser = requester(order)
    assert letter(browser, order).status_code == 200

    broken_tile(county)

    refused = letter(browser, order)
    assert refused.status_code == 409
    assert "does not verify" in refused.content.decode()
    assert REPLIED not in refused.content.decode()
    page = track(browser, order)
    assert REPLIED not in page
    assert "does not verify" in page


def test_another_leaf_in_the_database_has_no_receipt():
    order = given_work_order("reviewed")
    witness()
    row = Entry.objects.filter(type="order.approve-reply").get()
    other = bytes(row.leaf).replace(b"orders/", b"orders/1")

    Entry.objects.filter(pk=row.pk).update(leaf=other)

    with pytest.raises(ReceiptBroken):
        ledger.require_effect(ledger.ref_of_step(order.demand_id, 8, "approve_reply"))


def test_a_step_of_another_kind_than_the_room_says_has_no_effect():
    order = given_work_order("reviewed")
    witness()
    right, wrong = (ledger.ref_of_step(order.demand_id, 8, action) for action in ("approve_reply", "close"))

    assert list(ledger.in_effect([right, wrong])) == [right]
    with pytest.raises(NotYetWitnessed):
        ledger.require_effect(wrong)


@pytest.mark.skipif(
    connection.vendor != "sqlite", reason="PostgreSQL reads a table of few rows whatever there is"
)
def test_the_entries_about_one_thing_are_found_without_reading_all_others():
    plan = Entry.objects.filter(subject__in=["demand:1", "demand:2"]).order_by("id").explain()

    assert "SEARCH ledger_entry USING INDEX ledger_of_subject" in plan


def test_a_demand_without_a_letter_has_none():
    order = given_work_order("handling")
    witness()
    browser = requester(order)

    assert letter(browser, order).status_code == 404
    assert "/letter/" not in track(browser, order)
    assert Client().get(f"/track/{order.receipt.public_code}/letter/").status_code == 404


def test_a_reply_that_is_sent_back_later_stays_until_that_is_witnessed_too():
    order = given_work_order("callback")
    witness()
    order.take(Action.REQUEST_REWORK, staff("callback_agent"), reason="诉求人说没有解决")
    browser = requester(order)

    assert REPLIED in track(browser, order)
    witness()
    assert REPLIED not in track(browser, order)


def test_news_of_decisions_travels_as_far_as_witnesses_have_seen(given_witnesses):
    given_work_order("replied")
    witnesses = given_witnesses(3)
    ledger.publish(by=SYSTEM)
    everything = ledger.witnessed_position()
    for one in witnesses:
        one.stop()
    last = outbox.last_position()

    given_demand()

    assert everything == last
    assert ledger.witnessed_position() == last
    assert outbox.last_position() > last
    witnesses[0].start()
    witnesses[1].start()
    witness()
    assert ledger.witnessed_position() == outbox.last_position()


def test_other_systems_hear_of_an_end_once_it_is_witnessed():
    order = given_work_order("closed")
    receipt, reader = order.receipt, Client()

    def told() -> tuple[str, str, str]:
        own = reader.get(f"/api/demands/{receipt.public_code}", {"query_code": receipt.query_code}).json()
        (public,) = reader.get(f"/open311/v2/requests/{receipt.public_code}.json").json()
        return own["status"], public["status"], public["status_notes"]

    before = told()
    witness()

    assert before == ("unwitnessed", "open", "unwitnessed")
    assert told() == ("closed", "closed", "closed, solved")


def test_a_list_of_what_is_closed_leaves_out_what_is_not_in_force():
    given_work_order("closed")
    listed = {"status": "closed", "start_date": "2026-01-01T00:00:00Z"}

    before = Client().get("/open311/v2/requests.json", listed).json()
    witness()

    assert before == []
    assert len(Client().get("/open311/v2/requests.json", listed).json()) == 1


def test_a_decision_that_is_not_even_sealed_yet_is_not_in_force():
    order = given_work_order("callback")
    witness()
    before = ledger.unwitnessed_demands([order.demand_id])
    given = Given(reason="没有解决")

    casework.take_step(order.number, action=Action.REQUEST_REWORK, given=given, by=staff("callback_agent"))
    outbox.sequence()

    assert before == set()
    assert ledger.unwitnessed_demands([order.demand_id]) == {order.demand_id}
    assert ledger.witnessed_position() < outbox.last_position()


def test_what_is_in_force_stays_so_when_the_year_ends_and_keys_change(given_witnesses):
    """The letter of an order that crosses the years rests on two logs and on a key that signs no more."""
    order = given_work_order("replied")
    witnesses = given_witnesses(3)
    witness()
    ledger.begin_key_rotation(because="yearly", by=SYSTEM)
    witness()
    for one in witnesses:
        one.stop()
        one.start()
    ledger.finish_key_rotation(because="all have it", by=SYSTEM)
    witness()
    ledger.freeze(because="the year is over", by=SYSTEM)
    for one in witnesses:
        one.stop()
        one.origin = Log.objects.latest("pk").origin
        one.start()
    order.take(Action.APPROVE_REPLY, staff("reviewer"))
    browser = requester(order)

    before = letter(browser, order).status_code
    witness()

    assert before == 409
    assert letter(browser, order).status_code == 200
    assert Log.objects.count() == 2
    assert "not yet witnessed" not in track(browser, order)
