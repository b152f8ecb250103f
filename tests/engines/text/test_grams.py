"""What an index holds finds what people ask for, wherever it stands in the text."""

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.text import index_terms, query_terms

CHINESE = st.text(st.sampled_from("路灯不亮花园井盖漏水三号楼𠮷"), min_size=1, max_size=12)
WORDS = st.text(st.sampled_from("路灯不亮ab3 ，。Ａ"), max_size=30)


def holds(text: str, words: str) -> bool:
    terms = index_terms(text)
    return bool(query_terms(words)) and all(_occurs(terms, sequence) for sequence in query_terms(words))


def _occurs(terms: list[str], sequence: list[str]) -> bool:
    *before, last = sequence
    return any(
        terms[at : at + len(before)] == before and terms[at + len(before)].startswith(last)
        for at in range(len(terms) - len(before))
    )


@given(WORDS, CHINESE, WORDS)
def test_chinese_is_found_wherever_it_stands(before: str, words: str, after: str) -> None:
    assert holds(f"{before}{words}{after}", words)


@given(CHINESE, CHINESE)
def test_chinese_that_is_not_there_is_not_found(text: str, words: str) -> None:
    assert holds(text, words) == (words in text)


def test_other_words_are_found_from_their_beginning_whatever_their_case_and_width() -> None:
    text = "打不开 Ｇｏｖ-Pay，Error404"

    assert all(holds(text, words) for words in ("gov", "PAY", "error404", "err", "打不开 pay"))
    assert not any(holds(text, words) for words in ("ov", "404", "gov error 不亮"))


def test_signs_part_words_and_are_none() -> None:
    assert query_terms("路灯,不亮") == [["路灯"], ["不亮"]]
    assert not holds("路灯。亮", "灯亮")
    assert query_terms("“”—％…\x00🙂") == []


def test_a_word_without_end_is_cut() -> None:
    assert index_terms("a" * 100_000) == ["a" * 40]
