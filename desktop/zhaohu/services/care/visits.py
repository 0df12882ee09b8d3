"""Visits: starting a form, checking it while it is filled in, saving it, correcting it later."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, select
from sqlmodel.sql.expression import SelectOfScalar

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Caregiver, Child, Household, Measurement, Village, Visit
from zhaohu.records.base import new_id
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.rules.forms.answers import Checked, Context, check
from zhaohu.rules.forms.model import Answer, Form
from zhaohu.rules.forms.sources import register_sources
from zhaohu.rules.forms.starting import start
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.schedule import contact_for
from zhaohu.services import reference
from zhaohu.services.care import drafts
from zhaohu.services.care.visit_growth import as_registered, assess_measurements, measurements, refuse_impossible
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.growth import grading, growth_trend, scores
from zhaohu.services.register.birth_facts import complete_register
from zhaohu.services.register.lookup import editable_child, pending_transfers, present_child
from zhaohu.store.audit import canonical_json

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class VisitVersion:
    """One version of a record, as lists show it."""

    id: str
    version: int
    recorded_at: str
    recorded_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """That a record was removed: when, by whom and why."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """One version of a visit, with all that screen and paper show; `removed` when the whole record is."""

    id: str
    record_id: str
    record_number: str
    version: int
    child_id: str
    form: Form
    contact: str
    visit_date: date
    signer: str
    recorded_at: str
    recorded_by: str
    reason: str
    owner: str
    editable: bool
    answers: Mapping[str, Answer]
    growth: tuple[MeasuredDay, ...]
    versions: tuple[VisitVersion, ...]
    removed: Removed | None

    @property
    def is_current(self) -> bool:
        """Whether no later version corrects this one."""
        return self.id == self.versions[-1].id

    @property
    def digest(self) -> str:
        """SHA-256 of what was recorded, by which paper can be told to match the record."""
        content = [self.record_id, self.version, self.form.id, self.form.version, dict(self.answers)]
        return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


@dataclass(frozen=True, slots=True)
class Entry:
    """A form ready to be filled in: what it starts with, and what it is checked against.

    `visit_id` is the version that is corrected; empty for a new record.
    """

    child_id: str
    form: Form
    context: Context
    answers: Mapping[str, Answer]
    visit_id: str = ""


def start_visit(desk: Desk, child_id: str, form_id: str) -> Entry:
    """A new record of a form for a child, with what the register knows; a referral also with what its growth shows.

    It holds id and telephones in full, to be saved as they are; who shows them masks `personal` fields, and asks
    `reveal_answer` before it shows one. So opening a form reveals nothing and leaves no audit line.

    Raises:
        NotFound: There is no such child or form.
        NotAllowed: The child is another station's, or the account may not record.
        Refused: The child was released to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        entry = open_entry(desk, session, child_id, form_id)
    if form_id != growth_trend.REFERRAL:
        return entry
    return replace(entry, answers={**entry.answers, **growth_trend.referral_answers(desk, child_id)})


def open_entry(desk: Desk, session: Session, child_id: str, form_id: str) -> Entry:
    """As `start_visit`, within a transaction that is open already."""
    form = reference.form(form_id)
    context = _context(desk, session, editable_child(desk, session, child_id))
    return Entry(child_id, form, context, start(form, context))


def edit_visit(desk: Desk, visit_id: str) -> Entry:
    """The newest version of a record, to be corrected; for its personal numbers see `start_visit`.

    Raises:
        NotFound: There is no such visit.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A later version corrects it already.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        return _open_version(desk, session, visit_id)[0]


def reveal_answer(desk: Desk, child_id: str, form_id: str, name: str) -> None:
    """Write down that a personal number of a form that is being filled in is shown; call it before it is.

    Raises:
        NotAllowed: The account may only look at masked numbers.
        NotFound: There is no such form, or no personal field of that name in it.
    """
    desk.require(*WRITERS)
    named = {one.name: one for one in reference.form(form_id).fields() if one.personal}
    if name not in named:
        raise NotFound(_("Nothing is recorded here."), code="nothing_recorded")
    with desk.write(f"reveal.{named[name].format}") as work:
        work.subject = f"child/{child_id}"
        work.note(form=form_id, field=name)


def _open_version(desk: Desk, session: Session, visit_id: str) -> tuple[Entry, Visit]:
    visit = own_current_visit(desk, session, visit_id)
    context = _context(desk, session, editable_child(desk, session, visit.child_id))
    return Entry(visit.child_id, reference.form(visit.form), context, json.loads(visit.answers), visit_id), visit


def record_visit(desk: Desk, *, child_id: str, form_id: str, answers: object) -> VisitView:
    """Save a visit; the person's draft of it goes in the same transaction.

    Raises:
        BadInput: An answer is missing or impossible; `problems` in the details name field, value and reason.
        Refused: This form was recorded for the child on that day already (`already_recorded`), or the child was
            released to another station (`released`).
        NotFound: There is no such child or form.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("visit.record") as work:
        visit_id = save_visit(desk, work, open_entry(desk, work.session, child_id, form_id), answers)
        drafts.forget(work.session, desk.person.name, drafts.visit_key(child_id, form_id))
    return view_visit(desk, visit_id)


def save_visit(desk: Desk, work: Work, entry: Entry, answers: object) -> str:
    """Check a new visit and save it within an act that is open already; returns its id.

    Raises:
        BadInput: As `record_visit`.
        Refused: As `record_visit`.
    """
    checked = _checked(entry, answers)
    child = editable_child(desk, work.session, entry.child_id)
    number = work.session.exec(select(func.max(Visit.number)).where(Visit.owner == desk.site.code)).one() or 0
    visit_id = new_id()
    values = {"id": visit_id, "record_id": visit_id, "number": number + 1, "version": 1}
    _save(desk, work, entry, child, checked, values)
    return visit_id


def correct_visit(desk: Desk, visit_id: str, *, answers: object, reason: str) -> VisitView:
    """Save a corrected version of a visit; the former one stays, the person's draft of the correction goes.

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
        entry, former = _open_version(desk, work.session, visit_id)
        checked = _checked(entry, answers)
        if checked.values == entry.answers:
            raise BadInput(_("Nothing was changed; there is nothing to correct."), code="nothing_changed")
        values = {
            "id": new_id(),
            "record_id": former.record_id,
            "number": former.number,
            "version": former.version + 1,
            "replaces_id": former.id,
            "reason": reason.strip(),
        }
        _save(desk, work, entry, editable_child(desk, work.session, former.child_id), checked, values)
        drafts.forget(work.session, desk.person.name, drafts.correction_key(visit_id))
    return view_visit(desk, str(values["id"]))


def view_visit(desk: Desk, visit_id: str) -> VisitView:
    """One version of a visit.

    Raises:
        NotFound: There is no such visit in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        visit = session.get(Visit, visit_id)
        if visit is None:
            raise NotFound(_("There is no such visit."), code="no_such_visit")
        child = present_child(session, visit.child_id)
        form = reference.form(visit.form)
        answers = json.loads(visit.answers)
        versions = session.exec(
            select(Visit).where(Visit.record_id == visit.record_id).order_by(col(Visit.version))
        ).all()
        newest = versions[-1]
        return VisitView(
            id=visit.id,
            record_id=visit.record_id,
            record_number=record_number(visit.owner, visit.number),
            version=visit.version,
            child_id=visit.child_id,
            form=form,
            contact=visit.contact or "",
            visit_date=visit.visit_date,
            signer=visit.signer,
            recorded_at=visit.recorded_at,
            recorded_by=visit.recorded_by,
            reason=visit.reason or "",
            owner=visit.owner,
            editable=visit.owner == desk.site.code
            and desk.person.role in WRITERS
            and not newest.deleted_at
            and not pending_transfers(session, [child.id]),
            answers=answers,
            growth=_growth(session, child, visit),
            versions=tuple(
                VisitVersion(v.id, v.version, v.recorded_at, v.recorded_by, v.reason or "") for v in versions
            ),
            removed=Removed(newest.deleted_at, newest.deleted_by or "", newest.deleted_reason or "")
            if newest.deleted_at
            else None,
        )


def _growth(session: Session, child: Child, visit: Visit) -> tuple[MeasuredDay, ...]:
    """What a version of a visit measured, graded as it was kept."""
    taken = as_registered(child, measurements(reference.form(visit.form), json.loads(visit.answers)))
    return scores.as_told(session, child, visit.id, assess_measurements(child, taken))


def record_number(owner: str, number: int) -> str:
    """A record's number as printed: 371103-01-000123."""
    return f"{owner}-{number:06d}"


def births_at_risk(session: Session, child_id: str = "") -> dict[str, dict[str, Answer]]:
    """The newborn visits' answers that may name a risk (asphyxia, defect, multiple birth), by child; of one or of all.

    The database looks at the answers first, so that a long list does not read thousands of harmless records.
    """

    def said(field: str, code: str) -> ColumnElement[bool]:
        return func.json_extract(Visit.answers, f"$.{field}") == code

    several = col(Visit.answers).contains('"5"')
    statement = _current().where(
        Visit.form == "newborn_visit", said("asphyxia", "2") | said("malformation", "2") | several
    )
    if child_id:
        statement = statement.where(Visit.child_id == child_id)
    visits = session.exec(statement.order_by(col(Visit.visit_date)))
    return {visit.child_id: json.loads(visit.answers) for visit in visits}


def _current() -> SelectOfScalar[Visit]:
    """Visits that no later version corrects and nobody withdrew."""
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    return select(Visit).where(col(Visit.id).not_in(later), col(Visit.deleted_at).is_(None))


def refuse_second_record(session: Session, child_id: str, form_id: str, on: date, record_id: str) -> None:
    """A child has one record of a form for a day; `record_id` is the one that is being saved."""
    of_day = _current().where(Visit.child_id == child_id, Visit.form == form_id, Visit.visit_date == on)
    if session.exec(of_day.where(Visit.record_id != record_id)).first():
        raise Refused(
            _("This form is recorded for this child and day already. Open that record and correct it."),
            code="already_recorded",
        )


def _checked(entry: Entry, answers: object) -> Checked:
    checked = check(entry.form, answers, entry.context)
    if checked.problems:
        problems = [{"field": p.field, "value": p.value, "reason": p.message} for p in checked.problems]
        first = checked.problems[0]
        raise BadInput(first.message, code="visit_refused", field=first.field, value=first.value, problems=problems)
    return checked


def _save(desk: Desk, work: Work, entry: Entry, child: Child, checked: Checked, values: dict[str, object]) -> None:
    form, answers = entry.form, checked.values
    refuse_impossible(child, form, answers, desk.today)
    visit_date = date.fromisoformat(str(answers[form.date_field]))
    _refuse_after_death(child, form, visit_date)
    refuse_second_record(work.session, child.id, form.id, visit_date, str(values["record_id"]))
    visit = desk.make(
        Visit,
        **values,
        child_id=child.id,
        form=form.id,
        form_version=form.version,
        contact=contact_for(reference.schedule(), form.id, child.birth_date, visit_date),
        visit_date=visit_date,
        signer=str(answers.get("signer", desk.person.display_name)),
        answers=canonical_json(answers),
    )
    work.session.add(visit)
    work.session.flush()
    for on, amounts in measurements(form, answers).items():
        if on != child.birth_date:
            work.session.add(desk.make(Measurement, child_id=child.id, visit_id=visit.id, measured_on=on, **amounts))
    complete_register(child, form, answers, entry.answers if visit.version > 1 else {})
    if visit.replaces_id is not None:
        grading.carry_over(work.session, visit.replaces_id, visit.id)
    work.note(visit, version=visit.version, form=form.id)


def _refuse_after_death(child: Child, form: Form, visit_date: date) -> None:
    if child.status is ChildStatus.DIED and child.status_on is not None and visit_date > child.status_on:
        message = _("The child died on {day}; nothing can have been done after that. Check the day.")
        words = message.format(day=format_date(child.status_on))
        raise BadInput(words, code="after_death", field=form.date_field, value=visit_date.isoformat())


def _context(desk: Desk, session: Session, child: Child) -> Context:
    household = session.get(Household, child.household_id)
    village = session.get(Village, household.village_id) if household and household.village_id else None
    carers = session.exec(
        select(Caregiver).where(Caregiver.household_id == child.household_id, col(Caregiver.deleted_at).is_(None))
    ).all()
    address = household.address if household and household.address else (village.name if village else "")
    sources = register_sources(child, carers, address=address, user=desk.person.display_name, site=desk.site.name)
    return Context(desk.today, sources, day_in_doubt=desk.clock_doubt != "")


def own_current_visit(desk: Desk, session: Session, visit_id: str) -> Visit:
    """The newest version of a record of this station, to be changed.

    Raises:
        NotFound: There is no such visit, or its child was removed.
        NotAllowed: It is another station's.
        Refused: A later version corrects it already (`not_newest`), the record was removed (`removed`), or the child
            was released to another station (`released`).
    """
    visit = session.get(Visit, visit_id)
    if visit is None:
        raise NotFound(_("There is no such visit."), code="no_such_visit")
    editable_child(desk, session, visit.child_id)
    if session.exec(select(Visit.id).where(Visit.replaces_id == visit_id)).first():
        raise Refused(_("This version was corrected already. Open the newest version."), code="not_newest")
    if visit.deleted_at is not None:
        raise Refused(_("This record was removed. Bring it back first, under “Settings”."), code="removed")
    return visit
