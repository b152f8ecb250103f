"""The cases of a book as tests: on the walk here, and as rows for a database that runs the SQL text."""

from collections.abc import Iterator
from dataclasses import dataclass

from .binding import bind
from .book import Book, BookCase
from .explaining import Explainer
from .findings import Finding
from .kinds import Value, shown_value


@dataclass(frozen=True, slots=True)
class Failure:
    """A case whose rule gave something else than the book's author computed by hand."""

    case: BookCase
    rule: str
    expected: str
    found: str

    def finding(self) -> Finding:
        """The failure as a finding at the place of the case."""
        message = f"{self.case.name}: {self.rule} is {self.found}, the case expects {self.expected}."
        place = self.case.place
        return Finding(place.line, place.column, "case", message, "correct the rule or the case.")


def failing_cases(book: Book) -> tuple[Failure, ...]:
    """The cases that the walk does not reproduce; empty when the book keeps its word."""
    return tuple(failure for case in book.cases for failure in _run(book, case))


def _run(book: Book, case: BookCase) -> Iterator[Failure]:
    explainer = Explainer(bind(book, as_of=case.as_of))
    outcome = explainer.walker.walk(case.situation)
    for name, expected in expected_values(case, book):
        rule, member = name
        facts = outcome.household if member is None else outcome.members[member]
        if facts[rule] != expected or type(facts[rule]) is not type(expected):
            kind = book.rules[rule].kind
            yield Failure(case, rule, shown_value(expected, kind), shown_value(facts[rule], kind))
    if case.missing is not None:
        asked = {
            missing.name
            for (rule, member), _ in expected_values(case, book)
            for missing in explainer.missing(case.situation, rule, member=member)
        }
        if asked != set(case.missing):
            yield Failure(case, "missing", ", ".join(case.missing), ", ".join(sorted(asked)))


def expected_values(case: BookCase, book: Book) -> Iterator[tuple[tuple[str, int | None], Value]]:
    """((rule, member or None), value) for all that a case promises."""
    for rule, value in case.expect.items():
        yield (rule, None if book.rules[rule].entity == "household" else 0), value
    for number, wants in enumerate(case.member_expect):
        for rule, value in wants.items():
            yield (rule, number), value
