"""What people and systems write into addresses and forms is read or refused; nothing of it is an error of the server."""

import pytest
from django.test import Client
from tests.factories import HOUSING, MONDAY, at, client_of, given_work_order, staff

from shuzhi.domains.casework.models import HeldDemand

pytestmark = pytest.mark.usefixtures("county")

FIRST, LAST = "0001-01-01T00:00:00%2B08:00", "9999-12-31T23:59:59-12:00"


@pytest.mark.parametrize("moment", [FIRST, "0001-01-10", LAST, "2026-13-01"])
@pytest.mark.parametrize(
    "address",
    [
        "/open311/v2/requests.json?start_date={}",
        "/open311/v2/requests.json?end_date={}",
        "/api/measures?since={}&until=2026-01-01T00:00:00Z",
        "/api/measures?since=2026-01-01T00:00:00Z&until={}",
    ],
)
def test_a_moment_outside_time_is_refused_to_the_public(address, moment):
    answer = Client(raise_request_exception=False).get(address.format(moment))

    assert answer.status_code in (400, 422), answer.content


@pytest.mark.parametrize("moment", [FIRST, LAST])
@pytest.mark.parametrize(
    "address",
    [
        "/desk/figures/received/rows/?since={}&until=2026-01-01",
        "/desk/figures/received/rows/?since=2026-01-01&until={}",
        "/desk/orders/?after={}_1",
        "/desk/orders/?order=due&after={}_1",
        "/api/work-orders?after={}_1",
        "/api/demands?since={}",
        "/api/demands?until={}",
    ],
)
def test_a_moment_outside_time_breaks_no_page_of_the_staff(address, moment):
    client = client_of(staff("supervisor"))
    client.raise_request_exception = False

    assert client.get(address.format(moment)).status_code in (200, 400, 422)


@pytest.mark.parametrize("days", ["²", "٣٣٣", "9" * 5000, "-1"])
def test_a_number_of_days_that_is_none_is_refused(days):
    order = given_work_order("handling")
    client = client_of(staff("unit_officer", unit=HOUSING))
    client.raise_request_exception = False

    with at(order.at):
        sent = {"days": days, "reason": "零件未到"}
        answer = client.post(f"/desk/orders/{order.number}/request_extension/", sent)

    assert answer.status_code < 500
    assert order.page.card.state == "handling"


@pytest.mark.parametrize("demand", ["9" * 30, "²", "x"])
def test_releasing_a_demand_that_is_none_releases_no_other(demand):
    HeldDemand.objects.create(
        demand_id=7, reason="unfit", can_be_called=True, received_at=MONDAY, held_at=MONDAY, tried_at=MONDAY
    )
    client = client_of(staff("dispatcher"))
    client.raise_request_exception = False

    assert client.post("/desk/held/release/", {"demand": demand}).status_code == 302

    assert not HeldDemand.objects.exclude(released_at=None).exists()
