"""Sentences in which people speak of themselves and of others, with where the names stand; and sentences without a name."""

import random
import re
from collections.abc import Iterator, Sequence
from functools import cache

import rjieba

from scripts.names.people import HOME, parts, somebody, surname

Labelled = tuple[str, frozenset[tuple[int, int]]]
_SLOT = re.compile(r"\{([A-Z0-9]+)\}")


@cache
def frames(file: str) -> tuple[str, ...]:
    return tuple(
        line.replace("⏎", "\n") for line in (HOME / f"{file}.txt").read_text(encoding="utf-8").splitlines()
    )


def filled(frame: str, rng: random.Random) -> Labelled:
    """The frame with something in each of its places; SAME is the same person each time."""
    text, names, at = "", set(), 0
    again = somebody(rng)
    for slot in _SLOT.finditer(frame):
        text += frame[at : slot.start()]
        at = slot.end()
        word = again if slot[1] == "SAME" else _word(slot[1], rng)
        if slot[1] in ("N", "SAME"):
            names.add((len(text), len(text) + len(word)))
        text += word
    return text + frame[at:], frozenset(names)


def _word(slot: str, rng: random.Random) -> str:
    if slot == "N":
        return somebody(rng)
    if slot == "S":
        return surname(rng)
    if slot == "PLACE":
        return place(rng)
    if slot == "FIRM":
        return firm(rng)
    if slot == "ESTATE":
        return estate(rng)
    if slot == "WN":
        return rng.choice(parts()["WORDNAMES"])
    if slot == "ASIDE":
        return rng.choice(frames("asides"))
    return rng.choice((parts("slots") | parts("phrases"))[slot])


def place(rng: random.Random) -> str:
    """A village, road, estate: after a family, a person, a thing."""
    turn = rng.random()
    if turn < 0.25:
        return surname(rng) + "家" * (rng.random() < 0.8) + rng.choice(parts()["HAMLETS"])
    stem = somebody(rng) if turn < 0.32 else rng.choice(parts()["STEM"])
    number = f"{rng.randint(1, 30)}{rng.choice(('号', '栋', '组', '号楼'))}" if rng.random() < 0.1 else ""
    return stem + rng.choice(parts()["PLACES"]) + number


def firm(rng: random.Random) -> str:
    turn = rng.random()
    stem = (
        somebody(rng)
        if turn < 0.08
        else surname(rng) + rng.choice("记家氏")
        if turn < 0.16
        else rng.choice(parts()["STEM"])
    )
    return stem + rng.choice(parts()["FIRMS"])


def estate(rng: random.Random) -> str:
    """What developers call their houses: two things of splendour, or one."""
    stems = rng.sample(parts()["STEM"], 2 if rng.random() < 0.4 else 1)
    return "".join(stems) + rng.choice(parts()["ESTATES"])


def joined(rows: Sequence[Labelled]) -> Labelled:
    text, names = "", set()
    for more, found in rows:
        names |= {(len(text) + start, len(text) + end) for start, end in found}
        text += more
    return text, frozenset(names)


def worn(row: Labelled, rng: random.Random) -> Labelled:
    """As people write: without the last stop, with a space for a comma, with other marks."""
    text, names = row
    turn = rng.random()
    if turn < 0.2 and text.endswith("。"):
        return text[:-1], names
    if turn < 0.27:
        return text.replace("，", " ").replace("。", " "), names
    if turn < 0.32:
        return text.replace("，", ",").replace("。", ".").replace("：", ":"), names
    return row


def told(count: int, file: str, rng: random.Random, ordinary: Sequence[str]) -> Iterator[Labelled]:
    """So many rounds through the frames of a file, alone or among ordinary sentences."""
    for _ in range(count):
        for frame in frames(file):
            row = worn(filled(frame, rng), rng)
            yield joined([*_beside(ordinary, rng), row, *_beside(ordinary, rng)])


def _beside(ordinary: Sequence[str], rng: random.Random) -> list[Labelled]:
    return [(rng.choice(ordinary), frozenset())] if rng.random() < 0.2 else []


def renamed(row: Labelled, rng: random.Random) -> Labelled:
    """The sentence with other people in it."""
    text, names = row
    rows: list[Labelled] = []
    at = 0
    for start, end in sorted(names):
        name = somebody(rng)
        rows += [(text[at:start], frozenset()), (name, frozenset({(0, len(name))}))]
        at = end
    return joined([*rows, (text[at:], frozenset())])


def peopled(text: str, rng: random.Random) -> Labelled | None:
    """The sentence with a name where it speaks of a person, or behind the word for that person; None where it does not."""
    people, rows = frozenset((*parts("slots")["K"], *parts("slots")["R"], *_SOMEBODY)), list[Labelled]()
    words = rjieba.cut(text, False)
    for at, word in enumerate(words):
        if word in people and rng.random() < 0.5 and words[at + 1 : at + 2] != ["们"]:
            if word not in _PRONOUNS and rng.random() < 0.6:
                rows.append((word, frozenset()))
            name = somebody(rng)
            rows.append((name, frozenset({(0, len(name))})))
        else:
            rows.append((word, frozenset()))
    made = joined(rows)
    return made if made[1] else None


_PRONOUNS = ("我", "他", "她")
_SOMEBODY = (*_PRONOUNS, "老人", "孩子", "婆婆", "姑娘", "领导", "村干部", "年轻人", "师傅")
