"""The signer port: who signs for a log.

`SHUZHI_LEDGER_SIGNERS` names a function (origin) -> signers. The default reads Ed25519 keys from files. A hardware
module, or SM2 with SM3, brings a function of its own; whether that module is approved is for the assessment of the
place to say.   `SHUZHI_LEDGER_CHECKS` likewise names a mapping of further signature checks (scheme -> check).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from django.conf import settings
from django.utils.module_loading import import_string

from shuzhi.domains.ledger import places
from shuzhi.engines.ledger import INSTALLED, Check, Policy, Signer, VerifierKey
from shuzhi.programs.keyfiles import make_key_file, read_key_file

Signers = Callable[[str], Sequence[Signer]]


def signers_for(origin: str, policy: Policy) -> list[Signer]:
    """Those of our keys that the policy names; more than one while a new key replaces an old one."""
    port: Signers = import_string(settings.SHUZHI_LEDGER_SIGNERS)
    trusted = {known.key for known in policy.logs}
    return [signer for signer in port(origin) if signer.key in trusted]


def own_keys(origin: str) -> set[VerifierKey]:
    """All keys with which we can sign for a log, whatever its policy says now."""
    port: Signers = import_string(settings.SHUZHI_LEDGER_SIGNERS)
    return {signer.key for signer in port(origin)}


def checks() -> Mapping[str, Check]:
    """The signature checks of this machine, with those that the county brings."""
    if not settings.SHUZHI_LEDGER_CHECKS:
        return INSTALLED
    brought: Mapping[str, Check] = import_string(settings.SHUZHI_LEDGER_CHECKS)
    return {**INSTALLED, **brought}


def key_files(origin: str) -> list[Signer]:
    """The default of the port: every key file of the log, the oldest first."""
    return [read_key_file(path) for path in sorted(places.keys().glob(f"{_stem(origin)}-*.key"))]


def first_key(origin: str) -> VerifierKey:
    """The key with which a log begins; made when there is none."""
    port: Signers = import_string(settings.SHUZHI_LEDGER_SIGNERS)
    if standing := port(origin):
        return standing[0].key
    make_key(origin)
    return port(origin)[0].key


def make_key(origin: str) -> VerifierKey:
    """Draw one more key file for a log; it signs once a policy names it."""
    place = _place(origin, len(key_files(origin)) + 1)
    make_key_file(place, origin, "note-ed25519")
    return read_key_file(place).key


def _place(origin: str, number: int) -> Path:
    return places.made(places.keys()) / f"{_stem(origin)}-{number}.key"


def _stem(origin: str) -> str:
    return origin.replace("/", "_")
