"""Answers in the reader's words: amounts, reasons, questions, facts."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from shuzhi.domains.policy import shelf
from shuzhi.domains.policy.cards import ArticleCard, GivenCard, LineCard, QuestionCard, ReasonCard
from shuzhi.engines import rules

MOST_PARTS = 40


def key_of(name: str, member: int | None) -> str:
    """Where an answer goes: "h.家庭财产" for the household, "p0.工资" for its first member."""
    return f"h.{name}" if member is None else f"p{member}.{name}"


def split_key(key: str) -> tuple[str, int | None] | None:
    """The inverse of `key_of`; None for anything else."""
    whose, dot, name = key.partition(".")
    if not dot or not name:
        return None
    if whose == "h":
        return name, None
    return (name, int(whose[1:])) if whose[:1] == "p" and whose[1:].isdecimal() and len(whose) <= 4 else None


def label_of(book: rules.Book, name: str) -> str:
    named = book.inputs.get(name) or book.rules.get(name)
    return (shelf.reads_english() and named is not None and named.en) or name


def reason(why: rules.Why) -> ReasonCard:
    """The tree of conditions in the reader's language."""
    text = why.en if shelf.reads_english() else why.zh
    return ReasonCard(text, why.status, why.law, why.member, tuple(map(reason, why.parts[:MOST_PARTS])))


def question(book: rules.Book, missing: tuple[rules.Missing, ...]) -> QuestionCard | None:
    if not missing:
        return None
    first = missing[0]
    given = book.inputs[first.name]
    label = label_of(book, first.name)
    asked = _("%(what)s?") % {"what": label[:1].upper() + label[1:]} if shelf.reads_english() else first.ask
    named = rules.unit_in(given.kind.unit, english=bool(shelf.reads_english()))
    unit = {"money": _("yuan"), "rate": "%"}.get(given.kind.name, named)
    return QuestionCard(
        key=key_of(first.name, first.member),
        text=asked or label,
        label=label,
        kind=given.kind.name,
        unit=unit,
        codes=given.kind.codes,
        member=first.member,
        left=len(missing),
    )


def given(book: rules.Book, key: str, value: object, source: str) -> GivenCard:
    name = key.partition(".")[2]
    return GivenCard(key, label_of(book, name), shown(value), source)


def all_given(
    book: rules.Book, situation: Mapping[str, Any], sources: Mapping[str, str]
) -> tuple[GivenCard, ...]:
    """Every fact of a situation, the household's first.   sources: who said a fact, by its key."""
    told = [(None, situation["household"]), *enumerate(situation["members"])]
    keyed = [(key_of(name, member), value) for member, facts in told for name, value in facts.items()]
    return tuple(given(book, key, value, sources.get(key, "")) for key, value in keyed)


def shown(value: object) -> str:
    """A value of a situation as people write it."""
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, int | float):
        return f"{value:,}"
    return str(value)


def yuan(amount_fen: int | None) -> str:
    """Fen as yuan, without empty decimals: 1,200 or 83.33."""
    if amount_fen is None:
        return _("not yet known")
    whole, rest = divmod(abs(amount_fen), 100)
    sign = "-" if amount_fen < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:02d}" if rest else "")


def change(one: rules.Change) -> str:
    return one.en if shelf.reads_english() else one.zh


def amounts(book: rules.Book) -> tuple[LineCard, ...]:
    """Every amount of a book, each with the day from which it holds and its article."""
    english, found = shelf.reads_english(), []
    for param in book.params.values():
        name = (english and param.en) or param.name
        for version in param.versions:
            text = rules.amount_in(version.content, param.kind, param.unit, english=bool(english))
            found.append(_line(name, text, version))
    for ladder in book.ladders.values():
        name = (english and ladder.en) or ladder.name
        for steps in ladder.versions:
            parts = (
                f"≥ {rules.shown_value(low, ladder.reached)}: {rules.shown_value(value, ladder.kind)}"
                for low, value in steps.content
            )
            found.append(_line(name, " · ".join(parts), steps))
    return tuple(found)


def formulas(book: rules.Book) -> tuple[LineCard, ...]:
    """Every rule of a book with its formula and its article."""
    return tuple(
        _line(label_of(book, rule.name), version.content.text, version)
        for rule in book.rules.values()
        for version in rule.versions
    )


def articles(book: rules.Book) -> tuple[ArticleCard, ...]:
    """What the law says at each citation of a book."""
    return tuple(ArticleCard(cited, one.text, one.source, one.quoted) for cited, one in book.articles.items())


def _line(name: str, text: str, version: rules.Version[Any]) -> LineCard:
    since = "" if version.start == date.min else version.start.isoformat()
    return LineCard(name, text, version.law, since, not version.verified)
