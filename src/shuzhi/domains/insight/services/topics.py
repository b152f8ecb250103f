"""Acting before being asked: what next month brings every year is proposed as a topic while there is time."""

from collections.abc import Callable
from datetime import date, timedelta

import numpy as np
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.insight import counting
from shuzhi.domains.insight.models import MonthlyTopic
from shuzhi.domains.insight.services.observing import HISTORY_DAYS
from shuzhi.domains.insight.topic_cards import TopicCard
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.engines.forecast import DailySeries, recurring
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.events import TopicJudged
from shuzhi.spine.outbox import announce

MOST_PROPOSED = 5
_NIGHT_HOUR = 4
PROPOSED, ACCEPTED, DECLINED = "proposed", "accepted", "declined"


class TopicAlreadyJudged(Refused):
    code = "topic-already-judged"
    message = gettext_lazy("Somebody has decided about this topic already. Open the list again to see how.")


def propose_topics(*, month: date | None = None, by: Actor) -> list[TopicCard]:
    """Propose what a month brings more of every year, the next month when none is said; those proposed before stay."""
    access.require(by, "insight.edit")
    today = clock.today()
    first = (month or _after(today)).replace(day=1)
    since = today - timedelta(days=HISTORY_DAYS)
    counted = statistics.demands_by_day(since=since, until=today, by=by)
    missing = statistics.days_never_told(since=since, until=today)
    table = counting.by_matter(counted, until=today, missing=missing)
    together: dict[str, np.ndarray] = {}
    for cell, counts in table.counts.items():
        together[cell.category] = together.get(cell.category, 0) + counts
    found = recurring(
        {name: DailySeries(table.first, table.known(counts)) for name, counts in together.items()},
        first.month,
    )
    rows = [
        MonthlyTopic(
            month=first,
            category=one.name,
            years=[list(year) for year in one.years],
            ratio=one.ratio,
            chance=one.chance,
            proposed_at=clock.now(),
        )
        for one in found[:MOST_PROPOSED]
    ]
    MonthlyTopic.objects.bulk_create(rows, ignore_conflicts=True)
    return topics(month=first, by=by)


def propose_ahead() -> int:
    """The worker's chore: once a night, propose topics of the next month unless it has some. Returns how many."""
    following = _after(clock.today())
    night = timezone.localtime(clock.now()).hour == _NIGHT_HOUR
    if not night or MonthlyTopic.objects.filter(month=following).exists():
        return 0
    return len(propose_topics(month=following, by=SYSTEM))


def topics(*, month: date | None = None, by: Actor) -> list[TopicCard]:
    """Topics of a month, or of all months from this one on, the next first and the strongest first in each."""
    access.require_somewhere(by, "insight.read")
    rows = MonthlyTopic.objects.order_by("month", "pk")
    rows = rows.filter(month=month) if month else rows.filter(month__gte=clock.today().replace(day=1))
    return [_card(row) for row in rows]


@transaction.atomic
def judge_topic(topic_id: int, *, accept: bool, owner: str = "", because: str = "", by: Actor) -> TopicCard:
    """Make it a topic of the month with the unit that leads, or decline it with a reason."""
    access.require(by, "insight.edit")
    row = MonthlyTopic.objects.select_for_update().filter(pk=topic_id).first()
    if row is None:
        raise NotFound(what=_("Topic %(id)s") % {"id": topic_id})
    if row.state != PROPOSED:
        raise TopicAlreadyJudged
    if accept and not owner:
        raise InvalidInput(field=_("Unit that leads"), why=_("choose the unit that leads"))
    if not accept and not because.strip():
        raise InvalidInput(field=_("Reason"), why=_("say why it is no topic"))
    if owner:
        registry.get_unit(owner)
    row.state, row.owner = (ACCEPTED, owner) if accept else (DECLINED, "")
    row.because = because.strip()[:500]
    row.judged_by, row.judged_by_label, row.judged_at = by.reference, by.label, clock.now()
    row.save()
    announce(
        TopicJudged(topic_id=row.pk, month=row.month, category=row.category, accepted=accept, unit=row.owner),
        by=by,
    )
    return _card(row)


def _after(day: date) -> date:
    return (day.replace(day=1) + timedelta(days=31)).replace(day=1)


def _card(row: MonthlyTopic) -> TopicCard:
    return TopicCard(
        id=row.pk,
        month=row.month,
        category=row.category,
        category_name=_named(lambda: registry.get_category(row.category).label, row.category),
        years=tuple((int(year), int(came), float(meant)) for year, came, meant in row.years),
        ratio=row.ratio,
        chance=row.chance,
        state=row.state,
        owner=row.owner,
        owner_name=_named(lambda: registry.get_unit(row.owner).label, row.owner) if row.owner else "",
        because=row.because,
        judged_by=row.judged_by_label,
        judged_at=row.judged_at,
        proposed_at=row.proposed_at,
    )


def _named(find: Callable[[], str], code: str) -> str:
    """The name behind a code; the code itself when the registry no longer has it."""
    try:
        return find()
    except NotFound:
        return code
