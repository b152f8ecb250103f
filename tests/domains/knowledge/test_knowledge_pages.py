"""The pages of the knowledge base: looked for, written, approved, imported; nothing typed is lost."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from tests.domains.knowledge.test_articles import TABLE, WORDS, given_article
from tests.factories import client_of, staff

from shuzhi.domains.knowledge import services as knowledge
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")


def typed(**changes: str) -> dict[str, str]:
    words = {
        name: value.isoformat() if isinstance(value, date) else (value or "")
        for name, value in vars(WORDS).items()
    }
    return words | changes


def test_an_article_is_written_approved_and_found():
    writer, reviewer = client_of(staff("call_taker")), client_of(staff("reviewer"))

    written = writer.post("/knowledge/new/", typed(), follow=True)
    address = written.request["PATH_INFO"]
    shown = writer.get(address).content.decode()
    approved = reviewer.post(f"{address}review/", {"approve": "1", "because": ""}, follow=True)
    found = writer.get("/knowledge/?q=电梯坏了").content.decode()

    assert "批准" not in shown.split("<aside")[0].split("review/")[0] or "review/" not in shown
    assert "现行" in approved.content.decode()
    assert "<mark>电梯</mark>" in found
    assert address in found


def test_articles_that_answer_stand_beside_the_call():
    article = given_article()
    taker = client_of(staff("call_taker"))

    beside = taker.post("/desk/calls/beside/", {"text": "电梯坏了，谁来修？"}).content.decode()
    silent = taker.post("/desk/calls/beside/", {"text": ""}).content.decode()

    assert f"/knowledge/{article.id}/" in beside
    assert WORDS.answer in beside
    assert "<mark>电梯</mark>" in beside
    assert WORDS.answer not in silent


def test_a_refused_article_keeps_what_was_typed():
    client = client_of(staff("call_taker"))

    answer = client.post("/knowledge/new/", typed(valid_to="2025-01-01", because="我写的理由"))

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "早于生效日期" in page
    assert WORDS.answer in page
    assert "我写的理由" in page


def test_declining_without_a_reason_is_answered_beside_the_field():
    written = knowledge.write_article(WORDS, by=staff("call_taker"))
    client = client_of(staff("reviewer"))

    answer = client.post(f"/knowledge/{written.id}/review/", {"decline": "1", "because": ""})

    assert answer.status_code == 422
    assert "说明批准前必须改什么" in answer.content.decode()


def test_the_steward_imports_a_table_and_sees_every_row():
    client = client_of(staff("registry_steward"))
    file = SimpleUploadedFile("知识.csv", TABLE.encode(), "text/csv")

    page = client.post("/knowledge/import/", {"file": file}).content.decode()

    assert "读入 3 行" in page
    assert "第 3 行" in page


def test_those_without_the_duty_see_no_door():
    given_article()
    client = client_of(staff("leader"))

    assert client.get("/knowledge/").status_code == 403
    assert client_of(staff("callback_agent")).get("/knowledge/new/").status_code == 403


def test_words_of_others_are_shown_and_never_run():
    article = given_article(title="<script>alert(1)</script>")

    page = client_of(staff("call_taker")).get(f"/knowledge/{article.id}/").content.decode()

    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


def test_other_systems_ask_by_the_api():
    given_article()

    found = client_of(staff("call_taker")).get("/api/knowledge/articles?question=电梯坏了").json()

    assert found[0]["article"]["words"]["title"] == WORDS.title
    assert knowledge.find_articles("电梯坏了", by=SYSTEM)
