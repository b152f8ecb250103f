"""Facts with their dates and sources, and what people allow them to be used for."""

import io
from datetime import date, timedelta

import pytest
from tests.factories import PHONE, VILLAGE, announced, deliver, given_county, staff

from shuzhi.domains.registry import services as registry
from shuzhi.spine import clock
from shuzhi.spine.actors import ANONYMOUS, SYSTEM, citizen
from shuzhi.spine.errors import AccessDenied, NotFound
from shuzhi.spine.events import FactsChanged
from shuzhi.spine.sealing import lookup_hash

PEOPLE = f"""code,household,area,name,birth,phone
A-1,A,{VILLAGE},张三,1940-01-01,{PHONE}
A-2,A,{VILLAGE},李四,1942-05-05,
B-1,B,{VILLAGE},王五,1990-01-01,
"""
JANUARY, MAY = date(2026, 1, 1), date(2026, 5, 1)


def load(dataset: str, text: str) -> object:
    return registry.import_csv(dataset, io.BytesIO(text.encode()), by=SYSTEM)


def homes(*names: str, on: date = MAY, purpose: str = "policy") -> dict[str, object]:
    found = registry.homes_with_facts(names=names, on=on, purpose=purpose, by=SYSTEM)
    return {home.code: home for home in found}


@pytest.fixture
def people(db: None) -> None:
    given_county()
    load("people", PEOPLE)
    load(
        "facts",
        f"household,person,name,value,source,since\nA,A-1,本市户籍,是,公安.人口,{JANUARY}\nA,,货币财产,5000.5,民政.核对,{JANUARY}\n",
    )
    load("consents", f"person,purpose,since\nA-1,policy,{JANUARY}\n")


@pytest.mark.usefixtures("people")
class TestFacts:
    def test_only_households_of_which_something_is_known_are_looked_at(self):
        found = homes("本市户籍")

        assert set(found) == {"A"}
        assert found["A"].members[0].facts["本市户籍"].source == "公安.人口"

    def test_a_birth_is_known_without_being_told_apart(self):
        found = homes("出生日期")

        assert set(found) == {"A", "B"}
        assert found["A"].members[0].facts["出生日期"].value == "1940-01-01"

    def test_what_nobody_allowed_is_marked(self):
        assert [one.consented for one in homes("本市户籍")["A"].members] == [True, False]

    def test_a_later_statement_ends_the_earlier_one_and_the_past_stays(self):
        registry.record_fact("A", name="货币财产", value=90_000, source="民政.核对", since=MAY, by=SYSTEM)
        deliver()

        assert homes("货币财产", on=MAY)["A"].facts["货币财产"].value == 90_000
        assert homes("货币财产", on=MAY - timedelta(days=1))["A"].facts["货币财产"].value == 5000.5
        assert announced(FactsChanged)[-1].household == "A"

    def test_a_file_read_twice_changes_nothing(self):
        again = load(
            "facts", f"household,person,name,value,source,since\nA,A-1,本市户籍,是,公安.人口,{JANUARY}\n"
        )

        assert (again.accepted, again.unchanged) == (0, 1)

    def test_a_row_about_somebody_elses_household_is_sent_back(self):
        report = load(
            "facts", f"household,person,name,value,source,since\nB,A-1,本市户籍,是,公安,{JANUARY}\n"
        )

        assert report.quarantined == 1

    def test_only_the_platform_reads_the_whole_county(self):
        with pytest.raises(AccessDenied):
            next(registry.homes_with_facts(names=["本市户籍"], on=MAY, purpose="policy", by=staff("leader")))


@pytest.mark.usefixtures("people")
class TestConsent:
    def test_a_citizen_takes_consent_back_and_from_then_on_it_does_not_hold(self):
        registry.set_consent("A-1", purpose="policy", given=False, by=citizen(lookup_hash(PHONE)))

        assert not homes("本市户籍", on=clock.today())["A"].members[0].consented

    def test_nobody_speaks_for_somebody_else(self):
        with pytest.raises(NotFound):
            registry.set_consent("A-2", purpose="policy", given=True, by=citizen(lookup_hash(PHONE)))

    def test_a_citizen_sees_the_own_household_and_a_visitor_none(self):
        found = registry.home_of_citizen(names=["本市户籍"], on=MAY, by=citizen(lookup_hash(PHONE)))

        assert found is not None
        assert found[1] == "A-1"
        assert registry.home_of_citizen(names=["本市户籍"], on=MAY, by=ANONYMOUS) is None
