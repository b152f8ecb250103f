"""The authored situations: enough of them, over every subject, and no two alike."""

import re
from collections import Counter
from itertools import combinations

from shuzhi.engines.county import CountyRegistry, situations
from shuzhi.engines.county.places import KINDS
from shuzhi.engines.county.slots import SLOT_NAMES


def test_there_are_at_least_one_hundred_and_fifty_over_all_fifteen_subjects() -> None:
    subjects = Counter(situation.leaf[:2] for situation in situations().values())

    assert len(situations()) >= 150
    assert set(subjects) == {f"{number:02d}" for number in range(1, 16)}
    assert min(subjects.values()) >= 5


def test_no_sentence_is_used_by_two_situations() -> None:
    sentences = [
        sentence
        for one in situations().values()
        for part in (one.title, one.problem, one.detail, one.history, one.ask, (one.fix,))
        for sentence in part
    ]

    assert [sentence for sentence, times in Counter(sentences).items() if times > 1] == []


def test_no_two_situations_state_their_problem_in_like_words() -> None:
    """Pairs of characters shared by the problems of any two situations stay below a fifth."""
    shapes = {code: _pairs("".join(one.problem)) for code, one in situations().items()}

    for (one, first), (other, second) in combinations(shapes.items(), 2):
        assert len(first & second) / len(first | second) < 0.2, (one, other)


def test_every_gap_can_be_filled_and_every_place_exists(county: CountyRegistry) -> None:
    leaves = {category.code for category in county.categories if category.level == 3}

    for one in situations().values():
        words = "".join((*one.title, *one.problem, *one.detail, *one.history, *one.ask))
        assert set(re.findall(r"{(\w*)}", words)) <= SLOT_NAMES, one.code
        assert one.leaf in leaves, one.code
        assert one.place in (*KINDS, "home"), one.code
        assert one.kind in ("inquiry", "help", "complaint", "report", "suggestion", "praise", "other")
        assert one.urgency in ("life_safety", "utilities_outage", "urgent", "normal", "complex")


def test_each_part_has_several_phrasings() -> None:
    for one in situations().values():
        assert len(one.problem) >= 3, one.code
        assert min(len(one.title), len(one.detail), len(one.history), len(one.ask)) >= 2, one.code


def _pairs(text: str) -> set[str]:
    letters = re.sub(r"{\w*}|\W", "", text)
    return {letters[index : index + 2] for index in range(len(letters) - 1)}
