"""What everybody may see: where the log stands, who watches it, and its entries."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q, QuerySet

from shuzhi.domains.ledger import signing
from shuzhi.domains.ledger.cards import EntryCard, EntryPage, LedgerStatus, WitnessCard
from shuzhi.domains.ledger.codes import fits, read_receipt_code, receipt_code
from shuzhi.domains.ledger.models import INDEX_BITS, Entry, Log, Series, WitnessRecord, entry_key
from shuzhi.domains.ledger.services import logs
from shuzhi.engines.ledger import Policy, check_log_signature, leaf_hash, parse_checkpoint, parse_policy
from shuzhi.spine import clock
from shuzhi.spine.errors import NotFound

PAGE = 30
LATE = timedelta(minutes=1)  # recorded for so long without a quorum is an alarm


def status() -> LedgerStatus:
    """The open log at a glance."""
    log = logs.latest_log()
    if log is None:
        return LedgerStatus(
            log="",
            origin=settings.SHUZHI_LEDGER_NAME,
            state="empty",
            size=0,
            signed=0,
            published=0,
            root="",
            witnessed_at=None,
            stopped="",
            needed=0,
            of=0,
            witnesses=(),
            logs=(),
        )
    policy = parse_policy(log.policy.encode())
    return LedgerStatus(
        log=log.name,
        origin=log.origin,
        state=_state(log),
        size=log.size,
        signed=log.signed_size,
        published=log.published_size,
        root=parse_checkpoint(log.published.encode()).checkpoint.root.hex() if log.published else "",
        witnessed_at=log.witnessed_at,
        stopped=log.stopped,
        needed=needed(policy),
        of=len(policy.witnesses),
        witnesses=tuple(_witnesses(log, policy)),
        logs=tuple(Log.objects.order_by("-id").values_list("name", flat=True)),
    )


def _state(log: Log) -> str:
    if log.stopped:
        return "stopped"
    if log.published_size == log.size:
        return "witnessed"
    since = log.waiting_since or clock.now()
    return "late" if clock.now() - since > LATE else "waiting"


def needed(policy: Policy) -> int:
    """The fewest witnesses that make a quorum."""
    if policy.quorum is None:
        return 0
    return _fewest(policy, policy.quorum)


def _fewest(policy: Policy, name: str) -> int:
    group = policy.groups.get(name)
    if group is None:
        return 1
    return sum(sorted(_fewest(policy, member) for member in group.members)[: group.threshold])


def _witnesses(log: Log, policy: Policy) -> Iterable[WitnessCard]:
    rows = {row.name: row for row in WitnessRecord.objects.filter(log=log)}
    counted: Iterable[str] = ()
    if log.published:
        signed = parse_checkpoint(log.published.encode())
        under = parse_policy(log.published_policy.encode())
        counted = check_log_signature(signed, under, signing.checks()).witnesses
    for name, known in policy.witnesses.items():
        row = rows.get(name) or WitnessRecord(log=log, name=name)
        yield WitnessCard(
            name=name,
            url=known.url,
            vkey=known.key.vkey,
            size=row.size,
            lag=log.signed_size - row.size,
            counted=name in counted,
            cosigned_at=row.cosigned_at,
            asked_at=row.asked_at,
            failure=row.failure,
            refusals=row.refusals,
        )


def card(row: Entry, log: Log) -> EntryCard:
    leaf, index = bytes(row.leaf), row.pk & (1 << INDEX_BITS) - 1
    return EntryCard(
        log=log.name,
        index=index,
        code=receipt_code(log.name, index, leaf),
        organ=row.organ,
        series=row.series,
        number=row.number,
        type=row.type,
        day=row.day,
        witnessed=index < log.published_size,
        leaf=leaf.decode("ascii", "replace"),
        leaf_hash=leaf_hash(leaf).hex(),
    )


def cards(rows: Iterable[Entry]) -> list[EntryCard]:
    known = {log.pk: log for log in Log.objects.all()}
    return [card(row, known[row.pk >> INDEX_BITS]) for row in rows]


def entries(
    *, organ: str = "", series: str = "", number: int | None = None, day: date | None = None, before: str = ""
) -> EntryPage:
    """Public entries, newest first. Each of the arguments narrows the list."""
    rows = _of_day(day) if day else Entry.objects.all()
    if before.isascii() and before.isdigit() and len(before) < 19:
        rows = rows.filter(id__lt=int(before))
    if organ or series or number:
        rows = Entry.objects.filter(id__in=_keys_in_series(rows, organ, series, number))
    found = list(rows.order_by("-id")[: PAGE + 1])
    more = str(found[PAGE - 1].pk) if len(found) > PAGE else ""
    return EntryPage(tuple(cards(found[:PAGE])), more)


def _of_day(day: date) -> QuerySet[Entry]:
    """Entries come nearly in the order of their days: between the first and the last of a day stand few others."""
    keys = Entry.objects.filter(day=day).values_list("id", flat=True)
    ends = [*keys.order_by("id")[:1], *keys.order_by("-id")[:1]]
    return Entry.objects.filter(day=day, id__range=ends) if ends else Entry.objects.none()


def _keys_in_series(rows: QuerySet[Entry], organ: str, series: str, number: int | None) -> list[int]:
    """The newest entries of each organ's series; each is read along the one index, however long it is."""
    wanted = {name: value for name, value in (("organ", organ), ("name", series)) if value}
    keys: list[int] = []
    for one in Series.objects.filter(**wanted, last__gte=number or 1):
        log = Q(id__gte=entry_key(one.log_id, 0), id__lt=entry_key(one.log_id + 1, 0))
        alike = Q(log, organ=one.organ, series=one.name)
        if number:  # numbers have no gap: number n is the n-th
            inside = Entry.objects.filter(alike).order_by("id").values_list("id", flat=True)
            keys += rows.filter(id__in=list(inside[number - 1 : number])).values_list("id", flat=True)
        else:
            keys += rows.filter(alike).order_by("-id").values_list("id", flat=True)[: PAGE + 1]
    return sorted(keys)[-PAGE - 1 :]


def organs() -> list[str]:
    """The organs that have entries, by their codes."""
    return sorted(set(Series.objects.values_list("organ", flat=True)))


def entry(log_name: str, index: int) -> EntryCard:
    row, log = find(log_name, index)
    return card(row, log)


def find(log_name: str, index: int) -> tuple[Entry, Log]:
    log = Log.objects.filter(name=log_name).first()
    row = (
        Entry.objects.filter(pk=entry_key(log.pk, index)).first()
        if log and index >> INDEX_BITS == 0
        else None
    )
    if log is None or row is None:
        raise NotFound(what=f"{log_name}-{index}"[:60])
    return row, log


def entry_of_code(code: str) -> EntryCard:
    """The entry of a receipt code; a code with a typing mistake finds nothing."""
    parts = read_receipt_code(code[:60])
    if parts is None:
        raise NotFound(what=code[:60])
    row, log = find(parts[0], parts[1])
    if not fits(parts[2], bytes(row.leaf)):
        raise NotFound(what=code[:60])
    return card(row, log)


def of_subject(subject: str, *, limit: int = 200) -> list[Entry]:
    """The entries about a subject, oldest first."""
    return list(Entry.objects.filter(subject=subject).order_by("id")[:limit])
