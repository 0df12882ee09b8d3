"""One door to the assessment of a child's measurements, by either standard."""

from __future__ import annotations

from dataclasses import dataclass, replace

from zhaohu.rules.growth import zscore
from zhaohu.rules.growth.age import CORRECT_UNTIL_MONTHS, Age, Ages
from zhaohu.rules.growth.china import (
    LEVEL_BY_PERCENTILE,
    LEVEL_BY_SD,
    STATUS_BY_SD,
    china_grades,
)
from zhaohu.rules.growth.china_places import PERCENTILES_REACHED, SD_REACHED
from zhaohu.rules.growth.preterm import postmenstrual_days, preterm_scores
from zhaohu.rules.growth.references import (
    CHINA_MONTHS,
    PMA_FIRST_DAY,
    PMA_LAST_DAY,
    STANDING_FROM_MONTHS,
    References,
)
from zhaohu.rules.growth.terms import UNITS, Flag, Indicator, Level, Position, Reason, Standard, Status

SEXES = (1, 2)
_INDICATORS = tuple(Indicator)
LEAST_MEASURED, MOST_MEASURED = 10.0, 1_000_000.0
"""In g and mm: beyond these a number is no measurement at all; what is only odd is scored and flagged."""
PRETERM_INDICATORS = (Indicator.WFA, Indicator.LHFA, Indicator.HCFA)
"""What INTERGROWTH-21st has for preterm births."""
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
        measured: The measurements; what lies outside `LEAST_MEASURED` to `MOST_MEASURED` counts as not measured.
    """
    measured = _measurable(measured)
    if standard is Standard.INTERGROWTH:
        return _assess_preterm(references, sex, ages, measured)
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
        who, length_mm, flags = zscore.who_scores(references.who[sex], age.days, *args)
        results = tuple(
            _unscored(i, measured, length_mm) if z is None else Result(i, _value(i, measured, length_mm), z)
            for i, z in zip(_INDICATORS, who, strict=True)
        )
    else:
        grades, length_mm, flags = china_grades(references.china[sex], age, *args)
        results = tuple(
            _unscored(i, measured, length_mm)
            if grade is None
            else Result(
                i,
                _value(i, measured, length_mm),
                grade[0],
                LEVEL_BY_SD[SD_REACHED[grade[1]]],
                LEVEL_BY_PERCENTILE[PERCENTILES_REACHED[grade[1]]],
                STATUS_BY_SD[i][SD_REACHED[grade[1]]],
            )
            for i, grade in zip(_INDICATORS, grades, strict=True)
        )
    return Scores(age, results, (*zscore.implausible([result.z for result in results]), *flags))


def _assess_preterm(references: References, sex: int, ages: Ages, measured: Measurement) -> Assessment:
    if ages.corrected is None or sex not in SEXES or no_preterm_reference(ages) is not None:
        return unscored_preterm(ages, measured, None if sex in SEXES else Reason.SEX_UNKNOWN)
    scores, flags = preterm_scores(
        references.intergrowth[sex],
        postmenstrual_days(ages.corrected),
        measured.weight_g,
        measured.length_mm,
        measured.head_mm,
        measured.position,
        measured.oedema,
    )
    results = tuple(
        _unscored(i, measured, measured.length_mm, None if i in PRETERM_INDICATORS else Reason.NOT_IN_STANDARD)
        if z is None
        else Result(i, _value(i, measured, measured.length_mm), z)
        for i, z in zip(_INDICATORS, scores, strict=True)
    )
    return Assessment(Standard.INTERGROWTH, Scores(ages.corrected, results, (*zscore.implausible(scores), *flags)))


def unscored_preterm(ages: Ages, measured: Measurement, reason: Reason | None = None) -> Assessment:
    """INTERGROWTH-21st where it has nothing for a child: only why, with or without a reason of the caller's own."""
    measured = _measurable(measured)
    why = no_preterm_reference(ages) or reason
    results = tuple(
        _unscored(i, measured, measured.length_mm, why if i in PRETERM_INDICATORS else Reason.NOT_IN_STANDARD)
        for i in _INDICATORS
    )
    return Assessment(Standard.INTERGROWTH, Scores(ages.used, results))


def _measurable(measured: Measurement) -> Measurement:
    """The measurements without numbers that no scale or tape shows, which a half-typed form may hold."""
    if all(_shown(amount) for amount in (measured.weight_g, measured.length_mm, measured.head_mm)):
        return measured
    return replace(
        measured,
        weight_g=measured.weight_g if _shown(measured.weight_g) else None,
        length_mm=measured.length_mm if _shown(measured.length_mm) else None,
        head_mm=measured.head_mm if _shown(measured.head_mm) else None,
    )


def _shown(amount: float | None) -> bool:
    return amount is None or LEAST_MEASURED <= amount <= MOST_MEASURED


def no_reference(standard: Standard, sex: int, age: Age, corrected: bool) -> Reason | None:
    """Why a standard has nothing at all for a sex and an age, corrected or not; None when it has."""
    if sex not in SEXES:
        return Reason.SEX_UNKNOWN
    if age.days < 0:
        return Reason.BEFORE_TERM if corrected else Reason.AGE_OUT_OF_RANGE
    beyond = age.days > zscore.WHO_LAST_DAY if standard is Standard.WHO else age.months >= CHINA_MONTHS
    return Reason.AGE_OUT_OF_RANGE if beyond else None


def no_preterm_reference(ages: Ages) -> Reason | None:
    """Why INTERGROWTH-21st has nothing at these ages; None when it has."""
    if ages.corrected is None:
        young = 0 <= ages.chronological.months < CORRECT_UNTIL_MONTHS
        return Reason.NOT_PRETERM if young else Reason.PMA_OUT_OF_RANGE
    covered = PMA_FIRST_DAY <= postmenstrual_days(ages.corrected) <= PMA_LAST_DAY
    return None if covered else Reason.PMA_OUT_OF_RANGE


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
