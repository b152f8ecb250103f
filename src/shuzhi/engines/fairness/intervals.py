"""How sure a rate is."""

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a rate, each from 0 to 1."""

    low: float
    high: float

    def rounded(self, digits: int) -> "Interval":
        return Interval(round(self.low, digits), round(self.high, digits))


def wilson_interval(successes: int, trials: int, *, confidence: float = 0.95) -> Interval:
    """Interval for a rate that stays honest when trials are few.

    successes, trials: people, 0 <= successes <= trials, trials > 0.   confidence: probability, above 0 and below 1.
    Returns the lower and upper bound of the rate, each from 0 to 1.
    Raises ValueError when trials is 0: no data is not a rate.
    Source: Wilson 1927, J. Am. Stat. Assoc. 22, 209-212.

    >>> wilson_interval(8, 10).rounded(3)
    Interval(low=0.49, high=0.943)
    """
    if not 0 <= successes <= trials or trials == 0:
        raise ValueError(f"{successes} of {trials} is not a rate")
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    rate = successes / trials
    weight = z * z / trials
    centre = (rate + weight / 2) / (1 + weight)
    reach = z * sqrt((rate * (1 - rate) + weight / 4) / trials) / (1 + weight)
    # The bounds at 0 and at all are exact; floating point would put them a hair beside.
    low = 0.0 if successes == 0 else max(0.0, centre - reach)
    high = 1.0 if successes == trials else min(1.0, centre + reach)
    return Interval(low, high)
