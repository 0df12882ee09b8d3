"""Doubts in files: a gate that costs next to nothing for ordinary rows, and flags for the others."""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

from zhaohu.rules.ages import PRETERM_BEFORE_DAYS, TERM_DAYS
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.doubt.find import Case, search
from zhaohu.rules.growth.doubt.rules import DoubtRules
from zhaohu.rules.growth.doubt.terms import SIZES, Doubt
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.series import Born
from zhaohu.rules.growth.zscore import ZScores

_DAY = date(2020, 1, 1)
"""Rows are judged by their ages: as if all had been measured on this day."""
_FAR = 3.0
"""A score that is nearer to the middle gives no doubt by itself."""
_STEP = 1.5
"""Scores of one child that differ by less give no doubt."""


class Before(NamedTuple):
    """What an earlier row of the same child holds, in g and mm."""

    age: Age
    weight_g: float | None
    length_mm: float | None
    head_mm: float | None


def ordinary(scores: ZScores, before: ZScores | None = None) -> bool:
    """Whether a row needs no look: within ±3, or near the child's row before, which was looked at in its turn.

    Made for millions of rows: no loop, no data file. A single row's doubts begin near ±3, see README.md.
    """
    weight, length, for_length, mass, head = scores
    if before is None:
        return (
            (weight is None or -_FAR < weight < _FAR)
            and (length is None or -_FAR < length < _FAR)
            and (for_length is None or -_FAR < for_length < _FAR)
            and (mass is None or -_FAR < mass < _FAR)
            and (head is None or -_FAR < head < _FAR)
        )
    weight_then, length_then, for_length_then, mass_then, head_then = before
    return (
        (weight is None or (-_FAR < weight < _FAR if weight_then is None else -_STEP < weight - weight_then < _STEP))
        and (
            length is None or (-_FAR < length < _FAR if length_then is None else -_STEP < length - length_then < _STEP)
        )
        and (
            for_length is None
            or (-_FAR < for_length < _FAR if for_length_then is None else -_STEP < for_length - for_length_then < _STEP)
        )
        and (mass is None or (-_FAR < mass < _FAR if mass_then is None else -_STEP < mass - mass_then < _STEP))
        and (head is None or (-_FAR < head < _FAR if head_then is None else -_STEP < head - head_then < _STEP))
    )


def row_flags(
    rules: DoubtRules,
    references: References,
    sex: int,
    age: Age,
    weight_g: float | None,
    length_mm: float | None,
    head_mm: float | None,
    before: Before | None = None,
) -> list[str]:
    """The flags of one row: `impossible_weight`, `doubt_weight_jin`, `doubt_date` …; call it when not `ordinary`.

    Args:
        rules: The thresholds.
        references: The published tables.
        sex: GB/T 2261.1.
        age: The age that counts: corrected for preterm children.
        weight_g: As in the row; None where it has none.
        length_mm: The same.
        head_mm: The same.
        before: The same child's row before.
    """
    born = _born(sex, age)
    days = []
    if before is not None and before.age.days < age.days:
        on = _DAY - timedelta(days=age.days - before.age.days)
        days.append((on, Measurement(before.weight_g, before.length_mm, before.head_mm)))
    found = search(Case(rules, references, born, _DAY, Measurement(weight_g, length_mm, head_mm), days))
    return list(dict.fromkeys(_flag(doubt) for doubt in found))


def _flag(doubt: Doubt) -> str:
    if doubt.measure not in SIZES:
        return f"doubt_{doubt.measure}"
    return f"doubt_{doubt.measure}_{doubt.cause}" if doubt.likely or not doubt.hard else f"impossible_{doubt.measure}"


def _born(sex: int, age: Age) -> Born:
    """A child who has that age on the day; before the 40-week date only a preterm one has."""
    if age.days >= 0:
        return Born(_DAY - timedelta(days=age.days), sex)
    gestation = min(PRETERM_BEFORE_DAYS - 1, TERM_DAYS + age.days)
    return Born(_DAY - timedelta(days=age.days + TERM_DAYS - gestation), sex, gestation)
