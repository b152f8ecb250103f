"""Messages: queued in the writer's transaction, shown in the inbox of staff, units and citizens."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from operator import attrgetter
from uuid import uuid4

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import get_language, gettext

from shuzhi.domains.notices import addresses, wording
from shuzhi.domains.notices.cards import Letter, MessageCard, MessageState, Recipient, RecipientKind
from shuzhi.domains.notices.models import Message
from shuzhi.domains.notices.services import people
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import NotFound
from shuzhi.spine.events import MessageQueued
from shuzhi.spine.models import User
from shuzhi.spine.outbox import announce, announce_all
from shuzhi.spine.rows import insert_rows
from shuzhi.spine.sealing import seal, unseal

_INSIDE = frozenset({RecipientKind.STAFF, RecipientKind.UNIT})
TROUBLED = (MessageState.FAILED, MessageState.UNSURE)


@transaction.atomic
def send_message(
    *,
    to: Recipient,
    template: str,
    context: Mapping[str, object],
    about: str = "",
    language: str = "zh-hans",
    expires_at: datetime | None = None,
    by: Actor,
) -> MessageCard:
    """Queue a message; it goes out only if the caller's transaction commits.

    context: texts, numbers, dates and aware datetimes that the template asks for (texts.json); never a citizen's words.
    expires_at: after this moment the message is of no use and is not sent.
    Whether the thing may be told is judged by the room that calls: whoever acts there causes the message.
    Raises InvalidInput for an address that cannot be one, ValueError for a wrong template or context.
    """
    [row] = _rows([Letter(to, template, context, about, language, expires_at)], by)
    row.save(force_insert=True)
    announce(MessageQueued(message_id=row.pk, kind=template), by=by)
    return card(row)


@transaction.atomic
def send_messages(letters: Sequence[Letter], *, by: Actor) -> int:
    """Queue many messages at once, as `send_message` does each; returns how many."""
    rows = _rows(letters, by)
    insert_rows(Message, _COLUMNS, map(_values, rows))
    ids = dict(Message.objects.filter(key__in=[row.key for row in rows]).values_list("key", "id"))
    announce_all((MessageQueued(message_id=ids[row.key], kind=row.template) for row in rows), by=by)
    return len(rows)


_COLUMNS = tuple(one.name for one in Message._meta.concrete_fields if not one.primary_key)
_values = attrgetter(*_COLUMNS)


def _rows(letters: Sequence[Letter], by: Actor) -> list[Message]:
    recipients = [addresses.checked(letter.to) for letter in letters]
    closed = people.close_each([one for one in recipients if one.kind not in _INSIDE])
    return [
        _row(letter, one, closed.get(one, ""), by) for letter, one in zip(letters, recipients, strict=True)
    ]


def _row(letter: Letter, recipient: Recipient, address: str, by: Actor) -> Message:
    """address: closed; nothing for those inside the house."""
    kind = RecipientKind(recipient.kind)
    now = clock.now()
    return Message(
        key=uuid4(),
        kind=kind,
        inbox=addresses.inbox_of(recipient),
        address_sealed=address,
        template=letter.template,
        context_sealed=seal(wording.pack(letter.template, letter.context)),
        language=letter.language,
        about=letter.about,
        by=by.reference,
        urgent=wording.wordings()[letter.template].urgent,
        # Inside the house the inbox is the delivery.
        state=MessageState.SENT if kind in _INSIDE else MessageState.QUEUED,
        sent_at=now if kind in _INSIDE else None,
        next_try_at=now,
        expires_at=letter.expires_at,
        created_at=now,
    )


def inbox(*, by: Actor, before: int | None = None, limit: int = 50) -> list[MessageCard]:
    """The reader's own messages, the newest first: a citizen's, or those of an account and of its units."""
    rows = _mine(by).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [card(row) for row in rows[:limit]]


def unread_count(*, by: Actor) -> int:
    return _mine(by).filter(read_at=None).count()


@transaction.atomic
def mark_read(message_ids: Iterable[int], *, by: Actor) -> int:
    """Note that the reader saw messages; those of others are left alone. Returns how many were new."""
    return _mine(by).filter(pk__in=list(message_ids), read_at=None).update(read_at=clock.now())


def _mine(by: Actor) -> QuerySet[Message]:
    return Message.objects.filter(inbox__in=_inboxes(by)).exclude(template=wording.CODE)


def _inboxes(by: Actor) -> list[str]:
    if by.kind is ActorKind.CITIZEN:
        return [f"{RecipientKind.PHONE}:{by.id}"]
    if by.kind is not ActorKind.STAFF:
        return []
    units = {grant.unit for grant in by.grants if grant.unit}
    units |= set(User.objects.filter(pk=by.id).exclude(unit="").values_list("unit", flat=True))
    return [f"{RecipientKind.STAFF}:{by.id}", *(f"{RecipientKind.UNIT}:{unit}" for unit in sorted(units))]


def troubled_messages(*, by: Actor, before: int | None = None, limit: int = 50) -> list[MessageCard]:
    """Messages that were given up or cut off while sending, the newest first."""
    access.require(by, "spine.outbox")
    rows = Message.objects.filter(state__in=TROUBLED).order_by("-id")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return [card(row) for row in rows[:limit]]


@transaction.atomic
def retry_message(message_id: int, *, by: Actor) -> MessageCard:
    """Try a given-up or cut-off message again. One that was cut off may then arrive twice."""
    access.require(by, "spine.outbox")
    row = Message.objects.select_for_update().filter(Q(state__in=TROUBLED), pk=message_id).first()
    if row is None:
        raise NotFound(what=gettext("The message"))
    row.state, row.tries, row.next_try_at, row.failure = MessageState.QUEUED, 0, clock.now(), ""
    row.save()
    audit.record(by, "notices.retry", f"message:{row.pk}")
    return card(row)


def card(row: Message) -> MessageCard:
    context = unseal(row.context_sealed)
    subject, text = wording.render(row.template, context, language=get_language() or row.language)
    return MessageCard(
        id=row.pk,
        template=row.template,
        subject=subject,
        text=text,
        link=wording.link(row.template, context),
        about=row.about,
        state=MessageState(row.state),
        tries=row.tries,
        failure=row.failure,
        created_at=row.created_at,
        sent_at=row.sent_at,
        read=row.read_at is not None,
    )
