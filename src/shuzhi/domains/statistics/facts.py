"""The fact of a work order as values: what the model keeps, without a model's weight in a load of thousands."""

from dataclasses import dataclass, fields
from datetime import datetime


@dataclass(slots=True)
class Fact:
    """Everything that measures ask of one work order; see `models.OrderFact`, whose columns these are."""

    order_id: int
    demand_id: int
    opened_at: datetime
    began_at: datetime
    position: int = 0
    state: str = ""
    unit: str = ""
    first_unit: str = ""
    category: str = ""
    area: str = ""
    kind: str = ""
    channel: str = ""
    urgency: str = ""
    outcome: str = ""
    set_aside: str = ""
    threat: bool = False
    reachable: bool = True
    dispatched_at: datetime | None = None
    first_contact_at: datetime | None = None
    contact_in_time: bool | None = None
    replied_at: datetime | None = None
    first_closed_at: datetime | None = None
    closed_at: datetime | None = None
    due_at: datetime | None = None
    late_minutes: int = 0
    minutes_taken: int | None = None
    answered_directly: bool = False
    dispatches: int = 0
    redispatches: int = 0
    returns: int = 0
    reworks: int = 0
    extensions: int = 0
    suspensions: int = 0
    reopenings: int = 0
    repeated: bool = False
    callback_tries: int = 0
    callback_reached: bool = False
    callback_contacted: bool | None = None
    callback_solved: bool | None = None
    callback_satisfaction: int | None = None
    rated_contacted: bool | None = None
    rated_solved: bool | None = None
    rated_satisfaction: int | None = None
    steps: int = 0


COLUMNS = tuple(field.name for field in fields(Fact))
