"""Telling people what they are entitled to: by message, by visit where there is no phone, and never against their no."""

import secrets
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from shuzhi.domains.notices import services as notices
from shuzhi.domains.notices.cards import Letter, Recipient, RecipientKind
from shuzhi.domains.policy import shelf, telling
from shuzhi.domains.policy.models import Entitlement
from shuzhi.domains.policy.refusals import StepNotPossible
from shuzhi.domains.policy.services.contracts import locked_contract, require_running
from shuzhi.domains.policy.services.deciding import carry_on
from shuzhi.domains.policy.states import STATE_LABELS, State
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import NotFound
from shuzhi.spine.events import EntitlementAnswered
from shuzhi.spine.outbox import announce
from shuzhi.spine.sealing import lookup_hash

MESSAGE, VISIT = "message", "visit"
MOST_AT_ONCE = 2000


@transaction.atomic
def offer(code: str, *, limit: int = MOST_AT_ONCE, by: Actor) -> tuple[int, int]:
    """Tell those who were found; returns how many got a message, and how many go on the list of visits.

    A child is told by whoever of the household has a phone. A household is told once.
    """
    access.require(by, "policy.decide")
    require_running(code)
    locked_contract(code)
    rows = list(Entitlement.objects.filter(code=code, state=State.FOUND).order_by("pk")[:limit])
    phones = _phones(rows)
    version = shelf.version_in_force(code, clock.today())
    letters = []
    for row in rows:
        row.state, row.reached = State.OFFERED, VISIT
        secret = secrets.token_urlsafe(18)
        row.token = lookup_hash(secret)
        if phone := phones.get(row.pk):
            row.reached = MESSAGE
            letters.append(_letter(row, version.title, phone, secret))
    Entitlement.objects.bulk_update(rows, ["state", "reached", "token"], batch_size=200)
    notices.send_messages(letters, by=SYSTEM)
    return len(letters), len(rows) - len(letters)


@transaction.atomic
def answer_offer(secret: str, *, accepted: bool, by: Actor) -> str:
    """The person's one click: yes leads to a decision, no is respected. Returns the state that follows."""
    access.require(by, "policy.answer")
    row = Entitlement.objects.select_for_update().filter(token=lookup_hash(secret)).first()
    if row is None or not secret:
        raise NotFound(what=_("This link"))
    _answer(row, accepted, by)
    return row.state


@transaction.atomic
def record_visit(entitlement_id: int, *, accepted: bool, by: Actor) -> str:
    """What a person without a phone said to the community worker."""
    row = Entitlement.objects.select_for_update().filter(pk=entitlement_id).first()
    if row is None or not access.allows(by, "policy.decide", area=row.area):
        raise NotFound(what=_("Entitlement %(id)s") % {"id": entitlement_id})
    _answer(row, accepted, by)
    return row.state


@transaction.atomic
def tell_decisions(award_ids: Sequence[int], *, by: Actor) -> int:
    """Tell people that something was decided: what, and why, stands behind the link that they have. Returns how many.

    The caller hears of decisions once they are witnessed.
    """
    access.require(by, "policy.decide")
    rows = Entitlement.objects.filter(pk__in=award_ids, reached=MESSAGE).order_by("pk")
    found = {row.pk: row for row in rows}
    phones = _phones(list(found.values()))
    titles = {code: shelf.version_in_force(code, clock.today()).title for code in {r.code for r in rows}}
    letters = [
        Letter(
            Recipient(RecipientKind.PHONE, phones[pk]),
            "policy_decided",
            {"policy": titles[found[pk].code]},
            f"entitlement:{pk}",
        )
        for pk in award_ids
        if pk in phones
    ]
    return notices.send_messages(letters, by=SYSTEM)


def _answer(row: Entitlement, accepted: bool, by: Actor) -> None:
    if row.state not in (State.OFFERED, State.DECLINED):
        raise StepNotPossible(state=STATE_LABELS[row.state])
    require_running(row.code)
    row.state = State.ACCEPTED if accepted else State.DECLINED
    row.answered_at = clock.now()
    row.save()
    announce(EntitlementAnswered(award_id=row.pk, accepted=accepted), by=by)
    if accepted:
        carry_on(row, clock.today())


def _phones(rows: list[Entitlement]) -> dict[int, str]:
    """The mobile phone for each entitlement: the person's own, else of another of the household."""
    homes = {row.household for row in rows}
    found = registry.homes_with_facts(
        names=[registry.BIRTH], on=clock.today(), purpose="", households=sorted(homes), by=SYSTEM
    )
    people = {home.code: [one.code for one in home.members] for home in found}
    known = registry.phones_of([code for codes in people.values() for code in codes], by=SYSTEM)
    phones = {code: mobile for code, number in known.items() if (mobile := notices.mobile_of(number))}
    told: dict[int, str] = {}
    for row in rows:
        order = [row.subject, *people.get(row.household, ())]
        number = next((phones[code] for code in order if code in phones), "")
        if number:
            told[row.pk] = number
    return told


def _letter(row: Entitlement, title: str, phone: str, secret: str) -> Letter:
    link = f"{settings.SHUZHI_PUBLIC_URL}{reverse('policy:offer', args=[secret])}"
    context = {"policy": title, "amount": telling.yuan(row.amount_fen), "link": link}
    return Letter(Recipient(RecipientKind.PHONE, phone), "policy_offer", context, f"entitlement:{row.pk}")
