"""Decisions: by the machine where nobody loses by it, by a person wherever somebody could, by two where the book asks."""

from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.policy import homes, periods, shelf
from shuzhi.domains.policy.evidence import Evidence, Match, evidence_of, matches
from shuzhi.domains.policy.models import BookVersion, Decision, Entitlement, Payment, Review
from shuzhi.domains.policy.refusals import AlreadySettled, SecondPersonNeeded, StepNotPossible
from shuzhi.domains.policy.services.contracts import require_running
from shuzhi.domains.policy.states import ADVERSE, AFTER, STATE_LABELS, Kind, Outcome, State, verdicts
from shuzhi.engines import rules
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import DisputeOpened, EntitlementDecided, PaymentOrdered
from shuzhi.spine.outbox import announce
from shuzhi.spine.sealing import seal

LONGEST_WORDS = 2000
_SETS_AMOUNT = (Outcome.GRANTED, Outcome.RAISED, Outcome.CUT)


def carry_on(row: Entitlement, on: date) -> None:
    """After the person's yes: granted at once where the law asks nobody and the facts say yes; else a person decides."""
    version = shelf.version_in_force(row.code, on)
    match = match_of(row, version, on)
    grant = grant_of(row, version)
    if grant.review == "none" and match.value:
        decide(row, Outcome.GRANTED, match, version, on, by=SYSTEM)
    else:
        open_review(row, Kind.GRANT, match, version, on)


def decide(
    row: Entitlement, outcome: Outcome, match: Match, version: BookVersion, on: date, *, by: Actor
) -> Decision:
    """Write a decision on the facts of a match."""
    made = evidence_of(match, version, on)
    return record(row, outcome, match.value or 0, Grounds(version, on, made, ""), by=by)


class Grounds:
    """What a decision rests on: the book, the day, the facts, and the reason that a person gave."""

    def __init__(self, version: BookVersion, on: date, evidence: Evidence, because: str) -> None:
        self.version, self.on, self.evidence, self.because = version, on, evidence, because


def record(row: Entitlement, outcome: Outcome, amount_fen: int, grounds: Grounds, *, by: Actor) -> Decision:
    """The decision, what it leaves the entitlement at, and the news that the ledger seals."""
    by_machine = by.kind is ActorKind.SYSTEM
    if by_machine and outcome in ADVERSE:
        raise RuntimeError(f"{outcome} is for a person to decide")
    now = clock.now()
    made = Decision.objects.create(
        entitlement=row,
        number=row.decisions.count() + 1,
        outcome=outcome,
        amount_fen=amount_fen,
        as_of=grounds.on,
        version=grounds.version,
        sealed=grounds.evidence.sealed,
        inputs_seal=grounds.evidence.inputs_seal,
        by_machine=by_machine,
        because=grounds.because[:500],
        made_by=by.reference,
        made_at=now,
    )
    row.state = AFTER.get(outcome, State(row.state))
    if outcome in _SETS_AMOUNT:
        row.amount_fen = amount_fen
    row.save()
    told = EntitlementDecided(
        award_id=row.pk,
        decision_id=made.pk,
        book=row.code,
        rule=row.rule,
        area=row.area,
        outcome=outcome.value,
        amount_fen=amount_fen,
        as_of=grounds.on,
        rule_package=grounds.version.digest,
        inputs_seal=grounds.evidence.inputs_seal,
        by_machine=by_machine,
        at=now,
    )
    announce(told, by=by)
    return made


def open_review(row: Entitlement, kind: Kind, match: Match, version: BookVersion, on: date) -> Review:
    """Put something before a person, unless it is there already."""
    there = Review.objects.filter(entitlement=row, kind=kind, settled_at=None).first()
    if there is not None:
        return there
    made = evidence_of(match, version, on)
    return Review.objects.create(
        entitlement=row,
        kind=kind,
        proposed_fen=match.value or 0,
        as_of=on,
        version=version,
        sealed=made.sealed,
        inputs_seal=made.inputs_seal,
        opened_at=clock.now(),
    )


@transaction.atomic
def settle_review(review_id: int, *, favourable: bool, because: str = "", by: Actor) -> bool:
    """A person decides. Returns whether it is settled: False while a second signature is wanted.

    Whatever is to the person's disadvantage needs a reason. A dispute is never settled by whoever decided before.
    """
    found = Review.objects.select_for_update().filter(pk=review_id).first()
    row = Entitlement.objects.select_for_update().filter(reviews=review_id).first()
    if found is None or row is None or not access.allows(by, "policy.decide", area=row.area):
        raise NotFound(what=_("Review %(id)s") % {"id": review_id})
    if found.settled_at is not None:
        raise AlreadySettled()
    require_running(row.code)
    outcome = outcomes_of(found)[0 if favourable else 1]
    if outcome in ADVERSE and not because.strip():
        raise InvalidInput(field="because", why=_("say why: the person will read it"))
    if found.disputed is not None and found.disputed.made_by == by.reference:
        raise SecondPersonNeeded()
    if shelf.contract_of(row.code).two_signatures and not _second_signature(found, outcome, by):
        return False
    _conclude(row, found, outcome, because.strip(), by)
    return True


@transaction.atomic
def dispute(row: Entitlement, *, words: str, by: Actor) -> int:
    """The person disputes the last decision: a human, another than decided before, looks at it anew."""
    access.require(by, "policy.answer")
    last = row.decisions.order_by("-number").first()
    if last is None or not words.strip():
        raise InvalidInput(field="words", why=_("say what is wrong with the decision"))
    if Review.objects.filter(entitlement=row, kind=Kind.DISPUTE, settled_at=None).exists():
        raise StepNotPossible(state=_("under dispute"))
    made = Review.objects.create(
        entitlement=row,
        kind=Kind.DISPUTE,
        proposed_fen=_amount_without(last),
        as_of=last.as_of,
        version=last.version,
        sealed=last.sealed,
        inputs_seal=last.inputs_seal,
        words=seal(words.strip()[:LONGEST_WORDS]),
        disputed=last,
        opened_at=clock.now(),
    )
    announce(DisputeOpened(award_id=row.pk, decision_id=last.pk, review_id=made.pk), by=by)
    return made.pk


def outcomes_of(found: Review) -> tuple[Outcome, Outcome]:
    """The outcome for the person and the one against, of something that waits."""
    contested = _contested(found.disputed) if found.disputed else None
    return verdicts(Kind(found.kind), contested.outcome if contested else "")


def _contested(last: Decision) -> Decision:
    """What a dispute of the last decision is about: the same as before when earlier disputes about it were lost."""
    made = last.entitlement.decisions.filter(number__lte=last.number).exclude(outcome=Outcome.UPHELD)
    return made.order_by("-number")[0]


def _amount_without(last: Decision) -> int:
    """What the person has for a period if the contested decision does not stand; of a reclaim, what it took."""
    contested, row = _contested(last), last.entitlement
    if contested.outcome in (Outcome.REFUSED, Outcome.RECOVERED, Outcome.WAIVED):
        return contested.amount_fen
    if contested.outcome != Outcome.CUT:
        return row.amount_fen  # whatever stops leaves it as it was granted
    before = row.decisions.filter(number__lt=contested.number, outcome__in=_SETS_AMOUNT)
    return before.order_by("-number").values_list("amount_fen", flat=True)[0]


def match_of(row: Entitlement, version: BookVersion, on: date) -> Match:
    """What the facts of today give; unknown when a fact, or the consent to use it, is missing."""
    book = shelf.book_of(version)
    for case in homes.cases(row.code, book, on=on, households=[row.household]):
        try:
            given = matches(case, version, on)
        except rules.InputRefused:
            break
        for one in given:
            if (one.rule, one.subject) == (row.rule, row.subject):
                return one
    return nothing_known(row, version)


def nothing_known(row: Entitlement, version: BookVersion) -> Match:
    whose = None if shelf.book_of(version).rules[row.rule].entity == "household" else 0
    nothing: dict[str, Any] = {"household": {}, "members": [{}]}
    return Match(row.rule, row.subject, row.household, row.area, None, nothing, whose)


def grant_of(row: Entitlement, version: BookVersion) -> rules.Grant:
    for grant in shelf.book_of(version).grants:
        if grant.rule == row.rule:
            return grant
    raise StepNotPossible(state=STATE_LABELS[row.state])


def _second_signature(found: Review, outcome: Outcome, by: Actor) -> bool:
    """Note a signature; True when two different people signed for the same outcome."""
    if found.first_by and found.first_outcome == outcome:
        if found.first_by == by.reference:
            raise SecondPersonNeeded()
        return True
    found.first_by, found.first_outcome = by.reference, outcome
    found.save()
    audit.record(by, "policy.first_signature", f"review:{found.pk}", outcome=outcome.value)
    return False


def _conclude(row: Entitlement, found: Review, outcome: Outcome, because: str, by: Actor) -> None:
    grounds = Grounds(found.version, found.as_of, Evidence(found.sealed, found.inputs_seal), because)
    amount = found.proposed_fen if outcome is not Outcome.KEPT else row.amount_fen
    made = record(row, outcome, amount, grounds, by=by)
    found.settled_by, found.settled_at = by.reference, clock.now()
    found.save()
    if outcome is Outcome.RECOVERED:
        key = f"{row.code}:{row.rule}:{row.subject}:recover:{found.pk}"
        _order(made, key, f"{found.as_of:%Y-%m}", found.proposed_fen, by)
    elif outcome is Outcome.WAIVED and found.disputed:
        _give_back(made, _contested(found.disputed), by)
    elif outcome is Outcome.GRANTED and found.disputed:
        _pay_missed(made, _contested(found.disputed), by)


def _give_back(won: Decision, contested: Decision, by: Actor) -> None:
    """Return what a reclaim took, if it took something."""
    for taken in Payment.objects.filter(decision=contested, amount_fen__lt=0):
        _order(won, f"{taken.key}:returned", taken.period, -taken.amount_fen, by)


def _pay_missed(won: Decision, contested: Decision, by: Actor) -> None:
    """Pay what a cut or stop kept back since it was decided; the period of today is left to its run if unpaid."""
    if contested.outcome not in (Outcome.CUT, Outcome.STOPPED):
        return
    row, grant, today = won.entitlement, grant_of(won.entitlement, won.version), clock.today()
    first = timezone.localtime(contested.made_at).date()
    now = periods.key_of(row.code, grant, row.subject, today)
    for key, period in periods.between(row.code, grant, row.subject, first=first, last=today).items():
        orders = Payment.objects.filter(Q(key=key) | Q(key__startswith=f"{key}:"), entitlement=row)
        paid = list(orders.values_list("amount_fen", flat=True))
        owed = won.amount_fen - sum(paid)
        if owed > 0 and (paid or key != now):
            _order(won, f"{key}:dispute:{contested.pk}" if paid else key, period, owed, by)


def _order(made: Decision, key: str, period: str, amount_fen: int, by: Actor) -> None:
    """Order one payment that a person's decision brings with it; the unique key keeps it from being ordered twice."""
    row = made.entitlement
    paid = Payment.objects.create(
        key=key,
        entitlement=row,
        decision=made,
        code=row.code,
        period=period,
        amount_fen=amount_fen,
        run=f"decision-{made.pk}",
        ordered_at=clock.now(),
    )
    told = PaymentOrdered(
        payment_id=paid.pk,
        award_id=row.pk,
        decision_id=made.pk,
        period=period,
        amount_fen=amount_fen,
    )
    announce(told, by=by)
