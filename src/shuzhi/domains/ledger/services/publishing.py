"""From entries to a witnessed checkpoint that everybody can read: what the worker does between rounds of delivery."""

import time
from collections.abc import Collection
from contextlib import suppress

from django.db.models import F, Q, QuerySet

from shuzhi.domains.ledger import places, signing
from shuzhi.domains.ledger.models import Log, WitnessRecord
from shuzhi.domains.ledger.services import growing, talking
from shuzhi.domains.ledger.services.copying import POLICY_PATH, refresh_mirrors
from shuzhi.domains.ledger.services.stopping import Mismatch, stop
from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    Hashes,
    LedgerError,
    Policy,
    SignedCheckpoint,
    check_log_signature,
    check_policy,
    keep_valid,
    parse_checkpoint,
    parse_policy,
    prove_consistency,
    root_at,
    verify_note,
)
from shuzhi.programs.tiles import LogDirectory
from shuzhi.spine import access, clock
from shuzhi.spine.actors import SYSTEM, Actor

INTERVAL_S = (
    0.25  # at most one checkpoint in this time, so that a flood of entries makes no flood of checkpoints
)
LONGEST_PAUSE_S = 30.0


class _Pace:
    """When this process may ask the witnesses again; doubled while there is no quorum."""

    def __init__(self) -> None:
        self.next_at = 0.0
        self.pause = INTERVAL_S

    def is_due(self) -> bool:
        return time.monotonic() >= self.next_at

    def note(self, *, published: bool) -> None:
        self.pause = INTERVAL_S if published else min(LONGEST_PAUSE_S, max(1.0, self.pause * 2))
        self.next_at = time.monotonic() + self.pause


_pace = _Pace()
_compared: set[str] = set()  # the public directories that this process has compared with the witnesses


def publish_in_turn() -> int:
    """The worker's chore: publish when something waits and it is time."""
    if not _pace.is_due() or not _waiting().exists():
        return 0
    published = publish(by=SYSTEM)
    _pace.note(published=published > 0)
    if published:
        refresh_mirrors()
    return published


def _waiting() -> QuerySet[Log]:
    return Log.objects.filter(Q(published_size__lt=F("size")), stopped="")


def publish(*, by: Actor) -> int:
    """Grow, sign, have witnessed and publish every log that has entries waiting; returns how many got published."""
    access.require(by, "ledger.operate")
    with places.publishing() as held:
        if not held:
            return 0
        return sum(_carry(log) for log in list(_waiting().order_by("id")))


def _carry(log: Log) -> int:
    before = log.published_size
    try:
        directory = _ready_directory(log)
        if directory is None:
            return 0
        if log.signed_size < log.size and not growing.grow_and_sign(log, directory):
            return 0
    except Mismatch as mismatch:
        stop(log, str(mismatch))
        return 0
    return log.published_size - before if _have_witnessed(log, directory) else 0


def _ready_directory(log: Log) -> LogDirectory | None:
    """The log's directory, at the start of a process compared with the witnesses and swept; None: they do not answer.

    With what was published it is compared each time: a database may also become an old copy while this process runs,
    e.g. when another server takes over.   Raises Mismatch.
    """
    directory = growing.directory_of(log)
    published = directory.read(CHECKPOINT_PATH) or b""
    if published != log.published.encode():
        with suppress(LedgerError):  # what is no checkpoint says nothing; the next publication replaces it
            _compare(log, directory, "the public directory", parse_checkpoint(published))
    if str(directory.root) in _compared:
        return directory
    if not _agrees_with_witnesses(log, directory):
        return None
    directory.sweep(log.signed_size)
    _compared.add(str(directory.root))
    return directory


def _agrees_with_witnesses(log: Log, directory: LogDirectory) -> bool:
    """Whether enough witnesses answered, and none has seen more than this database, or something else.

    A database restored from a backup would otherwise sign a second history.   Raises Mismatch.
    """
    policy = parse_policy(log.policy.encode())
    seen = talking.last_seen(urls_of(policy), log.origin)
    for name, signed in seen.items():
        if signed is not None:
            _compare(log, directory, f"witness {name}", signed)
    return policy.is_met_by(frozenset(seen))


def _compare(log: Log, directory: LogDirectory, who: str, signed: SignedCheckpoint) -> None:
    head = signed.checkpoint
    if not _is_ours(log, signed):
        return  # nobody can hold it against us
    if head.size > log.signed_size:
        raise Mismatch(
            f"{who} has seen {head.size} entries, this database has signed {log.signed_size}: it is an old copy"
        )
    try:
        root = root_at(directory.read, head.size, within=log.signed_size)
    except LedgerError as error:
        raise Mismatch(str(error)) from error
    if root != head.root:
        raise Mismatch(f"{who} has seen another history of {head.size} entries")


def _is_ours(log: Log, signed: SignedCheckpoint) -> bool:
    """Whether a key of ours signed it, also one that this database, being an old copy, knows nothing of yet."""
    keys = {known.key for known in parse_policy(log.policy.encode()).logs} | signing.own_keys(log.origin)
    try:
        verified = verify_note(signed.note, keys, signing.checks())
    except LedgerError:
        return False
    return signed.checkpoint.origin == log.origin and bool(verified.times)


def urls_of(policy: Policy) -> dict[str, str]:
    return {name: known.url for name, known in policy.witnesses.items() if known.url}


def _have_witnessed(log: Log, directory: LogDirectory) -> bool:
    """Collect cosignatures and put the checkpoint in place once the quorum is there."""
    policy = parse_policy(log.policy.encode())
    signed = parse_checkpoint(log.signed.encode())
    hashes = Hashes(directory.read, log.signed_size)
    records = {row.name: row for row in WitnessRecord.objects.filter(log=log)}
    witness_keys = [known.key for known in policy.witnesses.values()]

    def cosigned(answers: list[talking.Answer]) -> SignedCheckpoint:
        offered = [signature for answer in answers for signature in answer.signatures]
        note = keep_valid(signed.note, offered, witness_keys, signing.checks())
        return SignedCheckpoint(signed.checkpoint, note)

    def is_enough(answers: list[talking.Answer]) -> bool:
        try:
            return bool(check_policy(cosigned(answers), policy, signing.checks()))
        except LedgerError:
            return False

    answers = talking.ask_all(
        urls_of(policy),
        {name: row.size for name, row in records.items()},
        signed,
        lambda size: prove_consistency(hashes, size),
        is_enough,
    )
    whole = cosigned(answers)
    _remember(log, answers, check_log_signature(whole, policy, signing.checks()).witnesses)
    if is_enough(answers):
        _put_in_place(log, directory, whole)
        return True
    return False


def _put_in_place(log: Log, directory: LogDirectory, cosigned: SignedCheckpoint) -> None:
    if not _is_policy_in_place(log, directory):
        directory.add({POLICY_PATH: log.policy.encode()}, replace=True)
    directory.publish(bytes(cosigned))
    log.published_size, log.published = cosigned.checkpoint.size, bytes(cosigned).decode()
    log.published_policy, log.witnessed_at = log.policy, clock.now()
    log.save(update_fields=["published_size", "published", "published_policy", "witnessed_at"])
    row = Log.objects.filter(pk=log.pk)
    if not row.filter(size=log.published_size).update(waiting_since=None):
        row.update(waiting_since=log.witnessed_at)


def _is_policy_in_place(log: Log, directory: LogDirectory) -> bool:
    """Whether the last publication put this policy there: then it is on the disk, and nothing is to be waited for."""
    return log.published_policy == log.policy and directory.read(POLICY_PATH) == log.policy.encode()


def _remember(log: Log, answers: list[talking.Answer], cosigned: Collection[str]) -> None:
    """What the witness board shows. Only a cosignature that holds counts as one."""
    now = clock.now()
    for answer in answers:
        row, _created = WitnessRecord.objects.get_or_create(log=log, name=answer.name)
        row.asked_at = now
        if answer.name in cosigned:
            row.size, row.cosigned_at, row.failure = log.signed_size, now, ""
        else:
            row.failure = answer.failure or "its cosignature does not hold"
            row.refusals += answer.refused or not answer.failure
        row.save()


def forget_comparison() -> None:
    """Compare with the witnesses again before anything is signed, as at the start of a process."""
    _compared.clear()
