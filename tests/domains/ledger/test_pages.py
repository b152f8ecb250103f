"""What people see of the ledger: the public, the requester, the auditor."""

import hashlib
import json
import subprocess
import sys
from dataclasses import fields

import pytest
from django.test import Client
from tests.domains.ledger.scanning import scanned
from tests.factories import DAY, HOUR, client_of, given_demand, given_work_order, staff, witness

from shuzhi.domains.casework.lifecycle import Action
from shuzhi.domains.casework.models import OrderStep, WorkOrder
from shuzhi.domains.intake.models import Demand
from shuzhi.domains.ledger import labels, leaves
from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.models import Entry
from shuzhi.domains.ledger.services.reading import PAGE
from shuzhi.programs.verify.receipts import judge_receipt
from shuzhi.programs.verify.verdict import Outcome
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import Decision

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture
def reader():
    return Client(headers={"accept-language": "en"})


def tracking(client, receipt):
    """The visitor has shown both codes of a demand."""
    codes = {"public_code": receipt.public_code, "query_code": receipt.query_code}
    assert client.post("/track/", codes).status_code == 302
    return client


def test_the_public_page_finds_an_entry_by_its_receipt_code(reader):
    receipt = given_demand()
    ledger.publish(by=SYSTEM)
    (first, *_rest) = ledger.receipts_of_demand(receipt.demand_id, tracked=[receipt.demand_id], by=SYSTEM)

    found = reader.get("/ledger/", {"code": f" {first.code.lower()} "})
    mistyped = reader.get("/ledger/", {"code": first.code[:-1] + ("0" if first.code[-1] != "0" else "1")})

    assert found.status_code == 302
    assert found.url == f"/ledger/entries/{first.log}/{first.index}/"
    assert mistyped.status_code == 404


def test_the_list_is_narrowed_by_series_organ_and_day(reader):
    given_work_order("closed")

    page = reader.get("/ledger/", {"series": "orders/2", "organ": "housing"}).content.decode()

    assert "orders/2<" in page
    assert "orders/1<" not in page
    assert "No entry fits" in reader.get("/ledger/", {"day": "1999-01-01"}).content.decode()


def test_a_series_of_several_organs_is_read_newest_first_and_its_pages_join():
    """Every way of narrowing tells the same entries as a look at all of them."""
    for _order in range(8):
        given_work_order("closed")
    everything = _all_pages()
    today = everything[0].day

    for wanted in (
        {"series": "orders"},
        {"organ": "housing"},
        {"organ": "housing", "series": "orders"},
        {"series": "orders", "number": 3},
        {"organ": "housing", "number": 1, "day": today},
        {"series": "demands", "day": today},
        {"number": 10**15 - 1},
    ):
        expected = [
            card for card in everything if all(getattr(card, at) == is_ for at, is_ in wanted.items())
        ]
        assert _all_pages(**wanted) == expected

    assert len(everything) > 2 * PAGE


def _all_pages(**wanted):
    pages = [ledger.entries(**wanted)]
    while pages[-1].next_before:
        pages.append(ledger.entries(**wanted, before=pages[-1].next_before))
    return [card for page in pages for card in page.items]


@pytest.mark.parametrize("strange", ["' OR 1=1 --", "٣", "9" * 40, "%ud800", "orders/٣"])
def test_strange_words_in_the_search_find_nothing_and_break_nothing(reader, strange):
    given_demand()

    for field in ("organ", "series", "day", "before"):
        assert reader.get("/ledger/", {field: strange}).status_code == 200
    assert reader.get("/ledger/", {"code": strange}).status_code == 404


def test_the_badge_tells_the_requester_and_nobody_else(reader):
    receipt = given_demand()
    address = f"/ledger/badge/{receipt.public_code}/"
    assert reader.get(address).status_code == 404
    tracking(reader, receipt)

    before = reader.get(address).content.decode()
    ledger.publish(by=SYSTEM)
    after = reader.get(address).content.decode()

    assert "Recorded, not yet witnessed" in before
    assert "2 decisions about your demand are witnessed" in after
    track = reader.get(f"/track/{receipt.public_code}/").content.decode()
    assert "2 decisions about your demand are witnessed" in track


def test_the_printed_receipt_renders_only_when_it_verifies(reader):
    """No receipt, no effect."""
    receipt = given_demand()
    tracking(reader, receipt)
    (card, *_rest) = ledger.receipts_of_demand(receipt.demand_id, tracked=[receipt.demand_id], by=SYSTEM)
    page = f"/ledger/demands/{receipt.demand_id}/{card.log}/{card.index}/"
    assert reader.get(page).status_code == 409

    ledger.publish(by=SYSTEM)

    shown = reader.get(page)
    assert shown.status_code == 200
    assert card.code in shown.content.decode()
    (link,) = scanned(shown.content.decode())
    public = Client().get(link).content.decode()
    assert card.leaf_hash in public
    assert card.code in public


def test_the_files_of_a_receipt_verify_offline(reader):
    receipt = given_demand()
    tracking(reader, receipt)
    ledger.publish(by=SYSTEM)
    (card, *_rest) = ledger.receipts_of_demand(receipt.demand_id, tracked=[receipt.demand_id], by=SYSTEM)
    public = f"/ledger/entries/{card.log}/{card.index}"
    own = f"/ledger/demands/{receipt.demand_id}/{card.log}/{card.index}/opening"

    proof, policy, opening = (reader.get(one).content for one in (f"{public}/proof", f"{public}/policy", own))

    assert judge_receipt(proof, policy, opening=opening).outcome is Outcome.VERIFIED
    assert Client().get(own).status_code == 404
    assert {"demand_id", "channel", "by"} <= {field["name"] for field in json.loads(opening)["fields"]}


def test_the_page_that_checks_gives_the_program_that_checks_without_it(reader, tmp_path):
    receipt = given_demand()
    tracking(reader, receipt)
    ledger.publish(by=SYSTEM)
    (card, *_rest) = ledger.receipts_of_demand(receipt.demand_id, tracked=[receipt.demand_id], by=SYSTEM)
    files = {
        "verify.pyz": "/ledger/shuzhi-verify.pyz",
        "proof": f"/ledger/entries/{card.log}/{card.index}/proof",
        "policy.txt": f"/ledger/entries/{card.log}/{card.index}/policy",
    }
    for name, address in files.items():
        (tmp_path / name).write_bytes(reader.get(address).content)

    done = subprocess.run(
        [sys.executable, "-I", "verify.pyz", "receipt", "proof", "--policy", "policy.txt"],
        cwd=tmp_path,
        check=False,
        capture_output=True,
    )

    assert done.returncode == 0, done.stdout.decode()
    told = hashlib.sha256((tmp_path / "verify.pyz").read_bytes()).hexdigest()
    assert told in reader.get("/ledger/check/").content.decode()


def test_the_chain_of_an_order_is_told_by_the_ledger_alone():
    order = given_work_order("closed")
    supervisor = staff("supervisor")
    links = ledger.chain(order.demand_id, by=supervisor)

    page = (
        client_of(supervisor, language="en").get(f"/desk/ledger/demands/{order.demand_id}/").content.decode()
    )

    assert [link.what for link in links][:3] == ["demand.received", "order.register", "order.triage"]
    assert links[-1].what == "order.close"
    assert all(link.opened and link.who and link.at for link in links)
    assert "Reply given" in page
    assert client_of(staff("unit_officer", unit="housing")).get(
        f"/desk/ledger/demands/{order.demand_id}/"
    ).status_code in (403, 404)


def test_the_chain_tells_the_basis_and_the_delay_of_a_refusal_that_came_late():
    """All four questions: who, when, on what basis, how late."""
    order = given_work_order("triaged")
    dispatcher, reviewer = staff("dispatcher"), staff("reviewer")
    order.take(
        Action.REJECT, dispatcher, after=30 * DAY, reason="已进入诉讼", ground="信访工作条例第二十三条"
    )
    order.take(Action.CONFIRM_REJECTION, reviewer)
    supervisor = staff("supervisor")

    links = ledger.chain(order.demand_id, by=supervisor)
    page = (
        client_of(supervisor, language="en").get(f"/desk/ledger/demands/{order.demand_id}/").content.decode()
    )

    refused = next(link for link in links if link.what == "order.reject")
    assert (refused.who, refused.basis) == (f"staff:{dispatcher.id}", "信访工作条例第二十三条")
    assert refused.at == order.at - HOUR
    assert refused.waited_minutes == 30 * 24 * 60
    assert refused.late_minutes == order.page.steps[-2].late_minutes > 0
    assert "信访工作条例第二十三条" in main_of(page)
    assert f"{refused.late_minutes} working minutes late" in main_of(page)


def test_the_chain_does_not_follow_what_somebody_writes_into_the_tables_of_other_rooms():
    """Lateness, unit and outcome as they were sealed: rows of casework and intake changed later change nothing."""
    order = given_work_order("closed")
    witness()
    supervisor = staff("supervisor")
    before = ledger.chain(order.demand_id, by=supervisor)
    page = f"/desk/ledger/demands/{order.demand_id}/"
    told = client_of(supervisor).get(page).content.decode()

    OrderStep.objects.update(
        unit="water", by="staff:1", late_minutes=99, action="remind", text="x", details={}
    )
    WorkOrder.objects.update(unit="water", state="terminated", outcome="unsolved", number="00-0000-00000")
    Demand.objects.update(status="terminated", unit="water", outcome="unsolved")

    assert ledger.chain(order.demand_id, by=supervisor) == before
    assert main_of(client_of(supervisor).get(page).content.decode()) == main_of(told)
    assert {link.unit for link in before} == {"", "housing"}
    assert all(link.entry.witnessed for link in before)


def main_of(page: str) -> str:
    return page[page.index("<main") : page.index("</main")]


def test_the_status_page_alarms_when_nothing_is_witnessed(reader, given_witnesses):
    given_demand()
    for one in given_witnesses(3):
        one.stop()
    ledger.publish(by=SYSTEM)

    assert "The witnesses do not answer" in reader.get("/status/").content.decode()


def test_the_status_page_alarms_when_the_ledger_has_stopped_and_says_why_to_who_may_know(reader, county):
    given_demand()
    ledger.publish(by=SYSTEM)
    for tile in (county / "ledger" / "public").rglob("tile/0/000.p/*"):
        tile.write_bytes(bytes(len(tile.read_bytes())))
    given_demand("路灯不亮。")
    ledger.publish(by=SYSTEM)

    page = reader.get("/status/").content.decode()
    known = client_of(staff("system_admin"), language="en").get("/status/").content.decode()

    assert "Nothing new is signed until the operator has looked at it." in page
    assert ["do not lead to the signed root" in one for one in (page, known)] == [False, True]


def test_the_picture_shows_a_seal_for_each_witness_and_who_has_not_sealed(reader, given_witnesses):
    given_demand()
    given_witnesses(3)[2].stop()
    ledger.publish(by=SYSTEM)

    page = reader.get("/ledger/").content.decode()

    assert [page.count(f'class="tree-seal {state}"') for state in ("on", "off")] == [2, 1]
    assert "one fingerprint" in page
    assert "seals of witnesses" in page


def test_the_witness_board_tells_how_far_a_witness_is_behind(reader, given_witnesses):
    """It cosigned once and is away since: who it is, what it saw last, and how many entries it has not seen."""
    given_demand()
    witnesses = given_witnesses(3)
    ledger.publish(by=SYSTEM)
    seen = ledger.status().size
    witnesses[2].stop()
    given_work_order("closed")
    ledger.publish(by=SYSTEM)

    page = reader.get("/ledger/witnesses/").content.decode()

    state = ledger.status()
    assert [(one.size, one.lag) for one in state.witnesses] == [
        (state.size, 0),
        (state.size, 0),
        (seen, state.size - seen),
    ]
    assert f"{seen} entries" in page
    assert page.count(f"{state.size - seen} behind") == 1
    assert page.count("lags behind") == 1
    assert all(one.vkey in page for one in witnesses)


def test_the_witness_board_names_who_is_behind(reader, given_witnesses):
    given_demand()
    witnesses = given_witnesses(3)
    witnesses[2].stop()
    ledger.publish(by=SYSTEM)

    page = reader.get("/ledger/witnesses/").content.decode()

    assert "2 of 3 witnesses have sealed" in page
    assert page.count("has never signed") == 1


def test_the_witness_board_shows_who_refuses_and_why(reader, given_witnesses):
    """One of three was not told of the ledger's new key."""
    given_demand()
    witnesses = given_witnesses(3)
    ledger.begin_key_rotation(because="yearly", by=SYSTEM)
    ledger.finish_key_rotation(because="yearly", by=SYSTEM)
    for one in witnesses[:2]:
        one.stop()
        one.start()

    assert ledger.publish(by=SYSTEM) > 0

    page = reader.get("/ledger/witnesses/").content.decode()
    assert [page.count(f"<dt>Refusals</dt><dd>{count}</dd>") for count in (0, 1)] == [2, 1]
    assert page.count("Last answer: 403 no signature of a trusted key holds") == 1


def test_the_api_tells_where_the_ledger_stands(reader):
    given_demand()
    ledger.publish(by=SYSTEM)
    last = Entry.objects.count()

    assert reader.get("/api/ledger").json()["published"] == last
    found = reader.get("/api/ledger/entries", {"series": "demands"}).json()["items"]
    assert reader.get(f"/api/ledger/entries/{found[0]['code']}").json()["leaf_hash"] == found[0]["leaf_hash"]


def test_every_kind_of_entry_and_every_sealed_value_has_words():
    """A reader never meets a code where a decision is named."""
    kinds = {*leaves.known_types(), *map(leaves.type_of_action, Action)}
    values = {one.name for event in Decision.__subclasses__() for one in fields(event)}
    about_all = {"event", "at", "by"}

    assert [one for one in sorted(kinds) if labels.type_label(one) == one] == []
    assert [one for one in sorted(values | about_all) if one not in labels.FIELDS] == []


def test_the_reader_chooses_an_organ_by_its_name(reader):
    given_work_order("dispatched")

    page = reader.get("/ledger/").content.decode()

    assert '<option value="hotline">12345 hotline</option>' in page
    assert set(ledger.organs()) == set(Entry.objects.values_list("organ", flat=True))
