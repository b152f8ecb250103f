"""When an order may be dispatched without asking anybody: what must be shown first, and what always needs a person."""

from collections.abc import Collection
from dataclasses import dataclass

from shuzhi.domains.casework.lifecycle import State
from shuzhi.engines.fairness import wilson_interval
from shuzhi.engines.text import Flag, Urgency

GOAL = 0.98
"""Share of orders that went where the catalogue says which must be shown, at the lower bound of its 95 % interval."""
FLOORS_PPM = (800_000, 900_000, 950_000, 980_000, 990_000)
"""Confidences from which a county may let orders go by themselves: few, so that none is chosen for its luck."""
_A_PERSON_LOOKS = frozenset({Flag.THREAT, Flag.SELF_HARM})


@dataclass(frozen=True, kw_only=True)
class Proof:
    """How often orders read at least so surely went to the unit that the catalogue names for that reading.

    cases: orders about which a person has spoken.   right: those of them that are where they would have gone.
    """

    floor_ppm: int
    cases: int
    right: int

    @property
    def accuracy(self) -> float | None:
        return self.right / self.cases if self.cases else None

    @property
    def least(self) -> float:
        """Lower bound of the accuracy (Wilson, 95 %); 0 without a case."""
        return wilson_interval(self.right, self.cases).low if self.cases else 0.0

    @property
    def proven(self) -> bool:
        return self.least >= GOAL


def needs_a_person(*, state: str, urgency: str, flags: Collection[str], secret: bool, matters: int) -> bool:
    """Whether somebody must look before this order goes anywhere, however sure its reading is.

    state: only a fresh order has neither been returned, refused, appealed nor reopened.   matters: in its message.
    """
    if state != State.REGISTERED or secret or matters > 1:
        return True
    return urgency == Urgency.LIFE_SAFETY or not _A_PERSON_LOOKS.isdisjoint(flags)
