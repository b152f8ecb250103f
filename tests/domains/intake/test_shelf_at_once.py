"""Two stewards change what serves at the same moment: one after the other, each against what serves by then."""

import hashlib
from dataclasses import replace

import pytest
from tests.at_once import open_county, together

from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import ModelChange
from shuzhi.engines.text import ModelEntry
from shuzhi.engines.text.builtin import builtin_model
from shuzhi.spine.actors import Actor, ActorKind, Grant

__all__ = ["open_county"]

STEWARD = Actor(ActorKind.STAFF, "9", "Steward", (Grant("registry_steward"),))
pytestmark = pytest.mark.usefixtures("open_county")


def given_model(version: str, macro_f1: float) -> ModelEntry:
    """A model on the shelf, measured on the same messages as the one that comes with the program."""
    data = replace(builtin_model("category"), version=version).to_bytes()
    entry = replace(
        services.serving_entry("category"),
        version=version,
        macro_f1=macro_f1,
        file_hash=hashlib.sha256(data).hexdigest(),
    )
    return services.enter_model(data, entry, by=STEWARD).entry


def promote(version: str) -> None:
    services.promote_model(version, because="better on the same messages", by=STEWARD)


def test_the_same_model_is_promoted_once_when_three_people_promote_it_together():
    better = given_model("better", 0.97).version

    found = together(*[lambda: promote(better)] * 3)

    assert found == ["", "model-not-promoted", "model-not-promoted"]
    assert ModelChange.objects.count() == 1


def test_of_two_models_promoted_at_once_the_worse_one_never_replaces_the_better():
    for turn in range(4):
        good, best = f"good-{turn}", f"best-{turn}"
        given_model(good, 0.9 + turn * 0.02)
        given_model(best, 0.91 + turn * 0.02)

        found = together(lambda good=good: promote(good), lambda best=best: promote(best))

        assert found in (["", ""], ["", "model-not-promoted"])
        assert services.serving_entry("category").version == best


def test_taken_back_twice_at_once_the_shelf_goes_two_steps_back_and_never_one_step_twice():
    builtin = services.serving_entry("category").version
    for version, macro_f1 in (("first", 0.95), ("second", 0.96)):
        given_model(version, macro_f1)
        promote(version)

    def back() -> None:
        services.rollback_model("category", because="too early", by=STEWARD)

    assert together(back, back, back) == ["", "", "no-earlier-model"]
    assert services.serving_entry("category").version == builtin
    assert list(
        ModelChange.objects.filter(kind="rolled_back").order_by("id").values_list("version", flat=True)
    ) == [
        "first",
        builtin,
    ]
