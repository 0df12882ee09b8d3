"""Special cases (专案): opened by their record, reviewed, closed with an outcome, and printed as one sheet."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from decimal import Decimal

from sqlmodel import Session, col, func, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Child, FollowUp, Visit
from zhaohu.records.codes import FollowUpKind, Role
from zhaohu.rules.ages import months_and_days
from zhaohu.rules.case_closing import CaseFacts, ClosingAdvice, closing_advice
from zhaohu.rules.finding_terms import OwnNote
from zhaohu.rules.findings import HEMOGLOBIN, RICKETS_SIGNS
from zhaohu.rules.forms.model import Answer
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator, Status
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import Desk, Work
from zhaohu.services.follow import findings, follow_up_notes
from zhaohu.services.follow.findings import CASE_FORM, CATEGORY
from zhaohu.services.follow.referrals import FINDING
from zhaohu.services.growth import growth
from zhaohu.services.register.lookup import present_child

REVIEW_FORM = "case_review"
_OF = "case_record"
"""The review's field with the record of its case."""
_NEXT = "next_date"
REVIEW_DAYS = 30
"""When nobody wrote down a day for the next review: monthly."""
_READERS = tuple(Role)
_NO_CATEGORY = "99"
_STANDING_FROM_DAY = 731


def note_record(desk: Desk, work: Work, visit: Visit) -> None:
    """A case that is saved is open until somebody closes it; its next review stands in the due list."""
    if visit.form == CASE_FORM:
        _note_case(desk, work, visit)
    review_changed(desk, work, visit)


def review_changed(desk: Desk, work: Work, visit: Visit) -> None:
    """A review was saved, removed or restored: the newest that stands says when the child is seen next."""
    if visit.form == REVIEW_FORM:
        row = case_of_record(work.session, visit.child_id, str(json.loads(visit.answers).get(_OF, "")))
        if row is not None:
            _plan_next(desk, work, row)


def _note_case(desk: Desk, work: Work, visit: Visit) -> None:
    session, answers = work.session, json.loads(visit.answers)
    category = str(answers.get(CATEGORY, _NO_CATEGORY))
    advice = str(answers.get("diagnosis") or "")[: follow_up_notes.LONGEST_ADVICE] or None
    row = case_of_record(session, visit.child_id, visit.record_id)
    if row is None:
        row = desk.make(
            FollowUp,
            child_id=visit.child_id,
            kind=FollowUpKind.CASE,
            subject=category,
            record_id=visit.record_id,
            found_on=visit.visit_date,
            advice=advice,
        )
        session.add(row)
        session.flush()
        follow_up_notes.with_status(desk, session, row, session.get_one(Child, visit.child_id))
    row.subject, row.found_on, row.advice = category, visit.visit_date, advice
    _plan_next(desk, work, row)


def _plan_next(desk: Desk, work: Work, row: FollowUp) -> None:
    """The newest record of a case says when the child is seen next; a day that is past needs no plan, it is overdue."""
    if row.outcome is not None or row.record_id is None:
        return
    records = [*_case_records(work.session, row.child_id, row.record_id)]
    if not records:
        return
    last = records[-1]
    written = json.loads(last.answers).get(_NEXT)
    day = date.fromisoformat(str(written)) if written else last.visit_date + timedelta(days=REVIEW_DAYS)
    row.recheck_on = day
    if written:
        child = work.session.get_one(Child, row.child_id)
        follow_up_notes.plan_recheck(desk, work, child, row, day, REVIEW_FORM)


def _case_records(session: Session, child_id: str, record_id: str) -> Iterator[Visit]:
    """The record of a case and its reviews, in their newest versions, by day."""
    opened = current_visits().where(Visit.record_id == record_id)
    yield from session.exec(opened)
    yield from reviews(session, child_id, record_id)


def reviews(session: Session, child_id: str, record_id: str) -> list[Visit]:
    """The reviews of a case in their newest version, oldest first."""
    found = current_visits().where(
        Visit.child_id == child_id, Visit.form == REVIEW_FORM, func.json_extract(Visit.answers, f"$.{_OF}") == record_id
    )
    return list(session.exec(found.order_by(col(Visit.visit_date), col(Visit.id))))


def case_of_record(session: Session, child_id: str, record_id: str) -> FollowUp | None:
    """The case that a record opened."""
    rows = follow_up_notes.of_record(session, record_id, FollowUpKind.CASE) if record_id else []
    return next((row for row in rows if row.child_id == child_id), None)


def case_findings(session: Session, row: FollowUp) -> list[FollowUp]:
    """The findings for which a case was opened."""
    opened = session.exec(current_visits().where(Visit.record_id == row.record_id)).first()
    finding = session.get(FollowUp, str(json.loads(opened.answers).get(FINDING, ""))) if opened is not None else None
    return follow_up_notes.thread(session, finding) if finding is not None else []


def opened_for(session: Session, rows: Sequence[FollowUp]) -> list[Visit]:
    """The records of the cases that were opened for findings, oldest first."""
    named = func.json_extract(Visit.answers, f"$.{FINDING}")
    found = current_visits().where(
        Visit.child_id == rows[0].child_id, Visit.form == CASE_FORM, named.in_([row.id for row in rows])
    )
    return list(session.exec(found.order_by(col(Visit.visit_date))))


def end_findings(desk: Desk, session: Session, row: FollowUp) -> None:
    """With a case ends what it was opened for."""
    if row.outcome is not None and row.closed_on is not None:
        rows = [one for one in case_findings(session, row) if one.outcome is None]
        follow_up_notes.give_outcome(desk, session, rows, row.outcome, row.closed_on, OwnNote.WITH_CASE)


def open_findings(session: Session, row: FollowUp) -> None:
    """A case is open again, and so is what it was opened for."""
    rows = [one for one in case_findings(session, row) if one.closing_note == OwnNote.WITH_CASE]
    follow_up_notes.open_again(session, rows)


def starting_answers(session: Session, child: Child, form_id: str, about: str) -> dict[str, Answer]:
    """What the record of a case, or of a review, starts with.

    Args:
        session: Where to read.
        child: The child.
        form_id: Which of the two.
        about: Id of the finding that the case is opened for, or of the case that is reviewed; empty for the only open
            one.
    """
    if form_id == CASE_FORM and about:
        row = session.get(FollowUp, about)
        if row is None or row.child_id != child.id or row.kind is not FollowUpKind.FINDING:
            return {}
        start: dict[str, Answer] = {FINDING: row.id, "diagnosis": follow_up_notes.words_of(session, row)}
        category = findings.case_of(row.subject)
        if category == _NO_CATEGORY:
            start[f"{CATEGORY}_text"] = start["diagnosis"]
        return start | ({CATEGORY: category} if category else {})
    if form_id == REVIEW_FORM:
        open_ = select(FollowUp).where(
            FollowUp.child_id == child.id,
            FollowUp.kind == FollowUpKind.CASE,
            col(FollowUp.outcome).is_(None),
            col(FollowUp.deleted_at).is_(None),
        )
        rows = [row for row in session.exec(open_) if not about or row.id == about]
        if len(rows) == 1 and rows[0].record_id:
            return {_OF: rows[0].record_id}
    return {}


def advice_on_closing(desk: Desk, follow_up_id: str) -> ClosingAdvice | None:
    """The rule by which a case, or a finding, is closed, and whether the records meet it; None when there is none.

    Raises:
        NotFound: There is no such thing.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        row = session.get(FollowUp, follow_up_id)
        if row is None or row.deleted_at is not None:
            raise NotFound(_("There is nothing of this kind to follow."), code="no_such_follow_up")
        child = present_child(session, row.child_id)
        category = row.subject if row.kind is FollowUpKind.CASE else findings.case_of(row.subject)
        since = current_visits().where(Visit.child_id == child.id, Visit.visit_date > row.found_on)
        told = [
            (one.visit_date, json.loads(one.answers)) for one in session.exec(since.order_by(col(Visit.visit_date)))
        ]
        found_on, born = row.found_on, child.birth_date
    days = [day for day in growth.series(desk, child.id) if day.on > found_on]
    facts = CaseFacts(
        months_and_days(born, desk.today)[0],
        next(((on, Decimal(str(one[HEMOGLOBIN]))) for on, one in reversed(told) if HEMOGLOBIN in one), None),
        tuple((day.on, _statuses(day)) for day in days),
        next(((on, signs) for on, one in reversed(told) if (signs := _has_signs(one)) is not None), None),
    )
    return closing_advice(category, facts)


def _statuses(day: MeasuredDay) -> frozenset[Status]:
    """Weight for length counts under two years and BMI from then on, as in the trend."""
    mass = Indicator.WFL if day.ages.chronological.days < _STANDING_FROM_DAY else Indicator.BFA
    results = (day.china.of(one) for one in (Indicator.WFA, Indicator.LHFA, mass))
    return frozenset(one.status for one in results if one.status is not None)


def _has_signs(answers: dict[str, Answer]) -> bool | None:
    """Whether a record names signs of rickets; None when it did not ask."""
    asked = [answer for name, answer in answers.items() if name.startswith(RICKETS_SIGNS)]
    return any(answer != ["1"] for answer in asked) if asked else None
