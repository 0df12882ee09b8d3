"""Forms printed ahead for one child: their six digits, what came back, what is still out.

A sheet is out until a record is keyed in from it, or somebody strikes it out; when that record is removed it is out
again. Sheets belong to the profile that printed them and are not sent on.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _
from zhaohu.records import Child, Household, Village, Visit
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.local import PrintedSheet
from zhaohu.rules.paper_code import SHEETS, read_sheet_code, sheet_code
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.printing.sheet_printing import print_sheets
from zhaohu.services.printing.sheet_rows import entered_without, is_out, number_of, of_number, record_of

__all__ = ["Sheet", "SheetRow", "SheetState", "find", "outstanding", "print_sheets", "strike", "take_back"]

_READERS = tuple(Role)
_LONGEST_REASON = 200


class SheetState(StrEnum):
    """What became of a sheet."""

    OUT = "out"
    RETURNED = "returned"
    STRUCK = "struck"


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet that was printed ahead.

    Args:
        no: Its running number.
        code: Its six digits.
        contact: The contact that it was printed for.
        title: The form's title.
        record_id: The newest version of the record that was keyed in from it; empty while it is out.
        struck_reason: Why it was struck out; empty when it was not.
    """

    no: int
    code: str
    child_id: str
    child: str
    form: str
    title: str
    contact: str
    for_day: date
    state: SheetState
    record_id: str = ""
    struck_reason: str = ""


@dataclass(frozen=True, slots=True)
class SheetRow:
    """A sheet that is out, as lists show it.

    Args:
        days_out: Days since the day that it was printed for; 0 before.
        entered: A record of this form, keyed in without the sheet's number after it was printed; empty for none.
    """

    no: int
    code: str
    child_id: str
    child: str
    village: str
    form: str
    title: str
    contact: str
    for_day: date
    days_out: int
    printed_at: str
    printed_by: str
    entered: str = ""


def find(desk: Desk, text: str) -> Sheet | None:
    """The sheet whose six digits were typed or scanned; None when that is no sheet of this profile.

    After a hundred thousand sheets the digits begin again: then the newest one with them is meant.
    """
    desk.require(*_READERS)
    digits = read_sheet_code(text)
    if digits is None:
        return None
    with desk.read() as session:
        newest = select(PrintedSheet).where(col(PrintedSheet.no) % SHEETS == digits)
        sheet = session.exec(newest.order_by(col(PrintedSheet.no).desc())).first()
        child = session.get(Child, sheet.child_id) if sheet is not None else None
        if sheet is None or child is None or child.deleted_at is not None:
            return None
        return _sheet(session, sheet, child)


def outstanding(desk: Desk) -> list[SheetRow]:
    """The sheets that are out, the longest awaited first."""
    desk.require(*_READERS)
    with desk.read() as session:
        statement = (
            select(PrintedSheet, Child.name, Village.name)
            .join(Child, col(Child.id) == PrintedSheet.child_id)
            .join(Household, col(Household.id) == Child.household_id, isouter=True)
            .join(Village, col(Village.id) == Household.village_id, isouter=True)
            .where(col(PrintedSheet.struck_reason).is_(None), is_out(), col(Child.deleted_at).is_(None))
            .order_by(col(PrintedSheet.for_day), col(PrintedSheet.no))
        )
        found = session.exec(statement).all()
        entered = entered_without(session, [sheet for sheet, _child, _village in found])
    return [
        SheetRow(
            no=number_of(sheet),
            code=sheet_code(number_of(sheet)),
            child_id=sheet.child_id,
            child=child,
            village=village or "",
            form=sheet.form,
            title=reference.form_title(sheet.form),
            contact=sheet.contact,
            for_day=sheet.for_day,
            days_out=max(0, (desk.today - sheet.for_day).days),
            printed_at=sheet.printed_at,
            printed_by=sheet.printed_by,
            entered=entered.get(number_of(sheet), ""),
        )
        for sheet, child, village in found
    ]


def strike(desk: Desk, no: int, reason: str) -> None:
    """Write off a sheet that will not come back. Admin or teacher.

    Raises:
        NotAllowed: The account may not record, or this is the center.
        BadInput: No reason is given, or it is too long.
        NotFound: There is no such sheet.
        Refused: It was keyed in already.
    """
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    why = reason.strip()
    if not 1 <= len(why) <= _LONGEST_REASON:
        message = _("Say why the sheet is struck out, in at most {most} characters.")
        raise BadInput(message.format(most=_LONGEST_REASON), field="reason")
    with desk.write("sheet.strike") as work:
        sheet = of_number(work.session, no)
        if record_of(work.session, sheet) is not None:
            raise Refused(_("This sheet was keyed in already; there is nothing to strike out."), code="returned")
        sheet.struck_reason = why
        work.note(sheet=sheet_code(no))


def take_back(work: Work, no: int, record_id: str) -> None:
    """Note that a sheet was keyed in as a record, within the act that saves it.

    A sheet that was struck out and turned up again counts as returned. One whose record stands stays with that.

    Raises:
        NotFound: There is no such sheet.
        Refused: It was printed for another child or form.
    """
    sheet = of_number(work.session, no)
    visit = work.session.get_one(Visit, record_id)
    if (sheet.child_id, sheet.form) != (visit.child_id, visit.form):
        raise Refused(
            _("Sheet {code} was printed for another child or another form. Look at the number once more.").format(
                code=sheet_code(no)
            ),
            code="other_sheet",
        )
    if record_of(work.session, sheet) is None:
        sheet.record_id, sheet.returned_at = visit.record_id, visit.recorded_at
        work.note(sheet=sheet_code(no))


def _sheet(session: Session, sheet: PrintedSheet, child: Child) -> Sheet:
    record, no = record_of(session, sheet), number_of(sheet)
    state = SheetState.RETURNED if record else SheetState.STRUCK if sheet.struck_reason else SheetState.OUT
    return Sheet(
        no=no,
        code=sheet_code(no),
        child_id=child.id,
        child=child.name,
        form=sheet.form,
        title=reference.form_title(sheet.form),
        contact=sheet.contact,
        for_day=sheet.for_day,
        state=state,
        record_id=record.id if record else "",
        struck_reason=sheet.struck_reason or "" if state is SheetState.STRUCK else "",
    )
