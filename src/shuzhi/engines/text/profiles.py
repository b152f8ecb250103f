"""What a message tells for comparing it with others: its rare words, and the estates, schools and areas it names."""

import math
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from operator import itemgetter

from shuzhi.engines.text import features
from shuzhi.engines.text.likeness import bare

_TITLE_WEIGHT = 2
_READ = 400
_COMMON_SHARE, _COMMON_LEAST = 0.03, 60
"""A word in more than this share of the messages (or this many, if more) tells nothing apart."""
SAME_PLACE = 1.25
"""How much likelier two messages are about one matter when both name the same estate, school or village."""
_OTHER_MATTER = 0.3
"""How much is left of a likeness when the two were sorted under different matters: what they share is mostly the place."""
PAIR = "\x01"
"""Mark of a pair of characters among the words."""
_PAIR_WEIGHT = 0.5
_TELLING_MOST = 60
"""Features of one message that are kept: the rarest tell nearly everything, and time grows with their square."""
_IDLE = frozenset(
    "的了是在我们你他她它这那不也都就和与或及对于由被把将给从向为以因所但而且并已曾请该此每某各个有没到去来前后后上下里外内中两三几本居民住宅党政府委员附近等"
)
_IN_NAMES = _IDLE - {"和"}
"""What no name of a place has in it: 和 joins words, but many estates are called 万和, 家和 or 润和."""
_BETWEEN = re.compile(f"[{''.join(sorted(_IDLE))}]")
_PLACE = re.compile(
    r"([\u4e00-\u9fff]{2})(小区|花园|家园|新城|公馆|公寓|名[城都邸]|学院|学校|中学|小学|大学|幼儿园|医院|社区|广场|[苑城府园湾郡邸庄村])"
)
_AREA = re.compile(r"[A-Z]\d{1,2}(?:区|县|市)|[\u4e00-\u9fff]{2}(?:区|县)(?!域|别)")


@dataclass(frozen=True, slots=True)
class Message:
    """What clustering needs of one message; likes, dislikes: counts; reporter: an opaque key, the same for one person.

    matter: the broad category under which it was sorted, "" where nobody did.
    """

    id: str
    title: str
    text: str
    time: datetime
    reporter: str = ""
    likes: int = 0
    dislikes: int = 0
    area: str = ""
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Profile:
    """What a message tells: words with unit weights, the places named (strong ones name an estate, school or village), areas, text, matter."""

    words: Mapping[str, float]
    strong: frozenset[str]
    areas: frozenset[str]
    text: str
    matter: str


def common_in(count: int) -> float:
    """In how many of so many messages a word may stand and still tell something."""
    return max(_COMMON_LEAST, _COMMON_SHARE * count)


def profile_of(message: Message, shared: Mapping[str, int], *, common: float) -> Profile:
    """What a message tells; shared: in how many messages each word stands; common: above this a word tells nothing."""
    return weighed(message, telling_words(message), shared, common)


def telling_words(message: Message) -> Counter[str]:
    """How often each word and pair of characters stands in a message; the title counts twice."""
    counted = Counter(_telling(message.text[:_READ]))
    for feature in _telling(message.title):
        counted[feature] += _TITLE_WEIGHT
    return counted


def _telling(text: str) -> list[str]:
    """Words, and pairs of characters: names that segmentation cuts now one way, now another, still share pairs."""
    pieces = _BETWEEN.split(bare(text))
    return [*features.words(text), *(PAIR + a + b for piece in pieces for a, b in pairwise(piece))]


def weighed(one: Message, counted: Mapping[str, int], shared: Mapping[str, int], common: float) -> Profile:
    """The profile of a message whose words are counted; see `profile_of`."""
    rarest, log = math.log(2 + len(shared)), math.log
    weights = {
        word: (1 + log(count))
        * (rarest - (log(stands) if stands > 1 else 0.0))
        * (_PAIR_WEIGHT if word[0] == PAIR else 1.0)
        for word, count in counted.items()
        if (stands := shared.get(word, 1)) <= common and len(word) > 1
    }
    # By weight, then by the word: two sorts that need no function of ours for every word.
    heaviest = sorted(sorted(weights.items()), key=itemgetter(1), reverse=True)
    weights = dict(heaviest[:_TELLING_MOST])
    length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
    text = f"{one.title} {one.text[:_READ]}"
    strong = frozenset(stem + tail for stem, tail in _PLACE.findall(text) if _IN_NAMES.isdisjoint(stem))
    areas = frozenset(_AREA.findall(text))
    unit = {word: weight / length for word, weight in weights.items()}
    return Profile(unit, strong, areas, bare(text), one.matter)


def gated(first: Profile, second: Profile, likeness: float) -> float:
    """Likeness after the place gate: nothing when each names its own estate, school or district; less between matters."""
    if first.matter and second.matter and first.matter != second.matter:
        likeness *= _OTHER_MATTER
    if first.strong and second.strong and not _name_same(first, second):
        return 0.0
    if (
        first.areas
        and second.areas
        and first.areas.isdisjoint(second.areas)
        and not first.strong & second.strong
    ):
        return 0.0
    return min(1.0, likeness * SAME_PLACE) if first.strong & second.strong else likeness


def _name_same(first: Profile, second: Profile) -> bool:
    """Whether one text names a strong place of the other, be it without its tail (丽景 for 丽景花园)."""
    return any(name[:2] in second.text for name in first.strong) or any(
        name[:2] in first.text for name in second.strong
    )
