"""What a typed number may have been meant to be."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from zhaohu.rules.growth.doubt.terms import Cause, Measure, plain_number


def meanings(measure: Measure, number: float) -> Iterator[tuple[Cause, float]]:
    """The numbers that may have been meant by one as typed (kg or cm), each with the mistake that made it."""
    text = plain_number(number)
    for swapped in _swaps(text):
        yield Cause.SWAPPED_DIGITS, swapped
    if measure is Measure.WEIGHT:
        yield Cause.JIN, number / 2
        yield (Cause.GRAMS if "." not in text and number >= 200 else Cause.DECIMAL_SLIP), number / 1000
    else:
        yield Cause.METRES, number * 100
    millimetres = measure is not Measure.WEIGHT and "." not in text and number >= 100
    yield (Cause.MILLIMETRES if millimetres else Cause.DECIMAL_SLIP), number / 10
    yield Cause.DECIMAL_SLIP, number * 10
    yield Cause.DECIMAL_SLIP, number / 100
    if measure is Measure.WEIGHT:
        yield Cause.DECIMAL_SLIP, number * 100


def _swaps(text: str) -> Iterator[float]:
    """Two neighbouring digits in each other's place; the decimal point keeps its own."""
    places = [place for place, sign in enumerate(text) if sign != "."]
    for first, second in pairwise(places):
        if text[first] != text[second]:
            signs = list(text)
            signs[first], signs[second] = signs[second], signs[first]
            if float("".join(signs)) > 0:
                yield float("".join(signs))
