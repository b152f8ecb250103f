"""What is wrong with a rule book, where, and how to mend it."""

from dataclasses import dataclass

MAX_FINDINGS = 50


@dataclass(frozen=True, slots=True)
class Place:
    """A position in a book: line and column, both counted from 1."""

    line: int
    column: int


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """One fault of a book: position, stable code, what is wrong, how to mend it."""

    line: int
    column: int
    code: str
    message: str
    mend: str

    def __str__(self) -> str:
        return f"{self.line}:{self.column}: {self.code}: {self.message} To mend: {self.mend}"


class BookRefused(ValueError):
    """The text is no rule book; `findings` says where and how to mend it."""

    def __init__(self, name: str, findings: tuple[Finding, ...]) -> None:
        self.name = name
        self.findings = findings
        super().__init__("\n".join(f"{name}:{finding}" for finding in findings))


class Fault(Exception):
    """One fault on its way to the list of findings."""

    def __init__(self, place: Place, code: str, message: str, mend: str) -> None:
        self.finding = Finding(place.line, place.column, code, message, mend)
        super().__init__(message)


class InputRefused(ValueError):
    """A situation holds a value that its book does not accept."""
