"""Assessment of whole files: one row of text in, the same row with its scores out.

The z columns are by the standard that was asked for: by WHO with `who`, by the curves of WS/T 423-2022 with `china`.
They have two decimals, rounded to nearest from full precision (an exact tie to the even digit, as R rounds for WHO's
programs), and never show a negative zero. A cell that cannot be read counts as empty and is named in `flags`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import zip_longest
from math import floor, isfinite
from typing import TypeVar

from zhaohu.rules.growth.age import DAYS_PER_MONTH, Age, Ages
from zhaohu.rules.growth.assess import SEXES, no_reference
from zhaohu.rules.growth.china import (
    LEVEL_BY_PERCENTILE,
    LEVEL_BY_SD,
    STATUS_BY_SD,
    china_grades,
)
from zhaohu.rules.growth.references import References
from zhaohu.rules.growth.terms import Indicator, Position, Reason, Standard
from zhaohu.rules.growth.zscore import LIMITS, WHO_LAST_DAY, ZScores, implausible, who_scores

Z_COLUMNS = ("waz", "haz", "whz", "baz", "hcz")
_LEVEL_COLUMNS = tuple(f"{indicator}_level" for indicator in Indicator)
_LEVEL_PCT_COLUMNS = tuple(f"{indicator}_level_pct" for indicator in Indicator)
_STATUS_COLUMNS = tuple(f"{indicator}_status" for indicator in Indicator if indicator is not Indicator.HCFA)
_WHO_COLUMNS = ("age_days_used", *Z_COLUMNS, "flags")
_COLUMNS = {
    Standard.WHO: _WHO_COLUMNS,
    Standard.CHINA: (*_WHO_COLUMNS, *_LEVEL_COLUMNS, *_LEVEL_PCT_COLUMNS, *_STATUS_COLUMNS),
}
_GRADE_COLUMNS = tuple(zip_longest(_LEVEL_COLUMNS, _LEVEL_PCT_COLUMNS, _STATUS_COLUMNS, fillvalue=""))
_SD_WORDS = tuple(str(level) for level in LEVEL_BY_SD)
_PERCENTILE_WORDS = tuple(str(level) for level in LEVEL_BY_PERCENTILE)
_STATUS_WORDS = tuple(tuple(str(status or "") for status in STATUS_BY_SD[i]) for i in Indicator)

_SEX = {"1": 1, "m": 1, "male": 1, "男": 1, "2": 2, "f": 2, "female": 2, "女": 2, "0": 0, "9": 0, "": 0}
_POSITION = {"l": Position.LYING, "h": Position.STANDING, "": None}
_OEDEMA = {"y": True, "1": True, "n": False, "2": False, "": False}
_LEAST_MEASURED, _MOST_MEASURED = 10.0, 1_000_000.0
"""In g and mm: beyond these a cell is no measurement at all; what is only odd is scored and flagged."""
_SURELY_PLAUSIBLE = min(bound for low, high in LIMITS for bound in (-low, high))
_MOST_AGE_DAYS = 100_000.0
_LEAST_GESTATION_DAYS, _MOST_GESTATION_DAYS = 140.0, 330.0
_T = TypeVar("_T")
_Measured = tuple[float | None, float | None, float | None, Position | None, bool]


def output_columns(input_columns: Sequence[str], standard: Standard) -> list[str]:
    """The columns of the output: those of the input, then ours; an input column named like one of ours gives way."""
    ours = _COLUMNS[standard]
    return [column for column in input_columns if column not in ours] + list(ours)


def assess_rows(
    rows: Iterable[Mapping[str, str]], references: References, standard: Standard
) -> Iterator[dict[str, str]]:
    """Assess rows one by one as they come; one row out for each row in, whatever its cells hold.

    Args:
        rows: Cells by column name; `sex`, `age_days` or `birth_date` and `date` or `age_months`, `weight_kg`,
            `length_cm`, `measure`, `head_cm`, `oedema`, `gestation_days`, all optional; others pass through.
        references: The published tables.
        standard: WS/T 423-2022 or WHO.
    """
    blank = dict.fromkeys(_COLUMNS[standard], "")
    score = _china if standard is Standard.CHINA else _who
    for row in rows:
        flags: list[str] = []
        out = {**row, **blank}
        sex = _choice(row, "sex", _SEX, 0, flags)
        ages = _ages(row, flags)
        measured = (
            _number(row, "weight_kg", 1000, flags),
            _number(row, "length_cm", 10, flags),
            _number(row, "head_cm", 10, flags),
            _choice(row, "measure", _POSITION, None, flags),
            _choice(row, "oedema", _OEDEMA, False, flags),
        )
        if ages is not None:
            out["age_days_used"] = str(ages.used.days)
        if sex not in SEXES:
            flags.append(Reason.SEX_UNKNOWN)
        elif ages is not None and not _no_reference(row, standard, sex, ages, flags):
            score(out, references, sex, ages.used, measured, flags)
        if flags:
            out["flags"] = ";".join(flags)
        yield out


def _no_reference(row: Mapping[str, str], standard: Standard, sex: int, ages: Ages, flags: list[str]) -> bool:
    """Whether the standard has nothing for this row; then the reason is added to `flags`."""
    reason = no_reference(standard, sex, ages.used, ages.corrected is not None)
    if reason is None and standard is Standard.WHO and ages.chronological.days == WHO_LAST_DAY:
        # Sixty months make 1826 days as well, and sixty months are past WHO's end.
        reason = Reason.AGE_OUT_OF_RANGE if _sixty_months(row) else None
    if reason is not None:
        flags.append(reason)
    return reason is not None


def _sixty_months(row: Mapping[str, str]) -> bool:
    return _age_source(row) == "age_months" and float(_cell(row, "age_months")) >= 60


def _who(
    out: dict[str, str], references: References, sex: int, age: Age, measured: _Measured, flags: list[str]
) -> None:
    scores, length_mm, flag = who_scores(references.who[sex], age.days, *measured)
    _write_scores(out, scores, length_mm, measured, flags)
    if flag is not None:
        flags.append(flag)


def _china(
    out: dict[str, str], references: References, sex: int, age: Age, measured: _Measured, flags: list[str]
) -> None:
    grades, length_mm, flag = china_grades(references.china[sex], age, *measured)
    wfa, lhfa, wfl, bfa, hcfa = grades
    scores = (wfa and wfa[0], lhfa and lhfa[0], wfl and wfl[0], bfa and bfa[0], hcfa and hcfa[0])
    _write_scores(out, scores, length_mm, measured, flags)
    if flag is not None:
        flags.append(flag)
    for grade, (level, level_pct, status), words in zip(grades, _GRADE_COLUMNS, _STATUS_WORDS, strict=True):
        if grade is not None:
            _z, by_sd, by_percentile = grade
            out[level] = _SD_WORDS[by_sd]
            out[level_pct] = _PERCENTILE_WORDS[by_percentile]
            if status:
                out[status] = words[by_sd]


def _write_scores(
    out: dict[str, str], scores: ZScores, length_mm: float | None, measured: _Measured, flags: list[str]
) -> None:
    weight_g, _length, head_mm, _position, _oedema = measured
    doubtful = False
    for column, z in zip(Z_COLUMNS, scores, strict=True):
        if z is not None:
            text = f"{z:.2f}"
            out[column] = text if text != "-0.00" else "0.00"
            doubtful = doubtful or not -_SURELY_PLAUSIBLE <= z <= _SURELY_PLAUSIBLE
    if doubtful:
        flags += implausible(scores)
    if weight_g is not None and scores[0] is None:
        flags.append(Reason.OEDEMA)
    elif weight_g is not None and length_mm is not None and scores[2] is None:
        flags.append(Reason.LENGTH_OUT_OF_RANGE)
    if head_mm is not None and scores[4] is None:
        flags.append(Reason.HEAD_AGE_OUT_OF_RANGE)


def _cell(row: Mapping[str, str], column: str) -> str:
    return (row.get(column) or "").strip()


def _choice(row: Mapping[str, str], column: str, choices: Mapping[str, _T], otherwise: _T, flags: list[str]) -> _T:
    """What a coded cell means; an unknown code counts as empty and is named."""
    cell = row.get(column) or ""
    if cell in choices:
        return choices[cell]
    cell = cell.strip().lower()
    if cell not in choices:
        flags.append(f"bad_{column}")
    return choices.get(cell, otherwise)


def _number(row: Mapping[str, str], column: str, scale: int, flags: list[str]) -> float | None:
    """A measurement in the unit of the tables (g, mm), free of the noise that binary fractions bring; None if none."""
    cell = row.get(column)
    if not cell:
        return None
    number = _float(cell)
    if number is None:
        if cell.strip():
            flags.append(f"bad_{column}")
        return None
    number *= scale
    if not _LEAST_MEASURED <= number <= _MOST_MEASURED:
        flags.append(f"bad_{column}")
        return None
    whole = round(number)
    return whole if abs(number - whole) < 1e-6 else number


def _float(cell: str) -> float | None:
    """A finite number, or None; Python's own digit grouping by underscore is not a number in a file."""
    try:
        number = float(cell)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in cell else None


def _age_source(row: Mapping[str, str]) -> str:
    """Which cells give the age: `age_days`, `date` (with `birth_date`) or `age_months`; empty when none does."""
    if _cell(row, "age_days"):
        return "age_days"
    born, on, months = _cell(row, "birth_date"), _cell(row, "date"), _cell(row, "age_months")
    if born and on:
        return "date"
    return "age_months" if months else ("date" if born or on else "")


def _ages(row: Mapping[str, str], flags: list[str]) -> Ages | None:
    """The ages of a row; None, with the reason in `flags`, when they cannot be told."""
    gestation_days = _gestation_days(row, flags)
    source = _age_source(row)
    if source == "date":
        born, on = _day(row, "birth_date", flags), _day(row, "date", flags)
        return None if born is None or on is None else Ages.on(born, on, gestation_days)
    if not source:
        flags.append("age_unknown")
        return None
    age = _float(_cell(row, source))
    if age is None or abs(age) > _MOST_AGE_DAYS:
        flags.append(f"bad_{source}")
        return None
    days = age * DAYS_PER_MONTH if source == "age_months" else age
    return Ages.of_days(floor(days + 0.5), gestation_days)


def _day(row: Mapping[str, str], column: str, flags: list[str]) -> date | None:
    cell = _cell(row, column)
    try:
        if cell[4:5] == cell[7:8] == "-":  # fromisoformat also reads weeks and days without dashes
            return date.fromisoformat(cell)
    except ValueError:
        pass
    flags.append(f"bad_{column}")
    return None


def _gestation_days(row: Mapping[str, str], flags: list[str]) -> int | None:
    cell = _cell(row, "gestation_days")
    if not cell:
        return None
    days = _float(cell)
    if days is None or not _LEAST_GESTATION_DAYS <= days <= _MOST_GESTATION_DAYS:
        flags.append("bad_gestation_days")
        return None
    return floor(days)
