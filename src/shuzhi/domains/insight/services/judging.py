"""What people make of issues: join two, take demands out, confirm, give an owner, and take that back."""

from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from shuzhi.domains.insight.models import Block, HotIssue, IssueJudgement, IssueMember
from shuzhi.domains.insight.services import keeping
from shuzhi.domains.insight.services.reading import visible_issue
from shuzhi.domains.intake import services as intake
from shuzhi.domains.registry import services as registry
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.errors import InvalidInput, Refused
from shuzhi.spine.events import HotIssueJudged
from shuzhi.spine.outbox import announce


class CannotMerge(Refused):
    code = "cannot-merge"
    message = gettext_lazy("An issue can only be joined to another one that still stands.")


class CannotUndo(Refused):
    code = "cannot-undo"
    message = gettext_lazy("Only the last change of an issue can be taken back, and only once.")


@dataclass(frozen=True)
class _Judged:
    """What is written down of a judgement."""

    kind: str
    other: HotIssue | None = None
    moved: tuple[int, ...] = ()
    because: str = ""


@transaction.atomic
def merge(issue_id: int, *, into: int, because: str = "", by: Actor) -> None:
    """Join an issue to another: its demands move there and stay there, its number leads on."""
    # Locked in one order whichever way round they are joined, so that two people never wait for each other.
    rows = {number: _editable(number, by) for number in sorted({issue_id, into})}
    issue, home = rows[issue_id], rows[into]
    if issue.pk == home.pk or issue.merged_into_id or home.merged_into_id:
        raise CannotMerge
    moved = _move(IssueMember.objects.filter(issue=issue), home)
    issue.merged_into = home
    keeping.refresh([issue, home])
    _write(home, _Judged("merged", issue, moved, because), by)


@transaction.atomic
def split(issue_id: int, *, demands: Collection[int], because: str = "", by: Actor) -> int:
    """Take demands out of an issue into one of their own; returns its number. Neither side may be left empty."""
    issue = _editable(issue_id, by)
    leaving = IssueMember.objects.filter(issue=issue, demand_id__in=demands)
    if not leaving.exists() or leaving.count() == issue.members.count():
        raise InvalidInput(field="demands", why=_("choose some demands of the issue, but not all of them"))
    first = next(intake.matters(ids=leaving.values_list("demand_id", flat=True), by=SYSTEM))
    other = keeping.new_issue(first, block=issue.block)
    moved = _move(leaving, other)
    issue.members.update(placed="person")
    keeping.refresh([issue, other])
    _write(issue, _Judged("split", other, moved, because), by)
    return other.pk


@transaction.atomic
def confirm(issue_id: int, *, title: str = "", owner: str = "", by: Actor) -> None:
    """Say that an issue is one, name it, and say which unit answers for it as a whole."""
    issue = _editable(issue_id, by)
    if owner:
        registry.get_unit(owner)
    issue.confirmed, issue.owner = True, owner
    issue.title = " ".join(title.split())[:255] or issue.title
    issue.save()
    issue.members.update(placed="person")
    _write(issue, _Judged("confirmed"), by)


@transaction.atomic
def undo(judgement_id: int, *, by: Actor) -> None:
    """Take the last merge or split of an issue back: the demands return to where they were."""
    judged = IssueJudgement.objects.select_related("issue", "other").filter(pk=judgement_id).first()
    if judged is None or judged.other is None or judged.pk != last_judgement(judged.issue):
        raise CannotUndo
    issue = _editable(judged.issue_id, by)
    back_to, come_from = (judged.other, issue) if judged.kind == "merged" else (issue, judged.other)
    _move(IssueMember.objects.filter(issue=come_from, demand_id__in=judged.moved), back_to)
    if judged.kind == "merged":
        back_to.merged_into = None
    keeping.refresh([issue, judged.other])
    judged.undone = True
    judged.save(update_fields=["undone"])
    _write(issue, _Judged("undone", judged.other, tuple(judged.moved)), by)


def last_judgement(issue: HotIssue) -> int | None:
    """The number of the change that may still be taken back, None when there is none."""
    last = (
        issue.judgements.exclude(kind__in=("confirmed", "undone"))
        .filter(undone=False)
        .order_by("-pk")
        .first()
    )
    return last.pk if last else None


def _editable(issue_id: int, by: Actor) -> HotIssue:
    issue = visible_issue(issue_id, by=by)
    access.require(by, "insight.edit", area=issue.area)
    return HotIssue.objects.select_for_update().get(pk=issue.pk)


def _move(members: QuerySet[IssueMember], home: HotIssue) -> tuple[int, ...]:
    moved = tuple(members.order_by("demand_id").values_list("demand_id", flat=True))
    IssueMember.objects.filter(demand_id__in=moved).update(issue=home, placed="person")
    return moved


def _write(issue: HotIssue, judged: _Judged, by: Actor) -> None:
    """The judgement, the news of it, and a new version of the town, which whoever keeps it in memory must load again."""
    IssueJudgement.objects.create(
        issue=issue,
        kind=judged.kind,
        other=judged.other,
        moved=list(judged.moved),
        because=judged.because[:500],
        judged_by=by.reference,
        judged_at=clock.now(),
    )
    for code in {issue.block, judged.other.block if judged.other else issue.block}:
        Block.objects.update_or_create(
            code=code, defaults={"version": F("version") + 1}, create_defaults={"version": 1}
        )
    announce(
        HotIssueJudged(
            issue_id=issue.pk,
            judgement=judged.kind,
            other_id=judged.other.pk if judged.other else None,
            demands=len(judged.moved),
        ),
        by=by,
    )
