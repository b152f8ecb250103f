"""Everything that can be said against a text before it may govern anybody."""

from .findings import BookRefused, Finding
from .proving import failing_cases
from .reading import read_book


def check(text: str, name: str = "book") -> tuple[Finding, ...]:
    """The findings of a book, its failing cases included; empty when it may be used."""
    try:
        book = read_book(text, name=name)
    except BookRefused as refused:
        return refused.findings
    return tuple(sorted(failure.finding() for failure in failing_cases(book)))
