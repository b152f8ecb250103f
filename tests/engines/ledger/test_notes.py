"""Notes, keys, checkpoints and cosignatures: known answers of others, and no way around their rules."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.given import AT, LOG, ORIGIN, WITNESSES, given_signed

from shuzhi.engines.ledger import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    INSTALLED,
    NOTE_ED25519,
    Checkpoint,
    Malformed,
    Note,
    NoteSignature,
    SignedCheckpoint,
    Unverified,
    format_skey,
    keep_valid,
    parse_checkpoint,
    parse_note,
    parse_vkey,
    sign_checkpoint,
    sign_text,
    signer_from_seed,
    signer_from_skey,
    verify_note,
)

# The example of golang.org/x/mod/sumdb/note.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
PETER_PRIVATE = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER_TEXT = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
)
PETER_NOTE = (
    PETER_TEXT
    + "\n— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
HEAD = Checkpoint(ORIGIN, 42, bytes(range(32)))


def test_gos_example_note_is_verified_and_made_again() -> None:
    key = parse_vkey(PETER)
    signer = signer_from_skey(PETER_PRIVATE)
    note = parse_note(PETER_NOTE)

    assert verify_note(note, [key]).times == {key: 0}
    assert signer.key == key
    assert bytes(Note(PETER_TEXT, (sign_text(PETER_TEXT, signer),))) == PETER_NOTE


def test_the_specifications_checkpoint_is_read_and_written_back() -> None:
    """C2SP tlog-cosignature's example."""
    raw = (
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
        "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n"
        "— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n"
    ).encode()
    signed = parse_checkpoint(raw)

    assert (signed.checkpoint.origin, signed.checkpoint.size) == ("example.com/behind-the-sofa", 20852163)
    assert [s.name for s in signed.note.signatures] == [
        "example.com/behind-the-sofa",
        "witness.example.com/w1",
    ]
    assert int.from_bytes(signed.note.signatures[1].signature[:8], "big") == 1679315147
    assert bytes(signed) == raw


NAMES = st.text(
    st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), min_size=1, max_size=30
).filter(lambda name: "+" not in name and not any(char.isspace() for char in name))


@given(NAMES, st.sampled_from([NOTE_ED25519, COSIGN_ED25519]), st.binary(min_size=32, max_size=32))
@settings(max_examples=50)
def test_keys_are_read_back_from_their_text(name: str, algorithm: object, seed: bytes) -> None:
    key = signer_from_seed(name, algorithm, seed).key  # type: ignore[arg-type]

    assert parse_vkey(key.vkey) == key
    assert signer_from_skey(format_skey(key, seed)).key == key


@pytest.mark.parametrize(
    "vkey",
    ["", "name", "name+c74f20a3", PETER[:-1], PETER.replace("c74f", "C74F"), PETER.replace("c74f", "c74e"),
     PETER.replace("PeterNeumann", "Peter Neumann"), PETER.replace("PeterNeumann", "Peter\u3000Neumann"),
     PETER.replace("PeterNeumann", ""), PETER + "=", PETER.replace("ARpc", "Bxpc"), "n+00000000+AQ=="],
)  # fmt: skip
def test_malformed_keys_are_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        parse_vkey(vkey)


@given(
    st.one_of(
        st.text(max_size=80),
        st.builds(
            lambda s, c, i: s[:i] + c + s[i + 1 :], st.just(PETER), st.characters(), st.integers(0, 70)
        ),
    )
)
def test_no_text_crashes_the_reader_of_keys(text: str) -> None:
    try:
        key = parse_vkey(text)
    except Malformed:
        return
    assert key.vkey == text


@given(st.one_of(
    st.binary(max_size=200),
    st.builds(lambda i, b: PETER_NOTE[:i] + b + PETER_NOTE[i + 1 :], st.integers(0, len(PETER_NOTE)), st.binary(max_size=3)),
))  # fmt: skip
@settings(max_examples=300)
def test_no_bytes_crash_the_reader_of_notes_and_none_is_verified_by_chance(raw: bytes) -> None:
    try:
        note = parse_note(raw)
    except Malformed:
        return
    assert bytes(note) == raw
    try:
        verified = verify_note(note, [parse_vkey(PETER)])
    except Unverified:
        return
    assert not verified.times or note.text == PETER_TEXT


@pytest.mark.parametrize(
    ("raw", "why"),
    [
        (b"", "newline"),
        (b"text\n", "no signatures"),
        (b"text\n\n", "no signatures"),
        (b"te\x00xt\n\n\xe2\x80\x94 n AAAAAAA=\n", "control"),
        (b"te\rxt\n\n\xe2\x80\x94 n AAAAAAA=\n", "control"),
        (b"\xff\n\n\xe2\x80\x94 n AAAAAAA=\n", "UTF-8"),
        (b"text\n\n- n AAAAAAA=\n", "signature line"),
        (b"text\n\n\xe2\x80\x94 n\n", "signature line"),
        (b"text\n\n\xe2\x80\x94 n AAAA AAAA\n", "signature line"),
        (b"text\n\n\xe2\x80\x94 n+m AAAAAAA=\n", "key name"),
        (b"text\n\n\xe2\x80\x94 n AAAAAA==\n", "no bytes"),
        (b"text\n\n\xe2\x80\x94 n AAAAAAB=\n", "canonical"),
        (b"text\n\n\xe2\x80\x94 n AAAAAAA\n", "base64"),
        (b"text\n\n\xe2\x80\x94 n AAAAAAA=", "newline"),
        (b"text\n\n" + b"\xe2\x80\x94 n AAAAAAA=\n" * 101, "more than 100"),
    ],
)
def test_malformed_notes_are_refused_with_the_reason(raw: bytes, why: str) -> None:
    with pytest.raises(Malformed, match=why):
        parse_note(raw)


@pytest.mark.parametrize(
    "text",
    ["o\n1\n", "\n1\nAAAA\n", "o\n01\nROOT\n", "o\n-1\nROOT\n", "o\n+1\nROOT\n", "o\n1\nAAAA\n", "o\n1\nROOT\n\next\n",
     "o\n9223372036854775808\nROOT\n", "o\n1 \nROOT\n", "o\n١\nROOT\n", "o\n1\n ROOT\n"],
)  # fmt: skip
def test_malformed_checkpoints_are_refused(text: str) -> None:
    body = text.replace("ROOT", "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
    with pytest.raises(Malformed):
        parse_checkpoint(body.encode() + "\n— n AAAAAAA=\n".encode())


def test_a_checkpoint_that_cannot_be_written_as_text_is_never_signed() -> None:
    for head in (
        Checkpoint("two\nlines", 1, bytes(32)),
        Checkpoint("", 1, bytes(32)),
        Checkpoint("o", 1, bytes(31)),
    ):
        with pytest.raises(ValueError, match="checkpoint"):
            sign_checkpoint(head, LOG)


@pytest.mark.parametrize("algorithm", [COSIGN_ED25519, COSIGN_ML_DSA_44])
def test_a_cosignature_holds_for_its_time_checkpoint_and_name_only(algorithm: object) -> None:
    if algorithm is COSIGN_ML_DSA_44 and "ml-dsa-44" not in INSTALLED:
        pytest.skip("NOT RUN: this cryptography has no ML-DSA-44")
    signer = signer_from_seed("w.example/1", algorithm, b"w" * 32)  # type: ignore[arg-type]
    signature = sign_text(HEAD.text, signer, at=AT)

    assert verify_note(Note(HEAD.text, (signature,)), [signer.key]).times == {signer.key: AT}
    other_text = Checkpoint(ORIGIN, 43, HEAD.root).text
    later = (AT + 1).to_bytes(8, "big") + signature.signature[8:]
    for note in (
        Note(other_text, (signature,)),
        Note(HEAD.text, (NoteSignature(signature.name, signature.key_id, later),)),
        Note(HEAD.text, (NoteSignature(signature.name, signature.key_id, signature.signature[:-1]),)),
    ):
        with pytest.raises(Unverified, match=r"w\.example/1"):
            verify_note(note, [signer.key])


def test_the_signed_message_of_an_ml_dsa_cosignature_is_laid_out_as_specified() -> None:
    from shuzhi.engines.ledger.signing import signed_message

    message = signed_message(COSIGN_ML_DSA_44, "w.example/1", HEAD.text, AT)

    expected = b"subtree/v1\n\0" + b"\x0bw.example/1" + AT.to_bytes(8, "big")
    expected += bytes([len(ORIGIN)]) + ORIGIN.encode() + bytes(8) + (42).to_bytes(8, "big") + HEAD.root
    assert message == expected


def test_unknown_keys_are_ignored_even_when_they_share_a_name_or_an_id() -> None:
    signed = given_signed(HEAD)
    same_name = NoteSignature(LOG.key.name, b"\0\0\0\0", bytes(64))
    same_id = NoteSignature("stranger.example", LOG.key.id, bytes(64))
    note = signed.note.with_signatures(same_name, same_id)

    assert verify_note(note, [LOG.key]).times == {LOG.key: 0}


def test_a_bad_signature_of_a_known_key_refuses_the_note_and_names_the_key() -> None:
    bad = NoteSignature(LOG.key.name, LOG.key.id, bytes(64))
    with pytest.raises(Unverified, match=ORIGIN):
        verify_note(given_signed(HEAD).note.with_signatures(bad), [LOG.key])


def test_a_witness_that_answers_with_rubbish_changes_nothing() -> None:
    note = sign_checkpoint(HEAD, LOG).note
    court, neighbour = WITNESSES["court"], WITNESSES["neighbour"]
    rubbish = NoteSignature(court.key.name, court.key.id, bytes(72))
    good = sign_text(HEAD.text, neighbour, at=AT)
    stranger = NoteSignature("stranger.example", b"1234", bytes(64))

    kept = keep_valid(note, [rubbish, stranger, good], [court.key, neighbour.key])

    assert kept == note.with_signatures(good)


def test_signatures_of_two_keys_stand_side_by_side_while_one_replaces_the_other() -> None:
    new = signer_from_seed(ORIGIN, NOTE_ED25519, b"N" * 32)
    signed = sign_checkpoint(HEAD, LOG, new)

    for keys in ([LOG.key], [new.key], [LOG.key, new.key]):
        assert list(verify_note(signed.note, keys).times) == keys
    assert parse_checkpoint(bytes(signed)) == SignedCheckpoint(HEAD, signed.note)


def test_a_private_key_under_another_keys_id_is_refused() -> None:
    skey = format_skey(LOG.key, b"s" * 32)

    with pytest.raises(Malformed, match="key id"):
        signer_from_skey(skey)
