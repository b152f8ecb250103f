"""Talking with witnesses over HTTP (C2SP tlog-witness). Nothing here touches the database or trusts an answer.

All witnesses are asked at once, in a loop of its own beside the caller: whoever is silent, answers drop by drop or never
ends is cut off when the time is over, and costs nothing afterwards.
"""

import asyncio
import hashlib
import threading
from collections.abc import Callable, Coroutine, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import httpx

from shuzhi.engines.ledger import (
    AddCheckpoint,
    LedgerError,
    NoteSignature,
    SignedCheckpoint,
    parse_checkpoint,
    parse_signature_lines,
    parse_size,
)

PATIENCE_S = 2.0
GRACE_S = (
    0.05  # how long a reached quorum waits for the others, so that their cosignatures are on the page too
)
_LARGEST_ANSWER = 64 * 1024  # bytes
_FAILURES = (httpx.HTTPError, httpx.InvalidURL, LedgerError, ValueError)
_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    """What a witness said.   size: what it claims to have cosigned last, where it says so.   failure: "" when it cosigned."""

    name: str
    signatures: tuple[NoteSignature, ...] = ()
    size: int | None = None
    failure: str = ""
    refused: bool = False


Prove = Callable[[int], list[bytes]]
"""The consistency proof from an older size to the size that is to be cosigned."""


@cache
def _loop() -> asyncio.AbstractEventLoop:
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="witnesses", daemon=True).start()
    return loop


@cache
def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(timeout=PATIENCE_S, trust_env=False, headers={"Accept-Encoding": "identity"})


def ask_all(
    urls: Mapping[str, str],
    sizes: Mapping[str, int],
    signed: SignedCheckpoint,
    prove: Prove,
    enough: Callable[[list[Answer]], bool],
) -> list[Answer]:
    """Ask every witness at once; come back when enough of them cosigned, at the latest after PATIENCE_S.

    urls, sizes: by the witness's name; a size is what it cosigned last, as far as we know.
    """
    asked = [_ask(name, url, sizes.get(name, 0), signed, prove) for name, url in urls.items()]
    answers = _in_time(asked, enough)
    late = urls.keys() - {answer.name for answer in answers}
    return answers + [Answer(name, failure="did not answer in time") for name in sorted(late)]


def last_seen(urls: Mapping[str, str], origin: str) -> dict[str, SignedCheckpoint | None]:
    """The last checkpoint that each witness says it cosigned, None for one that knows the log not yet.

    A witness that does not answer, or answers with rubbish, is left out.
    """
    place = f"{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
    asked = [_fetch(name, f"{url.rstrip('/')}/{place}") for name, url in urls.items()]
    return dict(found for found in _in_time(asked) if found is not None)


def _in_time(
    asked: Iterable[Coroutine[Any, Any, _T]], enough: Callable[[list[_T]], bool] = lambda _said: False
) -> list[_T]:
    """What came back until it was enough, at the latest after PATIENCE_S; the others are cut off."""
    return asyncio.run_coroutine_threadsafe(_collect(asked, enough), _loop()).result()


async def _collect(asked: Iterable[Coroutine[Any, Any, _T]], enough: Callable[[list[_T]], bool]) -> list[_T]:
    clock = asyncio.get_running_loop().time
    waiting, end = {asyncio.create_task(one) for one in asked}, clock() + PATIENCE_S
    said: list[_T] = []
    while waiting and (left := end - clock()) > 0:
        done, waiting = await asyncio.wait(waiting, timeout=left, return_when=asyncio.FIRST_COMPLETED)
        said += [one.result() for one in done]
        if enough(said):
            end = min(end, clock() + GRACE_S)
    for one in waiting:
        one.cancel()
    return said


async def _ask(name: str, url: str, size: int, signed: SignedCheckpoint, prove: Prove) -> Answer:
    try:
        answer = await _post(name, url, size, signed, prove)
        if answer.size is not None and answer.size != size and answer.size <= signed.checkpoint.size:
            return await _post(name, url, answer.size, signed, prove)
    except _FAILURES as error:
        return Answer(name, failure=f"{type(error).__name__}: {error}"[:200])
    return answer


async def _post(name: str, url: str, size: int, signed: SignedCheckpoint, prove: Prove) -> Answer:
    size = min(size, signed.checkpoint.size)
    body = bytes(AddCheckpoint(size, tuple(prove(size)), signed))
    status, kind, raw = await _said("POST", f"{url.rstrip('/')}/add-checkpoint", body)
    if status == httpx.codes.OK:
        return Answer(name, tuple(parse_signature_lines(raw.decode())))
    claimed = None
    if status == httpx.codes.CONFLICT and kind == "text/x.tlog.size":
        claimed = parse_size(raw)
    said = raw.decode("utf-8", "replace").strip()
    return Answer(name, size=claimed, failure=f"{status} {said}"[:200], refused=True)


async def _fetch(name: str, url: str) -> tuple[str, SignedCheckpoint | None] | None:
    try:
        status, _kind, raw = await _said("GET", url)
        if status == httpx.codes.NOT_FOUND:
            return name, None
        return (name, parse_checkpoint(raw)) if status == httpx.codes.OK else None
    except _FAILURES:
        return None


async def _said(method: str, url: str, body: bytes = b"") -> tuple[int, str | None, bytes]:
    """Status, content type and body of an answer. Of a body without end, no more is taken than an honest one has."""
    raw = b""
    async with _client().stream(method, url, content=body) as answer:
        async for part in answer.aiter_raw():
            raw += part
            if len(raw) > _LARGEST_ANSWER:
                raise ValueError("the answer is too long")
        return answer.status_code, answer.headers.get("content-type"), raw
