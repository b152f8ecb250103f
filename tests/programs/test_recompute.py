"""Anyone can work a decision out again: one file holds the book, the facts and the claim."""

import json
from datetime import date

import pytest

from shuzhi.engines import rules
from shuzhi.programs.verify.__main__ import main
from shuzhi.programs.verify.build import build
from tests.programs.given import run

BOOK = rules.shipped_book("minimum_living")
SITUATION = {"household": {"货币财产": 100}, "members": [{"id": "p", "工资": 800.5, "年经营净收入": 0}]}


@pytest.fixture
def judged(tmp_path, capsysbinary):
    def judge(raw: bytes, language: str = "en") -> tuple[int, str]:
        (tmp_path / "decision.json").write_bytes(raw)
        code = main(["--language", language, "recompute", str(tmp_path / "decision.json")])
        return code, capsysbinary.readouterr().out.decode()

    return judge


def _decision(**changes: object) -> bytes:
    raw = rules.format_claim(
        book=BOOK.text,
        as_of=date(2025, 8, 1),
        rule="低保金",
        member=None,
        situation=SITUATION,
        value=399.5,
        salt=bytes(32),
    )
    return json.dumps({**json.loads(raw), **changes}).encode()


def test_a_true_decision_is_verified_in_both_languages(judged):
    code, text = judged(_decision())
    assert (code, "as of 2025-08-01: 低保金 is 399.5, as claimed" in text) == (0, True)
    assert BOOK.digest in text
    code, text = judged(_decision(), "zh")
    assert (code, "低保金为399.5，与所载一致" in text) == (0, True)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"value": 399.51}, "The rules give 399.5 for 低保金; the decision claims 399.51"),
        ({"value": True}, "claims True"),
        ({"book": BOOK.text.replace("1200", "1201")}, "not the one that the decision names"),
        ({"situation": {**SITUATION, "household": {"货币财产": 99}}}, "not those that were sealed"),
    ],
)
def test_what_was_altered_after_the_decision_is_named(judged, changes, told):
    code, text = judged(_decision(**changes))
    assert (code, told in text) == (1, True)


@pytest.mark.parametrize(
    ("changes", "code", "told"),
    [({}, 0, "低保金 is 399.5, as claimed"), ({"value": 1}, 1, "The rules give 399.5")],
)
def test_the_one_file_needs_no_library_to_work_a_decision_out_again(tmp_path, changes, code, told):
    program = build(tmp_path / "shuzhi-verify.pyz")
    (tmp_path / "decision.json").write_bytes(_decision(**changes))

    done = run("-I", "-S", str(program), "recompute", str(tmp_path / "decision.json"))

    assert (done.returncode, told in done.stdout) == (code, True), done.stdout + done.stderr


@pytest.mark.parametrize(
    "changes",
    [
        {"as_of": "tomorrow"},
        {"rule": "没有"},
        {"member": 7},
        {"situation": {"household": {"货币财产": "x"}}},
        {"book": "policy: ["},
        {"extra": 1},
    ],
)
def test_a_file_without_its_form_is_unreadable_and_never_verified(judged, changes):
    assert judged(_decision(**changes))[0] == 2
