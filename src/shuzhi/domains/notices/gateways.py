"""Ways out of the house: console, a file (the demo), e-mail, and an SMS gateway over HTTP.

A county adds its own with `register`; the setting SHUZHI_MESSAGE_GATEWAY names those in use, in order of preference.
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr
from http import HTTPStatus
from pathlib import Path
from smtplib import SMTPException, SMTPRecipientsRefused
from typing import ClassVar, Protocol

import httpx
from django.conf import settings
from django.core.mail import EmailMessage

from shuzhi.domains.notices.cards import RecipientKind
from shuzhi.spine import clock

TIMEOUT_S = 10.0
LOOK_BACK_BYTES = 1 << 20


@dataclass(frozen=True)
class Parcel:
    """One try to send one message. `key` is the same at every try; `attempt` counts from 1."""

    key: str
    kind: RecipientKind
    address: str
    subject: str
    text: str
    language: str
    attempt: int


class GatewayFailed(Exception):
    """Not sent, for certain. `again` tells whether a later try may help."""

    def __init__(self, why: str, *, again: bool = True) -> None:
        super().__init__(why)
        self.again = again


class Gateway(Protocol):
    """`carries` are the kinds of recipient; `drops_repeats` says whether handing over the same key twice is harmless."""

    carries: ClassVar[frozenset[RecipientKind]]
    drops_repeats: ClassVar[bool]

    def send(self, parcel: Parcel) -> None: ...


_OUTSIDE = frozenset({RecipientKind.PHONE, RecipientKind.EMAIL})


class ConsoleGateway:
    """Prints; for development."""

    carries: ClassVar[frozenset[RecipientKind]] = _OUTSIDE
    drops_repeats: ClassVar[bool] = False

    def send(self, parcel: Parcel) -> None:
        print(f"[{parcel.kind} {parcel.address}] {parcel.subject}: {parcel.text}", flush=True)


class FileGateway:
    """Appends a line of JSON to var/outbox/messages.jsonl, readable by the owner only; for the demo and for trying."""

    carries: ClassVar[frozenset[RecipientKind]] = _OUTSIDE
    drops_repeats: ClassVar[bool] = True

    def send(self, parcel: Parcel) -> None:
        path = settings.SHUZHI_DATA_DIR / "outbox" / "messages.jsonl"
        if parcel.attempt > 1 and self._written(path, parcel.key):
            return
        line = {
            "key": parcel.key,
            "at": clock.now().isoformat(timespec="seconds"),
            "kind": parcel.kind,
            "to": parcel.address,
            "subject": parcel.subject,
            "text": parcel.text,
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            with os.fdopen(
                os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "ab", buffering=0
            ) as file:
                file.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
        except OSError as error:
            raise GatewayFailed(f"the message file cannot be written: {error.strerror}") from None

    @staticmethod
    def _written(path: Path, key: str) -> bool:
        if not path.exists():
            return False
        with path.open("rb") as file:
            file.seek(max(0, path.stat().st_size - LOOK_BACK_BYTES))
            return key.encode() in file.read()


class EmailGateway:
    """SMTP through Django. The Message-ID stays the same at every try, but few servers drop repeats by it."""

    carries: ClassVar[frozenset[RecipientKind]] = frozenset({RecipientKind.EMAIL})
    drops_repeats: ClassVar[bool] = False

    def send(self, parcel: Parcel) -> None:
        host = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        headers = {"Message-ID": f"<{parcel.key}@{host}>", "Auto-Submitted": "auto-generated"}
        letter = EmailMessage(parcel.subject, parcel.text, to=[parcel.address], headers=headers)
        try:
            letter.send()
        except SMTPRecipientsRefused:
            raise GatewayFailed("the mail server does not know this address", again=False) from None
        except (SMTPException, OSError) as error:
            raise GatewayFailed(f"the mail server did not take it: {type(error).__name__}") from None


class SmsGateway:
    """A JSON port that any SMS provider can be put behind, signed with HMAC-SHA256 over "timestamp.body".

    POST {"id", "phone", "text"} with Idempotency-Key, X-Timestamp and X-Signature; any 2xx answer means accepted.
    """

    carries: ClassVar[frozenset[RecipientKind]] = frozenset({RecipientKind.PHONE})
    drops_repeats: ClassVar[bool] = True

    def send(self, parcel: Parcel) -> None:
        body = json.dumps(
            {"id": parcel.key, "phone": parcel.address, "text": parcel.text}, ensure_ascii=False
        )
        stamp = str(int(clock.now().timestamp()))
        signed = hmac.new(settings.SHUZHI_SMS_SECRET.encode(), f"{stamp}.{body}".encode(), hashlib.sha256)
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": parcel.key,
            "X-Timestamp": stamp,
            "X-Signature": signed.hexdigest(),
        }
        try:
            answer = httpx.post(
                settings.SHUZHI_SMS_URL,
                content=body.encode(),
                headers=headers,
                timeout=TIMEOUT_S,
                trust_env=False,
            )
        except httpx.HTTPError as error:
            raise GatewayFailed(f"the SMS gateway cannot be reached: {type(error).__name__}") from None
        if not answer.is_success:
            later = answer.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR or answer.status_code in (
                HTTPStatus.REQUEST_TIMEOUT,
                HTTPStatus.TOO_MANY_REQUESTS,
            )
            raise GatewayFailed(f"the SMS gateway answered {answer.status_code}", again=later)


GATEWAYS: dict[str, Callable[[], Gateway]] = {}


def register(name: str, make: Callable[[], Gateway]) -> None:
    GATEWAYS[name] = make


register("console", ConsoleGateway)
register("file", FileGateway)
register("email", EmailGateway)
register("sms", SmsGateway)


def gateway_for(kind: RecipientKind) -> Gateway | None:
    """The first gateway in use that carries this kind of recipient."""
    for name in settings.SHUZHI_MESSAGE_GATEWAY.split(","):
        if name.strip() not in GATEWAYS:
            raise RuntimeError(f"SHUZHI_MESSAGE_GATEWAY: {name!r} is none of {', '.join(GATEWAYS)}")
        gateway = GATEWAYS[name.strip()]()
        if kind in gateway.carries:
            return gateway
    return None
