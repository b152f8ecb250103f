"""Leaves, seals and series."""

from __future__ import annotations

import dataclasses
import json
import random
import secrets
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.given import given_draw, given_leaf

from shuzhi.engines.ledger import (
    Field,
    Leaf,
    Malformed,
    Reference,
    Run,
    Seal,
    SeriesWatch,
    Unverified,
    check_opening,
    commit,
    format_opening,
    format_type_list,
    installed_sm3,
    parse_leaf,
    parse_opening,
    parse_type_list,
    seal,
    secret_size,
)
from shuzhi.engines.ledger.commitment import field_hash

VERBS = ("supersedes", "corrects", "executes", "erases")
HASHES = st.binary(min_size=32, max_size=32)
CODES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,23}", fullmatch=True)
LEAVES = st.builds(
    Leaf,
    organ=st.from_regex(r"[0-9A-Za-z][0-9A-Za-z._-]{0,23}", fullmatch=True),
    series=CODES,
    number=st.integers(1, 10**15 - 1),
    type=st.from_regex(r"[a-z0-9][a-z0-9._-]{0,31}", fullmatch=True),
    day=st.dates(),
    pub=st.none() | HASHES,
    seal=st.none() | st.builds(Seal, HASHES, st.none() | HASHES),
    ref=st.none() | st.builds(Reference, st.sampled_from(VERBS), st.integers(0, 10**15 - 1), HASHES),
    rule=st.none() | HASHES,
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)
VALUES = st.dictionaries(st.text(min_size=1, max_size=20), JSON, min_size=1, max_size=20)


@given(LEAVES)
def test_leaves_are_read_back_and_never_exceed_512_bytes(leaf: Leaf) -> None:
    raw = bytes(leaf)

    assert parse_leaf(raw) == leaf
    assert len(raw) <= 512
    assert raw.count(b"\n") == 9
    assert raw.isascii()


def test_the_longest_leaf_has_exactly_512_bytes() -> None:
    full = bytes(32)
    leaf = Leaf("a" * 24, "s" * 24, 10**15 - 1, "t" * 32, date(2026, 1, 1), full, Seal(full, full),
                Reference("supersedes", 10**15 - 1, full), full)  # fmt: skip

    assert len(bytes(leaf)) == 512


@pytest.mark.parametrize(
    "parts",
    [
        {"organ": "市政府"}, {"organ": ""}, {"organ": "a b"}, {"organ": "a" * 25}, {"series": "Orders"}, {"series": "a/b"},
        {"number": 0}, {"number": -1}, {"number": 10**15}, {"type": "x\ny"}, {"pub": b"short"}, {"seal": Seal(b"x" * 31)},
        {"ref": Reference("destroys", 1, bytes(32))}, {"ref": Reference("erases", -1, bytes(32))}, {"rule": bytes(33)},
        {"organ": "x\ngl1"},
    ],
)  # fmt: skip
def test_parts_that_break_the_format_are_never_written(parts: dict[str, object]) -> None:
    with pytest.raises(Malformed):
        bytes(given_leaf(**parts))


@given(LEAVES, st.data())
@settings(max_examples=200)
def test_every_change_of_a_leaf_is_another_leaf_or_none(leaf: Leaf, data: st.DataObject) -> None:
    raw = bytes(leaf)
    at = data.draw(st.integers(0, len(raw)))
    changed = raw[:at] + data.draw(st.binary(max_size=2)) + raw[at + data.draw(st.integers(0, 2)) :]
    try:
        read = parse_leaf(changed)
    except Malformed:
        return
    assert bytes(read) == changed
    assert (read == leaf) == (changed == raw)


@given(st.binary(max_size=200))
def test_no_bytes_crash_the_reader_of_leaves(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse_leaf(raw)


def test_a_day_that_the_calendar_does_not_have_is_refused() -> None:
    with pytest.raises(Malformed):
        parse_leaf(bytes(given_leaf()).replace(b"2026-05-03", b"2026-02-30"))


@given(VALUES)
@settings(max_examples=50)
def test_equal_facts_never_give_equal_seals(values: dict[str, object]) -> None:
    first, opened = seal(values, secrets.token_bytes)
    second, again = seal(values, secrets.token_bytes)

    assert first != second
    assert not set(opened.hashes) & set(again.hashes)


@given(VALUES, VALUES)
@settings(max_examples=50)
def test_seals_of_the_same_width_look_alike_whatever_they_hold(
    one: dict[str, object], two: dict[str, object]
) -> None:
    """What is public beside the seal when some fields are shown: the number of hashes, sorted, and nothing else."""
    widths = {len(seal(values, secrets.token_bytes)[1].hashes) for values in (one, two)}

    assert widths <= {16, 32}
    assert all(
        (len(values) > 16) == (len(seal(values, secrets.token_bytes)[1].hashes) == 32)
        for values in (one, two)
    )


def test_the_places_of_fields_among_decoys_tell_nothing() -> None:
    """With one field of 16 hashes, the field should stand at each place about equally often."""
    draw, places = given_draw(7), [0] * 16
    for _ in range(3200):
        _, opened = seal({"amount_fen": 5}, draw)
        places[opened.hashes.index(field_hash(opened.fields[0]))] += 1

    chi_square = sum((count - 200) ** 2 / 200 for count in places)
    assert chi_square < 37.7  # 15 degrees of freedom, p = 0.001; the draws are fixed, so this cannot flicker


@given(
    st.tuples(st.text(min_size=1, max_size=6), JSON, HASHES),
    st.tuples(st.text(min_size=1, max_size=6), JSON, HASHES),
)
@settings(max_examples=300)
def test_different_fields_never_hash_alike(
    one: tuple[str, object, bytes], two: tuple[str, object, bytes]
) -> None:
    def spelled(field: tuple[str, object, bytes]) -> tuple[str, str, bytes]:
        return field[0], json.dumps(field[1], sort_keys=True), field[2]

    assert (field_hash(Field(*one)) == field_hash(Field(*two))) == (spelled(one) == spelled(two))


def hashed_input(field: Field) -> bytes:
    """What goes into the hash of a field."""
    inputs: list[bytes] = []

    def record(data: bytes) -> bytes:
        inputs.append(data)
        return bytes(32)

    field_hash(field, record)
    return inputs[0]


@given(st.text(min_size=1, max_size=80), JSON, HASHES)
def test_name_nonce_and_value_can_be_read_back_from_what_is_hashed(
    name: str, value: object, nonce: bytes
) -> None:
    """A function that can be undone is injective: two different fields never hash the same bytes."""
    rest = hashed_input(Field(name, value, nonce)).removeprefix(b"gl1/field\0")
    length = int.from_bytes(rest[:2], "big")
    read_name, rest = rest[2 : 2 + length].decode(), rest[2 + length :]
    read_nonce, size, text = rest[:32], int.from_bytes(rest[32:36], "big"), rest[36:]

    assert (read_name, read_nonce, json.loads(text)) == (name, nonce, value)
    assert len(text) == size


def test_moving_a_byte_from_name_to_nonce_to_value_changes_what_is_hashed() -> None:
    """Without lengths these two would be one: ab, 31 times b, 1, 1."""
    one, two = Field("a", 11, b"b" * 32), Field("ab", 1, b"b" * 31 + b"1")
    bare = [f.name.encode() + f.nonce + json.dumps(f.value).encode() for f in (one, two)]

    assert bare[0] == bare[1]
    assert hashed_input(one) != hashed_input(two)


@given(VALUES, st.data())
@settings(max_examples=50, deadline=None)
def test_any_choice_of_fields_opens_and_nothing_else_shows(
    values: dict[str, object], data: st.DataObject
) -> None:
    sealed, opened = seal(values, given_draw(data.draw(st.integers(0, 99))), sm3=installed_sm3())
    names = data.draw(st.lists(st.sampled_from(sorted(values)), unique=True))
    shown = parse_opening(format_opening(opened.showing(names)))

    check_opening(shown, sealed, sm3=installed_sm3())
    assert {field.name: field.value for field in shown.fields} == {name: values[name] for name in names}
    hidden = {field.nonce.hex() for field in opened.fields if field.name not in names}
    assert not any(nonce in format_opening(shown).decode() for nonce in hidden)


@given(VALUES, JSON)
@settings(max_examples=50, deadline=None)
def test_an_altered_value_nonce_name_or_list_is_refused(values: dict[str, object], other: object) -> None:
    sealed, opened = seal(values, given_draw())
    first = opened.fields[0]
    altered = [
        dataclasses.replace(first, nonce=bytes(32)),
        dataclasses.replace(first, name=first.name + "x"),
        dataclasses.replace(first, value=[first.value]),
    ]
    for field in altered:
        with pytest.raises(Unverified, match="not what was sealed"):
            check_opening(dataclasses.replace(opened, fields=(field,)), sealed)
    for hashes in (opened.hashes[1:], opened.hashes[::-1], (bytes(32), *opened.hashes[1:]), ()):
        with pytest.raises(Unverified, match="does not belong"):
            check_opening(dataclasses.replace(opened, hashes=hashes), sealed)
    with pytest.raises(Unverified):
        check_opening(opened, Seal(bytes(32)))


@pytest.mark.skipif(installed_sm3() is None, reason="NOT RUN: this OpenSSL has no SM3")
def test_the_sm3_commitment_is_checked_beside_the_sha256_one() -> None:
    sm3 = installed_sm3()
    assert sm3
    # GB/T 32905-2016, example 1
    assert sm3(b"abc").hex() == "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"
    sealed, opened = seal({"a": 1, "b": 2}, given_draw(), sm3=sm3)
    assert sealed.sm3
    assert not set(opened.hashes) & set(opened.sm3_hashes)
    with pytest.raises(Unverified):
        check_opening(dataclasses.replace(opened, sm3_hashes=opened.hashes), sealed, sm3=sm3)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"": 1},
        {"n": 2**60},
        {"n": float("nan")},
        {"n": object()},
        {"n" * 256: 1},
        {str(i): i for i in range(33)},
    ],
)
def test_what_cannot_be_sealed_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the canonical JSON library words most of them
        seal(values, given_draw())


@given(VALUES, st.integers(0, 99), st.booleans())
@settings(max_examples=50, deadline=None)
def test_a_seal_without_its_opening_is_the_same_seal(
    values: dict[str, object], start: int, with_sm3: bool
) -> None:
    sm3 = installed_sm3() if with_sm3 else None
    secret = given_draw(start)(secret_size(len(values), sm3=sm3 is not None))

    assert commit(values, secret, sm3=sm3) == seal(values, given_draw(start), sm3=sm3)[0]


@pytest.mark.parametrize("missing", [1, 32, -32])
def test_a_broken_source_of_randomness_seals_nothing(missing: int) -> None:
    with pytest.raises(ValueError, match="randomness"):
        seal({"a": 1}, lambda count: random.Random(1).randbytes(count - missing))


OPENING = format_opening(seal({"name": "Zhang", "amount_fen": 100}, given_draw())[1])


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"gl1-opening/1", b"gl1-opening/2"), (b'"fields"', b'"felds"'), (b'"nonce"', b'"once"'), (b'"sha256"', b'"md5"'),
        (b'"amount_fen"', b'"name"'), (b"100", b"NaN"), (b"100", b"1e999"), (b"100", b"99999999999999999999"),
        (b'"Zhang"', b'"\\ud800"'), (b"{", b"["), (b"}", b""), (b'"Zhang"', b'{"a":1,"a":2}'), (b'"Zhang"', b"[" * 5000),
        (b'"Zhang"', b"[" * 17 + b"]" * 17), (b'"leaf": ""', b'"leaf": 3'), (b'"leaf": ""', b'"leaf": "\xc3\xa4"'),
        (b'"sha256": [', b'"sha256": [1,'), (b"Zhang", b"\xff"),
    ],
)  # fmt: skip
def test_malformed_openings_are_refused(old: bytes, new: bytes) -> None:
    assert old in OPENING
    with pytest.raises(Malformed):
        parse_opening(OPENING.replace(old, new, 1))


@given(st.binary(max_size=60) | JSON.map(lambda value: json.dumps(value).encode()))
def test_no_bytes_crash_the_reader_of_openings(raw: bytes) -> None:
    with pytest.raises(Malformed):
        parse_opening(raw)


@given(st.lists(st.integers(1, 12), max_size=30))
def test_the_series_watch_names_exactly_the_missing_and_the_repeated(numbers: list[int]) -> None:
    watch, highest = SeriesWatch(), 0
    for index, number in enumerate(numbers):
        codes = [finding.code for finding in watch.see(Run("dept orders", number, number, index))]

        assert codes == (["gap"] if number > highest + 1 else ["repeat"] if number <= highest else [])
        highest = max(highest, number)


def test_type_lists_are_read_back_and_kept_in_order() -> None:
    raw = format_type_list(["b.x", "a", "b.x"])

    assert raw == b"gl1-types\na\nb.x\n"
    assert parse_type_list(raw) == {"a", "b.x"}
    for wrong in (b"", b"gl1-types\nb\na\n", b"gl1-types\na\na\n", b"gl1-types\nA\n", b"gl1-types\na"):
        with pytest.raises(Malformed):
            parse_type_list(wrong)
