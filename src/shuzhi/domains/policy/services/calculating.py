"""The rules for other systems: many situations at once, or one with its reasons."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.policy import shelf, telling
from shuzhi.domains.policy.refusals import SituationNotAccepted
from shuzhi.engines import rules
from shuzhi.spine import limits
from shuzhi.spine.actors import Actor, ActorKind
from shuzhi.spine.errors import InvalidInput

Json = dict[str, Any]
PEOPLE_A_MINUTE = 5_000
"""For whom the public of one address may have books worked out: some seconds of one processor."""


def calculate(code: str, *, situations: Sequence[Json], on: date, address: str = "", by: Actor) -> Json:
    """Every rule of a book for every situation, in the shape of `shuzhi rules calculate`.

    address: where a request of the public came from.   Raises TooManyTries beyond its people of a minute.
    """
    if address and by.kind in (ActorKind.ANONYMOUS, ActorKind.CITIZEN):
        people = sum(max(1, len(one["members"])) for one in situations)
        limits.count(f"policy.calculate:{address}", at_most=PEOPLE_A_MINUTE, per_seconds=60, uses=people)
    book = shelf.book_of(shelf.version_in_force(code, on))
    return rules.calculate(book, list(situations), as_of=on)


def explain(code: str, *, situation: Json, rule: str = "", member: int = 0, on: date) -> Json:
    """One rule of a book with its reasons, in both languages. rule: "" for what the book grants."""
    version = shelf.version_in_force(code, on)
    book, explainer = shelf.book_of(version), shelf.explainer_of(version, on)
    target = book.rules.get(rule) if rule else shelf.target_of(book)
    if target is None:
        raise InvalidInput(field="rule", why=_("the book has no such rule"))
    whose = member if target.entity == "person" else None
    try:
        given, _ids = rules.situation_of(book, rules.one_shape(book, situation, on))
        outcome = explainer.walker.walk(given)
        if whose is not None and whose >= len(outcome.members):
            raise InvalidInput(field="member", why=_("there is no such member"))
        why = explainer.of_outcome(outcome, target.name, whose)
        missing = explainer.missing(given, target.name, member=whose)
        changes = rules.nearest_changes(book, given, target.name, as_of=on, member=whose)
    except rules.InputRefused as refusal:
        raise SituationNotAccepted(why=str(refusal)) from refusal
    return {
        "policy": book.policy,
        "digest": book.digest,
        "as_of": on,
        "demo": not book.verified,
        "value": rules.plain(why.value, target.kind),
        "reason": asdict(why),
        "missing": [telling.key_of(one.name, one.member) for one in missing],
        "changes": [{"zh": one.zh, "en": one.en} for one in changes],
    }
