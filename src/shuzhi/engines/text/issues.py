"""Finds hot issues: messages of different people about one matter in one place, ranked by heat.

Inside an area and windows of time messages cluster by average linkage of their rare words. A place
gate keeps apart messages that say the same of two estates or two schools.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from shuzhi.engines.text.alike import Pairs, alike
from shuzhi.engines.text.linkage import average_linkage
from shuzhi.engines.text.profiles import (
    PAIR,
    Message,
    Profile,
    common_in,
    gated,
    telling_words,
    weighed,
)

_LIKES_CAP = 100
"""Likes of one message count up to here: a campaign of clicks is no crowd of reporters."""
_HALF_LIFE_DAYS = 30.0
_KEYWORDS = 6
_LINK = 0.18
"""Cosine from which two messages are candidates to stand in one issue."""
_KEPT = 0.04
"""Cosine below which a pair counts as nothing in common."""
_MOST_GAIN = 1.25
"""How much the place gate adds to a likeness at most; see `profiles.gated`."""
_BLOCK_MOST = 3_000
_WINDOW = 6_000
"""Messages of one area that are compared with each other; time and memory grow with its square."""


@dataclass(frozen=True, slots=True)
class Issue:
    """One matter: its members (ids, oldest first), what it is called, and how hot it is and why.

    id: the id of the oldest member, so that it stays when others join.   people: distinct reporters.
    heat: see `heat_of`.   representative: id of the member most like all others.
    """

    id: str
    members: tuple[str, ...]
    title: str
    keywords: tuple[str, ...]
    places: tuple[str, ...]
    representative: str
    people: int
    likes: int
    first: datetime
    last: datetime
    heat: float


def heat_of(people: int, likes: int, days_since_last: float) -> float:
    """People plus the square root of capped likes, halved for every 30 days of silence.

    >>> heat_of(people=9, likes=16, days_since_last=0), heat_of(people=9, likes=16, days_since_last=30)
    (13.0, 6.5)
    """
    decay: float = 0.5 ** (max(0.0, days_since_last) / _HALF_LIFE_DAYS)
    return (people + math.sqrt(max(0, likes))) * decay


def find_issues(
    messages: Sequence[Message],
    *,
    threshold: float = 0.18,
    gap_days: float = 90.0,
    now: datetime | None = None,
) -> list[Issue]:
    """Every issue of the messages, hottest first; a message that nobody else shares is an issue of one.

    threshold: mean likeness inside an issue, 0 to 1.   gap_days: messages further apart in time than this have nothing in common.
    now: when heat is measured; without it each issue is measured at its own last message.
    """
    issues = [
        issue
        for block in _areas(messages)
        for issue in _in_area([messages[at] for at in block], threshold, gap_days, now)
    ]
    return sorted(issues, key=lambda one: (-one.heat, one.id))


def _areas(messages: Sequence[Message]) -> list[list[int]]:
    """Numbers of the messages of each area, oldest first: an issue does not leave its area."""
    blocks: dict[str, list[int]] = defaultdict(list)
    for at in sorted(range(len(messages)), key=lambda at: (messages[at].time, messages[at].id)):
        blocks[messages[at].area].append(at)
    return list(blocks.values())


def _in_area(
    messages: Sequence[Message], threshold: float, gap_days: float, now: datetime | None
) -> Iterator[Issue]:
    """The issues of one area's messages, which are in the order of their time."""
    counts = [telling_words(one) for one in messages]
    shared: Counter[str] = Counter()
    groups = _joined(messages, counts, threshold, gap_days, shared)
    common = common_in(len(messages))
    for group in groups:
        profiles = [weighed(messages[at], counts[at], shared, common) for at in group]
        yield _issue([messages[at] for at in group], profiles, now)


def _joined(
    messages: Sequence[Message],
    counts: Sequence[Mapping[str, int]],
    threshold: float,
    gap_days: float,
    shared: Counter[str],
) -> list[list[int]]:
    """Cluster messages in windows of time that overlap by half; windows join over shared members.

    shared: gains in how many messages each word stands.
    """
    parent = {at: at for at in range(len(messages))}
    for start in range(0, max(1, len(messages) - _WINDOW // 2), _WINDOW // 2):
        window = slice(start, start + _WINDOW)
        for group in _clusters(messages[window], counts[window], threshold, gap_days, shared):
            roots = Counter(_root(parent, start + at) for at in group)
            main = roots.most_common(1)[0][0]
            for at in group:
                # a member that an earlier window put elsewhere stays there unless it stood alone
                if parent[start + at] == start + at and roots[start + at] == 1:
                    parent[start + at] = main
    return _grouped(parent, range(len(messages)))


def _clusters(
    messages: Sequence[Message],
    counts: Sequence[Mapping[str, int]],
    threshold: float,
    gap_days: float,
    shared: Counter[str],
) -> Iterator[list[int]]:
    here = Counter(word for counted in counts for word in counted)
    shared.update(here)
    common = common_in(len(messages))
    profiles = [weighed(one, counted, here, common) for one, counted in zip(messages, counts, strict=True)]
    pairs = alike(profiles, [one.time for one in messages], least=_KEPT, gap_days=gap_days)
    likely = pairs.likeness >= _LINK / _MOST_GAIN
    linked: dict[int, dict[int, float]] = defaultdict(dict)
    _gate(pairs.where(likely), profiles, linked)
    components = _components(len(messages), linked)
    home = np.empty(len(messages), dtype=np.int64)
    for number, component in enumerate(components):
        home[component] = number
    _gate(pairs.where(~likely & (home[pairs.first] == home[pairs.second])), profiles, linked)
    for component in components:
        yield from _split(component, linked, threshold)


def _gate(pairs: Pairs, profiles: Sequence[Profile], linked: dict[int, dict[int, float]]) -> None:
    """Put the pairs that the place gate lets through into: earlier → later → likeness."""
    columns = pairs.first.tolist(), pairs.second.tolist(), pairs.likeness.tolist()
    for first, second, likeness in zip(*columns, strict=True):
        if left := gated(profiles[first], profiles[second], likeness):
            linked[first][second] = left


def _components(count: int, linked: Mapping[int, Mapping[int, float]]) -> list[list[int]]:
    parent = {at: at for at in range(count)}
    for first, others in linked.items():
        for second, likeness in others.items():
            if likeness >= _LINK:
                parent[_root(parent, second)] = _root(parent, first)
    return _grouped(parent, range(count))


def _root(parent: dict[int, int], at: int) -> int:
    while parent[at] != at:
        parent[at] = parent[parent[at]]
        at = parent[at]
    return at


def _grouped(parent: dict[int, int], numbers: Iterable[int]) -> list[list[int]]:
    groups: dict[int, list[int]] = defaultdict(list)
    for at in numbers:
        groups[_root(parent, at)].append(at)
    return list(groups.values())


def _split(
    component: list[int], linked: Mapping[int, Mapping[int, float]], threshold: float
) -> Iterable[list[int]]:
    """Average linkage inside one connected component; a component too large for it is cut into runs of its order."""
    for start in range(0, len(component), _BLOCK_MOST):
        block = component[start : start + _BLOCK_MOST]
        if len(block) == 1:
            yield block
            continue
        place = {number: at for at, number in enumerate(block)}
        matrix: NDArray[np.float32] = np.zeros((len(block), len(block)), dtype=np.float32)
        for first in block:
            for second, likeness in linked.get(first, {}).items():
                if second in place:
                    matrix[place[first], place[second]] = matrix[place[second], place[first]] = likeness
        groups: dict[int, list[int]] = defaultdict(list)
        for at, cluster in enumerate(average_linkage(matrix, threshold)):
            groups[int(cluster)].append(block[at])
        yield from groups.values()


def _issue(members: Sequence[Message], profiles: Sequence[Profile], now: datetime | None) -> Issue:
    order = sorted(range(len(members)), key=lambda at: (members[at].time, members[at].id))
    centre: Counter[str] = Counter()
    for profile in profiles:
        centre.update(profile.words)
    keywords = tuple(word for word, _ in centre.most_common(8 * _KEYWORDS) if word[0] != PAIR)[:_KEYWORDS]
    nearest = max(
        order, key=lambda at: sum(weight * centre[word] for word, weight in profiles[at].words.items())
    )
    people = len({one.reporter or one.id for one in members})
    likes = sum(min(one.likes, _LIKES_CAP) for one in members)
    first, last = members[order[0]].time, members[order[-1]].time
    silence = (now - last).total_seconds() / 86_400 if now else 0.0
    return Issue(
        id=members[order[0]].id,
        members=tuple(members[at].id for at in order),
        title=members[nearest].title or members[nearest].text[:30],
        keywords=keywords,
        places=_places(profiles),
        representative=members[nearest].id,
        people=people,
        likes=likes,
        first=first,
        last=last,
        heat=round(heat_of(people, likes, silence), 3),
    )


def _places(profiles: Sequence[Profile]) -> tuple[str, ...]:
    named = Counter(place for profile in profiles for place in (*profile.strong, *profile.areas))
    return tuple(sorted(named, key=lambda place: (-named[place], place))[:3])
