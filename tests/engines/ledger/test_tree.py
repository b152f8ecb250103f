"""The tree against RFC 6962's own definition, published roots, and itself under every split."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.ledger import (
    EMPTY_ROOT,
    Edge,
    Hashes,
    Malformed,
    Tile,
    Unverified,
    all_tiles,
    grow,
    leaf_hash,
    node_hash,
    parse_tile_path,
    prove_consistency,
    prove_inclusion,
    read_edge,
    read_entries,
    root_at,
    verify_consistency,
    verify_inclusion,
)
from shuzhi.engines.ledger.tiles import pack_entries, unpack_entries

# Inputs and roots of the Certificate Transparency reference tests (google/certificate-transparency, merkle_tree_test).
PUBLISHED_LEAVES = [
    bytes.fromhex(text)
    for text in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
PUBLISHED_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
SIZES = st.one_of(st.integers(0, 40), st.sampled_from([254, 255, 256, 257, 511, 512, 513, 700]))


def root_by_definition(entries: list[bytes]) -> bytes:
    """RFC 6962 section 2.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return leaf_hash(entries[0])
    middle = 1
    while middle * 2 < len(entries):
        middle *= 2
    return node_hash(root_by_definition(entries[:middle]), root_by_definition(entries[middle:]))


def given_entries(count: int) -> list[bytes]:
    return [b"entry %d" % number for number in range(count)]


def given_tree(count: int) -> tuple[dict[str, bytes], Edge]:
    grown = grow(Edge(), given_entries(count))
    return grown.files, grown.edge


@pytest.mark.parametrize("size", range(9))
def test_roots_are_those_that_others_published(size: int) -> None:
    assert grow(Edge(), PUBLISHED_LEAVES[:size]).edge.root.hex() == PUBLISHED_ROOTS[size]


@given(st.lists(st.one_of(st.integers(0, 20), st.integers(200, 300)), max_size=6))
@settings(max_examples=60, deadline=None)
def test_any_split_into_batches_gives_the_same_tree(batches: list[int]) -> None:
    entries = given_entries(sum(batches))
    edge, files = Edge(), {}
    for batch in batches:
        grown = grow(edge, entries[edge.size : edge.size + batch])
        edge = grown.edge
        files.update(grown.files)
        assert edge.root == root_by_definition(entries[: edge.size])
    at_once = grow(Edge(), entries)

    assert edge == at_once.edge
    assert at_once.files.items() <= files.items()
    assert read_edge(files.get, edge.size) == edge


@given(SIZES.filter(bool), st.data())
@settings(max_examples=60, deadline=None)
def test_inclusion_proofs_from_tiles_hold_and_hold_for_nothing_else(size: int, data: st.DataObject) -> None:
    index = data.draw(st.integers(0, size - 1))
    files, edge = given_tree(size)
    entry = leaf_hash(given_entries(size)[index])
    proof = prove_inclusion(Hashes(files.get, size), index)

    verify_inclusion(entry, index, size, proof, edge.root)
    wrong = [
        (leaf_hash(b"other"), index, size, proof, edge.root),
        (entry, index + 1, size, proof, edge.root),
        (entry, -1, size, proof, edge.root),
        (entry, index, size, [*proof, entry], edge.root),
        (entry, index, size, proof, bytes(32)),
    ]
    if proof:
        wrong += [
            (entry, index, size, proof[:-1], edge.root),
            (entry, index, size, [bytes(32), *proof[1:]], edge.root),
        ]
    for arguments in wrong:
        with pytest.raises(Unverified):
            verify_inclusion(*arguments)


@given(SIZES, st.data())
@settings(max_examples=60, deadline=None)
def test_consistency_proofs_from_tiles_hold_and_hold_for_nothing_else(new: int, data: st.DataObject) -> None:
    old = data.draw(st.integers(0, new))
    files, edge = given_tree(new)
    old_root = root_by_definition(given_entries(old))
    hashes = Hashes(files.get, new)
    proof = prove_consistency(hashes, old)

    verify_consistency(old, new, old_root, edge.root, proof)
    assert root_at(files.get, old, within=new) == old_root
    wrong = [(old, new, bytes(32), edge.root, proof), (old, new, old_root, edge.root, [*proof, old_root])]
    if proof:
        wrong += [
            (old, new, old_root, bytes(32), proof),
            (old, new, old_root, edge.root, proof[:-1]),
            (old, new, old_root, edge.root, [bytes(32), *proof[1:]]),
        ]
    for arguments in wrong:
        with pytest.raises(Unverified):
            verify_consistency(*arguments)


def test_a_shrinking_tree_and_an_empty_tree_with_another_root_are_not_consistent() -> None:
    for arguments in [
        (2, 1, bytes(32), bytes(32), []),
        (0, 1, bytes(32), bytes(32), []),
        (0, 0, EMPTY_ROOT, bytes(32), []),
    ]:
        with pytest.raises(Unverified):
            verify_consistency(*arguments)


def test_a_tree_of_70000_has_the_tiles_that_the_specification_counts() -> None:
    """C2SP tlog-tiles gives this example."""
    levels = [[tile for tile in all_tiles(70_000) if tile.level == level] for level in (-1, 0, 1, 2, 3)]
    assert [len(tiles) for tiles in levels] == [274, 274, 2, 1, 0]
    assert levels[1][-1] == Tile(0, 273, 112)
    assert levels[2] == [Tile(1, 0, 256), Tile(1, 1, 17)]
    assert levels[3] == [Tile(2, 0, 1)]
    assert list(all_tiles(256)) == [Tile(-1, 0), Tile(0, 0), Tile(1, 0, 1)]
    assert list(all_tiles(0)) == []


@given(st.integers(-1, 63), st.integers(0, 10**10), st.integers(1, 256))
def test_tile_paths_are_read_back(level: int, index: int, width: int) -> None:
    tile = Tile(level, index, width)

    assert parse_tile_path(tile.path) == tile


@pytest.mark.parametrize(
    "path",
    ["tile/0/1", "tile/64/000", "tile/00/000", "tile/0/x000/001", "tile/0/000.p/0", "tile/0/000.p/256", "tile/0/000.p/01",
     "tile/0/001/002", "tile/0/../000", "/tile/0/000", "tile/0/000/", "tile/data/000", "tile/0/٠٠٠"],
)  # fmt: skip
def test_other_spellings_of_a_tile_path_are_refused(path: str) -> None:
    with pytest.raises(Malformed):
        parse_tile_path(path)


@given(st.lists(st.binary(max_size=40), max_size=256))
def test_bundles_are_read_back(entries: list[bytes]) -> None:
    assert unpack_entries(pack_entries(entries)) == entries


@given(st.binary(max_size=60))
def test_no_bytes_crash_the_reader_of_bundles(raw: bytes) -> None:
    try:
        entries = unpack_entries(raw)
    except Malformed:
        return
    assert pack_entries(entries) == raw


def test_a_partial_tile_may_be_replaced_by_the_full_one() -> None:
    files, edge = given_tree(300)
    grown = grow(edge, given_entries(600)[300:])

    assert read_entries(grown.files.get, 1, 300) == given_entries(300)[256:]
    assert read_edge({**files, **grown.files}.get, 300) == edge


def test_a_missing_or_short_tile_is_named() -> None:
    files, _ = given_tree(300)
    with pytest.raises(Unverified, match=r"tile/0/000 is missing"):
        Hashes({**files, "tile/0/000": None}.get, 300).of_range(0, 1)
    with pytest.raises(Unverified, match=r"tile/0/000 has 31 bytes"):
        Hashes({**files, "tile/0/000": bytes(31)}.get, 300).of_range(0, 1)


def test_an_entry_longer_than_its_length_prefix_can_say_is_refused() -> None:
    with pytest.raises(ValueError, match="65535"):
        grow(Edge(), [bytes(65_536)])
