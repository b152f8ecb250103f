"""Our own Ed25519 verification against the library's."""

from __future__ import annotations

import itertools

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from shuzhi.engines.ledger import INSTALLED
from shuzhi.engines.ledger.ed25519 import verify

by_library = INSTALLED["ed25519"]
ORDER = 2**252 + 27742317777372353535851937790883648493

# RFC 8032 section 7.1: public key, message, signature.
RFC_8032 = [
    (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
        "",
        "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
    ),
    (
        "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c",
        "72",
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
    ),
    (
        "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
        "af82",
        "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
    ),
]


@pytest.mark.parametrize(("key", "message", "signature"), RFC_8032)
def test_the_vectors_of_rfc_8032_hold(key: str, message: str, signature: str) -> None:
    assert verify(bytes.fromhex(key), bytes.fromhex(message), bytes.fromhex(signature))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=100))
@settings(max_examples=40, deadline=None)
def test_what_the_library_signs_holds(seed: bytes, message: bytes) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)

    assert verify(private.public_key().public_bytes_raw(), message, private.sign(message))


@given(st.binary(min_size=32, max_size=32), st.binary(max_size=30), st.integers(0, 8 * 96 - 1))
@settings(max_examples=100, deadline=None)
def test_both_agree_after_one_flipped_bit_anywhere(seed: bytes, message: bytes, bit: int) -> None:
    private = Ed25519PrivateKey.from_private_bytes(seed)
    raw = bytearray(private.public_key().public_bytes_raw() + private.sign(message))
    raw[bit // 8] ^= 1 << bit % 8
    key, signature = bytes(raw[:32]), bytes(raw[32:])

    assert verify(key, message, signature) == by_library(key, message, signature) is False


@given(st.binary(max_size=70), st.binary(max_size=10), st.binary(max_size=70))
@settings(max_examples=100, deadline=None)
def test_no_bytes_crash_it(key: bytes, message: bytes, signature: bytes) -> None:
    assert verify(key, message, signature) is False


def test_a_second_spelling_of_a_signature_is_refused() -> None:
    private = Ed25519PrivateKey.from_private_bytes(bytes(32))
    key, signature = private.public_key().public_bytes_raw(), private.sign(b"m")
    twin = signature[:32] + (int.from_bytes(signature[32:], "little") + ORDER).to_bytes(32, "little")

    assert verify(key, b"m", signature)
    assert not verify(key, b"m", twin)
    assert not by_library(key, b"m", twin)


def test_a_point_that_is_not_on_the_curve_or_spelled_twice_is_refused() -> None:
    for number in (2, 2**255 - 19, 2**255 - 18, 1 | 1 << 255):
        assert not verify(number.to_bytes(32, "little"), b"", bytes(64))


# The eight points of small order, and six spellings of some of them with y >= p or with a sign that x = 0 cannot have.
SMALL_ORDER = [
    bytes.fromhex(text)
    for text in (
        "01" + "00" * 31,
        "ec" + "ff" * 30 + "7f",
        "00" * 32,
        "00" * 31 + "80",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
    )
]
SECOND_SPELLINGS = [
    bytes.fromhex(text)
    for text in (
        "01" + "00" * 30 + "80",
        "ee" + "ff" * 30 + "7f",
        "ec" + "ff" * 31,
        "ed" + "ff" * 30 + "7f",
        "ed" + "ff" * 31,
        "ee" + "ff" * 31,
    )
]


def test_both_agree_on_keys_and_signatures_of_small_order_where_verifiers_often_differ() -> None:
    """Chosen so that S = 0 often holds: whoever multiplies by the cofactor accepts more of them."""
    accepted = 0
    for key, point, message in itertools.product(SMALL_ORDER, [*SMALL_ORDER, *SECOND_SPELLINGS], range(2)):
        signature = point + bytes(32)
        ours = verify(key, bytes([message]), signature)
        accepted += ours

        assert ours == by_library(key, bytes([message]), signature)
    assert accepted > 0


def test_a_key_in_a_second_spelling_verifies_nothing() -> None:
    """Stricter than OpenSSL, which reads such keys; only points of small order have a second spelling."""
    for key, point, message in itertools.product(SECOND_SPELLINGS, SMALL_ORDER, range(2)):
        assert not verify(key, bytes([message]), point + bytes(32))
