"""The steward's pages of text models: figures, what people changed, who let which model serve."""

import pytest
from django.test import Client
from tests.domains.intake.given import DISPATCHER, report_from_web
from tests.domains.intake.test_learning import STEWARD, given_judgements
from tests.factories import client_of, staff

from shuzhi.domains.intake import services
from shuzhi.spine.errors import InvalidInput, NotFound

pytestmark = pytest.mark.usefixtures("county")


@pytest.fixture
def steward() -> Client:
    return client_of(staff("registry_steward"), language="en")


def read(steward: Client, address: str) -> str:
    page = steward.get(address)
    assert page.status_code == 200
    return page.content.decode()


def test_the_list_tells_which_models_serve_and_that_nothing_was_judged(steward):
    page = read(steward, "/desk/models/")

    assert page.count("comes with the program") == 2
    assert page.count("no suggestion was judged yet") == 2


def test_a_model_shows_each_class_with_its_interval_and_that_it_never_decides_alone(steward):
    entry = services.serving_entry("category")

    page = read(steward, f"/desk/models/{entry.version}/")

    assert f"over {len(entry.f1)} classes" in page
    assert page.split("<details>")[0].count('<svg class="bar"') == 12, (
        "the weakest; the others are folded away"
    )
    assert page.count('<svg class="bar"') == len(entry.f1)
    assert "never: 98 right of 100 was not shown" in page
    assert "Its messages were made up" in page
    assert all(low <= entry.f1[name] <= high for name, (low, high) in entry.intervals.items())


def test_a_steward_learns_promotes_and_takes_back_with_reasons(steward):
    given_judgements()
    lift = report_from_web("楼里的电梯困人，门打不开").demand_id
    services.judge_suggestion(lift, field="category", chosen="020102", by=DISPATCHER)
    former = services.serving_entry("category").version

    learnt = f"/desk/models/{services.learn('category', by=STEWARD).entry.version}/"
    page = read(steward, learnt)
    assert "85 of them filed by people here" in page
    assert "Lift fault → <b>" in page.replace("Housing › Property management › ", "")

    unexplained = steward.post(f"{learnt}promoting/", {"because": " "})
    assert (unexplained.status_code, "say why another model serves" in unexplained.content.decode()) == (
        422,
        True,
    )

    steward.post(f"{learnt}promoting/", {"because": "better on our demands"})
    assert services.serving_entry("category").version in learnt
    assert steward.get(f"{learnt}confusion.svg")["Content-Type"] == "image/svg+xml"

    steward.post(f"{learnt}rolling-back/", {"because": "too early"})
    assert services.serving_entry("category").version == former
    assert "better on our demands" in read(steward, "/desk/models/")


def test_the_list_shows_how_often_people_took_a_suggestion(steward):
    demand = report_from_web("楼里的电梯困人").demand_id
    chosen = next(
        one.value for one in services.get_demand(demand, by=DISPATCHER).suggestions if one.field == "kind"
    )
    services.judge_suggestion(demand, field="kind", chosen=chosen, by=DISPATCHER)

    assert "people took 100.0% of 1 suggestion" in read(steward, "/desk/models/")
    serving = services.serving_entry("kind").version
    assert "Does it still fit?" in read(steward, f"/desk/models/{serving}/")


@pytest.mark.parametrize("target", ["", "urgency", "x" * 5_000])
def test_an_unknown_target_is_refused(steward, target):
    assert steward.post("/desk/models/learning/", {"target": target}).status_code == 422


@pytest.mark.parametrize("target", ["", "urgency", "类型"])
def test_what_no_model_is_asked_for_cannot_be_taken_back(target):
    with pytest.raises(InvalidInput, match="category, kind"):
        services.rollback_model(target, because="it read badly", by=STEWARD)


def test_a_version_that_nobody_knows_is_refused_by_its_name():
    with pytest.raises(NotFound, match="kind-of-nobody"):
        services.promote_model("kind-of-nobody", because="it reads better", by=STEWARD)


def test_the_pages_are_for_the_steward():
    assert client_of(staff("call_taker")).get("/desk/models/").status_code == 403


def test_an_unknown_version_is_not_found(steward):
    assert steward.get("/desk/models/none/").status_code == 404
    assert services.model(services.serving_entry("kind").version, by=STEWARD).serving
