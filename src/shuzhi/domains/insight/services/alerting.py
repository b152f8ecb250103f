"""What people do with warnings: see them, acknowledge, act, tick off tasks, close them as true or false alarms."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import islice
from typing import Any

from django.db import transaction
from django.db.models import Count, Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.insight.models import RaisedWarning, WarningStep
from shuzhi.domains.insight.services.checklists import checklist
from shuzhi.domains.insight.services.places import place_of
from shuzhi.domains.insight.warning_cards import (
    ChecklistCard,
    DayFound,
    EvidenceCard,
    MatterFound,
    ReadingFound,
    TaskCard,
    WarningCard,
    WarningDetail,
    WarningStepCard,
)
from shuzhi.domains.insight.warning_words import STATES
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.domains.registry.cards import QUANTITIES, reads_english
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, NotFound, Refused
from shuzhi.spine.events import WarningMoved
from shuzhi.spine.outbox import announce

RAISED, ACKNOWLEDGED, ACTING, CLOSED = "raised", "acknowledged", "acting", "closed"
TRUE, FALSE = "true", "false"
MOVES: Mapping[str, frozenset[str]] = {
    RAISED: frozenset({ACKNOWLEDGED, ACTING, CLOSED}),
    ACKNOWLEDGED: frozenset({ACTING, CLOSED}),
    ACTING: frozenset({CLOSED}),
    CLOSED: frozenset(),
}
"""From each state to which others: nothing goes back, a new finding opens a new warning."""
_SHOWN = 100


class WarningCannotMove(Refused):
    code = "warning-cannot-move"
    message = gettext_lazy("The warning is %(state)s already. Open its page again to see what was done.")


def open_warnings(
    *, by: Actor, area: str = "", category: str = "", closed: bool = False
) -> list[WarningCard]:
    """Warnings that the actor may see, the gravest first. area, category: codes with everything below them.

    closed: those that were closed instead, the newest first.   Raises NotFound for an area that there is not.
    """
    access.require_somewhere(by, "insight.read")
    if area:
        registry.get_area(area)
    rows = _visible(by)
    rows = rows.filter(state=CLOSED).order_by("-closed_at") if closed else rows.exclude(state=CLOSED)
    if area:
        rows = rows.filter(area__startswith=access.area_prefix(area))
    if not category:
        return [card_of(row) for row in rows[:_SHOWN]]
    cards = map(card_of, rows.iterator(chunk_size=_SHOWN))
    about = (one for one in cards if any(told.category.startswith(category) for told in one.matters))
    return list(islice(about, _SHOWN))


def warning(warning_id: int, *, by: Actor) -> WarningDetail:
    """One warning with its days, checklist, story and the demands behind it."""
    row = seen_row(warning_id, by)
    turned_out = RaisedWarning.objects.filter(state=CLOSED, level=row.level).aggregate(
        true=Count("pk", filter=Q(outcome=TRUE)), false=Count("pk", filter=Q(outcome=FALSE))
    )
    first = row.last_day - timedelta(days=len(row.days) - 1)
    return WarningDetail(
        warning=card_of(row),
        days=tuple(
            DayFound(first + timedelta(days=at), int(came), usual)
            for at, (came, usual) in enumerate(row.days)
        ),
        tasks=tuple(_task(one) for one in row.tasks),
        steps=tuple(
            WarningStepCard(one.action, one.detail, one.because, _name_of(one), one.at)
            for one in row.steps.order_by("pk")
        ),
        evidence=_evidence(row.evidence),
        checklist=_opened(row),
        may_edit=access.allows(by, "insight.edit", area=row.area) and row.state != CLOSED,
        **turned_out,
    )


def _name_of(step: WarningStep) -> str:
    return _("the system") if step.by == SYSTEM.reference else step.by_label


@transaction.atomic
def acknowledge_warning(warning_id: int, *, because: str = "", by: Actor) -> WarningCard:
    """Say that somebody saw it and looks into it."""
    return _move(warning_id, ACKNOWLEDGED, because=because, by=by)


@transaction.atomic
def act_on_warning(warning_id: int, *, because: str = "", by: Actor) -> WarningCard:
    """Say that measures are under way."""
    return _move(warning_id, ACTING, because=because, by=by)


@transaction.atomic
def close_warning(warning_id: int, *, outcome: str, because: str, by: Actor) -> WarningCard:
    """End it as a true or a false alarm: what the share of false alarms is counted by."""
    if outcome not in (TRUE, FALSE):
        raise InvalidInput(field=_("Outcome"), why=_("say whether it was a true or a false alarm"))
    if not because.strip():
        raise InvalidInput(field=_("Reason"), why=_("say what it was"))
    return _move(warning_id, CLOSED, outcome=outcome, because=because, by=by)


@transaction.atomic
def tick_task(warning_id: int, *, task: int, by: Actor) -> WarningCard:
    """Tick off a task of the checklist, counted from 0; ticking it again takes that back."""
    row = _editable(warning_id, by)
    if not 0 <= task < len(row.tasks) or row.state == CLOSED:
        raise NotFound(what=_("Task %(number)s") % {"number": task + 1})
    done = not row.tasks[task]["done_at"]
    row.tasks[task] |= {
        "done_by": by.label if done else "",
        "done_at": clock.now().isoformat() if done else None,
    }
    row.save(update_fields=["tasks"])
    _write(row, "task" if done else "task_undone", str(task + 1), "", by)
    return card_of(row)


def _move(warning_id: int, state: str, *, outcome: str = "", because: str = "", by: Actor) -> WarningCard:
    row = _editable(warning_id, by)
    if state not in MOVES[row.state]:
        raise WarningCannotMove(state=STATES[row.state])
    row.state, row.outcome = state, outcome
    row.closed_at = clock.now() if state == CLOSED else None
    row.save(update_fields=["state", "outcome", "closed_at"])
    _write(row, state, outcome, because, by)
    announce(WarningMoved(warning_id=row.pk, state=state, outcome=outcome), by=by)
    return card_of(row)


def _write(row: RaisedWarning, action: str, detail: str, because: str, by: Actor) -> None:
    WarningStep.objects.create(
        warning=row,
        action=action,
        detail=detail,
        because=because.strip()[:500],
        by=by.reference,
        by_label=by.label,
        at=clock.now(),
    )


def _visible(by: Actor) -> QuerySet[RaisedWarning]:
    seen = Q(pk=None)
    for grant in access.scopes(by, "insight.read"):
        if not grant.unit:
            seen |= Q(area__startswith=access.area_prefix(grant.area)) if grant.area else ~Q(pk=None)
    return RaisedWarning.objects.filter(seen).order_by("-gravity", "-last_day", "-pk")


def seen_row(warning_id: int, by: Actor) -> RaisedWarning:
    access.require_somewhere(by, "insight.read")
    row = _visible(by).filter(pk=warning_id).first()
    if row is None:
        raise NotFound(what=_("Warning %(id)s") % {"id": warning_id})
    return row


def _editable(warning_id: int, by: Actor) -> RaisedWarning:
    row = seen_row(warning_id, by)
    access.require(by, "insight.edit", area=row.area)
    return RaisedWarning.objects.select_for_update().get(pk=row.pk)


def card_of(row: RaisedWarning) -> WarningCard:
    opened = _opened(row)
    matters = tuple(
        MatterFound(
            code, _category_name(code), int(came), usual, date.fromisoformat(a), date.fromisoformat(b)
        )
        for code, came, usual, a, b, *_place in row.matters
    )
    named = opened.name_en if reads_english() else opened.name
    return WarningCard(
        id=row.pk,
        area=row.area,
        area_name=_area_name(row.area),
        place=place_of(row),
        place_name=_area_name(place_of(row)) if place_of(row) else "",
        title=named if row.subject == opened.code or not matters else matters[0].category_name,
        kind=row.kind,
        level=row.level,
        state=row.state,
        outcome=row.outcome,
        first_day=row.first_day,
        last_day=row.last_day,
        came=int(row.came),
        expected=row.expected,
        false_alarms=row.false_alarms,
        sources=_sources(row),
        matters=matters,
        readings=tuple(_reading(one) for one in row.readings),
        tasks_done=sum(1 for one in row.tasks if one["done_at"]),
        tasks=len(row.tasks),
        raised_at=row.raised_at,
        renewed_at=row.renewed_at,
    )


def _sources(row: RaisedWarning) -> tuple[str, ...]:
    measured = [QUANTITIES[one["quantity"]].source for one in row.readings]
    return tuple(dict.fromkeys([*(["demands"] if row.matters else []), *measured]))


def _reading(told: Mapping[str, Any]) -> ReadingFound:
    of = QUANTITIES[told["quantity"]]
    return ReadingFound(
        told["quantity"], str(of.label), told["value"], of.unit, date.fromisoformat(told["day"])
    )


def _opened(row: RaisedWarning) -> ChecklistCard:
    return checklist(row.checklist, timezone.localdate(row.raised_at))


def _task(told: Mapping[str, str | None]) -> TaskCard:
    text = (reads_english() and told["text_en"]) or told["text"]
    done = told["done_at"]
    return TaskCard(str(text), str(told["done_by"]), parse_datetime(done) if done else None)


def _evidence(ids: Sequence[int]) -> tuple[EvidenceCard, ...]:
    """Whoever may read the warning may read the masked titles of its demands; secret ones are left out."""
    told = {one.id: one for one in intake.matters(ids=ids, by=SYSTEM)}
    return tuple(
        EvidenceCard(one.id, one.title or one.text[:40], one.place, one.status, one.received_at)
        for number in ids
        if (one := told.get(number))
    )


def _area_name(code: str) -> str:
    try:
        return registry.get_area(code).label
    except NotFound:
        return code


def _category_name(code: str) -> str:
    try:
        return registry.get_category(code).label
    except NotFound:
        return code
