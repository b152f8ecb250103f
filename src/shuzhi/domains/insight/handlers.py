"""What insight does on hearing."""

from collections.abc import Sequence

from shuzhi.domains.insight import services
from shuzhi.spine.events import DemandReceived, RequesterErased
from shuzhi.spine.outbox import Announced


def place_demands(batch: Sequence[Announced]) -> None:
    """Demands that arrived join their issues."""
    services.place_arrivals([one.event.demand_id for one in batch if isinstance(one.event, DemandReceived)])


def note_scenarios(batch: Sequence[Announced]) -> None:
    """Simulations that were kept may be evidence."""
    services.note_scenarios(batch)


def forget_callers(batch: Sequence[Announced]) -> None:
    """Whoever was erased is nobody who called again, and no index keeps words that the erasing hid."""
    erased = [one.event.demand_id for one in batch if isinstance(one.event, RequesterErased)]
    services.forget_callers(erased)
    services.forget_words(erased)
