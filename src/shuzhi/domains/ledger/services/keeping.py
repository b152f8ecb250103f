"""The log through the years: its witness policy, its keys, and the turn from one log to the next.

Each of these changes is itself an entry that the witnesses see.
"""

from django.db import transaction

from shuzhi.domains.ledger import leaves, signing
from shuzhi.domains.ledger.models import Log
from shuzhi.domains.ledger.refusals import NotPublished, PolicyRefused
from shuzhi.domains.ledger.services import logs, publishing, reading
from shuzhi.engines.ledger import LedgerError, Policy, parse_policy
from shuzhi.spine import access, audit, clock
from shuzhi.spine.actors import Actor

_TRIES = 20  # a decision may arrive between publishing and freezing


@transaction.atomic
def set_policy(text: str, *, lower: bool = False, because: str, by: Actor) -> None:
    """Change whom the open log asks for cosignatures. Needing fewer witnesses than before must be said aloud (`lower`)."""
    access.require(by, "ledger.operate")
    log = logs.locked_log()
    policy = _usable(text, log)
    fewer = reading.needed(policy) < reading.needed(parse_policy(log.policy.encode()))
    if fewer and not lower:
        raise PolicyRefused(why="it needs fewer witnesses than before; say so explicitly if that is meant.")
    log.policy = text
    log.save(update_fields=["policy"])
    logs.append(log, [logs.own_draft(leaves.POLICY, text.encode())])
    audit.record(by, "ledger.policy", f"log:{log.name}", lowered=fewer, because=because[:200])


def _usable(text: str, log: Log) -> Policy:
    try:
        policy = parse_policy(text.encode())
    except LedgerError as error:
        raise PolicyRefused(why=f"{error}.") from error
    if not signing.signers_for(log.origin, policy):
        raise PolicyRefused(why=f"none of its log lines has a key of ours for {log.origin}.")
    return policy


def begin_key_rotation(*, because: str, by: Actor) -> str:
    """Make one more key; from now on both sign, so that witnesses and readers can learn the new one. Returns its vkey."""
    access.require(by, "ledger.operate")
    log = logs.latest_log() or logs.open_log(after=None)
    vkey = signing.make_key(log.origin).vkey
    lines = log.policy.splitlines()
    at = max(number for number, line in enumerate(lines) if line.startswith("log ")) + 1
    set_policy(_joined([*lines[:at], f"log {vkey}", *lines[at:]]), because=because, by=by)
    return vkey


def finish_key_rotation(*, because: str, by: Actor) -> str:
    """Let the newest key sign alone; the others leave the policy. Returns the vkey that stays."""
    access.require(by, "ledger.operate")
    log = logs.locked_log() if transaction.get_connection().in_atomic_block else logs.latest_log()
    lines = log.policy.splitlines() if log else []
    newest = [line for line in lines if line.startswith("log ")][-1]
    kept = [line for line in lines if not line.startswith("log ") or line == newest]
    set_policy(_joined(kept), because=because, by=by)
    return newest.split()[1]


def _joined(lines: list[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def freeze(*, because: str, by: Actor) -> str:
    """Close the open log with its last witnessed checkpoint and open the next, whose first entry names it.

    Returns the new log's name; raises NotPublished when the old one cannot be witnessed to its end.
    """
    access.require(by, "ledger.operate")
    for _try in range(_TRIES):
        publishing.publish(by=by)
        if name := _turn(because, by):
            return name
    raise NotPublished()


@transaction.atomic
def _turn(because: str, by: Actor) -> str:
    old = logs.locked_log()
    if old.published_size < old.size:
        return ""
    old.frozen_at = clock.now()
    old.save(update_fields=["frozen_at"])
    fresh = logs.open_log(after=old)
    audit.record(by, "ledger.freeze", f"log:{old.name}", next=fresh.name, because=because[:200])
    return fresh.name
