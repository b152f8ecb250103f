"""Patterns on the desk: what was planted is found with its demands, and people who call again are seen only by few."""

import io
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from tests import factories
from tests.domains.insight.given import CITY, LIFT, LIGHT, OTHER, tell, told_of
from tests.factories import client_of, draft, staff
from tests.made_once import made_once
from typer.testing import CliRunner

from shuzhi.domains.insight import cli, discovering, services
from shuzhi.domains.insight.discovering import town_of
from shuzhi.domains.insight.models import PatternFinding, PatternRun, ReturningCaller
from shuzhi.domains.insight.pattern_cards import PatternCard
from shuzhi.domains.insight.pattern_words import certainty, finding
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.site import wiring
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import Event

pytestmark = pytest.mark.usefixtures("county")
FEES = factories.FEES
WEEKS = 52
NOW = factories.MONDAY + timedelta(days=5)  # Saturday, 09:00
FIRST = NOW.date() - timedelta(weeks=WEEKS)
BURST = FIRST + timedelta(weeks=20)
LAG = 3


@pytest.fixture(autouse=True)
def _a_warehouse_of_its_own(settings: Any, tmp_path: Path) -> None:
    settings.SHUZHI_WAREHOUSE_DIR = str(tmp_path / "warehouse")


def planted() -> Iterator[tuple[date, str, str]]:
    """A year in which a street light fails three days after a lift in the same town, and one burst about fees."""
    rng = random.Random(5)
    for shift in range(WEEKS * 7):
        day = FIRST + timedelta(days=shift)
        for area in (CITY, OTHER):
            if rng.random() < 0.12:
                yield day, area, LIFT
                if rng.random() < 0.6 and shift + LAG < WEEKS * 7:
                    yield day + timedelta(days=LAG), area, LIGHT
            if rng.random() < 0.06:
                yield day, area, LIGHT
            if rng.random() < 0.15:
                yield day, area, FEES
    for shift in range(12):
        yield BURST + timedelta(days=shift % 6), OTHER, FEES
        yield BURST + timedelta(days=shift % 6), OTHER, FEES


@pytest.fixture
def found() -> tuple[PatternCard, ...]:
    return given_patterns()


@made_once
def given_patterns() -> tuple[PatternCard, ...]:
    """What the search of a Saturday found."""
    points = {factories.TOWN: ",29.2,124.0", factories.OTHER_TOWN: ",29.4,124.2"}
    head, *rows = factories.AREAS.splitlines()
    placed = [f"{head},lat,lng", *(row + points.get(row.split(",")[0], ",,") for row in rows)]
    registry.import_csv("areas", io.BytesIO("\n".join(placed).encode()), by=SYSTEM)
    told: list[Iterator[Event]] = [told_of(at, *one) for at, one in enumerate(sorted(planted()), start=1)]
    tell(told)
    with clock.stopped_at(NOW):
        services.find_patterns(by=SYSTEM)
    return services.patterns(by=SYSTEM).items


def test_what_follows_in_the_same_town_is_found_with_its_lag_and_told_in_a_sentence(
    found: tuple[PatternCard, ...],
) -> None:
    (link,) = [one for one in found if one.kind == "following"]

    assert (link.category, link.then, link.lag) == (LIFT, LIGHT, LAG)
    assert link.ratio > 2
    assert finding(link).startswith("同一镇街出现“电梯故障”后，第 3 天出现“路灯不亮”")
    assert certainty(link) == "所列发现中，预计每 10,000 项不到 1 项属于这样的偶然"
    assert set(link.places) == {"青石镇", "罗溪镇"}
    assert link.area_name == "禾坪县"


def test_a_burst_in_one_town_is_a_hotspot_with_its_weeks_and_demands(found: tuple[PatternCard, ...]) -> None:
    (spot,) = [one for one in found if one.kind == "hotspot"]

    assert (spot.category, spot.places) == (FEES, ("罗溪镇",))
    assert spot.first_day <= BURST <= spot.last_day
    assert spot.came >= 24 > 1.4 * spot.expected
    assert finding(spot).startswith("罗溪镇的“物业收费”：")
    detail = services.pattern(spot.id, by=SYSTEM)
    marked = [detail.series[at] for at in detail.marked]
    assert sum(marked) == spot.came
    assert len(detail.series) > len(marked)


def test_each_finding_lists_the_demands_that_belong_together(found: tuple[PatternCard, ...]) -> None:
    story = dict(enumerate(sorted(planted()), start=1))
    spot, link = (PatternFinding.objects.get(kind=kind) for kind in ("hotspot", "following"))

    gathered = [story[number] for (number,) in spot.demands]
    assert len(gathered) == discovering.SHOWN_DEMANDS or len(gathered) == spot.came
    assert {(town_of(area), category) for _day, area, category in gathered} == {(town_of(OTHER), FEES)}
    assert all(spot.first_day <= day <= spot.last_day for day, _area, _category in gathered)
    assert link.demands
    for before, after in link.demands:
        (day, area, category), (later, there, other) = story[before], story[after]
        assert (category, other, later - day) == (LIFT, LIGHT, timedelta(days=LAG))
        assert town_of(area) == town_of(there)


def test_the_page_explains_each_finding_and_says_among_how_many_it_was_found(
    found: tuple[PatternCard, ...],
) -> None:
    client = client_of(staff("leader"))
    link = next(one for one in found if one.kind == "following")

    page = client.get("/desk/patterns/").content.decode()
    detail = client.get(f"/desk/patterns/{link.id}/").content.decode()

    assert f"{len(found)} 项关联超出偶然" in page
    assert "怎样查找，共查看 6 项" in page
    assert "先后出现并不证明有因果关系" in detail
    assert detail.count('<svg class="w"') == detail.count('<svg class="n"') == 1
    assert (
        f'<th scope="row">3 <span class="tag warn">本项</span></th><td class="n">{link.came}</td>' in detail
    )
    assert client.get("/desk/patterns/999999/").status_code == 404


def test_findings_are_filtered_by_kind_area_and_category(found: tuple[PatternCard, ...]) -> None:
    def kinds(**wanted: str) -> list[str]:
        return [one.kind for one in services.patterns(**wanted, by=SYSTEM).items]

    assert kinds(kind="following") == ["following"]
    assert kinds(category="04") == ["following"]
    assert kinds(area=factories.OTHER_TOWN) == ["hotspot"]
    with pytest.raises(InvalidInput):
        kinds(kind="rumour")


def test_who_answers_for_a_town_sees_its_hotspots_only_and_searches_nothing(
    found: tuple[PatternCard, ...],
) -> None:
    leader = staff("leader", area=factories.OTHER_TOWN)
    link = next(one for one in found if one.kind == "following")

    assert [one.kind for one in services.patterns(by=leader).items] == ["hotspot"]
    with pytest.raises(NotFound):
        services.pattern(link.id, by=leader)
    with pytest.raises(AccessDenied):
        services.find_patterns(by=leader)
    assert client_of(staff("call_taker")).get("/desk/patterns/").status_code == 403


def test_the_api_and_the_command_say_the_same(found: tuple[PatternCard, ...]) -> None:
    client = client_of(staff("leader"))

    told = client.get("/api/insight/patterns?kind=following").json()["items"][0]
    detail = client.get(f"/api/insight/patterns/{told['id']}").json()
    said = CliRunner().invoke(cli.app, ["patterns", "--no-anew"], env={"COLUMNS": "200"}).output

    assert (told["lag"], told["came"]) == (LAG, found[1].came)
    assert detail["series"][LAG] == told["came"]
    assert f"(+{LAG} d)" in said
    assert client.get("/api/insight/patterns?kind=rumour").status_code == 422


def test_it_is_searched_once_a_night_and_at_once_where_nobody_searched() -> None:
    assert "尚未查找规律" in client_of(staff("leader")).get("/desk/patterns/").content.decode()
    midnight = NOW.replace(hour=16)  # 00:00 in the county

    with clock.stopped_at(midnight):
        services.find_nightly()
        services.find_nightly()
    with clock.stopped_at(midnight + timedelta(hours=26)):
        services.find_nightly()
    assert PatternRun.objects.count() == 1
    with clock.stopped_at(midnight + timedelta(hours=27)):
        services.find_nightly()
    assert PatternRun.objects.count() == 2


def given_calls(*days: int, phone: str, category: str = factories.SHARED, **fields: Any) -> list[int]:
    """Demands of one phone, so many days before the search."""
    drafts = [
        draft(phone=phone, category=category, received_at=NOW - timedelta(days=one), **fields) for one in days
    ]
    return [receipt.demand_id for receipt in intake.receive_many(drafts, by=SYSTEM)]


def test_whoever_calls_again_about_the_same_matter_is_known_to_those_only_who_may_speak_with_people() -> None:
    again = given_calls(9, 5, 1, phone="13900000001")
    given_calls(2, phone="13900000002")
    given_calls(1, phone="13900000002", category=FEES)
    given_calls(2, 1, phone="13900000003", anonymous=True)
    given_calls(2, 1, phone="13900000004", secret=True)
    with clock.stopped_at(NOW):
        services.find_patterns(by=SYSTEM)

    (caller,) = services.returning_callers(by=staff("dispatcher"))
    (group,) = services.returning_groups(by=staff("leader"))

    assert (caller.calls, caller.demands, caller.category_name) == (3, tuple(again), "公共设施")
    assert "139" not in caller.reporter
    assert (group.area_name, group.category_name, group.callers, group.calls) == (
        "禾坪县",
        "住房与城乡建设",
        None,
        None,
    )
    with pytest.raises(AccessDenied):
        services.returning_callers(by=staff("leader"))
    seen = client_of(staff("dispatcher")).get("/desk/patterns/").content.decode()
    unseen = client_of(staff("leader")).get("/desk/patterns/").content.decode()
    assert f"打开诉求 {again[0]} 的工单" in seen
    assert f"打开诉求 {again[0]} 的工单" not in unseen
    assert "另有 1 个区域和类别有人再次来电，但各不足五人" in unseen


def test_an_erased_person_is_at_once_nobody_who_called_again() -> None:
    first, *_others = given_much_returning(12)
    assert ReturningCaller.objects.count() == 12
    (finding,) = services.patterns(kind="returning", by=SYSTEM).items
    assert first in PatternFinding.objects.get(pk=finding.id).demands

    intake.erase_requester(first[0], because="the person asked for it", by=staff("security_admin"))
    outbox.drain(wiring.LISTENERS)

    assert ReturningCaller.objects.count() == 11
    assert not any(set(first) & set(one.demands) for one in ReturningCaller.objects.all())
    assert first not in PatternFinding.objects.get(pk=finding.id).demands


def test_groups_of_five_are_told_and_calls_far_apart_are_no_return() -> None:
    for number in range(5):
        given_calls(2, 1, phone=f"1390000001{number}")
    given_calls(200, 100, phone="13900000021")
    with clock.stopped_at(NOW):
        services.find_patterns(by=SYSTEM)

    (group,) = services.returning_groups(by=staff("leader"))

    assert (group.callers, group.calls) == (5, 10)
    assert ReturningCaller.objects.count() == 5


def given_much_returning(people: int) -> list[list[int]]:
    """So many people who call twice about one matter, and forty who call once about another."""
    once = [
        draft(phone=f"1380000{at:04}", category=LIGHT, received_at=NOW - timedelta(days=3))
        for at in range(40)
    ]
    intake.receive_many(once, by=SYSTEM)
    twice = [given_calls(2, 1, phone=f"1390000{at:04}") for at in range(people)]
    with clock.stopped_at(NOW):
        services.find_patterns(by=SYSTEM)
    return twice


def test_fewer_than_five_who_must_call_again_are_no_finding_however_certain() -> None:
    given_much_returning(4)

    assert services.patterns(kind="returning", by=SYSTEM).items == ()


def test_which_demands_came_from_one_person_is_for_those_only_who_may_speak_with_people() -> None:
    twice = given_much_returning(5)

    (finding,) = services.patterns(kind="returning", by=SYSTEM).items

    assert (finding.came, finding.cases) == (5, 5)
    assert sorted(read_by("dispatcher", finding)) == twice
    assert read_by("leader", finding) == [[number] for each in twice for number in each]


def read_by(role: str, finding: PatternCard) -> list[list[int]]:
    return [[one.demand_id for one in each] for each in services.pattern(finding.id, by=staff(role)).evidence]


def test_a_town_is_read_off_the_code_of_its_villages() -> None:
    assert town_of(CITY) == factories.TOWN == town_of(factories.TOWN)
    assert town_of(factories.COUNTY) == town_of("") == town_of("9901") == ""
