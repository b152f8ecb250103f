"""Danger to life is seen whatever the tone; what is over, taught or asked about is not danger."""

from pathlib import Path

import pytest

from shuzhi.engines.text import Flag, Reader, Urgency
from shuzhi.engines.text.dangers import dangers

SENTENCES = Path(__file__).with_name("urgency_set.tsv")


@pytest.fixture(scope="module")
def graded() -> list[tuple[str, str]]:
    """(true, read) urgency of every authored sentence."""
    reader = Reader((), ())
    lines = SENTENCES.read_text(encoding="utf-8").splitlines()[1:]
    return [(true, reader.read(text).urgency.value) for true, text in (line.split("\t") for line in lines)]


def test_95_of_100_dangers_to_life_of_the_set_are_seen(graded):
    life = [read for true, read in graded if true == Urgency.LIFE_SAFETY]

    assert len(life) >= 120
    assert life.count(Urgency.LIFE_SAFETY) >= 0.95 * len(life)


def test_ordinary_matters_of_the_set_are_not_called_danger(graded):
    ordinary = [read for true, read in graded if true == Urgency.NORMAL]

    assert ordinary.count(Urgency.LIFE_SAFETY) <= 0.05 * len(ordinary)


def test_outages_of_the_set_are_seen(graded):
    assert {read for true, read in graded if true == Urgency.UTILITIES_OUTAGE} == {Urgency.UTILITIES_OUTAGE}


@pytest.mark.parametrize(
    ("text", "feared"),
    [("楼道堆满杂物，万一着火跑不掉", True), ("楼道着火了", False)],
)
def test_a_danger_that_is_only_feared_is_marked_so(text, feared):
    assert [one.feared for one in dangers(text)] == [feared]


def test_a_danger_that_is_over_is_no_danger():
    assert dangers("火已经扑灭，火灾损失怎么赔偿") == ()


def test_a_gap_between_two_sentences_makes_no_danger():
    assert dangers("咨询天然气开户。楼下垃圾味道很重") == ()


def test_threats_and_self_harm_are_flagged_apart():
    reader = Reader((), ())

    assert reader.read("再不解决我就炸了你们单位").flags[:1] == (Flag.THREAT,)
    assert reader.read("我真的不想活了").flags[:1] == (Flag.SELF_HARM,)


def test_angry_words_without_danger_are_not_urgent():
    assert (
        Reader((), ()).read("太气人了！！！服务态度恶劣，简直无法无天！！！").urgency.value == Urgency.NORMAL
    )
