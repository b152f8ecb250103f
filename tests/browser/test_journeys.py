"""What people do in a real browser: report, follow, judge; take a call with the keyboard alone."""

import contextlib
import io
import re
from typing import Any

import httpx
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from tests.browser.fitness import sideways, violations
from tests.faults.server import Server, eventually, token_of

pytestmark = pytest.mark.browser
ENGLISH = {"django_language": "en"}
ANSWER = (
    "您好，您反映的路灯不亮问题，我们已于今天上午到现场核实，更换了灯泡，现已恢复照明。如有疑问请拨打12345。"
)


def _photo() -> dict[str, Any]:
    file = io.BytesIO()
    Image.effect_noise((800, 600), 60).convert("RGB").save(file, "JPEG")
    return {"name": "灯.jpg", "mimeType": "image/jpeg", "buffer": file.getvalue()}


def _report(page: Page, text: str, *, photo: bool = False) -> tuple[str, str]:
    """Through the three screens; returns both codes of the receipt."""
    page.goto("/report/")
    page.get_by_label("What happened?").fill(text)
    if photo:
        page.locator("input[type=file]").set_input_files([_photo()])
    page.get_by_role("button", name="Continue").last.click()
    page.locator("#id_place").fill("锦绣花园")
    page.get_by_role("button", name="Continue").last.click()
    page.locator("#id_phone").fill("13900000001")
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("We have received it")
    public_code, query_code = page.locator("[data-copy]").all_inner_texts()
    return public_code, query_code


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_citizen_reports_with_a_photo_and_follows_it(
    server: Server, new_context: Any, scripts: bool
) -> None:
    page: Page = new_context(ENGLISH, java_script_enabled=scripts).new_page()
    text = f"锦绣花园门口路灯不亮，晚上看不清路。{scripts}"

    public_code, query_code = _report(page, text, photo=True)

    stranger: Page = new_context(ENGLISH, java_script_enabled=scripts).new_page()
    stranger.goto("/track/")
    stranger.get_by_label("Code of the demand").fill(public_code)
    stranger.get_by_label("Query code").fill(query_code)
    stranger.get_by_role("button", name="Show me").click()
    expect(stranger.get_by_text(text).last).to_be_visible()
    picture = stranger.locator("img[src^='/photos/']")
    expect(picture).to_have_count(1)
    shown = stranger.request.get(picture.get_attribute("src") or "")
    assert (shown.status, shown.headers["content-type"]) == (200, "image/jpeg")
    assert httpx.get(f"{server.url}{picture.get_attribute('src')}").status_code == 404


def test_a_report_written_without_a_connection_is_sent_once(server: Server, new_context: Any) -> None:
    context = new_context(ENGLISH)
    page: Page = context.new_page()
    text = "云江大道的井盖在我断网的时候坏了。"
    page.goto("/report/")
    page.get_by_label("What happened?").fill(text)
    page.get_by_role("button", name="Continue").last.click()
    page.locator("#id_place").fill("云江大道")
    page.get_by_role("button", name="Continue").last.click()
    page.locator("#id_phone").fill("13900000002")

    context.set_offline(True)
    page.get_by_role("button", name="Send").last.click()
    expect(page.get_by_text("You are offline")).to_be_visible()
    page.get_by_role("button", name="Send").last.click()
    context.set_offline(False)

    expect(page.get_by_role("heading", level=1)).to_have_text("We have received it")
    assert server.rows("SELECT count(*) FROM intake_demand WHERE text = ?", text) == [(1,)]


def test_a_draft_stays_on_the_device_until_it_is_sent(new_context: Any) -> None:
    context = new_context(ENGLISH)
    page: Page = context.new_page()
    page.goto("/report/")
    page.get_by_label("What happened?").fill("写到一半，电话响了。")
    page.goto("/")

    page.goto("/report/")
    expect(page.get_by_label("What happened?")).to_have_value("写到一半，电话响了。")


def test_the_requester_rates_and_reopens(server: Server, new_context: Any) -> None:
    page: Page = new_context(ENGLISH).new_page()
    public_code, _query_code = _report(page, "锦绣花园北门路灯三天不亮了。")
    _answer_and_close(server, public_code)

    _open_in_force(page, f"/track/{public_code}/")
    _look_at_letter(page, public_code)
    rating = page.locator("#rate")
    for name, value in (("contacted", "1"), ("solved", "0"), ("satisfaction", "2")):
        rating.locator(f"input[name={name}][value='{value}']").check()
    rating.get_by_role("button", name="Send my rating").click()
    expect(page.get_by_text("Your judgement is recorded")).to_be_visible()
    page.get_by_text("Not solved? Reopen it").click()
    page.get_by_label("What is still wrong?").fill("今晚又不亮了。")
    page.get_by_role("button", name="Reopen").click()

    expect(page.get_by_text("Done. You see the new step below.")).to_be_visible()
    expect(page.get_by_text("今晚又不亮了。").first).to_be_visible()


def _look_at_letter(page: Page, public_code: str) -> None:
    """The letter of the reply is fit for a telephone, a screen reader, and paper."""
    track = page.url
    page.goto(f"/track/{public_code}/letter/")
    for width in (390, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert (violations(page), sideways(page)) == ([], 0)
    page.emulate_media(media="print")
    assert violations(page) == []
    expect(page.locator("article.letter")).to_be_visible()
    expect(page.locator("[data-print]")).to_be_hidden()
    expect(page.get_by_text("Witnessed: in force")).to_be_visible()
    page.emulate_media(media="screen")
    page.goto(track)


def test_a_call_is_taken_with_the_keyboard_alone(server: Server, new_context: Any) -> None:
    page: Page = new_context(ENGLISH).new_page()
    page.goto("/login/?next=/desk/calls/new/")
    _type_into(page, "username", "calltaker")
    _type_into(page, "password", "Yunjiang-Bridge-26")
    page.keyboard.press("Enter")
    page.wait_for_url(f"{server.url}/desk/calls/new/")

    for field, words in (
        ("phone", "13900000003"),
        ("name", "王"),
        ("text", "锦绣花园二号楼电梯停了，老人下不来。"),
        ("place", "锦绣花园"),
    ):
        _type_into(page, field, words)
    expect(page.locator("#beside")).to_contain_text(re.compile(r"\S"))
    _tab_to(page, "document.activeElement.matches('button[accesskey=s]')")
    page.keyboard.press("Enter")

    page.wait_for_url(f"{server.url}/desk/orders/**")
    expect(page.get_by_text("锦绣花园二号楼电梯停了").first).to_be_visible()


def _type_into(page: Page, field: str, words: str) -> None:
    _tab_to(page, f"document.activeElement.name === '{field}'")
    page.keyboard.insert_text(words)


def _tab_to(page: Page, there: str) -> None:
    for _step in range(60):
        if page.evaluate(there):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"the keyboard never reaches {there}")


def _answer_and_close(server: Server, public_code: str) -> None:
    """The call-taker triages, answers and closes, through the forms of the order's page."""
    number = _number_of(server, public_code)
    (category,) = server.rows("SELECT code FROM registry_category WHERE level = 3 LIMIT 1")[0]
    (area,) = server.rows("SELECT code FROM registry_area WHERE level = 'village' LIMIT 1")[0]
    with contextlib.closing(server.logged_in("calltaker")) as desk:
        steps = {
            "triage": {
                "kind": "inquiry",
                "category": category,
                "area": area,
                "urgency": "normal",
                "reason": "来电核实",
            },
            "answer_directly": {"source": "知识库", "text": ANSWER, "outcome": "explained"},
            "close": {"outcome": "explained"},
        }
        for step, fields in steps.items():
            page = desk.get(f"/desk/orders/{number}/")
            sent = {str(name): str(value) for name, value in fields.items()}
            done = desk.post(
                f"/desk/orders/{number}/{step}/", data=sent | {"csrfmiddlewaretoken": token_of(page.text)}
            )
            assert done.status_code == 200, f"{step}: {done.text[:3000]}"


def test_an_order_goes_from_triage_to_its_end_without_javascript(server: Server, new_context: Any) -> None:
    """Each by the links and forms of the pages alone, as whoever has the duty; the requester sees the end of it."""
    requester: Page = new_context(ENGLISH, java_script_enabled=False).new_page()
    public_code, _query_code = _report(requester, "锦绣花园北门路灯又不亮了，请派人来修。")
    number = _number_of(server, public_code)

    def desk(who: str) -> Page:
        cookies = server.cookies_of(who) | ENGLISH
        page: Page = new_context(cookies, java_script_enabled=False).new_page()
        page.goto(f"/desk/orders/{number}/")
        return page

    dispatcher = desk("dispatcher")
    dispatcher.get_by_role("button", name="Accept and triage").click()
    form = _form(dispatcher, "dispatch")
    form.get_by_label("Unit").select_option("housing")
    _send(form)
    officer = desk("officer-housing")
    _send(_form(officer, "sign_in"))
    contact = _form(officer, "record_contact")
    contact.locator("textarea").fill("已电话联系。")
    _send(contact)
    _send(_form(officer, "start_handling"))
    reply = _form(officer, "reply")
    reply.locator("textarea").fill(ANSWER)
    reply.get_by_label("Outcome").select_option("solved")
    _send(reply)
    _send(_form(desk("reviewer"), "approve_reply"))
    caller = desk("callback")
    _send(_form(caller, "start_callback"))
    told = _form(caller, "record_callback")
    told.locator("input[name=reached][value='1']").check()
    for name, value in (("contacted", "1"), ("solved", "1"), ("rating", "5")):
        told.locator(f"select[name={name}]").select_option(value)
    _send(told)
    close = _form(caller, "close")
    close.get_by_label("Outcome").select_option("solved")
    _send(close)

    _open_in_force(requester, f"/track/{public_code}/")
    expect(requester.locator("#now-head")).to_contain_text("Solved")
    expect(requester.get_by_text(ANSWER).first).to_be_visible()


def _open_in_force(page: Page, path: str) -> None:
    """Open a track page, again until witnesses have seen the newest step."""
    page.goto(path)
    for _look in range(100):
        if page.locator("#held").count() == 0:
            return
        page.wait_for_timeout(200)
        page.reload()
    raise AssertionError("the newest step is never witnessed")


def _form(page: Page, action: str) -> Locator:
    """The form of a step, unfolded."""
    folded = page.locator(f"details:has(form[action$='/{action}/'])")
    if folded.get_attribute("open") is None:
        folded.locator("summary").click()
    return folded


def _send(form: Locator) -> None:
    form.locator("button").last.click()
    expect(form.page.get_by_text("This was not done")).to_have_count(0)


def _number_of(server: Server, public_code: str) -> str:
    find = "SELECT number FROM casework_workorder o JOIN intake_demand d ON d.id = o.demand_id WHERE d.public_code = ?"
    eventually(
        lambda: bool(server.rows(find, public_code)), seconds=30, what="the demand becomes a work order"
    )
    return str(server.rows(find, public_code)[0][0])
