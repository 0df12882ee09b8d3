"""The words of growth: indicators, standards, levels, nutrition status, reasons and flags.

Values are what files and stored records carry. Chinese values are the official terms of WS/T 423-2022; show them
through `zhaohu.i18n.form_term`.
"""

from __future__ import annotations

from enum import StrEnum


class Standard(StrEnum):
    """A published growth standard."""

    CHINA = "china"
    """WS/T 423-2022, birth to under seven years."""
    WHO = "who"
    """WHO Child Growth Standards 2006/2007, birth to under sixty months."""
    INTERGROWTH = "intergrowth"
    """INTERGROWTH-21st postnatal growth of preterm infants, 27 to 64 weeks postmenstrual age; weight, length, head."""


BOTH = (Standard.CHINA, Standard.WHO)
"""The standards that are for every child; the third one is for preterm births only."""


class Indicator(StrEnum):
    """What is compared with the standard; `WFL` stands for weight-for-length and weight-for-height alike."""

    WFA = "wfa"
    LHFA = "lhfa"
    WFL = "wfl"
    BFA = "bfa"
    HCFA = "hcfa"


UNITS = {
    Indicator.WFA: "kg",
    Indicator.LHFA: "cm",
    Indicator.WFL: "kg",
    Indicator.BFA: "kg/m²",
    Indicator.HCFA: "cm",
}
"""The unit in which an indicator's value is shown."""


class Position(StrEnum):
    """How length or height was measured."""

    LYING = "L"
    STANDING = "H"


def position_of(value: str | None) -> Position | None:
    """How a length was taken, as a record has it; one that only a newer version knows says nothing here."""
    return Position(value) if value in tuple(Position) else None


class Level(StrEnum):
    """Growth level, WS/T 423-2022 tables 1 and 2."""

    UPPER = "上"
    UPPER_MIDDLE = "中上"
    MIDDLE = "中"
    LOWER_MIDDLE = "中下"
    LOWER = "下"


class Status(StrEnum):
    """Nutrition status by SD, WS/T 423-2022 table 3; the standard has no name for the middle band."""

    UNDERWEIGHT = "低体重"
    SEVERE_UNDERWEIGHT = "重度低体重"
    STUNTING = "生长迟缓"
    SEVERE_STUNTING = "重度生长迟缓"
    WASTING = "消瘦"
    SEVERE_WASTING = "重度消瘦"
    OVERWEIGHT = "超重"
    OBESITY = "肥胖"
    SEVERE_OBESITY = "重度肥胖"


class Reason(StrEnum):
    """Why there is no score."""

    NOT_MEASURED = "not_measured"
    SEX_UNKNOWN = "sex_unknown"
    BEFORE_TERM = "before_term"
    """By corrected age before the 40-week date, where these standards do not reach."""
    AGE_OUT_OF_RANGE = "age_out_of_range"
    """Before birth, or older than the standard."""
    HEAD_AGE_OUT_OF_RANGE = "head_age_out_of_range"
    LENGTH_OUT_OF_RANGE = "length_out_of_range"
    OEDEMA = "oedema"
    """Weight with oedema says nothing about nutrition (WHO)."""
    NOT_PRETERM = "not_preterm"
    """A standard for births before 37 weeks, and the child was born later or its gestation is not known."""
    PMA_OUT_OF_RANGE = "pma_out_of_range"
    """Before 27+0 or after 64+0 weeks postmenstrual age."""
    NOT_IN_STANDARD = "not_in_standard"
    """An indicator that is not taken from this standard at any age."""
    INTERVAL_OUT_OF_RANGE = "interval_out_of_range"
    """No velocity table is for two measurements so far apart, or so close together."""
    FELL_TOO_FAR = "fell_too_far"
    """Lost more than the velocity curve can score: below every percentile."""


class Flag(StrEnum):
    """What a reader of the scores should know about them."""

    WAZ_IMPLAUSIBLE = "waz_implausible"
    HAZ_IMPLAUSIBLE = "haz_implausible"
    WHZ_IMPLAUSIBLE = "whz_implausible"
    BAZ_IMPLAUSIBLE = "baz_implausible"
    HCZ_IMPLAUSIBLE = "hcz_implausible"
    STANDING_CONVERTED = "standing_converted"
    """Measured standing where length is wanted: 0.7 cm was added."""
    LYING_CONVERTED = "lying_converted"
    """Measured lying where height is wanted: 0.7 cm was taken off."""
    STANDING_UNDER_9_MONTHS = "standing_under_9_months"
    """Standing is not believed under nine months: taken as lying, without 0.7 cm."""
    LAST_ROW = "last_row"
    """82 or 83 months: compared with the row of 81 months, the last one of WS/T 423-2022."""
