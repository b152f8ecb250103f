"""Articles are written by one person, approved by another, found by words, cited, and looked at again."""

import io
from dataclasses import replace
from datetime import date, timedelta

import pytest
from tests.factories import FEES, HOUSING, LIFT, MONDAY, STREET_LIGHT, TOWN, WATER, announced, deliver, staff

from shuzhi.domains.knowledge import services as knowledge
from shuzhi.domains.knowledge.cards import ArticleCard, ArticleWords
from shuzhi.domains.knowledge.refusals import NothingWaits, SamePersonWrote, VersionWaits
from shuzhi.engines import county as synthetic
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM
from shuzhi.spine.errors import AccessDenied, InvalidInput, NotFound
from shuzhi.spine.events import ArticleCited, ArticleReviewed, ArticleWritten

pytestmark = pytest.mark.usefixtures("county")

WORDS = ArticleWords(
    title="电梯坏了多久修",
    title_en="How long may a lift repair take?",
    question="电梯坏了没人修，电梯困人怎么办",
    answer="困人立即拨打轿厢内救援电话和119。一般故障由物业通知维保单位到场维修。",
    basis="《中华人民共和国特种设备安全法》第四十五条",
    category=LIFT,
    unit=HOUSING,
    valid_from=date(2026, 1, 1),
    review_on=date(2027, 1, 1),
)


@pytest.fixture(autouse=True)
def monday():
    with clock.stopped_at(MONDAY):
        yield


def given_article(**changes: object) -> ArticleCard:
    written = knowledge.write_article(replace(WORDS, **changes), by=staff("call_taker"))
    return knowledge.review_article(written.id, approve=True, by=staff("reviewer"))


def test_an_article_is_used_only_after_a_second_person_approved_it():
    written = knowledge.write_article(WORDS, by=staff("call_taker"))
    before = knowledge.find_articles("电梯坏了", by=staff("call_taker"))

    knowledge.review_article(written.id, approve=True, by=staff("reviewer"))

    (found,) = knowledge.find_articles("电梯坏了", by=staff("call_taker"))
    deliver()
    assert before == []
    assert (found.article.id, found.article.in_force) == (written.id, True)
    assert "电梯" in "".join(found.reasons)
    assert announced(ArticleWritten) == [ArticleWritten(article_id=written.id, version=1)]
    assert announced(ArticleReviewed) == [ArticleReviewed(article_id=written.id, version=1, approved=True)]


def test_nobody_approves_what_they_wrote():
    dispatcher = staff("dispatcher")
    written = knowledge.write_article(WORDS, by=dispatcher)

    with pytest.raises(SamePersonWrote):
        knowledge.review_article(written.id, approve=True, by=dispatcher)

    assert not knowledge.get_article(written.id, by=dispatcher).may_review
    assert knowledge.get_article(written.id, by=staff("reviewer")).may_review


def test_the_version_in_force_stays_until_the_next_one_is_approved():
    article = given_article()
    changed = replace(WORDS, answer="困人拨打119。物业半小时内到场。")
    knowledge.write_article(changed, article_id=article.id, because="新规定", by=staff("call_taker"))

    during = knowledge.get_article(article.id, by=staff("reviewer")).article
    knowledge.review_article(article.id, approve=True, by=staff("reviewer"))

    page = knowledge.get_article(article.id, by=staff("reviewer"))
    assert (during.version, during.waiting) == (1, True)
    assert (page.article.version, page.article.words) == (2, changed)
    assert [(one.number, one.state) for one in page.versions] == [(2, "current"), (1, "former")]
    assert page.versions[0].because == "新规定"


def test_only_one_version_waits_at_a_time():
    written = knowledge.write_article(WORDS, by=staff("call_taker"))

    with pytest.raises(VersionWaits):
        knowledge.write_article(WORDS, article_id=written.id, by=staff("dispatcher"))


def test_declining_needs_a_reason_and_leaves_the_old_words():
    article = given_article()
    knowledge.write_article(replace(WORDS, answer="随便修。"), article_id=article.id, by=staff("call_taker"))

    with pytest.raises(InvalidInput) as refused:
        knowledge.review_article(article.id, approve=False, by=staff("reviewer"))
    knowledge.review_article(article.id, approve=False, because="没有依据", by=staff("reviewer"))

    page = knowledge.get_article(article.id, by=SYSTEM)
    assert refused.value.details["key"] == "because"
    assert (page.article.version, page.article.words) == (1, WORDS)
    assert (page.versions[0].state, page.versions[0].remark) == ("declined", "没有依据")
    with pytest.raises(NothingWaits):
        knowledge.review_article(article.id, approve=True, by=staff("reviewer"))


def test_an_article_is_cited_once_for_an_order_and_the_uses_are_counted():
    article = given_article()

    for order in (7, 7, 8):
        cited = knowledge.cite_article(article.id, order_id=order, by=staff("call_taker"))

    deliver()
    assert cited.uses == 2
    assert [one.order_id for one in announced(ArticleCited)] == [7, 8]


def test_what_is_no_longer_valid_is_neither_found_nor_cited():
    article = given_article(valid_to=date(2026, 5, 31))

    with clock.stopped_at(MONDAY + timedelta(days=40)):
        found = knowledge.find_articles("电梯坏了", by=SYSTEM)
        with pytest.raises(NotFound):
            knowledge.cite_article(article.id, order_id=1, by=SYSTEM)

    assert found == []


def test_overdue_articles_are_listed_the_longest_first_and_stay_in_use():
    late = given_article(title="电梯甲", review_on=date(2026, 5, 1))
    later = given_article(title="电梯乙", review_on=date(2026, 3, 1))
    given_article(title="电梯丙")

    listed = knowledge.list_articles(show="overdue", by=staff("dispatcher"))

    assert [one.id for one in listed] == [later.id, late.id]
    assert all(one.overdue and one.in_force for one in listed)
    assert knowledge.count_to_do(by=staff("dispatcher")) == {"waiting": 0, "overdue": 2}


def test_an_article_for_another_town_is_no_answer_here():
    given_article(area=TOWN)

    assert knowledge.find_articles("电梯坏了", area="990102101000", by=SYSTEM) == []
    assert len(knowledge.find_articles("电梯坏了", area=TOWN, by=SYSTEM)) == 1


def test_the_category_of_the_demand_decides_between_equal_words():
    fees = given_article(title="收费标准", question="收费标准是什么", answer="见公示。", category=FEES)
    light = given_article(
        title="收费标准", question="收费标准是什么", answer="见公示。", category=STREET_LIGHT
    )

    best = {
        category: knowledge.find_articles("收费标准", category=category, by=SYSTEM)[0].article.id
        for category in (FEES, STREET_LIGHT)
    }

    assert best == {FEES: fees.id, STREET_LIGHT: light.id}


@pytest.mark.parametrize(
    "question", ["", "电", "😀😀😀", "\u200b\u200b", "<script>alert(1)</script>", "电" * 100_000]
)
def test_any_question_gets_an_answer_or_none(question):
    given_article()

    assert isinstance(knowledge.find_articles(question, by=SYSTEM), list)


def test_a_unit_writes_and_approves_its_own_articles_only():
    officer = staff("unit_officer", unit=HOUSING)
    own = knowledge.write_article(WORDS, by=officer)

    with pytest.raises(AccessDenied):
        knowledge.write_article(replace(WORDS, unit=WATER), by=officer)
    with pytest.raises(AccessDenied):
        knowledge.review_article(own.id, approve=True, by=staff("unit_head", unit=WATER))
    approved = knowledge.review_article(own.id, approve=True, by=staff("unit_head", unit=HOUSING))

    assert approved.in_force


def test_strangers_may_neither_read_nor_write():
    article = given_article()

    for refused in (
        lambda: knowledge.find_articles("电梯", by=ANONYMOUS),
        lambda: knowledge.get_article(article.id, by=ANONYMOUS),
        lambda: knowledge.list_articles(by=ANONYMOUS),
        lambda: knowledge.write_article(WORDS, by=ANONYMOUS),
        lambda: knowledge.review_article(article.id, approve=True, by=ANONYMOUS),
        lambda: knowledge.cite_article(article.id, order_id=1, by=ANONYMOUS),
        lambda: knowledge.import_articles(io.BytesIO(b""), "a.csv", by=staff("call_taker")),
    ):
        with pytest.raises(AccessDenied):
            refused()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": "  "}, "title"),
        ({"answer": ""}, "answer"),
        ({"answer": "长" * 5001}, "answer"),
        ({"category": "999999"}, "category"),
        ({"unit": "nobody"}, "unit"),
        ({"area": "1"}, "area"),
        ({"valid_to": date(2025, 1, 1)}, "valid_to"),
    ],
)
def test_a_wrong_field_is_named(changes, field):
    with pytest.raises(InvalidInput) as refused:
        knowledge.write_article(replace(WORDS, **changes), by=staff("call_taker"))

    assert refused.value.details["key"] == field


TABLE = f"""编号,标题,问法,答案,类别代码,责任单位,生效日期,复核日期,依据
L1,电梯坏了怎么办,电梯坏了,打119。,{LIFT},{HOUSING},2026-01-01,2027-01-01,特种设备安全法
L2,没有单位,电梯坏了,打119。,{LIFT},nobody,2026-01-01,2027-01-01,
L3,坏日期,电梯坏了,打119。,{LIFT},{HOUSING},昨天,2027-01-01,
"""


def test_a_table_is_imported_row_by_row_and_twice_is_once():
    steward = staff("registry_steward")

    first = knowledge.import_articles(io.BytesIO(TABLE.encode()), "a.csv", by=steward)
    second = knowledge.import_articles(io.BytesIO(TABLE.encode()), "a.csv", by=steward)

    (waiting,) = knowledge.list_articles(show="waiting", by=steward)
    assert (first.rows, first.accepted, [line for line, _why in first.problems]) == (3, 1, [3, 4])
    assert (second.accepted, second.unchanged) == (0, 1)
    assert (waiting.code, waiting.in_force) == ("L1", False)


@pytest.mark.parametrize("data", [b"", b"\x00\x01", "只有,两列\n1,2\n".encode()])
def test_what_is_no_table_of_articles_is_refused(data):
    with pytest.raises(InvalidInput):
        knowledge.import_articles(io.BytesIO(data), "a.csv", by=staff("registry_steward"))


def test_the_authored_articles_answer_the_questions_that_people_ask():
    """Found among all of them by words that are not their title."""
    county = synthetic.registry(1)
    for one in county.knowledge:
        given_article(title=one.title, question=one.question, answer=one.answer, category=LIFT, unit=HOUSING)
    asked = {
        "老板欠我三个月工资不给": "工地欠薪怎么反映",
        "小区路灯不亮好几天了": "路灯不亮多久修",
        "有人在楼道给电瓶车充电": "楼道里给电动车充电怎么举报",
        "物业突然涨价": "物业费涨价要经谁同意",
        "老人八十了，老年补贴没发": "高龄津贴没到账",
    }

    first = {
        question: knowledge.find_articles(question, by=SYSTEM)[0].article.words.title for question in asked
    }

    assert first == asked


def test_an_article_is_found_by_other_words_and_by_pinyin():
    article = given_article()

    for asked in ("升降梯困人", "dianti", "dt"):
        (found,) = knowledge.find_articles(asked, by=staff("call_taker"))
        assert found.article.id == article.id
