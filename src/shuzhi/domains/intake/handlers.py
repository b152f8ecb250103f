"""What intake does on hearing: it keeps each demand's status as the work orders move."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import connection

from shuzhi.domains.intake.models import Demand, DemandOrder
from shuzhi.spine.events import WorkOrderMoved
from shuzhi.spine.outbox import Announced

_COLUMNS = ("status", "outcome", "unit", "due_at")


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
    _save(
        (move.to_state, outcomes.get(order_id, known[move.demand_id]), move.unit, move.due_at, move.demand_id)
        for order_id, move in moves.items()
        if leads.get(move.demand_id) == order_id
    )


def forget_work_orders() -> None:
    """Empty the read model before the whole story is heard again."""
    DemandOrder.objects.all().delete()
    Demand.objects.exclude(status="registered", unit="", outcome="").update(
        status="registered", outcome="", unit="", due_at=None
    )


def _remember_orders(moves: dict[int, WorkOrderMoved], known: Collection[int]) -> None:
    rows = [
        DemandOrder(order_id=order_id, demand_id=move.demand_id, unit=move.unit)
        for order_id, move in moves.items()
        if move.demand_id in known
    ]
    DemandOrder.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["order_id"], update_fields=["demand", "unit"]
    )


def _lead_orders(known: Collection[int]) -> dict[int, int]:
    """The lead order of each demand: the first one that was opened for it."""
    rows = DemandOrder.objects.filter(demand__in=list(known)).order_by("-order_id")
    return {demand_id: order_id for order_id, demand_id in rows.values_list("order_id", "demand_id")}


def _save(rows: Iterable[tuple[str, str, str, datetime | None, int]]) -> None:
    """One prepared statement for all: bulk_update builds a CASE of every cell, a hundred times as slow."""
    quote = connection.ops.quote_name
    columns = ", ".join(f"{quote(name)} = %s" for name in _COLUMNS)
    with connection.cursor() as cursor:
        cursor.executemany(
            f"UPDATE {quote(Demand._meta.db_table)} SET {columns} WHERE id = %s",  # noqa: S608  (names of ours)
            [
                (status, outcome, unit, connection.ops.adapt_datetimefield_value(due_at), demand_id)
                for status, outcome, unit, due_at, demand_id in rows
            ],
        )
