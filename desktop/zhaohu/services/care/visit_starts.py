"""Opening a form: a new record with what the register knows, or the newest version of a record to correct."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session, col, select

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, FollowUp, Household, Village, Visit
from zhaohu.records.codes import FollowUpKind, SiteKind
from zhaohu.rules.forms.answers import Context
from zhaohu.rules.forms.model import Answer, Form
from zhaohu.rules.forms.sources import register_sources
from zhaohu.rules.forms.starting import start
from zhaohu.services import reference
from zhaohu.services.care.visit_lookup import own_current_visit
from zhaohu.services.care.visit_views import form_of
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.follow import follow_up_starts
from zhaohu.services.growth import growth_trend
from zhaohu.services.register import consents
from zhaohu.services.register.lookup import editable_child, present_child


@dataclass(frozen=True, slots=True)
class Entry:
    """A form ready to be filled in: what it starts with, and what it is checked against.

    `visit_id` is the version that is corrected; empty for a new record. `declined` is the advice that its record turned
    down: name of the hint, and why.
    """

    child_id: str
    form: Form
    context: Context
    answers: Mapping[str, Answer]
    visit_id: str = ""
    declined: Mapping[str, str] = field(default_factory=dict)


def start_visit(desk: Desk, child_id: str, form_id: str, about: str = "") -> Entry:
    """A new record of a form for a child, with what the register knows; a referral also with what its growth shows.

    It holds id and telephones in full, to be saved as they are; who shows them masks `personal` fields, and asks
    `reveal_answer` before it shows one. So opening a form reveals nothing and leaves no audit line. Where a family does
    not want its telephone used or handed on, a referral starts without one: whoever writes it asks.

    Args:
        desk: Who opens it, and where.
        child_id: The child.
        form_id: The form.
        about: Id of the follow-up that it is written for; empty for none.

    Raises:
        NotFound: There is no such child or form.
        NotAllowed: The child is another station's, or the account may not record.
        Refused: The child was released to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        entry = open_entry(desk, session, child_id, form_id)
        child = present_child(session, child_id)
        followed = follow_up_starts.starting_answers(session, child, form_id, about, desk.today)
        silent = form_id == growth_trend.REFERRAL and consents.gives_no_numbers(session, child)
    grown = growth_trend.referral_answers(desk, child_id) if form_id == growth_trend.REFERRAL else {}
    kept = {one.name for one in entry.form.fields() if one.personal} if silent else set()
    known = {name: answer for name, answer in entry.answers.items() if name not in kept}
    return replace(entry, answers={**known, **grown, **followed})


def open_entry(desk: Desk, session: Session, child_id: str, form_id: str, version: str = "") -> Entry:
    """As `start_visit`, within a transaction that is open already; with a version that was begun before."""
    begun = reference.form_book().version(form_id, version) if version else None
    form = begun or reference.form(form_id, desk.today)
    context = context_of(desk, session, editable_child(desk, session, child_id))
    return Entry(child_id, form, context, start(form, context))


def edit_visit(desk: Desk, visit_id: str) -> Entry:
    """The newest version of a record, to be corrected; for its personal numbers see `start_visit`.

    Raises:
        NotFound: There is no such visit.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A later version corrects it already, or a newer program made it (`newer_form`).
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        return open_version(desk, session, visit_id)[0]


def open_version(desk: Desk, session: Session, visit_id: str) -> tuple[Entry, Visit]:
    """As `edit_visit`, within a transaction that is open already; with the version itself."""
    visit = own_current_visit(desk, session, visit_id)
    form, answers = form_of(visit), json.loads(visit.answers)
    if not form.is_known:
        message = _("This record was made by a newer program: here it can be read, not corrected. Update the program.")
        raise Refused(message, code="newer_form")
    context = replace(context_of(desk, session, editable_child(desk, session, visit.child_id)), former=answers)
    declined = _declined(session, visit.record_id)
    return Entry(visit.child_id, form, context, answers, visit_id, declined), visit


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


def _declined(session: Session, record_id: str) -> dict[str, str]:
    noted = session.exec(
        select(FollowUp).where(
            FollowUp.record_id == record_id, FollowUp.kind == FollowUpKind.FINDING, col(FollowUp.deleted_at).is_(None)
        )
    )
    return {one.subject: one.declined_reason for one in noted if one.declined_reason}


def context_of(desk: Desk, session: Session, child: Child) -> Context:
    """What a form of a child is checked against today."""
    household = session.get(Household, child.household_id)
    village = session.get(Village, household.village_id) if household and household.village_id else None
    carers = session.exec(
        select(Caregiver).where(Caregiver.household_id == child.household_id, col(Caregiver.deleted_at).is_(None))
    ).all()
    address = household.address if household and household.address else (village.name if village else "")
    sources = register_sources(child, carers, address=address, user=desk.person.display_name, site=desk.site.name)
    return Context(desk.today, sources, day_in_doubt=desk.clock_doubt != "")
