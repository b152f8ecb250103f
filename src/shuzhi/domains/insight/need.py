"""How pressing what people need is, apart from how many say it and how loud."""

from collections.abc import Mapping, Sequence

from shuzhi.engines.text import Flag, Urgency

# Danger to life before a home without water or power before what cannot wait; one more for whom cannot help themselves.
GRADES: Mapping[str, float] = {Urgency.LIFE_SAFETY: 3.0, Urgency.UTILITIES_OUTAGE: 2.0, Urgency.URGENT: 1.0}
HELPLESS = 1.0


def need_of(voices: Sequence[tuple[str, Sequence[str]]]) -> float:
    """The mean need of demands, from 0 to 4; 0 without any.

    voices: of each demand its urgency and its flags. Ten neighbours who are annoyed do not outweigh two whose wall falls.

    >>> need_of([("life_safety", ["vulnerable_person"]), ("normal", [])])
    2.0
    """
    if not voices:
        return 0.0
    weighed = (
        GRADES.get(urgency, 0.0) + (HELPLESS if Flag.VULNERABLE in flags else 0.0)
        for urgency, flags in voices
    )
    return sum(weighed) / len(voices)
