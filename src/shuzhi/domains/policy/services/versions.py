"""Books and their versions: proposed by one person, approved by another, dated, never overwritten."""

import difflib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from shuzhi.domains.ledger import services as ledger
from shuzhi.domains.ledger.cards import EntryCard
from shuzhi.domains.policy import shelf, telling
from shuzhi.domains.policy.cards import BookCard, BookDetail, Changed, DiffCard, VersionCard
from shuzhi.domains.policy.models import BookVersion
from shuzhi.domains.policy.refusals import (
    AlreadySettled,
    BookNotAccepted,
    SecondPersonNeeded,
)
from shuzhi.domains.policy.services import comparing
from shuzhi.engines import rules
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import RuleBookApproved, RuleBookProposed
from shuzhi.spine.outbox import announce

FINDINGS_TOLD = 5
LONGEST_BOOK = 500_000  # characters


@transaction.atomic
def load_shipped_books(*, by: Actor) -> int:
    """Put the books that come with the platform on the shelf, unless a version is there; returns how many were new."""
    access.require(by, "policy.propose")
    there = set(BookVersion.objects.values_list("code", flat=True))
    fresh = [code for code in rules.shipped_books() if code not in there]
    for code in fresh:
        book = rules.shipped_book(code)
        row = _new_version(code, book.text, book.law.start, because=_("comes with the platform"), by=by)
        _settle(row, "approved", by)
    return len(fresh)


@transaction.atomic
def propose_book(code: str, *, text: str, starts_on: date, because: str, by: Actor) -> VersionCard:
    """Offer a version of a book for approval; a new code is a new book. Its own cases must hold."""
    access.require(by, "policy.propose")
    if len(text) > LONGEST_BOOK:
        raise InvalidInput(field="text", why=_("the book is longer than 500,000 characters"))
    findings = rules.check(text, code)
    if findings:
        raise BookNotAccepted(findings="\n".join(map(str, findings[:FINDINGS_TOLD])))
    return _card(_new_version(code, text, starts_on, because=because, by=by))


@transaction.atomic
def roll_back(code: str, *, to: int, starts_on: date, because: str, by: Actor) -> VersionCard:
    """Propose that an earlier version decides again from a day on; the second person approves it like any other."""
    access.require(by, "policy.propose")
    earlier = _version(code, to)
    if earlier.state != "approved":
        raise InvalidInput(field="to", why=_("only a version that was approved can come back"))
    return _card(_new_version(code, earlier.text, starts_on, because=because, returns_to=to, by=by))


@transaction.atomic
def approve_book(code: str, number: int, *, by: Actor) -> VersionCard:
    """Let a proposed version decide from its day on. Whoever proposed it cannot approve it."""
    access.require(by, "policy.approve")
    row = _waiting(code, number, by)
    _settle(row, "approved", by)
    return _card(row)


@transaction.atomic
def reject_book(code: str, number: int, *, because: str, by: Actor) -> VersionCard:
    """Refuse a proposed version."""
    access.require(by, "policy.approve")
    row = _waiting(code, number, by)
    row.because = f"{row.because} — {because}"[:500]
    row.state, row.settled_by, row.settled_at = "rejected", by.reference, clock.now()
    row.save()
    audit.record(by, "policy.reject_book", f"book:{code}:{number}")
    return _card(row)


def books(*, on: date | None = None) -> list[BookCard]:
    """The books that decide on a day, by title."""
    day = on or clock.today()
    newest: dict[str, BookVersion] = {}
    rows = BookVersion.objects.filter(state="approved", starts_on__lte=day).order_by("starts_on", "number")
    for row in rows.defer("text"):
        newest[row.code] = row
    return sorted((book_card(row) for row in newest.values()), key=lambda card: card.title)


def book_detail(code: str, *, by: Actor) -> BookDetail:
    """A book with its page (law, facts, amounts, formulas) and all its versions, newest first."""
    access.require_somewhere(by, "policy.read")
    rows = BookVersion.objects.filter(code=code).order_by("-number")
    if not rows:
        raise NotFound(what=_("Book %(code)s") % {"code": code})
    current = _current(code) or rows[0]
    book = shelf.book_of(current)
    page = rules.docs(book, "en" if shelf.reads_english() else "zh")
    receipts = _receipts(code, rows)
    versions = tuple(replace(_card(row), receipt=receipts.get(row.number)) for row in rows)
    told = telling.articles(book), telling.amounts(book), telling.formulas(book)
    return BookDetail(book_card(current), *told, page, versions)


def text_of(code: str, number: int, *, by: Actor) -> str:
    """The text of a version, to be read or edited into the next one."""
    access.require_somewhere(by, "policy.read")
    return _version(code, number).text


def waiting_versions(*, by: Actor) -> list[VersionCard]:
    """Versions that wait for a second person, oldest first."""
    access.require_somewhere(by, "policy.read")
    return [_card(row) for row in BookVersion.objects.filter(state="proposed").order_by("proposed_at")]


def diff(code: str, *, first: int, second: int, by: Actor) -> DiffCard:
    """What changed between two versions, line by line."""
    access.require_somewhere(by, "policy.read")
    old, new = _version(code, first), _version(code, second)
    lines = difflib.unified_diff(old.text.splitlines(), new.text.splitlines(), lineterm="", n=2)
    told = tuple((line[:1] or " ", line[1:]) for line in list(lines)[2:])
    return DiffCard(first, second, told)


def people_between(
    code: str, *, first: int, second: int, on: date | None = None, count: bool = True, by: Actor
) -> Changed | None:
    """How many of the county's households gain and lose on a day by a change of version.

    count: ask every household where it was not done within the hour, which takes seconds; otherwise None.
    """
    access.require_somewhere(by, "policy.read")
    old, new = _version(code, first), _version(code, second)
    return comparing.kept(old, new, on=on or clock.today(), count=count)


def book_card(row: BookVersion) -> BookCard:
    book, contract = shelf.book_of(row), shelf.contract_of(row.code)
    return BookCard(
        code=row.code,
        title=row.title,
        title_en=row.title_en or row.title,
        number=row.number,
        digest=row.digest,
        demo=not row.verified,
        starts_on=row.starts_on,
        law=f"{book.law.title} {book.law.number}".strip(),
        grants=bool(book.grants),
        paused=contract.paused,
        two_signatures=contract.two_signatures,
    )


def _new_version(
    code: str, text: str, starts_on: date, *, because: str, returns_to: int | None = None, by: Actor
) -> BookVersion:
    if not code.replace("_", "").isalnum() or not code.isascii() or len(code) > 48:
        raise InvalidInput(field="code", why=_("a book's code has letters, digits and _"))
    book = rules.read_book(text, name=code)
    last = BookVersion.objects.filter(code=code).aggregate(last=Max("number"))["last"] or 0
    row = BookVersion.objects.create(
        code=code,
        number=last + 1,
        text=text,
        digest=book.digest,
        title=book.policy[:128],
        title_en=book.en[:128],
        verified=book.verified,
        starts_on=starts_on,
        state="proposed",
        returns_to=returns_to,
        because=because[:500],
        proposed_by=by.reference,
        proposed_at=clock.now(),
    )
    told = RuleBookProposed(book=code, version=row.number, rule_package=row.digest, starts_on=starts_on)
    announce(told, by=by)
    return row


def _settle(row: BookVersion, state: str, by: Actor) -> None:
    row.state, row.settled_by, row.settled_at = state, by.reference, clock.now()
    row.save()
    told = RuleBookApproved(
        book=row.code, version=row.number, rule_package=row.digest, starts_on=row.starts_on
    )
    announce(told, by=by)


def _version(code: str, number: int) -> BookVersion:
    row = BookVersion.objects.filter(code=code, number=number).first()
    if row is None:
        raise NotFound(what=_("Version %(number)s of book %(code)s") % {"number": number, "code": code})
    return row


def _waiting(code: str, number: int, by: Actor) -> BookVersion:
    row = BookVersion.objects.select_for_update().filter(code=code, number=number).first()
    if row is None:
        raise NotFound(what=_("Version %(number)s of book %(code)s") % {"number": number, "code": code})
    if row.state != "proposed":
        raise AlreadySettled()
    if row.proposed_by == by.reference:
        raise SecondPersonNeeded()
    return row


def _receipts(code: str, rows: Iterable[BookVersion]) -> dict[int, EntryCard]:
    """By version, the public ledger's entry of its approval, once witnesses have signed it and it verifies."""
    settled = ((row.settled_at, row.pk, row.number) for row in rows if row.state == "approved")
    refs = {
        ledger.ref_of_decision(RuleBookApproved, code, number=place): number
        for place, (_at, _pk, number) in enumerate(sorted(settled), 1)
    }
    return {refs[ref]: entry for ref, entry in ledger.in_effect(refs).items()}


def _current(code: str) -> BookVersion | None:
    rows = BookVersion.objects.filter(code=code, state="approved", starts_on__lte=clock.today())
    return rows.order_by("-starts_on", "-number").first()


def _card(row: BookVersion) -> VersionCard:
    current = _current(row.code)
    return VersionCard(
        code=row.code,
        number=row.number,
        digest=row.digest,
        title=row.title,
        demo=not row.verified,
        starts_on=row.starts_on,
        state=row.state,
        in_force=current is not None and current.pk == row.pk,
        returns_to=row.returns_to,
        because=row.because,
        proposed_by=row.proposed_by,
        proposed_at=row.proposed_at,
        settled_by=row.settled_by,
        settled_at=row.settled_at,
    )
