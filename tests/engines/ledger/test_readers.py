"""Every reader of what others hand to us: near misses are refused, none crashes, and each thing has one spelling."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.given import LOG, given_draw, given_leaf, given_leaves, given_log, given_policy

from shuzhi.engines.ledger import (
    AddCheckpoint,
    Hashes,
    LedgerError,
    Malformed,
    Receipt,
    format_opening,
    format_type_list,
    parse_add_checkpoint,
    parse_checkpoint,
    parse_leaf,
    parse_note,
    parse_opening,
    parse_policy,
    parse_receipt,
    parse_signature_lines,
    parse_type_list,
    parse_vkey,
    prove_consistency,
    prove_inclusion,
    seal,
    verify_receipt,
)
from shuzhi.engines.ledger.tiles import pack_entries, unpack_entries

INSERTED = st.one_of(
    st.binary(max_size=3),
    st.sampled_from([b"\n", b"\n\n", b" ", b"  ", b"+", b"=", b"0", b"-", b"\t", b"\r\n", b"\x00", b"\x80"]),
    st.sampled_from(["— ", "\u3000", "\u2028", "٣", "\ufeff"]).map(str.encode),
)


@cache
def given_samples() -> dict[str, bytes]:
    """One honest example of everything that is read."""
    log = given_log(given_leaves(300), given_leaves(500)[300:])
    hashes, signed = Hashes(log.read, 500), log.checkpoints[-1]
    entry = given_leaves(500)[77]
    return {
        "note": bytes(signed.note),
        "checkpoint": bytes(signed),
        "signature lines": "".join(line.line for line in signed.note.signatures).encode(),
        "vkey": LOG.key.vkey.encode(),
        "receipt": bytes(Receipt(77, tuple(prove_inclusion(hashes, 77)), signed, entry)),
        "request": bytes(AddCheckpoint(300, tuple(prove_consistency(hashes, 300)), signed)),
        "leaf": bytes(given_leaf(7, pub=bytes(32))),
        "type list": format_type_list(["a.b", "c"]),
        "bundle": pack_entries([b"one", b"", b"three"]),
        "policy": given_policy(),
        "opening": format_opening(seal({"name": "synthetic", "fen": 5}, given_draw())[1]),
    }


ONE_SPELLING: dict[str, tuple[Callable[[bytes], Any], Callable[[Any], bytes]]] = {
    "note": (parse_note, bytes),
    "checkpoint": (parse_checkpoint, bytes),
    "signature lines": (
        lambda raw: parse_signature_lines(raw.decode("utf-8", "surrogateescape")),
        lambda lines: "".join(line.line for line in lines).encode(),
    ),
    "vkey": (lambda raw: parse_vkey(raw.decode("utf-8", "surrogateescape")), lambda key: key.vkey.encode()),
    "receipt": (parse_receipt, bytes),
    "request": (parse_add_checkpoint, bytes),
    "leaf": (parse_leaf, bytes),
    "type list": (parse_type_list, format_type_list),
    "bundle": (unpack_entries, pack_entries),
}


def near(name: str) -> st.SearchStrategy[bytes]:
    """The honest example with one or two places altered."""

    def altered(raw: bytes, places: list[tuple[int, int, bytes]]) -> bytes:
        for at, gone, put in places:
            at %= len(raw) + 1
            raw = raw[:at] + put + raw[at + gone :]
        return raw

    place = st.tuples(st.integers(0, 5000), st.integers(0, 4), INSERTED)
    return st.builds(altered, st.just(given_samples()[name]), st.lists(place, min_size=1, max_size=2))


@pytest.mark.thorough
@pytest.mark.parametrize("name", ONE_SPELLING)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_what_is_read_is_written_back_byte_by_byte_or_was_refused(name: str, data: st.DataObject) -> None:
    """A second spelling would let two different files carry the meaning of one signature."""
    read, write = ONE_SPELLING[name]
    raw = data.draw(near(name))
    try:
        parsed = read(raw)
    except Malformed:
        return
    assert write(parsed) == raw


@pytest.mark.parametrize(("name", "read"), [("policy", parse_policy), ("opening", parse_opening)])
@given(data=st.data())
@settings(max_examples=200, deadline=None)
def test_files_that_people_edit_are_read_or_refused_but_never_crash(
    name: str, read: Callable[[bytes], object], data: st.DataObject
) -> None:
    try:
        read(data.draw(near(name)))
    except Malformed:
        return


@given(near("receipt"))
@settings(max_examples=200, deadline=None)
def test_no_altered_receipt_shows_another_entry_index_or_tree(raw: bytes) -> None:
    honest = parse_receipt(given_samples()["receipt"])
    try:
        receipt = parse_receipt(raw)
        verify_receipt(receipt, honest.extra or b"", parse_policy(given_policy()))
    except LedgerError:
        return
    assert (receipt.index, receipt.signed.note.text) == (honest.index, honest.signed.note.text)
