"""What the world sees of the cockpit."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from shuzhi.domains.cockpit.choosing import Need
from shuzhi.domains.insight.cards import IssueCard
from shuzhi.domains.statistics.cards import BreakCard, FlowCard, HoldingCard, MeasureCard, TierCard, TrendCard


@dataclass(frozen=True, kw_only=True)
class View:
    """What of the county is looked at. until: a few minutes ahead, so that what was just told counts.

    period: a code of `services.PERIODS`.   step, steps, shown: it is `steps` steps long, and its figures are drawn over `shown` of them.
    area: always one that the reader may see; measure: what the map is shaded by.
    """

    period: str
    area: str
    category: str
    measure: str
    until: datetime
    step: timedelta
    steps: int
    shown: int

    @property
    def since(self) -> datetime:
        return self.until - self.step * self.steps

    @property
    def before(self) -> datetime:
        return self.since - self.step * self.steps


@dataclass(frozen=True, kw_only=True)
class CockpitCard:
    """Everything on the page. needs: the three things, the gravest first.   overdue: of all open orders, however old.

    issues: that somebody reported in the period.   by_area: the measure of the map for each area directly below.   breaks: of the lines that the figures are drawn by.
    """

    view: View
    needs: tuple[Need, ...]
    figures: Mapping[str, TrendCard]
    overdue: MeasureCard
    by_area: tuple[MeasureCard, ...]
    issues: tuple[IssueCard, ...]
    flows: tuple[FlowCard, ...]
    tiers: tuple[TierCard, ...]
    breaks: tuple[BreakCard, ...]
    holding: HoldingCard
