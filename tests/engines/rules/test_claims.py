"""A decision that anybody can work out again: what is claimed is what comes out, or it is named."""

import json
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines import rules

BOOK = rules.shipped_book("old_age_allowance_shanghai")
SITUATION = {"household": {}, "members": [{"出生日期": "1940-01-01", "本市户籍": True}]}
SALT = bytes(range(32))


def given_claim(**changed: object) -> dict[str, object]:
    told = {
        "book": BOOK.text,
        "as_of": date(2026, 5, 1),
        "rule": "高龄津贴",
        "member": 0,
        "situation": SITUATION,
        "value": 180,
        "salt": SALT,
    }
    claim = rules.parse_claim(rules.format_claim(**told))
    return claim | changed


def test_a_true_claim_agrees():
    assert rules.recompute(given_claim()).agrees


@pytest.mark.parametrize(
    ("changed", "named"),
    [
        ({"value": 181}, "value"),
        ({"value": 180.0}, "value"),
        ({"rule_package": "0" * 64}, "rule_package"),
        ({"inputs_seal": "0" * 64}, "inputs_seal"),
        ({"salt": "00" * 32}, "inputs_seal"),
        ({"as_of": "2015-01-01"}, "value"),
        ({"book": BOOK.text + "\n# later\n"}, "rule_package"),
        (
            {"situation": {"household": {}, "members": [{"出生日期": "1940-01-02", "本市户籍": True}]}},
            "inputs_seal",
        ),
    ],
)
def test_whatever_was_altered_is_named(changed, named):
    assert named in rules.recompute(given_claim(**changed)).differs


@pytest.mark.parametrize(
    "changed",
    [
        {"book": "x"},
        {"as_of": "2026-02-30"},
        {"salt": "zz"},
        {"rule": "没有"},
        {"member": None},
        {"member": 7},
        {"situation": {"household": {}, "members": [{"出生日期": "soon"}]}},
    ],
)
def test_what_cannot_be_worked_out_is_refused(changed):
    with pytest.raises(rules.ClaimRefused):
        rules.recompute(given_claim(**changed))


@given(st.binary(max_size=300))
def test_no_bytes_crash_the_reader(raw):
    with pytest.raises(rules.ClaimRefused):
        rules.parse_claim(raw)


def test_deep_json_is_refused():
    with pytest.raises(rules.ClaimRefused):
        rules.parse_claim(b"[" * 100_000)
    with pytest.raises(rules.ClaimRefused):
        rules.parse_claim(json.dumps({"format": "shuzhi-decision/1"}).encode())


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=32, max_size=32))
def test_another_salt_gives_another_seal(first, second):
    seals = {rules.seal_inputs(SITUATION, salt) for salt in (first, second)}

    assert len(seals) == len({first, second})
