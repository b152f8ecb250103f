"""The only entrance to the ledger."""

from shuzhi.domains.ledger.services.publishing import publish, publish_in_turn
from shuzhi.domains.ledger.services.reading import entries, entry, entry_of_code, status
from shuzhi.domains.ledger.services.receipts import (
    latest_effect,
    receipt,
    receipt_with_opening,
    receipts_of_demand,
    require_effect,
)
from shuzhi.domains.ledger.services.sealing import seal_decisions
from shuzhi.domains.ledger.services.stopping import resume

__all__ = [
    "entries",
    "entry",
    "entry_of_code",
    "latest_effect",
    "publish",
    "publish_in_turn",
    "receipt",
    "receipt_with_opening",
    "receipts_of_demand",
    "require_effect",
    "resume",
    "seal_decisions",
    "status",
]
