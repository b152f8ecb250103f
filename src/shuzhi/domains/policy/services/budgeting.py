"""What both laws cost month by month, when not everybody entitled claims."""

from datetime import date

from django.utils.translation import gettext as _

from shuzhi.domains.policy.cards import TakeUp
from shuzhi.engines import rules
from shuzhi.engines.rules import simulation
from shuzhi.spine.errors import InvalidInput

MONTHS = 12
YEAR_STARTS, QUARTER_STARTS = (1,), (1, 4, 7, 10)
PPM_OF_PERCENT = 10_000


def check_take_up(asked: TakeUp) -> None:
    """Refuse shares that fall or lie outside of 0 to 100 %."""
    if not (0 <= asked.first_percent <= asked.final_percent <= 100 and 1 <= asked.months <= MONTHS):
        raise InvalidInput(
            field="take_up", why=_("shares climb from 0 % or more to 100 % or less, in 1 to 12 months")
        )


def budget(
    before: rules.Book,
    after: rules.Book,
    *,
    rule: str,
    day: date,
    sample: simulation.Sample,
    take_up: TakeUp,
) -> tuple[tuple[date, int, int], ...]:
    """Month, cost of the law in force, cost of the reform, in fen.

    Both laws are replayed on the first of each month: ages and dated amounts move on, the reform holds throughout.
    """
    each = before.grants[0].each if before.grants else "once"
    months = [
        date(day.year + (day.month - 1 + n) // 12, (day.month - 1 + n) % 12 + 1, 1) for n in range(MONTHS)
    ]
    entitled = [(0, 0)] * MONTHS
    for number, first in enumerate(months):
        if _due(each, first, number):
            on = max(first, day)
            old, new = (rules.bind(book, as_of=on) for book in (before, after))
            entitled[number] = simulation.outcomes(old, new, rule=rule, samples=[sample]).totals()
    paid = _claimed(entitled, take_up)
    return tuple((month, *both) for month, both in zip(months, paid, strict=True))


def _claimed(entitled: list[tuple[int, int]], take_up: TakeUp) -> list[tuple[int, int]]:
    """What is paid of what people are entitled to. Who loses, loses at once."""
    final = take_up.final_percent * PPM_OF_PERCENT
    climbing = simulation.take_up_path(
        first_ppm=take_up.first_percent * PPM_OF_PERCENT,
        final_ppm=final,
        ramp_months=take_up.months,
        months=MONTHS,
    )
    level = [final] * MONTHS
    now = simulation.monthly_budget([old for old, _new in entitled], level)
    less = simulation.monthly_budget([max(old - new, 0) for old, new in entitled], level)
    more = simulation.monthly_budget([max(new - old, 0) for old, new in entitled], climbing)
    return [(paid, paid - lost + gained) for paid, lost, gained in zip(now, less, more, strict=True)]


def _due(each: str, first: date, number: int) -> bool:
    """Whether a grant is paid in this month."""
    if each == "month":
        return True
    if each == "once":
        return number == 0
    return first.month in (QUARTER_STARTS if each == "quarter" else YEAR_STARTS)
