"""Nobody is recognised in a published table, neither in a cell nor by subtracting."""

from hypothesis import given
from hypothesis import strategies as st

from shuzhi.engines.fairness import LEAST_SHOWN, hidden_cells

COUNTS = st.lists(st.integers(0, 200), max_size=12)


@given(COUNTS)
def test_no_small_count_is_shown_and_nobody_is(counts: list[int]):
    hidden = hidden_cells(counts)

    assert all(at in hidden for at, count in enumerate(counts) if 0 < count < LEAST_SHOWN)
    assert all(at not in hidden for at, count in enumerate(counts) if count == 0)


@given(COUNTS)
def test_what_is_hidden_cannot_be_found_by_subtracting(counts: list[int]):
    """From the total, a reader learns the sum of the hidden cells: it belongs to several, and is not small."""
    hidden = hidden_cells(counts)
    filled = [count for count in counts if count]

    if hidden and len(filled) > 1:
        assert len(hidden) >= 2
        assert sum(counts[at] for at in hidden) >= min(LEAST_SHOWN, sum(counts))


@given(COUNTS)
def test_nothing_is_hidden_without_need(counts: list[int]):
    hidden = hidden_cells(counts)
    small = {at for at, count in enumerate(counts) if 0 < count < LEAST_SHOWN}

    assert bool(hidden) == bool(small)
    assert hidden_cells(counts, total_known=False) == small
    for at in hidden - small:
        rest = hidden - {at}
        assert len(rest) < 2 or sum(counts[one] for one in rest) < LEAST_SHOWN
