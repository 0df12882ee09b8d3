"""What a family is told about a child's growth: plain words, no scores; the official grade in small print. Pure."""

from __future__ import annotations

from datetime import date

from zhaohu.i18n import N_, _, form_term
from zhaohu.paper.family_growth import FamilyGrowth, FamilyTile
from zhaohu.rules.ages import TERM_DAYS, age_words
from zhaohu.rules.growth.assess import SEXES, Result
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import UNITS, Indicator, Level, Reason, Standard, Status
from zhaohu.rules.growth.trend.terms import Trend, Verdict
from zhaohu.rules.growth.words import reason_text
from zhaohu.services.growth.growth_papers import Subject, geometry, told_by
from zhaohu.services.growth.measured_words import change_text, corrected_text, with_unit
from zhaohu.services.growth.trend_words import is_overdue

_SHOWN = (Indicator.WFA, Indicator.LHFA, Indicator.HCFA, Indicator.WFL)
_CURVES = (Indicator.WFA, Indicator.LHFA)
_LABELS = {
    Indicator.WFA: N_("Body weight"),
    Indicator.LHFA: N_("Body length/height"),
    Indicator.HCFA: N_("Size of the head"),
    Indicator.WFL: N_("Thin or plump"),
}
_LEVELS = {
    Level.UPPER: N_("high"),
    Level.UPPER_MIDDLE: N_("average, rather high"),
    Level.MIDDLE: N_("average"),
    Level.LOWER_MIDDLE: N_("average, rather low"),
    Level.LOWER: N_("low"),
}
_BUILD = {
    Status.SEVERE_WASTING: N_("much too thin"),
    Status.WASTING: N_("too thin"),
    Status.OVERWEIGHT: N_("rather plump"),
    Status.OBESITY: N_("too plump"),
    Status.SEVERE_OBESITY: N_("much too plump"),
}
_AT_PRESENT = {
    Status.UNDERWEIGHT: N_("light"),
    Status.SEVERE_UNDERWEIGHT: N_("much too light"),
    Status.STUNTING: N_("short"),
    Status.SEVERE_STUNTING: N_("much too short"),
    **_BUILD,
}
_YOUNG_INFANT_MONTHS = 2
_AMONG_OTHERS = {
    (1, Indicator.WFA): N_("Of 100 boys of this age about {n} are lighter."),
    (2, Indicator.WFA): N_("Of 100 girls of this age about {n} are lighter."),
    (1, Indicator.LHFA): N_("Of 100 boys of this age about {n} are shorter."),
    (2, Indicator.LHFA): N_("Of 100 girls of this age about {n} are shorter."),
    (1, Indicator.HCFA): N_("Of 100 boys of this age about {n} have a smaller head."),
    (2, Indicator.HCFA): N_("Of 100 girls of this age about {n} have a smaller head."),
}
_TO_WRITE = ("",) * 3
"""Empty lines where nothing can be said yet."""
_LEVEL_BY_Z = ((-2.0, Level.LOWER), (-1.0, Level.LOWER_MIDDLE), (1.0, Level.MIDDLE), (2.0, Level.UPPER_MIDDLE))


def family_sheet(subject: Subject, trend: Trend, station: str, today: date) -> FamilyGrowth:
    """The sheet of the newest day of measuring; one to be filled in by hand when nothing was measured.

    Args:
        subject: The child.
        trend: How it is growing.
        station: Where the family is cared for.
        today: The day it is printed; a next check that has passed by then is left to be written in.
    """
    newest = subject.days[-1] if subject.days else None
    return FamilyGrowth(
        who=subject.who,
        on=newest.on if newest else None,
        age=age_words(newest.ages.chronological.months, newest.ages.chronological.day_of_month) if newest else "",
        corrected=_corrected(subject, newest) if newest else "",
        tiles=tuple(_tile(subject, indicator) for indicator in _SHOWN),
        charts=tuple(geometry(subject, indicator, told_by(newest)) for indicator in _CURVES),
        verdict=_verdict(trend) if newest else "",
        sentences=_sentences(trend) if newest else _TO_WRITE,
        next_check=None if is_overdue(trend, today) else trend.next_check,
        worried=_worried(station, newest.ages.chronological.months if newest else 0),
    )


def _verdict(trend: Trend) -> str:
    words = form_term(trend.verdict)
    if trend.verdict is Verdict.UNCLEAR:
        words = _("How the child grows will show at the next check.")
    if not trend.statuses or trend.verdict not in (Verdict.UNCLEAR, Verdict.NORMAL, Verdict.CATCH_UP):
        return words
    state = _(", ").join(_(_AT_PRESENT[status]) for status in trend.statuses)
    if trend.verdict is Verdict.UNCLEAR:
        return _("At present {state}").format(state=state)
    return _("{growth}, but at present {state}").format(growth=words, state=state)


def _sentences(trend: Trend) -> tuple[str, ...]:
    """What to do; a referral before everything else."""
    if not trend.refer:
        return trend.advice
    return (_("Please take the child to the hospital to be examined; we write the referral for you."), *trend.advice)


def _corrected(subject: Subject, day: MeasuredDay) -> str:
    """Why a preterm child is compared by another age, in one sentence."""
    gestation_days = subject.born.gestation_days
    if day.ages.corrected is None or gestation_days is None:
        return ""
    weeks = round((TERM_DAYS - gestation_days) / 7)
    if day.ages.corrected.days < 0:
        return _(
            "Your child was born about {weeks} weeks early and has not reached the due date yet; so it is compared "
            "with children born as early."
        ).format(weeks=weeks)
    return _(
        "Your child was born about {weeks} weeks early; so it is compared with children by the age counted from the "
        "due date: {age}."
    ).format(weeks=weeks, age=corrected_text(day))


def _tile(subject: Subject, indicator: Indicator) -> FamilyTile:
    if not subject.days:
        value = ""
    elif indicator is Indicator.WFL:
        value = _value_of_build(subject.days[-1])
    else:
        value = with_unit(subject.days[-1], indicator) or _("not measured today")
    name, unit = _(_LABELS[indicator]), "" if indicator is Indicator.WFL else UNITS[indicator]
    if not subject.days or subject.days[-1].china.of(indicator).reason is Reason.NOT_MEASURED:
        return FamilyTile(name, value, unit)
    day = subject.days[-1]
    change = "" if indicator is Indicator.WFL else change_text(subject.days, len(subject.days) - 1, indicator)
    return FamilyTile(
        name,
        value,
        unit,
        word="" if day.either else _word(indicator, _told(day, indicator)),
        change=_("since last time {change}").format(change=change) if change else "",
        meaning=_meaning(subject, day, indicator),
        official=_official(day, indicator),
    )


def _value_of_build(day: MeasuredDay) -> str:
    return _("not measured today") if day.china.of(Indicator.WFL).reason is Reason.NOT_MEASURED else ""


def _told(day: MeasuredDay, indicator: Indicator) -> Result:
    return day.by(told_by(day)).of(indicator)


def _word(indicator: Indicator, result: Result) -> str:
    if result.z is None:
        return ""
    if indicator is Indicator.WFL:
        return _(_BUILD[result.status]) if result.status in _BUILD else _("well proportioned")
    return _(_LEVELS[result.level or _level(result.z)])


def _level(z: float) -> Level:
    """The level by SD of a standard that has no levels of its own."""
    return next((level for below, level in _LEVEL_BY_Z if z < below), Level.UPPER)


def _meaning(subject: Subject, day: MeasuredDay, indicator: Indicator) -> str:
    if day.either is not None:
        boy, girl = (_word(indicator, _told(one, indicator)) for one in day.either)
        return _("If a boy: {boy}; if a girl: {girl}.").format(boy=boy, girl=girl) if boy and girl else ""
    percentile = _told(day, indicator).percentile
    if percentile is None or subject.born.sex not in SEXES or indicator is Indicator.WFL:
        return ""
    return _(_AMONG_OTHERS[subject.born.sex, indicator]).format(n=min(max(round(percentile), 1), 99))


def _official(day: MeasuredDay, indicator: Indicator) -> str:
    """The grade in the words of the standard, or why there is none."""
    result = _told(day, indicator)
    if result.z is None:
        return reason_text(result.reason) if result.reason else ""
    standard = "WS/T 423-2022" if told_by(day) is Standard.CHINA else "INTERGROWTH-21st"
    grade = _("; ").join(form_term(word) for word in (result.level, result.status) if word)
    return _("{standard}: {grade}").format(standard=standard, grade=grade) if grade else standard


def _worried(station: str, months: int) -> tuple[str, ...]:
    """Where to ask, and WHO's general danger signs (IMCI), with those of young infants where they count."""
    signs = (
        _("Ask us at any time: {station}, telephone ______________________").format(station=station),
        _(
            "See a doctor at once when the child cannot drink or suckle, vomits everything, has a fit, is drowsy or "
            "hard to wake, breathes fast or with effort, or has a high fever."
        ),
    )
    if months >= _YOUNG_INFANT_MONTHS:
        return signs
    return (
        *signs,
        _("Under two months also when it has any fever, feels cold, feeds much less, or its jaundice gets deeper."),
    )
