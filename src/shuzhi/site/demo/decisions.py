"""The decision desk of the demo county: one decision whose effect can be seen, two questions that wait, one draft; and
briefs, one of which a person changed and issued."""

from dataclasses import replace
from datetime import datetime, timedelta

from shuzhi.domains.insight import services as insight
from shuzhi.domains.insight.cards import IssueCard
from shuzhi.domains.insight.services import Draft, Option
from shuzhi.domains.registry import services as registry
from shuzhi.site.demo import staff
from shuzhi.spine import accounts, clock
from shuzhi.spine.actors import SYSTEM, Actor, ActorKind, Grant

ANALYST = ("analyst", "何静（演示）")
WEEKS_AGO, WAITING = 12, 2
_UNIT = "housing"
_FEN = 100
_TEXT = Draft(
    title="",
    background="近期多名群众集中反映，问题反复出现。（演示）",
    basis="《某县民生实事管理办法》第三条（演示）",
    risk="整治期间周边出入不便，分段实施并提前告知。（演示）",
)
_OPTIONS = (
    Option("集中整治", 680_000 * _FEN, "一次解决，预计诉求减少一半", "周边居民受益；整治期间出入不便"),
    Option("分步整治", 260_000 * _FEN, "先办最急的部分，预计诉求减少三成", "部分居民先受益；其余等待三个月"),
    Option("加强巡查", 40_000 * _FEN, "及时发现，不改变根源", "承办单位增加巡查人手"),
)


def load(*, until: datetime) -> None:
    """Prepare questions about the hottest issues; nothing is done when some are there already."""
    if insight.questions(by=SYSTEM).items:
        return
    account = staff.open_account(*ANALYST, _UNIT, "analyst")
    drafting = _actor(account, "analyst")
    leader = accounts.find_account("leader", by=SYSTEM)
    deciding = _actor(staff.Colleague(f"staff:{leader.id}", leader.name), "leader")
    issues = insight.hot_issues(limit=4, by=SYSTEM).items
    for issue in issues[:1]:
        _settle(issue, drafting, deciding, at=until - timedelta(weeks=WEEKS_AGO))
    for place, issue in enumerate(issues[1:]):
        _prepared(issue, drafting, whole=place < WAITING)
    _write_briefs(drafting)


def _write_briefs(by: Actor) -> None:
    for kind in ("daily", "monthly"):
        insight.make_brief(kind, by=by)
    weekly = insight.make_brief("weekly", by=by)
    text = insight.brief(weekly, by=by).text
    insight.edit_brief(weekly, f"{text}\n\n请各承办单位对照热点问题逐项研究，一周内反馈。（演示）", by=by)
    insight.issue_brief(weekly, by=by)


def _settle(issue: IssueCard, drafting: Actor, deciding: Actor, *, at: datetime) -> None:
    """Decided weeks ago, with a task that was carried out in time."""
    with clock.stopped_at(at):
        number = _prepared(issue, drafting, whole=True, everywhere=True)
        insight.decide(number, option=1, because="群众反映强烈，先解决根源。（演示）", by=deciding)
        due = clock.today() + timedelta(weeks=6)
        task = insight.give_task(
            number, unit=_UNIT, title="完成整治并公示结果（演示）", due_on=due, by=deciding
        )
    with clock.stopped_at(at + timedelta(weeks=5)):
        insight.finish_task(task, told="整治完成，已公示。（演示）", by=SYSTEM)


def _prepared(issue: IssueCard, by: Actor, *, whole: bool, everywhere: bool = False) -> int:
    """everywhere: about the whole city and the upper category, where enough demands come to see an effect."""
    draft = replace(_TEXT, title=f"“{issue.title[:60]}”怎么解决")
    if everywhere:
        (city,) = registry.areas(level="city")
        category = registry.get_category(issue.category)
        while category.parent:
            category = registry.get_category(category.parent)
        draft = replace(draft, title=f"{category.name}类诉求怎么减少", area=city.code, category=category.code)
    number = insight.draft_question(draft, issue_id=issue.id, by=by)
    if whole:
        insight.add_evidence(number, kind="measure", reference="own_voice_share", by=by)
        for option in _OPTIONS:
            insight.add_option(number, option, by=by)
        insight.put_forward(number, by=by)
    return number


def _actor(account: staff.Colleague, role: str) -> Actor:
    return Actor(ActorKind.STAFF, account.reference.partition(":")[2], account.label, (Grant(role),))
