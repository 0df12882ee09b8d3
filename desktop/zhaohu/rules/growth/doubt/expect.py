"""What a child is expected to measure: its own line carried on, the wider the longer ago.

The z-scores of a child are taken as a steady line with random departures (an Ornstein–Uhlenbeck process) in growth
time, ln(1 + days / 20), in which a month of a newborn counts as much as half a year of a toddler; each measurement adds
its own error. This is a Kalman filter from both sides: from the days before, and when a record is put in between, from
the days after.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import exp, log
from typing import NamedTuple

from zhaohu.rules.growth.doubt.rules import SizeRules

_UNIT_DAYS = 20
_WILD = 3.0
"""A past value so far (in spreads) from what was expected counts for less: it may be a mistake itself."""


class Past(NamedTuple):
    """One measurement of the child on another day: its growth time, z-score, and error of measuring in z."""

    time: float
    z: float
    noise: float


class Expected(NamedTuple):
    """The expected z-score, and its variance without the error of measuring."""

    mean: float
    variance: float


def growth_time(days_since_birth: int) -> float:
    """The clock by which children change."""
    return log(1 + max(0, days_since_birth) / _UNIT_DAYS)


def expect(rules: SizeRules, past: Sequence[Past], now: float) -> Expected:
    """What is expected at a growth time, from all other days of the child; none is none."""
    whole = rules.spread * rules.spread
    if not past:
        return Expected(rules.mean, whole)
    before = _carried(rules, sorted(one for one in past if one.time <= now), now)
    after = _carried(rules, sorted((one for one in past if one.time > now), reverse=True), now)
    if after.variance >= whole:
        return Expected(rules.mean + before.mean, before.variance)
    precision = 1 / before.variance + 1 / after.variance - 1 / whole
    mean = (before.mean / before.variance + after.mean / after.variance) / precision
    return Expected(rules.mean + mean, 1 / precision)


def _carried(rules: SizeRules, past: Iterable[Past], now: float) -> Expected:
    """The filter along one side, about the mean of all children."""
    whole = rules.spread * rules.spread
    mean, variance, at = 0.0, whole, None
    for time, z, noise in past:
        mean, variance = _onward(rules, mean, variance, 0 if at is None else abs(time - at))
        off = z - rules.mean - mean
        error = noise * noise
        wild = off * off / (_WILD * _WILD * (variance + error))
        error *= max(1.0, wild * wild)
        gain = variance / (variance + error)
        mean, variance, at = mean + gain * off, variance * (1 - gain), time
    return Expected(*_onward(rules, mean, variance, 0 if at is None else abs(now - at)))


def _onward(rules: SizeRules, mean: float, variance: float, time: float) -> tuple[float, float]:
    whole = rules.spread * rules.spread
    keeps = exp(-rules.drift * time)
    return keeps * mean, whole - keeps * keeps * (whole - variance)
