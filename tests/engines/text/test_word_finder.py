"""Words are found in many texts at once wherever they stand, and a text cut once gives its sentences' words."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from shuzhi.engines.text import features
from shuzhi.engines.text.dangers import sentences_at_hand
from shuzhi.engines.text.word_finder import WordFinder

LETTERS = st.text(st.sampled_from("停水电了\U00020000\ud800\x00 "), max_size=12)


def standing(words: list[str], text: str) -> list[tuple[int, int, int]]:
    """What must be found, by trying every stretch."""
    return [
        (start, end, words.index(text[start:end]))
        for end in range(1, len(text) + 1)
        for start in range(end)
        if text[start:end] in words and "\x00" not in text[start:end]
    ]


@given(words=st.lists(LETTERS, max_size=8), texts=st.lists(LETTERS, max_size=4))
@example(words=["停水", "水", "停水停电", "停"], texts=["停水停电停水", "", "水"])
@example(words=[], texts=["停水"])
def test_every_word_is_found_wherever_it_stands_the_longest_first(words, texts):
    found = [list(hits) for hits in WordFinder(words).find(texts).by_text(len(texts))]

    assert found == [standing(words, text) for text in texts]


@pytest.mark.parametrize("mark", features.ENDS)
@given(sentences=st.lists(st.text("停水了电梯坏路灯不亮a1 ，\r", max_size=30), max_size=6))
def test_the_words_of_a_sentence_are_those_that_the_sentence_has_alone(mark, sentences):
    text = mark.join(sentences)
    cut = features.Cut(text)

    assert cut.words == features.words(text)
    for start, end in sentences_at_hand(text):
        assert cut.words_between(start, end) == features.words(text[start:end])


def test_a_sentence_beyond_what_is_cut_has_its_words_too():
    text = "路灯不亮。" * 400

    assert features.Cut(text).words_between(1_500, 1_504) == features.words("路灯不亮")
