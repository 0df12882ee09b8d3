"""What happened to one thing that is followed: found, turned down, looked at again, referred, answered, closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _, form_term, format_date
from zhaohu.records import ExtraContact, FollowUp, Visit
from zhaohu.records.codes import FollowUpKind, Role, label
from zhaohu.services import reference
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import Desk
from zhaohu.services.follow import cases, follow_up_notes, referrals
from zhaohu.services.follow.follow_up_rows import note_words
from zhaohu.services.register.lookup import present_child

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class FollowUpEvent:
    """One step; `target` is the id of the record behind it, empty for none."""

    on: date
    title: str
    detail: str
    target: str = ""


def history(desk: Desk, follow_up_id: str) -> list[FollowUpEvent]:
    """The steps of one thing that is followed, oldest first; what is planned stands last.

    Raises:
        NotFound: There is no such thing, or no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        row = session.get(FollowUp, follow_up_id)
        if row is None or row.deleted_at is not None:
            raise NotFound(_("There is nothing of this kind to follow."), code="no_such_follow_up")
        present_child(session, row.child_id)
        rows = follow_up_notes.thread(session, row)
        found = [*_found(session, rows), *_rechecks(session, rows), *_referrals(session, rows), *_cases(session, rows)]
        planned = [_planned(one) for one in follow_up_notes.pending_rechecks(session, rows)]
        closed = [event for one in rows for event in _closed(one)]
    return [*sorted(dict.fromkeys([*found, *closed]), key=lambda one: one.on), *planned]


def _found(session: Session, rows: list[FollowUp]) -> Iterator[FollowUpEvent]:
    titles = {
        FollowUpKind.FINDING: _("Found: {form}"),
        FollowUpKind.REFERRAL: _("Referred: {form}"),
        FollowUpKind.CASE: _("Case opened: {form}"),
    }
    for row in rows:
        visit = session.exec(current_visits().where(Visit.record_id == row.record_id)).first()
        form = _title(visit) if visit is not None else _("record no longer there")
        yield FollowUpEvent(
            row.found_on, titles[row.kind].format(form=form), row.advice or "", visit.id if visit is not None else ""
        )


def _rechecks(session: Session, rows: list[FollowUp]) -> Iterator[FollowUpEvent]:
    """The visits that were recorded for a planned re-check; the reviews of a case are told as such."""
    planned = select(ExtraContact.id).where(col(ExtraContact.follow_up_id).in_([row.id for row in rows]))
    seen = current_visits().where(
        Visit.child_id == rows[0].child_id, col(Visit.contact).in_(planned), Visit.form != cases.REVIEW_FORM
    )
    for visit in session.exec(seen):
        yield FollowUpEvent(visit.visit_date, _("Seen again: {form}").format(form=_title(visit)), "", visit.id)


def _referrals(session: Session, rows: list[FollowUp]) -> Iterator[FollowUpEvent]:
    sent = {row.referral_record_id for row in rows} | {
        row.record_id for row in rows if row.kind is FollowUpKind.REFERRAL
    }
    for record_id in sent - {None}:
        assert record_id is not None
        referral = session.exec(current_visits().where(Visit.record_id == record_id)).first()
        if referral is not None and rows[0].kind is not FollowUpKind.REFERRAL:
            told = json.loads(referral.answers)
            to = " ".join(str(told[name]) for name in ("to_org", "to_department") if told.get(name))
            yield FollowUpEvent(referral.visit_date, _("Referred to {place}").format(place=to), "", referral.id)
        for answer in referrals.answers_of(session, rows[0].child_id, record_id):
            told = json.loads(answer.answers)
            yield FollowUpEvent(
                answer.visit_date, _("Answer of the referral"), str(told.get("diagnosis", "")), answer.id
            )


def _cases(session: Session, rows: list[FollowUp]) -> Iterator[FollowUpEvent]:
    """The reviews of a case; of a finding the cases that were opened for it."""
    if rows[0].kind is FollowUpKind.CASE:
        for review in cases.reviews(session, rows[0].child_id, rows[0].record_id or ""):
            told = json.loads(review.answers)
            yield FollowUpEvent(review.visit_date, _("Review"), str(told.get("treatment", "")), review.id)
    elif rows[0].kind is FollowUpKind.FINDING:
        for opened in cases.opened_for(session, rows):
            yield FollowUpEvent(opened.visit_date, _("Special case opened"), "", opened.id)


def _closed(row: FollowUp) -> Iterator[FollowUpEvent]:
    if row.outcome is None or row.closed_on is None:
        return
    words = [row.declined_reason or note_words(row), row.closed_by or ""]
    title = _("Closed: {outcome}").format(outcome=label(row.outcome))
    yield FollowUpEvent(row.closed_on, title, " · ".join(word for word in words if word))


def _planned(one: ExtraContact) -> FollowUpEvent:
    words = _("{start} to {end}").format(start=format_date(one.due_from), end=format_date(one.due_to))
    return FollowUpEvent(one.due_from, _("Planned: {what}").format(what=one.title), words)


def _title(visit: Visit) -> str:
    form = reference.forms().get(visit.form)
    return form_term(form.title) if form is not None else visit.form
