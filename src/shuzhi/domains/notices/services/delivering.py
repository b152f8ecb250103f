"""The worker's half of webhooks: in order, at least once, each event until the receiver says yes.

A delivery is claimed for a while, so that two workers do not send the same; the cursor moves only while the claim
holds. A receiver that fails is asked again later and later; after a long row of failures the webhook is paused, and
nothing is lost: the outbox keeps the events and the webhook keeps its place.
"""

import json
import logging
from collections.abc import Sequence
from datetime import datetime, timedelta
from http import HTTPStatus
from uuid import UUID, uuid4

import httpx
from django.conf import settings
from django.db import transaction
from django.db.models import F, Q

from shuzhi.domains.notices import signing, targets
from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.domains.notices.models import Webhook
from shuzhi.domains.notices.services.messages import send_message
from shuzhi.domains.notices.waiting import back_off
from shuzhi.spine import clock, outbox
from shuzhi.spine.actors import SYSTEM, ActorKind
from shuzhi.spine.events import Event
from shuzhi.spine.outbox import Announced
from shuzhi.spine.sealing import unseal

log = logging.getLogger("shuzhi.webhooks")
EVENTS_PER_ROUND = 50
ROUND_LASTS_S = 2.0
CLAIM_LASTS = timedelta(minutes=1)
FIRST_WAIT_S = 5
LONGEST_WAIT_S = 3600
GONE = "the receiver answered 410: it wants no more"
MOST_FAILURES = 20  # with these waits about ten hours of silence


def deliver_webhooks(*, events_per_webhook: int = EVENTS_PER_ROUND, at_most_s: float = ROUND_LASTS_S) -> int:
    """Give webhooks that are due their next events, the longest neglected first; returns how many tries were made.

    at_most_s: seconds after which no further delivery is begun, so that a slow receiver holds up nobody.
    """
    until = clock.now() + timedelta(seconds=at_most_s)
    tried = 0
    for webhook_id in _due():
        tried += _deliver_to(webhook_id, events_per_webhook, until)
        if clock.now() >= until:
            break
    return tried


def _due() -> list[int]:
    now = clock.now()
    waiting_over = Q(next_try_at=None) | Q(next_try_at__lte=now)
    last = outbox.last_position()
    rows = Webhook.objects.filter(waiting_over, _free(), paused=False, position__lt=last)
    neglected_first = F("delivered_at").asc(nulls_first=True)
    return list(rows.order_by(neglected_first, "pk").values_list("pk", flat=True))


def _free() -> Q:
    """Not claimed by a living worker. A claim from far ahead comes from a clock that was set back."""
    now = clock.now()
    return Q(claimed_until=None) | Q(claimed_until__lt=now) | Q(claimed_until__gt=now + 2 * CLAIM_LASTS)


def _deliver_to(webhook_id: int, limit: int, until: datetime) -> int:
    claim = uuid4()
    taken = Webhook.objects.filter(_free(), pk=webhook_id, paused=False)
    if not taken.update(claim=claim, claimed_until=clock.now() + CLAIM_LASTS):
        return 0
    row = Webhook.objects.get(pk=webhook_id)
    # Read before the story: every event up to here is in it.
    last = outbox.last_position()
    events = list(outbox.story(after=row.position, names=row.events, limit=limit))
    tried = _deliver_all(row, claim, events, until)
    if tried == len(events) < limit:
        # Nothing else in the story concerns this webhook: it need not be read again.
        Webhook.objects.filter(pk=webhook_id, claim=claim, position__lt=last).update(position=last)
    Webhook.objects.filter(pk=webhook_id, claim=claim).update(claim=None, claimed_until=None)
    return tried


def _deliver_all(row: Webhook, claim: UUID, events: Sequence[Announced], until: datetime) -> int:
    """Send events in order until one fails, the claim is lost or the time is up; returns how many tries were made."""
    with targets.open_client() as client:
        for tried, announced in enumerate(events, start=1):
            if failure := _try(client, row, announced):
                _note_failure(row, claim, failure)
                return tried
            if not _move(row, claim, announced.position) or clock.now() >= until:
                return tried
    return len(events)


def _try(client: httpx.Client, row: Webhook, announced: Announced) -> str:
    """Send one event; returns why it failed, or nothing."""
    body = cloud_event(announced)
    message_id = f"evt_{announced.position}"
    timestamp = int(clock.now().timestamp())
    headers = {
        "Content-Type": "application/cloudevents+json; charset=utf-8",
        "User-Agent": "Shuzhi-Webhooks/1",
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.sign(
            unseal(row.secret_sealed), message_id=message_id, timestamp=timestamp, body=body
        ),
    }
    try:
        answer = targets.post(client, row.url, body=body, headers=headers)
    except targets.NotAllowed:
        return "the address leads inside"
    except (httpx.HTTPError, OSError) as error:
        return f"no answer: {type(error).__name__}"
    if answer.status == HTTPStatus.GONE:
        return GONE
    return "" if answer.accepted else f"the receiver answered {answer.status}"


def cloud_event(announced: Announced) -> bytes:
    """An event in CloudEvents 1.0 structured mode, with the `sequence` extension. Who acted is not told."""
    event = announced.event
    event_class: type[Event] = type(event)
    body = {
        "specversion": "1.0",
        "id": str(announced.position),
        "source": settings.SHUZHI_PUBLIC_URL,
        "type": f"shuzhi.{event_class.__name__}",
        "time": announced.at.isoformat(),
        "datacontenttype": "application/json",
        "sequence": f"{announced.position:020d}",
        "data": outbox.adapter(event_class).dump_python(event, mode="json"),
    }
    return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()


def _move(row: Webhook, claim: UUID, position: int) -> bool:
    """Put the cursor behind an accepted event, unless the claim was lost meanwhile (a replay, a slow worker)."""
    now = clock.now()
    moved = Webhook.objects.filter(pk=row.pk, claim=claim, paused=False).update(
        position=position,
        failures=0,
        last_failure="",
        next_try_at=None,
        delivered_at=now,
        claimed_until=now + CLAIM_LASTS,
    )
    row.failures = 0
    return bool(moved)


@transaction.atomic
def _note_failure(row: Webhook, claim: UUID, failure: str) -> None:
    now = clock.now()
    failures = row.failures + 1
    paused = failures >= MOST_FAILURES or failure == GONE
    wait_s = back_off(failures, first_s=FIRST_WAIT_S, longest_s=LONGEST_WAIT_S)
    noted = Webhook.objects.filter(pk=row.pk, claim=claim).update(
        failures=failures,
        last_failure=failure,
        next_try_at=now + timedelta(seconds=wait_s),
        paused=paused,
        claim=None,
        claimed_until=None,
    )
    if noted:
        log.warning("webhook %s, failure %s: %s", row.pk, failures, failure)
    if noted and paused:
        _tell_owner(row, failures)


def _tell_owner(row: Webhook, failures: int) -> None:
    kind, _colon, number = row.created_by.partition(":")
    if kind == ActorKind.STAFF:
        send_message(
            to=Recipient(RecipientKind.STAFF, number),
            template="webhook_paused",
            context={"webhook": row.pk, "failures": failures},
            about=f"webhook:{row.pk}",
            by=SYSTEM,
        )
