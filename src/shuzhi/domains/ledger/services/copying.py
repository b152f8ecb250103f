"""Full copies of the public files: what a mirror holds was checked against the witnesses' signatures on the way."""

import logging
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

from shuzhi.domains.ledger import places, signing
from shuzhi.domains.ledger.cards import CopyCard
from shuzhi.domains.ledger.models import Log
from shuzhi.engines.ledger import (
    CHECKPOINT_PATH,
    WIDTH,
    LedgerError,
    Policy,
    ReadFile,
    Unverified,
    all_tiles,
    check_policy,
    document_path,
    parse_checkpoint,
    parse_leaf,
    parse_policy,
    read_entries,
    root_at,
    scan_bundle,
)
from shuzhi.programs.directories import directory_reader
from shuzhi.programs.tiles import LogDirectory

log_ = logging.getLogger("shuzhi.ledger")
POLICY_PATH = "policy.txt"
_AT_ONCE = 500  # files


def mirrors() -> list[Path]:
    return [Path(place) for place in settings.SHUZHI_LEDGER_MIRRORS]


def copies() -> list[CopyCard]:
    """What each configured copy has of the open log."""
    log = Log.objects.order_by("-id").first()
    return [CopyCard(str(place), _size_at(place / log.name) if log else 0) for place in mirrors()]


def _size_at(place: Path) -> int:
    raw = directory_reader(str(place))(CHECKPOINT_PATH)
    return parse_checkpoint(raw).checkpoint.size if raw else 0


def refresh_mirrors() -> int:
    """Bring every configured copy up to date; returns how many are. A copy that fails waits for the next time."""
    done = 0
    for log in Log.objects.exclude(published="").order_by("id"):
        read = LogDirectory(places.public(log.name)).read
        for place in mirrors():
            try:
                copy_log(read, place / log.name, parse_policy(log.published_policy.encode()))
                done += 1
            except (LedgerError, OSError) as error:
                log_.warning("the copy in %s is behind: %s", place, error)
    return done


def copy_log(read: ReadFile, place: Path, policy: Policy) -> int:
    """Copy what is new of a log into a directory, verify it there, then put the checkpoint in place; returns its size.

    Raises LedgerError when quorum, tree or entries do not hold: then the copy stays as it was.
    """
    raw = read(CHECKPOINT_PATH)
    if raw is None:
        raise Unverified("the source serves no checkpoint")
    signed = parse_checkpoint(raw)
    check_policy(signed, policy, signing.checks())
    copy, size = LogDirectory(place), signed.checkpoint.size
    known = copy.read(CHECKPOINT_PATH)
    old = parse_checkpoint(known).checkpoint.size if known else 0
    paths = [tile.path for tile in all_tiles(size) if not tile.is_within(old)]
    for start in range(0, len(paths), _AT_ONCE):
        copy.add({path: _present(read, path) for path in paths[start : start + _AT_ONCE]}, replace=True)
    if root_at(copy.read, size, within=size) != signed.checkpoint.root:
        raise Unverified("the copied tiles do not lead to the signed root")
    documents: dict[str, bytes] = {}
    for index in range(old // WIDTH, (size + WIDTH - 1) // WIDTH):
        scan = scan_bundle(copy.read, index, size, seen=size)
        if scan.findings:
            raise Unverified(str(scan.findings[0]))
        if (
            scan.other_row
        ):  # the unfinished bundle's hashes lead to the signed root, so its entries are what differs
            raise Unverified(f"{scan.tile.path}: its entries are not those that were signed")
        documents |= {path: _present(read, path) for path in _documents(copy.read, index, size)}
    policy_file = read(POLICY_PATH)
    copy.add(documents | ({POLICY_PATH: policy_file} if policy_file else {}), replace=True)
    copy.publish(raw)
    return size


def _documents(read: ReadFile, index: int, size: int) -> Iterator[str]:
    for entry in read_entries(read, index, size):
        if b"\npub -\n" not in entry and (pub := parse_leaf(entry).pub):
            yield document_path(pub.hex())


def _present(read: ReadFile, path: str) -> bytes:
    raw = read(path)
    if raw is None:
        raise Unverified(f"{path} is missing")
    return raw
