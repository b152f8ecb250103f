"""Books made ready to be asked: parsed once for each text, bound once for each day."""

from datetime import date
from functools import lru_cache

from django.utils.translation import get_language

from shuzhi.domains.policy.models import BookVersion, Contract
from shuzhi.domains.policy.refusals import NoBookInForce
from shuzhi.engines import rules

MOST_BOOKS, MOST_PROGRAMS = 64, 256


@lru_cache(MOST_BOOKS)
def parsed(digest: str, text: str) -> rules.Book:
    """The book of an accepted text. digest: its SHA-256, by which it is found again fast."""
    return rules.read_book(text, name=digest[:12])


@lru_cache(MOST_PROGRAMS)
def explainer(digest: str, text: str, as_of: date) -> rules.Explainer:
    return rules.Explainer(rules.bind(parsed(digest, text), as_of=as_of))


def version_in_force(code: str, on: date) -> BookVersion:
    """The version that decides on a day: the one that started last. Raises NoBookInForce."""
    rows = BookVersion.objects.filter(code=code, state="approved", starts_on__lte=on)
    row = rows.order_by("-starts_on", "-number").first()
    if row is None:
        raise NoBookInForce(day=on.isoformat())
    return row


def book_of(version: BookVersion) -> rules.Book:
    return parsed(version.digest, version.text)


def explainer_of(version: BookVersion, as_of: date) -> rules.Explainer:
    return explainer(version.digest, version.text, as_of)


def contract_of(code: str) -> Contract:
    """The terms of carrying a book out; the usual ones where nobody set others."""
    return Contract.objects.filter(code=code).first() or Contract(code=code)


def target_of(book: rules.Book) -> rules.Rule:
    """The rule that answers: what the book grants, or its last rule."""
    name = book.grants[0].rule if book.grants else list(book.rules)[-1]
    return book.rules[name]


def reads_english() -> bool:
    return (get_language() or "").startswith("en")
