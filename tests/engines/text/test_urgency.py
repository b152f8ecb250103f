"""Danger to life is seen whatever the tone; what is over, taught or asked about is not danger."""

from pathlib import Path

import pytest

from shuzhi.engines.text import Flag, Reader, Urgency
from shuzhi.engines.text.builtin import builtin_model
from shuzhi.engines.text.dangers import dangers

LEARNT_FROM = Path(__file__).with_name("urgency_set.tsv")
HELD_OUT = Path(__file__).with_name("urgency_held_out.tsv")
EVERYDAY = Path(__file__).with_name("everyday_blind.tsv")
READER = Reader((), (), danger_model=builtin_model("danger"))


def graded_in(sentences: Path) -> list[tuple[str, str]]:
    """(true, read) urgency of every authored sentence."""
    lines = sentences.read_text(encoding="utf-8").splitlines()[1:]
    return [(true, READER.read(text).urgency.value) for true, text in (line.split("\t") for line in lines)]


@pytest.fixture(scope="module")
def graded() -> list[tuple[str, str]]:
    return graded_in(LEARNT_FROM)


@pytest.fixture(scope="module")
def held_out() -> list[tuple[str, str]]:
    """Written before rules and model saw them, and never used to choose either."""
    return graded_in(HELD_OUT)


def test_95_of_100_dangers_to_life_that_nobody_tuned_on_are_seen(held_out):
    life = [read for true, read in held_out if true == Urgency.LIFE_SAFETY]

    assert len(life) >= 60
    assert life.count(Urgency.LIFE_SAFETY) >= 0.95 * len(life)


def test_19_of_20_harmless_sentences_full_of_grave_words_are_not_called_danger(held_out):
    harmless = [read for true, read in held_out if true == Urgency.NORMAL]

    assert harmless.count(Urgency.LIFE_SAFETY) <= 0.05 * len(harmless)


def test_of_everyday_matters_that_nobody_tuned_on_few_are_called_danger():
    """Written blind, with people, places and figures of speech that dangers are told with as well."""
    everyday = EVERYDAY.read_text(encoding="utf-8").splitlines()[1:]

    graded = [one.urgency.value for one in READER.read_many(everyday)]

    assert len(everyday) >= 150
    assert graded.count(Urgency.LIFE_SAFETY) <= 0.07 * len(everyday)


@pytest.mark.parametrize(
    ("text", "telling"),
    [
        ("独居老人在家里摔倒了，邻居敲门没人应", {"摔倒", "敲门没人应", "没人应"}),
        ("孩子在楼下被狗咬了，流了好多血", {"被狗咬", "狗咬", "血"}),
        ("楼道里电表箱噼里啪啦响，还有火花", {"火花"}),
    ],
)
def test_the_reasons_say_what_happens_and_not_to_whom_or_where(text, telling):
    urgency = READER.read(text).urgency

    assert urgency.value == Urgency.LIFE_SAFETY
    assert any(word in reason for reason in urgency.reasons for word in telling)
    assert not {"老人", "孩子", "家里", "楼下", "楼道", "门口", "邻居"} & set(urgency.reasons)


def test_a_danger_in_a_long_letter_must_be_of_this_moment():
    before = "我们小区的物业服务一直不好，居民意见很大，多次要求更换也没有结果，" * 4

    assert READER.read(f"{before}。车祸发生过很多起。请增设红绿灯。").urgency.value != Urgency.LIFE_SAFETY
    assert READER.read(f"{before}。刚刚有人被车撞倒躺在地上。").urgency.value == Urgency.LIFE_SAFETY


@pytest.mark.parametrize(
    "text", ["跳楼价清仓", "这种收费等于自杀", "前年邻居自杀了，房子一直空着", "累死了，拼命干活也没钱"]
)
def test_figures_of_speech_and_old_stories_raise_no_flag(text):
    assert {Flag.SELF_HARM, Flag.THREAT}.isdisjoint(READER.read(text).flags)


def test_95_of_100_dangers_to_life_of_the_set_are_seen(graded):
    life = [read for true, read in graded if true == Urgency.LIFE_SAFETY]

    assert len(life) >= 120
    assert life.count(Urgency.LIFE_SAFETY) >= 0.95 * len(life)


def test_ordinary_matters_of_the_set_are_not_called_danger(graded):
    ordinary = [read for true, read in graded if true == Urgency.NORMAL]

    assert ordinary.count(Urgency.LIFE_SAFETY) <= 0.05 * len(ordinary)


def test_outages_of_the_set_are_seen(graded):
    assert {Urgency.LIFE_SAFETY, Urgency.UTILITIES_OUTAGE} >= {
        read for true, read in graded if true == Urgency.UTILITIES_OUTAGE
    }


@pytest.mark.parametrize(
    ("text", "when"),
    [("楼道堆满杂物，万一着火跑不掉", "feared"), ("楼道着火了", "now")],
)
def test_a_danger_that_is_only_feared_is_marked_so(text, when):
    assert [one.when for one in dangers(text)] == [when]


def test_a_danger_that_is_over_is_no_danger():
    assert dangers("火已经扑灭，火灾损失怎么赔偿") == ()


def test_a_gap_between_two_sentences_makes_no_danger():
    assert dangers("咨询天然气开户。楼下垃圾味道很重") == ()


def test_threats_and_self_harm_are_flagged_apart():
    assert READER.read("再不解决我就炸了你们单位").flags[:1] == (Flag.THREAT,)
    assert READER.read("我真的不想活了").flags[:1] == (Flag.SELF_HARM,)


def test_angry_words_without_danger_are_not_urgent():
    assert READER.read("太气人了！！！服务态度恶劣，简直无法无天！！！").urgency.value == Urgency.NORMAL
