"""The requester's own words and contact, sealed twice: with the county's key and with the person's, which can be destroyed.

A person is who a phone belongs to: one key for all that came from it. Without a phone each demand has a key of its own.
Masked words lie in the demand itself; these here are read by those who handle it, until the person is erased.
"""

from collections.abc import Iterable, Sequence

from shuzhi.domains.intake.models import Demand, DemandWords, Requester, Supplement
from shuzhi.spine import personal

destroy = personal.KEYS.destroy


def person_behind(demand_id: int, phone_hash: str) -> str:
    """Whose key closes what came with a demand."""
    return personal.person_at(phone_hash) if phone_hash else f"words:{demand_id}"


def phone_hash_of(row: Demand) -> str:
    """The hash of the phone that was left with a demand, or nothing."""
    given = getattr(row, "requester", None)
    return given.phone_hash if given else ""


def close_each(tokens: Iterable[tuple[int, str, Sequence[str]]]) -> list[list[str]]:
    """Close sealed tokens with the keys of their people: each row a demand's id, the hash of its phone, its tokens."""
    rows = [(demand_id, person_behind(demand_id, phone), given) for demand_id, phone, given in tokens]
    keys = personal.KEYS.ciphers_for([person for _id, person, _tokens in rows])
    return [
        [personal.closed(keys[person], one, belongs_to=str(demand_id)) for one in given]
        for demand_id, person, given in rows
    ]


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
    keys = personal.KEYS.known(people)
    found = []
    for one, person in zip(given, people, strict=True):
        name, phone, email = (
            personal.opened(keys, person, sealed, belongs_to=str(one.demand_id)) or ""
            for sealed in (one.name, one.phone, one.email)
        )
        found.append((name, phone, email))
    return found


def drop_unwrapped(demand_ids: Sequence[int]) -> None:
    """Forget what the county's key alone closes: nothing could make it unreadable later."""
    old = DemandWords.objects.filter(demand__in=demand_ids).exclude(
        title_and_text__startswith=personal.CLOSED
    )
    old.update(title_and_text="")
    for field in ("name", "phone", "email"):
        rows = Requester.objects.filter(demand__in=demand_ids).exclude(
            **{f"{field}__startswith": personal.CLOSED}
        )
        rows.update(**{field: ""})
    added = Supplement.objects.filter(demand__in=demand_ids).exclude(sealed_text__startswith=personal.CLOSED)
    added.update(sealed_text="")


def open_each(row: Demand, tokens: Sequence[str]) -> list[str | None]:
    """What tokens that were closed for a demand say; None for each that is gone."""
    person = person_behind(row.pk, phone_hash_of(row))
    keys = personal.KEYS.known([person]) if any(one.startswith(personal.CLOSED) for one in tokens) else {}
    return [personal.opened(keys, person, one, belongs_to=str(row.pk)) for one in tokens]
