"""The register of children: opening one, taking one in, correcting one, showing what is masked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from sqlmodel import Session

from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Household
from zhaohu.records.codes import ChildStatus, Residence, Role, SiteKind
from zhaohu.rules.identity import mask_phone
from zhaohu.services.care import drafts
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.due import contacts
from zhaohu.services.register.child_findings import (
    OWN_FIELDS,
    NewChild,
    check_correction,
    check_new,
    findings_of_correction,
    findings_of_new,
    refuse,
)
from zhaohu.services.register.child_list import ChildRow, row_of
from zhaohu.services.register.corrections import correct_row
from zhaohu.services.register.family_records import (
    FATHER,
    MOTHER,
    NewCaregiver,
    add_carers,
    editable_household,
    present_carers,
)
from zhaohu.services.register.lookup import editable_child, pending_transfers, present_child
from zhaohu.services.register.village_records import refuse_closed, village_named

__all__ = ["FATHER", "MOTHER", "NewCaregiver", "NewChild", "check_correction", "check_new"]

_READERS = tuple(Role)
RevealField = Literal["citizen_id", "phone"]
WEIGHTY = frozenset({"birth_date", "sex", "gestation_days"})
"""What growth is graded by: it is not changed without a reason."""


@dataclass(frozen=True, slots=True)
class CaregiverView:
    """A caregiver as the child's page shows one; the phone is masked."""

    id: str
    name: str
    relation: str
    phone: str
    is_main: bool


@dataclass(frozen=True, slots=True)
class ChildView:
    """Everything the head of a child's page shows."""

    row: ChildRow
    owner: str
    editable: bool
    address: str
    gestation_days: int | None
    birth_weight_g: int | None
    birth_length_mm: int | None
    birth_order: int | None
    delivery: str | None
    residence: Residence | None
    health_record_no: str | None
    caregivers: tuple[CaregiverView, ...]
    household_id: str
    registered_address: str
    care_difficulty: str
    birth_time: str | None
    birth_certificate_no: str | None
    handbook_no: str | None
    ethnicity: str | None
    plurality: int | None
    birth_place: str | None
    discharged_on: date | None
    came_from: str | None
    registered_by: str
    died_on: date | None


def view_child(desk: Desk, child_id: str) -> ChildView:
    """The head of a child's page.

    Raises:
        NotFound: There is no such child in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        household = session.get(Household, child.household_id)
        own = child.owner == desk.site.code and desk.person.role in WRITERS
        return ChildView(
            row=row_of(session, child_id, desk.today),
            owner=child.owner,
            editable=own and not pending_transfers(session, [child_id]),
            address=household.address if household else "",
            gestation_days=child.gestation_days,
            birth_weight_g=child.birth_weight_g,
            birth_length_mm=child.birth_length_mm,
            birth_order=child.birth_order,
            delivery=child.delivery,
            residence=child.residence,
            health_record_no=child.health_record_no,
            caregivers=tuple(
                CaregiverView(c.id, c.name, c.relation, mask_phone(c.phone or ""), c.is_main)
                for c in present_carers(session, child.household_id)
            ),
            household_id=child.household_id,
            registered_address=(household.registered_address or "") if household else "",
            care_difficulty=(household.care_difficulty or "") if household else "",
            birth_time=child.birth_time,
            birth_certificate_no=child.birth_certificate_no,
            handbook_no=child.handbook_no,
            ethnicity=child.ethnicity,
            plurality=child.plurality,
            birth_place=child.birth_place,
            discharged_on=child.discharged_on,
            came_from=child.came_from,
            registered_by=child.recorded_by,
            died_on=child.status_on if child.status is ChildStatus.DIED else None,
        )


def reveal(desk: Desk, record_id: str, which: RevealField) -> str:
    """The unmasked id of a child or caregiver, or phone of a caregiver; leaves a line in the audit log.

    Raises:
        NotFound: There is no such record, or it has no such number.
        NotAllowed: The account may only look at masked numbers.
    """
    desk.require(*WRITERS)
    with desk.write(f"reveal.{which}") as work:
        record: Child | Caregiver | None
        if which == "citizen_id":
            record = work.session.get(Child, record_id) or work.session.get(Caregiver, record_id)
            value = record.citizen_id if record else None
        else:
            record = work.session.get(Caregiver, record_id)
            value = record.phone if record else None
        if record is None or record.deleted_at is not None or not value:
            raise NotFound(_("Nothing is recorded here."), code="nothing_recorded")
        work.note(record)
        return value


def register_child(desk: Desk, new: NewChild, *, draft: str = "") -> str:
    """Take a child and its family into the register; returns the child's id.

    Args:
        draft: Key of the draft that it was typed into, which goes in the same transaction.

    Raises:
        NotAllowed: The account may not record, or this is the center.
        NotFound: There is no such family to join.
        BadInput: A value does not fit, or cannot be.
        Refused: A child of the family to join is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.register") as work:
        refuse_closed(desk, work.session, new.village if not new.household_id else "")
        refuse(findings_of_new(desk, work.session, new))
        child = add_child(desk, work.session, new)
        drafts.forget(work.session, desk.person.name, draft)
        work.note(child)
        return child.id


def add_child(desk: Desk, session: Session, new: NewChild) -> Child:
    """Add household, caregivers and child to a transaction."""
    if new.household_id:
        household = editable_household(desk, session, new.household_id)
    else:
        household = desk.make(
            Household,
            village_id=village_named(desk, session, new.village),
            address=new.address,
            county=new.county,
            township=new.township,
            registered_address=new.registered_address,
            care_difficulty=new.care_difficulty,
        )
        session.add(household)
        session.flush()
    add_carers(desk, session, household.id, new.caregivers)
    child = desk.make(
        Child,
        household_id=household.id,
        name=new.name,
        sex=new.sex,
        birth_date=new.birth_date,
        registered_on=desk.today,
        **new.facts,
    )
    session.add(child)
    session.flush()
    return child


def edit_child(desk: Desk, child_id: str) -> dict[str, object]:
    """A child's own particulars, nothing masked, to be corrected; leaves a line in the audit log.

    Raises:
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
        Refused: It is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.edit") as work:
        child = editable_child(desk, work.session, child_id)
        work.note(child)
        return {name: getattr(child, name) for name in OWN_FIELDS}


def correct_child(
    desk: Desk,
    child_id: str,
    changes: Mapping[str, object],
    reason: str = "",
    *,
    seen: Mapping[str, object] | None = None,
) -> tuple[str, ...]:
    """Change a child's particulars; what stood there is kept in its history. Returns the fields that changed.

    Args:
        desk: Who corrects.
        child_id: The child.
        changes: `OWN_FIELDS` with their new values; None empties.
        reason: Why; needed for what growth is graded by.
        seen: The particulars that the person had before them.

    Raises:
        BadInput: A value does not fit or cannot be, or a reason is missing.
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
        Refused: It is on its way to another station, or something was `changed_meanwhile`.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if stray := set(changes) - set(OWN_FIELDS):
        raise BadInput(_("This cannot be corrected here: {field}.").format(field=min(stray)), field=min(stray))
    with desk.write("child.correct") as work:
        child = editable_child(desk, work.session, child_id)
        changed = {name for name, value in changes.items() if getattr(child, name) != value}
        if changed & WEIGHTY and not reason.strip():
            message = _("Birth date, sex and gestation decide how growth is graded: say why they change.")
            raise BadInput(message, field="reason", code="reason_needed")
        refuse(one for one in findings_of_correction(desk, work.session, child, changes) if one.field in changed)
        done = correct_row(desk, work.session, child, changes, reason=reason, seen=seen)
        if "birth_date" in done:
            contacts.recount(work.session, child, contacts.visits_of(work.session, child.id))
        work.note(child, fields=sorted(done))
        return done
