"""What rulings teach: the catalogue learns from an arbitration when a steward agrees."""

import pytest
from django.db import transaction
from django.urls import reverse
from tests.domains.registry.given import CITY, OFFICER, STEWARD, TOWN, VILLAGE, given_registry
from tests.domains.registry.test_pages import logged_in

from shuzhi.domains.registry import services
from shuzhi.domains.registry.models import CatalogueProposal
from shuzhi.domains.registry.refusals import NoOpenProposal
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant
from shuzhi.spine.errors import AccessDenied, InvalidInput
from shuzhi.spine.events import CatalogueChanged, CatalogueChangeProposed, WorkOrderId
from shuzhi.spine.models import AuditEntry

pytestmark = pytest.mark.django_db
PROPOSALS = outbox.find_listener(LISTENERS, "registry.proposals")


def given_ruling(
    category: str = "0201", area: str = VILLAGE, unit: str = "water", number: str = "26-0302-00017"
):
    ruling = CatalogueChangeProposed(
        category=category, area=area, unit=unit, order_id=WorkOrderId(17), number=number
    )
    with transaction.atomic():
        outbox.announce(ruling, by=SYSTEM)
    outbox.drain([PROPOSALS])


def best_unit(category: str = "0201", area: str = VILLAGE) -> str:
    return services.dispatch_targets(category, area=area, on=clock.today())[0].unit


def waiting() -> list[tuple[str, str, str, str]]:
    found = services.open_proposals(by=STEWARD)
    return [(one.category, one.area, one.unit, one.present) for one in found]


@pytest.fixture(autouse=True)
def _registry():
    given_registry()


def test_a_ruling_against_the_catalogue_waits_for_the_steward_and_changes_nothing_by_itself():
    given_ruling()

    assert waiting() == [("0201", VILLAGE, "water", "town_qingshi")]
    assert best_unit() == "town_qingshi"


def test_a_ruling_that_the_catalogue_already_follows_proposes_nothing():
    given_ruling(unit="town_qingshi")

    assert waiting() == []


def test_news_heard_again_proposes_nothing_twice():
    given_ruling()
    (heard,) = outbox.story(names=[CatalogueChangeProposed.__name__])

    services.keep_proposals([heard, heard])

    assert len(waiting()) == 1


def test_a_ruling_without_a_place_is_about_the_whole_county():
    given_ruling(category="04", area="", unit="housing")

    assert waiting() == [("04", CITY, "housing", "water")]


def test_taken_over_the_next_demand_goes_to_the_right_unit_and_the_row_cites_the_order():
    given_ruling()
    (proposal,) = services.open_proposals(by=STEWARD)

    services.accept_proposal(proposal.id, by=STEWARD)

    assert best_unit() == "water"
    assert waiting() == []
    outbox.drain([PROPOSALS])
    assert [one.event.unit for one in outbox.story(names=[CatalogueChanged.__name__])] == ["water"]
    decided = CatalogueProposal.objects.get()
    assert (decided.decision, decided.decided_by) == ("accepted", STEWARD.reference)
    assert "26-0302-00017" in decided.because
    assert AuditEntry.objects.filter(action="registry.decide_proposal").exists()


def test_declined_with_a_reason_the_catalogue_stays():
    given_ruling()
    (proposal,) = services.open_proposals(by=STEWARD)

    with pytest.raises(InvalidInput):
        services.decline_proposal(proposal.id, because="  ", by=STEWARD)
    services.decline_proposal(proposal.id, because="个案，不改目录", by=STEWARD)

    assert (best_unit(), waiting()) == ("town_qingshi", [])


def test_what_is_decided_is_not_decided_again():
    given_ruling()
    (proposal,) = services.open_proposals(by=STEWARD)
    services.accept_proposal(proposal.id, by=STEWARD)

    with pytest.raises(NoOpenProposal):
        services.decline_proposal(proposal.id, because="迟了", by=STEWARD)


def test_a_catalogue_changed_meanwhile_settles_the_proposal():
    given_ruling()

    services.change_catalogue("0201", area=TOWN, unit="water", because="目录修订", by=STEWARD)

    assert waiting() == []


def test_only_stewards_see_and_decide_and_only_in_their_area():
    given_ruling()
    elsewhere = Actor(ActorKind.STAFF, "9", "Elsewhere", (Grant("registry_steward", area="990103000000"),))
    (proposal,) = services.open_proposals(by=STEWARD)

    with pytest.raises(AccessDenied):
        services.open_proposals(by=OFFICER)
    with pytest.raises(AccessDenied):
        services.accept_proposal(proposal.id, by=OFFICER)
    assert services.open_proposals(by=elsewhere) == []
    with pytest.raises(NoOpenProposal):
        services.accept_proposal(proposal.id, by=elsewhere)


@pytest.mark.parametrize(("verdict", "unit"), [("accept", "water"), ("decline", "town_qingshi")])
def test_the_steward_decides_on_the_page_of_the_catalogue(verdict, unit):
    given_ruling()
    (proposal,) = services.open_proposals(by=STEWARD)
    steward = logged_in("registry_steward")

    assert reverse("registry:catalogue") in steward.get(reverse("registry:index")).content.decode()
    page = steward.get(reverse("registry:catalogue")).content.decode()
    assert f"accept:{proposal.id}" in page
    assert "26-0302-00017" in page
    answer = steward.post(
        reverse("registry:decide_proposal"),
        {"decision": f"{verdict}:{proposal.id}", "because": "裁定"},
        follow=True,
    )

    assert answer.status_code == 200
    assert "proposals-title" not in answer.content.decode()
    assert best_unit() == unit


@pytest.mark.parametrize("decision", ["", "accept:", "accept:x", "accept:99999999999999999999", "decline:٣"])
def test_a_broken_decision_is_a_page_and_no_crash(decision):
    answer = logged_in("registry_steward").post(reverse("registry:decide_proposal"), {"decision": decision})

    assert answer.status_code == 404
