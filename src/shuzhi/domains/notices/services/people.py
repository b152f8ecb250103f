"""The addresses of people outside: closed with the key of whoever they belong to, and forgotten with that person."""

from collections.abc import Iterable, Sequence

from django.db import transaction

from shuzhi.domains.notices.addresses import hash_of
from shuzhi.domains.notices.cards import MessageState, Recipient
from shuzhi.domains.notices.models import Message, Subscription
from shuzhi.spine import access, personal
from shuzhi.spine.actors import Actor
from shuzhi.spine.sealing import lookup_hash, seal

FORGOTTEN = "the recipient was erased"


def close_each(recipients: Iterable[Recipient]) -> dict[Recipient, str]:
    """The addresses of checked recipients, each closed with the key of its person."""
    hashes = {one: hash_of(one) for one in recipients}
    keys = personal.KEYS.ciphers_for([personal.person_at(one) for one in hashes.values()])
    return {
        one: personal.closed(keys[personal.person_at(known)], seal(one.address), belongs_to=known)
        for one, known in hashes.items()
    }


def address_behind(token: str, address_hash: str) -> str | None:
    """A closed address; None when the person was erased."""
    person = personal.person_at(address_hash)
    return personal.opened(personal.KEYS.known([person]), person, token, belongs_to=address_hash)


@transaction.atomic
def forget_person(addresses: Sequence[str], *, by: Actor) -> None:
    """Forget everything kept for a person's addresses: subscriptions end, what waits is not sent, nothing says where to.

    addresses: phones and e-mail addresses in normal form. Copies become unreadable when the caller destroys the keys of
    these people (`personal.person_at`).
    """
    access.require(by, "intake.erase")
    hashes = [lookup_hash(one) for one in addresses if one]
    Subscription.objects.filter(address_hash__in=hashes).delete()
    theirs = Message.objects.filter(
        inbox__in=[f"{kind}:{one}" for kind in ("phone", "email") for one in hashes]
    )
    waiting = theirs.filter(state__in=(MessageState.QUEUED, MessageState.SENDING))
    waiting.update(state=MessageState.FAILED, failure=FORGOTTEN)
    theirs.update(address_sealed="", context_sealed="")
