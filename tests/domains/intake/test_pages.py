"""The report flow, the receipt, photos and the call-taker's page, as a browser without JavaScript sees them."""

import re
from html import unescape

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from tests.domains.intake.given import DISPATCHER, OTHER_VILLAGE, VILLAGE, given_demand, picture

from shuzhi.domains.intake import map as county_map
from shuzhi.domains.intake import services
from shuzhi.domains.intake.models import Demand, Photo
from shuzhi.spine.models import RoleGrant, User

pytestmark = pytest.mark.usefixtures("county")
WORDS = "路灯不亮 <script>alert(1)</script>，晚上看不见路 🌙"
INPUT = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')


def hidden(response: object) -> dict[str, str]:
    """What the form carries, as a browser would send it back."""
    return {name: unescape(value) for name, value in INPUT.findall(response.content.decode())}


def answer(client: Client, page: object, **more: object) -> object:
    fields = hidden(page)
    fields.pop("csrfmiddlewaretoken", None)
    return client.post(reverse("intake:report"), {**fields, **more})


def staff(client: Client, role: str) -> Client:
    user = User.objects.create_user("seat1", "correct horse 7 Battery", name="Seat")
    RoleGrant.objects.create(user=user, role=role, granted_by="system:test", granted_at="2026-01-01T00:00Z")
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client


def test_three_screens_make_a_demand_and_a_receipt(client):
    where = answer(client, client.get(reverse("intake:report")), text=WORDS)
    who = answer(client, where, place="锦绣花园3栋对面")
    done = answer(client, who, phone="138 0013 8000", name="李小明", go="send")

    assert done.status_code == 302
    page = client.get(done.url).content.decode()
    demand = Demand.objects.get()
    query_code = re.search(r"data-copy>(\w{6})<", page)[1]
    assert demand.public_code in page
    assert services.track(demand.public_code, query_code, by=DISPATCHER, address="x").id == demand.pk
    card = services.get_demand(demand.pk, by=DISPATCHER)
    assert (card.text, card.place, card.channel) == (WORDS, "锦绣花园3栋对面", "web")
    assert services.contact_of(demand.pk, by=DISPATCHER).phone == "13800138000"


def test_a_report_sent_twice_is_one_demand(client):
    where = answer(client, client.get(reverse("intake:report")), text=WORDS)
    who = answer(client, where, place="锦绣花园")

    first, second = answer(client, who, go="send"), answer(client, who, go="send")

    assert first.status_code == second.status_code == 302
    assert Demand.objects.count() == 1


def test_words_are_escaped_and_never_lost_on_a_mistake(client):
    start = client.get(reverse("intake:report"))
    where = answer(client, start, text=WORDS)
    wrong_place = answer(client, where, place="")
    who = answer(client, wrong_place, place="锦绣花园")
    wrong_phone = answer(client, who, phone="call me", name="李小明", go="send")

    for page in (wrong_place, wrong_phone):
        assert page.status_code == 422
        assert hidden(page)["text"] == WORDS
        assert b"<script>alert" not in page.content
    assert "李小明" in wrong_phone.content.decode()
    assert 'class="errs"' in wrong_phone.content.decode()
    assert not Demand.objects.exists()


def test_the_first_screen_takes_the_words_of_the_home_page_and_asks_again_when_empty(client):
    start = client.get(reverse("intake:report"), {"text": "路灯不亮"})
    empty = answer(client, start, text="  ")

    assert "路灯不亮" in start.content.decode()
    assert empty.status_code == 422
    assert hidden(empty)["key"] == hidden(start)["key"]


def test_going_back_keeps_everything(client):
    where = answer(client, client.get(reverse("intake:report")), text=WORDS)
    who = answer(client, where, place="锦绣花园")

    back = answer(client, who, go="back2", phone="138")
    again = answer(client, back, go="back1", place="锦绣花园")

    assert 'value="锦绣花园"' in back.content.decode()
    assert (hidden(back)["text"], hidden(back)["phone"]) == (WORDS, "138")
    assert hidden(again)["phone"] == "138"


def test_a_click_on_the_map_sets_the_point_and_comes_closer(client):
    where = answer(client, client.get(reverse("intake:report")), text="路灯不亮")
    sheet = county_map.sheet_of("")
    x, y = sheet.view.pixel(29.205, 124.015)

    clicked = answer(client, where, **{"map.x": round(x), "map.y": round(y)})
    small = answer(client, where, **{"map.x": round(x / 2), "map.y": round(y / 2), "map_width": "352"})
    done = answer(client, answer(client, clicked), go="send")

    assert abs(float(hidden_value(clicked, "lat")) - 29.205) < 0.001
    assert abs(float(hidden_value(small, "lng")) - 124.015) < 0.001
    assert done.status_code == 302
    assert Demand.objects.get().area == OTHER_VILLAGE


def hidden_value(page: object, name: str) -> str:
    return re.search(rf'name="{name}" value="([^"]+)"', page.content.decode())[1]


@pytest.mark.parametrize(
    "fields", [{"map.x": "NaN", "map.y": "1"}, {"map.x": "5"}, {"map.x": "1", "map.y": "1", "map_width": "x"}]
)
def test_a_broken_click_is_no_accident(client, fields):
    where = answer(client, client.get(reverse("intake:report")), text="路灯不亮")

    assert answer(client, where, **fields).status_code == 200


def test_the_map_is_a_picture_without_script_or_style(client):
    response = client.get(reverse("intake:map"), {"lat": "29.205", "lng": "124.005"})

    body = response.content.decode()
    assert response.headers["Content-Type"] == "image/svg+xml"
    assert "上湾村" in body
    assert "style" not in body
    assert client.get(reverse("intake:map"), {"view": "000000000000"}).status_code == 404


def test_places_in_the_words_are_offered_and_similar_matters_shown(client):
    earlier = given_demand("锦绣花园门口的路灯不亮，天黑看不见路")

    where = answer(client, client.get(reverse("intake:report")), text="锦绣花园门口路灯不亮了")
    chosen = answer(client, where, suggested="p1")
    who = answer(client, chosen, place="锦绣花园", same_as=str(earlier.demand_id))
    answer(client, who, go="send", anonymous="on")

    assert "锦绣花园门口的路灯不亮" in where.content.decode()
    assert 'value="锦绣花园"' in chosen.content.decode()
    me_too = Demand.objects.latest("id")
    assert (me_too.same_as_id, me_too.anonymous, me_too.area) == (earlier.demand_id, True, VILLAGE)


def test_photos_wait_for_their_report_and_only_those_who_may_see_them(client):
    start = client.get(reverse("intake:report"))
    upload = SimpleUploadedFile("../../etc/passwd.jpg", picture().getvalue(), "image/jpeg")
    where = answer(client, start, text="路灯不亮", photo=upload)
    answer(client, answer(client, where, place="锦绣花园"), go="send")

    kept = Photo.objects.get()
    shown = client.get(reverse("intake:photo", args=[kept.pk]))
    stranger = Client().get(reverse("intake:photo", args=[kept.pk]))

    assert kept.demand == Demand.objects.get()
    assert "/" not in kept.name
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    assert shown.headers["X-Content-Type-Options"] == "nosniff"
    assert stranger.status_code == 404


def test_a_photo_that_cannot_be_taken_says_why_and_keeps_the_words(client):
    start = client.get(reverse("intake:report"))

    page = answer(client, start, text=WORDS, photo=SimpleUploadedFile("x.jpg", b"GIF89a no picture"))

    assert page.status_code == 422
    assert "路灯不亮" in page.content.decode()
    assert not Photo.objects.exists()


def test_a_receipt_is_shown_to_nobody_else(client):
    assert client.get(reverse("intake:receipt")).status_code == 302


def test_a_call_is_saved_and_opens_its_order(client):
    staff(client, "call_taker")
    earlier = given_demand("锦绣花园电梯坏了", phone="13800138000")
    page = client.get(reverse("intake:receive_call"))
    fields = {
        "key": hidden_value(page, "key"),
        "phone": "138 0013 8000",
        "text": "锦绣花园电梯又坏了",
        "name": "李小明",
    }

    beside = client.post(reverse("intake:beside_call"), fields).content.decode()
    looked = client.post(reverse("intake:receive_call"), {**fields, "look": "1"}).content.decode()
    saved = client.post(reverse("intake:receive_call"), {**fields, "same_as": str(earlier.demand_id)})

    for part in (beside, looked):
        assert "锦绣花园电梯坏了" in part
        assert f'value="{earlier.demand_id}"' in part
    demand = Demand.objects.latest("id")
    assert saved.url == reverse("casework:order_of_demand", args=[demand.pk])
    assert (demand.channel, demand.same_as_id) == ("hotline", earlier.demand_id)


def test_a_call_with_a_mistake_keeps_what_was_written(client):
    staff(client, "call_taker")

    page = client.post(reverse("intake:receive_call"), {"key": "k" * 36, "phone": "abc", "text": WORDS})

    assert page.status_code == 422
    assert "晚上看不见路" in page.content.decode()
    assert not Demand.objects.exists()


def test_the_call_page_is_for_call_takers(client):
    assert client.get(reverse("intake:receive_call")).status_code in {302, 403}
    assert staff(client, "reviewer").get(reverse("intake:receive_call")).status_code == 403


def test_controls_of_the_call_page_are_reached_in_the_order_of_a_call(client):
    staff(client, "call_taker")

    page = client.get(reverse("intake:receive_call")).content.decode()

    places = [
        page.index(f'name="{name}"') for name in ("phone", "name", "text", "place", "kind", "anonymous")
    ]
    assert places == sorted(places)
    assert len(set(re.findall(r'accesskey="(\w)"', page))) == len(re.findall(r'accesskey="(\w)"', page)) == 7
    assert 'tabindex="1' not in page


def test_the_enter_key_goes_forward_and_never_back(client):
    where = answer(client, client.get(reverse("intake:report")), text=WORDS)
    who = answer(client, where, place="锦绣花园")

    for page in (where, who):
        form = page.content.decode().split("data-draft", 1)[1]
        first = re.search(r"<button[^>]*>|<input[^>]*type=\"(?:submit|image)\"[^>]*>", form)[0]
        assert "name=" not in first
