"""Policies, receipts and a witness's questions: who must have signed, and what a receipt shows."""

from __future__ import annotations

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.given import (
    AT,
    LOG,
    ORIGIN,
    Published,
    given_leaves,
    given_log,
    given_policy,
    given_signed,
)

from shuzhi.engines.ledger import (
    AddCheckpoint,
    Checkpoint,
    Hashes,
    Malformed,
    Receipt,
    SignedCheckpoint,
    Unverified,
    WitnessAnswer,
    check_log_signature,
    check_policy,
    judge_growth,
    judge_request,
    parse_add_checkpoint,
    parse_policy,
    parse_receipt,
    parse_size,
    prove_consistency,
    prove_inclusion,
    sign_checkpoint,
    signer_from_seed,
    verify_receipt,
)
from shuzhi.engines.ledger.keys import COSIGN_ED25519, NOTE_ED25519

HEAD = Checkpoint(ORIGIN, 42, bytes(range(32)))
STRANGER = signer_from_seed("stranger.example", NOTE_ED25519, b"x" * 32)
VKEYS = [signer_from_seed(f"w{i}.example", COSIGN_ED25519, bytes([i]) * 32).key.vkey for i in range(7)]


def given_receipt(log: Published, index: int) -> tuple[Receipt, bytes]:
    entry = given_leaves(log.edge.size)[index]
    proof = tuple(prove_inclusion(Hashes(log.read, log.edge.size), index))
    return Receipt(index, proof, log.checkpoints[-1], entry), entry


def test_the_specifications_example_policy_wants_two_of_x_and_one_of_y() -> None:
    lines = [f"witness {n}{i} {VKEYS[k]}" for k, (n, i) in enumerate(itertools.product("XY", "123"))]
    text = (
        f"log {LOG.key.vkey}\n\n"
        + "\n".join(lines)
        + (
            "\n# groups\ngroup X-witnesses 2 X1 X2 X3\n\tgroup  Y-witnesses any Y1 Y2 Y3 \n"
            "group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
        )
    )
    policy = parse_policy(text.encode())

    for count in range(7):
        for names in itertools.combinations(policy.witnesses, count):
            x, y = sum(name[0] == "X" for name in names), sum(name[0] == "Y" for name in names)
            assert policy.is_met_by(frozenset(names)) == (x >= 2 and y >= 1)


W0, W1 = f"witness a {VKEYS[0]}\n", f"witness b {VKEYS[1]}\n"


@pytest.mark.parametrize(
    "text",
    [
        "", "quorum none", "quorum none\r\n", "quorum none\nquorum none\n", "quorum a\n", "quorum\n", "quorum a b\n",
        W0 + "quorum b\n", "quorum a\n" + W0, W0 + W0 + "quorum a\n", W0 + f"witness b {VKEYS[0]}\nquorum a\n",
        W0 + f"witness a {VKEYS[1]}\nquorum a\n", f"witness none {VKEYS[0]}\nquorum none\n",
        W0 + "group g 0 a\nquorum g\n", W0 + "group g 2 a\nquorum g\n", W0 + "group g 01 a\nquorum g\n",
        W0 + "group g any\nquorum g\n", W0 + "group g any a a\nquorum g\n", W0 + "group g any none\nquorum g\n",
        W0 + W1 + "group g any a\ngroup h any a b\nquorum h\n", W0 + "group a any a\nquorum a\n",
        W0 + "group g any g\nquorum g\n", f"log {VKEYS[0]}\nquorum none\n", f"witness a {LOG.key.vkey}\nquorum a\n",
        f"log {LOG.key.vkey} https://x extra\nquorum none\n", f"log {LOG.key.vkey}\nlog {LOG.key.vkey}\nquorum none\n",
        "log nonsense\nquorum none\n", "rule none\nquorum none\n", "quorum none\n\x00\n", "quorum\u00a0none\n",
    ],
)  # fmt: skip
def test_malformed_policies_are_refused(text: str) -> None:
    with pytest.raises(Malformed):
        parse_policy(text.encode())


def test_names_in_a_policy_are_opaque_octets() -> None:
    policy = parse_policy(b"witness \xff\xe2 " + VKEYS[0].encode() + b" https://w\nquorum \xff\xe2\n")

    assert policy.is_met_by(frozenset(policy.witnesses))
    assert not policy.is_met_by(frozenset())


@given(st.one_of(st.binary(max_size=100), st.lists(st.sampled_from(["log", "witness", "group", "quorum", "none", "a", "any", "1", "\n", " ", "#", LOG.key.vkey, VKEYS[0]]), max_size=20).map(lambda words: " ".join(words).encode() + b"\n")))  # fmt: skip
@settings(max_examples=300)
def test_no_bytes_crash_the_reader_of_policies(raw: bytes) -> None:
    try:
        policy = parse_policy(raw)
    except Malformed:
        return
    assert policy.is_met_by(frozenset(policy.witnesses))


def test_a_quorum_is_never_lowered_silently() -> None:
    policy = parse_policy(given_policy("two"))

    assert set(check_policy(given_signed(HEAD), policy).witnesses) == {"court", "neighbour"}
    with pytest.raises(Unverified, match="quorum"):
        check_policy(given_signed(HEAD, ["court"]), policy)
    assert check_log_signature(given_signed(HEAD, ["court"]), policy).witnesses == {"court": AT}
    assert check_policy(given_signed(HEAD, []), parse_policy(given_policy("none"))).witnesses == {}


def test_a_log_outside_the_policy_and_a_log_under_another_origin_are_refused() -> None:
    policy = parse_policy(given_policy("none"))
    elsewhere = Checkpoint("other.example", 42, HEAD.root)
    for signed in (sign_checkpoint(HEAD, STRANGER), sign_checkpoint(elsewhere, LOG)):
        with pytest.raises(Unverified, match="not signed by a log"):
            check_policy(signed, policy)


@given(st.integers(0, 299))
@settings(max_examples=20, deadline=None)
def test_a_receipt_is_read_back_and_shows_its_entry(index: int) -> None:
    log = given_log(given_leaves(300))
    receipt, entry = given_receipt(log, index)
    again = parse_receipt(bytes(receipt))

    assert again == receipt
    assert set(verify_receipt(again, entry, parse_policy(given_policy())).witnesses) == {"court", "neighbour"}


def test_every_flipped_byte_of_a_receipt_is_noticed() -> None:
    log = given_log(given_leaves(300))
    receipt, entry = given_receipt(log, 77)
    policy, raw = parse_policy(given_policy()), bytes(receipt)

    for at in range(len(raw)):
        damaged = raw[:at] + bytes([raw[at] ^ 1]) + raw[at + 1 :]
        with pytest.raises((Malformed, Unverified)):
            verify_receipt(parse_receipt(damaged), entry, policy)


def test_the_receipt_of_another_entry_is_refused() -> None:
    log = given_log(given_leaves(300))
    receipt, _ = given_receipt(log, 77)
    with pytest.raises(Unverified, match="another entry"):
        verify_receipt(receipt, given_leaves(300)[78], parse_policy(given_policy()))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"c2sp.org/tlog-proof@v1", b"c2sp.org/tlog-proof@v2"),
        (b"\nindex 77\n", b"\nindex 077\n"),
        (b"\nindex 77\n", b"\nindex -7\n"),
        (b"\nindex 77\n", b"\n"),
        (b"\nextra ", b"\nextra  "),
        (b"\nextra ", b"\nextra A"),
        (b"\n\n", b"\n"),
        (b"\n\n", b"\nAAAA\n\n"),
        (b"\n\n", b"\n" + b"A" * 43 + b"=\n" * 70 + b"\n\n"),
        (b"index", b"\xff"),
    ],
)
def test_malformed_receipts_are_refused(old: bytes, new: bytes) -> None:
    raw = bytes(given_receipt(given_log(given_leaves(300)), 77)[0])
    with pytest.raises(Malformed):
        parse_receipt(raw.replace(old, new, 1))


LOGS = {ORIGIN: [LOG.key]}


def given_request(log: Published, old: int) -> AddCheckpoint:
    proof = prove_consistency(Hashes(log.read, log.edge.size), old)
    return AddCheckpoint(old, tuple(proof), log.checkpoints[-1])


def status_of(body: bytes, latest: Checkpoint | None) -> tuple[int, str]:
    judged = judge_request(body, LOGS)
    refusal = judged if isinstance(judged, WitnessAnswer) else judge_growth(judged, latest)
    return (refusal.status, refusal.body) if refusal else (200, "")


def test_a_witness_follows_a_growing_log_and_refuses_every_other_story() -> None:
    log = given_log(given_leaves(300), given_leaves(500)[300:])
    first, second = (signed.checkpoint for signed in log.checkpoints)
    request = given_request(log, 300)
    parsed = parse_add_checkpoint(bytes(request))

    assert parsed == request
    assert status_of(bytes(request), first) == (200, "")
    assert status_of(bytes(request), None) == (409, "0\n")
    assert status_of(bytes(request), second) == (409, "500\n")
    assert status_of(bytes(AddCheckpoint(0, (), request.signed)), None) == (200, "")
    assert status_of(bytes(AddCheckpoint(500, (), request.signed)), second) == (200, "")
    assert status_of(bytes(AddCheckpoint(501, (), request.signed)), second)[0] == 400
    assert status_of(bytes(AddCheckpoint(300, request.proof[:-1], request.signed)), first)[0] == 422
    assert status_of(bytes(AddCheckpoint(0, request.proof, request.signed)), None)[0] == 422
    assert status_of(bytes(AddCheckpoint(500, request.proof, request.signed)), second)[0] == 422
    other_root = Checkpoint(ORIGIN, 500, bytes(32))
    assert status_of(bytes(AddCheckpoint(500, (), request.signed)), other_root)[0] == 409
    assert (
        status_of(
            bytes(AddCheckpoint(300, request.proof, request.signed)), Checkpoint(ORIGIN, 300, bytes(32))
        )[0]
        == 422
    )


def test_a_witness_knows_its_logs_and_their_keys() -> None:
    stranger = Checkpoint("other.example", 1, bytes(32))
    unsigned = SignedCheckpoint(HEAD, sign_checkpoint(HEAD, STRANGER).note)

    assert status_of(bytes(AddCheckpoint(0, (), sign_checkpoint(stranger, LOG))), None)[0] == 404
    assert status_of(bytes(AddCheckpoint(0, (), unsigned)), None)[0] == 403
    assert status_of(b"old 0\n\nnonsense\n", None)[0] == 400


def test_a_size_zero_checkpoint_must_carry_the_empty_root() -> None:
    empty = Published()
    good = empty.add([])
    bad = sign_checkpoint(Checkpoint(ORIGIN, 0, bytes(32)), LOG)

    assert status_of(bytes(AddCheckpoint(0, (), good)), None) == (200, "")
    assert status_of(bytes(AddCheckpoint(0, (), bad)), None)[0] == 422
    assert status_of(bytes(AddCheckpoint(0, (), bad)), good.checkpoint)[0] == 409  # another root of one size


@pytest.mark.parametrize(
    ("old", "new"),
    [(b"old 300", b"old 0300"), (b"old 300", b"old"), (b"old 300", b"new 300"), (b"old 300", b"old 300 "), (b"\n\n", b"\n"),
     (b"\n\n", b"\nAAAA\n\n"), (b"\n\n", b"\n" + (b"A" * 43 + b"=\n") * 60 + b"\n"), (b"old 300", b"old \xd9\xa3")],
)  # fmt: skip
def test_malformed_requests_are_refused(old: bytes, new: bytes) -> None:
    raw = bytes(given_request(given_log(given_leaves(300), given_leaves(500)[300:]), 300))
    with pytest.raises(Malformed):
        parse_add_checkpoint(raw.replace(old, new, 1))


@given(st.binary(max_size=120))
def test_no_bytes_crash_the_readers_of_requests_receipts_and_sizes(raw: bytes) -> None:
    for read in (parse_add_checkpoint, parse_receipt, parse_size):
        try:
            read(raw)  # type: ignore[operator]
        except Malformed:
            continue


def test_the_size_in_a_witnesss_refusal_is_read_strictly() -> None:
    assert parse_size(b"50\n") == 50
    for raw in (b"50", b"050\n", b"\n", b"5 0\n", b"-1\n"):
        with pytest.raises(Malformed):
            parse_size(raw)
