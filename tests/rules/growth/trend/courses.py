"""Children whose growth is known beforehand: along a printed line, or as a table says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from zhaohu.rules.growth import References
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.references import ChinaStep
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day

SCHEDULE = (0, 10, 29, 92, 184, 245, 367, 551, 732, 915, 1097)
"""Ages in days at the contacts of the national schedule."""


def on_line(references: References, born: Born, day: int, sd: int) -> Measurement:
    """Weight, length and head exactly on a printed SD line of WS/T 423-2022, to 10 g and 1 mm."""
    age = Age.between(born.on, born.on + timedelta(days=day))
    tables = references.china[born.sex]
    head = tables.hcfa[age.months] if age.months < len(tables.hcfa) else None
    return Measurement(
        weight_g=round(_between(tables.wfa[age.months], age, sd) / 10) * 10,
        length_mm=round(_between(tables.lhfa[age.months], age, sd)),
        head_mm=round(_between(head, age, sd)) if head else None,
    )


def along(references: References, born: Born, days: Iterable[int], sd: int) -> list[MeasuredDay]:
    """A child that stays on one line."""
    return [measured(references, born, day, on_line(references, born, day, sd)) for day in days]


def measured(references: References, born: Born, day: int, what: Measurement) -> MeasuredDay:
    """One day of a child, by its age in days."""
    return measure_day(references, born, born.on + timedelta(days=day), what)


def weighed(references: References, born: Born, grams: Mapping[int, int]) -> list[MeasuredDay]:
    """A child that was only weighed: g by age in days."""
    return [measured(references, born, day, Measurement(weight_g=g)) for day, g in grams.items()]


def _between(step: ChinaStep, age: Age, sd: int) -> float:
    part = (age.day_of_month / age.month_days + step.offset) / step.gap
    below, above = step.below.sd[sd + 3], step.above.sd[sd + 3]
    return below + (above - below) * part


BORN = Born(date(2024, 1, 31), 1, 275)
