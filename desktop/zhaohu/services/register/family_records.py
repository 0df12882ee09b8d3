"""Households and caregivers inside an open transaction: whose they are, may they change, who is the main one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from sqlalchemy import ScalarSelect
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotAllowed, NotFound
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Household
from zhaohu.records.codes import SiteKind
from zhaohu.rules.child_checks import Carer, Particulars, Weight, check_carers
from zhaohu.rules.identity import Problem, normalise_citizen_id, read_phone
from zhaohu.services.desk import Desk
from zhaohu.services.register import corrections
from zhaohu.services.register.lookup import editable_child

FATHER, MOTHER = "51", "52"
CARER_FIELDS = ("name", "relation", "phone", "citizen_id", "birth_date", "occupation", "education")
_FIRST = (MOTHER, FATHER)  # who becomes the main caregiver when the main one goes


@dataclass(frozen=True, slots=True)
class NewCaregiver:
    """A caregiver to take in, alone or with a child."""

    name: str
    relation: str
    phone: str | None = None
    is_main: bool = False
    citizen_id: str | None = None
    birth_date: date | None = None
    occupation: str | None = None
    education: str | None = None


def own_household(desk: Desk, session: Session, household_id: str) -> Household:
    """A household of this station.

    Raises:
        NotFound: There is no such household.
        NotAllowed: It is another station's, or this is the center.
    """
    desk.require_site(SiteKind.STATION)
    household = session.get(Household, household_id)
    if household is None or household.deleted_at is not None:
        raise NotFound(_("There is no such family."), code="no_such_family")
    if household.owner != desk.site.code:
        raise NotAllowed(_("This family belongs to another station; only that station may record."), code="not_owner")
    return household


def editable_household(desk: Desk, session: Session, household_id: str) -> Household:
    """A household whose particulars this station may change: none of its children is on its way elsewhere.

    Raises:
        NotFound: There is no such household.
        NotAllowed: It is another station's, or this is the center.
        Refused: `released`: a child of it was released to another station.
    """
    household = own_household(desk, session, household_id)
    for child in present_children(session, household_id):
        if child.owner == household.owner:  # one that was handed over has a family of its own elsewhere
            editable_child(desk, session, child.id)
    return household


def present_children(session: Session, household_id: str) -> list[Child]:
    """The children of a household that were not removed, the oldest first."""
    wanted = select(Child).where(Child.household_id == household_id, col(Child.deleted_at).is_(None))
    return list(session.exec(wanted.order_by(col(Child.birth_date), col(Child.id))))


def present_carers(session: Session, household_id: str) -> list[Caregiver]:
    """The caregivers of a household, the main one first."""
    wanted = select(Caregiver).where(Caregiver.household_id == household_id, col(Caregiver.deleted_at).is_(None))
    return list(
        session.exec(wanted.order_by(col(Caregiver.is_main).desc(), col(Caregiver.relation), col(Caregiver.id)))
    )


def first_carer() -> ScalarSelect[str]:
    """For a query about children: the id of the caregiver whom lists show, the main one or else the first recorded."""
    one = aliased(Caregiver)
    return (
        select(one.id)
        .where(one.household_id == Child.household_id, col(one.deleted_at).is_(None))
        .order_by(col(one.is_main).desc(), col(one.id))
        .limit(1)
        .correlate(Child)
        .scalar_subquery()
    )


def add_carers(desk: Desk, session: Session, household_id: str, carers: Sequence[NewCaregiver]) -> list[Caregiver]:
    """Add those who are not there yet; what is new of the others completes them. One of all is the main caregiver."""
    present = present_carers(session, household_id)
    had_main = any(one.is_main for one in present)
    for carer in carers:
        known = next((one for one in present if one.name == carer.name and one.relation == carer.relation), None)
        if known is not None:
            for name, value in asdict(carer).items():
                if value is not None and getattr(known, name) is None:
                    setattr(known, name, value)
            continue
        is_main = carer.is_main and not had_main
        made = desk.make(Caregiver, household_id=household_id, **{**asdict(carer), "is_main": is_main})
        had_main = had_main or is_main
        session.add(made)
        present.append(made)
    if present and not had_main:
        next_main(present).is_main = True
    return present


def next_main(carers: Sequence[Caregiver]) -> Caregiver:
    """Who is the main caregiver when nobody said so: mother, father, then whoever was entered first."""
    order = {relation: place for place, relation in enumerate(_FIRST)}
    return min(carers, key=lambda one: (order.get(one.relation, len(order)), one.id))


def make_main(desk: Desk, session: Session, chosen: Caregiver) -> None:
    """Nobody else of the household is the main caregiver any more."""
    for other in present_carers(session, chosen.household_id):
        if other.is_main != (other.id == chosen.id):
            corrections.correct_row(desk, session, other, {"is_main": other.id == chosen.id})


def clean_carer(values: dict[str, object], today: date) -> dict[str, object]:
    """A caregiver's particulars as they are kept; only those that were given.

    Raises:
        BadInput: The phone or the citizen id cannot be right, or a day lies in the future.
    """
    clean = {name: value if value != "" else None for name, value in values.items()}
    if clean.get("phone"):
        phone = read_phone(str(clean["phone"]))
        if isinstance(phone, Problem):
            raise BadInput(phone.message, field="phone", code=phone.code)
        clean["phone"] = phone
    if clean.get("citizen_id"):
        clean["citizen_id"] = normalise_citizen_id(str(clean["citizen_id"]))
    born = clean.get("birth_date")
    carer = Carer(
        str(clean.get("name") or ""),
        str(clean.get("relation") or ""),
        born if isinstance(born, date) else None,
        str(clean.get("citizen_id") or ""),
    )
    for finding in check_carers([carer], None, today):
        if finding.weight is Weight.REFUSED:
            raise BadInput(finding.message, field=finding.field, code=finding.code)
    return clean


def particulars(child: Child) -> Particulars:
    """A child of the register as the rules look at it."""
    return Particulars(
        sex=child.sex,
        birth_date=child.birth_date,
        citizen_id=child.citizen_id or "",
        birth_certificate_no=child.birth_certificate_no or "",
        health_record_no=child.health_record_no or "",
        birth_order=child.birth_order,
        gestation_days=child.gestation_days,
        birth_weight_g=child.birth_weight_g,
        plurality=child.plurality,
        discharged_on=child.discharged_on,
    )
