"""Contacts by name, and for which contact a visit counts, also when a child turns out to be born on another day."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _, form_term
from zhaohu.records import Child, ExtraContact, Visit
from zhaohu.rules.schedule import Contact, Schedule, Track, contact_for
from zhaohu.services import reference
from zhaohu.store.care_notes import schedule_of


def schedule(session: Session) -> Schedule:
    """The schedule in force here: the national one, with the district's own plan for high-risk children."""
    return schedule_of(session, reference.schedule())


def contact_title(contact: Contact) -> str:
    """A contact's name in the language in use; of the plan for high-risk children with the age."""
    name = form_term(contact.name)
    if contact.track is not Track.HIGH_RISK:
        return name
    if contact.months is not None:
        return _("{name}, {n} months").format(name=name, n=contact.months)
    return _("{name}, {n} days").format(name=name, n=contact.days)


def named(session: Session, codes: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Title and form of contacts by their codes, whatever track they are of; without those that nobody knows."""
    known = reference.schedule().by_code | schedule(session).by_code
    wanted = set(codes)
    extras = session.exec(select(ExtraContact).where(col(ExtraContact.id).in_(wanted - known.keys())))
    return {
        **{code: (contact_title(known[code]), known[code].form) for code in wanted & known.keys()},
        **{extra.id: (extra.title, extra.form) for extra in extras},
    }


def title_of(session: Session, code: str | None) -> str:
    """The name of a contact by its code; empty for none, and for one that nobody knows."""
    return named(session, [code]).get(code, ("", ""))[0] if code else ""


def require_contact(session: Session, child_id: str, code: str) -> Contact:
    """The contact of that code that a child can have: of the schedule, or one that was added for it.

    Raises:
        NotFound: There is none.
    """
    known = schedule(session).by_code.get(code)
    if known is not None:
        return known
    extra = session.get(ExtraContact, code)
    if extra is None or extra.child_id != child_id or extra.deleted_at is not None:
        raise NotFound(_("There is no such contact for this child."), code="no_such_contact")
    return Contact(extra.id, extra.title, extra.form, "", extra.reason or "", Track.EXTRA)


def contact_of(session: Session, child: Child, form_id: str, visit_date: date, record_id: str = "") -> str | None:
    """The contact for which a visit counts: the schedule's, or an extra contact of that form where it is done already.

    Args:
        session: The open transaction.
        child: The child.
        form_id: The form that records the visit.
        visit_date: Its day.
        record_id: The record that is being corrected; it does not stand in its own way.
    """
    scheduled = contact_for(schedule(session), form_id, child.birth_date, visit_date)
    taken = _taken(session, child.id, record_id)
    if scheduled is not None and scheduled not in taken:
        return scheduled
    extras = session.exec(
        select(ExtraContact).where(
            ExtraContact.child_id == child.id, ExtraContact.form == form_id, col(ExtraContact.deleted_at).is_(None)
        )
    )
    best = min(
        (extra for extra in extras if extra.id not in taken and _can_be_for(extra, visit_date)),
        key=lambda extra: (_days_away(extra, visit_date), extra.due_from, extra.id),
        default=None,
    )
    return best.id if best is not None else scheduled


def _can_be_for(extra: ExtraContact, day: date) -> bool:
    """A visit may come before the days that were planned, but not before anybody planned it."""
    return day >= extra.due_from or day.isoformat() > extra.recorded_at[:10]


def _days_away(extra: ExtraContact, day: date) -> int:
    """How many days a visit lies outside the days that the contact was planned for."""
    return max((extra.due_from - day).days, (day - extra.due_to).days, 0)


def _taken(session: Session, child_id: str, record_id: str) -> set[str]:
    """The contacts that a child had already."""
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    found = session.exec(
        select(Visit.contact).where(
            Visit.child_id == child_id,
            Visit.record_id != record_id,
            col(Visit.deleted_at).is_(None),
            col(Visit.contact).is_not(None),
            col(Visit.id).not_in(later),
        )
    )
    return {contact for contact in found if contact}


def visits_of(session: Session, child_id: str, *, after: str = "") -> list[Visit]:
    """A child's visits in all their versions; only those that were recorded after a record, when one is given."""
    return list(session.exec(select(Visit).where(Visit.child_id == child_id, col(Visit.id) > after)))


def recount(session: Session, child: Child, visits: Iterable[Visit]) -> dict[str, list[str | None]]:
    """Find anew for which contact of the schedule visits count, as the child's birth date has it.

    A visit that was made for an extra contact goes on counting for that.

    Returns:
        The visits whose contact is another now, each with the contact before and after.
    """
    changed: dict[str, list[str | None]] = {}
    in_force, national = schedule(session), reference.schedule()
    for visit in visits:
        if visit.contact and visit.contact not in in_force.by_code and visit.contact not in national.by_code:
            continue
        counts = contact_for(in_force, visit.form, child.birth_date, visit.visit_date)
        if counts != visit.contact:
            changed[visit.id] = [visit.contact, counts]
            visit.contact = counts
    session.flush()
    return changed
