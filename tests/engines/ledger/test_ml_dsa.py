"""The ML-DSA-44 cosignature (C2SP tlog-cosignature, FIPS 204) beside a second implementation, written in Python."""

from __future__ import annotations

import pytest
from dilithium_py.ml_dsa import ML_DSA_44
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.engines.ledger.given import AT, ORIGIN

from shuzhi.engines.ledger import (
    COSIGN_ML_DSA_44,
    INSTALLED,
    Checkpoint,
    Note,
    NoteSignature,
    Unverified,
    VerifierKey,
    sign_text,
    signer_from_seed,
    verify_note,
)
from shuzhi.engines.ledger.signing import signed_message

pytestmark = pytest.mark.skipif(
    "ml-dsa-44" not in INSTALLED, reason="NOT RUN: this cryptography has no ML-DSA-44"
)

NAME = "lattice.example/w1"
SEEDS = st.binary(min_size=32, max_size=32)
TEXTS = st.builds(
    lambda size, root: Checkpoint(ORIGIN, size, root).text,
    st.integers(1, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
FEW = settings(max_examples=8, deadline=None)  # Python takes a tenth of a second for a signature

TEXT = Checkpoint(ORIGIN, 7, bytes(32)).text
MESSAGE = signed_message(COSIGN_ML_DSA_44, NAME, TEXT, AT)
PUBLIC, SECRET = ML_DSA_44.key_derive(bytes(32))
KEY = VerifierKey(NAME, COSIGN_ML_DSA_44, PUBLIC)
SIGNATURE = ML_DSA_44.sign(SECRET, MESSAGE, deterministic=True)


@FEW
@given(SEEDS, TEXTS, st.integers(1, 2**62))
def test_what_we_cosign_holds_for_the_second_implementation(seed: bytes, text: str, at: int) -> None:
    signer = signer_from_seed(NAME, COSIGN_ML_DSA_44, seed)
    public, _secret = ML_DSA_44.key_derive(seed)

    line = sign_text(text, signer, at=at)

    assert signer.key.public_key == public
    assert line.signature[:8] == at.to_bytes(8, "big")
    assert ML_DSA_44.verify(public, signed_message(COSIGN_ML_DSA_44, NAME, text, at), line.signature[8:])


@FEW
@given(SEEDS, TEXTS)
def test_what_the_second_implementation_cosigns_holds_for_us(seed: bytes, text: str) -> None:
    public, secret = ML_DSA_44.key_derive(seed)
    key = VerifierKey(NAME, COSIGN_ML_DSA_44, public)
    raw = ML_DSA_44.sign(secret, signed_message(COSIGN_ML_DSA_44, NAME, text, AT))

    note = Note(text, (NoteSignature(NAME, key.id, AT.to_bytes(8, "big") + raw),))

    assert verify_note(note, [key]).times == {key: AT}


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 8 * 2420 - 1), st.sampled_from(["signature", "message", "key"]))
def test_both_refuse_one_flipped_bit_anywhere(bit: int, where: str) -> None:
    parts = {"key": PUBLIC, "message": MESSAGE, "signature": SIGNATURE}
    altered = bytearray(parts[where])
    altered[bit // 8 % len(altered)] ^= 1 << bit % 8
    parts[where] = bytes(altered)

    ours = INSTALLED["ml-dsa-44"](parts["key"], parts["message"], parts["signature"])

    assert not ours
    assert not ML_DSA_44.verify(parts["key"], parts["message"], parts["signature"])


def test_a_signature_made_with_a_context_is_not_one_of_ours() -> None:
    """FIPS 204 lets a signer add a context; the specification wants none."""
    raw = ML_DSA_44.sign(SECRET, MESSAGE, ctx=b"other protocol")
    note = Note(TEXT, (NoteSignature(NAME, KEY.id, AT.to_bytes(8, "big") + raw),))

    with pytest.raises(Unverified):
        verify_note(note, [KEY])
