"""Figures that cannot mislead: nobody recognised, like with like, and whoever was not heard is named."""

import csv
import io
from collections.abc import Iterator

import pytest
from django.test import Client
from tests.domains.statistics.given import DAY, START, TOWN_A, TOWN_B, handled_and_closed, told_of
from tests.domains.statistics.test_measures import TOWN, VILLAGE, given_registry

from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.django_db
SINCE, UNTIL = START - DAY, START + 19 * DAY
OTHER_TOWN, OTHER_VILLAGE = "990102101000", "990102101201"


@pytest.fixture(autouse=True)
def _three_weeks_later() -> Iterator[None]:
    with clock.stopped_at(START + 20 * DAY):
        yield


def page(client: Client, path: str) -> str:
    answer = client.get(path, headers={"accept-language": "en"})
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


def test_groups_of_few_are_told_to_nobody_in_public_and_cannot_be_subtracted(client: Client):
    given_registry()
    told_of(
        *(handled_and_closed(n, category="02") for n in range(1, 31)),
        *(handled_and_closed(n, category="04") for n in range(31, 34)),
        *(handled_and_closed(n, category="0301") for n in range(34, 44)),
    )

    cards = {
        card.group: card
        for card in services.measures(since=SINCE, until=UNTIL, by="category", names=["on_time_rate"])
    }
    table = client.get("/figures/figures.csv", headers={"accept-language": "en"}).content.decode("utf-8-sig")
    told = [row for row in csv.DictReader(io.StringIO(table)) if row["Grouped by"] == "category"]

    assert {group: (card.hidden, card.denominator) for group, card in cards.items()} == {
        "02": (False, 30),
        "04": (True, 0),
        "0301": (True, 0),
    }
    assert "too few to be told" in page(client, "/figures/")
    assert {row["Left out"] for row in told if row["Code"] == "04"} == {"too few to be told"}
    assert {row["Out of"] for row in told if row["Code"] == "04"} == {""}
    api = client.get("/api/measures", {"by": "category", "name": "on_time_rate"}).json()
    assert [card["hidden"] for card in api if card["group"] == "04"] == [True]


def test_whoever_may_read_statistics_sees_the_few_too():
    told_of(*(handled_and_closed(n, category="04") for n in range(1, 4)))

    (card,) = services.measures(since=SINCE, until=UNTIL, by="category", names=["on_time_rate"], actor=SYSTEM)

    assert (card.hidden, card.denominator) == (False, 3)


def test_a_unit_that_is_ahead_only_by_easier_matters_is_not_called_ahead(client: Client):
    """Town A is worse at both kinds of matter, and better as a whole, because it has the easy ones."""
    given_registry()
    number = iter(range(1, 1000))

    def given(unit: str, category: str, solved: int, all_of: int) -> list[object]:
        return [
            handled_and_closed(next(number), unit=unit, category=category, solved=at < solved)
            for at in range(all_of)
        ]

    told_of(
        *given(TOWN_A, "02", 72, 90),
        *given(TOWN_A, "04", 1, 10),
        *given(TOWN_B, "02", 9, 10),
        *given(TOWN_B, "04", 18, 90),
    )

    shown = page(client, "/figures/")
    (tier,) = services.compare_units("resolution_rate", since=SINCE, until=UNTIL)

    assert [card.group for card in tier.ranked] == [TOWN_A, TOWN_B]
    assert tier.reverses
    assert "who is ahead depends on the matters they handle" in shown
    assert "Luoxi Town is ahead by 10.0 points" in shown
    assert "clearly ahead" not in shown


def given_people() -> None:
    """Two towns of a hundred people each, the second one old."""
    given_registry()
    areas = (
        "code,name,name_en,level,parent\n"
        f"{OTHER_TOWN},罗溪镇,Luoxi,town,990102000000\n{OTHER_VILLAGE},罗溪村,Luoxi Village,village,{OTHER_TOWN}\n"
    )
    registry.import_csv("areas", io.BytesIO(areas.encode()), by=SYSTEM)
    head = "code,household,area,name,groups"
    rows = [
        f"p{n},h{n},{VILLAGE if n < 100 else OTHER_VILLAGE},演示{n},{'elderly' if n >= 100 else ''}"
        for n in range(200)
    ]
    report = registry.import_csv("people", io.BytesIO("\n".join([head, *rows]).encode()), by=SYSTEM)
    assert (report.accepted, report.quarantined) == (200, 0)


def test_a_place_that_speaks_little_counts_by_its_people(client: Client):
    given_people()
    told_of(
        *(handled_and_closed(n, area=VILLAGE, category="02") for n in range(1, 91)),
        *(handled_and_closed(n, area=OTHER_VILLAGE, category="04") for n in range(91, 101)),
        handled_and_closed(200, area=""),
    )

    card = services.hearing(since=SINCE, until=UNTIL)
    shown = page(client, "/figures/heard/")

    assert [(one.code, one.less, one.more) for one in card.places] == [
        (OTHER_TOWN, True, False),
        (TOWN, False, True),
    ]
    assert {one.code: (round(one.raw, 2), round(one.weighed, 2)) for one in card.matters} == {
        "02": (0.9, 0.5),
        "04": (0.1, 0.5),
    }
    assert card.placeless == 1
    assert "1 place of 2 is heard less than its people make us expect" in shown
    assert "Elderly people: 100%" in shown


def test_where_nobody_is_registered_the_page_says_so(client: Client):
    assert "Nobody is registered" in page(client, "/figures/heard/")
