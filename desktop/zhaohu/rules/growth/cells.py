"""The cells of a file of measurements: what each text means, found out once and remembered.

A survey of a million rows has few different texts in a column, so every column remembers what it has read; the memory
is bounded, and a text too long to be a number is not kept at all.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from enum import Enum
from math import floor, isfinite
from operator import itemgetter
from typing import Final, TypeVar

from zhaohu.rules.growth.age import DAYS_PER_MONTH, Ages
from zhaohu.rules.growth.assess import LEAST_MEASURED, MOST_MEASURED
from zhaohu.rules.growth.terms import Position

INPUT_COLUMNS = (
    "sex",
    "age_days",
    "birth_date",
    "date",
    "age_months",
    "gestation_days",
    "weight_kg",
    "length_cm",
    "head_cm",
    "measure",
    "oedema",
)
"""The columns that are read, each under this name in any case of letters; all are optional, others pass through."""
CHILD_COLUMNS = ("child_id", "id", "编号")
"""What the column that tells one child from another may be called; the first that is there counts."""
WEIGHT_BAD, LENGTH_BAD, HEAD_BAD = "bad_weight_kg", "bad_length_cm", "bad_head_cm"
AGE_UNKNOWN = "age_unknown"

_SEX = {"1": 1, "m": 1, "male": 1, "男": 1, "2": 2, "f": 2, "female": 2, "女": 2, "0": 0, "9": 0, "": 0}
_POSITION = {"l": Position.LYING, "h": Position.STANDING, "": None}
_OEDEMA = {"y": True, "1": True, "n": False, "2": False, "": False}
_MOST_AGE_DAYS = 100_000.0
_LEAST_GESTATION_DAYS, _MOST_GESTATION_DAYS = 140.0, 330.0
_FIRST_YEAR, _LAST_YEAR = 1900, 2200
_MOST_REMEMBERED, _LONGEST_REMEMBERED = 20_000, 40


class Bad(Enum):
    """What a cell means that cannot be read."""

    CELL = "bad"


BAD: Final = Bad.CELL
_T = TypeVar("_T")


class Texts(dict[str, _T]):
    """What each text of a column means; read once, and remembered within bounds."""

    def __init__(self, read: Callable[[str], _T]) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, text: str) -> _T:
        found = self._read(text)
        if len(text) <= _LONGEST_REMEMBERED:
            if len(self) >= _MOST_REMEMBERED:
                self.clear()
            self[text] = found
        return found


Row = tuple[int, Ages | None, float | None, float | None, float | None, Position | None, bool]
"""Sex (0 when it cannot be read), ages (None when they cannot be told), weight in g, length in mm as measured, head
circumference in mm (None where there is none or it cannot be read), how length was measured, oedema."""


class Places:
    """Where the columns stand that are read.

    Args:
        columns: The names of the columns as the file has them.
    """

    def __init__(self, columns: Sequence[str]) -> None:
        self.width = len(columns)
        by_name = {name.strip().lower(): place for place, name in reversed(list(enumerate(columns)))}
        # What is not there is read at the end, where every row has an empty cell.
        self._pick = itemgetter(*(by_name.get(name, self.width) for name in INPUT_COLUMNS))
        self.child = next((by_name[name] for name in CHILD_COLUMNS if name in by_name), None)
        self.present = frozenset(name for name in INPUT_COLUMNS if name in by_name)

    @staticmethod
    def doubled(columns: Sequence[str]) -> str | None:
        """The name of a column that is read and stands there twice; None when there is none."""
        names = [name.strip().lower() for name in columns]
        return next((name for name in INPUT_COLUMNS if names.count(name) > 1), None)

    def pick(self, cells: Sequence[str]) -> tuple[str, ...]:
        """The cells of `INPUT_COLUMNS`, out of a row with one empty cell at its end."""
        picked: tuple[str, ...] = self._pick(cells)
        return picked


class RowReader:
    """Reads the cells of rows; whatever they hold, a row comes of it and the flags say what was wrong."""

    def __init__(self) -> None:
        self._sexes = Texts(_choice(_SEX))
        self._positions = Texts(_choice(_POSITION))
        self._oedemas = Texts(_choice(_OEDEMA))
        self._weights = Texts(_measured(1000))
        self._lengths = Texts(_measured(10))
        self._heads = Texts(_measured(10))
        self._days = Texts(_day)
        self._gestations = Texts(_gestation)
        self._ages = {"age_days": Texts(_age_of(1)), "age_months": Texts(_age_of(DAYS_PER_MONTH))}

    def read(self, texts: tuple[str, ...], flags: list[str]) -> Row:
        """A row from the cells of `INPUT_COLUMNS`; what cannot be read counts as empty and is named in `flags`."""
        sex_text, age_days, born, on, months, gestation, weight, length, head, measure, oedema_text = texts
        sex = self._sexes[sex_text]
        if sex is BAD:
            flags.append("bad_sex")
            sex = 0
        ages = self._read_ages(age_days, born, on, months, gestation, flags)
        weight_g = self._weights[weight]
        if weight_g is BAD:
            flags.append(WEIGHT_BAD)
            weight_g = None
        length_mm = self._lengths[length]
        if length_mm is BAD:
            flags.append(LENGTH_BAD)
            length_mm = None
        head_mm = self._heads[head]
        if head_mm is BAD:
            flags.append(HEAD_BAD)
            head_mm = None
        position = self._positions[measure]
        if position is BAD:
            flags.append("bad_measure")
            position = None
        oedema = self._oedemas[oedema_text]
        if oedema is BAD:
            flags.append("bad_oedema")
            oedema = False
        return sex, ages, weight_g, length_mm, head_mm, position, oedema

    def _read_ages(
        self, age_days: str, born: str, on: str, months: str, gestation: str, flags: list[str]
    ) -> Ages | None:
        """The ages by the first of days, both dates, and months; None, with the reason in `flags`, when none tells."""
        gestation_days = self._gestations[gestation]
        if gestation_days is BAD:
            flags.append("bad_gestation_days")
            gestation_days = None
        source = age_source(age_days, born, on, months)
        if source == "date":
            born_on, measured_on = self._days[born], self._days[on]
            if born_on is BAD:
                flags.append("bad_birth_date")
            if measured_on is BAD:
                flags.append("bad_date")
            return None if born_on is BAD or measured_on is BAD else Ages.on(born_on, measured_on, gestation_days)
        if not source:
            flags.append(AGE_UNKNOWN)
            return None
        ages = self._ages[source][age_days if source == "age_days" else months]
        if ages is BAD:
            flags.append(f"bad_{source}")
            return None
        return ages if gestation_days is None else Ages.of_days(ages.chronological.days, gestation_days)


def age_source(age_days: str, born: str, on: str, months: str) -> str:
    """Which cells give the age: `age_days`, `date` (with `birth_date`) or `age_months`; empty when none does."""
    if age_days and not age_days.isspace():
        return "age_days"
    born, on = born.strip(), on.strip()
    if born and on:
        return "date"
    return "age_months" if months.strip() else ("date" if born or on else "")


def told_months(texts: tuple[str, ...]) -> float | None:
    """The age of a row, which can be read, in months and unrounded, as WHO looks at it; None when dates tell it."""
    _sex, age_days, born, on, months, *_rest = texts
    source = age_source(age_days, born, on, months)
    if source == "date":
        return None
    return float(months) if source == "age_months" else float(age_days) / DAYS_PER_MONTH


def _choice(choices: Mapping[str, _T]) -> Callable[[str], _T | Bad]:
    def read(text: str) -> _T | Bad:
        return choices.get(text.strip().lower(), BAD)

    return read


def _measured(scale: int) -> Callable[[str], float | Bad | None]:
    """A measurement in the unit of the tables (g, mm), free of the noise that binary fractions bring."""

    def read(text: str) -> float | Bad | None:
        number = _number(text)
        if number is None:
            return BAD if text.strip() else None
        number *= scale
        if not LEAST_MEASURED <= number <= MOST_MEASURED:
            return BAD
        whole = round(number)
        return whole if abs(number - whole) < 1e-6 else number

    return read


def _number(text: str) -> float | None:
    """A finite number, or None; Python's own digit grouping by underscore is not a number in a file."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if isfinite(number) and "_" not in text else None


def _age_of(days_each: float) -> Callable[[str], Ages | Bad]:
    """The ages by a count of days or months, of a child born at term."""

    def read(text: str) -> Ages | Bad:
        age = _number(text)
        return BAD if age is None or abs(age) > _MOST_AGE_DAYS else Ages.of_days(floor(age * days_each + 0.5))

    return read


def _day(text: str) -> date | Bad:
    text = text.strip()
    if not text[4:5] == text[7:8] == "-":  # fromisoformat also reads weeks and days without dashes
        return BAD
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return BAD
    return day if _FIRST_YEAR <= day.year <= _LAST_YEAR else BAD


def _gestation(text: str) -> int | Bad | None:
    days = _number(text)
    if days is None:
        return BAD if text.strip() else None
    return floor(days) if _LEAST_GESTATION_DAYS <= days <= _MOST_GESTATION_DAYS else BAD
