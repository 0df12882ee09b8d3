"""Taking away what was entered by mistake: nothing is deleted, it is hidden, with a reason, and can be brought back.

A removed record keeps all that hangs on it as it is; lists, counts, growth and what is due leave it out. The removal
travels to the center as a change of the record.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import cast

from sqlmodel import Session, col, or_, select

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.i18n import _, format_date
from zhaohu.records import Caregiver, Child, Household, ParentingClass, Teacher, Village, Visit
from zhaohu.records.base import Owned
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services import reference
from zhaohu.services.care.visits import own_current_visit, record_number, refuse_second_record
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.follow import follow_up_hooks
from zhaohu.services.register.lookup import editable_child
from zhaohu.services.register.village_records import present_villages

SHORTEST_REASON = 2
LONGEST_REASON = 200

_TABLES: dict[str, type[Visit | Child | ParentingClass | Teacher]] = {
    "visit": Visit,
    "child": Child,
    "parenting_class": ParentingClass,
    "teacher": Teacher,
}
_ADMINS_ONLY = ("child", "teacher")


@dataclass(frozen=True, slots=True)
class RemovedRow:
    """A removed record: what it is, and who removed it when and why; `restorable` by whoever asked."""

    table: str
    id: str
    what: str
    removed_at: str
    removed_by: str
    reason: str
    restorable: bool


def remove_visit(desk: Desk, visit_id: str, reason: str) -> None:
    """Hide a record of a visit, in all its versions, with what was measured there. Admin or teacher.

    Raises:
        BadInput: The reason is too short or too long.
        NotFound: There is no such visit.
        NotAllowed: It is another station's, or the account may not record.
        Refused: It is not the newest version, or removed already.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("visit.remove") as work:
        visit = own_current_visit(desk, work.session, visit_id)
        _hide(desk, work, visit, reason)
        follow_up_hooks.record_removed(desk, work, visit)


def remove_child(desk: Desk, child_id: str, reason: str) -> None:
    """Hide a child that was entered by mistake, and so all its records. Admin.

    Raises:
        BadInput: The reason is too short or too long.
        NotFound: There is no such child, or it was removed already.
        NotAllowed: It is another station's, or the account is no administrator's.
        Refused: It was released to another station.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("child.remove") as work:
        child = editable_child(desk, work.session, child_id)
        _hide(desk, work, child, reason)


def remove_class(desk: Desk, class_id: str, reason: str) -> None:
    """Hide a class with its list of families. Admin or teacher.

    Raises:
        BadInput: The reason is too short or too long.
        NotFound: There is no such class.
        NotAllowed: It is another station's, or the account may not record.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    with desk.write("class.remove") as work:
        held = work.session.get(ParentingClass, class_id)
        if held is None or held.deleted_at is not None:
            raise NotFound(_("There is no such class."), code="no_such_class")
        _refuse_others(desk, held)
        _hide(desk, work, held, reason)


def remove_teacher(desk: Desk, teacher_id: str, reason: str) -> None:
    """Hide a teacher who was entered by mistake; who leaves gets a last day instead. Admin.

    Raises:
        BadInput: The reason is too short or too long.
        NotFound: There is no such teacher.
        NotAllowed: It is another station's, or the account is no administrator's.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("teacher.remove") as work:
        teacher = work.session.get(Teacher, teacher_id)
        if teacher is None or teacher.deleted_at is not None:
            raise NotFound(_("There is no such teacher at this station."), code="no_such_teacher")
        _refuse_others(desk, teacher)
        _hide(desk, work, teacher, reason)


def restore(desk: Desk, table: str, record_id: str) -> None:
    """Bring a removed record back as it was. Admin; visits and classes also a teacher.

    Args:
        desk: Who asks, and where.
        table: visit, child, parenting_class or teacher.
        record_id: The record's id.

    Raises:
        NotFound: No such record is removed.
        NotAllowed: It is another station's, or the account may not do this.
        Refused: Meanwhile the same was recorded again (`already_recorded`, `already_registered`), or the record's
            child is removed itself.
    """
    desk.require(*((Role.ADMIN,) if table in _ADMINS_ONLY else WRITERS))
    desk.require_site(SiteKind.STATION)
    with desk.write("record.restore") as work:
        record = work.session.get(_TABLES[table], record_id) if table in _TABLES else None
        if record is None or record.deleted_at is None or _was_merged(record):
            raise NotFound(_("This record is not among the removed ones."), code="not_removed")
        _refuse_others(desk, record)
        _refuse_clash(desk, work.session, record)
        if isinstance(record, Child):
            _bring_family_back(desk, work.session, record)
        why = record.deleted_reason or ""
        record.deleted_at = record.deleted_by = record.deleted_reason = None
        if isinstance(record, Visit):
            work.session.flush()
            follow_up_hooks.record_restored(desk, work, record, why)
        work.note(record)


def list_removed(desk: Desk) -> list[RemovedRow]:
    """This station's removed records, newest removal first. Admin or teacher.

    Raises:
        NotAllowed: The account may only look, or this is the center.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    rows: list[RemovedRow] = []
    with desk.read() as session:
        for name, table in _TABLES.items():
            found = session.exec(
                select(table).where(col(table.deleted_at).is_not(None), col(table.owner) == desk.site.code)
            )
            restorable = desk.person.role is Role.ADMIN or name not in _ADMINS_ONLY
            rows += [_row(session, name, record, restorable) for record in found if not _was_merged(record)]
    return sorted(rows, key=lambda row: (row.removed_at, row.id), reverse=True)


def _hide(desk: Desk, work: Work, record: Owned, reason: str) -> None:
    why = reason.strip()
    if not SHORTEST_REASON <= len(why) <= LONGEST_REASON:
        message = _("Say in a few words why it is removed: {least} to {most} characters.")
        raise BadInput(message.format(least=SHORTEST_REASON, most=LONGEST_REASON), field="reason")
    record.deleted_at, record.deleted_by, record.deleted_reason = desk.clock.stamp(), desk.person.display_name, why
    work.session.flush()
    work.note(record)


def _bring_family_back(desk: Desk, session: Session, child: Child) -> None:
    """What was taken away together with a child, as undoing a roster does, comes back with it: nobody else can."""
    home = session.get_one(Household, child.household_id)
    if home.deleted_at is None:
        return
    carers = session.exec(select(Caregiver).where(Caregiver.household_id == home.id))
    gone: list[Owned] = [home, *(carer for carer in carers if carer.deleted_at == home.deleted_at)]
    village = session.get(Village, home.village_id) if home.village_id else None
    if village is not None and village.deleted_at is not None:
        known = {one.name: one.id for one in present_villages(desk, session)}
        if village.name in known:
            home.village_id = known[village.name]
        else:
            gone.append(village)
    for record in gone:
        record.deleted_at = record.deleted_by = record.deleted_reason = None


def _was_merged(record: Owned) -> bool:
    """A merged child is hidden too; it comes back when the merge is undone."""
    return isinstance(record, Child) and record.merged_into is not None


def _refuse_others(desk: Desk, record: Owned) -> None:
    if record.owner != desk.site.code:
        raise NotAllowed(
            _("This record belongs to another station; only that station may change it."), code="not_owner"
        )


def _refuse_clash(desk: Desk, session: Session, record: Owned) -> None:
    if isinstance(record, Visit):
        editable_child(desk, session, record.child_id)
        refuse_second_record(session, record.child_id, record.form, record.visit_date, record.record_id)
    if isinstance(record, Child):
        same = [
            column == number
            for column, number in (
                (col(Child.citizen_id), record.citizen_id),
                (col(Child.birth_certificate_no), record.birth_certificate_no),
            )
            if number
        ]
        if same and session.exec(select(Child.id).where(or_(*same), col(Child.deleted_at).is_(None))).first():
            raise Refused(
                _("A child with the same number has been registered since. Remove that one first, or leave it so."),
                code="already_registered",
            )


def _row(session: Session, table: str, record: Owned, restorable: bool) -> RemovedRow:
    return RemovedRow(
        table,
        record.id,
        _WHAT[table](session, record),
        record.deleted_at or "",
        record.deleted_by or "",
        record.deleted_reason or "",
        restorable,
    )


def _visit_words(session: Session, record: Owned) -> str:
    visit = cast("Visit", record)
    child = session.get_one(Child, visit.child_id)
    title = reference.form_title(visit.form)
    parts = (child.name, title, format_date(visit.visit_date), record_number(visit.counted_by, visit.number))
    return " · ".join(parts)


def _child_words(_session: Session, record: Owned) -> str:
    child = cast("Child", record)
    return _("{name}, born {day}").format(name=child.name, day=format_date(child.birth_date))


def _class_words(_session: Session, record: Owned) -> str:
    held = cast("ParentingClass", record)
    return f"{held.topic} · {format_date(held.held_on)}"


def _teacher_words(_session: Session, record: Owned) -> str:
    return cast("Teacher", record).name


_WHAT: dict[str, Callable[[Session, Owned], str]] = {
    "visit": _visit_words,
    "child": _child_words,
    "parenting_class": _class_words,
    "teacher": _teacher_words,
}
