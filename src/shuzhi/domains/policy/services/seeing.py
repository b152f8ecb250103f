"""What the desk and the person see of entitlements: lists, one with its decisions, queues."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.policy import shelf, telling
from shuzhi.domains.policy.cards import (
    BatchCard,
    DecisionCard,
    EntitlementCard,
    EntitlementDetail,
    NoticeCard,
    PaymentCard,
    ReviewCard,
)
from shuzhi.domains.policy.evidence import claim_of, situation_of, why
from shuzhi.domains.policy.models import Batch, BookVersion, Decision, Entitlement, Payment, Review
from shuzhi.domains.policy.services.deciding import outcomes_of
from shuzhi.domains.policy.services.paying import batch_card, refs_of
from shuzhi.domains.policy.services.versions import book_card
from shuzhi.domains.policy.states import Outcome, State, state_after
from shuzhi.spine import access, audit
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import NotFound
from shuzhi.spine.sealing import lookup_hash, unseal

PER_PAGE = 50
SHOWN = 100


@dataclass(frozen=True)
class WaitingMoney:
    """Payments of a book and period that are in no file yet.   unwitnessed: how many of them no file may hold yet."""

    code: str
    period: str
    orders: int
    total_fen: int
    unwitnessed: int


def entitlements(
    *, code: str = "", state: str = "", visits: bool = False, after: int = 0, by: Actor
) -> list[EntitlementCard]:
    """Entitlements in the actor's areas by number. visits: only those who have no phone and were not visited yet."""
    rows = _visible(by).filter(pk__gt=after)
    if code:
        rows = rows.filter(code=code)
    if state:
        rows = rows.filter(state=state)
    if visits:
        rows = rows.filter(reached="visit", state=State.OFFERED)
    return _cards(rows.order_by("pk")[:PER_PAGE])


def counts(*, by: Actor) -> dict[tuple[str, str], int]:
    """How many entitlements of each book stand in each state."""
    rows = _visible(by).order_by().values_list("code", "state").annotate(n=Count("pk"))
    return {(code, state): n for code, state, n in rows}


def entitlement(entitlement_id: int, *, by: Actor) -> EntitlementDetail:
    """One entitlement for the desk; looking is recorded."""
    row = _visible(by).filter(pk=entitlement_id).first()
    if row is None:
        raise NotFound(what=_("Entitlement %(id)s") % {"id": entitlement_id})
    audit.record(by, "policy.view", f"entitlement:{row.pk}")
    return _detail(row, _made(row))


def entitlement_of_link(secret: str) -> EntitlementDetail:
    """What a person sees through the link of the offer. No receipt, no effect: decisions as far as witnesses saw them."""
    row = by_link(secret)
    made = _made(row)
    refs = [ledger.ref_of_award(row.pk, one.number) for one in made]
    orders = refs_of(row.payments.values_list("pk", flat=True))
    verified = ledger.in_effect([*refs, *orders])
    reached = next((at for at, ref in enumerate(refs) if ref not in verified), len(refs))
    detail = _detail(row, made[:reached])
    paid = {orders[ref] for ref in verified.keys() & orders.keys()}
    detail = replace(detail, payments=tuple(one for one in detail.payments if one.id in paid))
    receipts = {ref.number: verified[ref] for ref in refs if ref in verified}
    decisions = tuple(replace(one, receipt=receipts[one.number]) for one in detail.decisions)
    if reached == len(made):
        return replace(detail, decisions=decisions)
    card = replace(detail.entitlement, state=state_after(Outcome(one.outcome) for one in made[:reached]))
    return replace(
        detail, entitlement=card, decisions=decisions, held_back=ledger.why_not_in_effect(refs[reached])
    )


def by_link(secret: str) -> Entitlement:
    row = Entitlement.objects.filter(token=lookup_hash(secret)).first() if secret else None
    if row is None:
        raise NotFound(what=_("This link"))
    return row


def decision_file(secret: str, number: int) -> bytes:
    """The file with which a decision can be worked out again, for whoever holds the link. No receipt, no file."""
    made = _decision_by_link(secret, number)
    ledger.require_effect(ledger.ref_of_award(made.entitlement_id, number))
    return claim_of(made.sealed, made.version, made.as_of)


def decision_notice(secret: str, number: int) -> NoticeCard:
    """A decision as a notice to print, for whoever holds the link. No receipt, no notice."""
    made = _decision_by_link(secret, number)
    receipt = ledger.require_effect(ledger.ref_of_award(made.entitlement_id, number)).entry
    book = shelf.book_of(made.version)
    return NoticeCard(
        entitlement=_cards([made.entitlement])[0],
        decision=_decision(made),
        book=book_card(made.version),
        reason=telling.reason(why(made.sealed, made.version, made.as_of)),
        given=telling.all_given(book, situation_of(made.sealed), {}),
        receipt=receipt,
    )


def _decision_by_link(secret: str, number: int) -> Decision:
    row = by_link(secret)
    made = row.decisions.select_related("version", "entitlement").filter(number=number).first()
    if made is None:
        raise NotFound(what=_("Decision %(n)s") % {"n": number})
    return made


def reviews(*, code: str = "", after: int = 0, by: Actor) -> list[ReviewCard]:
    """What waits for a person, disputes first, then oldest first."""
    access.require_somewhere(by, "policy.read")
    rows = Review.objects.filter(settled_at=None, entitlement__in=_visible(by), pk__gt=after)
    if code:
        rows = rows.filter(entitlement__code=code)
    listed = list(rows.select_related("entitlement").order_by("pk")[:PER_PAGE])
    cards = {card.id: card for card in _cards([one.entitlement for one in listed])}
    found = [_review(one, cards[one.entitlement_id]) for one in listed]
    return sorted(found, key=lambda one: (one.kind != "dispute", one.id))


def review(review_id: int, *, by: Actor) -> tuple[ReviewCard, EntitlementDetail]:
    """One thing that waits, with the reasons of what is proposed. Looking is recorded."""
    found = Review.objects.select_related("entitlement", "version").filter(pk=review_id).first()
    if found is None or not _visible(by).filter(pk=found.entitlement_id).exists():
        raise NotFound(what=_("Review %(id)s") % {"id": review_id})
    audit.record(by, "policy.view", f"review:{review_id}")
    reason = telling.reason(why(found.sealed, found.version, found.as_of))
    detail = _detail(found.entitlement, _made(found.entitlement))
    told = EntitlementDetail(
        detail.entitlement, detail.decisions, detail.payments, reason, unseal(found.words)
    )
    return replace(_review(found, detail.entitlement), verdicts=outcomes_of(found)), told


def waiting_money(*, by: Actor) -> list[WaitingMoney]:
    access.require_somewhere(by, "policy.pay")
    rows = Payment.objects.filter(batch=None).order_by("code", "period", "pk")
    listed = list(rows.values_list("code", "period", "pk", "amount_fen"))
    refs = refs_of(pk for _code, _period, pk, _fen in listed)
    seen = {refs[ref] for ref in ledger.seen_by_witnesses(refs)}
    groups = ((of, list(group)) for of, group in groupby(listed, key=lambda one: (one[0], one[1])))
    return [
        WaitingMoney(
            *of, len(some), sum(fen for *_of, fen in some), sum(pk not in seen for *_of, pk, _fen in some)
        )
        for of, some in groups
    ]


def batches(*, by: Actor) -> list[BatchCard]:
    access.require_somewhere(by, "policy.pay")
    return [batch_card(row) for row in Batch.objects.order_by("-pk")[:SHOWN]]


def _visible(by: Actor) -> QuerySet[Entitlement]:
    access.require_somewhere(by, "policy.read")
    seen = Q(pk=None)
    for grant in access.scopes(by, "policy.read"):
        if not grant.unit:
            seen |= Q(area__startswith=access.area_prefix(grant.area)) if grant.area else ~Q(pk=None)
    return Entitlement.objects.filter(seen)


def _cards(rows: Sequence[Entitlement] | QuerySet[Entitlement]) -> list[EntitlementCard]:
    listed = list(rows)
    english = shelf.reads_english()
    named: dict[str, tuple[str, bool]] = {}
    versions = BookVersion.objects.filter(code__in={row.code for row in listed}, state="approved")
    for code, title, title_en, verified in versions.order_by("starts_on", "number").values_list(
        "code", "title", "title_en", "verified"
    ):
        named[code] = ((english and title_en) or title, not verified)
    return [
        EntitlementCard(
            id=row.pk,
            code=row.code,
            title=named[row.code][0],
            rule=row.rule,
            subject=row.subject,
            household=row.household,
            area=row.area,
            state=row.state,
            amount_fen=row.amount_fen,
            demo=named[row.code][1],
            from_day=row.from_day,
            reached=row.reached,
        )
        for row in listed
    ]


def _made(row: Entitlement) -> list[Decision]:
    """The decisions about an entitlement, oldest first."""
    return list(row.decisions.select_related("version").order_by("number"))


def _detail(row: Entitlement, made: Sequence[Decision]) -> EntitlementDetail:
    """An entitlement as some of its decisions, oldest first, left it."""
    paid = row.payments.filter(decision__in=[one.pk for one in made]).order_by("-pk")[:SHOWN]
    last = made[-1] if made else None
    reason = telling.reason(why(last.sealed, last.version, last.as_of)) if last else None
    return EntitlementDetail(
        _cards([row])[0], tuple(map(_decision, reversed(made))), tuple(map(_payment, paid)), reason, ""
    )


def _decision(row: Decision) -> DecisionCard:
    return DecisionCard(
        id=row.pk,
        number=row.number,
        outcome=row.outcome,
        amount_fen=row.amount_fen,
        as_of=row.as_of,
        digest=row.version.digest,
        inputs_seal=row.inputs_seal,
        by_machine=row.by_machine,
        because=row.because,
        made_at=row.made_at,
    )


def _payment(row: Payment) -> PaymentCard:
    return PaymentCard(
        id=row.pk,
        key=row.key,
        period=row.period,
        amount_fen=row.amount_fen,
        batch=row.batch_id,
        ordered_at=row.ordered_at,
    )


def _review(row: Review, card: EntitlementCard) -> ReviewCard:
    return ReviewCard(
        id=row.pk,
        kind=row.kind,
        entitlement=card,
        proposed_fen=row.proposed_fen,
        as_of=row.as_of,
        opened_at=row.opened_at,
        first_signed=bool(row.first_by),
        words=unseal(row.words),
    )
