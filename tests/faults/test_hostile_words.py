"""What people and programs send that no honest person would: refused with a reason, or kept as the words that they are."""

import csv
import io
import json
import zipfile
import zlib
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import DemandDraft
from shuzhi.domains.intake.models import Demand, Photo
from shuzhi.site.wiring import LISTENERS
from shuzhi.spine import accounts, outbox
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.models import User

pytestmark = [pytest.mark.usefixtures("small_county"), pytest.mark.thorough]
KEY = "3f0c5f0e-6a51-4e8f-9d4f-0a5f2a4d9b11"
WORDS = {
    "emoji": "路灯坏了😡👨‍👩‍👧🏳️‍🌈",
    "rare characters": "𠮷野家门口的路灯坏了 㐂",
    "SQL": "'; DROP TABLE intake_demand; -- 路灯",
    "HTML": "<script>alert(1)</script><img src=x onerror=alert(1)> 路灯",
    "template": "{{ settings.SECRET_KEY }} {% load x %} 路灯",
    "format": "%s %(field)s {0} {field} 路灯",
    "formula": '=HYPERLINK("http://x","路灯")',
    "path": "../../../../etc/passwd 路灯",
    "long line": "路灯" * 4000,
}
INVISIBLE = {
    "right-to-left": "路灯\u202e不亮\u2066",
    "controls": "路灯\x08\x1b[31m不亮\x7f",
    "BOM": "\ufeff路灯不亮",
}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS.keys())
def test_strange_words_are_kept_as_words(client: Client, words: str) -> None:
    answer = _send(client, {"text": words, "place": words[:200]})

    assert answer.status_code == 201, answer.content
    codes = answer.json()
    shown = client.get(f"/api/demands/{codes['public_code']}?query_code={codes['query_code']}").json()
    assert shown["text"] == words
    page = _tracked(client, codes)
    assert "<script>alert" not in page
    assert "<img src=x" not in page


@pytest.mark.parametrize("words", INVISIBLE.values(), ids=INVISIBLE.keys())
def test_what_no_reader_sees_is_taken_out(client: Client, words: str) -> None:
    answer = _send(client, {"text": words})

    assert answer.status_code == 201
    assert set(Demand.objects.get().text) <= set("路灯不亮[31m")


@pytest.mark.parametrize(
    "body",
    [
        {"text": "路灯\x00不亮"},
        {"text": "路" * 10_001},
        {"text": "灯", "place": "路" * 201},
        {"text": "灯", "phone": "'; DROP TABLE"},
        {"text": "灯", "lat": 1e308, "lng": 0},
    ],
    ids=str,
)
def test_the_api_refuses_with_a_reason_and_keeps_nothing(client: Client, body: dict[str, Any]) -> None:
    answer = _send(client, body)

    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert len(answer.json()["title"]) > 8
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    "content",
    [b'{"text": "\xff\xfe"}', b"{", b"\x00" * 50, b"[" * 100_000],
    ids=["bytes", "cut", "nul", "deep"],
)
def test_a_body_that_is_no_json_is_refused(client: Client, content: bytes) -> None:
    answer = client.post("/api/demands", content, content_type="application/json")

    assert answer.status_code in (400, 422)
    assert answer.headers["content-type"] == "application/problem+json"
    assert not Demand.objects.exists()


def test_ten_megabytes_of_text_are_refused(client: Client) -> None:
    much = "路灯坏了" * 900_000
    by_api = _send(client, {"text": much})
    by_form = client.post("/report/", {"text": much, "screen": "1"}, headers={"accept-language": "en"})

    assert by_api.status_code == 413
    assert by_api.headers["content-type"] == "application/problem+json"
    assert by_form.status_code in (400, 413, 422)
    assert b"large" in by_form.content.lower() or b"Shorten" in by_form.content
    assert not Demand.objects.exists()


def test_a_nul_in_any_field_of_the_form_is_refused_beside_the_field(client: Client) -> None:
    good = {
        "key": KEY,
        "screen": "3",
        "go": "send",
        "text": "路灯不亮",
        "place": "人民路",
        "phone": "",
        "name": "",
    }
    for field in ("text", "place", "phone", "name"):
        answer = client.post("/report/", good | {field: f"1\x002{good[field]}"})

        assert answer.status_code == 422, field
    assert not Demand.objects.exists()


@pytest.mark.parametrize(
    "path", ["/ledger/?organ=%00", "/open311/v2/requests.json?status=%00", "/track/%00/"]
)
def test_a_nul_in_an_address_is_refused_before_any_database_meets_it(client: Client, path: str) -> None:
    answer = client.get(path)

    assert answer.status_code == 422
    assert "NUL" in answer.content.decode()


def _bomb() -> bytes:
    """A PNG of 20,000 by 20,000 pixels in a few kilobytes."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4, "big") + kind + data + zlib.crc32(kind + data).to_bytes(4, "big")

    size = (20_000).to_bytes(4, "big")
    header = chunk(b"IHDR", size + size + bytes([1, 0, 0, 0, 0]))
    return (
        b"\x89PNG\r\n\x1a\n"
        + header
        + chunk(b"IDAT", zlib.compress(bytes(2501) * 20_000))
        + chunk(b"IEND", b"")
    )


def _zip() -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", bytes(50 << 20))
    return file.getvalue()


def _jpeg(width: int = 64, height: int = 48) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), (40, 90, 120)).save(file, "JPEG")
    return file.getvalue()


BAD_PHOTOS = {
    "decompression bomb": _bomb,
    "sixty megapixels": lambda: _jpeg(10_000, 6_000),
    "fifty megabytes": lambda: _jpeg() + bytes(50 << 20),
    "cut off": lambda: _jpeg(640, 480)[:-2000],
    "page": lambda: b"<html><script>alert(1)</script></html>",
    "zip": _zip,
    "vector": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "empty": lambda: b"",
}


@pytest.mark.parametrize("make", BAD_PHOTOS.values(), ids=BAD_PHOTOS.keys())
def test_what_is_no_decent_photo_is_refused_at_every_door(client: Client, make: Any, tmp_path: Any) -> None:
    content = make()
    form = {"text": "路灯不亮", "screen": "1", "key": KEY, "photo": SimpleUploadedFile("a.jpg", content)}
    by_form = client.post("/report/", form)
    codes = _send(client, {"text": "路灯不亮"}).json()
    by_api = client.post(
        f"/api/demands/{codes['public_code']}/photos?query_code={codes['query_code']}",
        {"photo": SimpleUploadedFile("a.jpg", content)},
    )

    assert by_form.status_code in (413, 422)
    assert by_api.status_code in (413, 422)
    assert by_api.headers["content-type"] == "application/problem+json"
    assert not Photo.objects.exists()
    assert list(tmp_path.rglob("*.jpg")) == []


@pytest.mark.parametrize(
    "name", ["../../evil.jpg", "/etc/passwd", "a\x00.jpg", "..\\..\\x.jpg", "长" * 300 + ".jpg", "con.php"]
)
def test_a_file_name_never_decides_where_a_photo_lies(client: Client, name: str, tmp_path: Any) -> None:
    photo = SimpleUploadedFile("a.jpg", _jpeg())
    photo._name = name  # past Django's own cleaning, as a hostile client would write it into the header
    answer = client.post("/report/", {"text": "路灯不亮", "screen": "1", "key": KEY, "photo": photo})

    assert answer.status_code in (200, 422)
    kept = [
        one
        for one in tmp_path.rglob("*")
        if one.is_file() and one.stat().st_size > 300 and "evil" in one.name
    ]
    assert kept == []
    assert all(row.name.isascii() and "/" not in row.name.strip("/")[:1] for row in Photo.objects.all())


@pytest.mark.parametrize("extension", ["csv", "xlsx"])
def test_a_formula_in_a_demand_is_words_in_the_export(client: Client, extension: str) -> None:
    formula = '=cmd|"/c calc"!A1'
    intake.receive_demand(DemandDraft(channel="web", title=formula, text=formula), by=SYSTEM)
    outbox.drain(LISTENERS)
    client.force_login(_supervisor())

    answer = client.get(f"/desk/orders/export.{extension}")

    assert answer.status_code == 200
    cells = _cells(answer.content, extension)
    assert any("cmd|" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t", "\r"))] == []


def _supervisor() -> User:
    made = accounts.create_account("watchful", name="Watchful", password="Riverbank-24", by=SYSTEM).account
    accounts.grant_role(made.id, role="supervisor", because="test", by=SYSTEM)
    return User.objects.get(pk=made.id)


def _cells(content: bytes, extension: str) -> list[str]:
    if extension == "csv":
        return [cell for row in csv.reader(io.StringIO(content.decode("utf-8-sig"))) for cell in row]
    sheet = openpyxl.load_workbook(io.BytesIO(content)).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}
    return [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None]


def _send(client: Client, body: dict[str, Any]) -> Any:
    return client.post("/api/demands", json.dumps(body), content_type="application/json")


def _tracked(client: Client, codes: dict[str, str]) -> str:
    answer = client.post(
        "/track/", {"public_code": codes["public_code"], "query_code": codes["query_code"]}, follow=True
    )
    assert answer.status_code == 200
    return answer.content.decode()
