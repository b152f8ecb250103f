"""Copies share a key, near copies score high, and a ranking names the words that two messages share."""

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text import fingerprint, rank_similar, similarity

LIFT = "望江花园三号楼电梯坏了一个星期，物业一直不修"


def test_copies_that_differ_in_marks_widths_and_phone_numbers_share_a_key():
    assert fingerprint("路灯不亮，电话13800138000") == fingerprint(
        "路灯不亮  电话：１３９-0013-9000！"
    ).replace("：", "")


def test_messages_with_other_words_have_other_keys():
    assert fingerprint("望江花园电梯坏了") != fingerprint("柳浪花园电梯坏了")


def test_the_message_about_the_same_matter_ranks_first_with_the_words_both_have():
    ranked = rank_similar(
        LIFT,
        [("a", "咨询社保卡怎么补办"), ("b", "望江花园的电梯坏了，物业不管"), ("c", "望江花园门口路灯不亮")],
        top=2,
    )

    assert [one[0] for one in ranked] == ["b", "c"]
    assert "望江花园" in ranked[0][2]


def test_nothing_alike_gives_an_empty_ranking():
    assert rank_similar(LIFT, [("a", "abc")], top=5) == []
    assert rank_similar(LIFT, [], top=5) == []


@given(st.text(max_size=80), st.text(max_size=80))
def test_likeness_is_symmetric_and_from_0_to_1(first, second):
    assert similarity(first, second) == similarity(second, first)
    assert 0 <= similarity(first, second) <= 1


@given(st.text(alphabet="小区电梯坏了路灯不亮", min_size=2, max_size=60))
def test_a_text_is_wholly_like_itself(text):
    assert similarity(text, text) > 0.999999


def test_a_word_that_means_the_same_makes_messages_alike_and_is_named():
    alike = [("a", "村口照明灯不亮"), ("b", "井盖松动")]

    ranked = rank_similar("街灯坏了", alike, top=2, others=[("照明灯", 0.7), ("路灯", 0.7)])

    assert [(key, shared) for key, _score, shared in ranked] == [("a", ("照明灯",))]
    assert rank_similar("街头坏了", alike, top=2) == []
