"""A book that could be misread, or could harm, is refused with line, column and how to mend it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.rules import BookRefused, check, format_book, read_book, shipped_book, shipped_books

GOOD = """policy: 试
law: {title: 试行办法, from: 2025-01-01}
inputs:
  person.收入: {type: money, period: month}
  person.年收入: {type: money, period: year}
  person.等级: {type: code, codes: [甲, 乙]}
  household.面积: {type: measure, unit: m²}
params:
  标准: {unit: 元/月, law: 一, 2025-01-01: 1200}
rules:
  合格: {of: person, law: 二, is: 收入 < 标准}
"""


def _with_rule(formula: str, of: str = "person") -> str:
    return GOOD + f"  新规: {{of: {of}, law: 三, is: '{formula}'}}\n"


def _codes(text: str) -> set[str]:
    return {finding.code for finding in check(text)}


def test_the_small_book_is_good():
    assert check(GOOD) == ()


@pytest.mark.parametrize(
    ("formula", "code"),
    [
        ("收入 < 年收入", "unit"),
        ("收入 < 面积", "unit"),
        ("收入 * 收入 > 0", "unit"),
        ('等级 == "丙"', "code"),
        ("等级 < 等级", "kind"),
        ("没有此名 > 1", "unknown-name"),
        ("收入 / 12", "rounding"),
        ("收入 * 0.5", "unit"),
        ("收入 and True", "kind"),
        ("收入 + 0.001", "kind"),
        ("收入 ** 2", "formula"),
        ("10 ** 10 ** 10", "formula"),
        ("1e999 > 收入", "formula"),
        ("99999999999999999999 > 收入", "formula"),
        ("收入 * 1000000000 > 0", "overflow"),
        ('open("x")', "formula"),
        ('__import__("os")', "formula"),
        ("收入.__class__", "formula"),
        ("(lambda: 1)()", "formula"),
        ("[x for x in ()]", "formula"),
        ('f"{收入}"', "formula"),
        ("收入[0]", "formula"),
        ("(x := 1)", "formula"),
        ("sum(m.收入 for m in members)", "whose"),
        ("round(收入, 收入)", "formula"),
        ("round(收入, 4) > 0", "kind"),
        ("收入 <", "formula"),
        ("years(收入, as_of)", "kind"),
        ("months(12)", "formula"),
        ("max(收入, key=收入)", "formula"),
        ("bracket(收入, 标准)", "unknown-name"),
    ],
)
def test_a_formula_outside_the_language_is_refused(formula, code):
    assert code in _codes(_with_rule(formula))


def test_the_finding_names_line_column_and_how_to_mend():
    text = GOOD.replace("收入 < 标准}", "收入 < 标淮}")
    finding = check(text)[0]
    line = text.splitlines()[finding.line - 1]
    assert line[finding.column - 1 :].startswith("标淮")
    assert "标准" in finding.mend


def test_rules_that_need_each_other_are_refused_with_the_circle():
    text = GOOD + "  甲: {of: person, law: 三, is: 乙款}\n  乙款: {of: person, law: 三, is: 甲}\n"
    assert any("甲 → 乙款 → 甲" in finding.message for finding in check(text))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (("law: 一, ", ""), "citation"),
        (("law: 二, ", ""), "citation"),
        (("2025-01-01: 1200", "2025-01-01: {value: 1200, until: 2025-08-01}, 2025-07-01: 1300"), "dates"),
        (("2025-01-01: 1200", "2025-01-01: 1200, 2025-01-01: 1300"), "repeated-key"),
        (("2025-01-01: 1200", "2025-02-30: 1200"), "date"),
        (("2025-01-01: 1200", "2025-01-01: abc"), "kind"),
        (("2025-01-01: 1200", "2025-01-01: 1200.005"), "kind"),
        (("from: 2025-01-01", "from: 2025-13-01"), "date"),
        (("person.收入", "firm.收入"), "whose"),
        (("person.收入", "person.收 入"), "name"),
        (("person.收入", "person.class"), "name"),
        (("person.收入", 'person.x"; DROP TABLE persons; --'), "name"),
        (("person.收入", "person.ⅠⅠ"), "name"),
        (("person.收入", "person.标准"), "name"),
        (("type: money, period: month", "type: cash"), "kind"),
        (("codes: [甲, 乙]", "codes: []"), "code"),
        (("inputs:", "articles: {一: {text: 甲, quoted: true}}\ninputs:"), "citation"),
        (("inputs:", "articles: {第九条: {text: 甲}}\ninputs:"), "citation"),
        (("inputs:", "articles: {一: {source: 甲}}\ninputs:"), "missing"),
        (("policy: 试", "policy: &a 试"), "alias"),
        (("policy: 试", "policy: !!python/object:os.system 试"), "tag"),
        (("policy: 试", "on: 试"), "old-truth"),
        (("policy: 试", "policy: 试\nextra: 1"), "unknown-key"),
        (("policy: 试", "policy: [" * 30), "too-deep"),
    ],
)
def test_a_fault_in_the_book_is_refused(change, code):
    assert change[0] in GOOD
    assert code in _codes(GOOD.replace(*change, 1))


def test_a_yaml_bomb_is_refused_before_it_grows():
    bomb = "a: &a [x, x]\n" + "\n".join(f"b{i}: &b{i} [*a, *a, *a]" for i in range(20))
    assert _codes(bomb) == {"alias"}


@pytest.mark.parametrize(
    "text",
    [
        "x" * 1_000_001,
        "policy: " + "长" * 5_000,
        _with_rule("(" * 200 + "收入" + ")" * 200),
        _with_rule("not " * 350 + "True"),
        _with_rule("-" * 1_400 + "收入"),
        _with_rule(" + ".join(["收入"] * 200)),
        _with_rule(" if True else ".join(["收入"] * 90)),
    ],
)
def test_a_huge_or_deep_text_is_refused_quickly(text):
    assert check(text) != ()


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_a_book_or_has_findings(text):
    for candidate in (text, GOOD + text, _with_rule(text.replace("'", "").replace("\n", " "))):
        assert isinstance(check(candidate), tuple)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_a_damaged_book_never_crashes(data):
    at = data.draw(st.integers(0, len(GOOD) - 1))
    junk = data.draw(
        st.sampled_from(
            ["", "{", "]", "'", ": ", "\n", "\t", "&a ", "*a", "-", "null", "2025-02-29", "\x00", "9" * 40]
        )
    )
    assert isinstance(check(GOOD[:at] + junk + GOOD[at + data.draw(st.integers(0, 3)) :]), tuple)


@pytest.mark.parametrize("name", shipped_books())
def test_every_shipped_book_passes_its_twenty_cases_and_keeps_its_meaning_when_formatted(name):
    book = shipped_book(name)
    again = format_book(book.text)
    assert check(book.text) == ()
    assert len(book.cases) >= 20
    assert format_book(again) == again
    assert read_book(again).rules == book.rules


def test_a_case_that_does_not_hold_is_a_finding_at_its_line():
    text = shipped_book("minimum_living").text.replace(
        "[800, 0, 0, 800, 400, 500]", "[800, 0, 0, 800, 401, 500]"
    )
    finding = check(text)[0]
    assert finding.code == "case"
    assert "401" in text.splitlines()[finding.line - 1]


def test_refusal_of_a_book_keeps_every_finding():
    with pytest.raises(BookRefused) as refused:
        read_book(GOOD.replace("收入 < 标准", "收入 < 甲 + 乙"), name="b.yaml")
    assert str(refused.value).startswith("b.yaml:11:")
