"""What a language model says is taken only when every sentence names a source and says nothing beyond it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text import Untaken, rephrasing_task, why_untaken, with_contacts
from shuzhi.engines.text.quantities import quantities

LIGHT = (
    "住宅公共部位的照明由物业服务企业负责维修，一般故障二十四小时内修复。（依据：《物业管理条例》第三十五条）"
)
WATER = "停水可拨打[电话]查询，三十日内答复。补偿标准为每户1,200元。"
SOURCES = [LIGHT, WATER]


@pytest.mark.parametrize(
    "answer",
    [
        "公共部位的灯由物业负责，一般坏了24小时内修好[1]。",
        "公共部位的照明归物业维修。[1]停水了可以打[电话]查询[2]。",
        "按《物业管理条例》第35条，照明由物业服务企业维修[1]。\n停水补偿每户一千二百元，三十天内答复[2]。",
    ],
)
def test_plain_words_for_what_the_sources_say_are_taken(answer):
    assert why_untaken(answer, SOURCES) is None


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        ("", Untaken.EMPTY),
        (" \n[1]", Untaken.EMPTY),
        ("照明由物业维修。", Untaken.UNCITED),
        ("照明由物业维修[1]。停水可以查询。", Untaken.UNCITED),
        ("照明由物业维修[3]。", Untaken.UNCITED),
        ("照明由物业维修[0]。", Untaken.UNCITED),
        ("照明由物业在12小时内维修修复[1]。", Untaken.NEW_NUMBER),
        ("照明故障二十四日内由物业修复[1]。", Untaken.NEW_NUMBER),
        ("停水三十日内答复[1]。", Untaken.NEW_NUMBER),
        ("停水到2026年6月1日答复[2]。", Untaken.NEW_NUMBER),
        ("停水可拨打138 0013 8000查询[2]。", Untaken.NEW_NUMBER),
        ("按《民法典》照明由物业负责维修[1]。", Untaken.NEW_TITLE),
        ("公共部位照明不由物业负责维修[1]。", Untaken.NEW_NEGATION),
        ("您可以坐火车到省城玩[1]。", Untaken.FOREIGN),
        ("停水可找王建国查询，三十日内答复[2]。", Untaken.PERSONAL),
        ("照明由<b>物业</b>维修[1]。", Untaken.MARKUP),
        ("照明由物业维修，见https://example.org[1]。", Untaken.MARKUP),
        ("照明由物业维修[1]。" * 50, Untaken.TOO_LONG),
    ],
)
def test_what_goes_beyond_the_sources_is_not_taken(answer, why):
    assert why_untaken(answer, SOURCES) == why


def test_a_masked_telephone_comes_back_only_where_it_can_be_one_alone():
    one, other = "停水请拨打0571-88000002。", "停电请拨打0571-88000003。"

    assert with_contacts("可拨打[电话][1]。", [one]) == "可拨打0571-88000002[1]。"
    assert with_contacts("可拨打[电话][1]。", [one, other]) == ""
    assert with_contacts("可拨打[电话][1]。", ["没有电话。"]) == ""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("二十四小时", "24小时"),
        ("三十天", "30日"),
        ("一千二百元", "1,200元"),
        ("两万三千五百人", "23500人"),
        ("十五个工作日", "15工作日"),
    ],
)
def test_a_number_is_the_same_however_it_is_written(one, other):
    assert quantities(one) == quantities(other)


@given(st.integers(1, 10_000), st.sampled_from(["元", "小时", "%"]))
def test_no_number_of_ours_is_taken_for_another(number, unit):
    said = why_untaken(f"每户补偿标准为{number}{unit}[1]。", [f"每户补偿标准为{number}{unit}。"])
    wrong = why_untaken(f"每户补偿标准为{number + 1}{unit}[1]。", [f"每户补偿标准为{number}{unit}。"])

    assert (said, wrong) == (None, Untaken.NEW_NUMBER)


@given(st.text(max_size=400))
def test_any_answer_is_judged(answer):
    assert why_untaken(answer, SOURCES) is None or why_untaken(answer, SOURCES) in Untaken


def test_sources_are_numbered_for_the_model():
    assert rephrasing_task(["甲", "乙"]) == "[1] 甲\n[2] 乙"
