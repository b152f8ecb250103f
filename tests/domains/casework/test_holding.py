"""A demand whose order cannot be registered is held alone: seen, mended, tried again, never lost, never doubled."""

import io
from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from tests.factories import (
    MONDAY,
    OTHER_TOWN,
    TOWN,
    announced,
    client_of,
    deliver,
    draft,
    local,
    staff,
)
from typer.testing import CliRunner

from shuzhi.domains.casework import cli
from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services.registering import order_number
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.refusals import NoTimeLimit
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import AccessDenied
from shuzhi.spine.events import DemandHeld, DemandReleased, WorkOrderMoved
from shuzhi.spine.models import AuditEntry

pytestmark = pytest.mark.usefixtures("county")
LONG_AGO = local("2018-03-05 10:00")  # the registry's limits begin in 2020
EARLIER_LIMITS = """kind,urgency,category,contact,sign_in,finish,return_window,from_date
*,*,,1 workday,2 working_hour,5 workday,1 workday,2015-01-01
"""


def receive(*moments: datetime) -> list[int]:
    """Demands that arrive together; their orders are not registered yet."""
    drafts = [draft(received_at=moment) for moment in moments]
    return [receipt.demand_id for receipt in intake.receive_many(drafts, by=SYSTEM)]


def import_earlier_limits() -> None:
    report = registry.import_csv("sla", io.BytesIO(EARLIER_LIMITS.encode()), by=SYSTEM)
    assert report.accepted == 1, report


def held(by: Actor = SYSTEM) -> dict[int, str]:
    return {one.demand_id: one.reason for one in casework.held_demands(by=by)}


def with_order() -> set[int]:
    return set(WorkOrder.objects.values_list("demand_id", flat=True))


def test_one_demand_that_cannot_be_registered_is_held_and_the_others_of_its_batch_go_on():
    ids = receive(MONDAY, MONDAY, LONG_AGO, MONDAY, LONG_AGO, MONDAY, MONDAY)

    deliver()

    assert held() == {ids[2]: "no-time-limit", ids[4]: "no-time-limit"}
    assert with_order() == set(ids) - held().keys()
    assert [(one.demand_id, one.reason) for one in announced(DemandHeld)] == list(held().items())


def test_a_batch_of_which_nothing_can_be_registered_is_held_whole():
    ids = receive(*[LONG_AGO] * 9)

    deliver()

    assert sorted(held()) == ids
    assert with_order() == set()


def test_limits_that_are_imported_register_what_was_held_by_themselves_and_once():
    ids = receive(MONDAY, LONG_AGO)
    deliver()

    import_earlier_limits()
    deliver()
    deliver()

    assert held() == {}
    assert with_order() == set(ids)
    registered = [one.demand_id for one in announced(WorkOrderMoved) if one.action == "register"]
    assert sorted(registered) == ids


def test_news_of_the_registry_in_the_same_batch_as_the_arrival_leaves_nothing_behind():
    """The listener may come to the demand and to the mending at once, or to either first."""
    ids = receive(LONG_AGO)
    import_earlier_limits()
    ids += receive(LONG_AGO)

    deliver()

    assert held() == {}
    assert with_order() == set(ids)


def test_trying_again_before_anything_is_mended_keeps_the_demand_and_counts_the_tries():
    deliver()  # the news of the fixture's own registry, which would try again too
    (demand_id,) = receive(LONG_AGO)
    deliver()
    dispatcher = staff("dispatcher")

    assert casework.release_held([demand_id], by=dispatcher) == 1
    assert casework.release_held(by=dispatcher) == 0, "it is being tried already"
    assert [one.trying for one in casework.held_demands(by=dispatcher)] == [True]
    deliver()

    (card,) = casework.held_demands(by=dispatcher)
    assert (card.demand_id, card.tried, card.trying) == (demand_id, 2, False)
    assert len(announced(DemandReleased)) == 1
    assert len(announced(DemandHeld)) == 1


def test_a_value_that_the_database_refuses_holds_its_demand_alone():
    squatter, *ids = receive(MONDAY, MONDAY, MONDAY, MONDAY)
    casework.ensure_registered(squatter, by=SYSTEM)
    taken = order_number(ids[1], MONDAY)
    own = casework.number_of_demand(squatter)
    WorkOrder.objects.filter(demand_id=squatter).update(number=taken)

    deliver()

    assert held() == {ids[1]: "value-unfit"}
    assert with_order() == {squatter, ids[0], ids[2]}
    WorkOrder.objects.filter(demand_id=squatter).update(number=own)
    casework.release_held([ids[1]], by=SYSTEM)
    deliver()
    assert held() == {}
    assert with_order() == {squatter, *ids}


def test_a_database_that_fails_holds_nobody_and_stops_the_listener():
    """What concerns every order is not the fault of one: nothing is held, everything waits in its place."""
    ids = receive(MONDAY, LONG_AGO)
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE casework_orderstep RENAME TO elsewhere")

    outbox.drain(LISTENERS)

    stopped = {one.listener for one in outbox.status(LISTENERS).listeners if one.failure}
    assert stopped == {"casework.orders"}
    assert held() == {}
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE elsewhere RENAME TO casework_orderstep")
    outbox.resume(outbox.find_listener(LISTENERS, "casework.orders"), by=SYSTEM)
    deliver()
    assert with_order() == {ids[0]}
    assert held() == {ids[1]: "no-time-limit"}
    assert AuditEntry.objects.filter(action="outbox.resume", subject="listener:casework.orders").count() == 1


def test_what_a_held_demand_reads_now_is_what_its_order_says():
    """Somebody corrected it meanwhile; that its requester cannot be called stays as it arrived."""
    receipt = intake.receive_demand(draft(received_at=LONG_AGO, phone="", name=""), by=SYSTEM)
    deliver()
    with clock.stopped_at(MONDAY):
        intake.judge_suggestion(receipt.demand_id, field="area", chosen=OTHER_TOWN, by=staff("dispatcher"))

    import_earlier_limits()
    deliver()

    order = WorkOrder.objects.get(demand_id=receipt.demand_id)
    assert (order.area, order.can_be_called) == (OTHER_TOWN, False)


def test_the_call_takers_page_says_what_is_missing_and_registers_once_it_is_there():
    (demand_id,) = receive(LONG_AGO)
    deliver()

    with pytest.raises(NoTimeLimit) as refused:
        casework.ensure_registered(demand_id, by=staff("call_taker"))
    assert "sla" in refused.value.sentence
    import_earlier_limits()
    casework.ensure_registered(demand_id, by=staff("call_taker"))

    assert held() == {}
    deliver()
    assert WorkOrder.objects.filter(demand_id=demand_id).count() == 1


def test_only_those_who_can_mend_see_what_is_held_and_only_in_their_area():
    (demand_id,) = receive(LONG_AGO)
    deliver()

    for by in (staff("dispatcher", area=TOWN), staff("registry_steward"), staff("system_admin")):
        assert list(held(by)) == [demand_id]
    other = staff("dispatcher", area=OTHER_TOWN)
    assert held(other) == {}
    assert casework.release_held([demand_id], by=other) == 0
    with pytest.raises(AccessDenied):
        casework.held_demands(by=staff("unit_officer", unit="housing"))
    with pytest.raises(AccessDenied):
        casework.release_held(by=staff("leader"))


def test_the_desk_and_the_status_page_show_what_is_held_and_a_button_tries_again():
    (demand_id,) = receive(LONG_AGO)
    deliver()
    dispatcher = client_of(staff("dispatcher"), language="en")

    assert "/desk/held/" in dispatcher.get("/desk/").content.decode()
    assert "/desk/held/" in client_of(staff("system_admin")).get("/status/").content.decode()
    assert "/desk/held/" not in Client().get("/status/").content.decode()
    page = dispatcher.get("/desk/held/").content.decode()
    assert "no-time-limit" in page
    assert "Import time limits" in page
    import_earlier_limits()
    answer = dispatcher.post("/desk/held/release/", {"demand": str(demand_id)}, follow=True)
    assert "being tried" in answer.content.decode()
    deliver()
    assert with_order() == {demand_id}
    assert "Every demand has its work order" in dispatcher.get("/desk/held/").content.decode()


def test_the_command_line_lists_and_tries_again():
    first, second = receive(LONG_AGO, LONG_AGO + timedelta(days=1))
    deliver()
    run = CliRunner().invoke

    listed = run(cli.app, ["held"]).output
    assert str(first) in listed
    assert "Held: 2" in listed
    assert "again: 1" in run(cli.app, ["retry", "--demand", str(second)]).output
    assert "again: 1" in run(cli.app, ["retry"]).output
