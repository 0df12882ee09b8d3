"""Growth in words for screens and paper, in the language in use."""

from __future__ import annotations

from zhaohu.i18n import N_, _
from zhaohu.rules.growth.terms import Flag, Indicator, Reason, Standard

_STANDARDS = {
    Standard.CHINA: N_("WS/T 423-2022 growth standard"),
    Standard.WHO: N_("WHO child growth standards"),
    Standard.INTERGROWTH: N_("INTERGROWTH-21st growth of preterm infants"),
}
_INDICATORS = {
    Indicator.WFA: N_("Weight for age"),
    Indicator.LHFA: N_("Length/height for age"),
    Indicator.WFL: N_("Weight for length/height"),
    Indicator.BFA: N_("BMI for age"),
    Indicator.HCFA: N_("Head circumference for age"),
}
_REASONS = {
    Reason.NOT_MEASURED: N_("not measured"),
    Reason.SEX_UNKNOWN: N_("Sex is not known: there is no standard to compare with."),
    Reason.BEFORE_TERM: N_("By corrected age not yet born: there is no standard to compare with."),
    Reason.AGE_OUT_OF_RANGE: N_("The standard does not cover this age."),
    Reason.HEAD_AGE_OUT_OF_RANGE: N_("The standard has no head circumference at this age."),
    Reason.LENGTH_OUT_OF_RANGE: N_("The standard has no weight for this length."),
    Reason.OEDEMA: N_("Oedema: weight is not assessed."),
    Reason.NOT_PRETERM: N_("This standard is for births before 37 weeks."),
    Reason.PMA_OUT_OF_RANGE: N_("This standard covers 27 to 64 weeks of postmenstrual age."),
    Reason.NOT_IN_STANDARD: N_("This standard is used for weight, length and head circumference only."),
    Reason.INTERVAL_OUT_OF_RANGE: N_("The two measurements are too close together or too far apart for this table."),
    Reason.FELL_TOO_FAR: N_("Fell further than the table can score: below every percentile."),
}
_FLAGS = {
    Flag.WAZ_IMPLAUSIBLE: N_("Weight for age is hardly possible: measure again."),
    Flag.HAZ_IMPLAUSIBLE: N_("Length for age is hardly possible: measure again."),
    Flag.WHZ_IMPLAUSIBLE: N_("Weight for length is hardly possible: measure again."),
    Flag.BAZ_IMPLAUSIBLE: N_("BMI for age is hardly possible: measure again."),
    Flag.HCZ_IMPLAUSIBLE: N_("Head circumference for age is hardly possible: measure again."),
    Flag.STANDING_CONVERTED: N_("Measured standing; 0.7 cm was added to compare with lying."),
    Flag.LYING_CONVERTED: N_("Measured lying; 0.7 cm was taken off to compare with standing."),
    Flag.STANDING_UNDER_9_MONTHS: N_("Measured standing under nine months: taken as lying."),
    Flag.LAST_ROW: N_("82 or 83 months: compared with 81 months, the last row of the standard."),
}


def standard_title(standard: Standard) -> str:
    """The name of a standard."""
    return _(_STANDARDS[standard])


def indicator_title(indicator: Indicator) -> str:
    """The name of an indicator."""
    return _(_INDICATORS[indicator])


def reason_text(reason: Reason) -> str:
    """Why there is no score, as a person says it."""
    return _(_REASONS[reason])


def flag_text(flag: Flag) -> str:
    """What a reader of the scores should know."""
    return _(_FLAGS[flag])
