"""Decisions become entries, in the transaction of the listener's bookmark: each exactly once, in the story's order."""

from collections.abc import Sequence

from shuzhi.domains.ledger import leaves
from shuzhi.domains.ledger.services import logs
from shuzhi.spine import access
from shuzhi.spine.actors import Actor
from shuzhi.spine.outbox import Announced


def seal_decisions(batch: Sequence[Announced], *, by: Actor) -> int:
    """Append the entry of each decision to the open log; returns how many."""
    access.require(by, "ledger.operate")
    county = logs.own_organ()
    log = logs.locked_log()
    return len(logs.append(log, [leaves.draft_of(told, county=county) for told in batch]))
