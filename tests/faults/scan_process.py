"""Runs beside a county that stands: does anything that only the county may know lie in a public file of its ledger?

Compares every text of every table (sealed ones opened), every value, nonce and key of the ledger's seals with all public
files. Prints one line of JSON: how much was compared, and where something was found.
"""

import contextlib
import json
import os
import re
import sqlite3
from collections.abc import Iterator
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "shuzhi.site.settings")
django.setup()

from django.apps import apps  # noqa: E402  (needs the settings)
from django.conf import settings  # noqa: E402

from shuzhi.domains.intake.models import Demand, Requester  # noqa: E402
from shuzhi.domains.intake.services import originals  # noqa: E402
from shuzhi.domains.ledger import leaves, places, vault  # noqa: E402
from shuzhi.domains.ledger.models import Entry  # noqa: E402
from shuzhi.domains.policy.models import BookVersion  # noqa: E402
from shuzhi.domains.registry.models import Unit  # noqa: E402
from shuzhi.spine.sealing import unseal  # noqa: E402

TEXTS = ("CharField", "TextField", "JSONField")
OURS = {
    "ledger",
    "contenttypes",
    "auth",
}  # the ledger's own rows are what is published; the others are Django's
LEAST, LEAST_PLAIN = (
    2,
    11,
)  # characters: a Chinese name has two; plain codes shorter than a phone say nothing of anybody
Said = tuple[str, str]


def texts() -> Iterator[Said]:
    """Every text of every table of every room, with the place where it stands."""
    for model in apps.get_models():
        if model._meta.app_label in OURS:
            continue
        for field in model._meta.concrete_fields:
            if field.get_internal_type() in TEXTS:
                where = f"{model._meta.label}.{field.name}"
                for value in model._default_manager.values_list(field.name, flat=True).distinct().iterator():
                    yield from ((where, one) for one in flat(value))


def flat(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for one in value.values():
            yield from flat(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from flat(one)
    elif isinstance(value, str) and value:
        yield opened(value)


def opened(value: str) -> str:
    if len(value) < 40 or value[0] not in "1g":
        return value
    try:
        return unseal(value)
    except (RuntimeError, ValueError):
        return value


def parts(value: str) -> Iterator[str]:
    """A text, and its words: a name in the middle of a sentence is personal too."""
    for one in {value, *re.split(r"[\s，。；：、,;:（）()]+", value)}:
        if len(one) >= (LEAST_PLAIN if one.isascii() else LEAST):
            yield one


def originals_as_written() -> Iterator[Said]:
    """What requesters wrote and left, which only the keys of people open."""
    for demand in (
        Demand.objects.select_related("words", "requester").prefetch_related("supplements").iterator(500)
    ):
        yield from (("intake.Demand as written", one) for one in originals.words_of(demand) or () if one)
        added = originals.supplements_of(demand, list(demand.supplements.all()))
        yield from (("intake.Supplement as written", one) for one in added if one)
    for contact in originals.contacts_in(list(Requester.objects.all())):
        yield from (("intake.Requester as written", one) for one in contact if one)


def keys() -> Iterator[tuple[str, bytes]]:
    """The keys of people and of matters, as they lie in their files."""
    for place in settings.SHUZHI_DATA_DIR.rglob("subjects.sqlite3"):
        with contextlib.closing(sqlite3.connect(place)) as file:
            for subject, key in file.execute("SELECT subject, key FROM subject_key"):
                yield from ((f"key of {subject}", one) for one in (key, key.hex().encode()))


def openings() -> Iterator[tuple[str, bytes]]:
    """Nonces, hashes and decoys of every seal that can still be opened."""
    for row in Entry.objects.exclude(sealed=b"").iterator():
        where, key = f"seal of entry {row.pk}", vault.key_of(row.subject)
        content = vault.unwrap(key, bytes(row.sealed), belongs_to=bytes(row.leaf)) if key else None
        if content is None:
            continue
        _seal, opening = leaves.unpack(content)
        for secret in (*opening.hashes, *(field.nonce for field in opening.fields)):
            yield from ((where, one) for one in (secret, secret.hex().encode()))


def main() -> None:
    public = {path: path.read_bytes() for path in (places.folder() / "public").rglob("*") if path.is_file()}
    whole = b"\0".join(public.values())
    allowed = set(Unit.objects.values_list("code", flat=True))
    allowed |= {
        word for kind in Entry.objects.values_list("type", flat=True).distinct() for word in kind.split(".")
    }
    allowed |= set(BookVersion.objects.values_list("digest", flat=True))
    wanted = {
        one: where
        for where, value in [*texts(), *originals_as_written()]
        for one in parts(value)
        if one not in allowed
    }
    found = [f"{where}: {one}" for one, where in wanted.items() if one.encode() in whole]
    secrets = {one: where for where, one in [*openings(), *keys()]}
    found += [f"{where}: {one.hex()}" for one, where in secrets.items() if one in whole]
    tables = sorted({where.partition(".")[0] for where in wanted.values()})
    told = {"texts": len(wanted), "secrets": len(secrets), "rooms": tables, "files": len(public)}
    print(json.dumps(told | {"bytes": len(whole), "found": found[:20]}, ensure_ascii=False))


main()
