"""The interval around a share that was found by asking a sample."""

from math import sqrt
from statistics import NormalDist
from typing import NamedTuple

CONFIDENCE = 0.95


class Interval(NamedTuple):
    """The ends of an interval, as shares from 0 to 1."""

    low: float
    high: float


def wilson(yes: float, asked: float, confidence: float = CONFIDENCE) -> Interval | None:
    """Return the score interval of the share `yes` / `asked`; None where it is no share of a sample.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, Journal of the American
    Statistical Association 22 (1927), 209-212: (p + z²/2n ± z √(p(1-p)/n + z²/4n²)) / (1 + z²/n). Unlike the plain
    p ± z √(p(1-p)/n) it stays within 0 and 1 and keeps its width where everybody or nobody said yes.
    """
    if not (asked > 0 and 0 <= yes <= asked):  # not a number fails too
        return None
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    share, widening = yes / asked, z * z / asked
    middle = share + widening / 2
    reach = z * sqrt(share * (1 - share) / asked + widening / (4 * asked))
    low, high = (middle - reach) / (1 + widening), (middle + reach) / (1 + widening)
    # At the ends the sum comes out a rounding beside the share itself.
    return Interval(min(max(low, 0.0), share), max(min(high, 1.0), share))
