"""A worse model is refused, a model measured on other data is refused, and a bad choice can be taken back."""

from dataclasses import replace

import pytest

from shuzhi.engines.text import ModelEntry, ModelRegister

FIRST = ModelEntry(
    version="cat-1",
    target="category",
    data_hash="a",
    evaluated_on="e",
    rows=100,
    macro_f1=0.90,
    f1={"01": 0.9, "02": 0.9},
    calibration_error=0.02,
    made_on="2030-01-01",
    file_hash="f",
)


def register(**changed: object) -> ModelRegister:
    second = replace(FIRST, **{"version": "cat-2", **changed})
    return ModelRegister().with_entry(FIRST).promote("cat-1").with_entry(second)


def test_a_better_model_measured_on_the_same_data_may_serve():
    after = register(macro_f1=0.92).promote("cat-2")

    assert after.serving("category").version == "cat-2"


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"macro_f1": 0.89}, "worse"),
        ({"macro_f1": 0.95, "evaluated_on": "other"}, "other-data"),
        ({"macro_f1": 0.91, "f1": {"01": 0.99, "02": 0.83}}, "class-lost"),
    ],
)
def test_a_model_that_may_not_serve_is_refused_with_a_code(changed, code):
    entered = register(**changed)

    assert entered.judge("cat-2").code == code
    with pytest.raises(ValueError, match=code):
        entered.promote("cat-2")


def test_rollback_brings_the_earlier_model_back():
    after = register(macro_f1=0.92).promote("cat-2").rollback("category")

    assert after.serving("category").version == "cat-1"
    with pytest.raises(ValueError, match="no earlier"):
        after.rollback("category")


def test_the_register_survives_its_file():
    entered = register(macro_f1=0.92).promote("cat-2")

    assert ModelRegister.from_json(entered.to_json()) == entered


def test_a_version_is_entered_once():
    with pytest.raises(ValueError, match="already"):
        ModelRegister().with_entry(FIRST).with_entry(FIRST)
