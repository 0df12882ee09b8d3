"""The rows behind sheets printed ahead, in a transaction that is open already: numbering, finding, moving."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from sqlalchemy import ColumnElement
from sqlmodel import Session, col, func, or_, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Visit
from zhaohu.records.exchange import ChangeCounter
from zhaohu.records.local import PrintedSheet
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.desk import Desk
from zhaohu.store import settings
from zhaohu.sync import lineage

_LIFE = "sheets.life"
"""Setting: the life of the database in which the last sheet was numbered."""
_SKIPPED = 1000
"""Numbers left out for each life of the database that a restored backup ended: sheets that were printed in it after
the backup was made may be about."""


def numbered(desk: Desk, session: Session, child_id: str, form_id: str, contact: str, for_day: date) -> PrintedSheet:
    """A sheet for a child's contact, within the act that prints it; one that is out already keeps its number."""
    known = select(PrintedSheet).where(
        PrintedSheet.child_id == child_id, PrintedSheet.form == form_id, PrintedSheet.contact == contact
    )
    sheet = session.exec(known.where(col(PrintedSheet.struck_reason).is_(None), is_out())).first()
    if sheet is None:
        sheet = PrintedSheet(
            no=_next_number(session),
            child_id=child_id,
            form=form_id,
            contact=contact,
            for_day=for_day,
            printed_at=desk.clock.stamp(),
            printed_by=desk.person.display_name,
        )
        session.add(sheet)
    else:
        sheet.for_day, sheet.printed_at, sheet.printed_by = for_day, desk.clock.stamp(), desk.person.display_name
    session.flush()
    return sheet


def move_sheets(session: Session, from_child: str, to_child: str) -> list[str]:
    """Let the sheets of one child be another's, when two records are found to be of one; returns their numbers."""
    found = session.exec(select(PrintedSheet).where(PrintedSheet.child_id == from_child)).all()
    for sheet in found:
        sheet.child_id = to_child
    return [str(sheet.no) for sheet in found]


def move_sheets_back(session: Session, numbers: Sequence[str], from_child: str, to_child: str) -> None:
    """Undo `move_sheets`."""
    for number in numbers:
        sheet = session.get(PrintedSheet, int(number))
        if sheet is not None and sheet.child_id == from_child:
            sheet.child_id = to_child


def number_of(sheet: PrintedSheet) -> int:
    """The running number of a sheet that was read from the table."""
    assert sheet.no is not None
    return sheet.no


def of_number(session: Session, no: int) -> PrintedSheet:
    """The sheet of that running number.

    Raises:
        NotFound: There is none.
    """
    sheet = session.get(PrintedSheet, no)
    if sheet is None:
        raise NotFound(_("There is no such sheet."), code="no_such_sheet")
    return sheet


def _next_number(session: Session) -> int:
    """The next running number; after a restored backup some are left out, more after each further one."""
    last = session.exec(select(func.max(PrintedSheet.no))).one() or 0
    former = [str(one["epoch"]) for one in lineage.parents(session)]
    life = session.exec(select(ChangeCounter.epoch)).first() or ""
    numbered_in = settings.get(session, _LIFE)
    settings.put(session, _LIFE, life)
    ended = 0 if numbered_in == life else len(former) if numbered_in not in former else former.index(numbered_in) + 1
    return last + 1 + ended * _SKIPPED


def is_out() -> ColumnElement[bool]:
    """For a query: no record that stands was keyed in from the sheet."""
    later = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    standing = select(Visit.id).where(
        Visit.record_id == PrintedSheet.record_id, col(Visit.deleted_at).is_(None), col(Visit.id).not_in(later)
    )
    return or_(col(PrintedSheet.record_id).is_(None), ~standing.exists())


def record_of(session: Session, sheet: PrintedSheet) -> Visit | None:
    """The newest version of the record that was keyed in from a sheet; None while there is none that stands."""
    if sheet.record_id is None:
        return None
    return session.exec(current_visits().where(Visit.record_id == sheet.record_id)).first()


def entered_without(session: Session, sheets: Sequence[PrintedSheet]) -> dict[int, str]:
    """Records of the sheets' forms that were keyed in after printing, without a number; by the sheet's number."""
    children = {sheet.child_id for sheet in sheets}
    if not children:
        return {}
    taken = set(session.exec(select(PrintedSheet.record_id).where(col(PrintedSheet.record_id).is_not(None))))
    found: dict[int, str] = {}
    records = session.exec(current_visits().where(col(Visit.child_id).in_(children))).all()
    for sheet in sheets:
        for visit in records:
            same = (visit.child_id, visit.form) == (sheet.child_id, sheet.form)
            if same and visit.recorded_at > sheet.printed_at and visit.record_id not in taken:
                found[number_of(sheet)] = visit.id
    return found
