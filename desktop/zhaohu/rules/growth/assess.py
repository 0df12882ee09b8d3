"""One door to the assessment of a child's measurements, by either standard."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhaohu.rules.growth import zscore
from zhaohu.rules.growth.age import Age, Ages
from zhaohu.rules.growth.china import (
    LEVEL_BY_PERCENTILE,
    LEVEL_BY_SD,
    STATUS_BY_SD,
    china_grades,
)
from zhaohu.rules.growth.references import CHINA_MONTHS, STANDING_FROM_MONTHS, References
from zhaohu.rules.growth.terms import UNITS, Flag, Indicator, Level, Position, Reason, Standard, Status

SEXES = (1, 2)
_INDICATORS = tuple(Indicator)
_WEIGHT_BASED = (Indicator.WFA, Indicator.WFL, Indicator.BFA)


@dataclass(frozen=True, slots=True)
class Measurement:
    """What was measured on one day; None where nothing was.

    Args:
        weight_g: Weight in g.
        length_mm: Length or height in mm, as measured.
        head_mm: Head circumference in mm.
        position: How length was measured; None takes it as the age wants it.
        oedema: Oedema of both feet: weight is not scored.
    """

    weight_g: float | None = None
    length_mm: float | None = None
    head_mm: float | None = None
    position: Position | None = None
    oedema: bool = False


@dataclass(frozen=True, slots=True)
class Result:
    """One indicator of one child on one day.

    Args:
        indicator: Which one.
        value: In the indicator's unit (kg, cm, kg/m²); length as the reference wants it. None: not measured.
        z: The unrounded z-score; None with a reason.
        level: Level by SD; only WS/T 423-2022 has levels.
        level_pct: Level by percentile.
        status: Nutrition status, None for the middle band and where the standard has none.
        reason: Why there is no score.
    """

    indicator: Indicator
    value: float | None
    z: float | None = None
    level: Level | None = None
    level_pct: Level | None = None
    status: Status | None = None
    reason: Reason | None = None

    @property
    def unit(self) -> str:
        """The unit of `value`."""
        return UNITS[self.indicator]

    @property
    def percentile(self) -> float | None:
        """The share of the reference population below the child, in percent."""
        return None if self.z is None else zscore.percentile(self.z)


@dataclass(frozen=True, slots=True)
class Scores:
    """All indicators at one age.

    Args:
        age: The age that chose the reference.
        results: One per indicator, in the order of `Indicator`.
        flags: Implausible scores and what was done about the position.
    """

    age: Age
    results: tuple[Result, ...]
    flags: tuple[Flag, ...] = ()

    def of(self, indicator: Indicator) -> Result:
        """The result of one indicator."""
        return self.results[_INDICATORS.index(indicator)]


@dataclass(frozen=True, slots=True)
class Assessment:
    """One child's measurements against one standard.

    Args:
        standard: Which one.
        scores: By corrected age for births before 37 weeks up to 24 months, else by age since birth.
        chronological: By age since birth, to stand beside `scores` where those are by corrected age; else None.
    """

    standard: Standard
    scores: Scores
    chronological: Scores | None = None

    @property
    def corrected(self) -> bool:
        """Whether `scores` are by corrected age."""
        return self.chronological is not None

    def of(self, indicator: Indicator) -> Result:
        """The result that counts for one indicator."""
        return self.scores.of(indicator)


def assess(references: References, standard: Standard, sex: int, ages: Ages, measured: Measurement) -> Assessment:
    """Assess one child's measurements of one day.

    Args:
        references: The published tables.
        standard: WS/T 423-2022 or WHO.
        sex: GB/T 2261.1; only 1 male and 2 female have references: the others get reasons and no scores.
        ages: The ages on that day, from `Ages.on`.
        measured: The measurements; what is not positive counts as not measured.
    """
    measured = _positive(measured)
    since_birth = _scores(references, standard, sex, ages.chronological, measured)
    if ages.corrected is None:
        return Assessment(standard, since_birth)
    return Assessment(standard, _scores(references, standard, sex, ages.corrected, measured, True), since_birth)


def _scores(
    references: References, standard: Standard, sex: int, age: Age, measured: Measurement, corrected: bool = False
) -> Scores:
    reason = no_reference(standard, sex, age, corrected)
    if reason is not None:
        return Scores(age, tuple(_unscored(i, measured, measured.length_mm, reason) for i in _INDICATORS))
    args = (
        measured.weight_g,
        measured.length_mm,
        measured.head_mm,
        measured.position,
        measured.oedema,
    )
    if standard is Standard.WHO:
        who, length_mm, flag = zscore.who_scores(references.who[sex], age.days, *args)
        results = tuple(
            _unscored(i, measured, length_mm) if z is None else Result(i, _value(i, measured, length_mm), z)
            for i, z in zip(_INDICATORS, who, strict=True)
        )
    else:
        grades, length_mm, flag = china_grades(references.china[sex], age, *args)
        results = tuple(
            _unscored(i, measured, length_mm)
            if grade is None
            else Result(
                i,
                _value(i, measured, length_mm),
                grade[0],
                LEVEL_BY_SD[grade[1]],
                LEVEL_BY_PERCENTILE[grade[2]],
                STATUS_BY_SD[i][grade[1]],
            )
            for i, grade in zip(_INDICATORS, grades, strict=True)
        )
    flags = zscore.implausible([result.z for result in results])
    return Scores(age, results, (*flags, flag) if flag else tuple(flags))


def _positive(measured: Measurement) -> Measurement:
    """The measurements without numbers that no child can have, which a half-typed form may hold."""
    weight_g, length_mm, head_mm = measured.weight_g, measured.length_mm, measured.head_mm
    return replace(
        measured,
        weight_g=weight_g if weight_g and weight_g > 0 else None,
        length_mm=length_mm if length_mm and length_mm > zscore.STANDING_SHORTER_MM else None,
        head_mm=head_mm if head_mm and head_mm > 0 else None,
    )


def no_reference(standard: Standard, sex: int, age: Age, corrected: bool) -> Reason | None:
    """Why a standard has nothing at all for a sex and an age, corrected or not; None when it has."""
    if sex not in SEXES:
        return Reason.SEX_UNKNOWN
    if age.days < 0:
        return Reason.BEFORE_TERM if corrected else Reason.AGE_OUT_OF_RANGE
    beyond = age.days > zscore.WHO_LAST_DAY if standard is Standard.WHO else age.months >= CHINA_MONTHS
    return Reason.AGE_OUT_OF_RANGE if beyond else None


def wants_standing(standard: Standard, age: Age) -> bool:
    """Whether a standard compares height, and not length, at an age."""
    if standard is Standard.WHO:
        return age.days >= zscore.WHO_STANDING_FROM_DAY
    return age.months >= STANDING_FROM_MONTHS


def _value(indicator: Indicator, measured: Measurement, length_mm: float | None) -> float | None:
    """What an indicator compares, in the unit that people read; None when something is missing for it."""
    weight_g = measured.weight_g
    if indicator is Indicator.HCFA:
        return None if measured.head_mm is None else measured.head_mm / 10
    if indicator is Indicator.LHFA:
        return None if length_mm is None else length_mm / 10
    if weight_g is None or (indicator is not Indicator.WFA and length_mm is None):
        return None
    if indicator is Indicator.BFA and length_mm is not None:
        return zscore.body_mass_index(weight_g, length_mm) / 10
    return weight_g / 1000


def _unscored(
    indicator: Indicator, measured: Measurement, length_mm: float | None, reason: Reason | None = None
) -> Result:
    """A result without score, and why: what is missing first, then what holds for the child, then the table."""
    value = _value(indicator, measured, length_mm)
    if value is None:
        reason = Reason.NOT_MEASURED
    elif reason is None:
        reason = _unscored_reason(indicator, measured.oedema)
    return Result(indicator, value, reason=reason)


def _unscored_reason(indicator: Indicator, oedema: bool) -> Reason:
    """Why an indicator that was measured at an age with references has no score."""
    if oedema and indicator in _WEIGHT_BASED:
        return Reason.OEDEMA
    return Reason.HEAD_AGE_OUT_OF_RANGE if indicator is Indicator.HCFA else Reason.LENGTH_OUT_OF_RANGE
