"""Where a value stands among children of the same age and sex: by WHO to five years, then by WS/T 423-2022.

Preterm children are compared by corrected age at every age, so that their line has no step at 24 months; before the
40-week date by INTERGROWTH-21st.
"""

from __future__ import annotations

from datetime import date
from functools import lru_cache

from zhaohu.rules.ages import TERM_DAYS, corrected_birth_date
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.doubt.terms import Measure
from zhaohu.rules.growth.references import CHINA_MONTHS, PMA_FIRST_DAY, Lms, References
from zhaohu.rules.growth.series import Born
from zhaohu.rules.growth.zscore import WHO_LAST_DAY, lms_value, restricted_z

_TABLE = {Measure.WEIGHT: "wfa", Measure.LENGTH: "lhfa", Measure.HEAD: "hcfa"}


def age_on(born: Born, on: date) -> Age:
    """The age that counts for doubts: corrected at every age for births before 37 weeks."""
    return _between(corrected_birth_date(born.on, born.gestation_days), on)


@lru_cache(maxsize=4096)
def _between(born: date, on: date) -> Age:
    return Age.between(born, on)


def curve(references: References, sex: int, age: Age, measure: Measure) -> Lms | None:
    """The curve of a measure at an age, in g or mm; None where no table reaches."""
    table = _TABLE[measure]
    if age.days < 0:
        rows = getattr(references.intergrowth[sex], table)
        return rows[max(0, TERM_DAYS + age.days - PMA_FIRST_DAY)] if age.days > -TERM_DAYS else None
    if age.days <= WHO_LAST_DAY:
        return getattr(references.who[sex], table)[age.days]  # type: ignore[no-any-return]
    steps = getattr(references.china[sex], table)
    if age.months >= min(CHINA_MONTHS, len(steps)):
        return None
    step = steps[age.months]
    share = (step.offset + age.day_of_month / age.month_days) / step.gap
    power, median, spread = (b + share * (a - b) for b, a in zip(step.below.lms, step.above.lms, strict=True))
    return power, median, spread


def score(value: float, lms: Lms) -> float:
    """The z-score; straight on beyond ±3, so that it exists for any value."""
    return restricted_z(value, lms)


def one_spread(lms: Lms) -> float:
    """How many g or mm make one z-score around the median."""
    return (lms_value(1, lms) - lms_value(-1, lms)) / 2
