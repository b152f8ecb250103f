"""Turns a situation into words as people write them: plain, polite, a long letter, rambling, dialect-like, angry, terse, two matters.

The sentences of a situation are authored; this module chooses among them, fills in places, times and amounts,
adds the manner of the writer, and now and then a slip of the keyboard.
"""

import random
from collections.abc import Callable, Sequence

from shuzhi.engines.county.manners import (
    ANGRY_AFTERWARDS,
    ANGRY_OPENINGS,
    BRIDGES,
    DIALECT_ENDINGS,
    DIALECT_WORDS,
    ELDERLY_ASIDES,
    ELDERLY_CLOSINGS,
    ELDERLY_OPENINGS,
    LETTER_CLOSINGS,
    LETTER_HEADINGS,
    LETTER_OPENINGS,
    POLITE_CLOSINGS,
    POLITE_OPENINGS,
    RECORDED_OPENINGS,
    SLIPS,
    TERSE_ASKS,
    THIRD_PERSON,
    TWO_MATTERS_CLOSINGS,
    URGENT_ASKS,
)
from shuzhi.engines.county.situations import Situation
from shuzhi.engines.county.slots import Slots

REGISTERS = ("plain", "polite", "letter", "elderly", "dialect", "two_matters", "angry", "terse", "recorded")

_SLIP_CHANCE = 0.07


def compose(
    register: str, situation: Situation, slots: Slots, rng: random.Random, *, other: Situation | None = None
) -> str:
    """The body of a demand in the given register.

    other: the second matter, used (and needed) by the register "two_matters" only.
    """
    if register == "two_matters":
        text = _two_matters(situation, other or situation, slots, rng)
    else:
        text = _WRITERS[register](situation, slots, rng)
    return _with_slips(text, rng)


def title(situation: Situation, slots: Slots, rng: random.Random) -> str:
    return rng.choice(situation.title).format_map(slots)


def _story(situation: Situation, slots: Slots, rng: random.Random, *, history: float = 0.5) -> list[str]:
    """Problem, usually a detail or two, perhaps what was tried before: the sentences without the wish."""
    sentences = [rng.choice(situation.problem)]
    sentences += _some(situation.detail, (0.2, 0.5), rng)
    sentences += _some(situation.history, (1 - history, history * 0.7), rng)
    return [sentence.format_map(slots) for sentence in sentences]


def _some(phrasings: Sequence[str], chances: tuple[float, float], rng: random.Random) -> list[str]:
    """None, one or two of the phrasings; chances: of none and of one."""
    none, one = chances
    chance = rng.random()
    if chance < none:
        return []
    return rng.sample(phrasings, 1 if chance < none + one else 2)


def _ask(situation: Situation, slots: Slots, rng: random.Random) -> str:
    return rng.choice(situation.ask).format_map(slots)


def _plain(situation: Situation, slots: Slots, rng: random.Random) -> str:
    return "".join([*_story(situation, slots, rng), _ask(situation, slots, rng)])


def _polite(situation: Situation, slots: Slots, rng: random.Random) -> str:
    opening = rng.choice(POLITE_OPENINGS).format_map(slots)
    story = "".join(_story(situation, slots, rng, history=0.6))
    return opening + story + _ask(situation, slots, rng) + rng.choice(POLITE_CLOSINGS)


def _letter(situation: Situation, slots: Slots, rng: random.Random) -> str:
    """A long letter under headings, as the message board and the mailbox receive them."""
    story, before, wish = rng.choice(LETTER_HEADINGS)
    parts = [rng.choice(LETTER_OPENINGS), story, rng.choice(situation.problem)]
    parts += rng.sample(situation.detail, 2)
    parts += [before, *rng.sample(situation.history, 2)]
    parts += [wish, *(f"{number}. {ask}" for number, ask in enumerate(situation.ask, start=1))]
    parts.append(rng.choice(LETTER_CLOSINGS))
    return "".join(part.format_map(slots) for part in parts)


def _elderly(situation: Situation, slots: Slots, rng: random.Random) -> str:
    asides = rng.sample(ELDERLY_ASIDES, 2)
    parts = [rng.choice(ELDERLY_OPENINGS).format_map(slots)]
    story = _story(situation, slots, rng, history=0.7)
    parts += [story[0], asides[0].format_map(slots), *story[1:]]
    if rng.random() < 0.6:
        parts.append(asides[1].format_map(slots))
    parts.append(_ask(situation, slots, rng))
    if rng.random() < 0.7:
        parts.append(rng.choice(ELDERLY_CLOSINGS))
    return "".join(parts)


def _dialect(situation: Situation, slots: Slots, rng: random.Random) -> str:
    text = _plain(situation, slots, rng)
    for standard, local in DIALECT_WORDS:
        text = text.replace(standard, local)
    sentences = text.split("。")
    where = rng.randrange(len(sentences))
    if sentences[where] and sentences[where][-1] not in "！？!?；）":
        sentences[where] += rng.choice(DIALECT_ENDINGS)
    return "。".join(sentences)


def _angry(situation: Situation, slots: Slots, rng: random.Random) -> str:
    parts = [rng.choice(ANGRY_OPENINGS).format_map(slots)]
    parts += _story(situation, slots, rng, history=0.8)
    parts.append(rng.choice(ANGRY_AFTERWARDS).format_map(slots))
    if rng.random() < 0.6:
        parts.append(_ask(situation, slots, rng))
    text = "".join(parts)
    return text.replace("。", "！", rng.randrange(3)) if rng.random() < 0.6 else text


def _terse(situation: Situation, slots: Slots, rng: random.Random) -> str:
    asks = URGENT_ASKS if situation.urgency == "life_safety" else TERSE_ASKS
    if rng.random() < 0.5:
        return title(situation, slots, rng).rstrip("！") + rng.choice(asks)
    first = rng.choice(situation.problem).format_map(slots).split("。")[0]
    return first.rstrip("！") + rng.choice(asks)


def _recorded(situation: Situation, slots: Slots, rng: random.Random) -> str:
    """What a call taker types while the person speaks."""
    text = "".join(_story(situation, slots, rng, history=0.6))
    wish = _ask(situation, slots, rng)
    for first, third in THIRD_PERSON:
        text, wish = text.replace(first, third), wish.replace(first, third)
    return rng.choice(RECORDED_OPENINGS).format_map(slots) + text + wish


def _two_matters(situation: Situation, other: Situation, slots: Slots, rng: random.Random) -> str:
    first = "".join(_story(situation, slots, rng, history=0.35))
    second = rng.choice(other.problem).format_map(slots)
    if rng.random() < 0.5:
        return first + _ask(situation, slots, rng) + rng.choice(BRIDGES) + second + _ask(other, slots, rng)
    return first + rng.choice(BRIDGES) + second + rng.choice(TWO_MATTERS_CLOSINGS)


def _with_slips(text: str, rng: random.Random) -> str:
    chance = rng.random()
    if chance < _SLIP_CHANCE:
        right, wrong = rng.choice(SLIPS)
        return text.replace(right, wrong, 1)
    if chance < 2 * _SLIP_CHANCE:
        return text.rstrip("。")
    if chance < 2.6 * _SLIP_CHANCE:
        return text.replace("。", "，", 2)
    return text


_WRITERS: dict[str, Callable[[Situation, Slots, random.Random], str]] = {
    "plain": _plain,
    "polite": _polite,
    "letter": _letter,
    "elderly": _elderly,
    "dialect": _dialect,
    "angry": _angry,
    "terse": _terse,
    "recorded": _recorded,
}
