"""A requester comes back with the two codes of the receipt. Wrong and missing look and take the same."""

import hmac
from dataclasses import replace
from datetime import timedelta

from django.db import transaction

from shuzhi.domains.intake import codes
from shuzhi.domains.intake.cards import DemandCard
from shuzhi.domains.intake.kinds import UNWITNESSED
from shuzhi.domains.intake.models import Demand, TrackTry
from shuzhi.domains.intake.services.viewing import demand_card
from shuzhi.domains.ledger import services as ledger
from shuzhi.spine import access, clock, sealing
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound, TooManyTries

MOST_TRIES = 10
WINDOW = timedelta(minutes=1)
KEPT = timedelta(hours=1)
_NOBODY = "0" * 32  # as long as a real hash, and not the hash of anything


def track(public_code: str, query_code: str, *, by: Actor, address: str) -> DemandCard:
    """The demand that both codes name, its words masked (a lost receipt must not tell them).

    address: where the request came from; at most 10 tries a minute, right ones included, whatever the process.
    No receipt, no effect: while a decision waits for the witnesses, the card does not tell it.
    Raises NotFound for a wrong code and for a missing demand alike, TooManyTries beyond the limit.
    """
    access.require(by, "intake.track")
    count_try(address)
    known = codes.read_public_code(public_code)
    kept = Demand.objects.filter(public_code=known).values_list("pk", "query_code_hash").first()
    demand_id, expected = kept or (None, _NOBODY)
    if not hmac.compare_digest(codes.hash_query_code(known, query_code), expected) or demand_id is None:
        raise NotFound(what=f"{public_code} / {query_code}"[:60])
    card = demand_card(Demand.objects.prefetch_related("photos", "supplements").get(pk=demand_id))
    if ledger.unwitnessed_demands([demand_id]):
        return replace(card, status=UNWITNESSED, outcome="")
    return card


def count_try(address: str) -> None:
    """Note a try and refuse when it is one too many. Counted in the database, so that several processes count together.

    Tries that lie in the future (the clock was set back) are left out, so that nobody stays locked out by them.
    """
    now, caller = clock.now(), sealing.lookup_hash(f"track/{address}")
    with transaction.atomic():
        TrackTry.objects.filter(at__lt=now - KEPT).delete()
        TrackTry.objects.create(address_hash=caller, at=now)
        recent = TrackTry.objects.filter(address_hash=caller, at__gt=now - WINDOW, at__lte=now).count()
    if recent > MOST_TRIES:
        raise TooManyTries(seconds=int(WINDOW.total_seconds()))
