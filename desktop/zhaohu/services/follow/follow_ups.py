"""What is positive is followed to its end: lists of findings, referrals and cases, and what a person decides of them.

A finding that several visits found again is one row; whoever closes it closes it for all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Child, FollowUp, Visit
from zhaohu.records.codes import CaseOutcome, ChildStatus, FollowUpKind, SiteKind, label
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.follow import cases, follow_up_notes, referrals
from zhaohu.services.follow.findings import FoundHint
from zhaohu.services.follow.follow_up_history import FollowUpEvent, history
from zhaohu.services.follow.follow_up_lists import (
    FollowUpCounts,
    FollowUpRow,
    FollowUpState,
    counts,
    list_closed,
    list_open,
    of_child,
    state_words,
)
from zhaohu.services.register.lookup import editable_child

__all__ = [
    "FollowUpCounts",
    "FollowUpEvent",
    "FollowUpRow",
    "FollowUpState",
    "close",
    "counts",
    "decline",
    "history",
    "list_closed",
    "list_open",
    "note_findings",
    "of_child",
    "reopen",
    "set_recheck",
    "state_words",
]

OUTCOMES = (
    CaseOutcome.RECOVERED,
    CaseOutcome.RULED_OUT,
    CaseOutcome.IMPROVED,
    CaseOutcome.NOT_RECOVERED,
    CaseOutcome.UNTREATED,
    CaseOutcome.REFUSED,
    CaseOutcome.OTHER,
)
"""What a person may give as outcome. Death, moving away and being lost are changes of the child's status."""
_NEED_WORDS = (CaseOutcome.OTHER, CaseOutcome.NOT_RECOVERED, CaseOutcome.UNTREATED, CaseOutcome.REFUSED)
"""Outcomes that say little without words."""


def note_findings(
    desk: Desk, work: Work, visit: Visit, found: Iterable[FoundHint], declined: Mapping[str, str]
) -> None:
    """What the newest version of a record leaves to be followed, within the act that saves it.

    Args:
        desk: Who saves it, and where.
        work: The act.
        visit: The version that is being saved.
        found: What `findings.findings_of` says of it.
        declined: The advice that was turned down: name of the finding, and why.
    """
    follow_up_notes.keep_findings(desk, work, visit, found, declined)
    referrals.note_record(desk, work, visit)
    cases.note_record(desk, work, visit)


def close(desk: Desk, follow_up_id: str, outcome: CaseOutcome, on: date, note: str = "") -> None:
    """Give the outcome of a finding, a referral or a case. Admin or teacher.

    Raises:
        BadInput: The outcome, the day or the note cannot be right.
        Refused: It has an outcome already (`closed`), or the child was released.
        NotFound: There is no such thing, or no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    _require_writer(desk)
    with desk.write("follow_up.close") as work:
        row, _child = _open_row(desk, work, follow_up_id)
        _check_outcome(outcome, note)
        if not row.found_on <= on <= desk.today:
            message = _("The day must lie between {day} and today.")
            raise BadInput(message.format(day=format_date(row.found_on)), field="on", value=on.isoformat())
        rows = [one for one in follow_up_notes.thread(work.session, row) if one.outcome is None]
        follow_up_notes.give_outcome(desk, work.session, rows, outcome, on, note.strip())
        if row.kind is FollowUpKind.CASE:
            cases.end_findings(desk, work.session, row)
        work.note(row, outcome=str(outcome), kind=str(row.kind), rows=len(rows))


def decline(desk: Desk, follow_up_id: str, reason: str) -> None:
    """Turn the advice on a finding down, with a reason. Admin or teacher.

    Raises:
        BadInput: No reason is given, or it is too long, or it is no finding.
        Refused: It has an outcome already (`closed`), or the child was released.
        NotFound: There is no such thing, or no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    _require_writer(desk)
    with desk.write("follow_up.decline") as work:
        row, _child = _open_row(desk, work, follow_up_id)
        if row.kind is not FollowUpKind.FINDING:
            raise BadInput(_("Only the advice on a finding can be turned down."), code="no_finding")
        why = _words(reason, _("Say in a few words why the advice is turned down."), "reason")
        rows = [one for one in follow_up_notes.thread(work.session, row) if one.outcome is None]
        follow_up_notes.turn_down(desk, work.session, rows, why)
        work.note(row, rows=len(rows))


def reopen(desk: Desk, follow_up_id: str) -> None:
    """Take an outcome back that was given by mistake. Admin or teacher.

    Raises:
        Refused: It is open (`open`), the child is off the register (`off_register`), or was released.
        NotFound: There is no such thing, or no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    _require_writer(desk)
    with desk.write("follow_up.reopen") as work:
        row, child = _own_row(desk, work, follow_up_id)
        if row.outcome is None:
            raise Refused(_("It is open already."), code="open")
        if child.status is not ChildStatus.ACTIVE:
            message = _("The child stands as “{now}”. Take it back onto the register first.")
            raise Refused(message.format(now=label(child.status)), code="off_register")
        rows = [
            one
            for one in follow_up_notes.thread(work.session, row)
            if (one.outcome, one.closed_on, one.closing_note) == (row.outcome, row.closed_on, row.closing_note)
        ]
        follow_up_notes.open_again(work.session, rows)
        if row.kind is FollowUpKind.CASE:
            cases.open_findings(work.session, row)
        work.note(row, rows=len(rows))


def set_recheck(desk: Desk, follow_up_id: str, day: date, form_id: str = "") -> None:
    """See the child again on a day: the re-check stands in the due list, planned anew or moved. Admin or teacher.

    Args:
        desk: Who asks, and where.
        follow_up_id: What is looked at again.
        day: When.
        form_id: The form that records it; empty for the one that suits the finding.

    Raises:
        BadInput: The day lies in the past.
        Refused: It has an outcome already (`closed`), or the child was released.
        NotFound: There is no such thing, or no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    _require_writer(desk)
    with desk.write("follow_up.recheck") as work:
        row, child = _open_row(desk, work, follow_up_id)
        if day < desk.today:
            raise BadInput(_("The day lies in the past."), field="day", value=day.isoformat())
        form = form_id or (cases.REVIEW_FORM if row.kind is FollowUpKind.CASE else "")
        follow_up_notes.plan_recheck(desk, work, child, row, day, form)
        work.note(row)


def _require_writer(desk: Desk) -> None:
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)


def _own_row(desk: Desk, work: Work, follow_up_id: str) -> tuple[FollowUp, Child]:
    row = work.session.get(FollowUp, follow_up_id)
    if row is None or row.deleted_at is not None:
        raise NotFound(_("There is nothing of this kind to follow."), code="no_such_follow_up")
    child = editable_child(desk, work.session, row.child_id)
    if row.owner != desk.site.code:
        raise NotAllowed(
            _("This record belongs to another station; only that station may change it."), code="not_owner"
        )
    return row, child


def _open_row(desk: Desk, work: Work, follow_up_id: str) -> tuple[FollowUp, Child]:
    row, child = _own_row(desk, work, follow_up_id)
    if row.outcome is not None:
        raise Refused(_("It has an outcome already. Open it again first if that is wrong."), code="closed")
    return row, child


def _check_outcome(outcome: CaseOutcome, note: str) -> None:
    if outcome not in OUTCOMES:
        raise BadInput(
            _("Choose an outcome of the list. Death, moving away and being lost are changes of the child's status."),
            field="outcome",
        )
    if outcome in _NEED_WORDS:
        _words(note, _("Say in a few words what this outcome means here."), "note")
    elif len(note.strip()) > follow_up_notes.LONGEST_NOTE:
        raise BadInput(_("The note is too long: at most {n} characters.").format(n=200), field="note")


def _words(text: str, ask: str, field: str) -> str:
    words = text.strip()
    if not words:
        raise BadInput(ask, field=field)
    if len(words) > follow_up_notes.LONGEST_NOTE:
        message = _("The note is too long: at most {n} characters.")
        raise BadInput(message.format(n=follow_up_notes.LONGEST_NOTE), field=field)
    return words
