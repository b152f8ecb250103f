"""Steps of orders: each once, with what the order is about by now, for the days on which orders were opened."""

from datetime import timedelta

import pytest
from tests.domains.statistics.given import DAY, HOUR, HOUSING, START, WATER, Order, told_of

from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.services import OrderStep
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import AccessDenied

pytestmark = pytest.mark.django_db
MONDAY = START.date()


@pytest.fixture(autouse=True)
def _a_folder_of_its_own(settings, tmp_path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def steps(days: int = 7, *, first: int = 0) -> list[OrderStep]:
    since = MONDAY + timedelta(days=first)
    told = services.steps_of_orders(since=since, until=MONDAY + timedelta(days=days), by=SYSTEM)
    return [one for month in told for one in month]


def test_every_step_is_told_with_its_state_and_unit():
    told_of(Order(1).received().dispatched(WATER).moved("redispatch", "dispatched", unit=HOUSING))

    assert [(one.step, one.state, one.unit) for one in steps()] == [
        (1, "registered", ""),
        (2, "dispatched", WATER),
        (3, "dispatched", HOUSING),
    ]
    assert {one.opened_at for one in steps()} == {START.replace(tzinfo=None)}
    assert steps()[-1].at == (START + 2 * HOUR).replace(tzinfo=None)


def test_orders_are_those_opened_in_the_days_and_months_join_without_a_gap():
    told_of(
        Order(1).received(),
        Order(2, at=START + 40 * DAY).received(),
        Order(3, at=START + 90 * DAY).received(),
    )

    assert [one.order_id for one in steps(41)] == [1, 2]
    assert [one.order_id for one in steps(91, first=1)] == [2, 3]


def test_steps_are_not_for_the_public():
    with pytest.raises(AccessDenied):
        list(services.steps_of_orders(since=MONDAY, until=MONDAY + timedelta(days=1), by=ANONYMOUS))
