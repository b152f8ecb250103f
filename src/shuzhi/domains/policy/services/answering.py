"""Am I entitled? Answered from what a person says, or from what the county knows of who logged in; nothing is kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.policy import homes, shelf, telling
from shuzhi.domains.policy.cards import AnswerCard, DifferenceCard
from shuzhi.domains.policy.models import BookVersion
from shuzhi.domains.policy.refusals import SituationNotAccepted
from shuzhi.domains.policy.services.versions import book_card
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import FactCard
from shuzhi.engines import rules
from shuzhi.spine import clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput

MOST_MEMBERS = 12
CHANGES_TOLD = 3
NO_SALT = bytes(rules.SALT_SIZE)
"""A person's own calculation hides nothing from that person."""
_PLAIN_NUMBER = re.compile(r"-?[0-9]{1,15}(\.[0-9]{1,6})?")


@dataclass(frozen=True)
class Told:
    """What a person said: answers by key, how many live in the household, and which questions were passed over."""

    answers: Mapping[str, str]
    members: int = 1
    passed: frozenset[str] = frozenset()


@dataclass(frozen=True)
class _Asked:
    version: BookVersion
    book: rules.Book
    explainer: rules.Explainer
    target: rules.Rule
    situation: rules.Situation
    plain: dict[str, Any]

    @property
    def member(self) -> int | None:
        return 0 if self.target.entity == "person" else None


def answer(
    code: str, *, told: Told, on: date | None = None, sources: Mapping[str, str] | None = None
) -> AnswerCard:
    """The answer of a book so far, why, what is still missing, and the question that decides most.

    sources: who said an answer, by its key, when it was not the person.   Raises InvalidInput for an answer that
    cannot be one; `field` is then its key.
    """
    asked = _ask(code, told, on or clock.today())
    outcome = asked.explainer.walker.walk(asked.situation)
    facts = outcome.household if asked.member is None else outcome.members[asked.member]
    value = facts[asked.target.name]
    missing = asked.explainer.missing(asked.situation, asked.target.name, member=asked.member)
    open_ = tuple(m for m in missing if telling.key_of(m.name, m.member) not in told.passed)
    return AnswerCard(
        book=book_card(asked.version),
        as_of=asked.explainer.program.as_of,
        verdict="unknown" if value is None else "yes" if value else "no",
        amount_fen=int(value)
        if isinstance(value, int) and not isinstance(value, bool) and asked.target.kind.name == "money"
        else None,
        each=asked.book.grants[0].each if asked.book.grants else "once",
        reason=telling.reason(asked.explainer.of_outcome(outcome, asked.target.name, asked.member)),
        given=telling.all_given(asked.book, asked.plain, sources or {}),
        missing=tuple(telling.label_of(asked.book, m.name) for m in missing),
        changes=() if value is None else _changes(asked),
        question=telling.question(asked.book, open_),
        receipt="" if value is None else asked.version.digest[:16],
    )


def compare(code: str, *, told: Told, first: date, second: date) -> tuple[DifferenceCard, ...]:
    """What another day does to the same facts: rules whose value differs."""
    asked = _ask(code, told, second)
    found = rules.compare_dates(asked.book, asked.situation, first=first, second=second)
    english = shelf.reads_english()
    return tuple(
        DifferenceCard(
            telling.label_of(asked.book, one.rule),
            one.member,
            *(
                rules.shown_value(value, asked.book.rules[one.rule].kind, english=english)
                for value in (one.before, one.after)
            ),
        )
        for one in found
    )


def receipt(code: str, *, told: Told, on: date) -> bytes:
    """A file with which anybody can work the answer out again, offline."""
    asked = _ask(code, told, on)
    outcome = asked.explainer.walker.walk(asked.situation)
    facts = outcome.household if asked.member is None else outcome.members[asked.member]
    return rules.format_claim(
        book=asked.version.text,
        as_of=on,
        rule=asked.target.name,
        member=asked.member,
        situation=asked.plain,
        value=rules.plain(facts[asked.target.name], asked.target.kind),
        salt=NO_SALT,
    )


def book_text(code: str, *, on: date | None = None) -> str:
    """The text of the book that decides on a day: the law as code is public."""
    return shelf.version_in_force(code, on or clock.today()).text


def members_matter(code: str, *, on: date | None = None) -> bool:
    """Whether the answer is about a household, so that the number of people is asked first."""
    book = shelf.book_of(shelf.version_in_force(code, on or clock.today()))
    return shelf.target_of(book).entity == "household" and any(
        one.entity == "person" for one in book.inputs.values()
    )


def known_answers(code: str, *, by: Actor, on: date | None = None) -> tuple[Told, dict[str, str]]:
    """What the county knows of a citizen who logged in, as answers with the register that said each."""
    day = on or clock.today()
    version = shelf.version_in_force(code, day)
    book = shelf.book_of(version)
    found = registry.home_of_citizen(names=list(book.inputs), on=day, by=by)
    if found is None:
        return Told({}), {}
    home, own = found
    case = homes.case_of(home, book, on=day)
    alone = shelf.target_of(book).entity == "person"
    chosen = [at for at, code_ in enumerate(case.members) if not alone or code_ == own]
    answers: dict[str, str] = {}
    sources: dict[str, str] = {}
    told: list[tuple[int | None, dict[str, Any], Mapping[str, FactCard]]] = []
    told.append((None, case.situation["household"], home.facts))
    told += [(at, case.situation["members"][i], home.members[i].facts) for at, i in enumerate(chosen)]
    for member, values, facts in told:
        for name, value in values.items():
            key = telling.key_of(name, member)
            answers[key] = _typed(value)
            sources[key] = facts[name].source
    return Told(answers, members=max(1, len(chosen))), sources


def _typed(value: object) -> str:
    """A value of a situation as the form of questions would send it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)


def _ask(code: str, told: Told, on: date) -> _Asked:
    version = shelf.version_in_force(code, on)
    book = shelf.book_of(version)
    plain = _plain(book, told)
    try:
        situation, _ids = rules.situation_of(book, plain)
        explainer = shelf.explainer_of(version, on)
        explainer.walker.walk(situation)
    except rules.InputRefused as refusal:
        raise SituationNotAccepted(why=str(refusal)) from refusal
    return _Asked(version, book, explainer, shelf.target_of(book), situation, plain)


def _plain(book: rules.Book, told: Told) -> dict[str, Any]:
    """Answers as the engine's JSON situation; what the book does not ask for is left out."""
    if not 1 <= told.members <= MOST_MEMBERS:
        raise InvalidInput(
            field="members", why=_("give a number from 1 to %(most)s") % {"most": MOST_MEMBERS}
        )
    household: dict[str, Any] = {}
    members: list[dict[str, Any]] = [{} for _member in range(told.members)]
    for key, text in told.answers.items():
        split = telling.split_key(key)
        known = book.inputs.get(split[0]) if split else None
        if split is None or known is None or not text.strip():
            continue
        name, member = split
        value = _value(known, key, text.strip())
        if member is None and known.entity == "household":
            household[name] = value
        elif member is not None and member < told.members and known.entity == "person":
            members[member][name] = value
    return {"household": household, "members": members}


def _value(known: rules.Input, key: str, text: str) -> bool | int | str:
    kind = known.kind.name
    if kind == "truth" and text in ("yes", "no"):
        return text == "yes"
    if kind == "code" and text in known.kind.codes:
        return text
    if kind == "date" and rules.day_of(text) is not None:
        return text
    if known.kind.numeric and (number := _number(known, text)) is not None:
        return number
    raise InvalidInput(field=key, why=_sentence(known))


def _number(known: rules.Input, text: str) -> str | None:
    plain = text.replace(",", "").replace("，", "")
    if not _PLAIN_NUMBER.fullmatch(plain):
        return None
    number = Decimal(plain)
    steps = number * known.kind.scale
    fits = steps == steps.to_integral_value() and known.low <= steps <= known.high
    return format(number, "f") if fits else None


def _sentence(known: rules.Input) -> str:
    """What to write instead."""
    if known.kind.numeric:
        low, high = (Decimal(end) / known.kind.scale for end in (known.low, known.high))
        decimals = _("with at most two decimals") if known.kind.scale == 100 else _("without decimals")
        return _("write a number from %(low)s to %(high)s, %(decimals)s") % {
            "low": f"{low:,f}",
            "high": f"{high:,f}",
            "decimals": decimals,
        }
    if known.kind.name == "date":
        return _("write the day as 1950-01-31")
    return _("choose one of the answers")


def _changes(asked: _Asked) -> tuple[str, ...]:
    found = rules.nearest_changes(
        asked.book,
        asked.situation,
        asked.target.name,
        as_of=asked.explainer.program.as_of,
        member=asked.member,
    )
    return tuple(telling.change(one) for one in found[:CHANGES_TOLD])
