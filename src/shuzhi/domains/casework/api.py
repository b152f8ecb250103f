"""Work orders for other departments' systems."""

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest
from ninja import Router, Schema
from pydantic import AwareDatetime, Field

from shuzhi.domains.casework import services
from shuzhi.domains.casework.cards import WorkOrderCard, WorkOrderList
from shuzhi.domains.casework.deadlines import Limit, TimeUnit
from shuzhi.domains.casework.lifecycle import Action, Given, Outcome

router = Router(tags=["work orders"])


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
    kind: Literal["inquiry", "help", "complaint", "report", "suggestion", "praise", "other"]
    category: str = Field(max_length=12)
    area: str = Field(max_length=20)
    urgency: Literal["life_safety", "utilities_outage", "urgent", "normal"]
    reason: str = Field("", max_length=2000)


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


@router.get("/work-orders", response=WorkOrderList, operation_id="list_work_orders")
def list_work_orders(
    request: HttpRequest,
    state: str = "",
    unit: str = "",
    area: str = "",
    category: str = "",
    level: Literal["", "green", "yellow", "red"] = "",
    order: Literal["due", "newest"] = "newest",
    after: str = "",
    limit: int = 50,
) -> WorkOrderList:
    wanted = services.Filter(
        states=(state,) if state else (), unit=unit, area=area, category=category, level=level, order=order
    )
    limit = max(1, min(limit, 100))
    return services.list_work_orders(wanted, after=after, limit=limit, by=request.actor)  # type: ignore[attr-defined]


@router.get("/work-orders/{number}", response=WorkOrderOut, operation_id="get_work_order")
def get_work_order(request: HttpRequest, number: str) -> WorkOrderOut:
    page = services.get_work_order(number, by=request.actor)  # type: ignore[attr-defined]
    steps = [StepOut.model_validate(step, from_attributes=True) for step in page.steps]
    return WorkOrderOut(card=page.card, steps=steps, moves=[move.action for move in page.moves])


@router.post("/work-orders/{number}/steps", response={201: WorkOrderCard}, operation_id="take_step")
def take_step(request: HttpRequest, number: str, body: StepIn) -> tuple[int, WorkOrderCard]:
    card = services.take_step(
        number,
        action=body.action,
        given=body.given(),
        text=body.text,
        limit=body.limit(),
        contacted=body.contacted,
        expected_step=body.expected_step,
        by=request.actor,  # type: ignore[attr-defined]
    )
    return 201, card


@router.post("/work-orders/{number}/triage", response={201: WorkOrderCard}, operation_id="triage_work_order")
def triage(request: HttpRequest, number: str, body: TriageIn) -> tuple[int, WorkOrderCard]:
    return 201, services.triage_work_order(
        number,
        kind=body.kind,
        category=body.category,
        area=body.area,
        urgency=body.urgency,
        because=body.reason,
        by=request.actor,  # type: ignore[attr-defined]
    )


@router.post("/work-orders/{number}/merge", response={201: WorkOrderCard}, operation_id="merge_work_orders")
def merge(request: HttpRequest, number: str, body: MergeIn) -> tuple[int, WorkOrderCard]:
    return 201, services.merge_work_orders(number, into=body.into, because=body.reason, by=request.actor)  # type: ignore[attr-defined]


@router.get(
    "/work-orders/{number}/dispatch-choices",
    response=list[services.DispatchChoice],
    operation_id="dispatch_choices",
)
def dispatch_choices(request: HttpRequest, number: str) -> list[services.DispatchChoice]:
    return services.dispatch_choices(number, by=request.actor)  # type: ignore[attr-defined]
