"""What a brief is written from: measures of the store, hot issues, decisions and their effects."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from shuzhi.domains.insight import question_shown as shown
from shuzhi.domains.insight.brief_facts import Asked, Figure, Measured, Settled, Told, Voiced, Warned
from shuzhi.domains.insight.briefs import Period
from shuzhi.domains.insight.heat import STAGE_LABELS, Stage
from shuzhi.domains.insight.models import DecisionTask, HotIssue, IssueMember, Question, RaisedWarning
from shuzhi.domains.insight.naming import area_name
from shuzhi.domains.insight.questions import State
from shuzhi.domains.insight.services import alerting
from shuzhi.domains.insight.services.effects import effect
from shuzhi.domains.insight.services.showing import question
from shuzhi.domains.insight.warning_words import LEVELS, OUTCOMES, STATES, count_of
from shuzhi.domains.statistics import services as statistics
from shuzhi.domains.statistics.cards import MeasureCard
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM, Actor

RECEIVED = "own_voice_share"  # its denominator is every demand received, whoever wrote it down
MEASURES = (
    "response_rate",
    "resolution_rate",
    "satisfaction_rate",
    "on_time_rate",
    "first_contact_rate",
    "repeat_rate",
    "median_hours",
)
GROUPS_NAMED, ISSUES_NAMED, WARNINGS_NAMED, DECISIONS_NAMED = 3, 5, 5, 5
_LEAST_PEOPLE = 2


def told_of(period: Period) -> Told:
    """The facts of a periodic brief."""
    now, before = _counted(period), _counted(Period(period.before, period.since, period.before))
    received, *measures = (
        Measured(label=now[name][0], figure=now[name][1], before=before[name][1])
        for name in (RECEIVED, *MEASURES)
    )
    return Told(
        first=timezone.localdate(period.since),
        last=timezone.localdate(period.until - timedelta(seconds=1)),
        received=received,
        groups=_groups(period),
        measures=measures,
        issues=_issues(period),
        warnings=_warnings(period),
        decisions=_decisions(period),
        waiting=Question.objects.filter(state=State.WAITING).count(),
        late_tasks=DecisionTask.objects.filter(done_at=None, due_on__lt=clock.today()).count(),
        breaks=statistics.breaks(since=period.before, until=period.until),
        synthetic=settings.SHUZHI_SYNTHETIC,
    )


def asked_of(question_id: int, *, by: Actor) -> Asked:
    """The facts of a special brief about a question that the actor may see."""
    found = question(question_id, by=by)
    chosen = shown.Shown(found).chosen
    decided = found.question.starts_on
    return Asked(
        id=question_id,
        background=found.background,
        basis=found.basis,
        risk=found.risk,
        evidence=[
            (one.card.label, one.said, {**one.card.figures, **_source(one.card.kind, one.card.reference)})
            for one in shown.Shown(found).evidence
        ],
        options=[(one.title, one.cost_fen, one.benefit, one.affected) for one in found.options],
        decided=chosen.title if chosen else "",
        because=found.because,
        effect=shown.ShownEffect(effect(question_id, by=by)).finding if decided else "",
        synthetic=settings.SHUZHI_SYNTHETIC,
    )


def _source(kind: str, reference: str) -> dict[str, str]:
    if kind == "measure":
        return {"kind": kind, "name": reference.partition(":")[0], "reference": reference, "part": "rate"}
    return {"kind": kind, "reference": reference}


def _counted(period: Period) -> Mapping[str, tuple[str, dict[str, Any]]]:
    cards = statistics.measures(since=period.since, until=period.until, names=[RECEIVED, *MEASURES])
    found = {card.name: (card.label, figure_of(card, period)) for card in cards}
    for one in statistics.definitions():
        found.setdefault(one.name, (one.label, _nothing(one.name, one.scale, period)))
    return found


def figure_of(card: MeasureCard, period: Period) -> dict[str, Any]:
    return {
        "kind": "measure",
        "name": card.name,
        "scale": card.scale,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "numerator": card.numerator,
        "denominator": card.denominator,
        "rate": card.rate,
        "low": card.low,
        "high": card.high,
    }


def _nothing(name: str, scale: str, period: Period) -> dict[str, Any]:
    """A measure of a period in which there was nothing to count."""
    return {
        "kind": "measure",
        "name": name,
        "scale": scale,
        "since": period.since.isoformat(),
        "until": period.until.isoformat(),
        "numerator": 0,
        "denominator": 0,
        "rate": None,
        "low": None,
        "high": None,
    }


def _groups(period: Period) -> list[tuple[str, Figure]]:
    """The categories that most demands were about. Briefs are for the staff, so that few are told, too."""
    cards = statistics.measures(
        since=period.since, until=period.until, by="category", names=[RECEIVED], actor=SYSTEM
    )
    most = sorted((card for card in cards if card.group), key=lambda card: (-card.denominator, card.group))
    return [
        (card.group_name, figure_of(card, period) | {"category": card.group}) for card in most[:GROUPS_NAMED]
    ]


def _issues(period: Period) -> Sequence[Voiced]:
    """What several people reported in the period, the hottest first."""
    heard = IssueMember.objects.filter(received_at__gte=period.since, received_at__lt=period.until)
    rows = HotIssue.objects.filter(
        pk__in=heard.values("issue"), merged_into=None, people__gte=_LEAST_PEOPLE
    ).order_by("-rank", "-pk")
    return [
        Voiced(
            id=row.pk,
            title=row.title,
            place=area_name(row.area),
            stage=str(STAGE_LABELS[Stage(row.stage)]),
            people=row.people,
            demands=row.demands,
        )
        for row in rows[:ISSUES_NAMED]
    ]


def _warnings(period: Period) -> Sequence[Warned]:
    """What was warned of in the period, the gravest first; as it stands when the brief is made."""
    rows = RaisedWarning.objects.filter(raised_at__lt=period.until, renewed_at__gte=period.since)
    found = []
    for row in rows.order_by("-gravity", "-last_day", "-pk")[:WARNINGS_NAMED]:
        card = alerting.card_of(row)
        found.append(
            Warned(
                id=card.id,
                title=card.title,
                place=card.place_name or card.area_name,
                level=str(LEVELS[card.level]),
                state=str(OUTCOMES.get(card.outcome) or STATES[card.state]),
                came=card.came,
                usual=count_of(card.expected),
                reading=next((f"{one.label} {one.value:g} {one.unit}" for one in card.readings), ""),
            )
        )
    return found


def _decisions(period: Period) -> Sequence[Settled]:
    """Decided in the period, and earlier ones whose effect is clear."""
    held = Question.objects.filter(state=State.DECIDED).order_by("-decided_at")
    recent = Q(decided_at__gte=period.since, decided_at__lt=period.until)
    found = []
    for row in held.filter(recent | Q(starts_on__lt=timezone.localdate(period.until)))[:DECISIONS_NAMED]:
        chosen = row.options.get(number=row.chosen or 0)
        told = shown.ShownEffect(effect(row.pk, by=SYSTEM)).finding
        found.append(Settled(id=row.pk, title=row.title, chosen=chosen.title, effect=told))
    return found
