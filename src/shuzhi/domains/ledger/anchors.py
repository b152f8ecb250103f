"""The anchor port: somebody outside keeps a checkpoint, so that its time does not rest on our word and the witnesses' alone.

An anchor is a function from a checkpoint to the proof that came back. Three come with the platform: a folder from which
others fetch (file drop), a time stamping authority (RFC 3161), and an adapter of the county's own, e.g. to a judicial
chain, named by `SHUZHI_LEDGER_ANCHOR_ADAPTER`.
"""

import hashlib
import os
from collections.abc import Callable
from functools import partial
from pathlib import Path

import httpx
from cryptography.x509 import load_pem_x509_certificates
from django.conf import settings
from django.utils.module_loading import import_string
from rfc3161_client import (
    HashAlgorithm,
    TimestampRequestBuilder,
    VerificationError,
    VerifierBuilder,
    decode_timestamp_response,
)

Anchor = Callable[[bytes], bytes]
PATIENCE_S = 10
_REPLY_TYPE = "application/timestamp-reply"


class AnchorFailed(Exception):
    """The other side did not take the checkpoint, or its answer proves nothing."""


def configured() -> dict[str, Anchor]:
    """The county's anchors by kind."""
    found: dict[str, Anchor] = {}
    if settings.SHUZHI_LEDGER_ANCHOR_DROP:
        found["drop"] = partial(drop, folder=Path(settings.SHUZHI_LEDGER_ANCHOR_DROP))
    if settings.SHUZHI_LEDGER_ANCHOR_TSA:
        root = Path(settings.SHUZHI_LEDGER_ANCHOR_TSA_ROOT).read_bytes()
        found["rfc3161"] = partial(time_stamp, url=settings.SHUZHI_LEDGER_ANCHOR_TSA, roots=root)
    if settings.SHUZHI_LEDGER_ANCHOR_ADAPTER:
        found["adapter"] = import_string(settings.SHUZHI_LEDGER_ANCHOR_ADAPTER)
    return found


def drop(checkpoint: bytes, *, folder: Path) -> bytes:
    """Put the checkpoint into a folder under the name of its hash; the proof is that name."""
    name = f"{hashlib.sha256(checkpoint).hexdigest()}.checkpoint"
    beside = folder / f".{name}.new"
    with beside.open("wb") as file:
        file.write(checkpoint)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, folder / name)
    return name.encode()


def time_stamp(checkpoint: bytes, *, url: str, roots: bytes) -> bytes:
    """A time stamp token of a time stamping authority, verified before it is kept.   roots: trusted certificates, PEM."""
    request = TimestampRequestBuilder(checkpoint, HashAlgorithm.SHA256).build()
    headers = {"Content-Type": "application/timestamp-query", "Accept": _REPLY_TYPE}
    try:
        answer = httpx.post(url, content=request.as_bytes(), headers=headers, timeout=PATIENCE_S)
        raw = answer.raise_for_status().content
        check_time_stamp(raw, checkpoint, roots=roots, nonce=request.nonce)
    except (httpx.HTTPError, ValueError, VerificationError) as error:
        raise AnchorFailed(f"{type(error).__name__}: {error}") from error
    return raw


def check_time_stamp(raw: bytes, checkpoint: bytes, *, roots: bytes, nonce: int | None = None) -> None:
    """Whether a kept token stamps this checkpoint.   Raises VerificationError or ValueError."""
    verifier = VerifierBuilder(roots=load_pem_x509_certificates(roots), nonce=nonce).build()
    verifier.verify_message(decode_timestamp_response(raw), checkpoint)
