"""What the ledger does on hearing: every decision that is announced becomes an entry."""

from collections.abc import Sequence

from shuzhi.domains.ledger import services
from shuzhi.spine.actors import SYSTEM
from shuzhi.spine.events import Decision
from shuzhi.spine.outbox import Announced

DECISIONS: tuple[type[Decision], ...] = tuple(Decision.__subclasses__())


def seal(batch: Sequence[Announced]) -> None:
    services.seal_decisions(batch, by=SYSTEM)
