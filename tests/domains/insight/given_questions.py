"""Questions of the decision desk in the states that a county can be in, made through the services."""

from datetime import date

from django.db import transaction
from tests.factories import SHARED, TOWN, deliver, staff
from tests.made_once import made_once

from shuzhi.domains.insight import services
from shuzhi.domains.insight.services import Draft, Option
from shuzhi.spine import outbox
from shuzhi.spine.actors import SYSTEM, Actor
from shuzhi.spine.events import ScenarioKept

DIGEST = "c0ffee" * 10 + "abcd"
MEND = Option("更换三部电梯", 90_000_000, "每月少停运十次", "三栋楼 240 户；物业公司承担一半")
PATROL = Option("每周巡检", 4_000_000, "停运时间减半", "物业公司增加一名检修工")
DRAFT = Draft(
    title="锦绣花园电梯是否更换",
    background="半年内停运二十次，老人下不了楼。",
    risk="施工期间两周停用，为老人安排代步。",
    basis="《物业管理条例》",
    area=TOWN,
    category=SHARED,
)


def analyst() -> Actor:
    return staff("analyst")


def leader() -> Actor:
    return staff("leader")


def given_scenario() -> str:
    """A simulation that the policy room kept; its digest."""
    kept = ScenarioKept(
        digest=DIGEST, book="minimum_living", cost_fen=500_000, winners=12, losers=3, households=90
    )
    with transaction.atomic():
        outbox.announce(kept, by=SYSTEM)
    deliver()
    return DIGEST


def given_draft(draft: Draft = DRAFT, *, issue: int | None = None) -> int:
    return services.draft_question(draft, issue_id=issue, by=analyst())


@made_once
def given_waiting(draft: Draft = DRAFT, *, issue: int | None = None) -> int:
    """A complete question that waits for the leader."""
    number = given_draft(draft, issue=issue)
    services.add_evidence(number, kind="scenario", reference=given_scenario(), by=analyst())
    for option in (MEND, PATROL):
        services.add_option(number, option, by=analyst())
    services.put_forward(number, by=analyst())
    return number


@made_once
def given_decided(draft: Draft = DRAFT, *, issue: int | None = None, starts_on: date | None = None) -> int:
    number = given_waiting(draft, issue=issue)
    services.decide(number, option=1, because="老人出行最要紧", starts_on=starts_on, by=leader())
    return number
