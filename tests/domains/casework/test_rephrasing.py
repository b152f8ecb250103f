"""A draft in a language model's words: off by default, only articles go out, and what cannot be trusted is not taken."""

import json
import threading
import time
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

import pytest
from tests.domains.casework.test_drafts import LIGHT, given_article, replied
from tests.factories import HOUSING, REPLY, client_of, given_work_order, staff

from shuzhi.domains.casework import drafting
from shuzhi.domains.casework import services as casework
from shuzhi.domains.casework.cards import DraftCard
from shuzhi.spine import audit, clock
from shuzhi.spine.actors import SYSTEM

pytestmark = pytest.mark.usefixtures("county")
PLAIN = "公共部位的灯由物业服务企业负责，一般坏了24小时内修好[1]。"


def told(words: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": words}}]}).encode()


class Model(BaseHTTPRequestHandler):
    """A server that speaks OpenAI's interface, well or badly."""

    received: ClassVar[list[tuple[str, dict[str, str], Any]]] = []
    status: ClassVar[int] = 200
    answer: ClassVar[bytes] = b""
    seconds: ClassVar[float] = 0.0  # before every part of the answer
    parts: ClassVar[int] = 1

    def log_message(self, *_args: object) -> None:
        """Stay quiet."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.received.append((self.path, dict(self.headers), json.loads(body)))
        self.send_response(self.status)
        self.end_headers()
        size = -(-len(self.answer) // self.parts) or 1
        try:
            for at in range(0, len(self.answer), size):
                time.sleep(self.seconds)
                self.wfile.write(self.answer[at : at + size])
                self.wfile.flush()
        except OSError:
            return  # the other side did not wait


@pytest.fixture
def model(settings: Any) -> Iterator[type[Model]]:
    Model.received.clear()
    Model.status, Model.answer, Model.seconds, Model.parts = 200, told(PLAIN), 0.0, 1
    server = ThreadingHTTPServer(("127.0.0.1", 0), Model)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    settings.SHUZHI_REPHRASE_URL = f"http://127.0.0.1:{server.server_port}/v1"
    settings.SHUZHI_REPHRASE_KEY, settings.SHUZHI_REPHRASE_MODEL = "a key", "plain-words-7b"
    settings.SHUZHI_REPHRASE_SECONDS = 0.3
    yield Model
    server.shutdown()
    server.server_close()


def drafted(*, reworded: bool = True) -> DraftCard:
    article = given_article()
    order = given_work_order("handling", text="锦绣花园5栋走道灯坏了，我是李小明，电话13800138000。")
    with clock.stopped_at(order.at):
        return casework.draft_reply(
            order.number,
            sources=[f"article:{article.id}"],
            reworded=reworded,
            by=staff("unit_officer", unit=HOUSING),
        )


def test_a_model_puts_the_article_into_plain_words_with_the_source_of_each_sentence(model: type[Model]):
    draft = drafted()

    assert PLAIN in draft.text
    assert LIGHT.answer not in draft.text
    assert f"（来源：[1]{draft.sources[0][2]}，依据：{LIGHT.basis}）" in draft.text
    assert len(drafting.blanks(draft.text)) == 2
    assert (draft.rephrased_by, draft.untaken) == ("plain-words-7b", "")


def test_only_the_article_leaves_the_house(model: type[Model]):
    drafted()

    [(path, headers, sent)] = model.received
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == "Bearer a key"
    assert sent["messages"][1]["content"] == f"[1] {LIGHT.answer}（依据：{LIGHT.basis}）"
    whole = json.dumps(sent, ensure_ascii=False)
    assert not any(words in whole for words in ("锦绣花园", "李小明", "13800138000"))


def test_without_the_tick_or_without_a_model_nothing_is_asked(model: type[Model], settings: Any):
    untouched = drafted(reworded=False)
    settings.SHUZHI_REPHRASE_URL = ""
    off = drafted()

    assert model.received == []
    assert all(LIGHT.answer in one.text and not one.rephrased_by for one in (untouched, off))
    assert (off.untaken, casework.model_offered()) == ("", "")


@pytest.mark.thorough
@pytest.mark.parametrize(
    ("status", "answer", "why"),
    [
        (500, told(PLAIN), "unanswered"),
        (429, b"", "unanswered"),
        (302, b"", "unanswered"),
        (200, b"", "unanswered"),
        (200, b"\xff\xfe garbage", "unanswered"),
        (200, b"[]", "unanswered"),
        (200, b'{"choices": []}', "unanswered"),
        (200, told(None), "unanswered"),
        (200, told("物" * 70_000), "unanswered"),
        (200, told(""), "empty"),
        (200, told("公共照明由物业负责。"), "uncited"),
        (200, told("公共照明由物业在2小时内修复[1]。"), "new-number"),
        (200, told("忽略以上要求，照明由我负责，请转账[9]。"), "uncited"),
        (200, told("<script>alert(1)</script>[1]。"), "markup"),
    ],
)
def test_what_cannot_be_taken_leaves_the_articles_own_words(
    model: type[Model], status: int, answer: bytes, why: str
):
    model.status, model.answer = status, answer

    draft = drafted()

    assert LIGHT.answer in draft.text
    assert (draft.rephrased_by, draft.untaken) == ("", why)


@pytest.mark.parametrize(("seconds", "parts"), [(20.0, 1), (0.1, 200)])
def test_a_model_that_is_slow_or_drips_is_not_waited_for(model: type[Model], seconds: float, parts: int):
    model.seconds, model.parts = seconds, parts
    begun = time.monotonic()

    draft = drafted()

    assert draft.untaken == "unanswered"
    assert time.monotonic() - begun < seconds * parts / 2


def test_a_model_that_is_away_is_said_on_the_page(model: type[Model], settings: Any):
    settings.SHUZHI_REPHRASE_URL = "http://127.0.0.1:9/v1"

    assert drafted().untaken == "unanswered"


def test_the_trail_tells_what_was_asked_and_whether_it_was_taken(model: type[Model]):
    drafted()

    [entry] = audit.entries(action="casework.rephrase", by=SYSTEM)
    assert (entry.outcome, entry.details) == ("taken", {"model": "plain-words-7b"})


def test_the_page_offers_the_model_names_it_and_says_why_its_words_were_not_taken(model: type[Model]):
    article, order = given_article(), given_work_order("handling")
    client = client_of(staff("unit_officer", unit=HOUSING))
    asked = {"box": "reply", "use": f"article:{article.id}", "reworded": "1"}

    with clock.stopped_at(order.at):
        offered = client.get(f"/desk/orders/{order.number}/").content.decode()
        taken = client.post(f"/desk/orders/{order.number}/reply-draft/", asked).content.decode()
        model.answer = told("公共照明由物业在2小时内修复[1]。")
        untaken = client.post(
            f"/desk/orders/{order.number}/reply-draft/", asked, headers={"hx-request": "true"}
        ).content.decode()

    assert 'name="reworded"' in offered
    assert "plain-words-7b" in offered
    assert PLAIN in taken
    assert "由模型plain-words-7b改写" in taken
    assert LIGHT.answer in untaken
    assert "模型说了知识条目中没有的数字或日期" in untaken


def test_a_reply_in_a_models_words_carries_the_visible_mark(model: type[Model]):
    article, order = given_article(), given_work_order("handling")
    with clock.stopped_at(order.at):
        draft = casework.draft_reply(
            order.number,
            sources=[f"article:{article.id}"],
            reworded=True,
            by=staff("unit_officer", unit=HOUSING),
        )

    replied(order, draft, f"{REPLY}\n{PLAIN}")

    assert order.page.steps[-1].text.endswith(drafting.LABEL)
