"""The tab 追踪 of a child: findings, referrals and special cases, and what can be decided about each."""

from __future__ import annotations

from zhaohu.i18n import _, format_number
from zhaohu.services.follow.follow_ups import FollowUpRow
from zhaohu.ui.pages.follow_up_words import (
    due_hint,
    due_icon,
    kind_icon,
    standing_icon,
    standing_tone,
    standing_words,
)
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.table import Column


def follow_ups_table() -> DataTable:
    """What was and is followed of one child; a row is a `FollowUpRow`."""
    return DataTable(
        [
            Column(_("State"), standing_words, width=13, icon=standing_icon, tone=standing_tone),
            Column(_("Matter"), lambda one: one.title, width=0, icon=kind_icon, hint=lambda one: one.advice),
            Column(_("Found"), lambda one: one.last_on, width=10),
            Column(_("See again by"), lambda one: one.due, width=13, icon=due_icon, hint=due_hint),
            Column(_("Closed on"), lambda one: one.closed_on, width=10),
        ],
        name=_("Follow-up"),
        empty=EmptyState(
            _("Nothing had to be followed yet"),
            _("What a record finds, referrals with their answers, and special cases appear here."),
            icon="follow-ups",
        ),
    )


def tab_words(rows: list[FollowUpRow]) -> str:
    """The tab's name, with how many are open."""
    n = sum(one.outcome is None for one in rows)
    return _("{name} {n}").format(name=_("Follow-up"), n=format_number(n)) if n else _("Follow-up")
