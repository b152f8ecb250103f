"""What intake does on hearing: it keeps each demand's status as the work orders move."""

from collections.abc import Collection, Sequence

from shuzhi.domains.intake.models import Demand, DemandOrder
from shuzhi.spine.events import WorkOrderMoved
from shuzhi.spine.outbox import Announced
from shuzhi.spine.rows import update_rows, upsert_rows


def follow_work_orders(batch: Sequence[Announced]) -> None:
    """Keep status, outcome, unit and due time of every demand whose lead order moved; the last step of a batch counts."""
    moves: dict[int, WorkOrderMoved] = {}
    outcomes: dict[int, str] = {}
    for announced in batch:
        if isinstance(announced.event, WorkOrderMoved):
            moves[announced.event.order_id] = announced.event
            if announced.event.outcome:
                outcomes[announced.event.order_id] = announced.event.outcome
    demands = Demand.objects.filter(id__in={move.demand_id for move in moves.values()})
    known = dict(demands.values_list("id", "outcome"))
    _remember_orders(moves, known)
    leads = _lead_orders(known)
    update_rows(
        Demand,
        ("status", "outcome", "unit", "due_at"),
        (
            (
                move.to_state,
                outcomes.get(order_id, known[move.demand_id]),
                move.unit,
                move.due_at,
                move.demand_id,
            )
            for order_id, move in moves.items()
            if leads.get(move.demand_id) == order_id
        ),
    )


def forget_work_orders() -> None:
    """Empty the read model before the whole story is heard again."""
    DemandOrder.objects.all().delete()
    Demand.objects.exclude(status="registered", unit="", outcome="").update(
        status="registered", outcome="", unit="", due_at=None
    )


def _remember_orders(moves: dict[int, WorkOrderMoved], known: Collection[int]) -> None:
    rows = (
        (order_id, move.demand_id, move.unit) for order_id, move in moves.items() if move.demand_id in known
    )
    upsert_rows(DemandOrder, ("order_id", "demand", "unit"), rows, key="order_id")


def _lead_orders(known: Collection[int]) -> dict[int, int]:
    """The lead order of each demand: the first one that was opened for it."""
    rows = DemandOrder.objects.filter(demand__in=list(known)).order_by("-order_id")
    return {demand_id: order_id for order_id, demand_id in rows.values_list("order_id", "demand_id")}
