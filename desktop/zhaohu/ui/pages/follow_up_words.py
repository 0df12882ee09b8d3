"""How something that is followed is told in a list: state, tone and icon."""

from __future__ import annotations

from collections.abc import Iterable

from zhaohu.i18n import _, format_number, ngettext
from zhaohu.records.codes import FollowUpKind
from zhaohu.records.codes import label as code_label
from zhaohu.services.follow.follow_ups import FollowUpRow, FollowUpState, state_words

URGENT = "refer_now"
_KIND_ICONS = {FollowUpKind.FINDING: "attention", FollowUpKind.REFERRAL: "export", FollowUpKind.CASE: "folder"}


def standing_words(one: FollowUpRow) -> str:
    """How it stands, in few words."""
    if one.outcome is not None:
        return code_label(one.outcome)
    if one.overdue:
        days = format_number(one.days_over)
        return ngettext("{n} day overdue", "{n} days overdue", one.days_over).format(n=days)
    return state_words(one.state)


def standing_tone(one: FollowUpRow) -> str:
    """The tone of that."""
    if one.outcome is not None:
        return "done"
    if one.overdue or one.urgency == URGENT:
        return "danger"
    return "attention" if one.state is FollowUpState.OPEN else ""


def standing_icon(one: FollowUpRow) -> str:
    """The icon that goes with it, so that colour is never alone."""
    if one.outcome is not None:
        return "check-circle"
    return "danger" if one.overdue or one.urgency == URGENT else "clock"


def kind_icon(one: FollowUpRow) -> str:
    """The icon of its kind."""
    return _KIND_ICONS[one.kind]


def told_in_head(rows: Iterable[FollowUpRow]) -> list[FollowUpRow]:
    """What is open, each thing once: a case tells of its finding, a finding of its referral unless that is late."""
    open_ = [one for one in rows if one.outcome is None]
    waits = any(one.kind is FollowUpKind.FINDING and one.state is FollowUpState.WAITING for one in open_)
    return [
        one
        for one in open_
        if not (one.kind is FollowUpKind.FINDING and one.has_case)
        and not (one.kind is FollowUpKind.REFERRAL and waits and not one.overdue)
    ]


def due_icon(one: FollowUpRow) -> str:
    """A calendar where the re-check stands in the due list."""
    return "calendar" if one.planned else ""


def due_hint(one: FollowUpRow) -> str:
    """What the calendar means."""
    if one.outcome is not None:
        return ""
    return _("Planned: it stands in the due list.") if one.planned else _("Proposed; no re-check is planned yet.")
