"""Demands are found by their words: in any part of a Chinese word, within scope, and never by what is masked."""

import pytest
from django.db import connection
from tests.domains.intake.given import DISPATCHER, VILLAGE, given_demand
from tests.faults.test_hostile_words import WORDS as STRANGE

from shuzhi.domains.intake import services
from shuzhi.domains.intake.services import word_index
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant

pytestmark = pytest.mark.usefixtures("county")
ELSEWHERE = Actor(ActorKind.STAFF, "41", "Elsewhere", (Grant("dispatcher", area="990199000000"),))


def found(words: str, by: Actor = DISPATCHER) -> list[str]:
    return [card.title for card in services.search(words, by=by).items]


@pytest.mark.parametrize(
    "words",
    [
        "灯",
        "亮",
        "路灯",
        "路灯不亮",
        "灯不",
        "上湾",
        "WIFI",
        "wi",
        "3栋",
        "不亮 上湾村",
        "ｗｉｆｉ",
        "ludeng",
        "ld 上湾",
    ],
)
def test_any_part_of_what_was_said_finds_it(words: str):
    given_demand("第3栋门口路灯不亮，WiFi也没有", place="上湾村口")
    given_demand("井盖松动")

    assert [title[:4] for title in found(words)] == ["第3栋门"]


@pytest.mark.parametrize("words", ["亮不", "灯亮", "fi", "路灯 井盖", "?", "\"'*:&|!()<->", "AND", "路灯*"])
def test_what_was_not_said_finds_nothing_and_no_sign_is_a_command(words: str):
    given_demand("门口路灯不亮")

    assert found(words) == (["门口路灯不亮"] if words == "路灯*" else [])


def test_what_is_masked_and_what_is_confidential_is_not_in_the_index():
    given_demand("张三电话13800138000，路灯不亮")
    given_demand("举报夜里排污", kind="report", secret=True)

    assert (found("13800138"), found("排污")) == ([], [])
    assert word_index.rebuild(by=SYSTEM) == 1
    assert (found("13800138"), found("排污"), len(found("路灯"))) == ([], [], 1)


def test_a_scope_holds_for_words_too():
    given_demand("路灯不亮", area=VILLAGE)

    assert (len(found("路灯")), found("路灯", ELSEWHERE)) == (1, [])
    assert services.find_by_words("路灯", most=10, by=ELSEWHERE) == []


def test_words_that_many_demands_hold_give_the_newest_first_page_by_page(monkeypatch: pytest.MonkeyPatch):
    """The other way to look, for frequent words, finds the same in the same order."""
    for at in range(5):
        given_demand(f"第{at}盏路灯不亮")
    given_demand("井盖松动")
    rare = services.search("路灯", limit=2, by=DISPATCHER)

    monkeypatch.setattr(word_index, "FREQUENT", 3)
    frequent = services.search("路灯", limit=2, by=DISPATCHER)
    after = services.search("路灯", limit=9, after=frequent.next_after, by=DISPATCHER)

    assert frequent == rare
    assert [card.title[1] for card in (*frequent.items, *after.items)] == list("43210")


def test_a_demand_that_was_not_saved_is_not_in_the_index(monkeypatch: pytest.MonkeyPatch):
    def full(*_rows: object, **_by: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("shuzhi.domains.intake.services.receiving.announce_all", full)
    with pytest.raises(RuntimeError):
        given_demand("路灯不亮")

    with connection.cursor() as cursor:
        cursor.execute(word_index._FIND[connection.vendor], [word_index._query([["路灯"]])])
        assert cursor.fetchall() == []


def test_an_index_that_was_lost_is_made_again():
    given_demand("路灯不亮")
    given_demand("井盖松动")
    with connection.cursor() as cursor:
        cursor.execute(word_index._EMPTY[connection.vendor])
    assert found("路灯") == []
    told: list[int] = []

    assert word_index.rebuild(on_progress=told.append, by=SYSTEM) == 2

    assert (found("路灯"), told) == (["路灯不亮"], [2])


@pytest.mark.parametrize("words", STRANGE.values(), ids=STRANGE.keys())
def test_strange_words_are_looked_for_without_harm(words: str):
    given_demand("路灯不亮")

    assert found(words) in ([], ["路灯不亮"])
