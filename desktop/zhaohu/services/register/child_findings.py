"""A child as it is taken in or corrected, and what is wrong or odd in it beside its family and the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any

from sqlmodel import Session

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records import Child
from zhaohu.records.codes import Sex
from zhaohu.rules.child_checks import Carer, Finding, Particulars, Sibling, Weight, check_carers, check_child
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import record_numbers
from zhaohu.services.register.family_records import NewCaregiver, present_children
from zhaohu.services.register.lookup import present_child

OWN_FIELDS = (
    "name",
    "sex",
    "birth_date",
    "birth_time",
    "citizen_id",
    "birth_certificate_no",
    "health_record_no",
    "handbook_no",
    "ethnicity",
    "birth_order",
    "gestation_days",
    "birth_weight_g",
    "birth_length_mm",
    "delivery",
    "plurality",
    "birth_place",
    "discharged_on",
    "residence",
    "came_from",
)
"""A child's particulars that are corrected by hand."""


@dataclass(frozen=True, slots=True)
class NewChild:
    """A child to take in: the family's particulars and the child's own.

    With a `household_id` the child joins that family: where it lives is known then, and caregivers complete it.
    """

    name: str
    sex: Sex
    birth_date: date
    village: str = ""
    address: str = ""
    caregivers: tuple[NewCaregiver, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    county: str | None = None
    township: str | None = None
    registered_address: str | None = None
    care_difficulty: str | None = None
    household_id: str = ""


def check_new(desk: Desk, new: NewChild) -> list[Finding]:
    """What is wrong or odd in a child that is to be registered; a caregiver's field is `caregivers.PLACE.FIELD`."""
    desk.require(*WRITERS)
    with desk.read() as session:
        return findings_of_new(desk, session, new)


def check_correction(desk: Desk, child_id: str, changes: Mapping[str, object]) -> list[Finding]:
    """What is wrong or odd in the particulars that are to be changed.

    Raises:
        NotFound: There is no such child.
        BadInput: A value does not fit.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        return findings_of_correction(desk, session, present_child(session, child_id), changes)


def findings_of_new(desk: Desk, session: Session, new: NewChild) -> list[Finding]:
    """As `check_new`, for an open transaction."""
    child = _particulars({"sex": new.sex, "birth_date": new.birth_date, **new.facts})
    siblings = present_children(session, new.household_id) if new.household_id else []
    carers = [
        Carer(
            carer.name,
            carer.relation,
            carer.birth_date,
            carer.citizen_id or "",
            {name: f"caregivers.{place}.{name}" for name in ("birth_date", "citizen_id", "relation")},
        )
        for place, carer in enumerate(new.caregivers)
    ]
    return [*_check(desk, session, child, siblings), *check_carers(carers, child, desk.today)]


def findings_of_correction(desk: Desk, session: Session, child: Child, changes: Mapping[str, object]) -> list[Finding]:
    """As `check_correction`, for an open transaction."""
    known = {name: getattr(child, name) for name in OWN_FIELDS}
    siblings = [one for one in present_children(session, child.household_id) if one.id != child.id]
    return _check(desk, session, _particulars({**known, **changes}), siblings, child.id)


def _check(
    desk: Desk, session: Session, child: Particulars, siblings: Sequence[Child], child_id: str = ""
) -> list[Finding]:
    beside = [Sibling(one.name, one.birth_date, one.birth_order) for one in siblings]
    found = check_child(child, desk.today, beside)
    number = child.health_record_no
    if number and (holder := record_numbers.holder(session, number, child_id)):
        words = _("{name} has this health record number already.").format(name=holder)
        found.append(Finding("health_record_no", "record_number_taken", words, Weight.REFUSED))
    return found


def _particulars(values: Mapping[str, Any]) -> Particulars:
    """Particulars as the rules look at them; empty text for none."""
    known = {one.name: values.get(one.name) for one in fields(Particulars)}
    return Particulars(**{name: value for name, value in known.items() if value is not None})


def refuse(findings: Iterable[Finding]) -> None:
    """Nothing, unless one of them forbids saving.

    Raises:
        BadInput: What the first one says.
    """
    for finding in findings:
        if finding.weight is Weight.REFUSED:
            raise BadInput(finding.message, field=finding.field, code=finding.code)
