"""The shapes in which systems write situations, made one: `{"id", "household": facts, "members": [facts]}`.

A file is a situation, a list of them, `{"situations": […]}`, a mapping from id to situation, or `persons` beside
`households` that say who lives where (the shape of OpenFisca). Members are `members`, `persons`, `people` or one
`person`; lists or mappings from id to facts. A fact is named in the book's language or by its `en`, and may be dated:
`{"2026-01": 800}` is what holds in January 2026. `name`, `note`, `expect` and `expected` are for people and left out.
"""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from .book import Book
from .findings import InputRefused

Json = dict[str, Any]

MEMBERS = ("members", "persons", "people", "person")
HOUSEHOLD = ("household", "households")
NOTES = {"name", "note", "comment", "expect", "expected"}
ALWAYS = ("ETERNITY", "eternity")


def situations_in(book: Book, found: object) -> list[object]:
    """The situations of a file, not yet looked into. Raises InputRefused when it is no list of situations."""
    if isinstance(found, dict):
        found = found.get("situations", found)
    if isinstance(found, dict) and _shares_persons(found):
        return list(_by_household(book, found))
    if isinstance(found, dict) and found and all(_is_situation(one) for one in found.values()):
        return [{"id": key, **one} for key, one in found.items()]
    if isinstance(found, dict):
        return [found]
    if isinstance(found, list):
        return found
    raise InputRefused('Situations are a list: {"situations": [{"household": {…}, "members": [{…}]}]}.')


def one_shape(book: Book, given: object, as_of: date) -> Json:
    """A situation with `household` and a list of `members`, every fact by its name in the book and undated."""
    if not isinstance(given, dict):
        raise InputRefused("A situation is an object with `household` and `members`.")
    homes = {name for name, known in book.inputs.items() if known.entity == "household"}
    names = _names(book)
    loose = {key: value for key, value in given.items() if names.get(key) in homes}
    unknown = set(given) - set(loose) - {"id", *MEMBERS, *HOUSEHOLD} - NOTES
    if unknown:
        raise InputRefused(f"A situation has no {', '.join(sorted(map(str, unknown))[:5])}.")
    members = _listed(_first(given, MEMBERS))
    home = object_of(_first(given, HOUSEHOLD) or {})
    ids = {str(member.get("id", number)) for number, member in enumerate(members, 1)}
    facts = {key: value for key, value in home.items() if not _is_role(book, key, value, ids)}
    return {
        "household": _facts(book, {**loose, **facts}, as_of),
        "members": [{"id": one.get("id", n), **_facts(book, one, as_of)} for n, one in enumerate(members, 1)],
    }


def object_of(value: object) -> Json:
    if not isinstance(value, dict):
        raise InputRefused("An object with names and values is wanted.")
    return value


def _is_situation(value: object) -> bool:
    return isinstance(value, dict) and not {*MEMBERS, *HOUSEHOLD}.isdisjoint(value)


def _shares_persons(found: Json) -> bool:
    """Whether persons stand once and households, by id, name them."""
    homes = found.get("households")
    return isinstance(homes, dict) and bool(homes) and all(isinstance(one, dict) for one in homes.values())


def _by_household(book: Book, found: Json) -> Iterator[Json]:
    people = {
        str(one.get("id", number)): one for number, one in enumerate(_listed(_first(found, MEMBERS)), 1)
    }
    homeless = set(people)
    for key, home in found["households"].items():
        roles = {role: who for role, who in home.items() if _is_role(book, role, who, set(people))}
        ids = [str(one) for who in roles.values() for one in (who if isinstance(who, list) else [who])]
        twice = sorted(one for one in set(ids) if one not in homeless or ids.count(one) > 1)
        if twice:
            raise InputRefused(
                f"Person {twice[0][:40]!r} lives in two places; the second is {str(key)[:40]!r}."
            )
        homeless -= set(ids)
        facts = {name: value for name, value in home.items() if name not in roles}
        yield {"id": key, "household": facts, "members": [{"id": one, **people[one]} for one in ids]}
    if homeless:
        raise InputRefused(f"Person {min(homeless)[:40]!r} lives in no household.")


def _is_role(book: Book, key: str, value: object, ids: set[str]) -> bool:
    """Whether an entry of a household names its members, such as `"parents": ["p1", "p2"]`."""
    if key in _names(book):
        return False
    if not isinstance(value, list):
        return isinstance(value, str) and value in ids
    strangers = [str(one)[:40] for one in value if str(one) not in ids]
    if strangers:
        raise InputRefused(f"`{key[:40]}` of the household names {strangers[0]!r}, who is no person of it.")
    return True


def _first(given: Json, names: tuple[str, ...]) -> object:
    there = [name for name in names if name in given]
    if len(there) > 1:
        raise InputRefused(f"`{there[0]}` and `{there[1]}` mean the same: leave one out.")
    value = given[there[0]] if there else None
    return [value] if there == ["person"] and isinstance(value, dict) else value


def _listed(people: object) -> list[Json]:
    """Members as a list of objects, each with its id where it has one."""
    if isinstance(people, dict):
        return [{"id": key, **object_of(value)} for key, value in people.items()]
    if people is None:
        return []
    if not isinstance(people, list):
        raise InputRefused("`members` is a list of objects.")
    return [object_of(person) for person in people]


def _facts(book: Book, given: Mapping[str, object], as_of: date) -> dict[str, object]:
    names, facts = _names(book), {}
    for written, value in given.items():
        plain = written.removeprefix("person.").removeprefix("household.")
        name = names.get(plain)
        value = _on(value, as_of, written)
        if name is None and (written in ("id", *NOTES) or (plain in book.rules and value is None)):
            continue
        if name is None:
            raise InputRefused(f"`{str(written)[:40]}` is no input of {book.policy}.")
        if name in facts:
            raise InputRefused(f"`{name}` is given twice.")
        facts[name] = value
    return facts


def _on(value: object, as_of: date, name: str) -> object:
    """What a dated fact is on a day: `{"2026": …}`, `{"2026-01": …}`, `{"2026-01-01": …}`, `{"ETERNITY": …}`."""
    if not isinstance(value, dict):
        return value
    day = as_of.isoformat()
    for key in (day, day[:7], day[:4], *ALWAYS):
        if key in value:
            return value[key]
    raise InputRefused(
        f"`{str(name)[:40]}` has no value for {day}; it has {', '.join(map(str, list(value)[:3]))}."
    )


def _names(book: Book) -> dict[str, str]:
    """Every way to write an input, with its name; an English name only where it is nobody else's."""
    english: dict[str, list[str]] = {}
    for one in book.inputs.values():
        for way in {one.en, one.en.replace(" ", "_")} - {""}:
            english.setdefault(way, []).append(one.name)
    return {way: names[0] for way, names in english.items() if len(names) == 1} | {n: n for n in book.inputs}
