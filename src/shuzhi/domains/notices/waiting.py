"""How long to wait before the next try."""

from random import SystemRandom

_dice = SystemRandom()


def back_off(failures: int, *, first_s: float, longest_s: float) -> float:
    """Seconds before the next try: doubled with each failure up to the longest, then shortened by up to half.

    failures: counted from 1.   The random part keeps many waiting senders from coming back at the same moment.
    """
    if failures < 1:
        raise ValueError("there is nothing to wait for before the first failure")
    full = min(longest_s, first_s * 2.0 ** min(failures - 1, 60))
    return full * _dice.uniform(0.5, 1.0)
