"""The requester's own words and contact, sealed twice: with the county's key and with the person's, which can be destroyed.

A person is who a phone belongs to: one key for all that came from it. Without a phone each demand has a key of its own.
Masked words lie in the demand itself; these here are read by those who handle it, until the person is erased.
"""

import base64
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from django.conf import settings

from shuzhi.domains.intake.models import Demand, DemandWords, Requester, Supplement
from shuzhi.spine import sealing
from shuzhi.spine.subject_keys import Cipher, SubjectKeys, unwrap, wrap

_PERSONAL = "p"
"""How a token begins that a person's key closes; those of version 0.1 are sealed with the county's key alone."""


def _folder() -> Path:
    return Path(settings.SHUZHI_DATA_DIR) / "keys"


_KEYS = SubjectKeys(_folder)
destroy = _KEYS.destroy


def person_behind(demand_id: int, phone_hash: str) -> str:
    """Whose key closes what came with a demand."""
    return f"person:{phone_hash}" if phone_hash else f"words:{demand_id}"


def phone_hash_of(row: Demand) -> str:
    """The hash of the phone that was left with a demand, or nothing."""
    given = getattr(row, "requester", None)
    return given.phone_hash if given else ""


def close_each(tokens: Iterable[tuple[int, str, Sequence[str]]]) -> list[list[str]]:
    """Close sealed tokens with the keys of their people: each row a demand's id, the hash of its phone, its tokens."""
    rows = [(demand_id, person_behind(demand_id, phone), given) for demand_id, phone, given in tokens]
    keys = _KEYS.ciphers_for([person for _id, person, _tokens in rows])
    return [[_closed(keys[person], demand_id, one) for one in given] for demand_id, person, given in rows]


def words_of(row: Demand) -> tuple[str, str] | None:
    """Title and text as they were written; None when the person was erased."""
    sealed = row.words.title_and_text
    opened = open_each(row, [sealed])[0] if sealed else None
    if opened is None:
        return None
    title, _between, text = opened.partition("\n")
    return title, text


def supplements_of(row: Demand, added: Sequence[Supplement]) -> list[str | None]:
    """Words that were added later; None for each that was erased."""
    return open_each(row, [one.sealed_text for one in added])


def contacts_in(given: Sequence[Requester]) -> list[tuple[str, str, str]]:
    """Name, phone and e-mail of requesters, empty where they were erased, with one look for all the keys."""
    people = [person_behind(one.demand_id, one.phone_hash) for one in given]
    keys = _KEYS.known(people)
    found = []
    for one, person in zip(given, people, strict=True):
        name, phone, email = (
            _opened(keys, person, one.demand_id, sealed) or "" for sealed in (one.name, one.phone, one.email)
        )
        found.append((name, phone, email))
    return found


def drop_unwrapped(demand_ids: Sequence[int]) -> None:
    """Forget what the county's key alone closes: nothing could make it unreadable later."""
    old = DemandWords.objects.filter(demand__in=demand_ids).exclude(title_and_text__startswith=_PERSONAL)
    old.update(title_and_text="")
    for field in ("name", "phone", "email"):
        rows = Requester.objects.filter(demand__in=demand_ids).exclude(**{f"{field}__startswith": _PERSONAL})
        rows.update(**{field: ""})
    added = Supplement.objects.filter(demand__in=demand_ids).exclude(sealed_text__startswith=_PERSONAL)
    added.update(sealed_text="")


def open_each(row: Demand, tokens: Sequence[str]) -> list[str | None]:
    """What tokens that were closed for a demand say; None for each that is gone."""
    person = person_behind(row.pk, phone_hash_of(row))
    keys = _KEYS.known([person]) if any(one.startswith(_PERSONAL) for one in tokens) else {}
    return [_opened(keys, person, row.pk, one) for one in tokens]


def _closed(key: Cipher, demand_id: int, token: str) -> str:
    if not token:
        return ""
    wrapped = wrap(key, token.encode(), belongs_to=str(demand_id).encode())
    return _PERSONAL + base64.urlsafe_b64encode(wrapped).decode()


def _opened(keys: Mapping[str, Cipher], person: str, demand_id: int, token: str) -> str | None:
    """What a token says; None when it is gone. Raises RuntimeError when the token was altered."""
    if not token.startswith(_PERSONAL):
        return sealing.unseal(token) if token else None
    key = keys.get(person)
    if key is None:
        return None
    wrapped = base64.urlsafe_b64decode(token[len(_PERSONAL) :])
    sealed = unwrap(key, wrapped, belongs_to=str(demand_id).encode())
    if sealed is None:
        raise RuntimeError("closed with another key: restore the keys that belong to this database")
    return sealing.unseal(sealed.decode())
