"""Referrals and their answers: a referral waits for its answer (回转单), which closes it and answers what was found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import date, timedelta

from sqlmodel import Session, col, func, select

from zhaohu.i18n import sentences
from zhaohu.records import Child, FollowUp, Visit
from zhaohu.records.codes import CaseOutcome, FollowUpKind
from zhaohu.rules.ages import age_text
from zhaohu.rules.finding_terms import OwnNote
from zhaohu.rules.forms.model import Answer
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import Desk, Work
from zhaohu.services.follow import follow_up_notes

REFERRAL_FORM, ANSWER_FORM = "referral", "referral_answer"
ANSWER_DAYS = 14
"""After how many days an answer is overdue: our choice."""
_OF = "referral_record"
"""The answer's field with the record of the referral."""
FINDING = "finding"
"""The field of a referral, and of a special case, with the id of the finding that it was written for."""
_OUTCOMES = {
    "1": CaseOutcome.RECOVERED,
    "2": CaseOutcome.IMPROVED,
    "3": CaseOutcome.NOT_RECOVERED,
    "5": CaseOutcome.UNTREATED,
    "6": CaseOutcome.RULED_OUT,
    "9": CaseOutcome.OTHER,
}
_ENDS = (CaseOutcome.RECOVERED, CaseOutcome.RULED_OUT)
"""Outcomes after which there is nothing left to follow; with the others the finding stays in the lists."""
_TAKEN_OVER = {"to_org": "from_org", "to_department": "from_department", "to_doctor": "from_doctor"}
"""What an answer takes over from its referral: who received the child is who sends it back."""


def note_record(desk: Desk, work: Work, visit: Visit) -> None:
    """A referral that is saved waits for its answer; an answer that is saved closes its referral."""
    if visit.form == REFERRAL_FORM:
        _note_referral(desk, work, visit)
    else:
        record_changed(desk, work.session, visit)


def _note_referral(desk: Desk, work: Work, visit: Visit) -> None:
    session, answers = work.session, json.loads(visit.answers)
    due = visit.visit_date + timedelta(days=ANSWER_DAYS)
    advice = str(answers.get("impression") or "")[: follow_up_notes.LONGEST_ADVICE] or None
    rows = follow_up_notes.of_record(session, visit.record_id, FollowUpKind.REFERRAL)
    if rows:
        if rows[0].found_on != visit.visit_date:
            rows[0].recheck_on = due
        rows[0].found_on, rows[0].advice = visit.visit_date, advice
    else:
        row = desk.make(
            FollowUp,
            child_id=visit.child_id,
            kind=FollowUpKind.REFERRAL,
            subject=REFERRAL_FORM,
            record_id=visit.record_id,
            found_on=visit.visit_date,
            advice=advice,
            recheck_on=due,
        )
        session.add(row)
        follow_up_notes.with_status(desk, session, row, session.get_one(Child, visit.child_id))
    for one in _findings_of(session, visit.child_id, answers):
        one.referral_record_id = visit.record_id
    session.flush()


def _findings_of(session: Session, child_id: str, answers: Mapping[str, object]) -> list[FollowUp]:
    """The findings that a record was written for; none when it was written for something else."""
    row = session.get(FollowUp, str(answers.get(FINDING, "")))
    if row is None or row.child_id != child_id or row.kind is not FollowUpKind.FINDING:
        return []
    return [one for one in follow_up_notes.thread(session, row) if one.outcome is None]


def _count_answers(desk: Desk, session: Session, child_id: str, record_id: str) -> None:
    """Of the answers to a referral the newest that stands counts; without one it waits again."""
    referral = _referral(session, child_id, record_id)
    if referral is None:
        return
    rows = [referral, *_answered_by(session, referral)]
    follow_up_notes.open_again(session, [row for row in rows if row.closing_note == OwnNote.ANSWERED])
    session.flush()
    answers = answers_of(session, child_id, record_id)
    if answers:
        day, told = answers[-1].visit_date, json.loads(answers[-1].answers)
        outcome = _OUTCOMES.get(str(told.get("outcome", "")), CaseOutcome.OTHER)
        answered = rows if outcome in _ENDS else [referral]
        waiting = [row for row in answered if row.outcome is None]
        follow_up_notes.give_outcome(desk, session, waiting, outcome, day, OwnNote.ANSWERED)
    follow_up_notes.end_as_the_child(desk, session, rows)
    session.flush()


def _referral(session: Session, child_id: str, record_id: str) -> FollowUp | None:
    if not record_id:
        return None
    rows = follow_up_notes.of_record(session, record_id, FollowUpKind.REFERRAL)
    return next((row for row in rows if row.child_id == child_id), None)


def _answered_by(session: Session, referral: FollowUp) -> list[FollowUp]:
    statement = select(FollowUp).where(
        FollowUp.referral_record_id == referral.record_id, col(FollowUp.deleted_at).is_(None)
    )
    return list(session.exec(statement))


def record_changed(desk: Desk, session: Session, visit: Visit) -> None:
    """An answer was saved, removed or restored, or a referral restored: what is answered is looked at anew."""
    if visit.form == ANSWER_FORM:
        _count_answers(desk, session, visit.child_id, str(json.loads(visit.answers).get(_OF, "")))
    elif visit.form == REFERRAL_FORM:
        _count_answers(desk, session, visit.child_id, visit.record_id)


def answers_of(session: Session, child_id: str, record_id: str) -> list[Visit]:
    """The answers to a referral in their newest version, oldest first."""
    found = current_visits().where(
        Visit.child_id == child_id, Visit.form == ANSWER_FORM, func.json_extract(Visit.answers, f"$.{_OF}") == record_id
    )
    return list(session.exec(found.order_by(col(Visit.visit_date), col(Visit.id))))


def starting_answers(session: Session, child: Child, form_id: str, about: str, today: date) -> dict[str, Answer]:
    """What a referral, or an answer to one, starts with.

    Args:
        session: Where to read.
        child: The child.
        form_id: Which of the two.
        about: Id of the finding that the child is referred for, or of the referral that is answered; empty for the only
            one that is open.
        today: The day on which it is written.
    """
    if form_id == REFERRAL_FORM:
        return _referral_start(session, child, about)
    if form_id == ANSWER_FORM:
        return _answer_start(session, child, about, today)
    return {}


def _referral_start(session: Session, child: Child, about: str) -> dict[str, Answer]:
    row = session.get(FollowUp, about) if about else None
    if row is None or row.child_id != child.id or row.kind is not FollowUpKind.FINDING:
        return {}
    rows = [one for one in follow_up_notes.thread(session, row) if one.outcome is None]
    words = sentences(dict.fromkeys(one.advice or "" for one in reversed(rows)))
    return {
        FINDING: row.id,
        "impression": follow_up_notes.words_of(session, row),
        "present_history": words[:500],
    }


def _answer_start(session: Session, child: Child, about: str, today: date) -> dict[str, Answer]:
    open_ = select(FollowUp).where(
        FollowUp.child_id == child.id,
        FollowUp.kind == FollowUpKind.REFERRAL,
        col(FollowUp.outcome).is_(None),
        col(FollowUp.deleted_at).is_(None),
    )
    rows = [row for row in session.exec(open_) if not about or row.id == about]
    if len(rows) != 1 or rows[0].record_id is None:
        return {}
    sent = session.exec(current_visits().where(Visit.record_id == rows[0].record_id)).first()
    told = json.loads(sent.answers) if sent is not None else {}
    start: dict[str, Answer] = {_OF: rows[0].record_id, "age": age_text(child.birth_date, today)}
    return start | {here: told[there] for there, here in _TAKEN_OVER.items() if told.get(there)}
