"""From entitlement to payment: not everybody entitled claims at once, so a budget grows along a take-up path."""

from collections.abc import Sequence

PPM = 1_000_000


def take_up_path(*, first_ppm: int, final_ppm: int, ramp_months: int, months: int) -> list[int]:
    """The share of entitled households that claim, month by month, in millionths: an even climb, then level.

    >>> take_up_path(first_ppm=400_000, final_ppm=900_000, ramp_months=3, months=5)
    [400000, 650000, 900000, 900000, 900000]
    """
    if not 0 <= first_ppm <= final_ppm <= PPM or ramp_months < 1 or months < 1:
        raise ValueError("0 <= first <= final <= 1,000,000 and months of 1 or more are wanted")
    steps = max(ramp_months - 1, 1)
    climbed = [first_ppm + (final_ppm - first_ppm) * min(month, steps) // steps for month in range(months)]
    return climbed if ramp_months > 1 else [final_ppm] * months


def monthly_budget(entitled_fen: Sequence[int], path_ppm: Sequence[int]) -> list[int]:
    """What is paid each month: the entitlement of that month times its take-up, halves of a fen up.

    >>> monthly_budget([1000, 1001], [500_000, 500_000])
    [500, 501]
    """
    if any(amount < 0 for amount in entitled_fen) or any(not 0 <= share <= PPM for share in path_ppm):
        raise ValueError("amounts of 0 or more and shares of 0 to 1,000,000 are wanted")
    return [
        (2 * amount * share + PPM) // (2 * PPM) for amount, share in zip(entitled_fen, path_ppm, strict=True)
    ]
