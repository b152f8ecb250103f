"""Work orders over HTTP with keys: who sees and does what, pages, tags, and refusals that a program understands."""

import json
from typing import Any

import pytest
from django.test import Client
from tests.factories import (
    HOUSING,
    OTHER_VILLAGE,
    SHARED,
    TOWN_OFFICE,
    VILLAGE,
    WATER,
    Journey,
    at,
    client_of,
    given_work_order,
    staff,
)

from shuzhi.domains.casework.lifecycle import Action
from shuzhi.spine import access, accounts
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import AuditEntry

pytestmark = pytest.mark.usefixtures("county")
NO_CASEWORK = sorted(
    role
    for role in set(access.ROLES) - access.ADMINISTRATORS - {"citizen"}
    if "casework.read" not in access.ROLES[role]
)
TRIAGED = {"kind": "complaint", "category": SHARED, "area": VILLAGE, "urgency": "normal"}


class System:
    """Another department's program, with a key of its own."""

    def __init__(self, *scopes: str) -> None:
        key = accounts.create_key("Grid system", scopes=list(scopes), by=SYSTEM)
        self.reference = f"application:{key.card.key_id}"
        self.client = Client(headers={"authorization": f"Bearer {key.secret}", "accept-language": "en"})

    def get(self, path: str = "", headers: dict[str, str] | None = None, **query: object) -> Any:
        return self.client.get(f"/api/work-orders{path}", query, headers=headers or {})

    def post(self, path: str, body: object, **headers: str) -> Any:
        return self.client.post(
            f"/api/work-orders{path}", json.dumps(body), content_type="application/json", headers=headers
        )

    def numbers(self, **query: object) -> list[str]:
        return [one["number"] for one in self.get(**query).json()["orders"]]


def is_problem(answer: Any, status: int, code: str) -> bool:
    told = answer.json()
    return (
        answer.status_code == told["status"] == status
        and answer.headers["Content-Type"] == "application/problem+json"
        and told["code"] == code
        and len(told["title"]) > 10
    )


def test_a_list_holds_what_the_key_covers():
    own = given_work_order("dispatched", unit=HOUSING)
    other = given_work_order("dispatched", unit=WATER, area=OTHER_VILLAGE)

    assert System(f"unit_officer@unit:{HOUSING}").numbers() == [own.number]
    assert System(f"dispatcher@area:{OTHER_VILLAGE}").numbers() == [other.number]
    assert System("dispatcher").numbers() == [other.number, own.number]


@pytest.mark.parametrize("scope", NO_CASEWORK)
def test_a_key_without_the_duty_reads_and_moves_nothing(scope: str):
    order, system = given_work_order("registered"), System(scope)

    assert is_problem(system.get(), 403, "access-denied")
    assert is_problem(system.get(f"/{order.number}"), 404, "not-found")
    assert is_problem(system.get(f"/{order.number}/dispatch-choices"), 404, "not-found")
    assert is_problem(system.post(f"/{order.number}/triage", TRIAGED), 404, "not-found")
    assert is_problem(system.post(f"/{order.number}/steps", {"action": "dispatch"}), 404, "not-found")
    assert is_problem(system.post(f"/{order.number}/merge", {"into": order.number}), 404, "not-found")


def test_nobody_and_a_wrong_key_get_nothing():
    order = given_work_order("registered")

    assert is_problem(Client().get("/api/work-orders"), 401, "key-needed")
    assert is_problem(Client().get(f"/api/work-orders/{order.number}"), 401, "key-needed")
    wrong = {"authorization": "Bearer sz_0123456789abcdef_" + "x" * 43}
    assert is_problem(Client().get("/api/work-orders", headers=wrong), 401, "key-not-valid")


def test_an_order_of_another_unit_looks_like_a_missing_one():
    order, system = given_work_order("dispatched", unit=WATER), System(f"unit_officer@unit:{HOUSING}")
    step = {"action": "sign_in"}

    there, missing = system.get(f"/{order.number}"), system.get("/2026-000000")

    assert is_problem(there, 404, "not-found")
    assert there.json()["title"].replace(order.number, "2026-000000") == missing.json()["title"]
    assert is_problem(system.post(f"/{order.number}/steps", step), 404, "not-found")
    assert order.state == "dispatched"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"state": "dispatched"}, 1),
        ({"state": "registered"}, 0),
        ({"unit": HOUSING}, 1),
        ({"unit": WATER}, 0),
        ({"area": "990102100000"}, 1),
        ({"area": OTHER_VILLAGE}, 0),
        ({"category": "02"}, 1),
        ({"category": "04"}, 0),
        ({"words": "走道的灯"}, 1),
        ({"words": "灯"}, 1),
        ({"words": "井盖"}, 0),
        ({"level": "red"}, 1),
        ({"level": "green"}, 0),
    ],
)
def test_a_list_is_narrowed_by_each_condition(query: dict[str, str], found: int):
    given_work_order("dispatched", unit=HOUSING)

    assert len(System("dispatcher").numbers(**query)) == found


@pytest.mark.parametrize("order", ["due", "newest"])
def test_pages_join_without_gap_or_repeat(order: str):
    numbers = {given_work_order("dispatched").number for _each in range(5)}
    system, seen, after = System("dispatcher"), [], ""

    for _page in range(3):
        page = system.get(order=order, limit=2, after=after).json()
        seen += [one["number"] for one in page["orders"]]
        after = page["next_after"]

    assert (len(seen), set(seen), after) == (5, numbers, "")


@pytest.mark.parametrize(
    "query",
    [{"limit": 0}, {"limit": 101}, {"state": "lost"}, {"level": "blue"}, {"order": "x"}, {"after": "x"}],
)
def test_a_question_outside_the_schema_is_a_problem(query: dict[str, object]):
    assert is_problem(System("dispatcher").get(**query), 422, "invalid-input")


def test_an_order_is_read_whole_with_the_steps_that_are_open_to_the_key():
    order, system = given_work_order("dispatched", unit=HOUSING), System(f"unit_officer@unit:{HOUSING}")

    with at(order.at):
        read = system.get(f"/{order.number}").json()

    assert read["card"]["unit_name"] == "Housing Bureau"
    assert [step["action"] for step in read["steps"]] == ["register", "triage", "dispatch"]
    assert set(read["moves"]) == {"sign_in", "record_contact", "request_return"}
    assert "13900001234" not in json.dumps(read, ensure_ascii=False)
    assert AuditEntry.objects.filter(by=system.reference, action="casework.view").count() == 1


def test_what_did_not_change_is_not_sent_again():
    order, system = given_work_order("dispatched"), System("dispatcher")

    for path in ("", f"/{order.number}"):
        first = system.get(path)
        known = {"If-None-Match": first.headers["ETag"]}
        again = system.get(path, headers=known)
        assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", first.headers["ETag"])
        assert "Authorization" in first.headers["Vary"]
    order.take(Action.SIGN_IN, SYSTEM)
    assert system.get(f"/{order.number}", headers=known).status_code == 200


def test_an_order_goes_its_way_step_by_step():
    order = given_work_order("registered")
    dispatcher, unit = System("dispatcher"), System(f"unit_officer@unit:{TOWN_OFFICE}")

    triaged = dispatcher.post(f"/{order.number}/triage", {**TRIAGED, "reason": "as told"})
    choices = dispatcher.get(f"/{order.number}/dispatch-choices").json()
    sent = dispatcher.post(f"/{order.number}/steps", {"action": "dispatch", "unit": choices[0]["unit"]})
    signed = unit.post(f"/{order.number}/steps", {"action": "sign_in"})

    assert [one.status_code for one in (triaged, sent, signed)] == [201, 201, 201], sent.content
    assert (choices[0]["unit"], choices[0]["unit_name"]) == (TOWN_OFFICE, "Qingshi Town Government")
    assert signed.json()["state"] == order.state == "accepted"
    assert [step.by for step in order.page.steps[1:]] == [dispatcher.reference] * 2 + [unit.reference]


def test_a_step_is_refused_with_the_code_of_what_forbids_it():
    order, system = given_work_order("dispatched", unit=HOUSING), System(f"unit_officer@unit:{HOUSING}")

    not_now = system.post(f"/{order.number}/steps", {"action": "resume"})
    not_ours = system.post(f"/{order.number}/steps", {"action": "approve_return"})
    unknown = system.post(f"/{order.number}/steps", {"action": "fly"})

    assert not_now.status_code == 409
    assert not_now.headers["Content-Type"] == "application/problem+json"
    assert not_ours.status_code in (403, 409)
    assert is_problem(unknown, 422, "invalid-input")
    assert order.state == "dispatched"


def test_a_step_sent_twice_or_too_late_is_refused():
    order, system = given_work_order("dispatched", unit=HOUSING), System(f"unit_officer@unit:{HOUSING}")
    tag = system.get(f"/{order.number}").headers["ETag"]
    contact = {"action": "record_contact", "text": "已电话联系。", "contacted": True}

    first = system.post(f"/{order.number}/steps", {"action": "sign_in"}, **{"If-Match": tag})
    late = system.post(f"/{order.number}/steps", contact, **{"If-Match": tag})
    odd = system.post(f"/{order.number}/steps", contact, **{"If-Match": '"another"'})
    stated = system.post(f"/{order.number}/steps", {**contact, "expected_step": 3})

    assert first.status_code == 201
    assert is_problem(late, 412, "changed-meanwhile")
    assert is_problem(odd, 412, "changed-meanwhile")
    assert is_problem(stated, 409, "already-moved")
    assert [step.action for step in order.page.steps].count("record_contact") == 0
    anew = system.get(f"/{order.number}").headers["ETag"]
    assert system.post(f"/{order.number}/steps", contact, **{"If-Match": anew}).status_code == 201


def test_orders_about_one_matter_are_merged_and_parted():
    first, second = given_work_order("triaged"), given_work_order("triaged")
    system = System("dispatcher")

    merged = system.post(f"/{second.number}/merge", {"into": first.number, "reason": "same lamp"})
    itself = system.post(f"/{first.number}/merge", {"into": first.number, "reason": "x"})
    parted = system.post(f"/{second.number}/steps", {"action": "unmerge", "reason": "two lamps"})

    assert (merged.status_code, merged.json()["merged_into"]) == (201, first.number)
    assert itself.status_code == 409
    assert (parted.status_code, parted.json()["merged_into"]) == (201, "")


def test_a_session_reads_and_never_writes():
    order = given_work_order("dispatched", unit=HOUSING)
    staff_client = client_of(staff("unit_officer", unit=HOUSING), language="en")

    assert staff_client.get(f"/api/work-orders/{order.number}").status_code == 200
    answer = staff_client.post(
        f"/api/work-orders/{order.number}/steps", {"action": "sign_in"}, content_type="application/json"
    )
    assert is_problem(answer, 401, "key-needed")
    assert Journey(order.receipt).state == "dispatched"
