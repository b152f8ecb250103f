"""Where orders come from, what they are about, and what becomes of them."""

from collections import Counter
from collections.abc import Mapping
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.statistics.cards import FlowCard
from shuzhi.domains.statistics.grouping import By, grouping
from shuzhi.domains.statistics.services.periods import kept, span_of
from shuzhi.domains.statistics.tallies import Span, within
from shuzhi.domains.statistics.warehouse import engines
from shuzhi.spine import access
from shuzhi.spine.actors import Actor

OUTCOMES: Mapping[str, Promise] = {
    "on_time": _("answered in time"),
    "late": _("answered late"),
    "open": _("in work"),
    "overdue": _("overdue"),
    "aside": _("joined, referred or not accepted"),
}
# Plain SQL like a measure: what became of every order of the period, by the codes that it carries.
SELECT = """
SELECT order_id AS row_id, demand_id, channel, category, unit, area, opened_at AS happened_at,
  CASE
    WHEN set_aside <> '' THEN 'aside'
    WHEN (closed_at IS NOT NULL OR replied_at IS NOT NULL) AND late_minutes > 0 THEN 'late'
    WHEN closed_at IS NOT NULL OR replied_at IS NOT NULL THEN 'on_time'
    WHEN due_at < now_at THEN 'overdue'
    ELSE 'open' END AS outcome
FROM orders CROSS JOIN moment
"""


def flows(
    *, since: datetime, until: datetime, area: str = "", category: str = "", by: Actor
) -> list[FlowCard]:
    """Orders received in a period: channel, category of the first level, outcome; the largest flows first."""
    access.require_somewhere(by, "statistics.read")
    span = span_of(since, until, area=area, category=category)
    counted = kept("flows", span, lambda: _count(span))
    return [
        FlowCard(channel=channel, category=top, outcome=outcome, orders=orders)
        for (channel, top, outcome), orders in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    ]


def _count(span: Span) -> Counter[tuple[str, str, str]]:
    top_of = grouping(By.CATEGORY).group_of
    question = (
        f"SELECT channel, category, outcome, COUNT(*) AS orders FROM ({SELECT}) AS found "  # noqa: S608
        f"WHERE {within(span)} GROUP BY channel, category, outcome"
    )
    counted: Counter[tuple[str, str, str]] = Counter()
    for channel, category, outcome, orders in engines.ask(question, now=span.now):
        counted[str(channel), top_of(str(category)) or "", str(outcome)] += int(str(orders))
    return counted
