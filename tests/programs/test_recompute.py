"""Anyone can compute a decision again: the book, the facts and the claim are enough."""

import json
from datetime import date

import pytest

from shuzhi.engines import rules
from shuzhi.programs.verify.__main__ import main

BOOK = rules.shipped_book("minimum_living")
SITUATION = {
    "id": "decision-1",
    "household": {"货币财产": 100},
    "members": [{"id": "p", "工资": 800.5, "年经营净收入": 0}],
}


@pytest.fixture
def judged(tmp_path, capsysbinary):
    def judge(claim: object, book: str = BOOK.text, language: str = "en") -> tuple[int, str]:
        (tmp_path / "book.yaml").write_text(book, encoding="utf-8")
        (tmp_path / "claim.json").write_text(json.dumps(claim), encoding="utf-8")
        code = main(
            ["--language", language, "recompute", str(tmp_path / "book.yaml"), str(tmp_path / "claim.json")]
        )
        return code, capsysbinary.readouterr().out.decode()

    return judge


def _claim() -> dict:
    claimed: dict = rules.claim(BOOK, SITUATION, as_of=date(2025, 8, 1), known_on=date(2025, 8, 20))
    return json.loads(json.dumps(claimed))


def test_a_true_decision_is_verified_in_both_languages(judged):
    code, text = judged(_claim())
    assert (code, "9 values were computed again as of 2025-08-01" in text) == (0, True)
    assert BOOK.digest in text
    code, text = judged(_claim(), language="zh")
    assert (code, "重新计算 9 项结果，与所载一致" in text) == (0, True)


def test_one_fen_more_than_the_law_gives_is_named(judged):
    claim = _claim()
    claim["values"]["household"]["低保金"] += 0.01
    code, text = judged(claim)
    assert code == 1
    assert "低保金: claimed 399.51, computed 399.5" in text


def test_a_fact_changed_after_the_decision_is_noticed(judged):
    claim = _claim()
    claim["situation"]["members"][0]["工资"] = 700
    code, text = judged(claim)
    assert (code, "not what the rules give" in text) == (1, True)


def test_a_book_with_one_letter_changed_is_another_book(judged):
    code, text = judged(_claim(), BOOK.text.replace("1200", "1201"))
    assert (code, "not the one that the decision names" in text) == (1, True)


def test_a_true_answer_is_not_the_amount_of_one_yuan(judged):
    claim = _claim()
    claim["values"]["household"]["符合条件"] = 1
    assert judged(claim)[0] == 1


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("as_of",), "tomorrow"),
        (("values",), 7),
        (("values", "household"), 7),
        (("values", "members"), [7]),
        (("values", "members"), [{"id": "stranger", "x": 1}]),
        (("situation",), None),
        (("situation", "household"), {"货币财产": "x"}),
    ],
)
def test_a_claim_without_its_form_is_unreadable_and_never_verified(judged, path, value):
    claim = _claim()
    at = claim
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    assert judged(claim)[0] == 2


def test_a_text_that_is_no_book_is_unreadable(judged):
    assert judged(_claim(), "policy: [")[0] == 2
