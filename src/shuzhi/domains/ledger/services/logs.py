"""Which log is open, and the one place where entries get their index and running number."""

import hashlib
import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence

from django.conf import settings
from django.db import transaction

from shuzhi.domains.ledger import leaves, signing, vault
from shuzhi.domains.ledger.leaves import Draft
from shuzhi.domains.ledger.models import Document, Entry, Log, Series, entry_key
from shuzhi.engines.ledger import FIRST_OF_YEAR, TYPE_LIST, Leaf, format_type_list, installed_sm3
from shuzhi.spine import clock
from shuzhi.spine.rows import insert_rows, update_rows
from shuzhi.spine.subject_keys import Cipher

COLUMNS = ("id", "position", "organ", "series", "number", "type", "day", "subject", "leaf", "sealed")


def latest_log() -> Log | None:
    return Log.objects.order_by("-id").first()


def own_organ() -> str:
    organ: str = settings.SHUZHI_LEDGER_ORGAN
    return organ


@transaction.atomic
def open_log(*, after: Log | None) -> Log:
    """Begin the log that follows `after`: its first entry names the last checkpoint, then come types and policy."""
    name = _fresh_name()
    origin = f"{settings.SHUZHI_LEDGER_NAME}/{name}"
    policy = _first_policy(signing.first_key(origin).vkey, after)
    log = Log.objects.create(name=name, origin=origin, policy=policy, opened_at=clock.now())
    drafts = [own_draft(FIRST_OF_YEAR, after.published.encode())] if after else []
    append(log, [*drafts, own_draft(leaves.POLICY, policy.encode())])
    return log


def _fresh_name() -> str:
    """The year; a second log of one year, e.g. after a database was restored, is numbered."""
    year = str(clock.today().year)
    taken = set(Log.objects.filter(name__startswith=year).values_list("name", flat=True))
    return next(name for name in (year, *(f"{year}-{n}" for n in range(2, 1000))) if name not in taken)


def _first_policy(vkey: str, after: Log | None) -> str:
    """The new log is watched by the witnesses of the one before."""
    lines = after.policy.splitlines() if after else ["quorum none"]
    others = [line for line in lines if line.split()[:1] != ["log"]]
    return "".join(f"{line}\n" for line in [f"log {vkey}", *others])


def own_draft(type_: str, document: bytes) -> Draft:
    """An entry of the log about itself."""
    day = clock.now().astimezone(leaves.BEIJING).date()
    return Draft(organ=own_organ(), series=leaves.OWN_SERIES, type=type_, day=day, document=document)


def locked_log() -> Log:
    """The open log, held until the transaction ends; the first one is opened when there is none."""
    while True:
        latest = latest_log() or open_log(after=None)
        log = Log.objects.select_for_update().get(pk=latest.pk)
        if log.frozen_at is None:  # else it was frozen while we waited for the lock, and the next one is open
            return log


def append(log: Log, drafts: Iterable[Draft]) -> range:
    """Give entries their places at the end of a log whose row is locked; returns the indexes.

    Belongs into the transaction that caused the entries: all of them come to be, or none.
    """
    listed = _with_types(log, list(drafts))
    numbers = numbered(log, listed)
    ciphers = vault.ciphers_for([draft.subject for draft in listed if draft.values])
    insert_rows(Entry, COLUMNS, _rows(log, listed, numbers, ciphers))
    _keep_documents(listed)
    first, log.size = log.size, log.size + len(listed)
    log.waiting_since = log.waiting_since or clock.now()
    log.save(update_fields=["size", "types", "waiting_since"])
    return range(first, log.size)


def _rows(
    log: Log, drafts: Sequence[Draft], numbers: Sequence[int], ciphers: Mapping[str, Cipher]
) -> Iterator[tuple[object, ...]]:
    key, sm3 = entry_key(log.pk, log.size), installed_sm3() if settings.SHUZHI_LEDGER_SM3 else None
    for at, (draft, number) in enumerate(zip(drafts, numbers, strict=True)):
        leaf, sealed = leaves.sealed(draft, number=number, cipher=ciphers.get(draft.subject), sm3=sm3)
        repeated = (draft.organ, draft.series, number, draft.type, draft.day, draft.subject)
        yield (key + at, draft.position, *repeated, leaf, sealed)


def _with_types(log: Log, drafts: list[Draft]) -> list[Draft]:
    """Put a new type list before the first entry of a type that is not yet listed."""
    codes = _fresh_list(log, {draft.type for draft in drafts})
    if codes is None:
        return drafts
    before = 1 if drafts[0].type == FIRST_OF_YEAR else 0
    return [*drafts[:before], own_draft(TYPE_LIST, codes), *drafts[before:]]


def list_types(log: Log, types: set[str]) -> None:
    """Have these types listed before entries of them come; nothing is appended when they are."""
    codes = _fresh_list(log, types)
    if codes is not None:
        append(log, [own_draft(TYPE_LIST, codes)])


def _fresh_list(log: Log, types: set[str]) -> bytes | None:
    """The list that is to be logged before entries of these types; None when each of them is listed."""
    listed = set(log.types.split())
    fresh = types - listed - {TYPE_LIST, FIRST_OF_YEAR}
    if not fresh:
        return None
    codes = format_type_list(listed | fresh | set(leaves.known_types()))
    log.types = codes.decode().partition("\n")[2]
    return codes


def numbered(log: Log, drafts: Sequence[Draft | Leaf]) -> list[int]:
    """The running number of each entry; the last ones are kept."""
    wanted = {(draft.organ, draft.series) for draft in drafts}
    rows = {
        (row.organ, row.name): row
        for row in Series.objects.filter(log=log, organ__in={organ for organ, _name in wanted})
    }
    for organ, name in sorted(wanted - rows.keys()):
        rows[organ, name] = Series.objects.create(log=log, organ=organ, name=name)
    counts = {place: itertools.count(row.last + 1) for place, row in rows.items()}
    numbers = [next(counts[draft.organ, draft.series]) for draft in drafts]
    update_rows(Series, ("last",), [(next(counts[one]) - 1, rows[one].pk) for one in sorted(wanted)])
    return numbers


def _keep_documents(drafts: Iterable[Draft]) -> None:
    documents = {draft.document for draft in drafts if draft.document is not None}
    rows = [(hashlib.sha256(one).hexdigest(), one) for one in sorted(documents)]
    insert_rows(Document, ("digest", "content"), rows, unless_taken="digest")
