"""Growth results as the short lines that stand beside a form."""

from __future__ import annotations

from collections.abc import Iterable

from zhaohu.i18n import _, format_date
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.services.growth_words import GrowthWords, growth_flags, growth_words
from zhaohu.ui.widgets.record_side import Line


def growth_panel(days: Iterable[MeasuredDay]) -> list[Line]:
    """Every measured indicator by both standards; the newest day first, and then what to know about the scores."""
    days = sorted(days, key=lambda day: day.on, reverse=True)
    lines: list[Line] = []
    for day in days:
        lines += _day_lines(growth_words([day]))
    return lines + [Line(flag, "attention") for flag in growth_flags(days)]


def _day_lines(found: list[GrowthWords]) -> list[Line]:
    if not found:
        return []
    date = format_date(found[0].on)
    said = {one.status for one in found}
    if len(said) == 1 and not any(one.z_china or one.z_who for one in found):  # for all of them the same reason
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
    head = _("{indicator} {value}: {result}").format(indicator=one.indicator, value=one.value, result=grade)
    tone = "attention" if one.attention else "done" if scores else ""
    return Line("\n".join(part for part in (head, "  ".join(scores)) if part), tone)
