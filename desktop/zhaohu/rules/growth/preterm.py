"""INTERGROWTH-21st: weight, length and head circumference of preterm infants by postmenstrual age.

Source: Villar et al., Lancet Glob Health 2015; 3: e681–91. The published equations give mean and spread of ln weight,
ln length and head circumference by exact week. The first two are Box-Cox curves with L = 0, the third is one with
L = 1, so each day is a row of L, M and S as in every other table, and `lms_z` and `lms_value` serve here as well.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Mapping
from math import exp, log, sqrt
from types import MappingProxyType

from zhaohu.rules.ages import TERM_DAYS
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.references import PMA_FIRST_DAY, PMA_LAST_DAY, Lms, PretermTables
from zhaohu.rules.growth.terms import Flag, Position
from zhaohu.rules.growth.zscore import ZScores, lms_z, position_rule

_TERMS: dict[str, Callable[[float], float]] = {
    "1": lambda _week: 1.0,
    "x": lambda week: week,
    "sqrt(x)": sqrt,
    "1/x": lambda week: 1 / week,
    "1/x^2": lambda week: 1 / week**2,
    "ln(x)/x^2": lambda week: log(week) / week**2,
}
_UNITS = {"wfa": 1000.0, "lhfa": 10.0, "hcfa": 10.0}
"""How many of our units (g, mm, mm) make one of the equations' (kg, cm, cm)."""


def preterm_tables(text: str) -> Mapping[int, PretermTables]:
    """The day tables by sex (1 male, 2 female) from the equations' coefficients.

    Args:
        text: TOML with `mu` and `sigma` of `wfa`, `lhfa` and `hcfa` as sums of coefficient × term.

    Raises:
        ValueError: Coefficients are missing or of an unknown term.
    """
    try:
        equations = tomllib.loads(text)
        tables = {
            sex: PretermTables(**{name: _days(equations[name], unit, sex) for name, unit in _UNITS.items()})
            for sex in (1, 2)
        }
    except KeyError as error:
        raise ValueError(f"intergrowth_preterm.toml: {error}") from error
    return MappingProxyType(tables)


def _days(equation: Mapping[str, Mapping[str, float]], unit: float, sex: int) -> tuple[Lms, ...]:
    rows = []
    for day in range(PMA_FIRST_DAY, PMA_LAST_DAY + 1):
        mean, spread = (_sum(equation[part], day / 7, sex) for part in ("mu", "sigma"))
        rows.append((0.0, exp(mean) * unit, spread) if equation["ln"] else (1.0, mean * unit, spread / mean))
    return tuple(rows)


def _sum(coefficients: Mapping[str, float], week: float, sex: int) -> float:
    male = coefficients.get("male", 0.0) if sex == 1 else 0.0
    return male + sum(coefficient * _TERMS[term](week) for term, coefficient in coefficients.items() if term != "male")


def postmenstrual_days(corrected: Age) -> int:
    """Postmenstrual age in days at a corrected age."""
    return TERM_DAYS + corrected.days


def preterm_scores(
    tables: PretermTables,
    pma_days: int,
    weight_g: float | None,
    length_mm: float | None,
    head_mm: float | None,
    position: Position | None,
    oedema: bool,
) -> tuple[ZScores, tuple[Flag, ...]]:
    """The scores of one child at a postmenstrual age that the tables cover; weight-for-length and BMI have none.

    Infants are measured lying: standing is not believed at these ages, and flagged.
    """
    row = pma_days - PMA_FIRST_DAY
    flags: tuple[Flag, ...] = ()
    if length_mm is not None:
        _length, flags = position_rule(length_mm, position, wants_standing=False, under_nine_months=True)
    return (
        None if weight_g is None or oedema else lms_z(weight_g, tables.wfa[row]),
        None if length_mm is None else lms_z(length_mm, tables.lhfa[row]),
        None,
        None,
        None if head_mm is None else lms_z(head_mm, tables.hcfa[row]),
    ), flags
