"""A child's growth as a series of days: what was measured on each, and what the standards say of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.assess import (
    SEXES,
    Assessment,
    Measurement,
    assess,
    no_preterm_reference,
    unscored_preterm,
)
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.terms import BOTH, Standard


@dataclass(frozen=True, slots=True)
class MeasuredDay:
    """What was measured on a day and how it is assessed.

    Args:
        on: The day.
        ages: The child's ages on it.
        measured: The measurements, as measured.
        china: By WS/T 423-2022.
        who: By WHO.
        visit_id: The visit they come from; None for the birth and what was never part of a visit.
        either: When the sex is not known: the same day as a boy's and as a girl's; else None.
        preterm: By INTERGROWTH-21st, for births before 37 weeks from 27+0 to 64+0 weeks postmenstrual age; else None.
        kept_under: When it is shown as it was graded under other rules or tables than the present ones: their version.
    """

    on: date
    ages: Ages
    measured: Measurement
    china: Assessment
    who: Assessment
    visit_id: str | None = None
    either: tuple[MeasuredDay, MeasuredDay] | None = None
    preterm: Assessment | None = None
    kept_under: str = ""

    def by(self, standard: Standard) -> Assessment:
        """The assessment by one standard; where it has nothing for the child, with reasons and no scores."""
        if standard is Standard.CHINA:
            return self.china
        if standard is Standard.WHO:
            return self.who
        return self.preterm or unscored_preterm(self.ages, self.measured)


@dataclass(frozen=True, slots=True)
class Born:
    """What growth has to know of a child.

    Args:
        on: Day of birth.
        sex: GB/T 2261.1.
        gestation_days: Gestation at birth; None when not known.
    """

    on: date
    sex: int
    gestation_days: int | None = None


def measure_day(
    references: References, born: Born, on: date, measured: Measurement, visit_id: str | None = None
) -> MeasuredDay:
    """Assess the measurements of one day by every standard."""
    if born.sex in SEXES:
        return _as(references, born, born.sex, on, measured, visit_id)
    boy, girl = (_as(references, born, sex, on, measured, visit_id) for sex in SEXES)
    unknown = _as(references, born, born.sex, on, measured, visit_id)
    return MeasuredDay(on, unknown.ages, measured, unknown.china, unknown.who, visit_id, (boy, girl), unknown.preterm)


def _as(
    references: References, born: Born, sex: int, on: date, measured: Measurement, visit_id: str | None
) -> MeasuredDay:
    ages = Ages.on(born.on, on, born.gestation_days)
    china, who = (assess(references, standard, sex, ages, measured) for standard in BOTH)
    preterm = None
    if no_preterm_reference(ages) is None:
        preterm = assess(references, Standard.INTERGROWTH, sex, ages, measured)
    return MeasuredDay(on, ages, measured, china, who, visit_id, preterm=preterm)
