"""From a citizen's words to an outcome that the citizen judges, through the pages that people use."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape

import pytest
from django.test import Client

from shuzhi.domains.casework import services as casework
from shuzhi.spine import clock
from tests.factories import HOUSING, PHONE, REPLY, SHARED, WORDS, client_of, given_county, staff, witness

START = datetime(2026, 5, 11, 1, 0, tzinfo=UTC)


class Day:
    """The clock of the story: half an hour from page to page."""

    def __init__(self) -> None:
        self.at = START

    def send(self, browser: Client, address: str, **form: str) -> str:
        """Send a form as its reader would, follow to the next page, and let the worker do its work."""
        self.at += timedelta(minutes=30)
        with clock.stopped_at(self.at):
            response = browser.post(address, form, follow=True)
            assert response.status_code == 200, response.content.decode()[:2000]
            witness()
        return response.content.decode()

    def read(self, browser: Client, address: str) -> str:
        with clock.stopped_at(self.at):
            response = browser.get(address)
        assert response.status_code == 200
        return response.content.decode()


@pytest.fixture
def county(db: None, settings: object, tmp_path: object) -> None:
    settings.SHUZHI_DATA_DIR = tmp_path
    given_county()


def hidden(page: str) -> dict[str, str]:
    """What the form of a page carries along unseen."""
    form = page[page.index("<main") : page.index("</main")]
    found = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', form)
    return {name: unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def reported(day: Day, citizen: Client) -> tuple[str, str]:
    """Three screens; the two codes stand on the receipt."""
    page = day.read(citizen, "/report/")
    page = day.send(citizen, "/report/", **hidden(page) | {"text": WORDS})
    page = day.send(citizen, "/report/", **hidden(page) | {"place": "锦绣花园3栋"})
    receipt = day.send(citizen, "/report/", **hidden(page) | {"phone": PHONE, "name": "张三", "go": "send"})
    codes = re.findall(r"data-copy>([^<]+)<", receipt)
    assert len(codes) == 2
    return codes[0], codes[1]


def step_of(page: str) -> str:
    return re.findall(r'name="step" value="(\d+)"', page)[0]


def test_a_voice_travels_to_an_outcome(county: None):
    day, citizen = Day(), Client()
    dispatcher, officer = client_of(staff("dispatcher")), client_of(staff("unit_officer", unit=HOUSING))
    reviewer, caller = client_of(staff("reviewer")), client_of(staff("callback_agent"))
    public_code, query_code = reported(day, citizen)
    phone = Client()  # another device: both codes are needed
    track = f"/track/{public_code}/"
    assert "已收到" in day.send(phone, "/track/", public_code=public_code, query_code=query_code)

    queue = day.read(dispatcher, "/desk/?queue=triage")
    number = re.findall(r"/desk/orders/([\d-]+)/", queue)[0]
    order = f"/desk/orders/{number}/"
    day.send(
        dispatcher,
        f"{order}triage/",
        kind="complaint",
        category=SHARED,
        area="禾坪县 › 青石镇 › 上湾村",
        urgency="normal",
        step=step_of(day.read(dispatcher, order)),
    )
    assert "已研判分类" in day.read(phone, track)
    day.send(dispatcher, f"{order}dispatch/", unit=HOUSING)
    seen = day.read(phone, track)
    assert "云江市住房和城乡建设局" in seen
    assert "5月18日" in seen  # five working days
    assert "您现在不用做什么" in seen

    assert number in day.read(officer, "/desk/?queue=sign_in")
    day.send(officer, f"{order}sign_in/")
    day.send(officer, f"{order}start_handling/")
    day.send(officer, f"{order}record_contact/", note="已电话联系，约定下午到场。")
    assert "承办单位已联系您" in day.read(phone, track)
    assert "约定下午到场" not in day.read(phone, track)
    day.send(officer, f"{order}reply/", text=REPLY, outcome="solved")
    assert REPLY not in day.read(phone, track)

    assert number in day.read(reviewer, "/desk/?queue=review")
    day.send(reviewer, f"{order}approve_reply/")
    assert REPLY in day.read(phone, track)
    assert number in day.read(caller, "/desk/?queue=callback")
    day.send(caller, f"{order}start_callback/")
    day.send(caller, f"{order}record_callback/", reached="1", contacted="1", solved="1", rating="4")
    day.send(caller, f"{order}close/", outcome="solved")

    seen = day.read(phone, track)
    assert "已办结" in seen
    assert "真的解决了吗" in seen
    seen = day.send(
        phone, f"{track}rating/", contacted="1", solved="0", satisfaction="2", comment="晚上又不亮了"
    )
    assert "您的评价：不满意" in seen
    seen = day.send(phone, f"{track}reopen/", reason="晚上又不亮了")
    assert "已研判" in seen or "重新办理" in seen
    assert casework.get_work_order(number, by=staff("dispatcher")).card.marks == ("reopened",)
    assert number in day.read(dispatcher, "/desk/?queue=dispatch")
