"""Means, the net promoter score and how sure one can be of them. Pure.

Intervals are at 95 %: of a mean by the normal approximation (1.96 standard errors), of a share by Wilson's score interval,
of the net promoter score by the variance of a value that is +1, 0 or -1. Fewer than FEWEST_SURE answers get no interval: it
would look surer than it is.
"""

from dataclasses import dataclass
from math import inf, sqrt

from recado.surveys.types import Tally

Z = 1.96
FEWEST_SURE = 10
PROMOTERS, PASSIVES = 9, 7  # 9 and 10 promote, 7 and 8 are passive, 0 to 6 detract (Reichheld 2003)


@dataclass(frozen=True, slots=True)
class Figure:
    """`low` and `high` none: too few answers to say."""

    value: float
    low: float | None
    high: float | None
    total: int


def mean(tally: Tally, least: int, most: int) -> Figure | None:
    """The mean of scores on a scale; None: there is none."""
    return _figure({value: (value, count) for value, count in tally.counts.items()}, least, most)


def difference(earlier: Tally, later: Tally) -> Figure | None:
    """How much the mean has risen from one stretch of time to another, with the interval of a difference of means (Welch, by the
    normal approximation). None: one of them has fewer than FEWEST_SURE answers."""
    one, other = (_figure({value: (value, count) for value, count in t.counts.items()}) for t in (earlier, later))
    if one is None or other is None or one.low is None or other.low is None:
        return None
    reach = sqrt((one.value - one.low) ** 2 + (other.value - other.low) ** 2)
    risen = other.value - one.value
    return Figure(risen, risen - reach, risen + reach, one.total + other.total)


def promoter_score(tally: Tally) -> Figure | None:
    """From -100 to 100: the share who give 9 or 10 less the share who give 0 to 6."""
    figure = _figure({score: (_side(score), count) for score, count in tally.counts.items()}, -1, 1)
    if figure is None or figure.low is None or figure.high is None:
        return figure and Figure(100 * figure.value, None, None, figure.total)
    return Figure(100 * figure.value, 100 * figure.low, 100 * figure.high, figure.total)


def _side(score: int) -> int:
    if score >= PROMOTERS:
        return 1
    return 0 if score >= PASSIVES else -1


def sides(tally: Tally) -> tuple[int, int, int]:
    """How many promote, are passive, detract."""
    counted = [0, 0, 0]
    for score, count in tally.counts.items():
        counted[1 - _side(score)] += count
    return counted[0], counted[1], counted[2]


def _figure(values: dict[int, tuple[int, int]], least: float = -inf, most: float = inf) -> Figure | None:
    total = sum(count for _, count in values.values())
    if not total:
        return None
    middle = sum(value * count for value, count in values.values()) / total
    if total < FEWEST_SURE:
        return Figure(middle, None, None, total)
    variance = sum(count * (value - middle) ** 2 for value, count in values.values()) / (total - 1)
    reach = Z * sqrt(variance / total)
    return Figure(middle, max(least, middle - reach), min(most, middle + reach), total)


def share(count: int, total: int) -> Figure | None:
    """A share from 0 to 1, by Wilson's interval; None: of nothing."""
    if not total:
        return None
    part = count / total
    if total < FEWEST_SURE:
        return Figure(part, None, None, total)
    bottom = 1 + Z * Z / total
    middle = (part + Z * Z / (2 * total)) / bottom
    reach = Z * sqrt(part * (1 - part) / total + Z * Z / (4 * total * total)) / bottom
    return Figure(part, min(part, max(0.0, middle - reach)), max(part, min(1.0, middle + reach)), total)
