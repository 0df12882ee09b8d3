"""The register as a roster is compared with it: who is there, which families are known, and single children whole."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from zhaohu.records import Caregiver, Child, Household, Village
from zhaohu.rules.duplicates import FAMILY_AT_MOST, KnownChild
from zhaohu.rules.names import normalise_name
from zhaohu.services.register.lookup import pending_transfers

FamilyKey = tuple[str, str]
"""A caregiver's citizen id, or name and telephone: what says that two children live in one family."""

AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Register:
    """The children of the register, the household of every caregiver that can be told from all others, the households
    that are only to look at, and the villages to which no family is added any more."""

    children: tuple[KnownChild, ...]
    families: Mapping[FamilyKey, str]
    frozen_homes: frozenset[str]
    closed_villages: frozenset[str]


@dataclass(frozen=True, slots=True)
class KnownFamily:
    """A child of the register with all that a roster may complete.

    `frozen` while it is released elsewhere, `frozen_home` while a child of its family is.
    """

    child: Child
    household: Household
    village: str
    caregivers: tuple[Caregiver, ...]
    frozen: bool
    frozen_home: bool


def family_keys(names: Iterable[str], phones: Iterable[str], ids: Iterable[str]) -> Iterator[FamilyKey]:
    """What a family is known by; a name without a telephone is not enough, nor a telephone without a name."""
    for number in ids:
        yield "", number
    yield from product(map(normalise_name, names), phones)


def load_register(session: Session) -> Register:
    """The whole register, as far as duplicates and families are concerned."""
    carers: defaultdict[str, list[tuple[str, str | None, str | None]]] = defaultdict(list)
    for household, name, phone, number in session.execute(
        select(Caregiver.household_id, Caregiver.name, Caregiver.phone, Caregiver.citizen_id)
        .where(col(Caregiver.deleted_at).is_(None))
        .order_by(Caregiver.id)
    ):
        carers[household].append((name, phone, number))
    children = tuple(_children(session, carers))
    homes: defaultdict[FamilyKey, list[str]] = defaultdict(list)
    homes_of_children = {child.household for child in children}
    for household, known in carers.items():
        if household not in homes_of_children:
            continue  # its children were removed, or merged into those of another one
        names, phones, ids = zip(*known, strict=True)
        for key in family_keys(names, filter(None, phones), filter(None, ids)):
            homes[key].append(household)
    families = {key: found[0] for key, found in homes.items() if len(found) <= FAMILY_AT_MOST}
    closed = select(Village.name).where(col(Village.deleted_at).is_(None), col(Village.closed_on).is_not(None))
    return Register(children, families, frozen_homes(session), frozenset(session.exec(closed)))


def frozen_homes(session: Session) -> frozenset[str]:
    """The households of children that are on their way to another station."""
    released = pending_transfers(session)
    homes = select(Child.household_id).where(col(Child.id).in_(released), col(Child.deleted_at).is_(None))
    return frozenset(session.exec(homes))


def _children(session: Session, carers: Mapping[str, list[tuple[str, str | None, str | None]]]) -> Iterator[KnownChild]:
    statement = (
        select_columns(
            col(Child.id),
            col(Child.name),
            col(Child.birth_date),
            col(Child.sex),
            col(Child.citizen_id),
            col(Child.birth_certificate_no),
            col(Child.household_id),
            col(Village.name),
            col(Child.plurality),
            col(Child.birth_weight_g),
        )
        .join(Household, col(Household.id) == Child.household_id)
        .outerjoin(Village, col(Village.id) == Household.village_id)
        .where(col(Child.deleted_at).is_(None))
        .order_by(Child.id)
    )
    for id_, name, born, sex, number, certificate, household, village, plurality, weight in session.execute(statement):
        known = carers.get(household, ())
        yield KnownChild(
            id_,
            name,
            born,
            sex,
            number or "",
            phones=tuple(phone for _name, phone, _id in known if phone),
            caregivers=tuple(name for name, _phone, _id in known),
            certificate_no=certificate or "",
            household=household,
            carer_ids=tuple(number for _name, _phone, number in known if number),
            village=village or "",
            plurality=plurality,
            birth_weight_g=weight,
        )


def load_families(session: Session, child_ids: Collection[str]) -> dict[str, KnownFamily]:
    """Children of the register whole, by id."""
    ids = sorted(child_ids)
    found: dict[str, KnownFamily] = {}
    for start in range(0, len(ids), AT_ONCE):
        found.update(_families(session, ids[start : start + AT_ONCE]))
    return found


def _families(session: Session, ids: list[str]) -> Iterator[tuple[str, KnownFamily]]:
    children = session.exec(select(Child).where(col(Child.id).in_(ids))).all()
    homes = {child.household_id for child in children}
    households = {one.id: one for one in session.exec(select(Household).where(col(Household.id).in_(homes)))}
    places = {household.village_id for household in households.values() if household.village_id}
    villages = dict(session.execute(select(Village.id, Village.name).where(col(Village.id).in_(places))).all())
    carers: defaultdict[str, list[Caregiver]] = defaultdict(list)
    for carer in session.exec(
        select(Caregiver)
        .where(col(Caregiver.household_id).in_(homes), col(Caregiver.deleted_at).is_(None))
        .order_by(col(Caregiver.is_main).desc(), col(Caregiver.relation), col(Caregiver.id))
    ):
        carers[carer.household_id].append(carer)
    frozen, cold = pending_transfers(session, ids), frozen_homes(session)
    for child in children:
        household = households[child.household_id]
        village = villages.get(household.village_id or "", "")
        yield (
            child.id,
            KnownFamily(
                child, household, village, tuple(carers[household.id]), child.id in frozen, household.id in cold
            ),
        )
