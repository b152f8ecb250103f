"""An analyst prepares a question: what is at stake, evidence with its figures, options, risk; then puts it forward."""

from dataclasses import asdict, dataclass, fields

from django.db import transaction
from django.utils.translation import gettext as _

from shuzhi.domains.insight.models import Evidence, Question, QuestionOption
from shuzhi.domains.insight.questions import Held, Move, State, after, require_complete, require_editable
from shuzhi.domains.insight.services.evidence import source_of
from shuzhi.domains.insight.services.reading import visible_issue
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import InvalidInput, NotFound
from shuzhi.spine.events import QuestionMoved
from shuzhi.spine.outbox import announce

MOST_OPTIONS = 6
MOST_EVIDENCE = 20
LONGEST_WORDS = 4000
MOST_FEN = 10**15  # ten trillion yuan: above any county's budget, below what a database's integer holds


@dataclass(frozen=True)
class Draft:
    """What an analyst writes. area, category: codes, "" for the whole county or every matter."""

    title: str
    background: str = ""
    risk: str = ""
    basis: str = ""
    area: str = ""
    category: str = ""


@dataclass(frozen=True)
class Option:
    """cost_fen: in all, from public money.   affected: who gains, who loses, who must do something."""

    title: str
    cost_fen: int
    benefit: str
    affected: str


@transaction.atomic
def draft_question(
    draft: Draft, *, issue_id: int | None = None, warning_id: int | None = None, by: Actor
) -> int:
    """Begin a question, of its own or about a hot issue, whose place and matter it then takes; returns its number.

    What the issue and the warning say at this moment becomes its first evidence.
    """
    checked = _checked(draft)
    issue = visible_issue(issue_id, by=by) if issue_id else None
    if issue:
        checked |= {
            "area": checked["area"] or issue.area,
            "category": checked["category"] or issue.category,
        }
    access.require(by, "insight.draft", area=checked["area"])
    now = clock.now()
    row = Question.objects.create(
        **checked,
        issue=issue,
        state=State.DRAFTING,
        drafted_by=by.reference,
        drafted_at=now,
        moved_at=now,
    )
    if issue:
        _take(row, "issue", str(issue.pk), "", by)
    if warning_id:
        _take(row, "warning", str(warning_id), "", by)
    return row.pk


@transaction.atomic
def change_question(question_id: int, draft: Draft, *, by: Actor) -> None:
    """Write the words of a question anew, while it is a draft."""
    row = draft_of(question_id, by)
    checked = _checked(draft)
    access.require(by, "insight.draft", area=checked["area"])
    Question.objects.filter(pk=row.pk).update(**checked)


@transaction.atomic
def add_evidence(question_id: int, *, kind: str, reference: str, note: str = "", by: Actor) -> None:
    """Take down what a hot issue, a warning, a measure or a simulation says at this moment."""
    row = draft_of(question_id, by)
    if row.evidence.count() >= MOST_EVIDENCE:
        raise InvalidInput(
            field="reference", why=_("at most %(n)s pieces of evidence") % {"n": MOST_EVIDENCE}
        )
    _take(row, kind, reference.strip(), note, by)


@transaction.atomic
def drop_evidence(question_id: int, *, evidence_id: int, by: Actor) -> None:
    row = draft_of(question_id, by)
    if not row.evidence.filter(pk=evidence_id).delete()[0]:
        raise NotFound(what=_("This piece of evidence"))


@transaction.atomic
def add_option(question_id: int, option: Option, *, by: Actor) -> None:
    row = draft_of(question_id, by)
    told = {
        name: " ".join(str(value).split()) for name, value in asdict(option).items() if name != "cost_fen"
    }
    for name, words in told.items():
        if not words:
            raise InvalidInput(field=name, why=_("say something here"))
    if not 0 <= option.cost_fen <= MOST_FEN:
        raise InvalidInput(field="cost", why=_("from 0 yuan up"))
    last = row.options.order_by("-number").first()
    if row.options.count() >= MOST_OPTIONS:
        raise InvalidInput(field="title", why=_("at most %(n)s options") % {"n": MOST_OPTIONS})
    QuestionOption.objects.create(
        question=row,
        number=last.number + 1 if last else 1,
        cost_fen=option.cost_fen,
        title=told["title"][:200],
        benefit=told["benefit"][:LONGEST_WORDS],
        affected=told["affected"][:LONGEST_WORDS],
    )


@transaction.atomic
def drop_option(question_id: int, *, number: int, by: Actor) -> None:
    row = draft_of(question_id, by)
    if not row.options.filter(number=number).delete()[0]:
        raise NotFound(what=_("This option"))


@transaction.atomic
def put_forward(question_id: int, *, by: Actor) -> None:
    """Give a complete question to the leaders; from now on nobody edits it."""
    row = writable(question_id, "insight.draft", by)
    state = after(row.state, Move.PUT_FORWARD)
    require_complete(held_by(row))
    row.sent_back_because = ""
    move(row, Move.PUT_FORWARD, state, by)


@transaction.atomic
def withdraw_question(question_id: int, *, by: Actor) -> None:
    """Take a question back before it is decided; it stays to be read."""
    row = writable(question_id, "insight.draft", by)
    move(row, Move.WITHDRAW, after(row.state, Move.WITHDRAW), by)


def writable(question_id: int, permission: str, by: Actor) -> Question:
    """The question, locked, for whoever may do this in its area."""
    row = Question.objects.select_for_update().filter(pk=question_id).first()
    if row is None:
        raise NotFound(what=_("Question %(id)s") % {"id": question_id})
    access.require(by, permission, area=row.area)
    return row


def draft_of(question_id: int, by: Actor) -> Question:
    row = writable(question_id, "insight.draft", by)
    require_editable(row.state)
    return row


def held_by(row: Question) -> Held:
    return Held(row.background, row.basis, row.risk, row.options.count(), row.evidence.count())


def move(row: Question, made: Move, state: State, by: Actor) -> None:
    """Save a question in its new state and say so."""
    before, row.state, row.moved_at = row.state, state, clock.now()
    row.save()
    announce(QuestionMoved(question_id=row.pk, move=made, from_state=State(before), to_state=state), by=by)


def _take(row: Question, kind: str, reference: str, note: str, by: Actor) -> None:
    Evidence.objects.create(
        question=row,
        kind=kind,
        reference=reference[:128],
        figures=source_of(kind).take(row, reference, by),
        note=" ".join(note.split())[:500],
        taken_at=clock.now(),
    )


def _checked(draft: Draft) -> dict[str, str]:
    told = {one.name: str(getattr(draft, one.name)).strip()[:LONGEST_WORDS] for one in fields(draft)}
    told["title"] = " ".join(told["title"].split())[:200]
    if not told["title"]:
        raise InvalidInput(field="title", why=_("say what is to be decided"))
    if told["area"]:
        registry.get_area(told["area"])
    if told["category"]:
        registry.get_category(told["category"])
    return told
