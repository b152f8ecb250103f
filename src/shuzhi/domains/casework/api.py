"""Work orders for other departments' systems."""

import re
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest, HttpResponse
from ninja import Header, Query, Router, Schema, Status
from pydantic import AwareDatetime, Field

from shuzhi.domains.casework import services
from shuzhi.domains.casework.cards import AutomaticCard, WorkOrderCard, WorkOrderList
from shuzhi.domains.casework.deadlines import Limit, TimeUnit
from shuzhi.domains.casework.lifecycle import Action, Given, Outcome, State
from shuzhi.domains.casework.refusals import AlreadyMoved, ChangedMeanwhile
from shuzhi.spine.actors import Actor
from shuzhi.spine.schemas import KEYED

router = Router(tags=["work orders"])
IfMatch = Annotated[str, Header(alias="If-Match", description="The ETag under which the order was read.")]
_READ_AS = re.compile(r'"(?P<step>[0-9]{1,5})-[0-9a-f]{32}"')


class StepIn(Schema):
    """One step of the life cycle; which fields it needs follows from docs/work-order-states.md."""

    action: Action
    reason: str = Field("", max_length=2000)
    ground: str = Field("", max_length=200)
    source: str = Field("", max_length=500)
    path: str = Field("", max_length=500)
    unit: str = Field("", max_length=32)
    plan: str = Field("", max_length=500)
    until: AwareDatetime | None = None
    outcome: Outcome | None = None
    text: str = Field("", max_length=20_000)
    limit_amount: int | None = Field(None, ge=1, le=400)
    limit_unit: TimeUnit = TimeUnit.WORKDAY
    reached: bool = False
    contacted: bool | None = None
    solved: bool | None = None
    rating: int | None = Field(None, ge=1, le=5)
    expected_step: int | None = Field(None, ge=1, le=32_767)

    def given(self) -> Given:
        return Given(
            reason=self.reason,
            ground=self.ground,
            source=self.source,
            path=self.path,
            unit=self.unit,
            plan=self.plan,
            until=self.until,
            outcome=self.outcome,
            reached=self.reached,
            solved=self.solved,
            rating=self.rating,
        )

    def limit(self) -> Limit | None:
        return Limit(self.limit_amount, self.limit_unit) if self.limit_amount else None


class TriageIn(Schema):
    kind: Literal["inquiry", "help", "complaint", "report", "suggestion", "praise"]
    category: str = Field(max_length=12)
    area: str = Field(max_length=20)
    urgency: Literal["life_safety", "utilities_outage", "urgent", "normal"]
    reason: str = Field("", max_length=2000)


class Wanted(Schema):
    """All given conditions must hold. area: a 12-digit code with everything below it. after: cursor of the last page."""

    state: State | Literal[""] = ""
    unit: str = Field("", max_length=32)
    area: str = Field("", max_length=20)
    category: str = Field("", max_length=12)
    level: Literal["", "green", "yellow", "red"] = ""
    words: str = Field("", max_length=100)
    order: Literal["due", "newest"] = "newest"
    after: str = Field("", max_length=64)
    limit: Annotated[int, Field(ge=1, le=100)] = 50

    def filter(self) -> services.Filter:
        return services.Filter(
            states=(self.state,) if self.state else (),
            unit=self.unit,
            area=self.area,
            category=self.category,
            level=self.level,
            words=self.words,
            order=self.order,
        )


class MergeIn(Schema):
    into: str = Field(max_length=24)
    reason: str = Field("", max_length=2000)


class StepOut(Schema):
    number: int
    action: str
    at: datetime
    from_state: str
    to_state: str
    unit: str
    because: str
    ground: str
    text: str
    details: dict[str, Any]
    late_minutes: int


class WorkOrderOut(Schema):
    card: WorkOrderCard
    steps: list[StepOut]
    moves: list[str]


@router.get("/work-orders", response=WorkOrderList, operation_id="list_work_orders", **KEYED)
def list_work_orders(request: HttpRequest, wanted: Annotated[Wanted, Query()]) -> WorkOrderList:
    """Work orders in the scope of the account or key, newest or most urgent first, titles masked."""
    return services.list_work_orders(
        wanted.filter(), after=wanted.after, limit=wanted.limit, by=_actor(request)
    )


@router.get(
    "/work-orders/{number}",
    response=WorkOrderOut,
    operation_id="get_work_order",
    **KEYED,
)
def get_work_order(request: HttpRequest, response: HttpResponse, number: str) -> WorkOrderOut:
    """One order with its history and the steps that the caller may take now. Its ETag serves If-Match of a step."""
    page = services.get_work_order(number, by=_actor(request))
    steps = [StepOut.model_validate(step, from_attributes=True) for step in page.steps]
    response.headers["ETag"] = f"{page.steps[-1].number}-"
    return WorkOrderOut(card=page.card, steps=steps, moves=[move.action for move in page.moves])


@router.post(
    "/work-orders/{number}/steps",
    response={201: WorkOrderCard},
    operation_id="take_step",
    **KEYED,
)
def take_step(
    request: HttpRequest, number: str, body: StepIn, if_match: IfMatch = ""
) -> Status[WorkOrderCard]:
    """Take one step. With If-Match (or expected_step) a step that was sent twice, or too late, is refused."""
    expected = _expected(number, if_match, body.expected_step)
    try:
        card = services.take_step(
            number,
            action=body.action,
            given=body.given(),
            text=body.text,
            limit=body.limit(),
            contacted=body.contacted,
            expected_step=expected,
            by=_actor(request),
        )
    except AlreadyMoved:
        if if_match:
            raise ChangedMeanwhile(number=number) from None
        raise
    return Status(201, card)


@router.post(
    "/work-orders/{number}/triage",
    response={201: WorkOrderCard},
    operation_id="triage_work_order",
    **KEYED,
)
def triage(request: HttpRequest, number: str, body: TriageIn) -> Status[WorkOrderCard]:
    """Settle what an order is about; refused when somebody has done so already."""
    card = services.triage_work_order(
        number,
        kind=body.kind,
        category=body.category,
        area=body.area,
        urgency=body.urgency,
        because=body.reason,
        by=_actor(request),
    )
    return Status(201, card)


@router.post(
    "/work-orders/{number}/merge",
    response={201: WorkOrderCard},
    operation_id="merge_work_orders",
    **KEYED,
)
def merge(request: HttpRequest, number: str, body: MergeIn) -> Status[WorkOrderCard]:
    """Merge an order into another about the same matter; the step "unmerge" undoes it."""
    card = services.merge_work_orders(number, into=body.into, because=body.reason, by=_actor(request))
    return Status(201, card)


@router.get(
    "/work-orders/{number}/dispatch-choices",
    response=list[services.DispatchChoice],
    operation_id="dispatch_choices",
    **KEYED,
)
def dispatch_choices(request: HttpRequest, number: str) -> list[services.DispatchChoice]:
    """The units that the catalogue names for an order, best first, each with the reason. They are few: no pages."""
    return services.dispatch_choices(number, by=_actor(request))


@router.get(
    "/automatic-dispatches",
    response=list[AutomaticCard],
    operation_id="list_automatic_dispatches",
    **KEYED,
)
def list_automatic_dispatches(request: HttpRequest) -> list[AutomaticCard]:
    """Orders that went to their units by themselves and that nobody has looked at, each with why."""
    return list(services.automatic_orders(by=_actor(request)))


@router.post(
    "/automatic-dispatches/{number}/keeping",
    response={201: AutomaticCard},
    operation_id="keep_automatic_dispatch",
    **KEYED,
)
def keep_automatic_dispatch(request: HttpRequest, number: str) -> Status[AutomaticCard]:
    """A person has looked at it, and it is right. The step "take_back" says that it is not."""
    return Status(201, services.keep_automatic_dispatch(number, by=_actor(request)))


def _actor(request: HttpRequest) -> Actor:
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def _expected(number: str, if_match: str, stated: int | None) -> int | None:
    """The step that the caller saw last: the tag of an order begins with it."""
    if if_match.strip() in ("", "*"):
        return stated
    read_as = _READ_AS.fullmatch(if_match.strip())
    if read_as is None:
        raise ChangedMeanwhile(number=number)
    return int(read_as["step"])
