"""Policy finds the person: who is probably entitled by the facts that may be used, and does not get it."""

from collections.abc import Collection
from datetime import date, timedelta

from django.db import transaction
from django.utils import timezone

from shuzhi.domains.policy import homes, shelf
from shuzhi.domains.policy.cards import SweepCard
from shuzhi.domains.policy.evidence import Match, matches
from shuzhi.domains.policy.models import BookVersion, Contract, Entitlement
from shuzhi.domains.policy.refusals import NoBookInForce
from shuzhi.domains.policy.services.contracts import locked_contract, require_running
from shuzhi.domains.policy.states import State
from shuzhi.engines import rules
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.events import EntitlementFound
from shuzhi.spine.outbox import announce_all

NIGHT_HOURS = range(2, 5)
BATCH = 500


def sweep(
    code: str, *, on: date | None = None, households: Collection[str] | None = None, by: Actor
) -> SweepCard:
    """Look at all households (or these) under a book on a day; who is entitled and not known yet is written down.

    on: also a day to come, so that tomorrow's birthdays are met in time.
    """
    access.require(by, "policy.decide")
    require_running(code)
    day = on or clock.today()
    version = shelf.version_in_force(code, day)
    found: list[Match] = []
    checked = entitled = unclear = refused = 0
    for case in homes.cases(code, shelf.book_of(version), on=day, households=households):
        checked += 1
        try:
            given = matches(case, version, day)
        except rules.InputRefused:
            refused += 1
            continue
        unclear += any(one.value is None for one in given)
        due = [one for one in given if one.value]
        entitled += len(due)
        found += [one for one in due if one.subject not in case.receiving]
    fresh = _write(code, found, day, by)
    return SweepCard(code, day, checked, entitled, fresh, unclear, refused)


def look_again(household: str, *, by: Actor) -> None:
    """Facts of a household changed: every book that pays looks at it again."""
    for code in _running():
        sweep(code, households=[household], by=by)


def sweep_nightly() -> int:
    """Once a night: every book that pays, for today and for tomorrow. Returns how many were found."""
    today = clock.today()
    if timezone.localtime(clock.now()).hour not in NIGHT_HOURS:
        return 0
    found = 0
    for code in _running():
        if Contract.objects.filter(code=code, swept_on__gte=today).exists():
            continue
        found += sum(sweep(code, on=day, by=SYSTEM).found for day in (today, today + timedelta(days=1)))
        Contract.objects.filter(code=code).update(swept_on=today)
    return found


def _running() -> list[str]:
    """Books that grant something, hold today, and are not paused."""
    codes = BookVersion.objects.filter(state="approved").order_by("code").values_list("code", flat=True)
    running = []
    for code in dict.fromkeys(codes):
        try:
            book = shelf.book_of(shelf.version_in_force(code, clock.today()))
        except NoBookInForce:
            continue
        if book.grants and not shelf.contract_of(code).paused:
            running.append(code)
    return running


@transaction.atomic
def _write(code: str, found: list[Match], on: date, by: Actor) -> int:
    locked_contract(code)
    known = set(Entitlement.objects.filter(code=code).values_list("rule", "subject"))
    rows = [
        Entitlement(
            code=code,
            rule=one.rule,
            subject=one.subject,
            household=one.household,
            area=one.area,
            state=State.FOUND,
            amount_fen=one.value or 0,
            from_day=on,
            found_at=clock.now(),
        )
        for one in found
        if (one.rule, one.subject) not in known
    ]
    Entitlement.objects.bulk_create(rows, batch_size=BATCH)
    announce_all(
        (
            EntitlementFound(
                award_id=row.pk, book=code, rule=row.rule, area=row.area, amount_fen=row.amount_fen
            )
            for row in rows
        ),
        by=by,
    )
    return len(rows)
