"""One household: the answer, why, what is missing, what would change it, and what is owed."""

import doctest
import json
import re
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from shuzhi.engines.rules import (
    Explainer,
    InputRefused,
    Situation,
    Walker,
    Why,
    back_payment,
    bind,
    calculate,
    compare_dates,
    docs,
    editor_schema,
    kinds,
    nearest_changes,
    read_book,
    shipped_book,
    shipped_books,
    wording,
)
from shuzhi.engines.rules.decisions import table_from_rows
from shuzhi.engines.rules.spans import half_up, months_between, years_between
from shuzhi.engines.rules.yamltext import Node, read_yaml

DAY = date(2025, 8, 1)
LIVING = shipped_book("minimum_living")
OLD_AGE = shipped_book("old_age_allowance_shanghai")


def _household(wage_fen: int | None, savings_fen: int | None = 0) -> Situation:
    return Situation({"货币财产": savings_fen}, ({"工资": wage_fen, "年经营净收入": 0},))


def _all(why: Why) -> list[Why]:
    return [why, *(below for part in why.parts for below in _all(part))]


def test_the_explanation_names_values_law_and_article_in_two_languages():
    why = Explainer(bind(LIVING, as_of=DAY)).explain(_household(80_000), "低保金")

    income = next(part for part in _all(why) if part.name == "收入合格")
    assert (why.status, why.value, why.zh) == ("because", 40_000, "低保金每月400.00元")
    assert why.en == "minimum living allowance 400.00 yuan a month"
    assert income.zh == "人均收入800.00元，标准1,200.00元"
    assert income.law.endswith("第六条")
    assert "savings per head 0.00" in next(p.en for p in _all(why) if "人均财产 ≤" in p.name)


def test_the_explanation_tells_because_from_not_because_from_not_yet_known():
    explainer = Explainer(bind(LIVING, as_of=DAY))
    rich, unknown = (explainer.explain(_household(w, s), "低保金") for w, s in ((200_000, 0), (0, None)))
    status = {part.name: part.status for part in _all(rich)}
    assert (rich.status, status["收入合格"], status["财产合格"]) == ("not_because", "not_because", "because")
    assert {p.name: p.status for p in _all(unknown)}["财产合格"] == "not_yet_known"


def test_only_what_can_still_change_the_answer_is_asked():
    explainer = Explainer(bind(OLD_AGE, as_of=DAY))
    young, old = (Situation({}, ({"出生日期": born},)) for born in (date(1990, 1, 1), date(1940, 1, 1)))
    assert explainer.missing(young, "高龄津贴", member=0) == ()
    assert [(m.name, m.ask) for m in explainer.missing(old, "高龄津贴", member=0)] == [
        ("本市户籍", "您是本市户籍吗？")
    ]


def test_the_question_that_can_settle_everything_comes_first():
    """Life at risk, yes: help at once, and nothing else matters; no other answer settles so much."""
    explainer = Explainer(bind(shipped_book("temporary_assistance"), as_of=DAY))
    asked = [m.name for m in explainer.missing(Situation({}, ()), "救助金")]
    assert asked[0] == "危及生命"
    rental = Explainer(bind(shipped_book("public_rental"), as_of=DAY))
    asked = [m.name for m in rental.missing(Situation({}, ({},)), "符合条件")]
    assert set(asked) == {"月收入", "住房面积", "落户日期", "其他住房保障"}


def test_a_yes_or_no_that_would_change_the_answer_is_said_as_a_word():
    facts = {"住房面积": 0, "落户日期": date(2010, 1, 1), "其他住房保障": True}
    changes = nearest_changes(
        shipped_book("public_rental"), Situation(facts, ({"月收入": 0},)), "符合条件", as_of=DAY
    )
    assert [c.zh for c in changes] == ["如果其他住房保障是“否”（现为“是”），结果会改变"]
    assert [c.en for c in changes] == ["if other housing aid were no (now yes), the answer would change"]


@given(
    st.lists(st.tuples(st.none() | st.integers(0, 300_000), st.none() | st.integers(0, 10**6)), max_size=4)
)
def test_an_unknown_answer_always_asks_something_and_a_known_one_nothing(people):
    members = tuple({"工资": wage, "年经营净收入": farm} for wage, farm in people)
    explainer = Explainer(bind(LIVING, as_of=DAY))
    situation = Situation({"货币财产": 0}, members)
    known = explainer.walker.walk(situation).household["低保金"] is not None
    assert (explainer.missing(situation, "低保金") == ()) == (known or not members)


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_filling_in_an_unknown_never_takes_back_a_known_answer(first, second):
    walker = Walker(bind(LIVING, as_of=DAY))
    facts = {"工资": first, "年经营净收入": 0}
    partly = walker.walk(Situation({}, (facts, {"工资": second, "年经营净收入": 0}))).household
    fully = walker.walk(Situation({"货币财产": 0}, (facts, {"工资": second, "年经营净收入": 0}))).household
    assert all(value is None or value == fully[name] for name, value in partly.items() if name != "货币财产")


def test_the_nearest_change_is_a_birthday_to_wait_for_and_never_advice():
    person = Situation({}, ({"出生日期": date(1945, 8, 2), "本市户籍": True},))
    changes = nearest_changes(OLD_AGE, person, "高龄津贴", as_of=DAY, member=0)
    assert [(c.name, c.on, c.before, c.after) for c in changes] == [
        ("as_of", date(2025, 8, 2), 15_000, 18_000)
    ]
    assert changes[0].en == "from 2 August 2025, at the age of 80, the answer changes"
    assert changes[0].zh == "从2025年8月2日起（满80周岁），结果会改变"


def test_the_nearest_change_of_an_income_is_the_first_fen_that_turns_the_answer():
    changes = nearest_changes(LIVING, _household(140_000), "低保金", as_of=DAY)
    wage = next(change for change in changes if change.name == "工资")
    assert (wage.value, wage.after) == (119_999, 1)
    assert wage.zh == "如果工资减少200.01元（1,199.99，现为1,400.00），结果会改变"
    assert (
        wage.en == "if monthly wage were 200.01 yuan lower (1,199.99, now 1,400.00), the answer would change"
    )


@given(st.dates(date(1930, 1, 1), date(2000, 1, 1)))
def test_the_day_to_wait_for_is_the_first_on_which_the_amount_differs(born):
    person = Situation({}, ({"出生日期": born, "本市户籍": True},))

    def amount(day: date) -> object:
        return Walker(bind(OLD_AGE, as_of=day)).walk(person).members[0]["高龄津贴"]

    dated = [c for c in nearest_changes(OLD_AGE, person, "高龄津贴", as_of=DAY, member=0) if c.on]
    for change in dated:
        assert amount(change.on) == change.after
        assert amount(change.on - timedelta(days=1)) == change.before == amount(DAY)
    assert dated or years_between(born, DAY) >= 100 or years_between(born, DAY) < 25


def test_two_dates_compared_show_what_a_new_standard_did():
    found = compare_dates(LIVING, _household(80_000), first=date(2025, 6, 30), second=date(2025, 7, 1))
    assert {(d.rule, d.before, d.after) for d in found} == {("低保金", 30_000, 40_000)}
    assert [d.zh for d in found] == ["低保金由300.00变为400.00，增加100.00"]
    assert [d.en for d in found] == ["allowance by the gap changes from 300.00 to 400.00, 100.00 more"]


def test_back_payment_is_the_difference_of_two_replays():
    late = read_book(LIVING.text.replace("published: 2025-06-10", "published: 2025-09-15"))
    months = (date(2025, 6, 1), date(2025, 7, 1), date(2025, 8, 1), date(2025, 9, 1))
    dates = {"known_then": date(2025, 9, 1), "known_now": date(2025, 9, 30)}
    assert back_payment(late, _household(80_000), "低保金", months=months, **dates) == 30_000
    assert back_payment(late, _household(None), "低保金", months=months, **dates) is None


def test_a_formula_with_two_dates_changes_on_its_day():
    book = read_book(
        "policy: 试\nlaw: {title: 试, from: 2024-01-01}\ninputs:\n  person.收入: {type: money}\nrules:\n"
        "  津贴: {of: person, type: money, law: 一, is: {2024-01-01: '100', 2025-01-01: 'round(收入 * 0.1, 2)'}}\n"
    )
    person = Situation({}, ({"收入": 55_555},))
    days = (date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1))
    assert [Walker(bind(book, as_of=d)).walk(person).members[0]["津贴"] for d in days] == [
        None,
        10_000,
        5_556,
    ]
    assert bind(book, as_of=days[0]).gaps == ("津贴",)


EXCLUSIVE = """policy: 试
law: {title: 试, from: 2024-01-01}
inputs:
  person.甲额: {type: money}
  person.乙额: {type: money}
rules:
  甲款: {of: person, type: money, law: 一, is: 甲额}
  乙款: {of: person, type: money, law: 一, is: 乙额}
exclusive:
  - {among: [甲款, 乙款], take: highest, law: 二}
"""


@given(st.integers(0, 9), st.integers(0, 9), st.sampled_from(["highest", "first"]))
def test_excluded_policies_are_never_paid_together(first, second, take):
    walker = Walker(bind(read_book(EXCLUSIVE.replace("highest", take)), as_of=DAY))
    paid = walker.walk(Situation({}, ({"甲额": first, "乙额": second},))).members[0]
    both = (paid["实发_甲款"], paid["实发_乙款"])
    assert min(both) == 0
    assert sum(both) == (max(first, second) if take == "highest" else first or second)


def test_a_decision_table_comes_from_the_rows_of_a_spreadsheet():
    rows = [["年龄", "等级", "金额"], [">=80", None, 100], ["60..79", "甲|乙", 50.5]]
    text = (
        "policy: 试\nlaw: {title: 试, from: 2024-01-01}\ninputs:\n  person.年龄: {type: count}\n"
        "  person.等级: {type: code, codes: [甲, 乙, 丙]}\ntables:\n"
    ) + table_from_rows("津贴", rows, of="person", kind="money", law="一")
    walker = Walker(bind(read_book(text), as_of=DAY))

    def paid(age: int | None, grade: str | None) -> object:
        return walker.walk(Situation({}, ({"年龄": age, "等级": grade},))).members[0]["津贴"]

    assert [paid(80, None), paid(79, "乙"), paid(60, "丙"), paid(59, None), paid(60, None)] == [
        10_000,
        5_050,
        0,
        0,
        None,
    ]


@pytest.mark.parametrize(
    "bad",
    [
        Situation({"货币财产": -1}),
        Situation({"货币财产": 10**15}),
        Situation({"货币财产": True}),
        Situation({"货币财产": "5"}),
        Situation({"不认识": 1}),
        Situation({}, ({"货币财产": 1},)),
        Situation({}, ({"工资": 1.5},)),  # type: ignore[dict-item]
        Situation({}, ({},) * 201),
    ],
)
def test_a_value_that_the_book_does_not_accept_is_refused_by_name(bad):
    with pytest.raises(InputRefused):
        Walker(bind(LIVING, as_of=DAY)).walk(bad)


def test_calculate_answers_the_good_situations_and_names_the_fault_of_the_others():
    given_json = {
        "situations": [
            {
                "id": "a",
                "household": {"货币财产": 100},
                "members": [{"id": "p", "工资": 800.5, "年经营净收入": 0}],
            },
            {"id": "b", "household": {}, "persons": {"q": {"工资": "800", "年经营净收入": None}}},
            {"id": "c", "members": [{"工资": "much"}]},
            {"id": "d", "members": [{"id": 1}, {"id": 1}]},
            7,
        ]
    }
    found = json.loads(json.dumps(calculate(LIVING, given_json, as_of=DAY)))
    a, b, *others = found["results"]
    assert (a["household"]["低保金"], a["missing"], found["demo"]) == (399.5, {}, True)
    assert b["household"]["低保金"] is None
    assert b["missing"]["人均收入"] == [{"name": "年经营净收入", "member": "q"}]
    assert [
        "工资" in others[0]["error"],
        "same id" in others[1]["error"],
        "object" in others[2]["error"],
    ] == [True] * 3


HOME, WAGES = {"货币财产": 0}, {"工资": 800, "年经营净收入": 0}
DATED = {"monthly_wage": {"2025-08": 800}, "yearly net business income": {"2025": 0}}


@pytest.mark.parametrize(
    "written",
    [
        [{"household": HOME, "members": [WAGES]}],
        {"household": HOME, "persons": {"p": WAGES}},
        {"household": HOME, "person": WAGES},
        {"situations": {"a": {"货币财产": 0, "people": [WAGES]}}},
        {"a": {"household": HOME, "members": [WAGES]}},
        {"persons": {"p": WAGES}, "households": {"h": {"parents": ["p"], **HOME}}},
        {"persons": [{"id": 1, **WAGES}], "households": {"h": {"members": [1], **HOME}}},
        {"persons": {"p": DATED}, "household": {"parents": ["p"], "money_and_deposits": {"ETERNITY": 0}}},
        {
            "household": {"household.货币财产": 0, "低保金": None},
            "members": [{"person.工资": 800, "年经营净收入": "0"}],
        },
        {"name": "一人户", "expected": {"低保金": 400}, "household": HOME, "members": [WAGES]},
    ],
)
def test_situations_are_read_in_the_shapes_that_systems_write(written):
    (result,) = calculate(LIVING, written, as_of=DAY)["results"]
    assert result["household"]["低保金"] == 400, result


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ({"members": [], "persons": []}, "mean the same"),
        ({"members": [{"工资": 1, "monthly wage": 2}]}, "given twice"),
        ({"members": [{"工资": {"2024-01": 1}}]}, "no value for 2025-08-01; it has 2024-01"),
        ({"members": [{"工资": 1.005}]}, "at most 2 decimals"),
        ({"household": {"parents": ["q"]}, "persons": {"p": {}}}, "who is no person"),
        ({"wage": 3}, "has no wage"),
        ({"members": [{"低保金": 3}]}, "is no input"),
    ],
)
def test_a_situation_that_cannot_be_meant_is_refused_with_what_is_wrong(written, told):
    (result,) = calculate(LIVING, [written], as_of=DAY)["results"]
    assert told in result["error"]


@pytest.mark.parametrize("written", ["20240203", "2024-W01-1", "2024-2-3", "2023-02-29", "", "٢٠٢٤-٠١-٠١"])
def test_a_day_is_written_in_one_way_only(written):
    book = shipped_book("old_age_allowance_shanghai")
    (result,) = calculate(book, [{"members": [{"出生日期": written}]}], as_of=DAY)["results"]
    assert "write 2025-07-01" in result["error"]


def test_an_amount_out_of_range_is_told_in_yuan_with_the_range():
    (result,) = calculate(LIVING, [{"members": [{"工资": -1}]}], as_of=DAY)["results"]
    assert "-1.00 is no money per month that this book accepts (0.00 to 1,000,000.00)" in result["error"]


def test_the_documented_examples_hold():
    assert [doctest.testmod(module).failed for module in (kinds, wording)] == [0, 0]


@pytest.mark.parametrize(
    ("homes", "told"),
    [
        ({"h": {"members": ["p"]}, "g": {"members": ["p"]}}, "two places"),
        ({"h": {"parents": ["p"], "children": ["p"]}}, "two places"),
        ({"h": {"members": []}}, "no household"),
        ({"h": {"members": ["q"]}}, "who is no person"),
    ],
)
def test_a_person_lives_in_one_household(homes, told):
    with pytest.raises(InputRefused, match=told):
        calculate(LIVING, {"persons": {"p": WAGES}, "households": homes}, as_of=DAY)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "household", "households", "members", "person", "工资", "货币财产"]),
                inner,
                max_size=3,
            )
        ),
        max_leaves=8,
    )
)
def test_any_json_at_all_gets_an_answer_or_a_refusal(value):
    try:
        found = calculate(LIVING, value, as_of=DAY)
    except InputRefused:
        assert not isinstance(value, list)
    else:
        assert all("error" in result or "household" in result for result in found["results"])


@given(st.integers(-(10**9), 10**9), st.integers(-(10**4), 10**4).filter(bool))
def test_halves_are_rounded_away_from_zero(over, under):
    assert half_up(over, under) == int((Decimal(over) / Decimal(under)).quantize(Decimal(1), ROUND_HALF_UP))


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)), st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_twelve_completed_months_are_a_completed_year(start, end):
    assert months_between(start, end) // 12 == years_between(start, end)


@pytest.mark.parametrize("name", shipped_books())
def test_every_shipped_book_has_a_page_in_two_languages_and_satisfies_the_editor_schema(name):
    book = shipped_book(name)
    for lang in ("zh", "en"):
        page = docs(book, lang)
        assert ("demo" in page) == (not book.verified)
        assert all(
            (rule.en or rule.name if lang == "en" else rule.name) in page for rule in book.rules.values()
        )
    loaded = json.loads(json.dumps(_plain(read_yaml(book.text)), default=str))
    errors = [e.message for e in Draft202012Validator(editor_schema()).iter_errors(loaded)]
    assert errors == []


def _plain(node: Node) -> object:
    if isinstance(node.value, dict):
        return {key: _plain(child) for key, child in node.value.items()}
    if isinstance(node.value, tuple):
        return [_plain(child) for child in node.value]
    return float(node.value) if isinstance(node.value, Decimal) else node.value


@pytest.mark.parametrize("name", shipped_books())
def test_the_page_of_every_shipped_book_says_what_the_law_says_and_whether_in_its_own_words(name):
    book = shipped_book(name)
    cited = {one.law for one in (*book.rules.values(), *book.params.values(), *book.ladders.values())}
    page, english = docs(book), docs(book, "en")

    assert book.articles
    assert set(book.articles) <= cited
    assert all(f"> {article.text}" in page and article.source in page for article in book.articles.values())
    assert english.count("not its own words") == sum(not one.quoted for one in book.articles.values())


def test_units_are_named_in_the_readers_language():
    assert "standard: 1,200.00 yuan a month" in docs(LIVING, "en")
    assert "标准: 1,200.00 元/月" in docs(LIVING)
    assert "90% %" not in docs(shipped_book("unemployment_benefit"))


def test_the_five_lines_of_the_readme_give_the_allowance_of_an_old_person(capsys):
    readme = (Path(__file__).parents[3] / "README.md").read_text(encoding="utf-8")
    (lines,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)

    exec(lines, {})

    assert "'高龄津贴': 180" in capsys.readouterr().out
