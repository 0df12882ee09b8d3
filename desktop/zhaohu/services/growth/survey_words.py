"""The words of a survey summary: grades, groups, reasons, and the notes that say how it was counted."""

from __future__ import annotations

from zhaohu.i18n import N_, _, form_term, format_number
from zhaohu.rules.growth.doubt import Cause
from zhaohu.rules.growth.survey.counting import AGE_BANDS
from zhaohu.rules.growth.survey.figures import Where
from zhaohu.rules.growth.survey.statistics import Proportion
from zhaohu.rules.growth.terms import Flag, Reason, Standard
from zhaohu.rules.growth.words import flag_text, reason_text

_OFFICIAL = {
    "underweight": "低体重",
    "severe_underweight": "重度低体重",
    "stunting": "生长迟缓",
    "severe_stunting": "重度生长迟缓",
    "wasting": "消瘦",
    "severe_wasting": "重度消瘦",
    "overweight": "超重",
    "obesity": "肥胖",
    "severe_obesity": "重度肥胖",
}
_GRADES = {
    "risk_of_overweight": N_("Possible risk of overweight"),
    "below_2_sd": N_("Below −2 SD"),
    "below_3_sd": N_("Below −3 SD"),
    "above_2_sd": N_("Above +2 SD"),
    "above_3_sd": N_("Above +3 SD"),
}
_MEASURES = {
    "weight": N_("Weight"),
    "length": N_("Length/height"),
    "head": N_("Head circumference"),
    "sex": N_("Sex"),
    "age": N_("Age"),
}
_CAUSES = {
    Cause.SWAPPED_DIGITS: N_("digits swapped"),
    Cause.DECIMAL_SLIP: N_("decimal point in the wrong place"),
    Cause.JIN: N_("entered in jin"),
    Cause.GRAMS: N_("entered in grams"),
    Cause.MILLIMETRES: N_("entered in millimetres"),
    Cause.METRES: N_("entered in metres"),
    Cause.WEIGHT_IN_LENGTH: N_("weight and length exchanged"),
    Cause.WEIGHT_IN_HEAD: N_("weight and head exchanged"),
    Cause.LENGTH_AS_HEAD: N_("length and head exchanged"),
    Cause.SIBLING: N_("value of another child"),
    Cause.DATE: N_("date wrong"),
    Cause.SEX: N_("sex wrong"),
    Cause.SHRUNK: N_("less than before"),
    Cause.JUMP: N_("far from the child's own line"),
    Cause.UNUSUAL: N_("unusual for age and sex"),
}
_COUNTED = {
    Standard.CHINA: N_(
        "Grades by WS/T 423-2022 table 3, a bound itself in the band above it. Underweight, stunting and wasting "
        "include the severe grade, obesity includes severe obesity; overweight is +1 to +2 SD."
    ),
    Standard.WHO: N_(
        "Cut-offs of WHO: below −2 and −3 SD; possible risk of overweight over +1 to +2 SD, overweight over +2, "
        "obesity over +3 SD. Underweight, stunting and wasting include the severe grade, overweight includes obesity. "
        "Scores are rounded to two decimals first, as WHO's programs do."
    ),
    Standard.INTERGROWTH: N_(
        "INTERGROWTH-21st names no grades: below −2 and −3 SD and above +2 and +3 SD are counted."
    ),
}


def grade_word(name: str) -> str:
    """A grade that is counted; official terms where there are any."""
    return form_term(_OFFICIAL[name]) if name in _OFFICIAL else _(_GRADES[name])


def measure_word(name: str) -> str:
    """Weight, length, head circumference, sex or age."""
    return _(_MEASURES[name])


def sex_word(sex: int | None) -> str:
    """Boys, girls, or both."""
    return {None: _("Boys and girls"), 1: _("Boys"), 2: _("Girls")}[sex]


def age_word(band: int | None) -> str:
    """An age band."""
    if band is None:
        return _("All ages")
    first, last = AGE_BANDS[band]
    return _("{first}–{last} months").format(first=first, last=last)


def where_word(where: Where) -> str:
    """A group of children."""
    if where.band is None:
        return sex_word(where.sex)
    age = age_word(where.band)
    return age if where.sex is None else _("{age}, {sex}").format(age=age, sex=sex_word(where.sex))


def flag_word(flag: str) -> str:
    """What a flag or a reason of a row means."""
    if flag in set(Reason):
        return reason_text(Reason(flag))
    if flag in set(Flag):
        return flag_text(Flag(flag))
    if flag.startswith(("doubt_", "impossible_")):
        return _doubt_word(flag)
    if flag.startswith("bad_"):
        return _("“{column}” cannot be read.").format(column=flag.removeprefix("bad_"))
    if flag == "age_unknown":
        return _("The age is not known.")
    if flag == "extra_cells":
        return _("More cells than columns; the rest was left out.")
    return flag


def _doubt_word(flag: str) -> str:
    """`doubt_weight_jin`, `doubt_date` or `impossible_head` in words."""
    kind, measure, *cause = flag.split("_", 2)
    if kind == "impossible":
        return _("{measure}: not possible").format(measure=measure_word(measure))
    words = _(_CAUSES[Cause(cause[0] if cause else measure)])
    return _("{measure}: {cause}").format(measure=measure_word(measure), cause=words) if cause else words


def percent(of: Proportion) -> str:
    """A share in percent with one decimal and its interval; a dash without a denominator."""
    if of.share is None or of.low is None or of.high is None:
        return "—"
    shown = [format_number(100 * share, 1) for share in (of.share, of.low, of.high)]
    return _("{share}% ({low}–{high})").format(share=shown[0], low=shown[1], high=shown[2])


def notes(standard: Standard) -> list[str]:
    """How the figures were counted, for whoever wants to check them."""
    return [
        _(_COUNTED[standard]),
        _("In brackets: 95 % confidence interval by Wilson (1927), as if the rows were a simple random sample."),
        _("Every row counts as one child; weights and clusters of a sample are not taken into account."),
        _("Implausible scores (WHO's limits) are left out of prevalence, mean and SD, as WHO does."),
        _(
            "A child with oedema has no score of weight, but counts as severely underweight and severely wasted, "
            "as in WHO's surveys; mean and SD are without it."
        ),
        _("Age bands are completed months since birth, for preterm births too; scores are by corrected age."),
        _(
            "Last digits: the first decimal of weight in kg and of lengths in cm. Without preference each digit has "
            "10 %; the index of dissimilarity is the share that would have to be another digit; p by chi-square with "
            "9 degrees of freedom."
        ),
    ]
