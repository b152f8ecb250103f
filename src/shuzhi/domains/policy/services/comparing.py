"""Whom a change of a book touches, counted over the facts that the county knows."""

from datetime import date

from django.core.cache import cache

from shuzhi.domains.policy import homes, shelf
from shuzhi.domains.policy.cards import Changed
from shuzhi.domains.policy.models import BookVersion
from shuzhi.engines import rules
from shuzhi.spine import clock

KEPT_SECONDS = 3600


def kept(old: BookVersion, new: BookVersion, *, on: date, count: bool) -> Changed | None:
    """What was counted within the hour; else counted now where that is asked for, or None."""
    name = f"policy:between:{old.code}:{old.digest}:{new.digest}:{on.isoformat()}"
    known: Changed | None = cache.get(name)
    if known is None and count:
        cache.set(name, known := _people_between(old, new, on=on), KEPT_SECONDS)
    return known


def _people_between(old: BookVersion, new: BookVersion, *, on: date) -> Changed:
    """Every known household under both versions on one day; nobody is named."""
    books = shelf.book_of(old), shelf.book_of(new)
    walkers = [shelf.explainer_of(version, on).walker for version in (old, new)]
    checked = gain = lose = unclear = 0
    totals = [0, 0]
    for case in homes.cases(old.code, books[1], on=on):
        amounts = [_amount(book, walker, case) for book, walker in zip(books, walkers, strict=True)]
        checked += 1
        before, after = amounts
        if before is None or after is None:
            unclear += 1
            continue
        gain, lose = gain + (after > before), lose + (after < before)
        totals[0], totals[1] = totals[0] + before, totals[1] + after
    return Changed(clock.now(), checked, gain, lose, unclear, *totals)


def _amount(book: rules.Book, walker: rules.Walker, case: homes.Case) -> int | None:
    """What the household gets in all, in steps of the rule (fen); None when unknown or unfit."""
    target = shelf.target_of(book)
    known = set(book.inputs)
    facts = {
        "household": {k: v for k, v in case.situation["household"].items() if k in known},
        "members": [{k: v for k, v in one.items() if k in known} for one in case.situation["members"]],
    }
    try:
        situation, _ids = rules.situation_of(book, facts)
        outcome = walker.walk(situation)
    except rules.InputRefused:
        return None
    if target.entity == "household":
        value = outcome.household[target.name]
        return int(value) if isinstance(value, int) else None
    values = [member[target.name] for member in outcome.members]
    return sum(int(v) for v in values if isinstance(v, int)) if None not in values else None
