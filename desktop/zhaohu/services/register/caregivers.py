"""The grown-ups of a family: taken in, corrected, and taken out with a reason; one of them is the main caregiver."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, replace

from sqlmodel import Session

from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import _
from zhaohu.records import Caregiver
from zhaohu.records.codes import SiteKind
from zhaohu.rules.child_checks import Carer, Finding, Weight, check_carers
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register import corrections
from zhaohu.services.register.family_records import (
    CARER_FIELDS,
    NewCaregiver,
    clean_carer,
    editable_household,
    make_main,
    next_main,
    particulars,
    present_carers,
    present_children,
)

_SHORTEST_REASON = 2


def add_caregiver(desk: Desk, household_id: str, new: NewCaregiver) -> str:
    """Take a caregiver into a family; returns the id.

    Raises:
        BadInput: A value does not fit, or this caregiver is there already.
        NotFound: There is no such family.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A child is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("caregiver.add") as work:
        editable_household(desk, work.session, household_id)
        present = present_carers(work.session, household_id)
        if any(one.name == new.name and one.relation == new.relation for one in present):
            message = _("{name} is among the caregivers already.").format(name=new.name)
            raise BadInput(message, field="name", code="known_caregiver")
        clean = clean_carer(asdict(replace(new, name=new.name.strip())), desk.today)
        made = desk.make(Caregiver, household_id=household_id, **{**clean, "is_main": False})
        work.session.add(made)
        work.session.flush()
        if new.is_main or not present:
            make_main(desk, work.session, made)
        work.note(made)
        return made.id


def edit_caregiver(desk: Desk, caregiver_id: str) -> dict[str, object]:
    """A caregiver's particulars, nothing masked, to be corrected; leaves a line in the audit log.

    Raises:
        NotFound: There is no such caregiver.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A child is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("caregiver.edit") as work:
        carer = _own_carer(desk, work.session, caregiver_id)
        work.note(carer)
        return {name: getattr(carer, name) for name in (*CARER_FIELDS, "is_main")}


def correct_caregiver(
    desk: Desk,
    caregiver_id: str,
    changes: Mapping[str, object],
    *,
    reason: str = "",
    seen: Mapping[str, object] | None = None,
) -> None:
    """Change a caregiver's particulars; with `is_main` the others are it no more.

    Raises:
        BadInput: A value does not fit, or nobody would be the main caregiver.
        NotFound: There is no such caregiver.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A child is on its way to another station, or something was `changed_meanwhile`.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("caregiver.correct") as work:
        carer = _own_carer(desk, work.session, caregiver_id)
        if changes.get("is_main") is False and carer.is_main:
            message = _("A family has one main caregiver: mark the other one as main instead.")
            raise BadInput(message, field="is_main", code="no_main")
        if changes.get("is_main") is True:
            make_main(desk, work.session, carer)
        wanted = {name: value for name, value in changes.items() if name != "is_main"}
        told = {name: wanted.get(name, getattr(carer, name)) for name in CARER_FIELDS}
        clean = clean_carer(told, desk.today)
        changed = corrections.correct_row(
            desk, work.session, carer, {name: clean[name] for name in wanted}, reason=reason, seen=seen
        )
        work.note(carer, fields=sorted(changed))


def remove_caregiver(desk: Desk, caregiver_id: str, reason: str) -> None:
    """Take a caregiver out of the family; what was known is kept in the history. Another one becomes the main one.

    Raises:
        BadInput: The reason is too short or too long.
        NotFound: There is no such caregiver.
        NotAllowed: It is another station's, or the account may not record.
        Refused: A child is on its way to another station.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not _SHORTEST_REASON <= len(reason.strip()) <= corrections.LONGEST_REASON:
        message = _("Say in a few words why: {least} to {most} characters.")
        words = message.format(least=_SHORTEST_REASON, most=corrections.LONGEST_REASON)
        raise BadInput(words, field="reason")
    with desk.write("caregiver.remove") as work:
        carer = _own_carer(desk, work.session, caregiver_id)
        known = {name: (value, None) for name in CARER_FIELDS if (value := getattr(carer, name)) is not None}
        corrections.keep_correction(desk, work.session, carer, known, reason)
        carer.deleted_at, carer.deleted_by = desk.clock.stamp(), desk.person.display_name
        carer.deleted_reason = reason.strip()
        work.session.flush()
        left = present_carers(work.session, carer.household_id)
        if carer.is_main and left:
            make_main(desk, work.session, next_main(left))
        work.note(carer)


def doubts(desk: Desk, household_id: str, carer: NewCaregiver, leave_out: str = "") -> list[Finding]:
    """What is odd in a caregiver beside the family's children and other caregivers.

    Args:
        desk: Who asks.
        household_id: The family.
        carer: As it was entered.
        leave_out: The caregiver that is being corrected.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        children = present_children(session, household_id)
        others = [Carer(one.name, one.relation) for one in present_carers(session, household_id) if one.id != leave_out]
    given = Carer(carer.name, carer.relation, carer.birth_date, carer.citizen_id or "")
    oldest = particulars(children[0]) if children else None
    return [one for one in check_carers([*others, given], oldest, desk.today) if one.weight is Weight.DOUBT]


def _own_carer(desk: Desk, session: Session, caregiver_id: str) -> Caregiver:
    carer = session.get(Caregiver, caregiver_id)
    if carer is None or carer.deleted_at is not None:
        raise NotFound(_("There is no such caregiver."), code="no_such_caregiver")
    editable_household(desk, session, carer.household_id)
    return carer
