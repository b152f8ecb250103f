"""The worker's half of messages: claim one, hand it to a gateway, note what happened.

The claim commits before the gateway is called. After a crash the claim is still there, and nobody knows whether the
message went out: a gateway that drops repeats gets it again, for any other the message stays `unsure`.
"""

import logging
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from shuzhi.domains.notices import wording
from shuzhi.domains.notices.cards import MessageState, RecipientKind
from shuzhi.domains.notices.gateways import Gateway, GatewayFailed, Parcel, gateway_for
from shuzhi.domains.notices.models import Message
from shuzhi.domains.notices.services import people
from shuzhi.domains.notices.waiting import back_off
from shuzhi.spine import clock
from shuzhi.spine.sealing import unseal

log = logging.getLogger("shuzhi.notices")
ROUND_LASTS_S = 2.0
MOST_TRIES = 8
FIRST_WAIT_S = 30
LONGEST_WAIT_S = 2 * 3600
CLAIM_LASTS = timedelta(minutes=5)


def send_waiting(limit: int = 100, *, at_most_s: float = ROUND_LASTS_S) -> int:
    """Try to send messages whose time has come; returns how many were settled or tried.

    limit: messages.   at_most_s: seconds after which no further one is begun, so that a slow gateway holds up nobody.
    """
    until = clock.now() + timedelta(seconds=at_most_s)
    for done in range(1, limit + 1):
        row = _claim(clock.now())
        if row is None:
            return done - 1
        _send(row)
        if clock.now() >= until:
            return done
    return limit


@transaction.atomic
def _claim(now: datetime) -> Message | None:
    """Mark the next message as being sent. One at a time, so that a crash leaves at most one in doubt."""
    due = Q(state=MessageState.QUEUED, next_try_at__lte=now)
    # A claim from the future comes from a clock that was set back; it is as dead as an old one.
    left_behind = Q(state=MessageState.SENDING) & (
        Q(claimed_at__lt=now - CLAIM_LASTS) | Q(claimed_at__gt=now + CLAIM_LASTS)
    )
    rows = Message.objects.select_for_update(
        skip_locked=connection.features.has_select_for_update_skip_locked
    )
    # One state at a time, each by the index of its waiting messages: a county keeps millions that are long sent.
    in_turn = rows.order_by("-urgent", "next_try_at", "id")
    row = in_turn.filter(due).first() or in_turn.filter(left_behind).first()
    if row is None:
        return None
    if row.expires_at is not None and row.expires_at <= now:
        _settle(row, MessageState.EXPIRED)
        return row
    gateway = gateway_for(RecipientKind(row.kind))
    if gateway is None:
        _settle(row, MessageState.FAILED, f"no gateway in use carries {row.kind}")
    elif row.state == MessageState.SENDING and not gateway.drops_repeats:
        _settle(row, MessageState.UNSURE, "cut off while sending: it may have arrived")
    else:
        row.state, row.claimed_at, row.tries = MessageState.SENDING, now, row.tries + 1
        row.save(update_fields=["state", "claimed_at", "tries"])
    return row


def _send(row: Message) -> None:
    gateway = gateway_for(RecipientKind(row.kind))
    if row.state != MessageState.SENDING or gateway is None:
        return
    address = people.address_behind(row.address_sealed, row.inbox.partition(":")[2])
    if address is None:
        _settle(row, MessageState.FAILED, people.FORGOTTEN)
        return
    try:
        _hand_over(row, address, gateway)
    except GatewayFailed as failed:
        _note_failure(row, failed)
    else:
        row.sent_at = clock.now()
        _settle(row, MessageState.SENT)


def _hand_over(row: Message, address: str, gateway: Gateway) -> None:
    subject, text = wording.render(row.template, unseal(row.context_sealed), language=row.language)
    gateway.send(
        Parcel(
            key=str(row.key),
            kind=RecipientKind(row.kind),
            address=address,
            subject=subject,
            text=text,
            language=row.language,
            attempt=row.tries,
        )
    )


def _note_failure(row: Message, failed: GatewayFailed) -> None:
    log.warning("message %s, try %s: %s", row.pk, row.tries, failed)
    if not failed.again or row.tries >= MOST_TRIES:
        _settle(row, MessageState.FAILED, str(failed))
        return
    row.state, row.failure = MessageState.QUEUED, str(failed)[:200]
    wait_s = back_off(row.tries, first_s=FIRST_WAIT_S, longest_s=LONGEST_WAIT_S)
    row.next_try_at = clock.now() + timedelta(seconds=wait_s)
    row.save(update_fields=["state", "failure", "next_try_at"])


def _settle(row: Message, state: MessageState, failure: str = "") -> None:
    row.state, row.failure = state, failure[:200]
    if row.template == wording.CODE:
        row.context_sealed = ""  # a code has no life after its message
    row.save(update_fields=["state", "failure", "sent_at", "context_sealed"])
