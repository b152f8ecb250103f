"""A leader settles a question: one of its options, with a reason. What was settled is superseded, never edited."""

import hashlib
import json
from datetime import date, timedelta
from typing import Any, TypeVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.insight.models import Evidence, Question, QuestionOption
from shuzhi.domains.insight.questions import (
    STATE_LABELS,
    Move,
    MoveNotPossible,
    SamePersonDrafted,
    State,
    after,
    require_complete,
)
from shuzhi.domains.insight.services.drafting import LONGEST_WORDS, held_by, move, writable
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import QuestionDecided
from shuzhi.spine.outbox import announce

Part = TypeVar("Part", Evidence, QuestionOption)
_WITHIN = timedelta(days=3653)  # ten years
_COPIED = ("title", "background", "risk", "basis", "area", "category", "issue")


@transaction.atomic
def send_back(question_id: int, *, because: str, by: Actor) -> None:
    """Give a question back to be worked on, with what is missing."""
    row = writable(question_id, "insight.decide", by)
    state = after(row.state, Move.SEND_BACK)
    row.sent_back_because = _reason(because)[:500]
    move(row, Move.SEND_BACK, state, by)


@transaction.atomic
def decide(question_id: int, *, option: int, because: str, starts_on: date | None = None, by: Actor) -> str:
    """Choose an option; returns the digest of the record, which the ledger seals.

    Refused without two options, evidence, a basis, a risk and a reason, and to whoever drafted the question.
    starts_on: from when it acts, today by default; its effect is counted from there.   A question that replaces an
    earlier decision supersedes it in the same transaction.
    """
    row = writable(question_id, "insight.decide", by)
    state = after(row.state, Move.DECIDE)
    require_complete(held_by(row))
    if row.drafted_by == by.reference:
        raise SamePersonDrafted
    chosen = row.options.filter(number=option).first()
    if chosen is None:
        raise InvalidInput(field="option", why=_("choose one of the options"))
    row.state, row.moved_at = state, clock.now()
    row.chosen, row.because = chosen.number, _reason(because)
    row.decided_by, row.decided_name, row.decided_at = by.reference, by.label[:96], row.moved_at
    row.starts_on = _near(starts_on or clock.today())
    row.record = record_of(row)
    row.digest = hashlib.sha256(row.record.encode()).hexdigest()
    row.save()
    if row.supersedes_id:
        _supersede(row.supersedes_id, by)
    announce(_news(row, chosen), by=by)
    return row.digest


@transaction.atomic
def draft_successor(question_id: int, *, by: Actor) -> int:
    """Begin a question that is to replace a decision, with everything the decision rested on; returns its number.

    The decision holds until the new question is decided.
    """
    row = writable(question_id, "insight.draft", by)
    after(row.state, Move.SUPERSEDE)
    if Question.objects.filter(supersedes=row).exclude(state=State.WITHDRAWN).exists():
        raise MoveNotPossible(state=STATE_LABELS[State(row.state)])
    Question.objects.filter(supersedes=row).update(supersedes=None)
    now = clock.now()
    made = Question.objects.create(
        **{name: getattr(row, name) for name in _COPIED},
        supersedes=row,
        state=State.DRAFTING,
        drafted_by=by.reference,
        drafted_at=now,
        moved_at=now,
    )
    Evidence.objects.bulk_create([_copy(one, made) for one in row.evidence.order_by("pk")])
    QuestionOption.objects.bulk_create([_copy(one, made) for one in row.options.order_by("number")])
    return made.pk


def decision_record(question_id: int, *, by: Actor) -> str:
    """The record of a decision as JSON, to the byte what its digest in the ledger was computed from."""
    access.require_somewhere(by, "insight.read")
    row = Question.objects.filter(pk=question_id).exclude(digest="").first()
    if row is None or not access.allows(by, "insight.read", area=row.area):
        raise NotFound(what=_("Decision %(id)s") % {"id": question_id})
    return row.record


def record_of(row: Question) -> str:
    """Everything that the decision rests on, with sorted keys, so that equal grounds give equal bytes."""
    told: dict[str, Any] = {
        name: getattr(row, name) for name in ("title", "background", "risk", "basis", "area", "category")
    }
    told |= {
        "question": row.pk,
        "issue": row.issue_id,
        "supersedes": row.supersedes_id,
        "chosen": row.chosen,
        "because": row.because,
        "starts_on": row.starts_on,
        "decided_at": row.decided_at,
        "decided_by": row.decided_by,
        "drafted_by": row.drafted_by,
        "options": list(
            row.options.order_by("number").values("number", "title", "cost_fen", "benefit", "affected")
        ),
        "evidence": list(
            row.evidence.order_by("pk").values("kind", "reference", "figures", "note", "taken_at")
        ),
    }
    return json.dumps(told, ensure_ascii=False, sort_keys=True, indent=1, default=lambda one: one.isoformat())


def _copy(row: Part, question: Question) -> Part:
    """The same of another question, not saved yet."""
    kept = [one.name for one in row._meta.concrete_fields if one.name not in ("id", "question")]
    return type(row)(question=question, **{name: getattr(row, name) for name in kept})


def _supersede(question_id: int, by: Actor) -> None:
    earlier = Question.objects.select_for_update().get(pk=question_id)
    move(earlier, Move.SUPERSEDE, after(earlier.state, Move.SUPERSEDE), by)


def _news(row: Question, chosen: QuestionOption) -> QuestionDecided:
    assert row.starts_on
    assert row.decided_at
    return QuestionDecided(
        question_id=row.pk,
        option=chosen.number,
        options=row.options.count(),
        evidence=row.evidence.count(),
        cost_fen=chosen.cost_fen,
        area=row.area,
        category=row.category,
        issue_id=row.issue_id,
        supersedes=row.supersedes_id,
        starts_on=row.starts_on,
        record_seal=row.digest,
        at=row.decided_at,
    )


def _near(day: date) -> date:
    """A slip of the pen, 0206 for 2026, would stand in the record for ever, and no effect could be counted from there."""
    first, last = clock.today() - _WITHIN, clock.today() + _WITHIN
    if day < first:
        raise InvalidInput(field="starts_on", why=MinValueValidator.message % {"limit_value": first})
    if day > last:
        raise InvalidInput(field="starts_on", why=MaxValueValidator.message % {"limit_value": last})
    return day


def _reason(because: str) -> str:
    told = because.strip()[:LONGEST_WORDS]
    if not told:
        raise InvalidInput(field="because", why=_("say why"))
    return told
