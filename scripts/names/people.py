"""Names of nobody: put together from authored surnames, given-name characters and names of several languages."""

import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

from shuzhi.engines.text.surnames import (
    CLASSIC,
    COMMON,
    COMPOUND,
    GIVEN,
    SELDOM_GIVEN,
    TRADITIONAL,
    TRADITIONAL_WORDS,
)

HOME = Path(__file__).parent
FEMALE_DOUBLE = "丽婷娟娜佳莹兰芳珍圆媛晶露菲雯丹冰倩洋洋静璐萍"
_TO_TRADITIONAL = {plain: old for old, plain in (TRADITIONAL_WORDS | TRADITIONAL).items()}


@cache
def parts(file: str = "parts") -> dict[str, tuple[str, ...]]:
    """Lists of words by their name, from lines that begin with it; parted by bars where there are any, else by spaces."""
    lists: dict[str, tuple[str, ...]] = {}
    for line in (HOME / f"{file}.txt").read_text(encoding="utf-8").splitlines():
        name, words = line.split(" ", 1)
        lists[name] = tuple(words.split("|" if "|" in words else " "))
    return lists


def somebody(rng: random.Random) -> str:
    """A name: the commonest surnames most often, rare ones, words as names, names of other languages."""
    made = rng.choices(_MAKERS, _SHARES)[0](rng)
    turn = rng.random()
    if turn < 0.02 and len(made) <= 4:
        return rng.choice((" ", " ", "  ", "　", ".", "·", "-")).join(made)
    if turn < 0.04:
        return "".join(_TO_TRADITIONAL.get(char, char) for char in made)
    return made


def surname(rng: random.Random) -> str:
    turn = rng.random()
    if turn < 0.62:
        return COMMON[min(int(rng.expovariate(1 / 60)), len(COMMON) - 1)]
    if turn < 0.85:
        return rng.choice(CLASSIC + COMMON[120:])
    return rng.choice(COMPOUND if turn < 0.91 else parts()["RARE"])


def _ordinary(rng: random.Random) -> str:
    return surname(rng) + "".join(_given(rng) for _ in range(1 if rng.random() < 0.33 else 2))


@cache
def _weights() -> list[float]:
    return [1 / (25 + place) for place in range(len(GIVEN))]


def _given(rng: random.Random) -> str:
    return rng.choice(SELDOM_GIVEN) if rng.random() < 0.12 else rng.choices(GIVEN, _weights())[0]


def _double(rng: random.Random) -> str:
    return surname(rng) + rng.choice(FEMALE_DOUBLE + GIVEN[:60]) * 2


def _word(rng: random.Random) -> str:
    return rng.choice(parts()["WORDNAMES"])


def _word_given(rng: random.Random) -> str:
    return surname(rng) + rng.choice(parts()["WORDGIVEN"])


def _known(rng: random.Random) -> str:
    """Somebody may be called like somebody famous, or nearly so."""
    name = rng.choice(parts()["KNOWN"])
    turn = rng.random()
    return name if turn < 0.6 else name[:2] + _given(rng) if turn < 0.8 else surname(rng) + name[1:]


def _two_surnames(rng: random.Random) -> str:
    return COMMON[rng.randrange(80)] + surname(rng) + _given(rng) * (rng.random() < 0.9)


def _spoken(rng: random.Random) -> str:
    """What somebody is called who is known well."""
    return rng.choice("小阿") + _given(rng) if rng.random() < 0.7 else _given(rng) + rng.choice("子儿")


def _given_only(rng: random.Random) -> str:
    return _given(rng) + _given(rng)


def _two(names: tuple[str, ...], dotted: float, rng: random.Random) -> str:
    """Two names of a language, often with a dot between them."""
    return (rng.choice("····•・.‧") if rng.random() < dotted else "").join(rng.sample(names, 2))


def _uyghur(rng: random.Random) -> str:
    names = parts()[rng.choice(("UYGHUR", "UYGHUR", "KAZAKH"))]
    return rng.choice(names) if rng.random() < 0.25 else _two(names, 0.75, rng)


def _tibetan(rng: random.Random) -> str:
    names = parts()["TIBETAN"]
    return rng.choice(names) if rng.random() < 0.15 else _two(names, 0.08, rng)


def _mongol(rng: random.Random) -> str:
    names = parts()["MONGOL"]
    return rng.choice(names) if rng.random() < 0.55 else _two(names, 0.1, rng)


def _yi(rng: random.Random) -> str:
    return _two(parts()["YI"], 0.15, rng)


def _western(rng: random.Random) -> str:
    names = parts()["WEST"]
    return rng.choice(names) if rng.random() < 0.4 else _two(names, 0.9, rng)


def _latin(rng: random.Random) -> str:
    if rng.random() < 0.5:
        return " ".join(rng.sample(parts()["LATIN"], 1 if rng.random() < 0.6 else 2))
    pieces = [piece.title() for piece in rng.sample(parts()["PINYIN"], 3)]
    return f"{pieces[0]} {pieces[1]}" + (pieces[2].lower() if rng.random() < 0.6 else "")


_MAKERS: tuple[Callable[[random.Random], str], ...] = (
    _ordinary, _double, _known, _word, _word_given, _two_surnames, _spoken, _given_only, _uyghur, _tibetan, _mongol, _yi, _western, _latin,
)  # fmt: skip
_SHARES = (60, 3, 3, 7, 6, 2, 1.2, 0.3, 4, 3, 2, 1.5, 2, 0.7)
