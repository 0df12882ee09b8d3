"""Visits: saving a form that was filled in, correcting it later; starting and viewing stand beside, and are named here.

A record is saved whole or not at all, with all that follows from it: its measurements, what it tells the register, what
it found (`follow_ups`), and the printed sheet that it was keyed in from.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlmodel import Session, col, func, select

from zhaohu.errors import BadInput
from zhaohu.i18n import _, format_date
from zhaohu.records import Child, Measurement, Visit
from zhaohu.records.base import new_id
from zhaohu.records.codes import ChildStatus, SiteKind
from zhaohu.rules.forms.answers import Checked, check
from zhaohu.rules.forms.model import Form
from zhaohu.services import editions
from zhaohu.services.care import drafts, visit_growth
from zhaohu.services.care.visit_growth import measurements, refuse_impossible
from zhaohu.services.care.visit_lookup import births_at_risk, own_current_visit, refuse_second_record
from zhaohu.services.care.visit_starts import Entry, edit_visit, open_entry, open_version, reveal_answer, start_visit
from zhaohu.services.care.visit_views import Removed, VisitVersion, VisitView, record_number, view_visit
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.due.contacts import contact_of
from zhaohu.services.follow import findings, follow_ups
from zhaohu.services.growth import grading
from zhaohu.services.register.birth_facts import complete_register
from zhaohu.services.register.consents import refuse_unwanted_guidance
from zhaohu.services.register.lookup import editable_child
from zhaohu.store.audit import canonical_json

__all__ = [
    "Entry",
    "Removed",
    "VisitVersion",
    "VisitView",
    "births_at_risk",
    "correct_visit",
    "edit_visit",
    "open_entry",
    "own_current_visit",
    "record_number",
    "record_visit",
    "refuse_second_record",
    "reveal_answer",
    "save_visit",
    "start_visit",
    "view_visit",
]

_LONGEST_REASON = 200
_NOTHING: Mapping[str, str] = {}


def record_visit(
    desk: Desk,
    *,
    child_id: str,
    form_id: str,
    answers: object,
    declined: Mapping[str, str] = _NOTHING,
    sheet: int = 0,
    form_version: str = "",
) -> VisitView:
    """Save a visit; the person's draft of it goes in the same transaction.

    Args:
        desk: Who records, and where.
        child_id: Whose visit it is.
        form_id: The form that was filled in.
        answers: By field, as typed.
        declined: The advice that was turned down: the hint's name and the reason.
        sheet: Number of the printed sheet that it was keyed in from; 0 for none.
        form_version: The version that was filled in; the one in effect when it is not named.

    Raises:
        BadInput: An answer is missing or impossible; `problems` in the details name field, value and reason.
        Refused: This form was recorded for the child on that day already (`already_recorded`), the child was released
            to another station (`released`), or its guardians had refused guidance (`consent_refused`).
        NotFound: There is no such child or form.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("visit.record") as work:
        entry = open_entry(desk, work.session, child_id, form_id, form_version)
        visit_id = save_visit(desk, work, entry, answers, declined)
        if sheet:
            from zhaohu.services.printing import sheets  # brings the drawing of paper with it

            sheets.take_back(work, sheet, visit_id)
        drafts.forget(work.session, desk.person.name, drafts.visit_key(child_id, form_id))
    return view_visit(desk, visit_id)


def save_visit(desk: Desk, work: Work, entry: Entry, answers: object, declined: Mapping[str, str] = _NOTHING) -> str:
    """Check a new visit and save it within an act that is open already; returns its id.

    Raises:
        BadInput: As `record_visit`.
        Refused: As `record_visit`.
    """
    checked = _checked(entry, answers)
    child = editable_child(desk, work.session, entry.child_id)
    number = last_number(work.session, desk.site.code)
    visit_id = new_id()
    values = {"id": visit_id, "record_id": visit_id, "number": number + 1, "version": 1}
    _save(desk, work, entry, child, checked, values, declined)
    return visit_id


def correct_visit(
    desk: Desk, visit_id: str, *, answers: object, reason: str, declined: Mapping[str, str] | None = None
) -> VisitView:
    """Save a corrected version of a visit; the former one stays, the person's draft of the correction goes.

    Args:
        desk: Who corrects, and where.
        visit_id: The newest version.
        answers: By field, as typed.
        reason: Why it is corrected.
        declined: As `record_visit`; None leaves turned down what was.

    Raises:
        BadInput: No reason is given, nothing was changed, or an answer is missing or impossible.
        Refused: A later version corrects it already, or its new day has another record of this form.
        NotFound: There is no such visit.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not reason.strip():
        raise BadInput(_("Say why the record is corrected."), field="reason")
    with desk.write("visit.correct") as work:
        entry, former = open_version(desk, work.session, visit_id)
        checked = _checked(entry, answers)
        if checked.values == entry.answers:
            raise BadInput(_("Nothing was changed; there is nothing to correct."), code="nothing_changed")
        values = {
            "id": new_id(),
            "record_id": former.record_id,
            "number": former.number,
            "numbered_by": former.numbered_by,
            "version": former.version + 1,
            "replaces_id": former.id,
            "reason": reason.strip(),
        }
        child = editable_child(desk, work.session, former.child_id)
        _save(desk, work, entry, child, checked, values, entry.declined if declined is None else declined)
        drafts.forget(work.session, desk.person.name, drafts.correction_key(visit_id))
    return view_visit(desk, str(values["id"]))


def last_number(session: Session, site: str) -> int:
    """The highest number that this station gave; that of a record that was handed over stays taken."""
    newest = select(func.max(Visit.number))
    own = session.exec(newest.where(Visit.owner == site, col(Visit.numbered_by).is_(None))).one()
    gone = session.exec(newest.where(Visit.numbered_by == site)).one()
    return max(own or 0, gone or 0)


def _checked(entry: Entry, answers: object) -> Checked:
    checked = check(entry.form, answers, entry.context)
    if checked.problems:
        problems = [{"field": p.field, "value": p.value, "reason": p.message} for p in checked.problems]
        first = checked.problems[0]
        raise BadInput(first.message, code="visit_refused", field=first.field, value=first.value, problems=problems)
    return checked


def _save(
    desk: Desk,
    work: Work,
    entry: Entry,
    child: Child,
    checked: Checked,
    values: dict[str, object],
    declined: Mapping[str, str],
) -> None:
    form, answers = entry.form, checked.values
    refuse_impossible(child, form, answers, desk.today)
    visit_date = date.fromisoformat(str(answers[form.date_field]))
    refuse_after_death(child, form, visit_date)
    if values["version"] == 1:
        refuse_unwanted_guidance(work.session, child, form.id, visit_date)
    refuse_second_record(work.session, child.id, form.id, visit_date, str(values["record_id"]))
    visit = desk.make(
        Visit,
        **values,
        child_id=child.id,
        form=form.id,
        form_version=form.version,
        contact=contact_of(work.session, child, form.id, visit_date, str(values["record_id"])),
        visit_date=visit_date,
        signer=str(answers.get("signer", desk.person.display_name)),
        answers=canonical_json(answers),
    )
    work.session.add(visit)
    editions.keep(work.session, form)
    work.session.flush()
    for on, amounts in measurements(form, answers).items():
        if on != child.birth_date:
            work.session.add(desk.make(Measurement, child_id=child.id, visit_id=visit.id, measured_on=on, **amounts))
    complete_register(child, form, answers, entry.answers if visit.version > 1 else {})
    if visit.replaces_id is not None:
        grading.carry_over(work.session, visit.replaces_id, visit.id)
    _note_findings(desk, work, entry, child, visit, checked, declined)
    work.note(visit, version=visit.version, form=form.id)


def _note_findings(
    desk: Desk,
    work: Work,
    entry: Entry,
    child: Child,
    visit: Visit,
    checked: Checked,
    declined: Mapping[str, str],
) -> None:
    """What the answers ask for stays in the lists until somebody gives its outcome; or says why it was turned down."""
    trend = visit_growth.trend_of(work.session, child, entry.form, checked.values)
    found = findings.findings_of(entry.form, checked.values, trend, entry.context)
    names = {one.name for one in found}
    reasons = {name: _reason(words) for name, words in declined.items() if name in names}
    follow_ups.note_findings(desk, work, visit, found, reasons)


def _reason(words: str) -> str:
    if not words.strip() or len(words.strip()) > _LONGEST_REASON:
        message = _("Say in at most {n} characters why the advice is turned down.")
        raise BadInput(message.format(n=_LONGEST_REASON), code="no_reason", field="declined")
    return words.strip()


def refuse_after_death(child: Child, form: Form, visit_date: date) -> None:
    """Refuse a day on which the child was not alive any more.

    Raises:
        BadInput: `after_death`.
    """
    if child.status is ChildStatus.DIED and child.status_on is not None and visit_date > child.status_on:
        message = _("The child died on {day}; nothing can have been done after that. Check the day.")
        words = message.format(day=format_date(child.status_on))
        raise BadInput(words, code="after_death", field=form.date_field, value=visit_date.isoformat())
