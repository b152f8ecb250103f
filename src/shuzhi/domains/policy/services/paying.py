"""Paying once: a run may be repeated, killed and run beside itself, and every key is ordered one time."""

import csv
import hashlib
import io
import secrets
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.cards import DecisionRef
from shuzhi.domains.policy import homes, periods, shelf
from shuzhi.domains.policy.cards import BatchCard, RunCard
from shuzhi.domains.policy.evidence import Match, matches
from shuzhi.domains.policy.models import Batch, BookVersion, Decision, Entitlement, Payment, Review
from shuzhi.domains.policy.services.contracts import locked_contract, require_running
from shuzhi.domains.policy.services.deciding import (
    decide,
    grant_of,
    match_of,
    nothing_known,
    open_review,
)
from shuzhi.domains.policy.states import Kind, Outcome, State
from shuzhi.engines import rules
from shuzhi.engines.tabular import safe_cell
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import PaymentOrdered
from shuzhi.spine.outbox import announce_all
from shuzhi.spine.rows import insert_rows

_COLUMNS = ("key", "entitlement", "decision", "code", "period", "amount_fen", "run", "batch", "ordered_at")


@dataclass(frozen=True)
class Due:
    """An entitlement of a run: what the facts of today give, and the key under which its period is paid."""

    row: Entitlement
    match: Match
    key: str
    period: str


def pay(code: str, *, on: date | None = None, by: Actor) -> RunCard:
    """Order the payments of a period under a book, each once.

    The facts are looked at again: more is granted at once; less, nothing or an unknown waits for a person, and until a
    person decides the amount that was granted goes on.
    """
    access.require(by, "policy.pay")
    require_running(code)
    day = on or clock.today()
    version = shelf.version_in_force(code, day)
    due = list(_due(code, version, day))
    with transaction.atomic():
        locked_contract(code)
        require_running(code)
        due = list(_still(due, code))
        reviews = sum(_adjust(one, version, day) for one in due)
        paid = order(((one.key, one.row, one.row.amount_fen, one.period) for one in due), by=by)
    periods_named = {one.period for one in due}
    shown = periods_named.pop() if len(periods_named) == 1 else f"{day:%Y-%m}"
    return RunCard(shown, len(paid), sum(one.amount_fen for one in paid), reviews)


def order(wanted: Iterable[tuple[str, Entitlement, int, str]], *, by: Actor) -> list[Payment]:
    """Write payments whose key is not taken; returns those that this call wrote. The unique key decides races."""
    run, now = secrets.token_hex(16), clock.now()
    listed = list(wanted)
    last = dict(
        Decision.objects.filter(entitlement__in=[row.pk for _key, row, _fen, _period in listed])
        .values_list("entitlement")
        .annotate(last=Max("pk"))
    )
    rows = [
        (key, row.pk, last[row.pk], row.code, period, fen, run, None, now)
        for key, row, fen, period in listed
        if fen
    ]
    insert_rows(Payment, _COLUMNS, rows, unless_taken="key")
    mine = list(Payment.objects.filter(run=run).order_by("pk"))
    announce_all(
        (
            PaymentOrdered(
                payment_id=one.pk,
                award_id=one.entitlement_id,
                decision_id=one.decision_id,
                period=one.period,
                amount_fen=one.amount_fen,
            )
            for one in mine
        ),
        by=by,
    )
    return mine


@transaction.atomic
def reconcile(code: str, *, periods_paid: tuple[str, ...], by: Actor) -> tuple[int, int]:
    """After a book was changed for the past: pay what is owed, let a person decide what was overpaid.

    Each payment is replayed as the law was known when it was ordered, and as it is known now. Returns how many were
    paid later, and how many wait for a person.
    """
    access.require(by, "policy.pay")
    require_running(code)
    locked_contract(code)
    today = clock.today()
    version = shelf.version_in_force(code, today)
    paid = Payment.objects.filter(code=code, period__in=periods_paid, amount_fen__gt=0)
    wanted, waiting = [], 0
    for one in paid.select_related("entitlement").order_by("pk"):
        if not periods.is_whole(one.key):
            continue
        row, day = one.entitlement, timezone.localtime(one.ordered_at).date()
        match = match_of(row, version, day)
        owed = _owed(match, version, day, today)
        if owed > 0:
            owed = max(0, owed - _corrected(one))
        key = f"{one.key}:{version.digest[:12]}"
        if owed > 0 and not Payment.objects.filter(key=key).exists():
            decide(row, Outcome.CORRECTED, match, version, day, by=SYSTEM)
            wanted.append((key, row, owed, one.period))
        elif owed < 0 and not Review.objects.filter(entitlement=row, kind=Kind.RECOVER).exists():
            review = open_review(row, Kind.RECOVER, match, version, day)
            Review.objects.filter(pk=review.pk).update(proposed_fen=owed)
            waiting += 1
    return len(order(wanted, by=by)), waiting


def make_order_file(code: str, *, period: str, by: Actor) -> BatchCard:
    """Put the payments of a period that are in no file yet into one. A payment is in one file, for ever.

    No receipt, no effect: a payment that witnesses have not seen stays for a later file.
    """
    access.require(by, "policy.pay")
    waiting = Payment.objects.filter(code=code, period=period, batch=None)
    refs = refs_of(waiting.values_list("pk", flat=True))
    if not refs:
        raise InvalidInput(field="period", why=_("no payment of this period waits"))
    witnessed = [refs[ref] for ref in ledger.in_effect(refs)]
    if not witnessed:
        raise InvalidInput(field="period", why=ledger.why_not_in_effect(next(iter(refs))))
    return _make_file(code, period, witnessed, by)


def refs_of(payments: Iterable[int]) -> dict[DecisionRef, int]:
    """The order of each payment as the ledger knows it."""
    return {ledger.ref_of_decision(PaymentOrdered, pk): pk for pk in payments}


@transaction.atomic
def _make_file(code: str, period: str, witnessed: Collection[int], by: Actor) -> BatchCard:
    locked_contract(code)
    require_running(code)
    waiting = Payment.objects.select_for_update().filter(code=code, period=period, batch=None)
    ids = sorted(set(waiting.values_list("pk", flat=True)) & set(witnessed))
    if not ids:
        raise InvalidInput(field="period", why=_("no payment of this period waits"))
    made = Batch.objects.create(
        code=code,
        period=period,
        digest="",
        orders=len(ids),
        total_fen=0,
        made_by=by.reference,
        made_at=clock.now(),
    )
    Payment.objects.filter(pk__in=ids).update(batch=made)
    made.total_fen = sum(made.payments.values_list("amount_fen", flat=True))
    made.digest = hashlib.sha256(_csv(made)).hexdigest()
    made.save()
    audit.record(by, "policy.make_order_file", f"batch:{made.pk}", orders=made.orders)
    return batch_card(made)


def order_file(batch_id: int, *, by: Actor) -> bytes:
    """The file for the paying office: the same bytes whenever it is made again."""
    access.require(by, "policy.pay")
    found = Batch.objects.filter(pk=batch_id).first()
    if found is None:
        raise NotFound(what=_("File %(id)s") % {"id": batch_id})
    content = _csv(found)
    if hashlib.sha256(content).hexdigest() != found.digest:
        raise RuntimeError(f"the payments of batch {batch_id} were altered")
    audit.record(by, "policy.order_file", f"batch:{batch_id}")
    return content


def batch_card(row: Batch) -> BatchCard:
    return BatchCard(row.pk, row.code, row.period, row.orders, row.total_fen, row.digest, row.made_at)


def _due(code: str, version: BookVersion, day: date) -> Iterable[Due]:
    """Everybody whose period is not paid yet, with what the facts of the day give."""
    rows = Entitlement.objects.filter(code=code, state=State.GRANTED, from_day__lte=day).order_by("pk")
    keys = {}
    for row in rows:
        grant = grant_of(row, version)
        keys[periods.key_of(code, grant, row.subject, day)] = (row, periods.period_of(grant.each, day))
    taken = set(Payment.objects.filter(code=code, key__in=list(keys)).values_list("key", flat=True))
    waiting = {key: told for key, told in keys.items() if key not in taken}
    found = _matches(code, version, day, {row.household for row, _period in waiting.values()})
    for key, (row, period) in waiting.items():
        match = found.get((row.rule, row.subject)) or nothing_known(row, version)
        yield Due(row, match, key, period)


def _still(due: Iterable[Due], code: str) -> Iterator[Due]:
    """Those whom a person has not stopped while the facts were looked at, with the amount that holds now."""
    granted = Entitlement.objects.select_for_update().filter(code=code, state=State.GRANTED).order_by("pk")
    rows = {row.pk: row for row in granted}
    return (replace(one, row=rows[one.row.pk]) for one in due if one.row.pk in rows)


def _matches(
    code: str, version: BookVersion, day: date, households: Collection[str]
) -> dict[tuple[str, str], Match]:
    found: dict[tuple[str, str], Match] = {}
    for case in homes.cases(code, shelf.book_of(version), on=day, households=households):
        try:
            given = matches(case, version, day)
        except rules.InputRefused:
            continue
        found.update({(one.rule, one.subject): one for one in given})
    return found


def _adjust(one: Due, version: BookVersion, day: date) -> bool:
    """Grant more at once; put less before a person. True when something now waits for one."""
    value, row = one.match.value, one.row
    if value == row.amount_fen:
        return False
    if value is not None and value > row.amount_fen:
        decide(row, Outcome.RAISED, one.match, version, day, by=SYSTEM)
        return False
    open_review(row, Kind.CUT if value else Kind.STOP, one.match, version, day)
    return True


def _owed(match: Match, version: BookVersion, day: date, today: date) -> int:
    book = shelf.book_of(version)
    try:
        situation, _ids = rules.situation_of(book, match.situation)
        owed = rules.back_payment(
            book,
            situation,
            match.rule,
            months=(day,),
            known_then=day,
            known_now=today,
            member=match.member,
        )
    except rules.InputRefused:
        return 0
    return owed or 0


def _corrected(one: Payment) -> int:
    """What changes of the book have added to a payment already."""
    added = Payment.objects.filter(
        entitlement=one.entitlement_id, key__startswith=f"{one.key}:", amount_fen__gt=0
    )
    by_law = added.exclude(key__startswith=f"{one.key}:dispute:")
    return sum(by_law.values_list("amount_fen", flat=True))


def _csv(batch: Batch) -> bytes:
    text = io.StringIO()
    write = csv.writer(text, lineterminator="\n").writerow
    write(["order", "period", "book", "rule", "payee", "amount_yuan", "decision", "ordered_at"])
    rows = batch.payments.select_related("entitlement").order_by("pk")
    for one in rows.iterator(chunk_size=2000):
        sign = "-" if one.amount_fen < 0 else ""
        whole, rest = divmod(abs(one.amount_fen), 100)
        write(
            [
                safe_cell(one.key),
                one.period,
                one.code,
                one.entitlement.rule,
                one.entitlement.subject,
                f"{sign}{whole}.{rest:02d}",
                one.decision_id,
                one.ordered_at.isoformat(timespec="seconds"),
            ]
        )
    return text.getvalue().encode()
