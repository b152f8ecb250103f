"""For which period money is paid, and the key that keeps it from being paid twice."""

from datetime import date

from shuzhi.engines import rules

ONCE = "once"


def period_of(each: str, on: date) -> str:
    """The period of a grant that a day lies in: 2026-05, 2026-Q2, 2026 or once.

    >>> period_of("month", date(2026, 5, 11)), period_of("quarter", date(2026, 5, 11)), period_of("once", date(2026, 5, 11))
    ('2026-05', '2026-Q2', 'once')
    """
    if each == "month":
        return f"{on:%Y-%m}"
    if each == "quarter":
        return f"{on.year}-Q{(on.month + 2) // 3}"
    return f"{on.year}" if each == "year" else ONCE


def key_of(code: str, grant: rules.Grant, subject: str, on: date) -> str:
    """What is paid once: the book's rule, for a person or household, in a period.

    The subject is the person or household whom the rule is about; the period is the shortest that `once_per` names.
    """
    each = next((one for one in ("month", "quarter", "year") if one in grant.once_per), ONCE)
    return f"{code}:{grant.rule}:{subject}:{period_of(each, on)}"


def is_whole(key: str) -> bool:
    """Whether a key is of a period itself, not of what was added to or taken from it later.

    >>> is_whole("book:rule:H1:2026-05"), is_whole("book:rule:H1:2026-05:dispute:7"), is_whole("book:rule:H1:recover:3")
    (True, False, False)
    """
    return key.count(":") == 3  # a book's code, a rule's name and a person's code have none


def between(code: str, grant: rules.Grant, subject: str, *, first: date, last: date) -> dict[str, str]:
    """The key and name of each period from the one that the first day lies in to that of the last, in their order."""
    months = range(first.year * 12 + first.month, last.year * 12 + last.month)
    days = [first, *(date(month // 12, month % 12 + 1, 1) for month in months)]
    return {key_of(code, grant, subject, day): period_of(grant.each, day) for day in days}
