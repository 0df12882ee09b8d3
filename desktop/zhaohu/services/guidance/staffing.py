"""Guidance teachers, populations, and what the one needs of the other."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu import paths
from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import _
from zhaohu.records import Population, Station, Teacher
from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.identity import mask_phone
from zhaohu.rules.staffing import Employment, Staffing, in_all, staffing
from zhaohu.services.care import drafts
from zhaohu.services.desk import Desk

_READERS = tuple(Role)
_LONGEST_SOURCE = 100


@dataclass(frozen=True, slots=True)
class TeacherRow:
    """A guidance teacher as lists show one; the phone is masked."""

    id: str
    station: str
    name: str
    profession: str
    phone: str
    certificate_no: str
    certified_until: date | None
    employed_from: date
    employed_to: date | None


@dataclass(frozen=True, slots=True)
class NewTeacher:
    """A guidance teacher to take in."""

    name: str
    employed_from: date
    profession: str = ""
    phone: str = ""
    certificate_no: str = ""
    certified_until: date | None = None


@dataclass(frozen=True, slots=True)
class StationStaffing:
    """One line of the staffing table; station empty for the district as a whole."""

    station: str
    name: str
    township: str
    figures: Staffing
    population_year: int | None


@dataclass(frozen=True, slots=True)
class StaffingTable:
    """Staffing per station and in all, on one day."""

    on: date
    residents_per_teacher: int
    stations: tuple[StationStaffing, ...]
    district: StationStaffing


def list_teachers(desk: Desk, *, station: str = "") -> list[TeacherRow]:
    """The teachers of this station, or at the center of all stations (or one)."""
    desk.require(*_READERS)
    with desk.read() as session:
        statement = select(Teacher).where(col(Teacher.deleted_at).is_(None)).order_by(Teacher.owner, Teacher.name)
        rows = [_teacher_row(teacher) for teacher in session.exec(statement)]
    return [row for row in rows if not station or row.station == station]


def add_teacher(desk: Desk, new: NewTeacher, *, draft: str = "") -> str:
    """Take a teacher in; returns the id.

    Args:
        draft: Key of the draft that it was typed into, which goes in the same transaction.

    Raises:
        BadInput: The name is empty, or the certificate ended before the post began.
        NotAllowed: Only an administrator of a station may do this.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    if not new.name.strip():
        raise BadInput(_("Enter the teacher's name."), field="name")
    if new.certified_until and new.certified_until < new.employed_from:
        raise BadInput(
            _("The certificate ends before the employment begins. Check both dates."), field="certified_until"
        )
    with desk.write("teacher.add") as work:
        teacher = desk.make(
            Teacher,
            name=new.name.strip(),
            phone=new.phone or None,
            profession=new.profession or None,
            certificate_no=new.certificate_no or None,
            certified_until=new.certified_until,
            employed_from=new.employed_from,
        )
        work.session.add(teacher)
        drafts.forget(work.session, desk.person.name, draft)
        work.note(teacher)
        return teacher.id


def end_employment(desk: Desk, teacher_id: str, last_day: date) -> None:
    """Say which day was a teacher's last in post.

    Raises:
        NotFound: There is no such teacher of this station.
        BadInput: The day lies before the first day in post.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("teacher.end") as work:
        teacher = work.session.get(Teacher, teacher_id)
        if teacher is None or teacher.owner != desk.site.code or teacher.deleted_at is not None:
            raise NotFound(_("There is no such teacher at this station."), code="no_such_teacher")
        if last_day < teacher.employed_from:
            raise BadInput(_("The last day lies before the first day in post."), field="employed_to")
        teacher.employed_to = last_day
        work.note(teacher)


def set_population(desk: Desk, *, station: str, year: int, population: int, source: str = "", draft: str = "") -> None:
    """Keep a station's resident population of one year; goes down with the next receipt.

    Args:
        draft: Key of the draft that it was typed into, which goes in the same transaction.

    Raises:
        BadInput: The number cannot be a township's population, or the source is too long.
        NotFound: There is no such station.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    if not 0 < population <= 10_000_000 or not 2000 <= year <= 2100:
        raise BadInput(_("Enter the population as a whole number, and a year such as 2026."), field="population")
    if len(source) > _LONGEST_SOURCE:
        raise BadInput(_("The source is too long: at most {n} characters.").format(n=_LONGEST_SOURCE), field="source")
    with desk.write("population.set") as work:
        if work.session.exec(select(Station.id).where(Station.code == station)).first() is None:
            raise NotFound(_("There is no station {code}.").format(code=station), code="no_such_station")
        known = work.session.exec(
            select(Population).where(Population.station == station, Population.year == year)
        ).first()
        if known is None:
            known = desk.make(Population, station=station, year=year, population=population, source=source or None)
            work.session.add(known)
        else:
            known.population, known.source = population, source or None
        drafts.forget(work.session, desk.person.name, draft)
        work.note(known, year=year)


def staffing_table(desk: Desk, year: int | None = None) -> StaffingTable:
    """Population, teachers needed, in post, gap and certified, per station and in all.

    Args:
        desk: Who asks, and where.
        year: A past year counts on its last day, the present one today; None is the present year.
    """
    desk.require(*_READERS)
    year = year or desk.today.year
    on = desk.today if year == desk.today.year else date(year, 12, 31)
    ratio = residents_per_teacher()
    with desk.read() as session:
        rows = [
            StationStaffing(
                station.code,
                station.name,
                station.township,
                staffing(count, _employments(session, f"{desk.site.district_code}-{station.code}"), on, ratio),
                counted,
            )
            for station in _stations(session, desk)
            for count, counted in [_population(session, station.code, year)]
        ]
    whole = StationStaffing("", desk.site.center_name, "", in_all(row.figures for row in rows), None)
    return StaffingTable(on, ratio, tuple(rows), whole)


def residents_per_teacher() -> int:
    """The ratio of the policy, from its data file."""
    rules = tomllib.loads(paths.resource("rules/staffing.toml").read_text("utf-8"))
    return int(rules["residents_per_teacher"])


def _stations(session: Session, desk: Desk) -> list[Station]:
    statement = select(Station).where(col(Station.deleted_at).is_(None)).order_by(Station.code)
    if desk.site.kind is SiteKind.STATION:
        statement = statement.where(Station.code == desk.site.station)
    return list(session.exec(statement))


def _employments(session: Session, owner: str) -> list[Employment]:
    found = session.exec(select(Teacher).where(Teacher.owner == owner, col(Teacher.deleted_at).is_(None)))
    return [Employment(t.employed_from, t.employed_to, t.certified_until) for t in found]


def _population(session: Session, station: str, year: int) -> tuple[int | None, int | None]:
    """The newest population up to that year, and the year it is of."""
    found = session.exec(
        select(Population.population, Population.year)
        .where(Population.station == station, Population.year <= year, col(Population.deleted_at).is_(None))
        .order_by(col(Population.year).desc())
    ).first()
    return (found[0], found[1]) if found else (None, None)


def _teacher_row(teacher: Teacher) -> TeacherRow:
    return TeacherRow(
        teacher.id,
        teacher.owner.partition("-")[2],
        teacher.name,
        teacher.profession or "",
        mask_phone(teacher.phone or ""),
        teacher.certificate_no or "",
        teacher.certified_until,
        teacher.employed_from,
        teacher.employed_to,
    )
