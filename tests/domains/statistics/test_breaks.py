"""Bad days and changed codes: figures stay true, and the break is shown where the line is drawn."""

import io
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core.cache import cache
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.statistics.given import DAY, START, WATER, Order, handled_and_closed, heard, told_of
from tests.domains.statistics.test_measures import COUNTY, TOWN, VILLAGE, given_registry

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services
from shuzhi.domains.statistics.breaking import missing_days
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.django_db
NOW = START + 40 * DAY
SINCE, UNTIL = START - DAY, START + 27 * DAY
DAYS = st.dictionaries(st.dates(date(2026, 5, 1), date(2026, 6, 30)), st.integers(0, 40))


@pytest.fixture(autouse=True)
def _in_june() -> Iterator[None]:
    with clock.stopped_at(NOW):
        yield


def load(dataset: str, text: str) -> None:
    assert registry.import_csv(dataset, io.BytesIO(text.encode()), by=SYSTEM).quarantined == 0
    heard([])


def received(**asked: str) -> dict[str, int]:
    cards = services.measures(since=SINCE, until=UNTIL, names=["received"], actor=SYSTEM, **asked)
    return {card.group: card.numerator for card in cards}


def broken() -> list[tuple[str, date]]:
    return [(one.kind, one.on) for one in services.breaks(since=SINCE, until=NOW)]


# A missing day


def test_a_day_that_was_never_told_is_a_break_and_no_figure_is_filled_in(client: Client):
    told_of(
        *(
            Order(100 * day + n, at=START + day * DAY).received()
            for day in range(26)
            if day != 10
            for n in range(1, 9)
        )
    )

    missing = (START + 10 * DAY).date()

    assert broken()[0] == ("missing", missing)
    assert received() == {"": 8 * 25}
    page = client.get("/figures/received/", headers={"accept-language": "en"}).content.decode()
    assert "nothing was told on this day" in page
    assert 'class="nowl"' in page


def test_quiet_days_of_a_small_place_are_no_breaks():
    told_of(*(Order(n, at=START + n * DAY).received() for n in range(1, 26, 2)))

    assert broken() == []


@given(DAYS)
def test_only_days_without_a_demand_are_ever_called_missing(counts: dict[date, int]):
    until = date(2026, 6, 30)

    found = list(missing_days(counts, until=until))

    assert all(not counts.get(day) and min(counts) <= day <= until for day in found)


@given(st.integers(8, 60), st.integers(2, 30))
def test_a_hole_in_an_even_stream_is_always_found(each: int, hole: int):
    first = date(2026, 5, 1)
    counts = {first + timedelta(days=day): each for day in range(40) if day != hole}

    assert list(missing_days(counts, until=first + timedelta(days=39))) == [first + timedelta(days=hole)]


# A doubled file


def test_a_story_that_is_told_twice_changes_no_figure():
    told_of(order := handled_and_closed(1))
    before = services.measures(since=SINCE, until=UNTIL, names=["on_time_rate", "rework_rate"])

    heard([event for event in order.events if type(event).__name__ == "WorkOrderMoved"])

    assert services.measures(since=SINCE, until=UNTIL, names=["on_time_rate", "rework_rate"]) == before


# A category renamed, an area split, a unit merged


def test_a_renamed_category_keeps_its_figures_under_the_new_name_and_the_line_says_so(client: Client):
    given_registry()
    told_of(*(handled_and_closed(n, category="04") for n in range(1, 8)))
    before = received(by="category")

    with clock.stopped_at(START + 12 * DAY):
        load("categories", "code,parent,level,name,name_en,keywords\n04,,1,水电气热,Supplies,\n")
    cache.clear()
    told_of(*(handled_and_closed(n, category="04", at=START + 13 * DAY) for n in range(8, 15)))

    cards = services.measures(since=SINCE, until=UNTIL, by="category", names=["received"], actor=SYSTEM)
    assert before == {"04": 7}
    assert [(card.group_name, card.numerator) for card in cards] == [("水电气热", 14)]
    assert broken() == [("categories", (START + 12 * DAY).date())]
    for language, said in {"en": "categories were changed", "zh-hans": "分类有变动"}.items():
        page = client.get("/figures/received/", headers={"accept-language": language})
        assert said in page.content.decode()


def test_a_split_area_keeps_its_past_and_the_whole_stays_whole():
    """The village becomes two: what was told before stays with the old code, and nothing is lost above."""
    given_registry()
    new = "990102100202"
    told_of(*(handled_and_closed(n, area=VILLAGE) for n in range(1, 6)))

    with clock.stopped_at(START + 12 * DAY):
        load("areas", f"code,name,name_en,level,parent\n{new},下湾村,Xiawan,village,{TOWN}\n")
        told_of(*(handled_and_closed(n, area=new, at=START + 13 * DAY) for n in range(6, 9)))

    assert received(by="area", within=TOWN) == {VILLAGE: 5, new: 3}
    assert received(by="area", within=COUNTY) == {TOWN: 8}
    assert received() == {"": 8}
    assert broken() == [("areas", (START + 12 * DAY).date())]


def test_a_code_that_nobody_knows_any_more_still_counts_in_the_whole():
    given_registry()
    told_of(handled_and_closed(1, area="880000000000"), handled_and_closed(2, area=VILLAGE))

    assert received() == {"": 2}
    assert received(by="area", within=TOWN) == {VILLAGE: 1}


def test_a_merged_unit_keeps_its_own_past_and_the_line_says_so():
    given_registry()
    told_of(*(handled_and_closed(n, unit=WATER) for n in range(1, 41)))

    with clock.stopped_at(START + 12 * DAY):
        load(
            "units",
            "code,name,name_en,tier,area,parent,phone\n"
            f"supplies,云江公用,Yunjiang Supplies,firm,990100000000,,\n{WATER},云江水务（已并入云江公用）,Water (joined),firm,990100000000,supplies,\n",
        )
    told_of(*(handled_and_closed(n, unit="supplies", at=START + 13 * DAY) for n in range(41, 81)))

    (tier,) = services.compare_units("on_time_rate", since=SINCE, until=UNTIL)
    assert {card.group: card.denominator for card in tier.ranked} == {WATER: 40, "supplies": 40}
    assert broken() == [("units", (START + 12 * DAY).date())]


def test_a_file_that_changes_nothing_breaks_nothing():
    given_registry()
    told_of(Order(1).received())

    with clock.stopped_at(START + 12 * DAY):
        load("categories", "code,parent,level,name,name_en,keywords\n04,,1,公共服务,Utilities,\n")

    assert broken() == []


# Clock changes


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 3, 28, 23, 30, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 21, 59, tzinfo=UTC), date(2026, 3, 29)),
        (datetime(2026, 3, 29, 22, 1, tzinfo=UTC), date(2026, 3, 30)),
        (datetime(2026, 10, 24, 22, 1, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 22, 59, tzinfo=UTC), date(2026, 10, 25)),
        (datetime(2026, 10, 25, 23, 1, tzinfo=UTC), date(2026, 10, 26)),
    ],
)
def test_days_of_23_and_25_hours_are_days_of_the_countys_clock(settings: object, moment: datetime, day: date):
    from shuzhi.domains.statistics.warehouse import reading

    settings.TIME_ZONE = "Europe/Berlin"
    with clock.stopped_at(moment + DAY):
        told_of(Order(1, at=moment).received())

        assert reading.ask("SELECT received_on FROM demands", now=moment) == [(day,)]


def test_the_last_days_begin_at_midnight_across_a_change_of_the_clock(settings: object):
    settings.TIME_ZONE = "Europe/Berlin"

    with clock.stopped_at(datetime(2026, 10, 27, 12, tzinfo=UTC)):
        since, until = services.last_days(7)

    assert (since.isoformat(), until.isoformat()) == (
        "2026-10-20T00:00:00+02:00",
        "2026-10-27T00:00:00+01:00",
    )


def test_a_clock_that_was_set_back_loses_and_doubles_nothing():
    """A system tells of steps whose times go back an hour: they count once, in the order in which they were told."""
    order = handled_and_closed(1)
    order.at -= timedelta(hours=1)
    told_of(order.moved("reopen", "registered", after=timedelta()))

    (card,) = services.measures(since=SINCE, until=UNTIL, names=["reopen_rate"])
    assert (card.numerator, card.denominator) == (1, 1)
