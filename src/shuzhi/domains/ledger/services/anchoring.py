"""Once an hour the newest witnessed checkpoint is handed to every anchor."""

import logging
from datetime import timedelta

from shuzhi.domains.ledger import anchors
from shuzhi.domains.ledger.cards import AnchorCard
from shuzhi.domains.ledger.models import Anchor
from shuzhi.domains.ledger.services import logs
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor

log_ = logging.getLogger("shuzhi.ledger")
EVERY = timedelta(minutes=55)  # the worker's hour is not exact


def anchor_hourly() -> int:
    return anchor_checkpoint(by=SYSTEM)


def anchored() -> list[AnchorCard]:
    """What each configured anchor took last of the open log."""
    rows = Anchor.objects.filter(log=logs.latest_log()).order_by("-at")
    found = []
    for kind in anchors.configured():
        tries = rows.filter(kind=kind)
        taken, last = tries.filter(failure="").first(), tries.first()
        found.append(AnchorCard(kind, taken.size if taken else 0, last.failure if last else ""))
    return found


def anchor_checkpoint(*, by: Actor, at_once: bool = False) -> int:
    """Hand the open log's published checkpoint to each anchor that has not had it; returns how many took it.

    at_once: do not wait for the hour.
    """
    access.require(by, "ledger.operate")
    log = logs.latest_log()
    if log is None or not log.published:
        return 0
    taken = 0
    for kind, hand_over in anchors.configured().items():
        kept = Anchor.objects.filter(log=log, kind=kind, failure="").order_by("-at").first()
        if kept and (kept.size == log.published_size or (clock.now() - kept.at < EVERY and not at_once)):
            continue
        row = Anchor(log=log, kind=kind, size=log.published_size, checkpoint=log.published, at=clock.now())
        try:
            row.proof = hand_over(log.published.encode())
            taken += 1
        except (anchors.AnchorFailed, OSError) as error:
            row.failure = str(error)[:200]
            log_.warning("the anchor %s did not take the checkpoint: %s", kind, error)
        row.save()
    return taken
