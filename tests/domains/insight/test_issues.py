"""A new demand joins its issue; people judge; the nightly look keeps what they said."""

from datetime import timedelta

import pytest
from tests import factories
from tests.factories import DAY, HOUR, MONDAY, OTHER_VILLAGE, VILLAGE, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.models import KeptIndex
from shuzhi.domains.insight.services import following, keeping
from shuzhi.domains.insight.services.judging import CannotMerge, CannotUndo
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.models import Demand
from shuzhi.site import wiring
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import HotIssueJudged

pytestmark = pytest.mark.usefixtures("county")

LIFT = (
    "锦绣花园3栋电梯又停了，老人上下楼全靠爬，物业一直不修。",
    "锦绣花园3栋的电梯坏了好几天，物业说没有配件，老人下不了楼。",
    "请管管锦绣花园3栋的电梯，停运一周了，物业不修。",
)
LAMP = (
    "滨河路从桥头到学校一段路灯全黑，晚上接孩子很危险。",
    "滨河路桥头到学校的路灯不亮，晚上孩子放学看不见路。",
)


@made_once
def given_voices(texts: tuple[str, ...], *, area: str = VILLAGE, first: int = 0) -> list[int]:
    """Demands of different people, an hour apart; their ids."""
    return [
        factories.given_demand(
            text, at=MONDAY + (first + number) * HOUR, area=area, phone=f"1390000{first + number:04}"
        ).demand_id
        for number, text in enumerate(texts)
    ]


def listed() -> list[tuple[str, int, int]]:
    with clock.stopped_at(MONDAY + DAY):
        return [
            (one.title, one.demands, one.people) for one in services.hot_issues(people=1, by=SYSTEM).items
        ]


def only_issue() -> int:
    (found,) = services.hot_issues(by=SYSTEM).items
    return found.id


def test_voices_about_one_matter_become_one_issue_and_a_lone_one_none() -> None:
    given_voices(LIFT)
    given_voices(("有人在菜市场门口乱停车，堵得走不动。",), first=5)

    ((title, demands, people),) = listed()

    assert "电梯" in title
    assert (demands, people) == (3, 3)


def test_each_member_says_why_it_is_there() -> None:
    members = given_voices(LIFT)

    found = services.issue(only_issue(), by=SYSTEM)

    assert {one.demand_id for one in found.members} == set(members)
    newest = found.members[0]
    assert newest.placed == "machine"
    assert 0.2 < newest.likeness <= 1
    assert any("电梯" in word for word in newest.words)
    assert found.days[-1] == (MONDAY.date(), 3)
    assert [count for _day, count in found.days] == [0] * 13 + [3], "two weeks, so that a day is a day"


def test_the_same_words_in_another_town_are_another_matter() -> None:
    given_voices(LIFT)
    given_voices(LIFT[:2], area=OTHER_VILLAGE, first=5)

    assert sorted(demands for _title, demands, _people in listed()) == [2, 3]


def test_one_person_who_calls_three_times_is_one_person() -> None:
    for number, text in enumerate(LIFT):
        factories.given_demand(text, at=MONDAY + number * HOUR, phone="13900000001")

    ((_title, demands, people),) = listed()

    assert (demands, people) == (3, 1)


def test_me_too_joins_the_issue_of_what_it_repeats() -> None:
    (first,) = given_voices(LIFT[:1])
    factories.given_demand("我也是", at=MONDAY + HOUR, phone="13900000009", same_as=first)

    assert services.issue_of_demand(first, by=SYSTEM) is not None
    assert listed()[0][1:] == (2, 2)


def test_a_secret_demand_is_in_no_issue() -> None:
    (first,) = given_voices(LIFT[:1])
    secret = factories.given_demand(LIFT[1], at=MONDAY + HOUR, secret=True, kind="report").demand_id

    assert services.issue_of_demand(first, by=SYSTEM) is None
    assert services.issue_of_demand(secret, by=SYSTEM) is None


def test_a_lone_demand_that_was_made_secret_is_not_drawn_into_the_issue_of_the_next() -> None:
    first = factories.given_demand(LIFT[0], at=MONDAY, phone="13800000021").demand_id
    Demand.objects.filter(pk=first).update(secret=True)

    second = factories.given_demand(LIFT[1], at=MONDAY + HOUR, phone="13800000022").demand_id

    assert services.issue_of_demand(first, by=SYSTEM) is None
    assert services.issue_of_demand(second, by=SYSTEM) is not None


def test_hearing_the_story_again_gives_the_same_issues() -> None:
    given_voices(LIFT + LAMP)
    before = listed()

    with clock.stopped_at(MONDAY + DAY):
        listener = outbox.find_listener(wiring.LISTENERS, "insight.issues")
        outbox.replay(listener, by=SYSTEM)
        factories.deliver()

    assert listed() == before
    assert len(before) == 2


def test_what_people_judged_outlives_a_replay() -> None:
    members = given_voices(LIFT)
    home, by = only_issue(), staff("dispatcher")
    services.confirm(home, title="三栋电梯", by=by)
    other = services.split(home, demands=members[:1], by=by)

    with clock.stopped_at(MONDAY + DAY):
        outbox.replay(outbox.find_listener(wiring.LISTENERS, "insight.issues"), by=SYSTEM)
        factories.deliver()

    assert [one.demand_id for one in services.issue(other, by=by).members] == members[:1]
    assert services.issue(home, by=by).issue.title == "三栋电梯"


def test_a_batch_that_broke_leaves_nothing_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    """What was placed in memory and then rolled back is placed once more when the batch comes again."""
    given_voices(LIFT[:2])
    with monkeypatch.context() as broken:
        broken.setattr(keeping, "refresh", lambda issues: 1 / 0)
        with pytest.raises(AssertionError, match="ZeroDivisionError"):
            given_voices(LIFT[2:], first=2)

    outbox.resume(outbox.find_listener(wiring.LISTENERS, "insight.issues"), by=SYSTEM)
    with clock.stopped_at(MONDAY + DAY):
        factories.deliver()

    assert listed()[0][1] == 3


def test_the_nightly_look_keeps_the_number_of_an_issue() -> None:
    given_voices(LIFT + LAMP)
    before = {one.id: one.title for one in services.hot_issues(by=SYSTEM).items}

    with clock.stopped_at(MONDAY + DAY):
        shared = services.rebuild(by=SYSTEM)

    after = services.hot_issues(by=SYSTEM).items
    assert shared == 5
    assert {one.id for one in after} == set(before)
    assert all(one.keywords for one in after)


def test_demands_of_past_years_are_left_to_the_nightly_look() -> None:
    with clock.stopped_at(MONDAY + 400 * DAY):
        for number, text in enumerate(LIFT):
            intake.receive_demand(
                factories.draft(text, received_at=MONDAY + number * HOUR, phone=f"1390000{number:04}"),
                by=SYSTEM,
            )
        factories.deliver()
        assert services.hot_issues(by=SYSTEM).items == ()

        services.rebuild(days=500, by=SYSTEM)

        assert services.hot_issues(by=SYSTEM).items[0].demands == 3


def test_a_person_joins_two_issues_and_takes_that_back() -> None:
    given_voices(LIFT)
    given_voices(LAMP, first=5)
    lift, lamp = (one.id for one in services.hot_issues(by=SYSTEM).items)
    by = staff("dispatcher")

    services.merge(lamp, into=lift, because="同一条路", by=by)

    assert services.issue(lift, by=by).issue.demands == 5
    assert services.issue(lamp, by=by).merged_into == lift
    assert [one.id for one in services.hot_issues(by=by).items] == [lift]
    (judged,) = services.issue(lift, by=by).judgements
    assert (judged.kind, judged.because, judged.may_be_undone) == ("merged", "同一条路", True)

    services.undo(judged.id, by=by)

    assert services.issue(lift, by=by).issue.demands == 3
    assert services.issue(lamp, by=by).merged_into is None
    factories.deliver()
    assert [one.judgement for one in factories.announced(HotIssueJudged)] == ["merged", "undone"]
    with pytest.raises(CannotUndo):
        services.undo(judged.id, by=by)


def test_what_a_person_took_out_stays_out_after_the_nightly_look_and_for_the_next_voice() -> None:
    members = given_voices(LIFT)
    home = only_issue()
    by = staff("dispatcher")

    other = services.split(home, demands=members[:1], because="另一栋", by=by)
    with clock.stopped_at(MONDAY + DAY):
        services.rebuild(by=SYSTEM)
    given_voices((LIFT[2],), first=9)

    assert {one.demand_id for one in services.issue(other, by=by).members} >= {members[0]}
    assert services.issue_of_demand(members[1], by=by).id == home
    assert services.issue_of_demand(members[0], by=by).id == other


def test_an_issue_is_not_emptied_and_not_joined_to_itself() -> None:
    members = given_voices(LIFT)
    number, by = only_issue(), staff("dispatcher")

    for demands in ([], members, [10**9]):
        with pytest.raises(InvalidInput):
            services.split(number, demands=demands, by=by)
    with pytest.raises(CannotMerge):
        services.merge(number, into=number, by=by)
    with pytest.raises(NotFound):
        services.merge(number, into=number + 99, by=by)


def test_a_confirmed_name_and_owner_stay() -> None:
    given_voices(LIFT)
    number = only_issue()

    services.confirm(number, title="锦绣花园3栋电梯停运", owner=factories.HOUSING, by=staff("supervisor"))
    with clock.stopped_at(MONDAY + DAY):
        services.rebuild(by=SYSTEM)

    card = services.issue(number, by=SYSTEM).issue
    assert (card.title, card.owner, card.confirmed) == ("锦绣花园3栋电梯停运", factories.HOUSING, True)


def test_only_those_who_may_judge_and_only_in_their_area() -> None:
    given_voices(LIFT)
    number = only_issue()

    with pytest.raises(AccessDenied):
        services.hot_issues(by=staff("unit_officer", unit=factories.HOUSING))
    with pytest.raises(AccessDenied):
        services.confirm(number, title="x", by=staff("leader"))
    with pytest.raises(NotFound):
        services.issue(number, by=staff("dispatcher", area=factories.OTHER_TOWN))
    assert services.hot_issues(by=staff("dispatcher", area=factories.TOWN)).items


def test_pages_of_a_long_list_join_without_a_gap() -> None:
    given_voices(LIFT)
    given_voices(LAMP, first=5)

    first = services.hot_issues(limit=1, by=SYSTEM)
    second = services.hot_issues(limit=1, after=first.next_after, by=SYSTEM)

    assert {one.id for one in (*first.items, *second.items)} == {
        one.id for one in services.hot_issues(by=SYSTEM).items
    }
    assert second.next_after == ""
    with pytest.raises(InvalidInput):
        services.hot_issues(after="nonsense", by=SYSTEM)


def test_an_issue_whose_orders_are_closed_is_resolved_and_comes_back_as_recurring() -> None:
    for number, text in enumerate(LIFT[:2]):
        factories.given_work_order(
            "closed", text=text, at=MONDAY + number * HOUR, phone=f"1390000{number:04}"
        )
    with clock.stopped_at(MONDAY + 20 * DAY):
        services.rebuild(by=SYSTEM)
        assert services.hot_issues(by=SYSTEM).items[0].stage == "resolved"

    factories.given_demand(LIFT[2], at=MONDAY + 45 * DAY, phone="13900000077")

    with clock.stopped_at(MONDAY + 45 * DAY + timedelta(minutes=5)):
        (found,) = services.hot_issues(by=SYSTEM).items
        assert (found.stage, found.demands) == ("recurring", 3)


@pytest.fixture
def a_kept_town() -> list[int]:
    """A town after its nightly look, with a worker that has just been started."""
    members = given_voices(LIFT[:2] + LAMP)
    with clock.stopped_at(MONDAY + DAY):
        services.rebuild(by=SYSTEM)
    following._open.clear()
    return members


def test_after_the_night_a_new_voice_finds_its_issue_though_no_earlier_one_is_read_again(
    a_kept_town: list[int],
) -> None:
    """Were the texts read again, the new voice would find nothing like it."""
    home = services.issue_of_demand(a_kept_town[0], by=SYSTEM)
    Demand.objects.update(title="别的事", text="别的事")

    third = factories.given_demand(LIFT[2], at=MONDAY + DAY, phone="13900000077").demand_id

    found = services.issue_of_demand(third, by=SYSTEM)
    assert found is not None
    assert home is not None
    assert (found.id, found.demands) == (home.id, 3)


def test_a_worker_that_starts_later_knows_who_came_after_the_night(a_kept_town: list[int]) -> None:
    lone = factories.given_demand(
        "农贸市场的下水道堵了，污水流到街上。", at=MONDAY + DAY, phone="13900000078"
    )
    following._open.clear()

    second = factories.given_demand(
        "农贸市场下水道堵了好久，污水流到街上很臭。", at=MONDAY + DAY + HOUR, phone="13900000079"
    )

    assert services.issue_of_demand(lone.demand_id, by=SYSTEM) is not None
    assert services.issue_of_demand(lone.demand_id, by=SYSTEM) == services.issue_of_demand(
        second.demand_id, by=SYSTEM
    )


def test_no_index_is_kept_with_the_words_of_somebody_who_was_erased(a_kept_town: list[int]) -> None:
    factories.given_demand("公交站台太挤了。", at=MONDAY + DAY, phone="13900000078")
    assert KeptIndex.objects.exists()
    assert remembers("电梯")

    intake.erase_requester(a_kept_town[0], because="asked by letter", by=SYSTEM)
    factories.deliver()

    assert not KeptIndex.objects.exists()
    assert not remembers("电梯")


def test_another_worker_reads_a_town_anew_after_an_erasing(a_kept_town: list[int]) -> None:
    """Two workers take turns: what the other one heard of before the erasing is not what it places by after it."""
    factories.given_demand("公交站台太挤了。", at=MONDAY + DAY, phone="13900000078")
    of_the_other = dict(following._open)
    following._open.clear()
    intake.erase_requester(a_kept_town[0], because="asked by letter", by=SYSTEM)
    factories.deliver()
    following._open |= of_the_other

    factories.given_demand("公交车来得太少。", at=MONDAY + DAY + HOUR, phone="13900000079")

    assert all(following._open[code] is not block for code, block in of_the_other.items())


def remembers(word: str) -> bool:
    """Whether this process holds a town's index in which an issue is known by a word like this."""
    return any(
        word in known
        for block in following._open.values()
        for known in block.index._by_word
        if block.index._by_word[known]
    )
