"""What the world sees of hot issues."""

from dataclasses import dataclass
from datetime import date, datetime

from shuzhi.domains.insight.decision_cards import QuestionCard


@dataclass(frozen=True, kw_only=True)
class IssueCard:
    """A hot issue in a list. heat: distinct people, halved for every 30 days of silence.   need: how
    pressing it is, from 0 to 4, see the page of the list.   by_day: demands of the last
    28 days, oldest first.   stage: emerging, growing, handled, resolved or recurring.
    """

    id: int
    title: str
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    area: str
    category: str
    demands: int
    people: int
    heat: float
    need: float
    stage: str
    owner: str
    confirmed: bool
    first_at: datetime
    last_at: datetime
    by_day: tuple[int, ...] = ()


@dataclass(frozen=True)
class IssuePage:
    """One page of a list. `next_after` continues it, "" at the end."""

    items: tuple[IssueCard, ...]
    next_after: str


@dataclass(frozen=True, kw_only=True)
class MemberCard:
    """A demand of an issue, with why it is there. words: what it shares with the issue; placed: machine or person.

    lat, lng: degrees, None where the sender gave no point.   area: code of where it was sorted, often its community.
    """

    demand_id: int
    title: str
    place: str
    unit: str
    status: str
    outcome: str
    received_at: datetime
    likeness: float
    words: tuple[str, ...]
    placed: str
    lat: float | None
    lng: float | None
    area: str


@dataclass(frozen=True)
class JudgementCard:
    """What a person did: merged, split, confirmed or undone."""

    id: int
    kind: str
    other: int | None
    moved: int
    because: str
    by: str
    at: datetime
    undone: bool
    may_be_undone: bool


@dataclass(frozen=True, kw_only=True)
class SimilarCard:
    """An earlier issue of the same matter and what solved it.

    finished, solved: demands of it that ended, and that ended solved.   unit: that handled most.   helped: the reply
    after which the last of them was solved, "" without one.   decisions: made about it.
    """

    issue: IssueCard
    finished: int
    solved: int
    unit: str
    helped: str
    decisions: tuple[QuestionCard, ...]


@dataclass(frozen=True, kw_only=True)
class IssueDetail:
    """Everything about one issue. days: (day, demands) without gaps up to its last day, from its first or
    at least two weeks.

    merged_into: the issue to go on with, None when this one stands.   similar: earlier issues of the same matter.
    """

    issue: IssueCard
    members: tuple[MemberCard, ...]
    days: tuple[tuple[date, int], ...]
    units: tuple[tuple[str, int], ...]
    judgements: tuple[JudgementCard, ...]
    decisions: tuple[QuestionCard, ...]
    similar: tuple[SimilarCard, ...]
    merged_into: int | None
