"""What has happened to a child: its records as a list, and everything together as one line of time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.i18n import _, format_number, pgettext
from zhaohu.records import Attendance, Child, Measurement, ParentingClass, Visit
from zhaohu.records.codes import FollowUpKind, Role, label
from zhaohu.services import reference
from zhaohu.services.care import vaccinations
from zhaohu.services.care.visits import record_number
from zhaohu.services.desk import Desk
from zhaohu.services.due import contacts
from zhaohu.services.follow import follow_up_lists
from zhaohu.services.register import consents, corrections, risk_factors
from zhaohu.services.register.lookup import present_child
from zhaohu.services.register.standing import MoveKind, moves_of

_READERS = tuple(Role)


class TimelineKind(StrEnum):
    """What kind of event a line is."""

    BIRTH = "birth"
    REGISTERED = "registered"
    VISIT = "visit"
    MEASUREMENT = "measurement"
    CLASS = "class"
    VACCINATION = "vaccination"
    RISK = "risk"
    CONSENT = "consent"
    CORRECTION = "correction"
    TRANSFER = "transfer"
    STATUS = "status"
    FOLLOW_UP = "follow_up"


_ORDER = {kind: place for place, kind in enumerate(TimelineKind)}
_MOVES = {
    MoveKind.REGISTERED: TimelineKind.REGISTERED,
    MoveKind.STATUS: TimelineKind.STATUS,
    MoveKind.RELEASED: TimelineKind.TRANSFER,
    MoveKind.CANCELLED: TimelineKind.TRANSFER,
    MoveKind.HANDED_OVER: TimelineKind.TRANSFER,
    MoveKind.TAKEN: TimelineKind.TRANSFER,
}


@dataclass(frozen=True, slots=True)
class TimelineItem:
    """One event; `target` is the id of the visit or class behind it, empty for the others."""

    on: date
    kind: TimelineKind
    title: str
    detail: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class VisitRow:
    """The newest version of a record, as lists show it; `contact` is the schedule's name for it, empty for none."""

    id: str
    record_number: str
    visit_date: date
    form: str
    title: str
    contact: str
    version: int
    signer: str
    recorded_by: str
    recorded_at: str


def list_visits(desk: Desk, child_id: str) -> list[VisitRow]:
    """A child's records in their newest version, newest first."""
    desk.require(*_READERS)
    with desk.read() as session:
        return [
            VisitRow(
                id=visit.id,
                record_number=record_number(visit.counted_by, visit.number),
                visit_date=visit.visit_date,
                form=visit.form,
                title=reference.form_title(visit.form),
                contact=contacts.title_of(session, visit.contact),
                version=visit.version,
                signer=visit.signer,
                recorded_by=visit.recorded_by,
                recorded_at=visit.recorded_at,
            )
            for visit in _visits(session, child_id)
        ]


def timeline(desk: Desk, child_id: str) -> list[TimelineItem]:
    """Everything that is known to have happened to a child, newest first.

    Raises:
        NotFound: There is no such child in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        found = [_birth(child), *_moves(session, child), *_visit_items(session, child_id)]
        found += [*_measurements(session, child_id), *_classes(session, child_id)]
        found += [*_risks(session, child), *_consents(session, child), *_vaccinations(session, child_id)]
    found += [*_corrections(desk, child_id), *_followed(desk, child_id)]
    return sorted(found, key=lambda item: (item.on, _ORDER[item.kind]), reverse=True)


def _birth(child: Child) -> TimelineItem:
    return TimelineItem(child.birth_date, TimelineKind.BIRTH, pgettext("event", "Born"), _birth_words(child))


def _moves(session: Session, child: Child) -> Iterator[TimelineItem]:
    for move in moves_of(session, child):
        if not move.struck:
            place = move.place if move.kind in (MoveKind.REGISTERED, MoveKind.STATUS, MoveKind.TAKEN) else ""
            yield TimelineItem(move.on, _MOVES[move.kind], move.title, _joined([place, move.reason]))


def _risks(session: Session, child: Child) -> Iterator[TimelineItem]:
    for row in risk_factors.rows_of(session, child):
        if row.derived:
            continue
        detail = _joined([label(row.risk), row.note])
        yield TimelineItem(row.since, TimelineKind.RISK, _("Risk factor noted"), detail)
        if row.ended_on is not None:
            detail = _joined([label(row.risk), row.ended_reason])
            yield TimelineItem(row.ended_on, TimelineKind.RISK, _("Risk factor ended"), detail)


def _consents(session: Session, child: Child) -> Iterator[TimelineItem]:
    """What one guardian decided alike on one day stands in one line."""
    decided: dict[tuple[date, str, str, str], list[str]] = {}
    for one in consents.standing_of(session, child).history:
        who = f"{reference.code_name('relation', one.relation)} {one.guardian}"
        key = (one.decided_on, consents.decision_words(one), who, one.reason)
        decided.setdefault(key, []).append(label(one.scope))
    for (on, title, who, reason), scopes in decided.items():
        detail = _joined([_(", ").join(reversed(scopes)), who, reason])
        yield TimelineItem(on, TimelineKind.CONSENT, title, detail)


def _followed(desk: Desk, child_id: str) -> Iterator[TimelineItem]:
    """What was found and how it ended; referrals and cases begin with a record, which stands by itself."""
    for one in follow_up_lists.of_child(desk, child_id):
        if one.kind is FollowUpKind.FINDING:
            title = _("Found: {what}").format(what=one.title)
            yield TimelineItem(one.found_on, TimelineKind.FOLLOW_UP, title, one.advice, one.visit_id)
        if one.outcome is not None and one.closed_on is not None:
            title = _("{what}: {state}").format(what=one.title, state=label(one.outcome))
            yield TimelineItem(one.closed_on, TimelineKind.FOLLOW_UP, title, _joined([one.note, one.closed_by]))


def _corrections(desk: Desk, child_id: str) -> Iterator[TimelineItem]:
    for one in corrections.corrections(desk, child_id):
        what = _(", ").join(change.title for change in one.changes)
        detail = _joined([one.about, what, one.reason])
        on = date.fromisoformat(one.at[:10])
        yield TimelineItem(on, TimelineKind.CORRECTION, _("Particulars corrected"), detail)


def _birth_words(child: Child) -> str:
    parts = []
    if child.gestation_days is not None:
        weeks, days = divmod(child.gestation_days, 7)
        parts.append(_("{weeks} weeks + {days} days").format(weeks=weeks, days=days))
    parts.append(reference.code_name("delivery", child.delivery))
    parts.append(_amounts(child.birth_weight_g, child.birth_length_mm, None))
    return _joined(parts)


def _visits(session: Session, child_id: str) -> list[Visit]:
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    statement = (
        select(Visit)
        .join(Child, col(Child.id) == Visit.child_id)
        .where(Visit.child_id == child_id, col(Visit.id).not_in(later))
        .where(col(Visit.deleted_at).is_(None), col(Child.deleted_at).is_(None))
        .order_by(col(Visit.visit_date).desc(), col(Visit.number).desc())
    )
    return list(session.exec(statement))


def _visit_items(session: Session, child_id: str) -> Iterator[TimelineItem]:
    for visit in _visits(session, child_id):
        taken = session.exec(
            select(Measurement).where(Measurement.visit_id == visit.id, Measurement.measured_on == visit.visit_date)
        ).first()
        parts = [_amounts(taken.weight_g, taken.length_mm, taken.head_mm) if taken else "", visit.signer]
        if visit.version > 1:
            parts.append(_("version {n}, corrected: {reason}").format(n=visit.version, reason=visit.reason or ""))
        title = contacts.title_of(session, visit.contact) or reference.form_title(visit.form)
        yield TimelineItem(visit.visit_date, TimelineKind.VISIT, title, _joined(parts), visit.id)


def _measurements(session: Session, child_id: str) -> Iterator[TimelineItem]:
    statement = select(Measurement).where(
        Measurement.child_id == child_id, col(Measurement.visit_id).is_(None), col(Measurement.deleted_at).is_(None)
    )
    for row in session.exec(statement):
        words = _amounts(row.weight_g, row.length_mm, row.head_mm)
        yield TimelineItem(row.measured_on, TimelineKind.MEASUREMENT, pgettext("event", "Measured"), words)


def _classes(session: Session, child_id: str) -> Iterator[TimelineItem]:
    statement = (
        select(ParentingClass, Attendance.attended_by)
        .join(Attendance, col(Attendance.class_id) == ParentingClass.id)
        .where(Attendance.child_id == child_id, Attendance.present, col(Attendance.deleted_at).is_(None))
        .where(col(ParentingClass.deleted_at).is_(None))
    )
    for held, who in session.exec(statement):
        detail = _joined([held.topic, held.place, who or ""])
        yield TimelineItem(held.held_on, TimelineKind.CLASS, label(held.kind), detail, held.id)


def _vaccinations(session: Session, child_id: str) -> Iterator[TimelineItem]:
    for on, doses in vaccinations.given_days(session, child_id):
        yield TimelineItem(on, TimelineKind.VACCINATION, _("Vaccinated"), doses)


def _amounts(weight_g: int | None, length_mm: int | None, head_mm: int | None) -> str:
    parts = []
    if weight_g is not None:
        parts.append(_("weight {kg} kg").format(kg=format_number(weight_g / 1000, 2)))
    if length_mm is not None:
        parts.append(_("length {cm} cm").format(cm=format_number(length_mm / 10, 1)))
    if head_mm is not None:
        parts.append(_("head {cm} cm").format(cm=format_number(head_mm / 10, 1)))
    return " · ".join(parts)


def _joined(parts: list[str]) -> str:
    return " · ".join(part for part in parts if part)
