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
