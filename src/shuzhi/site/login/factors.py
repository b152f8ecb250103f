"""The second factor: an authenticator app (TOTP, RFC 6238), and ten recovery codes for the day it is lost."""

import re
import secrets
import time
import unicodedata
from base64 import b32encode
from dataclasses import dataclass

import segno
from django.db import transaction
from django_otp import verify_token
from django_otp.oath import TOTP
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice
from django_otp.util import random_hex

from shuzhi.spine import audit
from shuzhi.spine.models import User
from shuzhi.spine.sealing import lookup_hash

RECOVERY_CODES = 10
_CODE_ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_QUIET_ZONE = 4  # modules, ISO/IEC 18004
_CODE = re.compile(r"[0-9]{6}")


@dataclass(frozen=True)
class Enrolment:
    """What a person scans or types: `path` draws a QR code on a square of `side` units."""

    secret: str
    path: str
    side: int


def has_second_factor(user: User) -> bool:
    return bool(TOTPDevice.objects.filter(user=user, confirmed=True).exists())


def new_key() -> str:
    """Twenty random bytes in hex; it waits in the session until the first code proves that it was scanned."""
    return str(random_hex(20))


def enrolment(user: User, key: str) -> Enrolment:
    code = segno.make(TOTPDevice(user=user, key=key).config_url, error="m")
    parts = [
        f"M{column + _QUIET_ZONE} {row + _QUIET_ZONE}h1v1h-1z"
        for row, modules in enumerate(code.matrix)
        for column, dark in enumerate(modules)
        if dark
    ]
    secret = b32encode(bytes.fromhex(key)).decode()
    grouped = " ".join(secret[start : start + 4] for start in range(0, len(secret), 4))
    return Enrolment(grouped, "".join(parts), len(code.matrix) + 2 * _QUIET_ZONE)


@transaction.atomic
def enrol(user: User, *, key: str, code: str) -> list[str] | None:
    """Replace the person's second factor once a code proves the new one; returns fresh recovery codes, or None."""
    totp = TOTP(bytes.fromhex(key))
    totp.time = time.time()
    if not _CODE.fullmatch(_clean(code)) or not totp.verify(int(_clean(code)), tolerance=1):
        return None
    TOTPDevice.objects.filter(user=user).delete()
    TOTPDevice.objects.create(user=user, name="authenticator", key=key, last_t=totp.t(), drift=totp.drift)
    audit.record(user.as_actor(), "accounts.second_factor_enrol", f"user:{user.pk}")
    return new_recovery_codes(user)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten codes, each good once. Only keyed hashes are kept, so they are seen now or never; older ones end."""
    StaticDevice.objects.filter(user=user).delete()
    device = StaticDevice.objects.create(user=user, name="recovery")
    codes = [
        "".join(secrets.choice(_CODE_ALPHABET) for _place in range(10)) for _code in range(RECOVERY_CODES)
    ]
    StaticToken.objects.bulk_create(
        [StaticToken(device=device, token=_recovery_hash(code)) for code in codes]
    )
    audit.record(user.as_actor(), "accounts.recovery_codes", f"user:{user.pk}")
    return [f"{code[:5]}-{code[5:]}" for code in codes]


def prove(user: User, code: str) -> bool:
    """Whether a code of the authenticator or an unused recovery code was given. Failures slow the next try down."""
    code = _clean(code)
    if _CODE.fullmatch(code):
        devices, token = TOTPDevice.objects.filter(user=user, confirmed=True), code
    else:
        devices, token = StaticDevice.objects.filter(user=user, confirmed=True), _recovery_hash(code)
    return any(verify_token(user, device.persistent_id, token) for device in devices)


def seconds_to_wait(user: User) -> int:
    """How long the throttle still refuses every code; 0 when a try is allowed."""
    waits = [0]
    for model in (TOTPDevice, StaticDevice):
        for device in model.objects.filter(user=user, confirmed=True):
            allowed, details = device.verify_is_allowed()
            if not allowed:
                left = details["locked_until"].timestamp() - time.time()
                waits.append(max(1, round(left)))
    return max(waits)


def _recovery_hash(code: str) -> str:
    return lookup_hash(f"recovery:{code}")[:16]


def _clean(code: str) -> str:
    return unicodedata.normalize("NFKC", code).replace(" ", "").replace("-", "").lower()
