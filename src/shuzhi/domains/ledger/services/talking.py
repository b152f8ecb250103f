"""Talking with witnesses over HTTP (C2SP tlog-witness). Nothing here touches the database or trusts an answer."""

import hashlib
import time
from collections.abc import Callable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import cache

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
_LARGEST_ANSWER = 64 * 1024


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
def _client() -> httpx.Client:
    return httpx.Client(timeout=PATIENCE_S, trust_env=False)


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
    pool = ThreadPoolExecutor(max_workers=max(1, len(urls)), thread_name_prefix="witness")
    waiting = {pool.submit(_ask, name, url, sizes.get(name, 0), signed, prove) for name, url in urls.items()}
    names = set(urls)
    answers: list[Answer] = []
    end = time.monotonic() + PATIENCE_S
    while waiting and (left := end - time.monotonic()) > 0:
        done, waiting = wait(waiting, timeout=left, return_when=FIRST_COMPLETED)
        answers += [one.result() for one in done]
        if enough(answers):
            end = min(end, time.monotonic() + GRACE_S)
    pool.shutdown(wait=False, cancel_futures=True)
    late = names - {answer.name for answer in answers}
    return answers + [Answer(name, failure="did not answer in time") for name in sorted(late)]


def _ask(name: str, url: str, size: int, signed: SignedCheckpoint, prove: Prove) -> Answer:
    try:
        answer = _post(name, url, size, signed, prove)
        if answer.size is not None and answer.size != size and answer.size <= signed.checkpoint.size:
            return _post(name, url, answer.size, signed, prove)
    except (httpx.HTTPError, LedgerError, ValueError) as error:
        return Answer(name, failure=f"{type(error).__name__}: {error}"[:200])
    return answer


def _post(name: str, url: str, size: int, signed: SignedCheckpoint, prove: Prove) -> Answer:
    size = min(size, signed.checkpoint.size)
    body = bytes(AddCheckpoint(size, tuple(prove(size)), signed))
    answer = _client().post(f"{url.rstrip('/')}/add-checkpoint", content=body)
    raw = answer.content[:_LARGEST_ANSWER]
    if answer.status_code == httpx.codes.OK:
        return Answer(name, tuple(parse_signature_lines(raw.decode())))
    claimed = None
    if (
        answer.status_code == httpx.codes.CONFLICT
        and answer.headers.get("content-type") == "text/x.tlog.size"
    ):
        claimed = parse_size(raw)
    said = raw.decode("utf-8", "replace").strip()
    return Answer(name, size=claimed, failure=f"{answer.status_code} {said}"[:200], refused=True)


def last_seen(urls: Mapping[str, str], origin: str) -> dict[str, SignedCheckpoint | None]:
    """The last checkpoint that each witness says it cosigned, None for one that knows the log not yet.

    A witness that does not answer, or answers with rubbish, is left out.
    """
    place = f"{hashlib.sha256(origin.encode()).hexdigest()}/checkpoint"
    with ThreadPoolExecutor(max_workers=max(1, len(urls)), thread_name_prefix="witness") as pool:
        asked: dict[str, Future[SignedCheckpoint | None]] = {
            name: pool.submit(_fetch, f"{url.rstrip('/')}/{place}") for name, url in urls.items()
        }
    found = {}
    for name, future in asked.items():
        try:
            found[name] = future.result()
        except (httpx.HTTPError, LedgerError):
            continue
    return found


def _fetch(url: str) -> SignedCheckpoint | None:
    answer = _client().get(url)
    if answer.status_code == httpx.codes.NOT_FOUND:
        return None
    return parse_checkpoint(answer.raise_for_status().content[:_LARGEST_ANSWER])
