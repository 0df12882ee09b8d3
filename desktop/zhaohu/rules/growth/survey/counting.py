"""A survey of growth, counted row by row in one pass: bounded memory, and two halves can be added together.

What is counted follows WHO's standard analysis (WHO Anthro; R package anthro, `anthro_prevalence`): each indicator
takes every child who has its score; implausible scores are left out; a child with oedema has no score of weight, but
counts as below −3 SD in the prevalence by weight-for-age, weight-for-length and BMI (in numerator and denominator, not
in mean and SD); WHO's scores are rounded to two decimals before they are compared. By WS/T 423-2022 grades come from
the printed cells, the lower bound included. Every row is one child: there are no weights and no clusters. Age bands
are by completed months since birth.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from zhaohu.rules.growth.assess import SEXES
from zhaohu.rules.growth.cells import AGE_UNKNOWN, Row
from zhaohu.rules.growth.china import LEVEL_BY_PERCENTILE, Grades
from zhaohu.rules.growth.china_places import PERCENTILES_REACHED, SD_REACHED
from zhaohu.rules.growth.survey.statistics import DigitHeaping, Moments
from zhaohu.rules.growth.terms import Indicator, Level, Reason, Standard
from zhaohu.rules.growth.zscore import LIMITS, ZScores

AGE_BANDS = ((0, 5), (6, 11), (12, 23), (24, 35), (36, 47), (48, 59), (60, 71), (72, 83))
"""Completed months, first and last."""
BANDS = 7
"""Bands of a score: under −3 SD, −3 to −2, −2 to −1, −1 to +1, +1 to +2, +2 to +3, over +3 SD."""
LEVELS = tuple(Level)
_INDICATORS = tuple(Indicator)
_BAND_OF_MONTH = tuple(band for band, (first, last) in enumerate(AGE_BANDS) for _month in range(first, last + 1))
_BAND_BY_SD = (0, 1, 2, 3, 3, 4, 5, 6)
"""The band of a grade by WS/T 423-2022, by the number of SD values reached."""
_LEVEL_BY_PERCENTILE = tuple(LEVELS.index(level) for level in LEVEL_BY_PERCENTILE)
_WEIGHT_BASED = (Indicator.WFA, Indicator.WFL, Indicator.BFA)
_WHO_LAST_MONTH = 59
_NOTHING = frozenset({Reason.BEFORE_TERM, Reason.AGE_OUT_OF_RANGE, Reason.NOT_PRETERM, Reason.PMA_OUT_OF_RANGE})
"""Why a standard has nothing at all for a row."""
_DECIDING = (
    AGE_UNKNOWN,
    "bad_age_days",
    "bad_age_months",
    "bad_birth_date",
    "bad_date",
    "bad_sex",
    Reason.SEX_UNKNOWN,
    Reason.BEFORE_TERM,
    Reason.AGE_OUT_OF_RANGE,
    Reason.NOT_PRETERM,
    Reason.PMA_OUT_OF_RANGE,
    Reason.OEDEMA,
    Reason.HEAD_AGE_OUT_OF_RANGE,
    "bad_weight_kg",
    "bad_length_cm",
    "bad_head_cm",
)
"""Of several reasons why a row has no score at all, the first one in this order is counted."""


@dataclass(slots=True)
class Scored:
    """One indicator in one group.

    Args:
        bands: How many scores lie in each of the `BANDS`.
        levels: How many children have each level by percentile (`LEVELS`), by WS/T 423-2022.
        moments: Of the scores.
        flagged: Implausible scores; they count nowhere else.
        oedema: Children with oedema; only for what rests on weight.
    """

    bands: list[int] = field(default_factory=lambda: [0] * BANDS)
    levels: list[int] = field(default_factory=lambda: [0] * len(LEVELS))
    moments: Moments = field(default_factory=Moments)
    flagged: int = 0
    oedema: int = 0

    def __iadd__(self, other: Scored) -> Scored:
        self.bands = [a + b for a, b in zip(self.bands, other.bands, strict=True)]
        self.levels = [a + b for a, b in zip(self.levels, other.levels, strict=True)]
        self.moments += other.moments
        self.flagged += other.flagged
        self.oedema += other.oedema
        return self

    @property
    def n(self) -> int:
        """The denominator of prevalence: scores that are plausible, and children with oedema."""
        return self.moments.n + self.oedema

    def count(self, first: int, last: int) -> int:
        """How many lie in the bands from first to last; oedema counts as the lowest."""
        return sum(self.bands[first : last + 1]) + (self.oedema if first == 0 else 0)


Group = dict[Indicator, Scored]


@dataclass(slots=True)
class Survey:
    """What has been counted; call it for each row.

    Args:
        standard: By which the rows are assessed.
        rows: How many rows there were.
        unscored: Rows without any score that counts, by their deciding reason; without an age none does.
        flags: How often each flag stands.
        missing: How often each of the measurements and particulars is empty or cannot be read.
        digits: How often each digit is the first decimal of weight in kg, length and head circumference in cm.
    """

    standard: Standard
    rows: int = 0
    unscored: Counter[str] = field(default_factory=Counter)
    flags: Counter[str] = field(default_factory=Counter)
    missing: Counter[str] = field(default_factory=Counter)
    digits: dict[str, list[int]] = field(
        default_factory=lambda: {name: [0] * 10 for name in ("weight", "length", "head")}
    )
    _groups: dict[tuple[int, int], Group] = field(default_factory=dict)

    def __call__(self, row: Row, scores: ZScores, grades: Grades | None, flags: Sequence[str]) -> None:
        """Count one row."""
        sex, ages, weight_g, length_mm, head_mm, _position, oedema = row
        self.rows += 1
        if flags:
            self.flags.update(map(str, flags))
        for name, absent in (("sex", sex not in SEXES), ("age", ages is None)):
            if absent:
                self.missing[name] += 1
        for name, value, unit in (("weight", weight_g, 100), ("length", length_mm, 1), ("head", head_mm, 1)):
            if value is None:
                self.missing[name] += 1
            else:
                self.digits[name][int(value // unit) % 10] += 1
        scored = ages is not None and any(z is not None for z in scores)
        if not scored:
            self.unscored[_deciding(flags)] += 1
        if ages is None or not (scored or oedema) or sex not in SEXES or not _NOTHING.isdisjoint(flags):
            return
        months = ages.chronological.months
        # The last day that WHO has is sixty calendar months for some.
        group = self._group(
            _BAND_OF_MONTH[min(months, _WHO_LAST_MONTH) if self.standard is Standard.WHO else months], sex
        )
        self._count(group, scores, grades)
        if oedema:
            for indicator in _WEIGHT_BASED[: 1 if self.standard is Standard.INTERGROWTH else None]:
                group[indicator].oedema += 1

    def _group(self, band: int, sex: int) -> Group:
        group = self._groups.get((band, sex))
        if group is None:
            group = self._groups[band, sex] = {indicator: Scored() for indicator in _INDICATORS}
        return group

    def _count(self, group: Group, scores: ZScores, grades: Grades | None) -> None:
        for place, z in enumerate(scores):
            if z is None:
                continue
            scored = group[_INDICATORS[place]]
            low, high = LIMITS[place]
            rounded = round(z, 2)
            if not low <= rounded <= high:
                scored.flagged += 1
                continue
            moments = scored.moments
            moments.n += 1
            moments.total += z
            moments.squares += z * z
            grade = grades[place] if grades is not None else None
            if grade is None:
                scored.bands[_band(rounded)] += 1
            else:
                scored.bands[_BAND_BY_SD[SD_REACHED[grade[1]]]] += 1
                scored.levels[_LEVEL_BY_PERCENTILE[PERCENTILES_REACHED[grade[1]]]] += 1

    def __iadd__(self, other: Survey) -> Survey:
        self.rows += other.rows
        self.unscored.update(other.unscored)
        self.flags.update(other.flags)
        self.missing.update(other.missing)
        for name, counts in other.digits.items():
            self.digits[name] = [a + b for a, b in zip(self.digits[name], counts, strict=True)]
        for (band, sex), group in other._groups.items():
            mine = self._group(band, sex)
            for indicator, scored in group.items():
                mine[indicator] += scored
        return self

    def bands(self) -> list[int]:
        """Which of the `AGE_BANDS` have children, in order."""
        return sorted({band for band, _sex in self._groups})

    def group(self, band: int | None = None, sex: int | None = None) -> Group:
        """The counts of an age band and a sex; None: of all."""
        whole: Group = {indicator: Scored() for indicator in _INDICATORS}
        for scored in self._chosen(band, sex):
            for indicator in _INDICATORS:
                whole[indicator] += scored[indicator]
        return whole

    def heaping(self, name: str) -> DigitHeaping:
        """How the first decimals of `weight`, `length` or `head` are spread."""
        return DigitHeaping.of(self.digits[name])

    def _chosen(self, band: int | None, sex: int | None) -> Iterator[Group]:
        for (of_band, of_sex), group in self._groups.items():
            if band in (None, of_band) and sex in (None, of_sex):
                yield group


def _band(rounded: float) -> int:
    """The band of a score by WHO: a bound itself belongs to the band nearer the middle."""
    if -1 <= rounded <= 1:
        return 3
    if rounded < 0:
        return 2 if rounded >= -2 else 1 if rounded >= -3 else 0
    return 4 if rounded <= 2 else 5 if rounded <= 3 else 6


def _deciding(flags: Sequence[str]) -> str:
    return next((str(reason) for reason in _DECIDING if reason in flags), str(Reason.NOT_MEASURED))
