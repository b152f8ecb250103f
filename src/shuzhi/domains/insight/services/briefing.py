"""Briefs: made by the system from the store of measures, changed and issued by people."""

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.insight import brief_text, composing
from shuzhi.domains.insight.brief_cards import BriefCard, BriefDetail, EditCard
from shuzhi.domains.insight.briefs import (
    LANGUAGES,
    PERIODIC,
    BriefIssued,
    Kind,
    PersonNeeded,
    State,
    label_of,
    period_of,
)
from shuzhi.domains.insight.models import Brief, BriefEdit
from shuzhi.domains.insight.services.gathering import asked_of, told_of
from shuzhi.domains.insight.services.showing import visible_question
from shuzhi.domains.statistics import services as statistics
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import BriefMade, BriefPublished
from shuzhi.spine.outbox import announce

MORNING_HOUR = 6
LONGEST_TEXT = 60_000
SHOWN = 60
_TITLES: Mapping[Kind, Promise] = {
    Kind.DAILY: gettext_lazy("Daily brief on people's demands"),
    Kind.WEEKLY: gettext_lazy("Weekly brief on people's demands"),
    Kind.MONTHLY: gettext_lazy("Monthly brief on people's demands"),
}


@transaction.atomic
def make_brief(kind: str, *, language: str = "zh-hans", by: Actor) -> int:
    """The brief of the last complete day, week or month; the one that stands when there is one already."""
    access.require(by, "insight.draft")
    if kind not in PERIODIC:
        raise InvalidInput(field="kind", why=_("one of: %(known)s") % {"known": ", ".join(PERIODIC)})
    period = period_of(Kind(kind), today=clock.today())
    about = {"kind": kind, "since": period.since, "until": period.until, "language": _known(language)}
    if standing := Brief.objects.filter(**about, question=None).first():
        return standing.pk
    with translation.override(language):
        text, figures = composing.periodic(told_of(period))
        row = Brief(**about, title=str(_TITLES[Kind(kind)]), generated=text, figures=figures)
    return _begin(row, by)


@transaction.atomic
def make_special_brief(question_id: int, *, language: str = "zh-hans", by: Actor) -> int:
    """A brief about a question of the decision desk, as it stands now."""
    about = visible_question(question_id, by=by)
    access.require(by, "insight.draft", area=about.area)
    now = clock.now()
    with translation.override(_known(language)):
        text, figures = composing.special(asked_of(question_id, by=by))
    row = Brief(
        kind=Kind.SPECIAL,
        since=now,
        until=now,
        question=about,
        language=language,
        title=about.title,
        generated=text,
        figures=figures,
    )
    return _begin(row, by)


def make_due_briefs() -> int:
    """The worker's chore: in the morning, the briefs of yesterday, of last week and of last month, once each."""
    if timezone.localtime(clock.now()).hour < MORNING_HOUR or not statistics.holding().complete:
        return 0
    before = Brief.objects.count()
    for kind in PERIODIC:
        make_brief(kind, by=SYSTEM)
    return Brief.objects.count() - before


@transaction.atomic
def edit_brief(brief_id: int, text: str, *, by: Actor) -> None:
    """Write the text anew; each version is kept, and a number may only rest on a figure that the brief has."""
    row = _draft(brief_id, by)
    told = brief_text.cleaned(text)
    if not told or len(told) > LONGEST_TEXT:
        raise InvalidInput(field="text", why=_("from 1 to %(n)s characters") % {"n": LONGEST_TEXT})
    for shown, number in brief_text.figures_named(told):
        if not 1 <= number <= len(row.figures):
            raise InvalidInput(
                field="text",
                why=_("“[%(shown)s](%(n)s)” rests on no figure of this brief")
                % {"shown": shown, "n": number},
            )
    if told == row.text:
        return
    row.text = told
    row.save(update_fields=["text"])
    BriefEdit.objects.create(
        brief=row, text=told, edited_by=by.reference, edited_name=by.label[:96], edited_at=clock.now()
    )


@transaction.atomic
def issue_brief(brief_id: int, *, by: Actor) -> int:
    """A person answers for the brief: it gets its number of the year and is not changed any more."""
    _lock_kind(brief_id)
    row = _draft(brief_id, by)
    if by.kind is not ActorKind.STAFF:
        raise PersonNeeded
    now = clock.now()
    year = timezone.localdate(now).year
    issued = Brief.objects.filter(kind=row.kind, language=row.language, issued_at__year=year)
    row.state, row.number = State.ISSUED, issued.count() + 1
    row.issued_by, row.issued_at = by.reference, now
    row.save()
    announce(
        BriefPublished(brief_id=row.pk, kind=row.kind, number=row.number, edited=row.edits.exists()), by=by
    )
    return row.number


def briefs(*, kind: str = "", by: Actor) -> list[BriefCard]:
    """The newest briefs first; those of questions that the actor may not see are left out."""
    access.require(by, "insight.read")
    rows = Brief.objects.select_related("question").order_by("-until", "-pk")
    if kind:
        rows = rows.filter(kind=kind)
    return [_card(row) for row in rows[:SHOWN] if _sees(row, by)]


def brief(brief_id: int, *, by: Actor) -> BriefDetail:
    row = _visible(brief_id, by)
    edits = [
        EditCard(one.edited_by, one.edited_name, one.edited_at, one.text) for one in row.edits.order_by("pk")
    ]
    with translation.override(row.language):
        label = label_of(row.state, edited=bool(edits))
    return BriefDetail(
        brief=_card(row),
        generated=row.generated,
        text=row.text,
        figures=tuple(row.figures),
        edits=tuple(edits),
        label=label,
        changed=tuple(
            number
            for shown, number in brief_text.figures_named(row.text)
            if shown != row.figures[number - 1]["shown"]
        ),
    )


def _begin(row: Brief, by: Actor) -> int:
    row.text, row.state = row.generated, State.DRAFT
    row.made_by, row.made_at = by.reference, clock.now()
    row.save(force_insert=True)
    announce(BriefMade(brief_id=row.pk, kind=row.kind, since=row.since, until=row.until), by=by)
    return row.pk


def _draft(brief_id: int, by: Actor) -> Brief:
    """The brief, locked, for whoever may change it."""
    access.require_somewhere(by, "insight.draft")
    row = Brief.objects.select_for_update().filter(pk=brief_id).first()
    if row is None:
        raise NotFound(what=_("Brief %(id)s") % {"id": brief_id})
    access.require(by, "insight.draft", area=row.question.area if row.question else "")
    if row.state != State.DRAFT:
        raise BriefIssued
    return row


def _lock_kind(brief_id: int) -> None:
    """Briefs of one kind are numbered one after the other: whoever issues one waits for the others."""
    kinds = Brief.objects.filter(pk=brief_id).values("kind")
    list(Brief.objects.select_for_update().filter(kind__in=kinds).order_by("pk").values_list("pk", flat=True))


def _visible(brief_id: int, by: Actor) -> Brief:
    access.require_somewhere(by, "insight.read")
    row = Brief.objects.filter(pk=brief_id).first()
    if row is None or not _sees(row, by):
        raise NotFound(what=_("Brief %(id)s") % {"id": brief_id})
    return row


def _sees(row: Brief, by: Actor) -> bool:
    """A brief of the whole county needs the whole county; one about a question needs that question."""
    if row.question is None:
        return access.allows(by, "insight.read")
    try:
        visible_question(row.question.pk, by=by)
    except NotFound:
        return False
    return True


def _card(row: Brief) -> BriefCard:
    return BriefCard(
        id=row.pk,
        kind=row.kind,
        title=row.title,
        since=row.since,
        until=row.until,
        question=row.question_id,
        language=row.language,
        state=row.state,
        number=row.number,
        edits=row.edits.count(),
        made_by=row.made_by,
        made_at=row.made_at,
        issued_by=row.issued_by,
        issued_at=row.issued_at,
    )


def _known(language: str) -> str:
    if language not in LANGUAGES:
        raise InvalidInput(field="language", why=_("one of: %(known)s") % {"known": ", ".join(LANGUAGES)})
    return language
