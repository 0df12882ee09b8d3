"""Vaccinations as the family's certificate shows them, and what is due; the legal record is kept elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import NamedTuple

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _, form_term
from zhaohu.records import Child, Vaccination
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.rules import vaccination as rules
from zhaohu.rules.vaccination import Reminder
from zhaohu.rules.vaccine_editions import edition_on
from zhaohu.services import reference
from zhaohu.services.care.vaccination_views import VaccinationView, dose_name, doubts, views, words
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.lookup import editable_child, pending_transfers, present_child
from zhaohu.services.register.moves import reason_words

_READERS = tuple(Role)


class NewDose(NamedTuple):
    """A dose that the certificate shows; `product` names another vaccine that stands for it (替代)."""

    vaccine: str
    dose: int
    given_on: date
    product: str = ""


def overview(desk: Desk, child_id: str) -> VaccinationView:
    """The schedule for a child: what was given, what is due today, what comes.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        kept = _kept(session, child_id)
        rows = _reminders(child, kept, desk.today)
        edition = edition_on(reference.vaccine_editions(), desk.today)
        editable = (
            child.owner == desk.site.code
            and desk.site.kind is SiteKind.STATION
            and desk.person.role in WRITERS
            and not pending_transfers(session, [child_id])
        )
        return VaccinationView(
            form_term(edition.title),
            form_term(edition.source),
            tuple(form_term(one) for one in edition.not_known),
            tuple(views(child, kept, rows, desk.today)),
            tuple(words(child, rows, desk.today)),
            editable,
        )


def record(desk: Desk, child_id: str, doses: Sequence[NewDose], seen_on: date | None = None) -> list[str]:
    """Keep what the certificate shows, all of it or nothing. Admin or teacher.

    Args:
        desk: Who records.
        child_id: The child.
        doses: What it shows.
        seen_on: The day on which it was looked at; today when not given.

    Returns:
        What is unlikely about these days, in words; it is kept all the same.

    Raises:
        BadInput: There is no such dose, or its day lies before the birth or in the future (`problems` in the details).
        Refused: A dose is kept already (`known_dose`), or the child was released.
        NotFound: There is no such child.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    if not doses:
        raise BadInput(_("No dose is entered."), code="nothing_entered")
    seen = seen_on or desk.today
    with desk.write("vaccination.record") as work:
        child = editable_child(desk, work.session, child_id)
        _refuse(child, doses, seen, desk.today)
        kept = _kept(work.session, child_id)
        known = {(row.vaccine, row.dose): row.given_on for row in kept}
        for one in doses:
            if (one.vaccine, one.dose) in known:
                message = _("{dose} is entered already.").format(dose=dose_name(one.vaccine, one.dose))
                raise Refused(message, code="known_dose", field=_key(one))
            known[one.vaccine, one.dose] = one.given_on
        for one in doses:
            work.session.add(
                desk.make(
                    Vaccination,
                    child_id=child_id,
                    vaccine=one.vaccine,
                    dose=one.dose,
                    given_on=one.given_on,
                    product=one.product.strip() or None,
                    seen_on=seen,
                )
            )
        work.note(child, doses=len(doses))
        message = _("{dose}: {reason}.")
        return [
            message.format(dose=dose_name(one.vaccine, one.dose), reason=reason)
            for one in doses
            for reason in doubts(child, known, one.vaccine, one.dose)
        ]


def strike(desk: Desk, vaccination_id: str, reason: str) -> None:
    """Strike out a dose that was entered by mistake. Admin or teacher.

    Raises:
        BadInput: No reason is given, or it is too long.
        Refused: It was struck out already, or the child was released.
        NotFound: There is no such dose, or no such child any more.
        NotAllowed: The child is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("vaccination.strike") as work:
        row = work.session.get(Vaccination, vaccination_id)
        if row is None:
            raise NotFound(_("There is no such dose."), code="no_such_dose")
        child = editable_child(desk, work.session, row.child_id)
        if row.deleted_at is not None:
            raise Refused(_("This was struck out already."), code="struck_already")
        row.deleted_at, row.deleted_by = desk.clock.stamp(), desk.person.display_name
        row.deleted_reason = reason_words(reason)
        work.note(child, vaccine=row.vaccine, dose=row.dose)


def given_days(session: Session, child_id: str) -> Iterator[tuple[date, str]]:
    """For the time line: each day with the doses given on it, in words."""
    by_day: dict[date, list[str]] = {}
    for row in _kept(session, child_id):
        by_day.setdefault(row.given_on, []).append(dose_name(row.vaccine, row.dose))
    for day, names in by_day.items():
        yield day, _(", ").join(names)


def _kept(session: Session, child_id: str) -> list[Vaccination]:
    statement = select(Vaccination).where(Vaccination.child_id == child_id, col(Vaccination.deleted_at).is_(None))
    return list(session.exec(statement.order_by(col(Vaccination.given_on), col(Vaccination.id))))


def _reminders(child: Child, kept: Iterable[Vaccination], on: date) -> list[Reminder]:
    given = {(row.vaccine, row.dose): row.given_on for row in kept}
    return rules.reminders(reference.vaccine_editions(), child.birth_date, given, on)


def _refuse(child: Child, doses: Sequence[NewDose], seen: date, today: date) -> None:
    """Refuse what cannot be right, all of it at once."""
    problems = [(one, reason) for one in doses if (reason := _fault(child, one, seen))]
    names = [(one.vaccine, one.dose) for one in doses]
    problems += [(one, _("stands here twice")) for at, one in enumerate(doses) if names[at] in names[:at]]
    if not child.birth_date <= seen <= today:
        message = _("The day on which the certificate was seen must lie between the birth and today.")
        raise BadInput(message, code="bad_day", field="seen_on", value=seen.isoformat())
    if problems:
        one, reason = problems[0]
        message = _("{dose}: {reason}.").format(dose=dose_name(one.vaccine, one.dose), reason=reason)
        listed = [{"field": _key(o), "value": o.given_on.isoformat(), "reason": why} for o, why in problems]
        raise BadInput(message, code="bad_dose", field=_key(one), problems=listed)


def _fault(child: Child, one: NewDose, seen: date) -> str:
    known = (edition.vaccine(one.vaccine) for edition in reference.vaccine_editions())
    if not any(vaccine is not None and vaccine.dose(one.dose) for vaccine in known):
        return _("the schedule has no such dose")
    if one.given_on < child.birth_date:
        return _("the day lies before the birth")
    if one.given_on > seen:
        return _("the day lies after the certificate was seen")
    if child.status is ChildStatus.DIED and child.status_on is not None and one.given_on > child.status_on:
        return _("the day lies after the child's death")
    return ""


def _key(one: NewDose) -> str:
    return f"{one.vaccine}.{one.dose}"
