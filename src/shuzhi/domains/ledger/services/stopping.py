"""When the ledger stops: it may never say two things, so that in doubt it says nothing more until a person has looked."""

import logging

from shuzhi.domains.ledger.models import Log
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor

log_ = logging.getLogger("shuzhi.ledger")


class Mismatch(Exception):
    """What is stored is not what was signed, or not what the witnesses saw."""


def stop(log: Log, why: str) -> None:
    """Sign nothing more. The status page shows it until `resume`."""
    log_.critical("the ledger %s has stopped signing: %s", log.origin, why)
    log.stopped, log.stopped_at = why[:1000], clock.now()
    log.save(update_fields=["stopped", "stopped_at"])


def resume(*, because: str, by: Actor) -> str:
    """Let the open log sign again, after the cause was mended; returns why it had stopped."""
    access.require(by, "ledger.operate")
    log = Log.objects.exclude(stopped="").order_by("-id").first()
    if log is None:
        return ""
    why = log.stopped
    log.stopped, log.stopped_at = "", None
    log.save(update_fields=["stopped", "stopped_at"])
    audit.record(by, "ledger.resume", f"log:{log.name}", because=because[:200])
    return why
