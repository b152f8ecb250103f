"""The SM profile with a real SM2 behind the port: OpenSSL's program stands where a county plugs in its own module."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from tests.engines.ledger.given import LOG, ORIGIN

from shuzhi.engines.ledger import (
    INSTALLED,
    NOTE_SM2_SM3,
    Checkpoint,
    Note,
    NoteSignature,
    Signer,
    Unverified,
    VerifierKey,
    check_policy,
    parse_checkpoint,
    parse_policy,
    parse_vkey,
    sign_checkpoint,
    verify_note,
)

HEAD = Checkpoint(ORIGIN, 42, bytes(range(32)))
SIGNER_ID = "distid:1234567812345678"  # the identity that GM/T 0009-2012 gives where nothing else was agreed
POINT_BYTES = 65


class OpenSSL:
    """SM2 with SM3 (GB/T 32918.2-2016), key and all, in a program of its own."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._key = folder / "sm2.pem"
        self._run("genpkey", "-algorithm", "SM2", "-out", str(self._key))
        der = self._run("pkey", "-in", str(self._key), "-pubout", "-outform", "DER")
        self._header, self.public_key = der[:-POINT_BYTES], der[-POINT_BYTES:]

    def sign(self, message: bytes) -> bytes:
        der = self._run("dgst", "-sm3", "-sign", str(self._key), "-sigopt", SIGNER_ID, message=message)
        return b"".join(number.to_bytes(32, "big") for number in decode_dss_signature(der))

    def check(self, public_key: bytes, message: bytes, signature: bytes) -> bool:
        key, der = self.folder / "public.der", self.folder / "signature.der"
        key.write_bytes(self._header + public_key)
        numbers = (int.from_bytes(half, "big") for half in (signature[:32], signature[32:]))
        der.write_bytes(encode_dss_signature(*numbers))
        line = ["dgst", "-sm3", "-keyform", "DER", "-verify", str(key), "-sigopt", SIGNER_ID]
        try:
            self._run(*line, "-signature", str(der), message=message)
        except subprocess.CalledProcessError:
            return False
        return True

    def _run(self, *line: str, message: bytes = b"") -> bytes:
        return subprocess.run(["openssl", *line], input=message, capture_output=True, check=True).stdout


@pytest.fixture
def module(tmp_path: Path) -> OpenSSL:
    try:
        return OpenSSL(tmp_path)
    except subprocess.CalledProcessError:
        pytest.skip("NOT RUN: this OpenSSL has no SM2")


pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="NOT RUN: openssl is not installed")


def test_an_sm2_line_stands_beside_the_ed25519_line_and_both_are_checked(module: OpenSSL) -> None:
    key = VerifierKey(ORIGIN, NOTE_SM2_SM3, module.public_key)
    signed = sign_checkpoint(HEAD, LOG, Signer(key, module.sign))
    again = parse_checkpoint(bytes(signed))

    assert parse_vkey(key.vkey) == key
    assert set(verify_note(again.note, [LOG.key, key], {**INSTALLED, "sm2-sm3": module.check}).times) == {
        LOG.key,
        key,
    }
    assert verify_note(again.note, [LOG.key, key]).unsupported == (key,)


def test_an_altered_sm2_signature_or_text_refuses_the_note(module: OpenSSL) -> None:
    key = VerifierKey(ORIGIN, NOTE_SM2_SM3, module.public_key)
    note = sign_checkpoint(HEAD, Signer(key, module.sign)).note
    good = note.signatures[0]
    flipped = NoteSignature(good.name, good.key_id, good.signature[:-1] + bytes([good.signature[-1] ^ 1]))
    for altered in (Note(note.text, (flipped,)), Note(note.text.replace("42", "43"), (good,))):
        with pytest.raises(Unverified, match=ORIGIN):
            verify_note(altered, [key], {**INSTALLED, "sm2-sm3": module.check})


def test_a_policy_may_ask_for_a_log_that_signs_with_sm2(module: OpenSSL) -> None:
    key = VerifierKey(ORIGIN, NOTE_SM2_SM3, module.public_key)
    policy = parse_policy(f"log {key.vkey}\nquorum none\n".encode())
    signed = sign_checkpoint(HEAD, LOG, Signer(key, module.sign))

    assert check_policy(signed, policy, {"sm2-sm3": module.check}).log == key
    with pytest.raises(Unverified, match="not signed by a log"):
        check_policy(signed, policy)
