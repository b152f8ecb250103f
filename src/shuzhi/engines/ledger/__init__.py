"""The ledger engine: C2SP transparency logs (tiles, notes, witnesses, receipts) and the city's own leaf and seal.

Pure: bytes in, bytes out. Reading goes through a `ReadFile` port, randomness and time come as arguments.
Everything that verifies works without `cryptography`, on Python 3.9 and later, so that anyone can check.
"""

from .audit import Auditor, BundleScan, check_partial_tiles, document_path, scan_bundle
from .checkpoint import Checkpoint, SignedCheckpoint, parse_checkpoint
from .commitment import (
    Draw,
    Field,
    Hash,
    Opening,
    check_opening,
    commit,
    format_opening,
    installed_sm3,
    parse_opening,
    seal,
    secret_size,
)
from .errors import LedgerError, Malformed, Unverified
from .growth import Edge, grow, read_edge
from .keys import (
    COSIGN_ED25519,
    COSIGN_ML_DSA_44,
    NOTE_ED25519,
    NOTE_SM2_SM3,
    Signer,
    VerifierKey,
    format_skey,
    parse_vkey,
)
from .leaf import FIRST_OF_YEAR, TYPE_LIST, Leaf, Reference, Seal, parse_leaf
from .note import Note, NoteSignature, parse_note, parse_signature_lines
from .policy import Policy, Witnessed, check_log_signature, check_policy, parse_policy
from .primitives import INSTALLED, Check, signer_from_seed, signer_from_skey
from .proofs import Hashes, prove_consistency, prove_inclusion, root_at
from .receipt import Receipt, parse_receipt, verify_receipt
from .series import Finding, Run, SeriesWatch, format_type_list, parse_type_list
from .signing import keep_valid, sign_checkpoint, sign_text, verify_note
from .tiles import (
    CHECKPOINT_PATH,
    ENTRIES,
    WIDTH,
    ReadFile,
    Tile,
    all_tiles,
    hashes_at,
    parse_tile_path,
    read_entries,
)
from .tree import EMPTY_ROOT, leaf_hash, node_hash, verify_consistency, verify_inclusion
from .witnessing import (
    AddCheckpoint,
    WitnessAnswer,
    judge_growth,
    judge_request,
    parse_add_checkpoint,
    parse_size,
)

__all__ = [
    "CHECKPOINT_PATH",
    "COSIGN_ED25519",
    "COSIGN_ML_DSA_44",
    "EMPTY_ROOT",
    "ENTRIES",
    "FIRST_OF_YEAR",
    "INSTALLED",
    "NOTE_ED25519",
    "NOTE_SM2_SM3",
    "TYPE_LIST",
    "WIDTH",
    "AddCheckpoint",
    "Auditor",
    "BundleScan",
    "Check",
    "Checkpoint",
    "Draw",
    "Edge",
    "Field",
    "Finding",
    "Hash",
    "Hashes",
    "Leaf",
    "LedgerError",
    "Malformed",
    "Note",
    "NoteSignature",
    "Opening",
    "Policy",
    "ReadFile",
    "Receipt",
    "Reference",
    "Run",
    "Seal",
    "SeriesWatch",
    "SignedCheckpoint",
    "Signer",
    "Tile",
    "Unverified",
    "VerifierKey",
    "WitnessAnswer",
    "Witnessed",
    "all_tiles",
    "check_log_signature",
    "check_opening",
    "check_partial_tiles",
    "check_policy",
    "commit",
    "document_path",
    "format_opening",
    "format_skey",
    "format_type_list",
    "grow",
    "hashes_at",
    "installed_sm3",
    "judge_growth",
    "judge_request",
    "keep_valid",
    "leaf_hash",
    "node_hash",
    "parse_add_checkpoint",
    "parse_checkpoint",
    "parse_leaf",
    "parse_note",
    "parse_opening",
    "parse_policy",
    "parse_receipt",
    "parse_signature_lines",
    "parse_size",
    "parse_tile_path",
    "parse_type_list",
    "parse_vkey",
    "prove_consistency",
    "prove_inclusion",
    "read_edge",
    "read_entries",
    "root_at",
    "scan_bundle",
    "seal",
    "secret_size",
    "sign_checkpoint",
    "sign_text",
    "signer_from_seed",
    "signer_from_skey",
    "verify_consistency",
    "verify_inclusion",
    "verify_note",
    "verify_receipt",
]
