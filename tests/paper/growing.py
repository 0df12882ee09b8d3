"""Made-up children whose growth is printed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tests.paper.conftest import RARE
from zhaohu.paper.growth_parts import Particulars
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.services.growth.growth_papers import Subject

BORN = date(2026, 1, 1)
WEIGHTS = (3200, 4900, 6400, 7300, 8000)
"""Every 61 days."""


def days(
    references: References, born: Born, weights: Sequence[int] = WEIGHTS, every: int = 61
) -> tuple[MeasuredDay, ...]:
    """A child measured again and again."""
    ages = (every * n for n in range(len(weights)))
    return tuple(
        measure_day(
            references, born, born.on + timedelta(days=age), _measured(grams, age), f"visit-{age}" if age else None
        )
        for age, grams in zip(ages, weights, strict=True)
    )


def _measured(grams: int, age_days: int) -> Measurement:
    """Long as most children are; the head until three years."""
    first_year = min(age_days, 365)
    length_mm = round(500 + 0.7 * first_year + 0.25 * (age_days - first_year))
    return Measurement(grams, length_mm, round(350 + 0.3 * first_year) if age_days < 1000 else None)


def subject(
    references: References,
    *,
    sex: int = 2,
    gestation_days: int | None = None,
    weights: Sequence[int] = WEIGHTS,
    every: int = 61,
    name: str = RARE,
) -> Subject:
    """A child with its measurements."""
    born = Born(BORN, sex, gestation_days)
    who = Particulars(name, {0: "未知", 1: "男", 2: "女"}[sex], BORN, "34周", "371103-00300127")
    return Subject(who, born, days(references, born, weights, every))
