"""What the policy room does on hearing."""

from collections.abc import Sequence

from shuzhi.domains.policy import services
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import FactsChanged
from shuzhi.spine.outbox import Announced


def look_again(batch: Sequence[Announced]) -> None:
    """Facts changed (a birth, a move, another income): whoever is concerned may now be entitled."""
    homes = [one.event.household for one in batch if isinstance(one.event, FactsChanged)]
    for household in dict.fromkeys(homes):
        services.look_again(household, by=SYSTEM)
