"""Growth results as the short lines that stand beside a form."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from zhaohu.i18n import _, format_date
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.trend import Finding, Trend, Urgency, Verdict
from zhaohu.services.growth.growth_words import GrowthWords, growth_flags, growth_words
from zhaohu.services.growth.trend_words import is_overdue, next_check_words, one_sided_lines, source_words, verdict_line
from zhaohu.ui.widgets.record_side import Line

if TYPE_CHECKING:
    from zhaohu.services.care.visit_growth import EntryGrowth

_TONES = {Urgency.NONE: "", Urgency.ADVISE: "", Urgency.RECHECK: "attention", Urgency.REFER: "danger"}
_MOST_FINDINGS = 3


def growth_panel(grown: EntryGrowth, today: date, said: str = "") -> list[Line]:
    """What stands beside a form while it is typed: how the child grows and what to do, then the scores of the day.

    Findings that are `said` beside it already are not said again.
    """
    if not grown.days:
        return []
    return trend_panel(grown.trend, today, said) + day_panel(grown.days)


def trend_panel(found: Trend, today: date, said: str = "") -> list[Line]:
    """Verdict, what to do, why (the findings that ask for most), and what to tell the family."""
    lines = [Line(_("Growth: {verdict}").format(verdict=verdict_line(found)), _verdict_tone(found))]
    if found.refer:
        lines.append(Line(_("Referral advised."), "danger"))
    if check := next_check_words(found, today):
        soon = found.urgency in (Urgency.RECHECK, Urgency.REFER) or is_overdue(found, today)
        lines.append(Line(check, "attention" if soon else ""))
    lines += [
        Line(f"{one.message}\n{source_words(one)}", _TONES[one.urgency])
        for one in _foremost(found)
        if one.urgency is not Urgency.NONE and one.message not in said
    ]
    lines += [Line(text, "attention") for text in one_sided_lines(found)]
    return lines + [Line(sentence) for sentence in found.advice]


def day_panel(days: Iterable[MeasuredDay]) -> list[Line]:
    """Every measured indicator by every standard; the newest day first, and then what to know about the scores."""
    days = sorted(days, key=lambda day: day.on, reverse=True)
    lines: list[Line] = []
    for day in days:
        lines += _day_lines(growth_words([day]))
    return lines + [Line(flag, "attention") for flag in growth_flags(days)]


def _verdict_tone(found: Trend) -> str:
    if found.urgency is Urgency.REFER:
        return "danger"
    if found.urgency is Urgency.RECHECK:
        return "attention"
    return "done" if found.verdict in (Verdict.NORMAL, Verdict.CATCH_UP) else ""


def _foremost(found: Trend) -> list[Finding]:
    """Of findings about one indicator the most urgent, and not more than a person reads at a glance."""
    first: dict[tuple[object, bool], Finding] = {}
    for one in sorted(found.all(), key=lambda one: -one.urgency.rank):
        first.setdefault((one.indicator, one.verdict is None), one)
    return list(first.values())[:_MOST_FINDINGS]


def _day_lines(found: list[GrowthWords]) -> list[Line]:
    if not found:
        return []
    date = format_date(found[0].on)
    said = {one.status for one in found}
    scored = any(one.z_china or one.z_who or one.z_preterm for one in found)
    if len(said) == 1 and not scored:  # for all of them the same reason
        return [Line("\n".join((date, *said)))]
    lines = [_indicator_line(one) for one in found]
    return [Line(f"{date}\n{lines[0].text}", lines[0].tone), *lines[1:]]


def _indicator_line(one: GrowthWords) -> Line:
    grade = " · ".join(part for part in (one.level, one.status) if part)
    scores = []
    if one.z_china:
        scores.append(_("z {z} (P{percentile})").format(z=one.z_china, percentile=one.percentile))
    if one.z_who:
        scores.append(_("WHO z {z}").format(z=one.z_who))
    if one.z_preterm:
        scores.append(_("INTERGROWTH-21st z {z}").format(z=one.z_preterm))
    head = _("{indicator} {value}: {result}").format(indicator=one.indicator, value=one.value, result=grade)
    tone = "attention" if one.attention else "done" if scores else ""
    return Line("\n".join(part for part in (head, "  ".join(scores)) if part), tone)
