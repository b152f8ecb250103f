"""Need counts how bad it is and not how many say so."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests import factories
from tests.factories import HOUR, MONDAY, client_of, staff

from shuzhi.domains.insight import services
from shuzhi.domains.insight.need import GRADES, HELPLESS, need_of
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import InvalidInput

voice = st.tuples(
    st.sampled_from([*GRADES, "normal"]),
    st.lists(st.sampled_from(["vulnerable_person", "repeated"]), max_size=2),
)
NOISE = (
    "滨河小区广场舞天天晚上很吵，音响声音大。",
    "滨河小区的广场舞晚上太吵了，音响开得很大。",
    "滨河小区广场舞每天晚上吵人，能不能把音响关小。",
)
WALL = (
    "上湾村小学的围墙要倒了，墙上裂缝有手掌宽，孩子天天从下面过，随时会砸到人。",
    "上湾村小学围墙裂缝越来越大，快倒了，孩子从下面过，会砸到人的。",
)


@given(st.lists(voice, max_size=20))
def test_need_lies_between_nothing_and_a_danger_to_life_of_the_helpless(voices: list) -> None:
    assert 0 <= need_of(voices) <= max(GRADES.values()) + HELPLESS


@given(st.lists(voice, min_size=1, max_size=10), st.integers(2, 5))
def test_saying_the_same_more_often_does_not_make_it_more_needed(voices: list, times: int) -> None:
    assert need_of(voices * times) == pytest.approx(need_of(voices))


@pytest.mark.usefixtures("county")
def test_a_falling_wall_comes_before_noise_that_more_people_report() -> None:
    for number, text in enumerate(NOISE + WALL):
        factories.given_demand(text, at=MONDAY + number * HOUR, phone=f"1390000{number:04}")

    hottest = services.hot_issues(by=SYSTEM).items
    needed = services.hot_issues(order="need", by=SYSTEM).items
    page = client_of(staff("leader")).get("/desk/issues/?order=need&people=2").content.decode()

    assert [one.people for one in hottest] == [3, 2]
    assert "围墙" in needed[0].title
    assert needed[0].need > needed[1].need
    assert page.index(needed[0].title) < page.index(needed[1].title)


@pytest.mark.usefixtures("county")
def test_pages_by_need_join_without_a_gap_and_an_unknown_order_is_refused() -> None:
    for number, text in enumerate(NOISE + WALL):
        factories.given_demand(text, at=MONDAY + number * HOUR, phone=f"1390000{number:04}")

    first = services.hot_issues(order="need", limit=1, by=SYSTEM)
    second = services.hot_issues(order="need", limit=1, after=first.next_after, by=SYSTEM)

    assert first.items[0].id != second.items[0].id
    assert second.next_after == ""
    with pytest.raises(InvalidInput):
        services.hot_issues(order="noise", by=SYSTEM)
