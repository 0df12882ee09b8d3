"""A family in a few words: who looks after whom, and where."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import Session

from zhaohu.i18n import _
from zhaohu.records import Household, Village
from zhaohu.records.codes import ChildStatus
from zhaohu.rules.ages import age_text
from zhaohu.rules.identity import mask_phone
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.register.family_records import present_carers, present_children


@dataclass(frozen=True, slots=True)
class FamilyHit:
    """A family that was found: who looks after whom, and where; the phone is masked."""

    id: str
    caregivers: str
    phone: str
    place: str
    children: str
    known: frozenset[tuple[str, str]] = frozenset()

    def has(self, name: str, relation: str) -> bool:
        """Whether somebody of that name and relation looks after its children."""
        return (name, relation) in self.known


def family_hit(desk: Desk, session: Session, household_id: str) -> FamilyHit:
    """A family in a few words; for an open session."""
    household = session.get_one(Household, household_id)
    village = session.get(Village, household.village_id) if household.village_id else None
    carers = present_carers(session, household_id)
    words = [f"{reference.code_name('relation', one.relation)} {one.name}" for one in carers]
    children = [
        f"{child.name} {age_text(child.birth_date, desk.today)}"
        for child in present_children(session, household_id)
        if child.status is not ChildStatus.DIED
    ]
    return FamilyHit(
        household_id,
        _(", ").join(words),
        mask_phone(next((one.phone for one in carers if one.phone), "")),
        " ".join(part for part in (village.name if village else "", household.address) if part),
        _(", ").join(children),
        frozenset((one.name, one.relation) for one in carers),
    )
