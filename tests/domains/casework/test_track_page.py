"""What a requester does on the own track page: follow it, add to it, see the proof of it."""

import re

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, override_settings
from django.urls import include, path
from django.utils.html import format_html
from tests.domains.intake.given import picture
from tests.factories import HOUSING, Journey, given_work_order, witness

from shuzhi.domains.notices.models import Subscription
from shuzhi.site import urls
from shuzhi.spine.errors import NotFound

pytestmark = pytest.mark.usefixtures("county")


def badge(request: HttpRequest, code: str) -> HttpResponse:
    return HttpResponse(format_html('<section class="proof">sealed {}</section>', code))


def unlucky_badge(request: HttpRequest, code: str) -> HttpResponse:
    raise NotFound(what=code)


# The addresses of an installation where the room of proofs is there.
class WithBadge:
    urlpatterns = [
        path("", include(([path("ledger/badge/<str:code>/", badge, name="badge")], "ledger"))),
        *urls.urlpatterns,
    ]


class WithoutProof:
    urlpatterns = [
        path("", include(([path("ledger/badge/<str:code>/", unlucky_badge, name="badge")], "ledger"))),
        *urls.urlpatterns,
    ]


def requester(order: Journey, *, language: str = "en") -> Client:
    """A browser in which both codes were shown."""
    browser = Client(headers={"accept-language": language})
    codes = {"public_code": order.receipt.public_code, "query_code": order.receipt.query_code}
    assert browser.post("/track/", codes).status_code == 302
    return browser


def page_of(browser: Client, order: Journey) -> str:
    return browser.get(f"/track/{order.receipt.public_code}/").content.decode()


def test_the_page_names_the_steps_the_owner_the_due_time_and_the_reply():
    handling = given_work_order("handling", unit=HOUSING)
    replied = given_work_order("reviewed", unit=HOUSING)
    witness()

    page = page_of(requester(handling), handling)
    answered = page_of(requester(replied), replied)

    assert "Housing Bureau is responsible" in page
    assert "To be answered by" in page
    assert re.findall(r"<h3>([^<]+)</h3>", page)[:5] == [
        "Received",
        "Checked and classified",
        "Dispatched: Housing Bureau",
        "The unit signed it in",
        "Handling began",
    ]
    assert "走道的灯已于5月12日修好" in answered


@pytest.mark.parametrize("address", ["13900005678", "Somebody@example.org"])
def test_news_is_sent_once_the_address_was_confirmed(address: str):
    order = given_work_order("handling")
    browser = requester(order)

    asked = browser.post(f"/track/{order.receipt.public_code}/news/", {"address": address}, follow=True)

    assert "Open it once" in asked.content.decode()
    (kept,) = Subscription.objects.all()
    assert (kept.demand_code, kept.state, kept.language) == (order.receipt.public_code, "waiting", "en")


@pytest.mark.thorough
@pytest.mark.parametrize("address", ["", "no address", "123", "a@b"])
def test_what_is_no_address_is_refused(address: str):
    order = given_work_order("handling")

    answer = requester(order).post(f"/track/{order.receipt.public_code}/news/", {"address": address})

    assert answer.status_code == 422
    assert not Subscription.objects.exists()


def test_a_refused_form_names_the_field_in_the_readers_language_and_leads_back():
    order = given_work_order("handling")
    page = f"http://testserver/track/{order.receipt.public_code}/"

    chinese = {"referer": page, "accept-language": "zh-hans"}
    answer = requester(order).post(f"{page}news/", {"address": "123"}, headers=chinese)
    elsewhere = requester(order).post(
        f"{page}news/", {"address": "123"}, headers={"referer": "http://elsewhere.example/"}
    )

    assert "电话：请填写 11 位手机号码" in answer.content.decode()
    assert f'href="{page}"' in answer.content.decode()
    assert "elsewhere.example" not in elsewhere.content.decode()


def test_words_and_photos_are_added_together_or_not_at_all():
    order = given_work_order("handling")
    browser, address = requester(order), f"/track/{order.receipt.public_code}/more/"
    good = picture()
    good.name = "lamp.jpg"
    broken = picture()
    broken.write(b"no picture at all")
    broken.seek(0)
    broken.name = "lamp.gif"

    refused = browser.post(address, {"text": "还是不亮", "photo": [broken]})
    assert refused.status_code == 422
    page = page_of(browser, order)
    assert "还是不亮" not in page
    browser.post(address, {"text": "还是不亮", "photo": [good]})
    page = page_of(browser, order)

    assert "还是不亮" in page
    assert len(re.findall(r'<img src="/photos/', page)) == 1


@pytest.mark.thorough
@pytest.mark.parametrize("step", ["news", "more", "rating", "reopen", "withdraw", "appeal"])
def test_nobody_acts_on_a_demand_whose_codes_were_not_shown(step: str):
    order = given_work_order("closed")
    fields = {"address": "13900005678", "text": "x", "reason": "x"}

    there = Client().post(f"/track/{order.receipt.public_code}/{step}/", fields)
    missing = Client().post(f"/track/YJ-0000-0000/{step}/", fields)

    assert there.status_code == missing.status_code == 404
    assert order.state == "closed"


def test_the_proof_of_a_demand_is_shown_where_there_is_one():
    order = given_work_order("handling")
    browser, code = requester(order), order.receipt.public_code

    assert 'class="proof"' not in page_of(browser, order)
    with override_settings(ROOT_URLCONF=WithBadge):
        assert f'<section class="proof">sealed {code}</section>' in page_of(browser, order)
    with override_settings(ROOT_URLCONF=WithoutProof):
        assert 'class="proof"' not in page_of(browser, order)


def test_a_wrong_and_a_missing_code_get_the_same_bytes():
    order = given_work_order()
    wrong = (order.receipt.public_code, "000000")
    missing = ("YJ-0000-0000-0", "000000")

    pages = {answer_to(*codes) for codes in (wrong, missing)}

    assert len(pages) == 1


def answer_to(public_code: str, query_code: str) -> bytes:
    """The page, without what was typed and what is drawn anew for every request."""
    answer = Client(headers={"accept-language": "en"}).post(
        "/track/", {"public_code": public_code, "query_code": query_code}
    )
    typed = answer.content.replace(public_code.encode(), b"CODE")
    return (
        re.sub(rb'(csrfmiddlewaretoken" value="|X-CSRFToken": ")\w+', rb"\1", typed)
        + b"%d" % answer.status_code
    )
