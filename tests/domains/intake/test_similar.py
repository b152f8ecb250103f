"""Earlier demands about the same matter are found near and soon, and only those that may be shown."""

import io
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.domains.intake.given import COUNTY, OTHER_VILLAGE, VILLAGE, given_demand

from shuzhi.domains.intake import services
from shuzhi.domains.intake.services import similar
from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
HERE = {"lat": 29.205, "lng": 124.005}
LAMP = "人民路口路灯不亮，晚上看不见路"


def test_strangers_read_the_names_of_officials_and_of_nobody_else():
    for dataset, rows in (
        ("units", "code,name,name_en,tier,area\nwater,水务局,Water Bureau,department,\n"),
        ("posts", "title,role,unit,holder\n局长,leader,water,柏知远\n"),
    ):
        assert registry.import_csv(dataset, io.BytesIO(rows.encode()), by=SYSTEM).accepted == 1
    given_demand("水务局柏知远局长答应修的路灯，被村民苗永红拆了")
    given_demand("联系人：柏知远，家门口的路灯坏了不亮")

    titles = {card.title for card in services.find_similar("路灯")}

    assert titles == {
        "水务局柏知远局长答应修的路灯，被村民[人名]拆了",
        "联系人：[人名]，家门口的路灯坏了不亮",
    }


def found(text: str = "人民路口的路灯坏了不亮", **where: object) -> list[int]:
    return [card.id for card in services.find_similar(text, **where)]


def test_the_same_in_other_words_or_in_pinyin_is_similar_too():
    lamp = given_demand(LAMP, area=VILLAGE)

    assert found("街灯熄了") == found("ludeng") == [lamp.demand_id]
    assert found("街边熄了") == []


def test_nobody_is_asked_whether_another_matter_is_the_same():
    lamp = given_demand(LAMP, area=VILLAGE)
    bill = given_demand("公摊电费每个月多收几十块钱，去问物业也说不清楚，小区里每户人家都一样", area=VILLAGE)
    told = "路口的路灯坏了半个月，晚上看不见路，请派人来修"

    assert found(told) == [lamp.demand_id, bill.demand_id]
    assert found(told, least=services.PROBABLY_THE_SAME) == [lamp.demand_id]


CAMPAIGN = "锦绣花园小区三栋门口的路灯坏了一个多月，晚上老人出门看不见路，已经摔过两次，请尽快派人维修并给我们一个说法。"


@pytest.mark.parametrize(
    "edited",
    [
        CAMPAIGN,
        CAMPAIGN.replace("，", " ").replace("。", ""),
        CAMPAIGN.replace("锦绣花园", "春江花园").replace("两次", "三回"),
        f"{CAMPAIGN}我们全体业主等着您的回复。",
        CAMPAIGN[:40],
    ],
)
def test_a_copy_with_small_edits_is_found_wherever_it_was_sent(edited: str):
    first = given_demand(CAMPAIGN, area=OTHER_VILLAGE)
    given_demand("锦绣花园小区门口的垃圾没人清运，夏天味道很大，请尽快处理。", area=VILLAGE)

    best = services.find_similar(edited, area=VILLAGE)[0]

    assert (best.id, best.near_copy) == (first.demand_id, True)


def test_what_is_merely_alike_is_no_copy_and_what_is_confidential_is_not_found():
    given_demand(CAMPAIGN, area=OTHER_VILLAGE, kind="report", secret=True)
    lamp = given_demand("村口路灯坏了，请尽快派人维修并给我们一个说法，晚上老人出门不方便。", area=VILLAGE)

    assert [(one.id, one.near_copy) for one in services.find_similar(CAMPAIGN, area=VILLAGE)] == [
        (lamp.demand_id, False)
    ]


def test_the_likest_comes_first_with_the_words_they_share():
    lamp = given_demand(LAMP, area=VILLAGE)
    given_demand("电梯坏了", area=VILLAGE)

    first = services.find_similar("人民路口的路灯坏了不亮", area=VILLAGE)[0]

    assert first.id == lamp.demand_id
    assert 0 < first.score <= 1
    assert any("路灯" in word for word in first.shared_words)


def test_far_away_long_ago_finished_and_repeated_ones_are_left_out():
    near = given_demand(LAMP, **HERE).demand_id
    given_demand(LAMP, lat=29.35, lng=124.25)
    given_demand(LAMP, **HERE, received_at=clock.now() - timedelta(days=40))
    given_demand(LAMP, **HERE, same_as=near)

    cards = services.find_similar(LAMP, lat=29.2052, lng=124.0052)

    assert [card.id for card in cards] == [near]
    assert cards[0].people == 2
    assert 0 < cards[0].distance_m < 50


def test_an_area_holds_everything_below_it():
    here, there = given_demand(LAMP, area=VILLAGE).demand_id, given_demand(LAMP, area=OTHER_VILLAGE).demand_id

    assert set(found(area=COUNTY)) == {here, there}
    assert found(area=VILLAGE) == [here]


def test_words_that_name_a_place_are_compared_with_what_was_said_there(monkeypatch):
    monkeypatch.setattr(similar, "MOST_CANDIDATES", 2)
    here = given_demand("锦绣花园的路灯坏了，天黑看不见路", area=VILLAGE).demand_id
    for street in "东西南北":
        given_demand(f"{street}街的路灯坏了，天黑看不见路", area=OTHER_VILLAGE)

    assert found("锦绣小区门口没有灯，晚上看不见路") == [here]
    assert here not in found("门口没有灯，晚上看不见路")


def test_nothing_said_finds_nothing():
    given_demand(LAMP)

    assert found("") == found("   ") == []


def test_numbers_of_people_are_not_in_what_is_shown():
    given_demand("人民路口路灯不亮，打我电话13800138000")

    assert "13800138000" not in services.find_similar("人民路口路灯不亮")[0].title


@given(st.floats(-90, 90), st.floats(-180, 180), st.floats(-0.009, 0.009), st.floats(-0.009, 0.009))
def test_a_neighbour_within_a_square_is_always_among_the_nine_squares(lat, lng, up, aside):
    other_lat, other_lng = lat + up, lng + aside
    if abs(other_lat) > 90 or abs(other_lng) > 180:
        return

    assert similar.cell_of(other_lat, other_lng) in similar._cells_around(lat, lng)


def test_squares_fit_into_the_column_and_none_means_none():
    assert similar.cell_of(None, 1.0) is similar.cell_of(1.0, None) is None
    assert 0 <= similar.cell_of(-90, -180) < similar.cell_of(90, 179.99) < 2**31
