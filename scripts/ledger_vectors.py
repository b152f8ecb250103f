"""Writes and checks the ledger's test vectors, so that other implementations can be held against ours.

    python scripts/ledger_vectors.py            write docs/vectors/
    python scripts/ledger_vectors.py --check    exit 1 when what is there is not what the engine does

Keys, nonces and facts are synthetic and public. ML-DSA-44 signatures are randomised, so one is kept and verified
instead of made again.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import json
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from shuzhi.engines.ledger import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    NOTE_ED25519,
    AddCheckpoint,
    Checkpoint,
    Edge,
    Hashes,
    Leaf,
    LedgerError,
    Note,
    Receipt,
    Reference,
    Seal,
    Signer,
    check_policy,
    format_opening,
    format_skey,
    grow,
    installed_sm3,
    leaf_hash,
    parse_add_checkpoint,
    parse_checkpoint,
    parse_leaf,
    parse_note,
    parse_opening,
    parse_policy,
    parse_receipt,
    parse_signature_lines,
    parse_vkey,
    prove_consistency,
    prove_inclusion,
    seal,
    sign_checkpoint,
    sign_text,
    signer_from_seed,
    verify_note,
)
from shuzhi.engines.ledger.commitment import Opening, field_hash
from shuzhi.engines.ledger.signing import signed_message

FOLDER = Path(__file__).parents[1] / "docs" / "vectors"
ORIGIN = "vectors.example/ledger"
AT = 1_780_000_000
SIZES = (0, 1, 2, 3, 7, 8, 255, 256, 257, 700)

Json = dict[str, Any]


def seed(name: str) -> bytes:
    return hashlib.sha256(f"shuzhi vectors: {name}".encode()).digest()


def counter(name: str) -> Callable[[int], bytes]:
    """A "random" source that everybody can repeat: SHA-256 of the name and a running number."""
    numbers = iter(range(2**32))

    def draw(count: int) -> bytes:
        blocks = (hashlib.sha256(f"{name} {next(numbers)}".encode()).digest() for _ in range(-(-count // 32)))
        return b"".join(blocks)[:count]

    return draw


LOG = signer_from_seed(ORIGIN, NOTE_ED25519, seed("log"))
COURT = signer_from_seed("court.example/w1", COSIGN_ED25519, seed("court"))
LATTICE = signer_from_seed("court.example/w1", COSIGN_ML_DSA_44, seed("lattice"))


def entries(count: int) -> list[bytes]:
    day = date(2026, 5, 3)
    return [
        bytes(Leaf("dept-housing", "orders", number, "workorder.closed", day))
        for number in range(1, count + 1)
    ]


def text_of(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def tree() -> Json:
    """Roots, tile hashes and proofs of logs whose entry n (from 0) is the leaf number n + 1 of one series."""
    grown = grow(Edge(), entries(SIZES[-1]))
    hashes = {size: Hashes(grow(Edge(), entries(size)).files.get, size) for size in SIZES}
    roots = {str(size): grow(Edge(), entries(size)).edge.root.hex() for size in SIZES}
    inclusion = [
        {"size": size, "index": index, "proof": [part.hex() for part in prove_inclusion(hashes[size], index)]}
        for size in SIZES
        for index in sorted({0, size // 2, size - 1})
        if 0 <= index < size
    ]
    consistency = [
        {"old": old, "new": new, "proof": [part.hex() for part in prove_consistency(hashes[new], old)]}
        for new in SIZES
        for old in SIZES
        if old <= new
    ]
    files = {path: hashlib.sha256(raw).hexdigest() for path, raw in sorted(grown.files.items())}
    first = entries(1)[0]
    return {
        "about": tree.__doc__,
        "first_entry": first.decode(),
        "first_leaf_hash": leaf_hash(first).hex(),
        "roots": roots,
        "files_at_700_sha256": files,
        "inclusion": inclusion,
        "consistency": consistency,
    }


def head() -> Checkpoint:
    return Checkpoint(ORIGIN, 700, grow(Edge(), entries(700)).edge.root)


def key_of(signer: Signer, name: str) -> Json:
    return {
        "vkey": signer.key.vkey,
        "skey": format_skey(signer.key, seed(name)),
    }


def notes(kept: Json) -> Json:
    """Keys, a checkpoint, its cosignatures and the bytes that each signature covers."""
    signed = sign_checkpoint(head(), LOG)
    court = sign_text(signed.checkpoint.text, COURT, at=AT)
    lattice = kept.get("ml_dsa_44_cosignature") or sign_text(signed.checkpoint.text, LATTICE, at=AT).line
    names = (("log", LOG, "log"), ("ed25519", COURT, "court"), ("ml_dsa_44", LATTICE, "lattice"))
    message = signed_message(COSIGN_ML_DSA_44, LATTICE.key.name, signed.checkpoint.text, AT)
    return {
        "about": notes.__doc__,
        "keys": {name: key_of(signer, secret) for name, signer, secret in names},
        "timestamp": AT,
        "checkpoint": bytes(signed).decode(),
        "ed25519_cosignature": court.line,
        "ed25519_signed_message": signed_message(COSIGN_ED25519, "", signed.checkpoint.text, AT).decode(),
        "ml_dsa_44_cosignature": lattice,
        "ml_dsa_44_signed_message_hex": message.hex(),
    }


def policy() -> bytes:
    lines = (f"log {LOG.key.vkey}", f"witness court {COURT.key.vkey}", "quorum court")
    return "".join(f"{line}\n" for line in lines).encode()


def receipts() -> Json:
    """A policy, a receipt that it accepts, and a request to a witness."""
    hashes = Hashes(grow(Edge(), entries(700)).files.get, 700)
    signed = sign_checkpoint(head(), LOG)
    note = signed.note.with_signatures(sign_text(signed.checkpoint.text, COURT, at=AT))
    receipt = Receipt(
        400, tuple(prove_inclusion(hashes, 400)), parse_checkpoint(bytes(note)), entries(401)[400]
    )
    request = AddCheckpoint(257, tuple(prove_consistency(hashes, 257)), signed)
    return {
        "about": receipts.__doc__,
        "policy": policy().decode(),
        "tlog_proof": bytes(receipt).decode(),
        "add_checkpoint": bytes(request).decode(),
    }


def leaves() -> Json:
    """gl1 leaves with their hashes, and a seal with its opening. Facts are synthetic."""
    facts = {"applicant": "synthetic person 17", "amount_fen": 52000, "months": [4, 5], "申请事项": "虚构"}
    sealed, opening = seal(facts, counter("nonces"), sm3=installed_sm3())
    plain = Leaf("dept-housing", "orders", 1, "workorder.closed", date(2026, 5, 3))
    full = Leaf("dept-housing", "orders", 2, "benefit.granted", date(2026, 5, 3), bytes(range(32)), sealed,
                Reference("corrects", 0, leaf_hash(bytes(plain))), bytes(range(32, 64)))  # fmt: skip
    shown = Opening(bytes(full), opening.hashes, opening.fields, opening.sm3_hashes).showing(["amount_fen"])
    return {
        "about": leaves.__doc__,
        "leaves": [
            {"leaf": bytes(leaf).decode(), "leaf_hash": leaf_hash(bytes(leaf)).hex()}
            for leaf in (plain, full)
        ],
        "facts": facts,
        "field_hashes": {field.name: field_hash(field).hex() for field in opening.fields},
        "nonces": {field.name: field.nonce.hex() for field in opening.fields},
        "c1": sealed.c1.hex(),
        "sm3": sealed.sm3.hex() if sealed.sm3 else None,
        "opening_of_amount_fen": format_opening(shown).decode(),
    }


READERS: dict[str, Callable[[bytes], object]] = {
    "note": parse_note,
    "checkpoint": parse_checkpoint,
    "vkey": lambda raw: parse_vkey(raw.decode()),
    "policy": parse_policy,
    "tlog_proof": parse_receipt,
    "add_checkpoint": parse_add_checkpoint,
    "leaf": parse_leaf,
    "opening": parse_opening,
}


def refusals() -> Json:
    """Inputs (base64) that must be refused, by format."""
    made, sealed = receipts(), leaves()
    checkpoint, vkey = bytes(sign_checkpoint(head(), LOG)), LOG.key.vkey.encode()
    proof, leaf = (
        made["tlog_proof"].encode(),
        bytes(Leaf("o", "s", 1, "t", date(2026, 5, 3), seal=Seal(bytes(32)))),
    )
    opening = sealed["opening_of_amount_fen"].encode()
    inputs = {
        "note": [b"", b"text\n", checkpoint[:-1], checkpoint.replace(b"\n\n", b"\n"), checkpoint.replace(b"\n", b"\r\n")],
        "checkpoint": [checkpoint.replace(b"\n700\n", size) for size in (b"\n0700\n", b"\n-1\n", b"\n\n", b"\n9223372036854775808\n")],
        "vkey": [vkey[:-1], vkey.replace(b"+", b"-"), vkey.upper(), b"+" + vkey],
        "policy": [policy()[:-1], policy() * 2, b"quorum nobody\n", policy().replace(b"quorum court\n", b"")],
        "tlog_proof": [proof.replace(b"index 400", b"index 0400"), proof.replace(b"@v1", b"@v2"), proof.replace(b"\n\n", b"\n")],
        "add_checkpoint": [made["add_checkpoint"].encode().replace(b"old 257", text) for text in (b"old 0257", b"old", b"257")],
        "leaf": [leaf[:-1], leaf.replace(b"05-03", b"02-30"), leaf.replace(b"o\ns", b"O!\ns"), leaf + b"\n", leaf.upper()],
        "opening": [opening.replace(b"52000", text) for text in (b"NaN", b"99999999999999999999", b'{"a":1,"a":1}')],
    }  # fmt: skip
    return {
        "about": refusals.__doc__,
        "inputs": {name: [text_of(raw) for raw in many] for name, many in inputs.items()},
    }


def everything(kept_notes: Json) -> dict[str, Json]:
    return {
        "tree.json": tree(),
        "notes.json": notes(kept_notes),
        "receipts.json": receipts(),
        "leaves.json": leaves(),
        "refusals.json": refusals(),
    }


def problems_of(vectors: dict[str, Json]) -> list[str]:
    """What in the vectors does not hold, beyond being what the engine writes today."""
    problems = []
    signed = parse_checkpoint(vectors["notes.json"]["checkpoint"].encode())
    for kind, signer in (("ed25519", COURT), ("ml_dsa_44", LATTICE)):
        line = parse_signature_lines(vectors["notes.json"][f"{kind}_cosignature"])
        if verify_note(Note(signed.note.text, line), [signer.key]).times != {signer.key: AT}:
            problems.append(f"the {kind} cosignature does not hold")
    receipt = parse_receipt(vectors["receipts.json"]["tlog_proof"].encode())
    check_policy(receipt.signed, parse_policy(vectors["receipts.json"]["policy"].encode()))
    for name, inputs in vectors["refusals.json"]["inputs"].items():
        for number, text in enumerate(inputs):
            try:
                READERS[name](base64.b64decode(text))
            except LedgerError:
                continue
            problems.append(f"{name} {number} was not refused")
    return problems


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--check", action="store_true")
    is_check = parser.parse_args(arguments).check
    FOLDER.mkdir(parents=True, exist_ok=True)
    there = FOLDER / "notes.json"
    vectors = everything(json.loads(there.read_text(encoding="utf-8")) if there.exists() else {})
    problems = problems_of(vectors)
    for name, body in vectors.items():
        text = json.dumps(body, ensure_ascii=False, indent=1, sort_keys=True) + "\n"
        place = FOLDER / name
        if not is_check:
            place.write_text(text, encoding="utf-8")
        elif not place.exists() or place.read_text(encoding="utf-8") != text:
            problems.append(f"{name} is not what the engine writes")
    print("\n".join(problems) or f"{len(vectors)} files of vectors hold")
    return int(bool(problems))


if __name__ == "__main__":
    sys.exit(main())
