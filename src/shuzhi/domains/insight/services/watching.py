"""Looks for what is more than chance, raises a warning for it or renews the one that stands."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import IntegrityError, transaction

from shuzhi.domains.insight import counting, watching
from shuzhi.domains.insight.models import RaisedWarning, WarningStep
from shuzhi.domains.insight.readings import Readings
from shuzhi.domains.insight.services.checklists import checklist, checklist_for, checklists
from shuzhi.domains.insight.services.forecasting import days_known
from shuzhi.domains.insight.services.observing import HISTORY_DAYS, readings_known
from shuzhi.domains.insight.services.places import place_of
from shuzhi.domains.insight.warning_cards import ChecklistCard
from shuzhi.domains.insight.watching import GRAVITY, Finding
from shuzhi.domains.registry import services as registry
from shuzhi.domains.statistics import services as statistics
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.events import WarningRaised
from shuzhi.spine.outbox import announce

CLOSED = "closed"
QUIET_DAYS = 7
"""For so long a subject that somebody closed is left alone, unless it becomes graver than it was."""
EVIDENCE_KEPT = 60


def look_for_warnings(*, by: Actor) -> int:
    """Look at the demands up to this hour and at what was measured and foretold; returns how many warnings were raised or renewed."""
    access.require(by, "insight.edit")
    today = clock.today()
    lists = checklists(today)
    readings = readings_known(by=by)
    found = [*_in_demands(today, readings, lists, by), *watching.in_readings(readings, lists, today)]
    return sum(_keep(subject, told, lists, by) for subject, told in by_subject(found, lists).items())


def watch_hourly() -> int:
    """The worker's chore."""
    return look_for_warnings(by=SYSTEM)


def _in_demands(today: date, readings: Readings, lists: Sequence[ChecklistCard], by: Actor) -> list[Finding]:
    """What the demands of yesterday and of today so far say."""
    tomorrow = today + timedelta(days=1)
    since = today - timedelta(days=HISTORY_DAYS)
    counted = statistics.demands_by_day(since=since, until=tomorrow, by=by)
    missing = statistics.days_never_told(since=since, until=today)
    parts = counting.by_matter(counted, until=tomorrow, missing=missing)
    if not parts.counts or parts.first >= today:
        return []
    yesterday, towns = today - timedelta(days=1), counting.by_matter(counted, until=tomorrow, towns=True)
    watch = watching.begin(parts, towns, days_known(registry.working_calendar()), since=yesterday)
    found = strongest(one for day in (yesterday, today) for one in watch.on(day))
    return [watching.together(one, readings, lists) for one in found]


def strongest(found: Iterable[Finding]) -> list[Finding]:
    """Of findings about one matter of one area the gravest; of those the latest, and then the least likely by chance."""
    kept: dict[tuple[str, str], Finding] = {}
    for one in found:
        before = kept.setdefault((one.area, one.category), one)
        kept[one.area, one.category] = max(
            (before, one), key=lambda told: (GRAVITY[told.level], told.last, -told.false_alarms)
        )
    return list(kept.values())


def by_subject(
    found: Iterable[Finding], lists: Sequence[ChecklistCard]
) -> dict[tuple[str, str], list[Finding]]:
    """Findings by area and subject: matters that the weather or the water brings are one, others are each its own."""
    subjects: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        gathered = one.checklist
        if one.category:
            opened = checklist_for(one.category, lists, measured=bool(one.readings))
            gathered = opened.code if opened.gathers and one.readings else ""
        subject = gathered or one.category
        subjects.setdefault((one.area, subject), []).append(one)
    return subjects


@transaction.atomic
def _keep(
    subject: tuple[str, str], found: Sequence[Finding], lists: Sequence[ChecklistCard], by: Actor
) -> bool:
    """Raise a warning or renew the open one; whatever it was closed for lately is left alone."""
    area, about = subject
    gravest = max(found, key=lambda one: GRAVITY[one.level])
    standing = (
        RaisedWarning.objects.select_for_update().filter(area=area, subject=about).exclude(state=CLOSED)
    )
    row = standing.first()
    if row is None:
        if _settled(area, about, gravest):
            return False
        row = _raised(area, about, gravest, lists)
    before = row.gravity
    _renew(row, found, gravest, by)
    if not _saved(row):
        return False
    if row.gravity > before:
        _tell(row, "raised_level" if before else "raised", by)
    return True


def _saved(row: RaisedWarning) -> bool:
    """False when another worker raised the same warning in this moment."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        return False
    return True


def _settled(area: str, about: str, gravest: Finding) -> bool:
    since = clock.now() - timedelta(days=QUIET_DAYS)
    return RaisedWarning.objects.filter(
        area=area, subject=about, closed_at__gte=since, gravity__gte=GRAVITY[gravest.level]
    ).exists()


def _raised(area: str, about: str, gravest: Finding, lists: Sequence[ChecklistCard]) -> RaisedWarning:
    if gravest.category:
        opened = checklist_for(gravest.category, lists, measured=bool(gravest.readings))
    else:
        opened = checklist(gravest.checklist)
    return RaisedWarning(
        area=area,
        subject=about,
        checklist=opened.code,
        checklist_version=opened.version,
        first_day=gravest.first,
        gravity=0,
        tasks=[
            {"text": text, "text_en": text_en, "done_by": "", "done_at": None}
            for text, text_en in opened.steps
        ],
        raised_at=clock.now(),
    )


def _renew(row: RaisedWarning, found: Sequence[Finding], gravest: Finding, by: Actor) -> None:
    """Write what is known now. A level never falls while a warning is open: a person closes it."""
    if GRAVITY[gravest.level] > row.gravity:
        row.level, row.gravity = gravest.level, GRAVITY[gravest.level]
        row.kind, row.false_alarms = gravest.kind, gravest.false_alarms
    told = [one for one in found if one.category]
    matters = {one[0]: one for one in row.matters}
    matters |= {
        one.category: [
            *(one.category, one.came, round(one.expected, 2), f"{one.first}", f"{one.last}", one.place)
        ]
        for one in told
    }
    row.matters = sorted(matters.values(), key=lambda one: -one[1])
    row.came, row.expected = (sum(one[at] for one in row.matters) for at in (1, 2))
    row.first_day = min([row.first_day, *(one.first for one in found)])
    row.last_day = max(one.last for one in found)
    row.renewed_at = clock.now()
    if measured := max((one.readings for one in found), key=len):
        row.readings = [
            {"quantity": one.quantity, "value": one.value, "day": f"{one.day}", "told_on": f"{one.told_on}"}
            for one in measured
        ]
    if told:
        strongest = max(told, key=lambda one: one.came)
        row.days = [[round(came, 2), round(usual, 2)] for came, usual in strongest.days]
        row.evidence = _evidence(row, by)


def _evidence(row: RaisedWarning, by: Actor) -> list[int]:
    return statistics.demands_of(
        since=row.first_day,
        until=row.last_day + timedelta(days=1),
        area=place_of(row) or row.area,
        categories=[one[0] for one in row.matters],
        limit=EVIDENCE_KEPT,
        by=by,
    )


def _tell(row: RaisedWarning, action: str, by: Actor) -> None:
    WarningStep.objects.create(
        warning=row, action=action, detail=row.level, by=by.reference, by_label=by.label, at=clock.now()
    )
    announce(
        WarningRaised(
            warning_id=row.pk,
            area=row.area,
            subject=row.subject,
            level=row.level,
            first_day=row.first_day,
            last_day=row.last_day,
        ),
        by=by,
    )
