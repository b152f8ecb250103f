"""Clocks that nobody may forget: reminders, colours in lists, due times that follow the calendar."""

from functools import partial

import pytest
from tests.factories import (
    DAY,
    HOUR,
    HOUSING,
    MONDAY,
    REPLY,
    SHARED,
    TOWN,
    Journey,
    announced,
    at,
    deliver,
    given_work_order,
    local,
    staff,
    workdays,
)
from tests.plans import tables_read_whole

from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.deadlines import Level
from shuzhi.domains.casework.lifecycle import Action, Outcome
from shuzhi.domains.casework.models import WorkOrder
from shuzhi.domains.casework.services import Filter
from shuzhi.domains.registry import services as registry
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.events import DueTimeApproached

pytestmark = pytest.mark.usefixtures("county")
OFFICER = {"role": "unit_officer", "unit": HOUSING}


def look_every(hours: int, *, start: object, times: int) -> None:
    for n in range(times):
        with at(start + n * hours * HOUR):
            casework.remind_units()
            deliver()


def percents() -> list[int]:
    return [one.percent for one in announced(DueTimeApproached)]


def test_half_most_and_all_of_the_time_are_announced_once_each():
    given_work_order("handling")

    look_every(3, start=MONDAY, times=100)

    assert percents() == [50, 80, 100]


def test_a_worker_that_slept_announces_the_latest_mark_only():
    given_work_order("handling")

    look_every(24, start=MONDAY + 20 * DAY, times=2)

    assert percents() == [100]


def test_an_answered_order_reminds_nobody_and_is_not_looked_at_again():
    given_work_order("replied")

    with at(MONDAY + 20 * DAY):
        assert casework.remind_units() == 0
    assert percents() == []


def test_a_reopened_order_reminds_anew():
    order = given_work_order("closed")
    order.later(20 * DAY).take(Action.REOPEN, ANONYMOUS, tracked=[order.demand_id], reason="又坏了")
    reopened = order.at
    order.take(Action.DISPATCH, staff("dispatcher"), unit=HOUSING)

    look_every(6, start=reopened, times=60)

    assert percents() == [50, 80, 100]


def test_an_extension_gives_time_back_so_that_reminders_come_again():
    order = given_work_order("handling")
    look_every(3, start=MONDAY, times=37)  # to Friday evening, past 80 percent of the time
    order.at = MONDAY + 110 * HOUR
    head = staff("unit_head", unit=HOUSING)
    order.take(Action.REQUEST_EXTENSION, head, reason="配件未到", limit=workdays(10))
    order.take(Action.APPROVE_EXTENSION, staff("supervisor"))

    look_every(6, start=order.at, times=100)

    assert percents() == [50, 80, 50, 80, 100]


def test_a_suspended_order_reminds_nobody_until_its_suspension_ends():
    order = given_work_order("handling")
    order.take(Action.SUSPEND, staff(**OFFICER), reason="等配件", plan="到货即修", until=order.at + 7 * DAY)

    look_every(3, start=order.at, times=55)
    during = percents()
    look_every(3, start=order.at + 7 * DAY, times=80)

    assert (during, percents()) == ([], [50, 80, 100])


def test_a_day_off_declared_afterwards_moves_the_due_times_of_open_orders_only():
    order, done = given_work_order("handling"), given_work_order("closed")
    kept = done.card.due_at
    with at(MONDAY + DAY):
        registry.set_day(local("2026-05-15").date(), working=False, note="县运动会", by=SYSTEM)
        deliver()

    assert order.card.due_at == local("2026-05-19 17:30")
    assert done.card.due_at == kept


@pytest.mark.parametrize(
    ("days", "level"), [(0, Level.GREEN), (3, Level.GREEN), (4.1, Level.YELLOW), (8, Level.RED)]
)
def test_a_colour_is_the_same_in_the_list_the_filter_the_board_and_on_the_page(days: float, level: Level):
    order = given_work_order("handling")
    by = staff("supervisor")

    with at(order.at + days * DAY):
        found = casework.list_work_orders(Filter(level=level), by=by).orders
        row = casework.board(by_what="unit", by=by)[0]
        page = casework.get_work_order(order.number, by=by)

    assert [one.level for one in found] == [level]
    assert {"green": row.green, "yellow": row.yellow, "red": row.red}[level] == row.open == 1
    assert page.card.level == page.clocks.finish.level == level


def test_an_order_answered_in_time_stays_green_while_it_waits_for_review_and_call_back():
    order = given_work_order("replied")
    by = staff("supervisor")

    with at(order.at + 30 * DAY):
        late = casework.list_work_orders(Filter(level="red"), by=by).orders
        green = casework.list_work_orders(Filter(level="green"), by=by).orders
        board = casework.board(by_what="area", by=by)[0]

    assert (late, [one.number for one in green]) == ((), [order.number])
    assert (board.red, board.green) == (0, 1)


def test_an_order_answered_late_stays_red():
    order = given_work_order("handling")
    order.take(Action.REPLY, staff(**OFFICER), after=20 * DAY, text=REPLY, outcome=Outcome.SOLVED)

    found = casework.list_work_orders(Filter(level="red"), by=staff("supervisor")).orders

    assert [one.level for one in found] == ["red"]
    assert order.page.steps[-1].late_minutes > 0


def test_boards_group_by_unit_top_category_and_county_with_names():
    given_work_order("dispatched")
    given_work_order("registered")
    by = staff("supervisor")

    units, categories, areas = (
        {row.name: row.open for row in casework.board(by_what=what, by=by)}
        for what in ("unit", "category", "area")
    )

    assert units == {"云江市住房和城乡建设局": 1, "": 1}
    assert categories == {"住房与城乡建设": 2}
    assert areas == {"禾坪县": 2}


@pytest.mark.parametrize("what", ["unit", "category", "area"])
def test_a_board_reads_open_orders_only(what: str):
    board = partial(casework.board, by_what=what, by=staff("supervisor"))

    assert tables_read_whole(board, even_along_an_index=True) == set()


def test_the_cursor_walks_every_order_once_in_both_orders():
    made = {given_work_order("registered", at=MONDAY + (n // 2) * HOUR).number for n in range(7)}
    by = staff("dispatcher")

    for order in ("due", "newest"):
        seen: list[str] = []
        after = ""
        while True:
            page = casework.list_work_orders(Filter(order=order), after=after, limit=3, by=by)
            seen += [one.number for one in page.orders]
            after = page.next_after
            if not after:
                break
        assert (sorted(seen), len(seen)) == (sorted(made), 7)


def test_filters_narrow_by_what_they_name():
    given_work_order("handling")
    other = given_work_order("registered", at=MONDAY + DAY)
    by = staff("dispatcher")

    def numbers(**wanted: object) -> set[str]:
        return {one.number for one in casework.list_work_orders(Filter(**wanted), by=by).orders}

    assert numbers(states=("registered",)) == {other.number}
    assert numbers(opened_from=MONDAY + HOUR) == {other.number}
    assert numbers(words=other.number) == {other.number}
    assert len(numbers(category=SHARED[:2])) == len(numbers(area=TOWN)) == 2
    assert numbers(words="没有的词") == set()
    assert len(numbers(words="\x00")) == 2


def test_orders_that_wait_for_a_second_person_are_found():
    order = given_work_order("handling")
    order.take(
        Action.REQUEST_EXTENSION, staff("unit_head", unit=HOUSING), reason="配件未到", limit=workdays(3)
    )
    given_work_order("handling")
    by = staff("supervisor")

    found = casework.list_work_orders(Filter(asks="extension"), by=by).orders

    assert [one.number for one in found] == [order.number]
    assert casework.count_matching(Filter(asks="extension"), by=by) == 1


def test_stored_columns_are_what_the_history_says():
    """Lists may not tell another story than the steps."""
    order: Journey = given_work_order("handling")
    row = WorkOrder.objects.get(number=order.number)

    read = order.page.clocks.finish

    assert (row.due_at, row.yellow_at, row.answered_at) == (read.due, read.yellow_at, read.done_at)
    assert row.next_reminder_at == read.reminders[0].at
