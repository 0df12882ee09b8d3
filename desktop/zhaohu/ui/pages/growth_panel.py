"""Growth results as the short lines that stand beside a form."""

from __future__ import annotations

from collections.abc import Iterable

from zhaohu.i18n import _, format_date
from zhaohu.services.growth import MeasuredDay
from zhaohu.services.growth_words import growth_flags, growth_words
from zhaohu.ui.widgets.record_side import Line


def growth_panel(days: Iterable[MeasuredDay]) -> list[Line]:
    """Every measured indicator by both standards; the newest day first, and then what to know about the scores."""
    days = sorted(days, key=lambda day: day.on, reverse=True)
    lines: list[Line] = []
    for one in growth_words(days):
        scores = []
        if one.z_china:
            scores.append(_("WS/T 423 z {z} (P{percentile})").format(z=one.z_china, percentile=one.percentile))
        if one.z_who:
            scores.append(_("WHO z {z}").format(z=one.z_who))
        result = " · ".join(part for part in (one.level, one.status) if part)
        first = _("{day}  {indicator} {value}").format(
            day=format_date(one.on), indicator=one.indicator, value=one.value
        )
        parts = [first, result, "  ".join(scores)]
        lines.append(Line("\n".join(part for part in parts if part), "attention" if one.attention else "done"))
    return lines + [Line(flag, "attention") for flag in growth_flags(days)]
