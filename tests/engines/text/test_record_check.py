"""A reply that says otherwise than the record of its order is told so, with the stretch; where both agree, nothing."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text import Record, check_record

RECORD = Record(
    today=date(2026, 5, 14),
    received_on=date(2026, 5, 11),
    due_on=date(2026, 5, 18),
    outcome="solved",
    contacts=[date(2026, 5, 12)],
    number="26-0511-00001",
    phones=frozenset({"00008000001", "12345"}),
    units=["云江市住房和城乡建设局"],
    other_units=["云江水务", "青石镇人民政府"],
    other_places=["白溪小区"],
    asked="锦绣花园3栋的灯坏了，去年10月坏过一次。物业收了我1200元。",
)


def said(reply: str, **changes: object) -> list[tuple[str, str]]:
    found = check_record(reply, replace(RECORD, **changes))
    return [(one.code, reply[slice(*one.span)]) for one in found]


@pytest.mark.parametrize(
    "reply",
    [
        "经5月12日现场核查，锦绣花园3栋的灯已于5月13日修复。",
        "我局5月12日已与您电话联系。如有疑问请致电0000-8000001或12345。",
        "物业将于5月16日前退还1200元。",
        "将于3个工作日内完成修复。",
        "云江市住房和城乡建设局已现场核查，供水事宜请咨询云江水务。",
        "您的诉求（编号26-0511-00001）收悉。去年10月修过一次。",
        "该小区2019年建成。",
        "如有疑问请与您所在社区联系。",
        "今年3月2日路灯改造时就已装过灯。",
        "因您未留下联系方式，无法与您联系。",
        "您可以直接与您所在社区沟通，或将材料寄来。",
        "采矿权有效期至2026年8月1日。",
        "责令该单位于2026年7月3日之前改正。",
        "专家组将于近期到各乡镇调研。",
        "共计2栋商品房。",
    ],
)
def test_what_agrees_with_the_record_is_not_named(reply):
    assert said(reply) == []


@pytest.mark.parametrize(
    ("reply", "changes", "finding"),
    [
        ("灯已修复。", {"outcome": "not_solved"}, ("done-unlike-outcome", "已修复")),
        ("您的问题已经全部解决到位。", {"outcome": "not_solved"}, ("done-unlike-outcome", "已经全部解决")),
        ("因产权不清，暂时无法解决。", {}, ("undone-unlike-outcome", "暂时无法解决")),
        ("灯已修好。", {"helping": True}, ("done-while-helping", "已修好")),
        ("灯已修好。", {"denied": True}, ("done-but-denied", "已修好")),
        ("我们已电话联系您说明情况。", {"contacts": []}, ("call-unrecorded", "电话联系您")),
        ("工作人员与您取得联系并说明。", {"contacts": []}, ("call-unrecorded", "与您取得联系")),
        ("5月13日已与您电话沟通。", {}, ("call-other-day", "5月13日")),
        ("物业将于5月13日前退款。", {}, ("promised-in-past", "5月13日")),
        ("预计6月30日前完工。", {}, ("promised-after-due", "6月30日")),
        ("我们将于15个工作日内完成。", {}, ("promised-after-due", "15个工作日内")),
        ("灯已于5月20日修复。", {}, ("done-in-future", "5月20日")),
        ("接到您的反映后，工作人员5月8日到现场核查。", {}, ("done-before-demand", "5月8日")),
        ("咨询电话0000-8000009。", {}, ("phone-unknown", "0000-8000009")),
        ("云江水务已到现场处理。", {}, ("unit-unknown", "云江水务")),
        ("您的诉求26-0511-00002收悉。", {}, ("number-unlike", "26-0511-00002")),
        ("物业已退还800元。", {}, ("amount-unlike", "已退还800元")),
        ("白溪小区的灯已修好。", {}, ("place-unlike", "白溪小区")),
        ("5栋的灯已修好。", {}, ("spot-unlike", "5栋")),
    ],
)
def test_what_differs_from_the_record_is_named_with_its_stretch(reply, changes, finding):
    assert finding in said(reply, **changes)


@pytest.mark.parametrize("reply", ["部分路灯已修复，其余因停电未修。", "其中3盏灯已修复。"])
def test_what_is_told_as_partly_done_contradicts_no_outcome(reply):
    assert said(reply, outcome="not_solved") == []


def test_where_the_record_is_silent_nothing_is_said():
    silent = Record(today=RECORD.today, received_on=RECORD.received_on, contacts=RECORD.contacts)

    assert (
        check_record("云江水务5月12日已与您联系，6月30日前完成，电话0000-8000009，3栋，800元。", silent) == []
    )


@given(st.text(max_size=300))
def test_every_stretch_lies_in_the_reply(reply):
    for one in check_record(reply, RECORD):
        start, end = one.span
        assert 0 <= start <= end <= len(reply)
