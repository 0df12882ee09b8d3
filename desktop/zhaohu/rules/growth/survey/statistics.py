"""The little statistics that a survey of growth needs, without any library."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import erfc, exp, pi, sqrt

_Z_95 = 1.959963984540054
"""The two-sided 95 % point of the normal distribution."""


@dataclass(frozen=True, slots=True)
class Proportion:
    """A share with its 95 % confidence interval.

    Args:
        count: The numerator.
        n: The denominator.
        share: From 0 to 1; None when `n` is 0, like `low` and `high`.
        low: Lower end of the interval.
        high: Upper end.
    """

    count: int
    n: int
    share: float | None
    low: float | None
    high: float | None

    @classmethod
    def of(cls, count: int, n: int) -> Proportion:
        """A share with the interval of Wilson (J Am Stat Assoc 1927; 22: 209–12), for a simple random sample."""
        if not n:
            return cls(count, n, None, None, None)
        share, square = count / n, _Z_95 * _Z_95
        middle = (share + square / (2 * n)) / (1 + square / n)
        half = _Z_95 * sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
        # At the ends the formula gives 0 and 1 themselves, but for the last digits.
        return cls(
            count, n, share, max(0.0, middle - half) if count else 0.0, min(1.0, middle + half) if count < n else 1.0
        )


@dataclass(slots=True)
class Moments:
    """Number, sum and sum of squares of values: enough for mean and standard deviation of scores near zero."""

    n: int = 0
    total: float = 0.0
    squares: float = 0.0

    def __iadd__(self, other: Moments) -> Moments:
        self.n += other.n
        self.total += other.total
        self.squares += other.squares
        return self

    @property
    def mean(self) -> float | None:
        """The mean; None without values."""
        return self.total / self.n if self.n else None

    @property
    def sd(self) -> float | None:
        """The standard deviation of a sample; None for fewer than two values."""
        if self.n < 2:
            return None
        return sqrt(max(0.0, self.squares - self.total * self.total / self.n) / (self.n - 1))


@dataclass(frozen=True, slots=True)
class DigitHeaping:
    """How the last digits of a measurement are spread; without preference each has a tenth.

    Args:
        counts: How often each digit from 0 to 9 stands there.
        n: How many measurements.
        dissimilarity: Index of dissimilarity: the share that would have to be another digit, from 0 to 0.9.
        chi_square: Pearson's statistic with nine degrees of freedom.
        p: The chance of so much or more without any preference.
    """

    counts: tuple[int, ...]
    n: int
    dissimilarity: float | None
    chi_square: float | None
    p: float | None

    @classmethod
    def of(cls, counts: Sequence[int]) -> DigitHeaping:
        """The measures of ten counts; None where there are no measurements."""
        n = sum(counts)
        if not n:
            return cls(tuple(counts), 0, None, None, None)
        expected = n / 10
        chi_square = sum((count - expected) ** 2 for count in counts) / expected
        off = sum(abs(count - expected) for count in counts) / (2 * n)
        return cls(tuple(counts), n, off, chi_square, chi_square_tail_9(chi_square))


def chi_square_tail_9(x: float) -> float:
    """The chance that a chi-square with nine degrees of freedom is `x` or more.

    For odd degrees of freedom the tail is a finite sum: Abramowitz and Stegun, Handbook of Mathematical Functions,
    26.4.4.
    """
    root = sqrt(x)
    terms = root + root**3 / 3 + root**5 / 15 + root**7 / 105
    return erfc(root / sqrt(2)) + sqrt(2 / pi) * exp(-x / 2) * terms
