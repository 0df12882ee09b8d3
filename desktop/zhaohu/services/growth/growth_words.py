"""Growth results as words and as a document: the same for screen, paper and command line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import N_, _, form_term, format_date, format_number
from zhaohu.rules.growth.assess import Assessment, Result
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Flag, Indicator, Reason, Status
from zhaohu.rules.growth.words import flag_text, indicator_title, reason_text
from zhaohu.services import reference

_NEWBORN = N_(
    "In the first four weeks weight falls before it rises, and the standard has no rows for these weeks: judge by the "
    "change since birth, not by 低体重 or 消瘦."
)
_THIN = (Status.UNDERWEIGHT, Status.SEVERE_UNDERWEIGHT, Status.WASTING, Status.SEVERE_WASTING)
_DECIMALS = {Indicator.WFA: 2, Indicator.LHFA: 1, Indicator.WFL: 2, Indicator.BFA: 1, Indicator.HCFA: 1}


@dataclass(frozen=True, slots=True)
class GrowthWords:
    """One measured indicator in words; empty where there is nothing to say.

    `status` is the nutrition status, or why there is no score; when the sex is not known, what holds for a boy and what
    for a girl. `attention` is set when a person should look twice.
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
    z_preterm: str = ""


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
        if words.z_preterm:
            parts.append(_("INTERGROWTH-21st z {z}").format(z=words.z_preterm))
        shown = _("; ").join(part for part in parts if part)
        line = _("{day} {indicator} {value}: {result}")
        lines.append(line.format(day=format_date(words.on), indicator=words.indicator, value=words.value, result=shown))
    return lines


def growth_flags(days: Iterable[MeasuredDay]) -> list[str]:
    """What a reader of the scores should know, each sentence once; and by which version older grades were made."""
    days = list(days)
    flags: dict[Flag, None] = {}
    versions: dict[str, None] = {}
    for day in days:
        if day.kept_under:
            versions[day.kept_under] = None
        for one in day.either or (day,):
            for assessment in (one.china, one.who):
                flags.update(dict.fromkeys(assessment.scores.flags))
    newborn = [_NEWBORN] if any(_thin_newborn(one) for day in days for one in day.either or (day,)) else []
    kept = _("Graded as the family was told, by version {version}. Newer rules are applied in the settings.")
    return [
        *(flag_text(flag) for flag in flags),
        *map(_, newborn),
        *(kept.format(version=version) for version in versions),
    ]


def growth_document(days: Iterable[MeasuredDay]) -> list[dict[str, object]]:
    """The assessment as JSON knows it: per day and standard, scores with two decimals, levels and status.

    Births before 37 weeks have `intergrowth` besides; when the sex is not known there are `as_boy` and `as_girl`.
    """
    return [
        {
            "on": day.on,
            "age_days": day.ages.chronological.days,
            "corrected_age_days": day.ages.corrected.days if day.ages.corrected else None,
            "weight_g": day.measured.weight_g,
            "length_mm": day.measured.length_mm,
            "head_mm": day.measured.head_mm,
            **_standards(day),
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


def stands_out(result: Result) -> bool:
    """Whether a person should look twice: a nutrition status, or beyond 2 SD where the standard has none to say."""
    if result.z is None:
        return result.status is not None
    return result.status is not None or result.z < -2 or (result.indicator is Indicator.HCFA and result.z >= 2)


def _thin_newborn(day: MeasuredDay) -> bool:
    """Whether a newborn, after its birth, looks too light by the line between birth and one month."""
    age = day.ages.chronological.days
    if not 0 < age < reference.trend_rules().earliest_days:
        return False
    return any(result.status in _THIN for result in day.china.scores.results)


def _words(day: MeasuredDay, indicator: Indicator) -> GrowthWords:
    china, who = day.china.of(indicator), day.who.of(indicator)
    preterm = day.preterm.of(indicator) if day.preterm else None
    status = form_term(china.status) if china.status else ""
    if china.reason is not None:
        status = reason_text(china.reason)
    as_either = [one.china.of(indicator) for one in day.either or ()]
    if any(result.z is not None for result in as_either):
        boy, girl = map(_either, as_either)
        status = _("as a boy: {boy}; as a girl: {girl}").format(boy=boy, girl=girl)
    return GrowthWords(
        on=day.on,
        indicator=indicator_title(indicator),
        value=f"{value_text(indicator, china.value)} {china.unit}",
        level=form_term(china.level) if china.level else "",
        z_china=z_text(china.z),
        percentile=percentile_text(china),
        z_who=z_text(who.z),
        status=status,
        attention=any(map(stands_out, (china, *as_either))),
        z_preterm=z_text(preterm.z) if preterm else "",
    )


def _either(result: Result) -> str:
    """A result in words, for one of the two sexes that a child may have."""
    if result.reason is not None:
        return reason_text(result.reason)
    words = [form_term(word) for word in (result.level, result.status) if word is not None]
    return " ".join([*words, _("z {z}").format(z=z_text(result.z))])


def _standards(day: MeasuredDay) -> dict[str, object]:
    found: dict[str, object] = {"china": _document(day.china), "who": _document(day.who)}
    if day.preterm is not None:
        found["intergrowth"] = _document(day.preterm)
    for name, one in zip(("as_boy", "as_girl"), day.either or (), strict=False):
        found[name] = _standards(one)
    return found


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
