"""Messages of different people about one matter in one place become one issue; the same words of two places do not."""

from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from shuzhi.engines.text import IssueIndex, Message, find_issues, issue_rows, keep_ids
from shuzhi.engines.text.issues import heat_of
from shuzhi.engines.text.linkage import average_linkage

START = datetime(2030, 3, 1, 8)


def message(
    number: int, title: str, text: str = "", *, day: int = 0, reporter: str = "", likes: int = 0
) -> Message:
    return Message(
        f"m{number}", title, text, START + timedelta(days=day, hours=number), reporter or f"r{number}", likes
    )


PLANT = [
    message(1, "青禾新城旁边搅拌站噪音大", "搅拌站就在青禾新城门口，夜里机器轰鸣，灰尘满天", day=0),
    message(2, "青禾新城搅拌站灰尘污染", "青禾新城门口的搅拌站日夜生产，噪音和灰尘让人受不了", day=3),
    message(3, "请搬走青禾新城搅拌站", "搅拌站离青禾新城居民楼不到五十米，灰尘噪音严重", day=9, likes=5),
]
PENSION = [
    message(4, "养老金认证失败", "手机上人脸认证总是失败，养老金停发了"),
    message(5, "咨询城市公交月票办理", "想问公交月票在哪里充值"),
]
ESTATES = [
    message(6, "枫林花园物业乱收停车费", "物业要求业主每月交三百元停车费，没有公示收费依据"),
    message(7, "银杏花园物业乱收停车费", "物业要求业主每月交三百元停车费，没有公示收费依据"),
]


def members(messages: list[Message]) -> list[set[str]]:
    return [set(one.members) for one in find_issues(messages)]


def test_messages_about_one_plant_are_one_issue_with_its_people_and_place():
    issue = find_issues([*PLANT, *PENSION])[0]

    assert (set(issue.members), issue.people, issue.id) == ({"m1", "m2", "m3"}, 3, "m1")
    assert "搅拌站" in issue.keywords
    assert "青禾新城" in issue.places


def test_the_same_complaint_about_two_estates_stays_two_issues():
    assert {"m6"} in members(ESTATES)


def test_estates_whose_name_has_the_word_for_and_in_it_are_told_apart():
    noise = "二期工地夜里施工吵得没法睡，家里有老人，城管来过也没有用"
    told = [
        message(1, f"万和名邸{noise}"),
        message(2, f"家和苑{noise}"),
        message(3, f"万和名邸{noise}，请管一管"),
    ]

    assert members(told) == [{"m1", "m3"}, {"m2"}]


def test_different_matters_of_one_estate_stay_apart_where_somebody_sorted_them():
    told = [
        message(6, "枫林花园三期夜里施工吵得没法睡", "枫林花园三期工地半夜还在打桩"),
        message(7, "枫林花园三期拖欠工钱", "枫林花园三期工地欠我们班组工钱"),
    ]
    sorted_apart = [replace(one, matter=matter) for one, matter in zip(told, ("07", "01"), strict=True)]

    assert members(told) == [{"m6", "m7"}]
    assert members(sorted_apart) == [{"m6"}, {"m7"}]


def test_the_same_complaint_of_one_estate_is_one_issue():
    again = message(8, "枫林花园物业乱收停车费", "物业要求业主每月交三百元停车费，没有公示收费依据")

    assert {"m6", "m8"} in members([*ESTATES, again])


def test_the_same_words_a_year_later_are_a_new_issue():
    later = message(9, PLANT[0].title, PLANT[0].text, day=400)

    assert {"m9"} in members([*PLANT, later])


def test_one_person_writing_three_times_counts_once():
    same = [message(n, PLANT[0].title, PLANT[0].text, reporter="r1") for n in (1, 2, 3)]

    assert find_issues(same)[0].people == 1


def test_likes_of_one_message_are_capped():
    assert find_issues([message(1, "路灯不亮", likes=100_000)])[0].likes == 100


def test_heat_halves_in_thirty_days_of_silence():
    assert heat_of(10, 0, 30) == pytest.approx(5.0)


def test_a_new_message_joins_the_issue_it_is_about_and_says_why():
    index = IssueIndex()
    for one in PLANT:
        index.add("plant", one)
    for one in PENSION:
        index.add(one.id, one)
    given = index.assign(message(20, "青禾新城搅拌站晚上还在开工", "搅拌站噪音灰尘没有改善", day=12))

    assert given.issue_id == "plant"
    assert "搅拌站" in given.reasons


def test_a_message_about_something_else_opens_its_own_issue():
    index = IssueIndex()
    for one in PLANT:
        index.add("plant", one)

    assert index.assign(message(21, "图书馆周一闭馆吗", "想去还书")).issue_id == ""


def test_an_index_that_was_kept_answers_and_grows_like_the_one_it_was_written_from():
    index = IssueIndex()
    for one in (*PLANT[:2], *PENSION, *ESTATES):
        index.add("plant" if one in PLANT else one.id, one)
    opened = IssueIndex.from_bytes(index.to_bytes())
    asked = [
        PLANT[2],
        message(22, "银杏花园物业停车费没有依据", "物业每月要业主交停车费"),
        message(23, "咨询公交月票"),
    ]

    for one in asked:
        found = index.assign(one)
        assert opened.assign(one) == found
        index.add(found.issue_id or one.id, one)
        opened.add(found.issue_id or one.id, one)

    assert index.assign(PLANT[2]).issue_id == "plant"
    assert opened.to_bytes() == index.to_bytes()


def test_an_issue_keeps_its_id_when_the_clustering_adds_an_older_member():
    before = find_issues(PLANT[1:])
    after = find_issues(PLANT)

    assert keep_ids(before, after)[after[0].id] == before[0].id


def test_a_table_of_messages_gets_an_issue_for_every_row():
    rows = [
        {
            "message_id": one.id,
            "title": one.title,
            "text": one.text,
            "time": one.time.isoformat(" "),
            "likes": "2",
        }
        for one in (*PLANT, *PENSION)
    ]
    table = issue_rows(rows)

    assert [row["message_id"] for row in table.rows] == [one.id for one in (*PLANT, *PENSION)]
    assert len({row["issue_id"] for row in table.rows[:3]}) == 1


def test_a_row_without_a_time_is_named():
    with pytest.raises(ValueError, match="row 1"):
        issue_rows([{"title": "x", "time": "soon"}])


@given(arrays(np.float32, (7, 7), elements=st.floats(0, 1, width=32)), st.floats(0.05, 0.95))
@settings(max_examples=60, deadline=None)
def test_clusters_left_by_average_linkage_are_less_alike_than_the_threshold(half, threshold):
    likeness = np.maximum(half, half.T)
    cluster = average_linkage(likeness, threshold)
    for first in set(cluster.tolist()):
        for second in set(cluster.tolist()) - {first}:
            assert likeness[np.ix_(cluster == first, cluster == second)].mean() < threshold + 1e-4
