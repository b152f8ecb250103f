"""Reading a whole log again: one altered byte anywhere is found, and named."""

from __future__ import annotations

import hashlib
import itertools
import random
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.given import Published, given_leaf, given_leaves, given_log

from shuzhi.engines.ledger import (
    Auditor,
    Checkpoint,
    Finding,
    Reference,
    all_tiles,
    check_partial_tiles,
    document_path,
    format_type_list,
    leaf_hash,
    parse_checkpoint,
)

SIZE = 66_000  # three levels of tiles, the last of each unfinished


def findings_of(log: Published) -> list[Finding]:
    return Auditor().walk(log.read, parse_checkpoint(log.files["checkpoint"]).checkpoint)


@pytest.fixture(scope="module")
def large() -> Published:
    return given_log(given_leaves(SIZE))


def test_an_honest_log_shows_nothing(large: Published) -> None:
    assert findings_of(large) == []


@given(st.lists(st.integers(0, 400), min_size=1, max_size=5))
@settings(max_examples=30, deadline=None)
def test_walking_in_steps_gives_the_same_as_walking_at_once(batches: list[int]) -> None:
    entries, at = given_leaves(sum(batches)), 0
    log, in_steps = Published(), Auditor()
    for batch in batches:
        signed = log.add(entries[at : at + batch])
        at += batch
        assert in_steps.walk(log.read, signed.checkpoint) == []
    at_once = Auditor()

    assert at_once.walk(log.read, log.checkpoints[-1].checkpoint) == []
    assert (in_steps.edge, in_steps.series) == (at_once.edge, at_once.series)


LIST = format_type_list(["workorder.closed"])
LISTED = hashlib.sha256(LIST).digest()
STRANGE_LEAVES = st.one_of(
    st.just(b"not a leaf"),
    st.builds(
        lambda number, kind, target: bytes(
            given_leaf(
                number,
                type=kind,
                pub=LISTED,
                ref=Reference("corrects", target, bytes(32)) if target else None,
            )
        ),
        st.integers(1, 6),
        st.sampled_from(["workorder.closed", "unlisted", "log.types"]),
        st.integers(0, 9),
    ),
)


def facts_of(findings: list[Finding]) -> set[tuple[str, str]]:
    """What is wrong, whatever way neighbours were told together: each number, each type, else the place."""
    facts = set()
    for finding in findings:
        numbers = [
            int(word) for word in re.findall(r"(?<=number )\d+|(?<=numbers )\d+|(?<=to )\d+", finding.detail)
        ]
        if finding.code in ("gap", "repeat"):
            facts |= {(finding.code, str(number)) for number in range(numbers[0], numbers[-1] + 1)}
        else:
            facts.add((finding.code, finding.detail if finding.code == "type" else finding.where))
    return facts


@given(
    st.lists(STRANGE_LEAVES, max_size=12), st.integers(0, 12), st.integers(0, 12), st.sampled_from([0, 250])
)
@settings(max_examples=100, deadline=None)
def test_a_dishonest_log_shows_the_same_in_steps_as_at_once(
    strange: list[bytes], one: int, two: int, honest: int
) -> None:
    entries = given_leaves(honest, ["other"]) + strange
    cuts: list[int] = [0, *sorted(min(honest + cut, len(entries)) for cut in (one, two)), len(entries)]
    log, in_steps, found = Published(), Auditor(), []
    log.files[document_path(LISTED.hex())] = LIST
    for start, end in itertools.pairwise(cuts):
        found += in_steps.walk(log.read, log.add(entries[start:end]).checkpoint)

    assert facts_of(found) == facts_of(findings_of(log))


def test_all_tiles_are_what_a_log_must_serve(large: Published) -> None:
    assert {tile.path for tile in all_tiles(SIZE)} | {"checkpoint"} == set(large.files)


@pytest.mark.thorough
@pytest.mark.parametrize(
    "path",
    ["tile/entries/000", "tile/entries/100", "tile/entries/257.p/208", "tile/0/000", "tile/0/100", "tile/0/257.p/208",
     "tile/1/000", "tile/1/001.p/1", "tile/2/000.p/1"],
)  # fmt: skip
def test_one_flipped_byte_in_any_file_is_named(large: Published, path: str) -> None:
    draw = random.Random(path)
    raw = large.files[path]
    for at in (len(raw) - 1, draw.randrange(len(raw))):
        damaged = Published({**large.files, path: raw[:at] + bytes([raw[at] ^ 0x20]) + raw[at + 1 :]})
        findings = findings_of(damaged)

        assert path in [f.where for f in findings if f.code in ("bundle", "tile")], (at, findings)


def test_a_flipped_byte_in_an_entry_names_that_entry_and_clears_the_tile(large: Published) -> None:
    path, raw = "tile/entries/003", large.files["tile/entries/003"]
    length = int.from_bytes(raw[:2], "big")
    at = 2 + length + 2 + 7  # inside the second entry
    damaged = Published({**large.files, path: raw[:at] + b"z" + raw[at + 1 :]})

    first = findings_of(damaged)[0]
    assert (first.code, first.where) == ("bundle", path)
    assert f"entry {3 * 256 + 1} " in first.detail


def test_a_flipped_hash_names_its_slot_and_clears_the_bundle(large: Published) -> None:
    path, raw = "tile/0/003", large.files["tile/0/003"]
    damaged = Published({**large.files, path: raw[:320] + b"z" + raw[321:]})

    assert findings_of(damaged) == [Finding("tile", path, f"hash 10 is not that of entry {3 * 256 + 10}")]


@pytest.mark.parametrize("path", ["tile/entries/005", "tile/0/005", "tile/1/000"])
def test_a_missing_file_is_named(large: Published, path: str) -> None:
    files = {name: raw for name, raw in large.files.items() if name != path}

    assert path in findings_of(Published(files))[0].where


def test_a_wrong_root_and_a_shrunken_log_are_named() -> None:
    log = given_log(given_leaves(300))
    origin = log.checkpoints[-1].checkpoint.origin
    auditor = Auditor()

    assert [f.code for f in auditor.walk(log.read, Checkpoint(origin, 300, bytes(32)))] == ["checkpoint"]
    assert "shrank from 300 to 299" in auditor.walk(log.read, Checkpoint(origin, 299, bytes(32)))[0].detail


def test_entries_that_were_rewritten_between_two_walks_are_named() -> None:
    log, auditor = given_log(given_leaves(300)), Auditor()
    auditor.walk(log.read, log.checkpoints[-1].checkpoint)
    other = given_log(given_leaves(310, ["elsewhere"]))

    codes = {f.code for f in auditor.walk(other.read, other.checkpoints[-1].checkpoint)}
    assert codes == {"rewritten", "checkpoint"} or codes == {"rewritten", "checkpoint", "tile"}


def test_gaps_and_repeats_are_named_across_bundles() -> None:
    entries = [bytes(given_leaf(number)) for number in range(1, 600) if number != 300]
    log = given_log([*entries, bytes(given_leaf(598))])

    assert findings_of(log) == [
        Finding("gap", "dept-housing orders (entry 299)", "number 300 is missing"),
        Finding("repeat", "dept-housing orders (entry 598)", "number 598 is given again"),
    ]


def test_what_is_not_a_leaf_is_named() -> None:
    log = given_log([*given_leaves(2), b"gl1\nfree text\n", bytes(given_leaf(2)).replace(b"05-03", b"02-30")])

    assert [(f.code, f.where) for f in findings_of(log)] == [("leaf", "entry 2"), ("leaf", "entry 3")]


def test_types_must_be_in_the_list_that_is_logged_before_them() -> None:
    listed = format_type_list(["workorder.closed"])
    digest = hashlib.sha256(listed).digest()
    entries = [
        bytes(given_leaf(1, type="unlisted.yet")),
        bytes(given_leaf(1, series="log", type="log.types", pub=digest)),
        bytes(given_leaf(2)),
        bytes(given_leaf(3, type="workorder.lost")),
    ]
    log = given_log(entries)
    log.files[document_path(digest.hex())] = listed

    assert findings_of(log) == [Finding("type", "entry 3", "workorder.lost is not in the type list")]
    del log.files[document_path(digest.hex())]
    assert [f.code for f in findings_of(log)] == ["types"]


def test_an_altered_type_list_is_named() -> None:
    listed, other = format_type_list(["workorder.closed"]), format_type_list(["workorder.closed", "x"])
    digest = hashlib.sha256(listed).digest()
    log = given_log([bytes(given_leaf(1, type="log.types", pub=digest))])
    log.files[document_path(digest.hex())] = other

    assert [f.code for f in findings_of(log)] == ["types"]


def test_references_must_go_back_to_the_entry_that_they_mean() -> None:
    first = bytes(given_leaf(1))
    good = bytes(given_leaf(2, ref=Reference("corrects", 0, leaf_hash(first))))
    wrong = bytes(given_leaf(3, ref=Reference("corrects", 1, leaf_hash(first))))
    ahead = bytes(given_leaf(4, ref=Reference("erases", 9, leaf_hash(first))))

    assert [(f.code, f.where) for f in findings_of(given_log([first, good, wrong, ahead]))] == [
        ("reference", "entry 2"),
        ("reference", "entry 3"),
    ]


def test_left_over_partial_tiles_must_be_the_beginning_of_what_grew_out_of_them() -> None:
    log = given_log(given_leaves(100), given_leaves(700)[100:])
    paths = [path for path in log.files if path != "checkpoint"]

    assert list(check_partial_tiles(log.read, paths, 700)) == []
    for path in ("tile/0/000.p/100", "tile/entries/000.p/100"):
        raw = log.files[path]
        damaged = Published({**log.files, path: raw[:-1] + bytes([raw[-1] ^ 1])})
        assert [f.where for f in check_partial_tiles(damaged.read, paths, 700)] == [path]
