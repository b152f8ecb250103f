"""The only entrance to the ledger."""

from shuzhi.domains.ledger.services.anchoring import anchor_checkpoint, anchor_hourly, anchored
from shuzhi.domains.ledger.services.chains import chain
from shuzhi.domains.ledger.services.checking import check_everything, collect_garbage, rebuild
from shuzhi.domains.ledger.services.copying import copies, copy_log, refresh_mirrors
from shuzhi.domains.ledger.services.effects import (
    in_effect,
    ref_of_award,
    ref_of_decision,
    ref_of_step,
    require_effect,
    seen_by_witnesses,
    unwitnessed_demands,
    why_not_in_effect,
    witnessed_position,
)
from shuzhi.domains.ledger.services.erasing import erase_demand
from shuzhi.domains.ledger.services.keeping import (
    begin_key_rotation,
    finish_key_rotation,
    freeze,
    set_policy,
)
from shuzhi.domains.ledger.services.local_witnesses import local_witness_commands, set_up_local_witnesses
from shuzhi.domains.ledger.services.publishing import publish, publish_in_turn
from shuzhi.domains.ledger.services.reading import entries, entry, entry_of_code, organs, status
from shuzhi.domains.ledger.services.receipts import (
    receipt,
    receipt_with_opening,
    receipts_of_demand,
)
from shuzhi.domains.ledger.services.recovering import recover
from shuzhi.domains.ledger.services.sealing import seal_decisions
from shuzhi.domains.ledger.services.stopping import resume

__all__ = [
    "anchor_checkpoint",
    "anchor_hourly",
    "anchored",
    "begin_key_rotation",
    "chain",
    "check_everything",
    "collect_garbage",
    "copies",
    "copy_log",
    "entries",
    "entry",
    "entry_of_code",
    "erase_demand",
    "finish_key_rotation",
    "freeze",
    "in_effect",
    "local_witness_commands",
    "organs",
    "publish",
    "publish_in_turn",
    "rebuild",
    "receipt",
    "receipt_with_opening",
    "receipts_of_demand",
    "recover",
    "ref_of_award",
    "ref_of_decision",
    "ref_of_step",
    "refresh_mirrors",
    "require_effect",
    "resume",
    "seal_decisions",
    "seen_by_witnesses",
    "set_policy",
    "set_up_local_witnesses",
    "status",
    "unwitnessed_demands",
    "why_not_in_effect",
    "witnessed_position",
]
