"""Asks a language model outside to put articles into plain words. Off unless the county names one; nothing it says counts
before the text engine has held it against the articles. Only articles leave the house, masked; no citizen's words do.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import httpx
from django.conf import settings

from shuzhi.domains.casework.drafting import Passage
from shuzhi.domains.intake import services as intake
from shuzhi.engines import text as text_engine

LARGEST_ANSWER = 64 * 1024  # bytes: a hundred times what a reply needs
UNANSWERED = "unanswered"
"""Why nothing was taken: no answer in time, or none that can be read."""


@dataclass(frozen=True)
class Rephrased:
    """What became of the request. words: "" when nothing was taken, why says the reason then ("" when none was asked)."""

    words: str = ""
    model: str = ""
    why: str = ""


def model_offered() -> str:
    """The model that the county named, "" when it named none."""
    return str(settings.SHUZHI_REPHRASE_MODEL) if settings.SHUZHI_REPHRASE_URL else ""


def rephrase(passages: Sequence[Passage]) -> Rephrased:
    """The articles among the passages in plain words, each sentence with the number of its source.

    Takes SHUZHI_REPHRASE_SECONDS at most; call it outside of a transaction.
    """
    articles = [one.with_basis for one in passages if one.kind == "article"]
    sources = [intake.hide_people(words) for words in articles]
    model = model_offered()
    if not sources or not model:
        return Rephrased()
    try:
        answer = _ask(model, text_engine.rephrasing_task(sources))
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, LookupError, TypeError):
        return Rephrased(model=model, why=UNANSWERED)
    if why := text_engine.why_untaken(answer, sources):
        return Rephrased(model=model, why=str(why))
    words = text_engine.with_contacts(answer, articles)
    return Rephrased(words, model, "" if words else str(text_engine.Untaken.PERSONAL))


def _ask(model: str, task: str) -> str:
    messages = [{"role": "system", "content": text_engine.TASK}, {"role": "user", "content": task}]
    request = {"model": model, "messages": messages, "temperature": 0, "stream": False}
    headers = {"Authorization": f"Bearer {settings.SHUZHI_REPHRASE_KEY}"}
    url = f"{settings.SHUZHI_REPHRASE_URL.rstrip('/')}/chat/completions"
    patience = settings.SHUZHI_REPHRASE_SECONDS
    end = time.monotonic() + patience
    with (
        httpx.Client(timeout=patience, trust_env=False) as client,
        client.stream("POST", url, json=request, headers=headers) as answer,
    ):
        if answer.status_code != httpx.codes.OK:
            raise ValueError(f"the model answered {answer.status_code}")
        content = json.loads(_received(answer, end))["choices"][0]["message"]["content"]
    if not isinstance(content, str):
        raise TypeError("the model answered no text")
    return content.strip()


def _received(answer: httpx.Response, end: float) -> bytes:
    """The body, as far as it comes in time and is not too large."""
    body = bytearray()
    for chunk in answer.iter_bytes():
        body += chunk
        if len(body) > LARGEST_ANSWER or time.monotonic() > end:
            raise ValueError("the answer is too long or too slow")
    return bytes(body)
