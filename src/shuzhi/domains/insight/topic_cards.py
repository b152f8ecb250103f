"""What the world sees of monthly topics."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class TopicCard:
    """A matter that a month brings more of every year. years: (year, came, expected of an ordinary month).

    state: proposed, accepted or declined.   chance: of being no season at all, adjusted for all matters looked at.
    """

    id: int
    month: date
    category: str
    category_name: str
    years: tuple[tuple[int, int, float], ...]
    ratio: float
    chance: float
    state: str
    owner: str
    owner_name: str
    because: str
    judged_by: str
    judged_at: datetime | None
    proposed_at: datetime
