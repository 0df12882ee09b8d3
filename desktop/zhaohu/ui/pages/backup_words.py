"""Words about backups: why one was made, what it holds, and how the keeping of them stands."""

from __future__ import annotations

from collections.abc import Mapping

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.services.exchange.record_words import reason_words
from zhaohu.services.safety.backups import BackupRow, BackupState
from zhaohu.ui.pages.exchange_words import counts_words, moment
from zhaohu.ui.widgets.table import Column

_LATE_DAYS = 7
"""From here on an overdue backup is danger, not only attention."""


def content_words(counts: Mapping[str, int]) -> str:
    """How many children, visits … a backup holds, in words."""
    return counts_words(counts) or _("no records yet")


def state_words(state: BackupState) -> tuple[str, str]:
    """How the keeping of backups stands, in one sentence or several lines, and its tone."""
    lines, tone = [], "done"
    if state.newest is None:
        lines.append(_("There is no backup yet. Make one now."))
        tone = "attention" if state.overdue_days is None else "danger"
    elif state.overdue_days is None:
        lines.append(
            _("Backups are in order: the last good one is of {when}.").format(when=moment(state.newest.made_at))
        )
    else:
        words = ngettext(
            "The backup is overdue by {n} day: the last good one is of {when}.",
            "The backup is overdue by {n} days: the last good one is of {when}.",
            state.overdue_days,
        )
        lines.append(words.format(n=format_number(state.overdue_days), when=moment(state.newest.made_at)))
        tone = "danger" if state.overdue_days >= _LATE_DAYS else "attention"
    lines.append(_second_words(state))
    if (state.second_overdue or state.second_place is None) and tone == "done":
        tone = "attention"
    lines.append(
        _("Last trial restore, done by itself every month: {when}.").format(when=moment(state.drilled_at))
        if state.drilled_at
        else _("No trial restore yet; it is done by itself every month.")
    )
    if state.warning:
        lines.insert(0, state.warning)
        tone = "danger"
    return "\n".join(lines), tone


def _second_words(state: BackupState) -> str:
    if state.second_place is None:
        return _("No second place is set: if this PC breaks, its backups are lost with it.")
    if state.second_copied_at is None:
        return _("Nothing was copied to the second place yet. Plug it in and press “Back up now”.")
    when = moment(state.second_copied_at)
    if state.second_overdue:
        words = _("The copy in the second place is overdue, the last is of {when}. Plug it in and press “Back up now”.")
        return words.format(when=when)
    return _("The last copy to the second place is of {when}.").format(when=when)


def frame_words(state: BackupState) -> tuple[str, str]:
    """The frame's few words on backups, and their tone; none while there is nothing to see to."""
    if state.warning:
        return _("please look at the backups"), "danger"
    if state.newest is None:
        return _("no backup yet"), "" if state.overdue_days is None else "danger"
    if state.overdue_days is not None:
        words = ngettext("backup overdue by {n} day", "backup overdue by {n} days", state.overdue_days)
        tone = "danger" if state.overdue_days >= _LATE_DAYS else "attention"
        return words.format(n=format_number(state.overdue_days)), tone
    if state.second_overdue:
        return _("second backup overdue"), "attention"
    return _("backups in order"), ""


def backup_columns(*, with_site: bool) -> list[Column]:
    """Backups in a list."""
    columns = [
        Column(_("Made"), lambda row: moment(row.made_at), width=18),
        Column(_("Why"), lambda row: reason_words(row.reason), width=14 if with_site else 0),
        Column(_("Records"), lambda row: row.records, text=format_number, width=11, right=True),
    ]
    if with_site:
        columns.insert(1, Column(_("Whose data"), lambda row: row.site_name, width=0))
    return columns


def problem_column() -> Column:
    """Whether a backup can be used."""
    return Column(
        _("State"),
        lambda row: row.problem or _("can be used"),
        width=26,
        tone=lambda row: "danger" if row.problem else "done",
        icon=lambda row: "danger" if row.problem else "check-circle",
        hint=lambda row: row.problem,
    )


def whose(row: BackupRow) -> str:
    """Whose data a backup holds."""
    return _("{site} (code {code})").format(site=row.site_name, code=row.site_code)
