"""A question finds the article about it, also through a synonym or in pinyin, and says which words decided."""

import csv
import subprocess
import sys
from collections import defaultdict
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines import county
from shuzhi.engines.text import SynonymGroup, Thesaurus, builtin_synonyms
from shuzhi.engines.text.retrieval import Document, DocumentIndex

HERE = Path(__file__).parent
MEDICAL = SynonymGroup("medical", "城乡居民医保", "medical insurance", ("城乡居民医保", "新农合"))

ARTICLES = [
    Document("card", "社保卡补办", "社保卡丢失后可到银行网点或服务大厅补办，需携带身份证。"),
    Document("school", "小学入学划片", "每年五月公布划片范围，家长在网上登记报名。"),
    Document("medical", "城乡居民医保缴费", "每年九月至十二月缴纳下一年度保费。"),
]


def test_the_article_about_the_question_comes_first_with_the_words_that_decided():
    found = DocumentIndex(ARTICLES).search("我的社保卡丢了怎么补办")

    assert found[0].id == "card"
    assert {"社保卡", "补办"} & set(found[0].reasons)


def test_a_word_that_people_say_finds_the_official_one():
    index = DocumentIndex(ARTICLES, thesaurus=Thesaurus([MEDICAL]))

    assert [one.id for one in index.search("新农合哪里交钱")][:1] == ["medical"]
    assert DocumentIndex(ARTICLES).search("新农合") == []


def test_a_typo_still_finds_the_article_by_pairs_of_characters():
    assert DocumentIndex(ARTICLES).search("小学入学画片")[0].id == "school"


def test_pairs_of_characters_are_no_reason_where_words_are():
    index = DocumentIndex(
        [Document("light", "路灯不亮", "道路照明由城管部门维护。"), Document("else", "停水")]
    )

    assert all(len(word) > 2 or word in "路灯不亮道路照明" for word in index.search("道路照明")[0].reasons)
    assert "路照" not in index.search("道路照明不好")[0].reasons
    assert index.search("路灯部门")[0].reasons


def test_an_empty_index_or_question_finds_nothing():
    assert DocumentIndex([]).search("社保") == []
    assert DocumentIndex(ARTICLES).search("") == []


@given(st.text(max_size=60), st.integers(1, 3))
@settings(deadline=None)  # the first letters load the tables of pinyin
def test_results_are_at_most_top_and_in_order(question, top):
    found = DocumentIndex(ARTICLES).search(question, top=top)

    assert len(found) <= top
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


@pytest.mark.parametrize("letters", ["shebaoka", "she bao ka", "SheBaoKa", "shebaoka buban", "sbk"])
def test_letters_find_what_they_spell(letters):
    assert DocumentIndex(ARTICLES).search(letters)[0].id == "card"


@pytest.mark.parametrize("letters", ["how long may a lift repair take", "wifi", "qqqq", "m n", "a" * 100_000])
def test_letters_that_are_no_pinyin_spell_nothing(letters):
    assert Thesaurus(builtin_synonyms()).spelt(letters) == ()


def test_the_tables_of_pinyin_are_read_only_when_somebody_types_letters():
    program = """if True:
        import sys
        from shuzhi.engines.text import Document, DocumentIndex
        index = DocumentIndex([Document("a", "路灯")])
        index.search("街灯")
        before = "pypinyin" in sys.modules
        index.search("ludeng")
        print(before, "pypinyin" in sys.modules)"""

    told = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert told.stdout.split() == ["False", "True"]


def recall(name: str, index: DocumentIndex) -> dict[str, float]:
    """The share of the labelled questions whose article is among the first five, by kind of question."""
    hits: dict[str, list[bool]] = defaultdict(list)
    with (HERE / name).open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            found = [one.id for one in index.search(row["question"], top=5)]
            hits[row["kind"]].append(row["article"] in found)
    return {kind: sum(each) / len(each) for kind, each in hits.items()}


def test_questions_in_other_words_in_pinyin_and_with_errors_find_the_article_among_five():
    """Without the other words: 0.74 and 0.62 of the synonyms, 0.16 and 0 of the pinyin, hardly any first letters.

    The second set was written after the synonyms were, and found 0.94 at first sight; one fault was mended since.
    """
    register = county.registry(1)
    articles = [
        Document(one.code, one.title, f"{one.question}\n{one.answer}\n{one.title_en}")
        for one in register.knowledge
    ]
    named = [word for one in register.categories for word in (one.name, *one.keywords)]
    index = DocumentIndex(articles, thesaurus=Thesaurus(builtin_synonyms(), named))

    known, first_sight = recall("retrieval_set.tsv", index), recall("retrieval_first_sight.tsv", index)

    assert min(known.values()) >= 0.95, known
    assert min(first_sight.values()) >= 0.9, first_sight


def test_every_group_of_synonyms_has_a_name_in_both_languages_and_no_word_twice():
    for group in builtin_synonyms():
        assert group.name == group.words[0]
        assert group.name_en.isascii()
        assert len(set(group.words)) == len(group.words) > 1
        assert min(map(len, group.words)) > 1
