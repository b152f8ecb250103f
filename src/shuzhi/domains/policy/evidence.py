"""What a decision rested on, sealed: the facts, and the salt of their public seal."""

import json
import secrets
from dataclasses import dataclass
from datetime import date
from typing import Any

from shuzhi.domains.policy import homes, shelf
from shuzhi.domains.policy.models import BookVersion
from shuzhi.engines import rules
from shuzhi.spine.sealing import seal, unseal


@dataclass(frozen=True)
class Evidence:
    """`sealed` goes to the database, `inputs_seal` to the ledger."""

    sealed: str
    inputs_seal: str


@dataclass(frozen=True)
class Match:
    """What a rule gives one person or household by the facts that may be used. value: fen; None is unknown."""

    rule: str
    subject: str
    household: str
    area: str
    value: int | None
    situation: dict[str, Any]
    member: int | None


def matches(case: homes.Case, version: BookVersion, on: date) -> list[Match]:
    """What each grant of a book gives the people of one household. Raises InputRefused for facts that do not fit."""
    book, walker = shelf.book_of(version), shelf.explainer_of(version, on).walker
    situation, _ids = rules.situation_of(book, case.situation)
    outcome = walker.walk(situation)
    found = []
    for grant in book.grants:
        if book.rules[grant.rule].entity == "household":
            if case.wholly_usable:
                value = _fen(outcome.household[grant.rule])
                found.append(_match(case, grant.rule, case.household, value, None))
            continue
        for number, member in enumerate(case.members):
            if case.usable[number]:
                value = _fen(outcome.members[number][grant.rule])
                found.append(_match(case, grant.rule, member, value, number))
    return found


def evidence_of(match: Match, version: BookVersion, on: date) -> Evidence:
    """Seal what a decision about a match rests on; others of the household are left out when they do not matter."""
    situation, member = _alone(match, version, on)
    salt = secrets.token_bytes(rules.SALT_SIZE)
    rule = shelf.book_of(version).rules[match.rule]
    value = rules.plain(match.value, rule.kind)
    body = {
        "situation": situation,
        "member": member,
        "salt": salt.hex(),
        "rule": match.rule,
        "value": value,
    }
    return Evidence(seal(json.dumps(body, ensure_ascii=False)), rules.seal_inputs(situation, salt))


def claim_of(sealed: str, version: BookVersion, as_of: date) -> bytes:
    """The file with which the person, or a court, works the decision out again."""
    body = json.loads(unseal(sealed))
    return rules.format_claim(
        book=version.text,
        as_of=as_of,
        rule=body["rule"],
        member=body["member"],
        situation=body["situation"],
        value=body["value"],
        salt=bytes.fromhex(body["salt"]),
    )


def situation_of(sealed: str) -> dict[str, Any]:
    """The facts that were sealed."""
    situation: dict[str, Any] = json.loads(unseal(sealed))["situation"]
    return situation


def why(sealed: str, version: BookVersion, as_of: date) -> rules.Why:
    """The reasons of what was sealed."""
    body = json.loads(unseal(sealed))
    situation, _ids = rules.situation_of(shelf.book_of(version), body["situation"])
    return shelf.explainer_of(version, as_of).explain(situation, body["rule"], member=body["member"])


def _alone(match: Match, version: BookVersion, on: date) -> tuple[dict[str, Any], int | None]:
    if match.member is None:
        return match.situation, None
    alone = {**match.situation, "members": [match.situation["members"][match.member]]}
    given, _ids = rules.situation_of(shelf.book_of(version), alone)
    outcome = shelf.explainer_of(version, on).walker.walk(given)
    same = _fen(outcome.members[0][match.rule]) == match.value
    return (alone, 0) if same else (match.situation, match.member)


def _match(case: homes.Case, rule: str, subject: str, value: int | None, member: int | None) -> Match:
    return Match(rule, subject, case.household, case.area, value, case.situation, member)


def _fen(value: object) -> int | None:
    return int(value) if isinstance(value, int) else None
