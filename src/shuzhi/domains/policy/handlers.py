"""What the policy room does on hearing."""

from collections.abc import Sequence

from shuzhi.domains.policy import services
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import EntitlementDecided, FactsChanged
from shuzhi.spine.outbox import Announced


def look_again(batch: Sequence[Announced]) -> None:
    """Facts changed (a birth, a move, another income): whoever is concerned may now be entitled."""
    homes = [one.event.household for one in batch if isinstance(one.event, FactsChanged)]
    for household in dict.fromkeys(homes):
        services.look_again(household, by=SYSTEM)


def tell_decisions(batch: Sequence[Announced]) -> None:
    """People hear that something was decided about them."""
    decided = [one.event.award_id for one in batch if isinstance(one.event, EntitlementDecided)]
    services.tell_decisions(decided, by=SYSTEM)
