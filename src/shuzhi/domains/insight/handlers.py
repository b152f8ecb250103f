"""What insight does on hearing."""

from collections.abc import Sequence

from shuzhi.domains.insight import services
from shuzhi.spine.events import DemandReceived
from shuzhi.spine.outbox import Announced


def place_demands(batch: Sequence[Announced]) -> None:
    """Demands that arrived join their issues."""
    services.place_arrivals([one.event.demand_id for one in batch if isinstance(one.event, DemandReceived)])


def note_scenarios(batch: Sequence[Announced]) -> None:
    """Simulations that were kept may be evidence."""
    services.note_scenarios(batch)
