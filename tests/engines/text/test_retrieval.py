"""A question finds the article about it, also through a synonym, and says which words decided."""

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text.retrieval import Document, DocumentIndex

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
    index = DocumentIndex(ARTICLES, synonyms={"新农合": ["城乡居民医保"]})

    assert [one.id for one in index.search("新农合哪里交钱")][:1] == ["medical"]
    assert DocumentIndex(ARTICLES).search("新农合") == []


def test_a_typo_still_finds_the_article_by_pairs_of_characters():
    assert DocumentIndex(ARTICLES).search("小学入学画片")[0].id == "school"


def test_an_empty_index_or_question_finds_nothing():
    assert DocumentIndex([]).search("社保") == []
    assert DocumentIndex(ARTICLES).search("") == []


@given(st.text(max_size=60), st.integers(1, 3))
def test_results_are_at_most_top_and_in_order(question, top):
    found = DocumentIndex(ARTICLES).search(question, top=top)

    assert len(found) <= top
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
