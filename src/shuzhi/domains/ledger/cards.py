"""What the world sees of the ledger."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, kw_only=True)
class EntryCard:
    """One public entry.   code: what stands on the receipt.   witnessed: covered by a published checkpoint."""

    log: str
    index: int
    code: str
    organ: str
    series: str
    number: int
    type: str
    day: date
    witnessed: bool
    leaf: str
    leaf_hash: str


@dataclass(frozen=True)
class EntryPage:
    """One page of a list, newest first. `next_before` continues it, "" at the end."""

    items: tuple[EntryCard, ...]
    next_before: str


@dataclass(frozen=True, kw_only=True)
class WitnessCard:
    """size: entries that it cosigned last.   lag: entries that the log signed since.   counted: under the published
    checkpoint.   vkey: what its signature is checked with.
    """

    name: str
    url: str
    vkey: str
    size: int
    lag: int
    counted: bool
    cosigned_at: datetime | None
    asked_at: datetime | None
    failure: str
    refusals: int


@dataclass(frozen=True)
class CopyCard:
    """A full copy elsewhere.   size: entries that it has of the open log."""

    place: str
    size: int


@dataclass(frozen=True)
class AnchorCard:
    """Somebody outside who keeps checkpoints.   size: entries under the last one that it took.   failure: of the last try."""

    kind: str
    size: int
    failure: str


@dataclass(frozen=True, kw_only=True)
class LedgerStatus:
    """Where the open log stands.   size: entries recorded.   published: those that witnesses saw and everybody can read.

    state: empty, witnessed, waiting (recorded, not yet witnessed), late (waiting for more than a minute) or stopped.
    needed, of: how many of how many witnesses a quorum takes; 0 when the policy asks for none.
    """

    log: str
    origin: str
    state: str
    size: int
    signed: int
    published: int
    root: str
    witnessed_at: datetime | None
    stopped: str
    needed: int
    of: int
    witnesses: tuple[WitnessCard, ...]
    logs: tuple[str, ...]


@dataclass(frozen=True)
class ReceiptFiles:
    """A receipt that was verified before it was handed out.   opening: None when nothing is sealed for this reader."""

    entry: EntryCard
    proof: bytes
    policy: bytes
    opening: bytes | None = None


@dataclass(frozen=True)
class DecisionRef:
    """Which decision, as the room that made it counts: the `number`-th of a family of kinds about a subject.

    type: the kind that it must be, so that a wrong count finds nothing instead of another decision.
    """

    subject: str
    family: str
    type: str
    number: int


@dataclass(frozen=True, kw_only=True)
class ChainLink:
    """One decision of an accountability chain, as its verified opening tells it.

    who: reference of the actor.   late_minutes: working minutes past the promised time.   waited_minutes: since the
    link before.   opened: False when the personal part was erased, so that only what is public remains.
    """

    entry: EntryCard
    opened: bool
    what: str
    at: datetime | None
    who: str
    unit: str
    basis: str
    late_minutes: int
    waited_minutes: int | None
    values: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fault:
    """Something that the check of the whole ledger found.   where: the file, entry or row."""

    code: str
    where: str
    detail: str
