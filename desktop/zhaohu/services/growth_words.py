"""Growth results as words and as a document: the same for screen, paper and command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date, format_number
from zhaohu.rules.growth.assess import Assessment, Result
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Flag, Indicator, Reason
from zhaohu.rules.growth.words import flag_text, indicator_title, reason_text

_DECIMALS = {Indicator.WFA: 2, Indicator.LHFA: 1, Indicator.WFL: 2, Indicator.BFA: 1, Indicator.HCFA: 1}


@dataclass(frozen=True, slots=True)
class GrowthWords:
    """One measured indicator in words; empty where there is nothing to say.

    `status` is the nutrition status, or why there is no score. `attention` is set when a person should look twice.
    """

    on: date
    indicator: str
    value: str
    level: str
    z_china: str
    percentile: str
    z_who: str
    status: str
    attention: bool


def growth_words(days: Iterable[MeasuredDay]) -> list[GrowthWords]:
    """Every indicator that was measured, by both standards."""
    return [
        _words(day, indicator)
        for day in days
        for indicator in Indicator
        if day.china.of(indicator).reason is not Reason.NOT_MEASURED
    ]


def growth_lines(days: Iterable[MeasuredDay]) -> list[str]:
    """The same as sentences, one for each indicator."""
    lines = []
    for words in growth_words(days):
        parts = [words.level, words.status]
        if words.z_china:
            parts.append(_("WS/T 423 z {z} (P{percentile})").format(z=words.z_china, percentile=words.percentile))
        if words.z_who:
            parts.append(_("WHO z {z}").format(z=words.z_who))
        shown = _("; ").join(part for part in parts if part)
        line = _("{day} {indicator} {value}: {result}")
        lines.append(line.format(day=format_date(words.on), indicator=words.indicator, value=words.value, result=shown))
    return lines


def growth_flags(days: Iterable[MeasuredDay]) -> list[str]:
    """What a reader of the scores should know, each sentence once."""
    flags: dict[Flag, None] = {}
    for day in days:
        for assessment in (day.china, day.who):
            flags.update(dict.fromkeys(assessment.scores.flags))
    return [flag_text(flag) for flag in flags]


def growth_document(days: Iterable[MeasuredDay]) -> list[dict[str, object]]:
    """The assessment as JSON knows it: per day and standard, scores with two decimals, levels and status."""
    return [
        {
            "on": day.on,
            "age_days": day.ages.chronological.days,
            "corrected_age_days": day.ages.corrected.days if day.ages.corrected else None,
            "weight_g": day.measured.weight_g,
            "length_mm": day.measured.length_mm,
            "head_mm": day.measured.head_mm,
            "china": _document(day.china),
            "who": _document(day.who),
        }
        for day in days
    ]


def value_text(indicator: Indicator, value: float | None) -> str:
    """A measured value with its unit's usual decimals."""
    return "" if value is None else format_number(value, _DECIMALS[indicator])


def z_text(z: float | None) -> str:
    """A z-score with sign and two decimals; nothing for none."""
    return "" if z is None else f"{z:+.2f}".replace("-0.00", "+0.00")


def percentile_text(result: Result) -> str:
    """A percentile as a whole number; the ends as words of comparison."""
    if result.percentile is None:
        return ""
    rounded = round(result.percentile)
    return "<1" if rounded < 1 else ">99" if rounded > 99 else str(rounded)


def _words(day: MeasuredDay, indicator: Indicator) -> GrowthWords:
    china, who = day.china.of(indicator), day.who.of(indicator)
    status = form_term(china.status) if china.status else ""
    if china.reason is not None:
        status = reason_text(china.reason)
    return GrowthWords(
        on=day.on,
        indicator=indicator_title(indicator),
        value=f"{value_text(indicator, china.value)} {china.unit}",
        level=form_term(china.level) if china.level else "",
        z_china=z_text(china.z),
        percentile=percentile_text(china),
        z_who=z_text(who.z),
        status=status,
        attention=china.status is not None,
    )


def _document(assessment: Assessment) -> dict[str, object]:
    found: dict[str, object] = {
        str(result.indicator): {
            "z": None if result.z is None else round(result.z, 2) + 0.0,
            "level": result.level,
            "level_pct": result.level_pct,
            "status": result.status,
            "reason": result.reason,
        }
        for result in assessment.scores.results
        if result.reason is not Reason.NOT_MEASURED
    }
    return {**found, "flags": assessment.scores.flags}
