"""The register of children: finding them, opening one, taking one in, showing what is masked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Literal

from sqlalchemy import ColumnElement, Row, Select
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, func, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.codes import ChildStatus, Residence, Risk, Role, Sex, SiteKind
from zhaohu.rules.forms.model import Answers
from zhaohu.rules.identity import mask_citizen_id, mask_phone
from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.services import drafts, scores
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.lookup import present_child
from zhaohu.services.visits import births_at_risk
from zhaohu.store.search import index_children, matches

FATHER, MOTHER = "51", "52"
_READERS = tuple(Role)
RevealField = Literal["citizen_id", "phone"]


@dataclass(frozen=True, slots=True)
class ChildFilter:
    """Which children to list; empty fields do not narrow."""

    query: str = ""
    station: str = ""
    village_id: str = ""
    status: ChildStatus | None = ChildStatus.ACTIVE
    born_from: date | None = None
    born_to: date | None = None


@dataclass(frozen=True, slots=True)
class ChildRow:
    """A child as lists show it; phone and id are masked."""

    id: str
    name: str
    sex: Sex
    birth_date: date
    station: str
    village: str
    caregiver: str
    phone: str
    citizen_id: str
    status: ChildStatus
    risks: tuple[Risk, ...] = ()


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


@dataclass(frozen=True, slots=True)
class NewCaregiver:
    """A caregiver to take in with a child."""

    name: str
    relation: str
    phone: str | None = None
    is_main: bool = False


@dataclass(frozen=True, slots=True)
class NewChild:
    """A child to take in: the family's particulars and the child's own."""

    name: str
    sex: Sex
    birth_date: date
    village: str = ""
    address: str = ""
    caregivers: tuple[NewCaregiver, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)


_SORTS = {
    "name": col(Child.name),
    "birth_date": col(Child.birth_date),
    "village": col(Village.name),
    "station": col(Child.owner),
    "status": col(Child.status),
}


def list_children(
    desk: Desk,
    wanted: ChildFilter | None = None,
    *,
    sort: str = "birth_date",
    descending: bool = True,
    limit: int | None = None,
) -> list[ChildRow]:
    """The children that fit a filter; `sort` is name, birth_date, village, station or status."""
    desk.require(*_READERS)
    order = _SORTS[sort].desc() if descending else _SORTS[sort].asc()
    with desk.read() as session:
        found = session.execute(
            _rows(_conditions(desk, wanted or ChildFilter())).order_by(order, Child.id).limit(limit)
        )
        births = births_at_risk(session)
        return [_child_row(row, births.get(row.id)) for row in found]


def count_children(desk: Desk, wanted: ChildFilter | None = None) -> int:
    """How many children fit a filter."""
    desk.require(*_READERS)
    with desk.read() as session:
        statement = select(func.count()).select_from(Child).where(*_conditions(desk, wanted or ChildFilter()))
        return session.exec(statement).one()


def search(desk: Desk, query: str, limit: int = 50) -> list[ChildRow]:
    """Children by part of a name, pinyin, initials, last digits of phone or id, caregiver or village."""
    desk.require(*_READERS)
    if not query.strip():
        return []
    return list_children(desk, ChildFilter(query=query, status=None), sort="name", descending=False, limit=limit)


def list_villages(desk: Desk) -> list[tuple[str, str]]:
    """Ids and names of the villages that children live in, by name."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = session.exec(select(Village.id, Village.name).where(col(Village.deleted_at).is_(None)))
        return sorted(found, key=lambda village: village[1])


def view_child(desk: Desk, child_id: str) -> ChildView:
    """The head of a child's page.

    Raises:
        NotFound: There is no such child in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        row = session.execute(_rows([col(Child.id) == child_id])).one()
        household = session.get(Household, child.household_id)
        carers = session.exec(
            select(Caregiver)
            .where(Caregiver.household_id == child.household_id, col(Caregiver.deleted_at).is_(None))
            .order_by(col(Caregiver.is_main).desc(), col(Caregiver.relation))
        )
        return ChildView(
            row=_child_row(row, births_at_risk(session, child_id).get(child_id)),
            owner=child.owner,
            editable=child.owner == desk.site.code and desk.person.role in WRITERS,
            address=household.address if household else "",
            gestation_days=child.gestation_days,
            birth_weight_g=child.birth_weight_g,
            birth_length_mm=child.birth_length_mm,
            birth_order=child.birth_order,
            delivery=child.delivery,
            residence=child.residence,
            health_record_no=child.health_record_no,
            caregivers=tuple(
                CaregiverView(c.id, c.name, c.relation, mask_phone(c.phone or ""), c.is_main) for c in carers
            ),
        )


def reveal(desk: Desk, record_id: str, which: RevealField) -> str:
    """The unmasked id of a child or phone of a caregiver; leaves a line in the audit log.

    Raises:
        NotFound: There is no such record, or it has no such number.
        NotAllowed: The account may only look at masked numbers.
    """
    desk.require(*WRITERS)
    with desk.write(f"reveal.{which}") as work:
        record: Child | Caregiver | None
        if which == "citizen_id":
            record = work.session.get(Child, record_id)
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
        BadInput: A value does not fit.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.register") as work:
        child = add_child(desk, work.session, new)
        index_children(work.session, [child.id])
        scores.keep_for(work.session, [child.id])
        drafts.forget(work.session, desk.person.name, draft)
        work.note(child)
        return child.id


def add_child(desk: Desk, session: Session, new: NewChild) -> Child:
    """Add household, caregivers and child to a transaction; the caller makes the search index."""
    household = desk.make(Household, village_id=_village(desk, session, new.village), address=new.address)
    session.add(household)
    session.flush()
    for carer in new.caregivers:
        session.add(
            desk.make(
                Caregiver,
                household_id=household.id,
                name=carer.name,
                relation=carer.relation,
                phone=carer.phone,
                is_main=carer.is_main,
            )
        )
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


def _village(desk: Desk, session: Session, name: str) -> str | None:
    if not name:
        return None
    known = session.exec(select(Village.id).where(Village.name == name, Village.owner == desk.site.code)).first()
    if known:
        return known
    village = desk.make(Village, name=name)
    session.add(village)
    session.flush()
    return village.id


def _conditions(desk: Desk, wanted: ChildFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [col(Child.deleted_at).is_(None)]
    if wanted.query.strip():
        conditions.append(matches(wanted.query))
    if wanted.station:
        conditions.append(col(Child.owner) == f"{desk.site.district_code}-{wanted.station}")
    if wanted.village_id:
        conditions.append(
            col(Child.household_id).in_(select(Household.id).where(Household.village_id == wanted.village_id))
        )
    if wanted.status:
        conditions.append(col(Child.status) == wanted.status)
    if wanted.born_from:
        conditions.append(col(Child.birth_date) >= wanted.born_from)
    if wanted.born_to:
        conditions.append(col(Child.birth_date) <= wanted.born_to)
    return conditions


def _rows(conditions: Iterable[ColumnElement[bool]]) -> Select[*tuple[Any, ...]]:
    main = (
        select(Caregiver.household_id, func.min(Caregiver.id).label("id"))
        .where(Caregiver.is_main, col(Caregiver.deleted_at).is_(None))
        .group_by(col(Caregiver.household_id))
        .subquery()
    )
    return (
        select_columns(
            col(Child.id),
            col(Child.name),
            col(Child.sex),
            col(Child.birth_date),
            col(Child.owner),
            col(Child.citizen_id),
            col(Child.status),
            col(Child.gestation_days),
            col(Child.birth_weight_g),
            col(Child.plurality),
            col(Village.name).label("village"),
            col(Caregiver.name).label("caregiver"),
            col(Caregiver.phone).label("phone"),
        )
        .select_from(Child)
        .join(Household, col(Household.id) == Child.household_id)
        .outerjoin(Village, col(Village.id) == Household.village_id)
        .outerjoin(main, main.c.household_id == Household.id)
        .outerjoin(Caregiver, col(Caregiver.id) == main.c.id)
        .where(*conditions)
    )


def _child_row(row: Row[Any], newborn: Answers | None = None) -> ChildRow:
    facts = BirthFacts(row.gestation_days, row.birth_weight_g, row.plurality, newborn)
    return ChildRow(
        id=row.id,
        name=row.name,
        sex=row.sex,
        birth_date=row.birth_date,
        station=row.owner.partition("-")[2],
        village=row.village or "",
        caregiver=row.caregiver or "",
        phone=mask_phone(row.phone or ""),
        citizen_id=mask_citizen_id(row.citizen_id or ""),
        status=row.status,
        risks=derived_risks(facts),
    )
