"""Families: a household's address, its caregivers and its children; brothers and sisters share one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, or_, select

from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.records.codes import ChildStatus, Role, Sex, SiteKind
from zhaohu.rules.identity import mask_citizen_id, mask_phone, normalise_citizen_id
from zhaohu.rules.names import normalise_name
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import corrections
from zhaohu.services.register.family_hits import FamilyHit as FamilyHit
from zhaohu.services.register.family_hits import family_hit
from zhaohu.services.register.family_records import (
    CARER_FIELDS,
    NewCaregiver,
    add_carers,
    editable_household,
    own_household,
    present_carers,
    present_children,
)
from zhaohu.services.register.lookup import editable_child, pending_transfers, present_child
from zhaohu.services.register.village_records import refuse_closed, village_named

_READERS = tuple(Role)
_SHORTEST_QUERY, _ID_DIGITS = 2, 18
_COUNTY = re.compile(r".*[区县市旗]")
_PLACE = ("county", "township", "address", "registered_address", "care_difficulty")


@dataclass(frozen=True, slots=True)
class FamilyCarer:
    """A caregiver as the family's page shows one; phone and id are masked."""

    id: str
    name: str
    relation: str
    phone: str
    citizen_id: str
    birth_date: date | None
    occupation: str
    education: str
    is_main: bool


@dataclass(frozen=True, slots=True)
class FamilyChild:
    """A child of a family."""

    id: str
    name: str
    sex: Sex
    birth_date: date
    birth_order: int | None
    status: ChildStatus
    released: bool

    @property
    def ages_from(self) -> date | None:
        """The day from which its age of today counts; None for one who died."""
        return None if self.status is ChildStatus.DIED else self.birth_date


@dataclass(frozen=True, slots=True)
class FamilyView:
    """Everything a family's page shows.

    `editable`: it is this station's, the account may record, and no child is on its way to another station.
    """

    id: str
    station: str
    editable: bool
    village: str
    county: str
    township: str
    address: str
    registered_address: str
    care_difficulty: str
    caregivers: tuple[FamilyCarer, ...]
    children: tuple[FamilyChild, ...]


def view_family(desk: Desk, household_id: str) -> FamilyView:
    """A family's page.

    Raises:
        NotFound: There is no such family in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        household = session.get(Household, household_id)
        if household is None or household.deleted_at is not None:
            raise NotFound(_("There is no such family."), code="no_such_family")
        village = session.get(Village, household.village_id) if household.village_id else None
        children = present_children(session, household_id)
        released = pending_transfers(session, [child.id for child in children])
        own = household.owner == desk.site.code and desk.site.kind is SiteKind.STATION
        return FamilyView(
            id=household.id,
            station=household.owner.partition("-")[2],
            editable=own and desk.person.role in WRITERS and not released,
            village=village.name if village else "",
            county=household.county or "",
            township=household.township or "",
            address=household.address,
            registered_address=household.registered_address or "",
            care_difficulty=household.care_difficulty or "",
            caregivers=tuple(map(_carer_view, present_carers(session, household_id))),
            children=tuple(_child_view(child, child.id in released) for child in children),
        )


def usual_place(desk: Desk) -> tuple[str, str]:
    """County and township that most families here live in: the site's own."""
    desk.require(*_READERS)
    found = _COUNTY.match(desk.site.center_name)
    return (found[0] if found else ""), desk.site.township


def find_families(desk: Desk, query: str, *, exact: bool = False, limit: int = 5) -> list[FamilyHit]:
    """This station's families with children, by a caregiver's name, phone or citizen id, or a child's name.

    Args:
        desk: Who asks.
        query: What is known of the family.
        exact: Only caregivers of just that name or number count; else a name may be begun.
        limit: Most families that are given.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    name, number = normalise_name(query), normalise_citizen_id(query)
    with desk.read() as session:
        if len(number) < _SHORTEST_QUERY:
            return []
        if number[:-1].isdigit():  # the name's index helps no number, and the other way round
            named = col(Caregiver.citizen_id if len(number) == _ID_DIGITS else Caregiver.phone) == number
        elif exact:
            named = col(Caregiver.name).in_({name, query.strip()})
        else:
            end = name + "\U0010ffff"
            begun = select(Child.household_id).where(
                col(Child.name).between(name, end), col(Child.deleted_at).is_(None)
            )
            named = or_(col(Caregiver.name).between(name, end), col(Caregiver.household_id).in_(begun))
        homes = session.exec(
            select(Caregiver.household_id)
            .join(Child, col(Child.household_id) == Caregiver.household_id)
            .where(named, col(Caregiver.deleted_at).is_(None), Caregiver.owner == desk.site.code)
            .where(col(Child.deleted_at).is_(None))
            .distinct()
            .limit(limit)
        ).all()
        return [family_hit(desk, session, household_id) for household_id in homes]


def family_of(desk: Desk, child_id: str) -> FamilyHit:
    """The family of a child, in a few words.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        return family_hit(desk, session, present_child(session, child_id).household_id)


def correct_household(
    desk: Desk,
    household_id: str,
    changes: Mapping[str, object],
    *,
    reason: str = "",
    seen: Mapping[str, object] | None = None,
) -> None:
    """Change where a family lives, and whether looking after its children is hard for it.

    Args:
        desk: Who corrects.
        household_id: The family.
        changes: village (a name; a new one comes onto the list), county, township, address, registered_address,
            care_difficulty.
        reason: Why.
        seen: What the person had before them, by the same names.

    Raises:
        BadInput: A value does not fit, or the village is closed.
        NotFound: There is no such family.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A child is on its way to another station, or something was `changed_meanwhile`.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("family.correct") as work:
        household = editable_household(desk, work.session, household_id)
        village = work.session.get(Village, household.village_id) if household.village_id else None
        before = village.name if village else ""
        wanted = {name: changes[name] for name in _PLACE if name in changes}
        known = {name: value for name, value in (seen or {}).items() if name in _PLACE}
        wanted = {name: value or (None if name != "address" else "") for name, value in wanted.items()}
        known = {name: value or (None if name != "address" else "") for name, value in known.items()}
        if "village" in changes and (changes["village"] or "") != before:
            name = str(changes["village"] or "").strip()
            refuse_closed(desk, work.session, name)
            wanted["village_id"] = village_named(desk, work.session, name)
            if seen is not None and (seen.get("village") or "") != before:
                known["village_id"] = ""
        changed = corrections.correct_row(desk, work.session, household, wanted, reason=reason, seen=known)
        work.note(household, fields=sorted(changed))


def join_household(desk: Desk, child_id: str, household_id: str) -> None:
    """A child belongs to another family than was thought; when it was the only one there, its caregivers come along.

    Raises:
        BadInput: It belongs to that family already.
        NotFound: There is no such child or family.
        NotAllowed: One of them is another station's, or the account may not record.
        Refused: A child of either family is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.join_family") as work:
        session = work.session
        child = editable_child(desk, session, child_id)
        household = editable_household(desk, session, household_id)
        if child.household_id == household.id:
            raise BadInput(_("The child belongs to this family already."), field="family", code="same_family")
        former = child.household_id
        if len(present_children(session, former)) == 1:
            add_carers(desk, session, household.id, [_as_new(one) for one in present_carers(session, former)])
        corrections.correct_row(desk, session, child, {"household_id": household.id})
        work.note(child)


def split_household(desk: Desk, child_id: str) -> str:
    """A child does not belong to the family it was entered with: it gets one of its own, with a copy of what is known.

    Raises:
        BadInput: It is the only child of its family.
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
        Refused: The child is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.split_family") as work:
        session = work.session
        child = editable_child(desk, session, child_id)
        former = own_household(desk, session, child.household_id)
        if len(present_children(session, former.id)) == 1:
            raise BadInput(_("The child has a family of its own already."), field="family", code="alone")
        values = {name: getattr(former, name) for name in ("village_id", *_PLACE)}
        made = desk.make(Household, **values)
        session.add(made)
        session.flush()
        add_carers(desk, session, made.id, [_as_new(one) for one in present_carers(session, former.id)])
        corrections.correct_row(desk, session, child, {"household_id": made.id})
        work.note(child)
        return made.id


def _as_new(carer: Caregiver) -> NewCaregiver:
    return NewCaregiver(is_main=carer.is_main, **{name: getattr(carer, name) for name in CARER_FIELDS})


def _child_view(child: Child, released: bool) -> FamilyChild:
    return FamilyChild(child.id, child.name, child.sex, child.birth_date, child.birth_order, child.status, released)


def _carer_view(carer: Caregiver) -> FamilyCarer:
    return FamilyCarer(
        carer.id,
        carer.name,
        carer.relation,
        mask_phone(carer.phone or ""),
        mask_citizen_id(carer.citizen_id or ""),
        carer.birth_date,
        carer.occupation or "",
        carer.education or "",
        carer.is_main,
    )
