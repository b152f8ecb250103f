"""Lays out what a message tells of a need: who it is about, when and since when, where outside of the county, what is asked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from shuzhi.engines.text import asks
from shuzhi.engines.text.elsewhere import Elsewhere, elsewhere
from shuzhi.engines.text.lexicon import FLAG_WORDS
from shuzhi.engines.text.moments import Moment, moments
from shuzhi.engines.text.readings import Flag
from shuzhi.engines.text.word_finder import WordFinder

_READ_AT_MOST = 5_000
"""Characters: long letters tell old stories, and what is needed stands well before."""
_WHO = (*FLAG_WORDS[Flag.VULNERABLE], *FLAG_WORDS[Flag.MINOR])
_PEOPLE = WordFinder(_WHO)
_MOST = 6


@dataclass(frozen=True, slots=True)
class Needs:
    """who: words for people who need care most.   times, elsewhere: as they stand in the text.   asked: separate matters."""

    who: tuple[str, ...]
    times: tuple[Moment, ...]
    elsewhere: tuple[Elsewhere, ...]
    asked: tuple[str, ...]


def needs_of(text: str, *, said_on: date, own_areas: Collection[str] = ()) -> Needs:
    """What a message tells of a need. said_on: the day it was received.   own_areas: names of the county's areas.

    >>> found = needs_of("楼上从上周五起每天夜里装修，老人睡不着，请管一管。", said_on=date(2026, 11, 28))
    >>> found.who, [one.words for one in found.times], found.asked
    (('老人',), ['从上周五起', '每天夜里'], ('楼上从上周五起每天夜里装修，老人睡不着，请管一管',))
    """
    read = text[:_READ_AT_MOST]
    hits = _PEOPLE.find([read]).words.tolist()
    return Needs(
        tuple(dict.fromkeys(_WHO[number] for number in hits))[:_MOST],
        moments(read, said_on=said_on)[:_MOST],
        elsewhere(read, own=own_areas)[:_MOST],
        asks.split(read),
    )
