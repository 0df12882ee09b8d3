"""What a record leaves to be followed: its findings are kept with it, corrected with it, and go and come back with it.

Everything here happens within an act that is open already. Notes that the program writes by itself are Chinese terms of
the `forms` catalog, so that they are recognised later whatever language was in use.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

from sqlmodel import Session, col, select

from zhaohu.i18n import _
from zhaohu.records import Child, ExtraContact, FollowUp, Visit
from zhaohu.records.codes import CaseOutcome, ChildStatus, FollowUpKind
from zhaohu.rules.finding_terms import FoundHint, OwnNote
from zhaohu.rules.forms.model import HintKind
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import Desk, Work
from zhaohu.services.follow import findings

LONGEST_ADVICE, LONGEST_NOTE = 300, 200
RECHECK_WINDOW_DAYS = 7
_LOOK_AGAIN = {HintKind.REFER_NOW: 3, HintKind.REFER: 14, HintKind.CASE: 30}
"""After how many days somebody looks what became of a finding for which no rule names a time: our choice."""
_LOOK_AGAIN_DAYS = 30
_BY_STATUS = {
    ChildStatus.DIED: CaseOutcome.DIED,
    ChildStatus.MOVED_OUT: CaseOutcome.MOVED_AWAY,
    ChildStatus.LOST: CaseOutcome.LOST,
    ChildStatus.CLOSED_AT_THREE: CaseOutcome.OTHER,
}


def keep_findings(
    desk: Desk, work: Work, visit: Visit, found: Iterable[FoundHint], declined: Mapping[str, str]
) -> None:
    """Keep what a record's newest version found: open, or turned down with the reason.

    Of a corrected record what still holds stays as it is, what does not hold any more is closed, what is new is opened.
    """
    followed = {one.name: one for one in found if one.followed}
    kept = {row.subject: row for row in of_record(work.session, visit.record_id, FollowUpKind.FINDING)}
    for name, one in followed.items():
        row = kept.get(name)
        if row is None:
            row = _opened(desk, work.session, visit, one)
        else:
            _follow_correction(work.session, row, visit, one)
        _decide(desk, work.session, row, declined.get(name, ""))
    for name, row in kept.items():
        if name not in followed and row.outcome is None:
            give_outcome(desk, work.session, [row], CaseOutcome.RULED_OUT, desk.today, OwnNote.CORRECTED)
    end_as_the_child(desk, work.session, kept.values())
    work.session.flush()


def _opened(desk: Desk, session: Session, visit: Visit, one: FoundHint) -> FollowUp:
    row = desk.make(
        FollowUp,
        child_id=visit.child_id,
        kind=FollowUpKind.FINDING,
        subject=one.name,
        record_id=visit.record_id,
        found_on=visit.visit_date,
        advice=one.message[:LONGEST_ADVICE],
        advice_kind=str(one.kind),
        recheck_on=visit.visit_date + timedelta(days=_days(one)),
    )
    session.add(row)
    with_status(desk, session, row, session.get_one(Child, visit.child_id))
    return row


def _days(one: FoundHint) -> int:
    return one.recheck_days or _LOOK_AGAIN.get(one.kind, _LOOK_AGAIN_DAYS)


def _follow_correction(session: Session, row: FollowUp, visit: Visit, one: FoundHint) -> None:
    """What a person decided about a finding stays; its day and its words are the record's."""
    if row.outcome is CaseOutcome.RULED_OUT and row.closing_note == OwnNote.CORRECTED:
        open_again(session, [row])
    if row.outcome is None and row.found_on != visit.visit_date:
        row.recheck_on = visit.visit_date + timedelta(days=_days(one))
    row.found_on, row.advice, row.advice_kind = visit.visit_date, one.message[:LONGEST_ADVICE], str(one.kind)


def _decide(desk: Desk, session: Session, row: FollowUp, reason: str) -> None:
    if reason and row.outcome is None:
        turn_down(desk, session, [row], reason)
    elif not reason and row.outcome is CaseOutcome.DECLINED:
        open_again(session, [row])


def of_record(session: Session, record_id: str, kind: FollowUpKind | None = None) -> list[FollowUp]:
    """What a record left to be followed."""
    statement = select(FollowUp).where(FollowUp.record_id == record_id, col(FollowUp.deleted_at).is_(None))
    if kind is not None:
        statement = statement.where(FollowUp.kind == kind)
    return list(session.exec(statement.order_by(col(FollowUp.id))))


def thread(session: Session, row: FollowUp) -> list[FollowUp]:
    """The same finding at all visits of the child, oldest first; of another kind the row alone."""
    if row.kind is not FollowUpKind.FINDING:
        return [row]
    statement = select(FollowUp).where(
        FollowUp.child_id == row.child_id,
        FollowUp.kind == row.kind,
        FollowUp.subject == row.subject,
        col(FollowUp.deleted_at).is_(None),
    )
    return list(session.exec(statement.order_by(col(FollowUp.found_on), col(FollowUp.id))))


def give_outcome(
    desk: Desk, session: Session, rows: Iterable[FollowUp], outcome: CaseOutcome, on: date, note: str = ""
) -> None:
    """Give an outcome; what was planned to look again is not due any more."""
    for row in rows:
        row.outcome, row.closed_on, row.closing_note = outcome, on, note[:LONGEST_NOTE] or None
        row.closed_by = desk.person.display_name[:50]
        for planned in pending_rechecks(session, [row]):
            planned.deleted_at, planned.deleted_by = desk.clock.stamp(), desk.person.display_name
            planned.deleted_reason = str(OwnNote.NOT_NEEDED)
    session.flush()


def turn_down(desk: Desk, session: Session, rows: Sequence[FollowUp], reason: str) -> None:
    """The advice was turned down, and why."""
    give_outcome(desk, session, rows, CaseOutcome.DECLINED, desk.today)
    for row in rows:
        row.declined_reason = reason


def open_again(session: Session, rows: Sequence[FollowUp]) -> None:
    """Take an outcome back; what was planned to look again is due again."""
    for row in rows:
        row.outcome = row.closed_on = row.closing_note = row.closed_by = row.declined_reason = None
    planned = select(ExtraContact).where(
        col(ExtraContact.follow_up_id).in_([row.id for row in rows]),
        ExtraContact.deleted_reason == str(OwnNote.NOT_NEEDED),
    )
    for one in session.exec(planned):
        one.deleted_at = one.deleted_by = one.deleted_reason = None


def pending_rechecks(session: Session, rows: Sequence[FollowUp]) -> list[ExtraContact]:
    """What was planned to look again, and is not recorded yet; the earliest first."""
    recorded = current_visits().where(Visit.child_id == ExtraContact.child_id, col(Visit.contact) == ExtraContact.id)
    statement = select(ExtraContact).where(
        col(ExtraContact.follow_up_id).in_([row.id for row in rows]),
        col(ExtraContact.deleted_at).is_(None),
        ~recorded.exists(),
    )
    return list(session.exec(statement.order_by(col(ExtraContact.due_from))))


def plan_recheck(desk: Desk, work: Work, child: Child, row: FollowUp, day: date, form_id: str = "") -> None:
    """See the child again on a day: what was planned moves there, else it is planned."""
    from zhaohu.services.due import extra_contacts  # it uses the register's moves, which use these notes

    row.recheck_on = day
    until = day + timedelta(days=RECHECK_WINDOW_DAYS)
    planned = pending_rechecks(work.session, [row])
    for one in planned:
        one.due_from, one.due_to = day, until
        one.form = form_id or one.form
    if not planned:
        text = _("Review: {what}") if row.kind is FollowUpKind.CASE else _("Re-check: {what}")
        title = text.format(what=words_of(work.session, row, short=True))[:100]
        form = form_id or findings.recheck_form(row.subject)
        extra_contacts.add_within(
            desk, work, child, title=title, form=form, due_from=day, due_to=until, follow_up_id=row.id
        )
    work.session.flush()


def words_of(session: Session, row: FollowUp, *, short: bool = False) -> str:
    """What is followed, in few words; of a case only its category when it is to be short."""
    record = session.exec(select(Visit).where(Visit.record_id == row.record_id)).first() if row.record_id else None
    if short and row.kind is FollowUpKind.CASE:
        return findings.category_of(row.subject) or findings.title_of(row.subject, kind=row.kind)
    return findings.title_of(row.subject, record.form if record else "", row.kind)


# -- what happens to the record, and to the child


def record_removed(desk: Desk, session: Session, visit: Visit) -> None:
    """A record was taken away: what it found is closed with the reason."""
    rows = [row for row in of_record(session, visit.record_id) if row.outcome is None]
    give_outcome(desk, session, rows, CaseOutcome.RULED_OUT, desk.today, visit.deleted_reason or "")


def record_restored(desk: Desk, session: Session, visit: Visit, reason: str) -> None:
    """A record came back: so does what was closed because it had gone."""
    child = session.get_one(Child, visit.child_id)
    for row in of_record(session, visit.record_id):
        if row.outcome is CaseOutcome.RULED_OUT and row.closing_note == reason[:LONGEST_NOTE]:
            open_again(session, [row])
            with_status(desk, session, row, child)
    session.flush()


def with_status(desk: Desk, session: Session, row: FollowUp, child: Child) -> None:
    """What is found of a child that is off the register already ends as the child's record did."""
    if child.status in _BY_STATUS and row.outcome is None:
        give_outcome(desk, session, [row], _BY_STATUS[child.status], child.status_on or desk.today, OwnNote.WITH_STATUS)


def end_as_the_child(desk: Desk, session: Session, rows: Iterable[FollowUp]) -> None:
    """What was opened again of a child that is off the register ends as the child's record did."""
    for row in rows:
        with_status(desk, session, row, session.get_one(Child, row.child_id))


def follow_status(desk: Desk, session: Session, child: Child) -> None:
    """A child left the register, or came back: what was open ends with it, and is open again."""
    stands = _BY_STATUS.get(child.status), child.status_on
    statement = select(FollowUp).where(FollowUp.child_id == child.id, col(FollowUp.deleted_at).is_(None))
    for row in session.exec(statement):
        if row.closing_note == OwnNote.WITH_STATUS and (row.outcome, row.closed_on) != stands:
            open_again(session, [row])
        with_status(desk, session, row, child)
    session.flush()
