"""Words as an index of terms finds them again: Chinese in pairs of neighbours, everything else in whole words.

Chinese is written without blanks, so an index of "words" would depend on where somebody cuts them. Every pair of
neighbours is a term instead; what is asked for is the sequence of its pairs, so that it is found wherever it stands,
whatever it means. The last character of a run is a term by itself: a single character is then a term or the beginning
of one, wherever it stands.
"""

import re
import unicodedata
from operator import add

# Han, kana, hangul: scripts in which a word need not be set apart from its neighbours.
_UNSPACED = r"々〇぀-ヿ㐀-鿿가-힯豈-﫿\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_UNSPACED}]+)|([^\W_{_UNSPACED}]+)")
_BETWEEN_WORDS = re.compile(r"[\W_]+")
STRETCHES, STRETCH = 8, 5
"""How many sequences of how many terms are taken of a text: found 95 to 100 of 100 copies with small edits."""
SHORTEST_COPY = 24  # terms
READ_AT_MOST = 1_200
LONGEST_TERM = 40  # characters of a word that tell it from others


def index_terms(text: str) -> list[str]:
    """The terms of a text in their order.

    >>> index_terms("锦绣花园3栋 WiFi坏了")
    ['锦绣', '绣花', '花园', '园', '3', '栋', 'wifi', '坏了', '了']
    """
    return [term for run in _terms_of_runs(_plain(text)) for term in run]


def query_terms(words: str) -> list[list[str]]:
    """What to look for: sequences that must all occur; the last term of each may be the beginning of a term.

    >>> query_terms("路灯不亮 3栋")
    [['路灯', '灯不', '不亮'], ['3', '栋']]
    >>> query_terms("灯")
    [['灯']]
    >>> query_terms("?!")
    []
    """
    parts = (_terms_of_runs(part) for part in _BETWEEN_WORDS.split(_plain(words)) if part)
    return [_sequence(runs) for runs in parts if runs]


def stretches(text: str) -> list[list[str]]:
    """Sequences of terms spread evenly over a text, one of which nearly every copy still has after small edits.

    None for a text so short that other people write it in the same words.

    >>> stretches("路灯不亮"), len(stretches("锦绣花园小区三栋门口的路灯坏了一个多月，晚上老人出门看不见路，请尽快派人维修"))
    ([], 8)
    """
    terms = [term for term in index_terms(text[:READ_AT_MOST]) if len(term) > 1]
    if len(terms) < SHORTEST_COPY:
        return []
    last = len(terms) - STRETCH
    starts = dict.fromkeys(round(last * number / (STRETCHES - 1)) for number in range(STRETCHES))
    return [terms[start : start + STRETCH] for start in starts]


def _sequence(runs: list[list[str]]) -> list[str]:
    *before, last = runs
    # The last run may go on in the text, where its last character is then none by itself.
    ending = last[:-1] or last
    return [*(term for run in before for term in run), *ending]


def _terms_of_runs(plain: str) -> list[list[str]]:
    return [
        [*map(add, unspaced, unspaced[1:]), unspaced[-1]] if unspaced else [word[:LONGEST_TERM]]
        for unspaced, word in _RUNS.findall(plain)
    ]


def _plain(text: str) -> str:
    """Full-width and half-width, large and small letters are the same."""
    return unicodedata.normalize("NFKC", text).casefold()
