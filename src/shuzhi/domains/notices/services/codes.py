"""One-time codes that prove a phone number: six digits, five minutes, five tries."""

import hmac
import secrets
import unicodedata
from datetime import timedelta
from http import HTTPStatus

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from shuzhi.domains.notices.addresses import normal_phone
from shuzhi.domains.notices.cards import Recipient, RecipientKind
from shuzhi.domains.notices.models import OneTimeCode
from shuzhi.domains.notices.services.messages import send_message
from shuzhi.domains.notices.wording import CODE
from shuzhi.spine import access, clock, limits
from shuzhi.spine.actors import Actor
from shuzhi.spine.errors import Refused, TooManyTries
from shuzhi.spine.sealing import lookup_hash

DIGITS = 6
LASTS = timedelta(minutes=5)
MOST_TRIES = 5


class WrongCode(Refused):
    """Wrong, expired, used and never sent look the same."""

    code, status = "wrong-code", HTTPStatus.FORBIDDEN
    message = _("This code is not right or has expired. Check the message, or ask for a new code.")


@transaction.atomic
def send_code(phone: str, *, purpose: str, address: str, language: str = "zh-hans", by: Actor) -> None:
    """Send a fresh code; the one before it ends. At most one a minute and five an hour, per phone and per address.

    address: of the caller's computer; empty for the command line, which is not limited by it.
    Raises InvalidInput for a number that is not a mobile, TooManyTries.
    """
    access.require(by, "notices.subscribe")
    phone = normal_phone(phone)
    phone_hash = lookup_hash(phone)
    callers = [f"phone/{phone_hash}"] + ([f"address/{address}"] if address else [])
    for caller in callers:
        limits.count(f"code/minute/{caller}", at_most=1, per_seconds=60)
        limits.count(f"code/hour/{caller}", at_most=5, per_seconds=3600)
    code = f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}"
    expires_at = clock.now() + LASTS
    OneTimeCode.objects.update_or_create(
        phone_hash=phone_hash,
        purpose=purpose,
        defaults={"code_hash": _hash(phone, purpose, code), "expires_at": expires_at, "tries": 0},
    )
    send_message(
        to=Recipient(RecipientKind.PHONE, phone),
        template=CODE,
        context={"code": code, "minutes": int(LASTS.total_seconds() // 60)},
        language=language,
        expires_at=expires_at,
        by=by,
    )


def check_code(phone: str, code: str, *, purpose: str) -> bool:
    """True for the newest code of the phone, once. Raises WrongCode, or TooManyTries after five wrong ones.

    Call it outside a transaction: a refused try must stay counted.
    """
    phone = normal_phone(phone)
    verdict = _judge(phone, code, purpose)
    if verdict is not None:
        raise verdict
    return True


@transaction.atomic
def _judge(phone: str, code: str, purpose: str) -> Refused | None:
    row = (
        OneTimeCode.objects.select_for_update().filter(phone_hash=lookup_hash(phone), purpose=purpose).first()
    )
    left_s = (row.expires_at - clock.now()).total_seconds() if row else 0
    # More than its whole life left: the clock was set back, and how old the code is cannot be known.
    if row is None or not 0 < left_s <= LASTS.total_seconds():
        return WrongCode()
    if row.tries >= MOST_TRIES:
        return TooManyTries(seconds=max(1, round(left_s)))
    digits = unicodedata.normalize("NFKC", code[:20]).replace(" ", "")
    if not hmac.compare_digest(row.code_hash, _hash(phone, purpose, digits)):
        row.tries += 1
        row.save(update_fields=["tries"])
        return WrongCode()
    row.delete()
    return None


def _hash(phone: str, purpose: str, code: str) -> str:
    return lookup_hash(f"one-time-code/{purpose}/{phone}/{code}")
