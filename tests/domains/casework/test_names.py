"""Units, areas and categories by the names that the reader can read, on every page, in tables and in the API."""

import pytest
from django.test import Client
from django.utils import translation
from tests.factories import HOUSING, WATER, client_of, given_work_order, staff

from shuzhi.domains.casework import services
from shuzhi.domains.casework.exporting import export_orders
from shuzhi.domains.casework.services import Filter
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry import versions
from shuzhi.domains.registry.models import Unit
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
CHINESE, ENGLISH = "云江市住房和城乡建设局", "Housing Bureau"
PAGES = ["/desk/orders/", "/desk/board/", "/desk/board/?by=unit", "/desk/orders/{number}/"]


@pytest.mark.thorough
@pytest.mark.parametrize("page", PAGES)
def test_a_unit_goes_by_its_name_in_the_readers_language(page: str):
    address = page.format(number=given_work_order("handling", unit=HOUSING).number)
    by = staff("supervisor")

    english = client_of(by, language="en").get(address).content.decode()
    chinese = client_of(by).get(address).content.decode()

    assert ENGLISH in english
    assert CHINESE not in english
    assert CHINESE in chinese
    assert ENGLISH not in chinese


def test_choices_of_units_and_categories_are_in_the_readers_language():
    order = given_work_order("triaged")

    page = client_of(staff("dispatcher"), language="en").get(f"/desk/orders/{order.number}/").content.decode()

    assert "Qingshi Town Government" in page
    assert "Housing and construction › Property management › Shared facilities" in page
    assert "青石镇人民政府" not in page


def test_the_track_page_names_unit_area_and_category_in_english():
    order = given_work_order("handling", unit=HOUSING)
    browser = Client(headers={"accept-language": "en"})
    codes = {"public_code": order.receipt.public_code, "query_code": order.receipt.query_code}

    page = browser.post("/track/", codes, follow=True).content.decode()

    assert ENGLISH in page
    assert "Shangwan Village" in page
    assert "Shared facilities" in page
    assert CHINESE not in page


def test_a_name_that_nobody_translated_stays_chinese():
    Unit.objects.filter(code=HOUSING).update(name_en="")
    versions.change([versions.UNITS])

    with translation.override("en"):
        assert registry.get_unit(HOUSING).label == CHINESE
        assert registry.get_unit(WATER).label == "Yunjiang Water"


def test_tables_and_the_interface_speak_the_readers_language():
    order = given_work_order("handling", unit=HOUSING)
    by = staff("supervisor")

    with translation.override("en"):
        table = export_orders(Filter(), extension="csv", by=by).content.decode()
        card = services.get_work_order(order.number, by=SYSTEM).card
    answer = client_of(by, language="en").get(f"/api/work-orders/{order.number}").json()

    assert ENGLISH in table
    assert "Qingshi Town › Shangwan Village" in table
    assert card.unit_name == answer["card"]["unit_name"] == ENGLISH
