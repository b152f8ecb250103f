"""Writes issues so that what is kept of them always follows from their members."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from django.db.models import QuerySet

from shuzhi.domains.insight import heat, need
from shuzhi.domains.insight.models import HotIssue, IssueMember
from shuzhi.domains.intake import services as intake
from shuzhi.domains.intake.cards import MatterCard
from shuzhi.domains.intake.kinds import FINAL_STATUSES
from shuzhi.spine import clock
from shuzhi.spine.actors import SYSTEM

KEYWORDS = 6
_TITLE_LENGTH = 255


def new_issue(first: MatterCard, *, block: str) -> HotIssue:
    """An issue that begins with one demand; `refresh` fills in the rest once its members are saved."""
    issue = begun(first, block=block)
    issue.save(force_insert=True)
    return issue


def begun(first: MatterCard, *, block: str) -> HotIssue:
    """The same, not saved yet."""
    return HotIssue(
        block=block,
        area=first.area,
        category=first.category,
        title=title_of(first),
        representative=first.id,
        demands=0,
        people=0,
        first_at=first.received_at,
        last_at=first.received_at,
        rank=0.0,
        stage=heat.Stage.EMERGING,
    )


def title_of(matter: MatterCard) -> str:
    """What an issue is called after one of its demands, without names of persons."""
    return intake.hide_people(matter.title or matter.text[:40])[:_TITLE_LENGTH]


def member_of(
    issue: HotIssue, matter: MatterCard, *, likeness: float = 1.0, words: Sequence[str] = ()
) -> IssueMember:
    return IssueMember(
        demand_id=matter.id,
        issue=issue,
        likeness=likeness,
        words=list(words),
        reporter=matter.reporter,
        area=matter.area,
        category=matter.category,
        received_at=matter.received_at,
    )


def refresh(issues: Collection[HotIssue]) -> None:
    """Count the members of issues anew: how many, who, where, when, how hot, which stage."""
    members: dict[int, list[IssueMember]] = {issue.pk: [] for issue in issues}
    for member in IssueMember.objects.filter(issue__in=members).order_by("received_at", "demand_id"):
        members[member.issue_id].append(member)
    ids = [one.demand_id for of_issue in members.values() for one in of_issue]
    matters = {one.id: one for one in intake.matters(ids=ids, by=SYSTEM)}
    for issue in issues:
        if members[issue.pk]:
            _count(issue, members[issue.pk], matters)
        else:
            issue.demands = issue.people = 0
        issue.save()


def drop_empty(issues: QuerySet[HotIssue]) -> None:
    """Those that lost all their demands are gone, but for those about which people judged or asked something."""
    issues.filter(members=None, judgements=None, questions=None, merged=None, merged_into=None).delete()


def _count(issue: HotIssue, members: Sequence[IssueMember], matters: Mapping[int, MatterCard]) -> None:
    received = [one.received_at for one in members]
    areas = Counter(one.area for one in members if one.area)
    categories = Counter(one.category for one in members if one.category)
    issue.area = next(iter(areas)) if len(areas) == 1 else (issue.block.ljust(12, "0") if issue.block else "")
    issue.category = categories.most_common(1)[0][0] if categories else ""
    issue.demands = len(members)
    issue.people = len({one.reporter or str(one.demand_id) for one in members})
    issue.first_at, issue.last_at = received[0], received[-1]
    issue.rank = heat.rank_of(issue.people, issue.last_at)
    told = [matters[one.demand_id] for one in members if one.demand_id in matters]
    issue.need = need.need_of([(one.urgency, one.flags) for one in told])
    unfinished = len(members) - sum(1 for one in told if one.status in FINAL_STATUSES)
    issue.stage = heat.stage_of(received, unfinished=unfinished, now=clock.now())
    if not issue.keywords:
        words = Counter(word for one in members for word in one.words)
        issue.keywords = [word for word, _count in words.most_common(KEYWORDS)]
