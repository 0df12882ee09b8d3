"""The figures of a survey: every prevalence with its numerator, its denominator and its 95 % confidence interval."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.survey.counting import AGE_BANDS, BANDS, LEVELS, Group, Survey
from zhaohu.rules.growth.survey.statistics import Proportion
from zhaohu.rules.growth.terms import Indicator, Level, Standard

_LAST = BANDS - 1
_LOW_GRADES = {
    Indicator.WFA: "underweight",
    Indicator.LHFA: "stunting",
    Indicator.WFL: "wasting",
    Indicator.BFA: "wasting",
}
_BANDS_OF_LEVEL = {
    Level.UPPER: (5, 6),
    Level.UPPER_MIDDLE: (4, 4),
    Level.MIDDLE: (3, 3),
    Level.LOWER_MIDDLE: (2, 2),
    Level.LOWER: (0, 1),
}


@dataclass(frozen=True, slots=True)
class Grade:
    """What is counted of an indicator: the scores in a row of bands.

    Args:
        indicator: Which one.
        name: `underweight`, `severe_underweight`, …; by INTERGROWTH-21st, which names none, `below_2_sd` and the like.
        first: The lowest band.
        last: The highest band.
    """

    indicator: Indicator
    name: str
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Where:
    """A group of children.

    Args:
        band: Place in `AGE_BANDS`; None: all ages.
        sex: 1 male, 2 female; None: both.
    """

    band: int | None = None
    sex: int | None = None

    @property
    def age_months(self) -> str:
        """The age band as `0-5`, or `all`."""
        return "all" if self.band is None else "{}-{}".format(*AGE_BANDS[self.band])


@dataclass(frozen=True, slots=True)
class Prevalence:
    """How many of a group have a grade."""

    grade: Grade
    where: Where
    of: Proportion


@dataclass(frozen=True, slots=True)
class LevelShare:
    """How many of a group have a level by WS/T 423-2022, by SD or by percentile."""

    indicator: Indicator
    by: str
    level: Level
    where: Where
    of: Proportion


@dataclass(frozen=True, slots=True)
class ScoreFigures:
    """Mean and standard deviation of the plausible scores of a group, and how many were left out as implausible."""

    indicator: Indicator
    where: Where
    n: int
    mean: float | None
    sd: float | None
    flagged: Proportion


def grades(standard: Standard) -> tuple[Grade, ...]:
    """What is counted by a standard; severe grades are part of the grade before them, and obesity of overweight by WHO.

    WS/T 423-2022 table 3 for weight, length, weight-for-length and BMI; WHO's cut-offs (overweight over +2 SD, obesity
    over +3 SD) for WHO; for INTERGROWTH-21st below −2 and −3 and above +2 and +3 SD.
    """
    if standard is Standard.INTERGROWTH:
        cuts = (("below_2_sd", 0, 1), ("below_3_sd", 0, 0), ("above_2_sd", 5, _LAST), ("above_3_sd", _LAST, _LAST))
        return tuple(Grade(indicator, *cut) for indicator in PRETERM_INDICATORS for cut in cuts)
    found = []
    for indicator, low in _LOW_GRADES.items():
        found += [Grade(indicator, low, 0, 1), Grade(indicator, f"severe_{low}", 0, 0)]
        if low == "wasting":
            found += [Grade(indicator, *cut) for cut in _HIGH[standard]]
    return tuple(found)


_HIGH = {
    Standard.CHINA: (("overweight", 4, 4), ("obesity", 5, _LAST), ("severe_obesity", _LAST, _LAST)),
    Standard.WHO: (("risk_of_overweight", 4, 4), ("overweight", 5, _LAST), ("obesity", _LAST, _LAST)),
}


def places(survey: Survey) -> list[Where]:
    """All, boys, girls; then the same of each age band that is there."""
    bands: list[int | None] = [None, *survey.bands()]
    return [Where(band, sex) for band in bands for sex in (None, 1, 2)]


def prevalences(survey: Survey) -> Iterator[Prevalence]:
    """Every grade in every group."""
    wanted = grades(survey.standard)
    for where, group in _groups(survey):
        for grade in wanted:
            scored = group[grade.indicator]
            yield Prevalence(grade, where, Proportion.of(scored.count(grade.first, grade.last), scored.n))


def level_shares(survey: Survey) -> Iterator[LevelShare]:
    """Every level in every group; only WS/T 423-2022 has levels."""
    if survey.standard is not Standard.CHINA:
        return
    for where, group in _groups(survey):
        for indicator, scored in group.items():
            n = scored.moments.n
            for level in LEVELS:
                first, last = _BANDS_OF_LEVEL[level]
                by_sd = Proportion.of(sum(scored.bands[first : last + 1]), n)
                yield LevelShare(indicator, "sd", level, where, by_sd)
            for level, count in zip(LEVELS, scored.levels, strict=True):
                yield LevelShare(indicator, "percentile", level, where, Proportion.of(count, n))


def score_figures(survey: Survey) -> Iterator[ScoreFigures]:
    """Mean, standard deviation and flagged share of every indicator that the standard has, in every group."""
    wanted = PRETERM_INDICATORS if survey.standard is Standard.INTERGROWTH else tuple(Indicator)
    for where, group in _groups(survey):
        for indicator in wanted:
            scored = group[indicator]
            moments = scored.moments
            flagged = Proportion.of(scored.flagged, moments.n + scored.flagged)
            yield ScoreFigures(indicator, where, moments.n, moments.mean, moments.sd, flagged)


def _groups(survey: Survey) -> Iterator[tuple[Where, Group]]:
    for where in places(survey):
        yield where, survey.group(where.band, where.sex)
