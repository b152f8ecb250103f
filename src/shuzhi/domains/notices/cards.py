"""What the world sees of messages, subscriptions and webhooks."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class RecipientKind(StrEnum):
    PHONE = "phone"
    EMAIL = "email"
    STAFF = "staff"
    UNIT = "unit"


@dataclass(frozen=True)
class Recipient:
    """To whom: a phone number, an e-mail address, an account number ("17"), or a unit code."""

    kind: RecipientKind | str
    address: str


@dataclass(frozen=True)
class Letter:
    """A message to be queued. context: what the template asks for, never a citizen's words."""

    to: Recipient
    template: str
    context: Mapping[str, object]
    about: str = ""
    language: str = "zh-hans"
    expires_at: datetime | None = None


class MessageState(StrEnum):
    """queued → sending → sent, or failed (given up), expired (too late to be of use), unsure (cut off while sending)."""

    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    EXPIRED = "expired"
    UNSURE = "unsure"


@dataclass(frozen=True)
class MessageCard:
    """A message in the reader's language. `about` names the thing, e.g. "demand:17"; the recipient is not shown.

    link: the path to it on this site, "" where there is none; whoever may not open it is told so there.
    """

    id: int
    template: str
    subject: str
    text: str
    link: str
    about: str
    state: MessageState
    tries: int
    failure: str
    created_at: datetime
    sent_at: datetime | None
    read: bool


@dataclass(frozen=True)
class SubscriptionCard:
    """`state` is waiting (for the confirmation), active or ended. `ending` is what may be shown of the address."""

    id: int
    demand_code: str
    kind: RecipientKind
    ending: str
    state: str


@dataclass(frozen=True)
class WebhookCard:
    """`position` is the last event that the receiver accepted; `behind` how many positions lie after it."""

    id: int
    url: str
    events: tuple[str, ...]
    position: int
    behind: int
    paused: bool
    failures: int
    last_failure: str
    next_try_at: datetime | None
    delivered_at: datetime | None


@dataclass(frozen=True)
class NewWebhookCard:
    """`secret` signs every delivery (Standard Webhooks, "whsec_…"); shown once."""

    webhook: WebhookCard
    secret: str
