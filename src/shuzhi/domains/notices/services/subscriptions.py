"""Subscriptions: news of one demand, by phone or e-mail, confirmed first and ended by one link."""

from collections.abc import Collection, Mapping
from http import HTTPStatus

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.notices import addresses
from shuzhi.domains.notices.cards import Recipient, RecipientKind, SubscriptionCard
from shuzhi.domains.notices.models import Subscription
from shuzhi.domains.notices.services import people
from shuzhi.domains.notices.services.messages import send_message
from shuzhi.spine import access, clock, limits
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, Refused

WAITING, ACTIVE, ENDED = "waiting", "active", "ended"
ASKED_AT_MOST_PER_HOUR = 5
_signer = Signer(salt="shuzhi.notices.subscription")


class BrokenLink(Refused):
    code, status = "broken-link", HTTPStatus.NOT_FOUND
    message = _("This link is not complete. Copy it whole from the message and try again.")


@transaction.atomic
def subscribe(demand_code: str, *, to: Recipient, language: str = "zh-hans", by: Actor) -> SubscriptionCard:
    """Ask for news of a demand. Only an address that is proven (the caller's own phone) needs no confirmation.

    Whether the caller may know of the demand is judged by the room that calls. Asking again changes nothing,
    except that an ended subscription starts again and a lost confirmation is sent once more.
    """
    access.require(by, "notices.subscribe")
    recipient = addresses.checked(to)
    if recipient.kind not in (RecipientKind.PHONE, RecipientKind.EMAIL):
        raise InvalidInput(field="to", why=_("a phone number or an e-mail address is needed"))
    address_hash = addresses.hash_of(recipient)
    row, _created = Subscription.objects.select_for_update().get_or_create(
        demand_code=demand_code,
        address_hash=address_hash,
        defaults={
            "kind": recipient.kind,
            "address_sealed": people.close_each([recipient])[recipient],
            "language": language,
            "state": WAITING,
            "created_at": clock.now(),
        },
    )
    if row.state == ACTIVE:
        return _card(row)
    proven = by.kind is ActorKind.CITIZEN and by.id == address_hash
    row.state, row.language = (ACTIVE if proven else WAITING), language
    row.save(update_fields=["state", "language"])
    if not proven:
        _ask(row, recipient, by)
    return _card(row)


def _ask(row: Subscription, recipient: Recipient, by: Actor) -> None:
    # A stranger's address must not become a target: few questions an hour, whatever the demand.
    limits.count(f"subscribe/{row.address_hash}", at_most=ASKED_AT_MOST_PER_HOUR, per_seconds=3600)
    context = {"public_code": row.demand_code, "confirm": _link("notices:confirm", row)}
    send_message(to=recipient, template="subscription_confirm", context=context, language=row.language, by=by)


@transaction.atomic
def confirm_subscription(token: str, *, by: Actor) -> SubscriptionCard:
    """Start a subscription by the link in its message. An ended one stays ended."""
    access.require(by, "notices.subscribe")
    row = _by_token(token)
    if row.state == WAITING:
        row.state = ACTIVE
        row.save(update_fields=["state"])
    return _card(row)


@transaction.atomic
def unsubscribe(token: str, *, by: Actor) -> SubscriptionCard:
    """End a subscription by the link in any of its messages; twice is once."""
    access.require(by, "notices.subscribe")
    row = _by_token(token)
    row.state = ENDED
    row.save(update_fields=["state"])
    return _card(row)


def subscription_of(token: str) -> SubscriptionCard:
    """The subscription that a link belongs to. Raises BrokenLink."""
    return _card(_by_token(token))


@transaction.atomic
def followed(demand_codes: Collection[str]) -> frozenset[str]:
    """Those of the demands that anybody follows."""
    rows = Subscription.objects.filter(demand_code__in=demand_codes, state=ACTIVE)
    return frozenset(rows.values_list("demand_code", flat=True))


def tell_subscribers(
    demand_code: str, *, template: str, context: Mapping[str, object], about: str = "", by: Actor
) -> int:
    """Queue a message to everybody who follows a demand; each carries its own link to end it. Returns how many."""
    rows = Subscription.objects.filter(demand_code=demand_code, state=ACTIVE)
    told = 0
    for row in rows:
        address = people.address_behind(row.address_sealed, row.address_hash)
        if address is None:
            continue
        told += 1
        send_message(
            to=Recipient(row.kind, address),
            template=template,
            context={**context, "unsubscribe": _link("notices:unsubscribe", row)},
            about=about,
            language=row.language,
            by=by,
        )
    return told


def _link(name: str, row: Subscription) -> str:
    return settings.SHUZHI_PUBLIC_URL.rstrip("/") + reverse(name, args=[_signer.sign(str(row.pk))])


def _by_token(token: str) -> Subscription:
    try:
        number = _signer.unsign(token)
    except BadSignature:
        raise BrokenLink from None
    row = Subscription.objects.filter(pk=number).first()
    if row is None:
        raise BrokenLink
    return row


def _card(row: Subscription) -> SubscriptionCard:
    kind = RecipientKind(row.kind)
    address = people.address_behind(row.address_sealed, row.address_hash)
    shown = addresses.ending(Recipient(kind, address)) if address else ""
    return SubscriptionCard(row.pk, row.demand_code, kind, shown, row.state)
