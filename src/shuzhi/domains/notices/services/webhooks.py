"""Webhooks as an administrator sees them: registered, paused, resumed, replayed, removed."""

from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.notices import signing, targets
from shuzhi.domains.notices.cards import NewWebhookCard, WebhookCard
from shuzhi.domains.notices.models import Webhook
from shuzhi.spine import access, audit, clock, outbox
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import Event
from shuzhi.spine.sealing import seal

EVERYTHING = "*"
PERMISSION = "notices.webhooks"


@transaction.atomic
def register_webhook(
    url: str, *, events: Sequence[str], secret: str = "", from_position: int | None = None, by: Actor
) -> NewWebhookCard:
    """Let a system hear of events from now on, or from a position.

    events: event names, or "*" for all.   secret: "whsec_…", made here when empty; shown only in the answer.
    """
    access.require(by, PERMISSION)
    targets.check_url(url)
    names = _checked_events(events)
    secret = _checked_secret(secret)
    last = outbox.last_position()
    row = Webhook.objects.create(
        url=url,
        events=names,
        secret_sealed=seal(secret),
        position=last if from_position is None else _checked_position(from_position, last),
        created_by=by.reference,
        created_at=clock.now(),
    )
    audit.record(by, "notices.webhook_register", f"webhook:{row.pk}", events=names)
    return NewWebhookCard(_card(row, last), secret)


def _checked_events(events: Sequence[str]) -> list[str]:
    names = sorted(set(events))
    if not names:
        raise InvalidInput(field="events", why=_("name at least one event, or * for all"))
    if EVERYTHING in names:
        return []
    if unknown := [name for name in names if name not in Event.known]:
        raise InvalidInput(field="events", why=_("there is no event %(name)s") % {"name": unknown[0]})
    return names


def _checked_secret(secret: str) -> str:
    if not secret:
        return signing.new_secret()
    try:
        signing.secret_bytes(secret)
    except ValueError as wrong:
        raise InvalidInput(field="secret", why=str(wrong)) from None
    return secret


def _checked_position(position: int, last: int) -> int:
    if not 0 <= position <= last:
        raise InvalidInput(
            field="from_position", why=_("choose a position from 0 to %(last)s") % {"last": last}
        )
    return position


def webhooks(*, by: Actor) -> list[WebhookCard]:
    access.require(by, PERMISSION)
    last = outbox.last_position()
    return [_card(row, last) for row in Webhook.objects.order_by("pk")]


def get_webhook(webhook_id: int, *, by: Actor) -> WebhookCard:
    access.require(by, PERMISSION)
    return _shown(_load(webhook_id))


@transaction.atomic
def pause_webhook(webhook_id: int, *, by: Actor) -> WebhookCard:
    """Stop delivering; the cursor stays where it is."""
    access.require(by, PERMISSION)
    row = _load(webhook_id)
    row.paused = True
    row.save(update_fields=["paused"])
    audit.record(by, "notices.webhook_pause", f"webhook:{row.pk}")
    return _shown(row)


@transaction.atomic
def resume_webhook(webhook_id: int, *, by: Actor) -> WebhookCard:
    """Deliver again, at once, from the event that failed."""
    access.require(by, PERMISSION)
    row = _load(webhook_id)
    _start_again(row)
    audit.record(by, "notices.webhook_resume", f"webhook:{row.pk}")
    return _shown(row)


@transaction.atomic
def replay_webhook(webhook_id: int, *, from_position: int, by: Actor) -> WebhookCard:
    """Deliver again every event after a position, with the same ids, or skip ahead to it."""
    access.require(by, PERMISSION)
    row = _load(webhook_id)
    row.position = _checked_position(from_position, outbox.last_position())
    _start_again(row)
    audit.record(by, "notices.webhook_replay", f"webhook:{row.pk}", from_position=from_position)
    return _shown(row)


@transaction.atomic
def delete_webhook(webhook_id: int, *, by: Actor) -> None:
    access.require(by, PERMISSION)
    row = _load(webhook_id)
    audit.record(by, "notices.webhook_delete", f"webhook:{row.pk}", position=row.position)
    row.delete()


def _start_again(row: Webhook) -> None:
    """Whoever delivers at this moment loses the claim, and with it the right to move the cursor."""
    row.paused, row.failures, row.last_failure, row.next_try_at = False, 0, "", None
    row.claim = row.claimed_until = None
    row.save()


def _load(webhook_id: int) -> Webhook:
    row = Webhook.objects.select_for_update().filter(pk=webhook_id).first()
    if row is None:
        raise NotFound(what=_("The webhook"))
    return row


def _shown(row: Webhook) -> WebhookCard:
    return _card(row, outbox.last_position())


def _card(row: Webhook, last_position: int) -> WebhookCard:
    return WebhookCard(
        id=row.pk,
        url=row.url,
        events=tuple(row.events) or (EVERYTHING,),
        position=row.position,
        behind=max(0, last_position - row.position),
        paused=row.paused,
        failures=row.failures,
        last_failure=row.last_failure,
        next_try_at=row.next_try_at,
        delivered_at=row.delivered_at,
    )
