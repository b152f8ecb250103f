"""Which three things need a leader: pure, so that anybody may check why something is on top.

What is warned of comes before everything else, the gravest colour first: it is still growing. The rest is weighed in the
same coin, the number of people or orders concerned, so that unlike things can be compared. The gravest of each kind comes
first, then the gravest of what is left; good news only where nothing needs anybody.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

MOST = 3


class Kind(StrEnum):
    WARNING = "warning"
    ISSUE = "issue"
    OVERDUE = "overdue"
    FALLING = "falling"
    RISING = "rising"


@dataclass(frozen=True)
class Fact:
    """A number that a need rests on. name: what it counts, a code that the page puts into words."""

    name: str
    value: float


@dataclass(frozen=True)
class Need:
    """concerned: people or orders.   code: of the warning, issue or unit; title: its name.   other: a code that options use.

    gravity: of a warning, 0 for everything else.
    """

    kind: Kind
    code: str
    title: str
    concerned: float
    facts: tuple[Fact, ...] = ()
    other: str = ""
    gravity: int = 0

    def fact(self, name: str) -> float | None:
        return next((one.value for one in self.facts if one.name == name), None)


@dataclass(frozen=True)
class Change:
    """A unit's measure in two spans of the same length. trials: orders that count."""

    code: str
    name: str
    successes: int
    trials: int
    successes_before: int
    trials_before: int
    facts: tuple[Fact, ...] = field(default=())

    @property
    def rate(self) -> float:
        return self.successes / self.trials

    @property
    def rate_before(self) -> float:
        return self.successes_before / self.trials_before

    @property
    def lost(self) -> float:
        """Orders that would have gone well at the rate of before; negative where it went better."""
        return (self.rate_before - self.rate) * self.trials


def choose(needs: Iterable[Need], *, most: int = MOST) -> tuple[Need, ...]:
    """The needs that the page shows, at most `most`, in the order in which they are shown."""
    pressing = [one for one in needs if one.concerned > 0 or one.gravity]
    urgent = _by_weight(one for one in pressing if one.kind is not Kind.RISING)
    good = _by_weight(one for one in pressing if one.kind is Kind.RISING)
    firsts: dict[Kind, Need] = {}
    for one in urgent:
        firsts.setdefault(one.kind, one)
    rest = [one for one in urgent if firsts[one.kind] is not one]
    return tuple([*_by_weight(firsts.values()), *rest, *good][:most])


def _by_weight(needs: Iterable[Need]) -> Sequence[Need]:
    return sorted(needs, key=lambda one: (-one.gravity, -one.concerned, one.kind, one.code))
