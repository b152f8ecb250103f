"""Which cells of a published table stay empty, so that nobody is recognised and nothing is found by subtracting."""

from collections.abc import Sequence

# Groups of fewer people are not told in public: neighbours would know who is meant. Source: the platform's published
# rule, the usual threshold of official statistics (e.g. Eurostat, Handbook on SDC, 2010, chapter 4).
LEAST_SHOWN = 5


def hidden_cells(
    counts: Sequence[int], *, least: int = LEAST_SHOWN, total_known: bool = True
) -> frozenset[int]:
    """The places of a row of counts that are not shown.

    counts: people or cases of each group, >= 0.   least: the smallest count that is shown; 0 tells of nobody and is
    shown.   total_known: whether readers know the sum, so that one hidden cell alone could be found by subtracting; the
    smallest shown cells are then hidden, too, until the hidden ones hide each other.
    Source: primary and complementary suppression, Willenborg and de Waal 2001, Elements of Statistical Disclosure
    Control, chapter 6.

    >>> sorted(hidden_cells([40, 3, 0, 9, 12]))
    [1, 3]
    >>> sorted(hidden_cells([40, 3, 2, 9])), sorted(hidden_cells([40, 9]))
    ([1, 2], [])
    """
    if any(count < 0 for count in counts):
        raise ValueError("counts are not negative")
    hidden = {at for at, count in enumerate(counts) if 0 < count < least}
    if not hidden or not total_known:
        return frozenset(hidden)
    others = sorted(
        (at for at, count in enumerate(counts) if count >= least), key=lambda at: (counts[at], at)
    )
    while others and (len(hidden) < 2 or sum(counts[at] for at in hidden) < least):
        hidden.add(others.pop(0))
    return frozenset(hidden)
