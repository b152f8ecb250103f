"""A reform is the same book with an amount or a formula changed, checked like any book."""

from datetime import date
from decimal import Decimal

import pytest

from shuzhi.engines.rules import BookRefused, Situation, Walker, bind, reformed, shipped_book

DAY = date(2025, 8, 1)
LIVING = shipped_book("minimum_living")


def _paid(book, wage_fen, day=DAY):
    situation = Situation({"货币财产": 0}, ({"工资": wage_fen, "年经营净收入": 0},))
    return Walker(bind(book, as_of=day)).walk(situation).household["低保金"]


def test_a_changed_amount_holds_from_its_version_on_and_leaves_the_past_alone():
    after = reformed(LIVING, as_of=DAY, params={"标准": 1300})
    assert (_paid(LIVING, 80_000), _paid(after, 80_000)) == (40_000, 50_000)
    assert _paid(after, 80_000, date(2025, 6, 30)) == _paid(LIVING, 80_000, date(2025, 6, 30))


def test_a_changed_formula_is_read_and_checked_like_any_other():
    after = reformed(LIVING, as_of=DAY, formulas={"低保金": "标准 * 人数 if 符合条件 else 0"})
    assert _paid(after, 80_000) == 120_000


def test_a_dated_formula_is_changed_where_it_is_in_force():
    from shuzhi.engines.rules import read_book

    book = read_book(
        "policy: 试\nlaw: {title: 试, from: 2024-01-01}\ninputs:\n  person.收入: {type: money}\nrules:\n"
        "  津贴: {of: person, type: money, law: 一, is: {2024-01-01: '100', 2025-01-01: '200'}}\n"
    )
    after = reformed(book, as_of=DAY, formulas={"津贴": "300"})
    person = Situation({}, ({"收入": 0},))
    days = (date(2024, 5, 1), DAY)
    assert [Walker(bind(after, as_of=d)).walk(person).members[0]["津贴"] for d in days] == [10_000, 30_000]


def test_the_name_of_a_reform_follows_from_what_it_changes():
    digests = {
        reformed(LIVING, as_of=DAY, params={"标准": amount}).digest for amount in (1300, Decimal(1300), 1301)
    }
    assert len(digests) == 2
    assert LIVING.digest not in digests


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"params": {"没有": 1}}, "unknown-name"),
        ({"params": {"标准": "much"}}, "kind"),
        ({"params": {"标准": Decimal("1.005")}}, "kind"),
        ({"params": {"标准": 10**16}}, "overflow"),
        ({"formulas": {"低保金": '__import__("os")'}}, "formula"),
        ({"formulas": {"低保金": "分档低保金 + 没有"}}, "unknown-name"),
    ],
)
def test_a_reform_with_a_fault_is_refused_with_its_place(changes, code):
    with pytest.raises(BookRefused) as refused:
        reformed(LIVING, as_of=DAY, **changes)
    assert code in {finding.code for finding in refused.value.findings}


def test_an_amount_before_its_first_day_cannot_be_changed():
    with pytest.raises(BookRefused, match="not in force"):
        reformed(LIVING, as_of=date(2020, 1, 1), params={"标准": 1300})
