"""The newest day of measuring in one line, for sheets and route lists."""

from __future__ import annotations

from collections.abc import Sequence

from zhaohu.i18n import _, format_date, format_number
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.services.growth.growth_words import growth_words


def last_measured(days: Sequence[MeasuredDay]) -> str:
    """The newest day of measuring in words, with what stands out in it; empty before any."""
    if not days:
        return ""
    newest, found = days[-1].measured, []
    if newest.weight_g is not None:
        found.append(_("weight {kg} kg").format(kg=format_number(newest.weight_g / 1000, 2)))
    if newest.length_mm is not None:
        found.append(_("length {cm} cm").format(cm=format_number(newest.length_mm / 10, 1)))
    if newest.head_mm is not None:
        found.append(_("head {cm} cm").format(cm=format_number(newest.head_mm / 10, 1)))
    found += dict.fromkeys(one.status for one in growth_words(days[-1:]) if one.attention and one.status)
    listed = _(", ").join(found)
    return f"{format_date(days[-1].on)} {listed}"
