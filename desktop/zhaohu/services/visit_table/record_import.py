"""Visits and measurements kept in spreadsheets until now (`zhaohu records import`): read, judge every row, take in.

A late entry is first class: the day of the visit is the row's, the day of the entry is today. One backup is made
before, and one transaction takes all rows in or none.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zhaohu.errors import BadInput, Cancelled, Refused
from zhaohu.exchange.reading import read_file
from zhaohu.exchange.workbooks import entry_tables
from zhaohu.i18n import _
from zhaohu.records import Measurement
from zhaohu.records.codes import SiteKind
from zhaohu.rules.forms.model import Form
from zhaohu.rules.roster import NotARoster
from zhaohu.rules.roster_table import TELLING, find_tables
from zhaohu.rules.visit_table.columns import FormTable, column_hint, form_table
from zhaohu.services import reference
from zhaohu.services.care.visit_growth import measurements
from zhaohu.services.care.visit_starts import open_entry
from zhaohu.services.care.visits import save_visit
from zhaohu.services.desk import WRITERS, Desk, Work
from zhaohu.services.files import write_file
from zhaohu.services.growth import growth
from zhaohu.services.register.lookup import editable_child
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.services.visit_table.record_answers import RecordRow, RowIssue, RowState
from zhaohu.services.visit_table.record_children import KEYS
from zhaohu.services.visit_table.record_report import RecordReport, RowRemark, report, save_report
from zhaohu.services.visit_table.record_rows import EXPLAINED, MEASUREMENTS, Judge
from zhaohu.services.visit_table.record_sheets import table_of

__all__ = [
    "MEASUREMENTS", "RecordPreview", "RecordReport", "RecordRow", "RowIssue", "RowRemark", "RowState", "forms",
    "read_records", "report", "save_report", "take_in", "taken_rows", "write_template",
]  # fmt: skip

Progress = Callable[[int, int], None]
RowKey = tuple[str, int]
"""Sheet and number of a row."""

_TELLING = (*TELLING, "record_number")


@dataclass(frozen=True, slots=True)
class RecordPreview:
    """A file that was read: every row judged, and the sheets that are no table of records."""

    file: Path
    rows: tuple[RecordRow, ...]
    unread: tuple[str, ...]


def forms(on: date) -> list[Form]:
    """The forms whose records can be taken in, and the table of plain measurements, which comes first."""
    return [reference.measurement_form(), *reference.forms_in_use(on).values()]


def read_records(
    desk: Desk,
    file: Path,
    form_id: str = "",
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RecordPreview:
    """Read a table of records and judge every row; nothing is saved.

    Args:
        desk: Who reads it.
        file: The spreadsheet.
        form_id: The form of all its sheets; when empty, each sheet tells by its name or its headings.
        progress: Told rows judged and rows in all.
        cancelled: Asked now and then.

    Raises:
        BadInput: The file cannot be read, is too large, takes too long, there is no such form, or a sheet may be of
            several (`several_forms`).
        NotARoster: No sheet has headings for a child, a day and an answer.
        Cancelled: It was asked for.
        NotAllowed: The account may not record, or this is the center.
    """
    _require(desk)
    tables = _tables(desk.today, form_id)
    sheets = read_file(file, cancelled)
    columns = reference.roster_columns()
    chosen = [(one, table_of(one, tables)) for one in find_tables(sheets, columns, {}, _TELLING)]
    read = [(one, table) for one, table in chosen if table is not None]
    if not read:
        message = _(
            "This is no table of records: no sheet has headings for the child (姓名, 出生日期 or a number), a day, and "
            "questions of a form. Write a template, copy the columns into it, and read that."
        )
        raise NotARoster(message, code="no_records")
    read.sort(key=lambda pair: pair[1].form.id == MEASUREMENTS)  # what a visit measured is no measurement beside it
    total, rows = sum(len(one.lines) for one, _table in read), []
    with desk.read() as session:
        judge = Judge(desk, session, columns)
        for one, table in read:
            for row in judge.rows(one, table):
                rows.append(row)
                _tell(progress, cancelled, len(rows), total)
    names = {one.sheet for one, _table in read}
    return RecordPreview(file, tuple(rows), tuple(one.name for one in sheets if one.name not in names and one.rows))


def taken_rows(
    preview: RecordPreview, *, leave: Collection[RowKey] = (), leave_doubtful: bool = False
) -> tuple[RecordRow, ...]:
    """The rows that can be taken in and are not left out."""
    states = (RowState.READY,) if leave_doubtful else (RowState.READY, RowState.DOUBTFUL)
    return tuple(one for one in preview.rows if one.state in states and (one.sheet, one.row) not in leave)


def take_in(
    desk: Desk,
    preview: RecordPreview,
    *,
    leave: Collection[RowKey] = (),
    leave_doubtful: bool = False,
    progress: Progress | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> RecordReport:
    """Record what can be taken in, all of it in one transaction, after a backup.

    Args:
        desk: Who records.
        preview: The file as it was read.
        leave: Rows that a person leaves out.
        leave_doubtful: Leave out every row with a doubt.
        progress: Told rows recorded and rows in all.
        cancelled: Asked now and then; nothing is recorded then.

    Raises:
        Refused: Since the file was read something was recorded or changed that stands against a row (`row` in the
            details; nothing was saved), or the backup that is made first cannot be.
        Cancelled: It was asked for.
        NotAllowed: The account may not record.
    """
    _require(desk)
    chosen = taken_rows(preview, leave=leave, leave_doubtful=leave_doubtful)
    done = report(preview.rows, chosen)
    if not chosen:
        return done
    create_backup(desk, Reason.IMPORT)
    measured: dict[str, set[date]] = {}
    with desk.write("records.import") as work:
        for number, row in enumerate(chosen, start=1):
            try:
                _save(desk, work, row, measured)
            except Refused as problem:
                message = _("{sheet}, row {row}: {reason} Nothing was saved; read the file again.")
                raise Refused(
                    message.format(sheet=row.sheet, row=row.row, reason=problem.message),
                    code="records_changed",
                    row=row.row,
                ) from problem
            _tell(progress, cancelled, number, len(chosen))
        work.subject = None
        work.detail = {"records": len(chosen), "rows": len(preview.rows)}
    return done


def write_template(place: Path, on: date, form_id: str = "") -> Path:
    """Write an empty table to fill in: of one form, or of every form in use on a day, each on its sheet.

    Raises:
        BadInput: There is no such form.
        Refused: It cannot be written there.
    """
    titles = reference.roster_columns().titles()
    keys = [titles[key] for key in KEYS]
    hints = [
        _("{explained}: name and birth date, or a number").format(explained=EXPLAINED),
        _("year-month-day"),
        "",
        "",
    ]
    sheets = []
    for table in _tables(on, form_id):
        headings = [*keys, *(one.heading for one in table.columns)]
        sheets.append((table.form.title, headings, [*hints, *(column_hint(table.form, one) for one in table.columns)]))
    return write_file(place, entry_tables(sheets))


def _require(desk: Desk) -> None:
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)


def _tables(on: date, form_id: str) -> list[FormTable]:
    wanted = [one for one in forms(on) if form_id in ("", one.id)]
    if not wanted:
        known = ", ".join(one.id for one in forms(on))
        message = _("There is no form “{form}”. Known forms: {known}.")
        raise BadInput(message.format(form=form_id, known=known), code="no_such_form", field="form")
    return [form_table(one, reference.other_headings()) for one in wanted]


def _tell(progress: Progress | None, cancelled: Callable[[], bool] | None, done: int, total: int) -> None:
    if cancelled is not None and cancelled():
        raise Cancelled
    if progress is not None:
        progress(done, total)


def _save(desk: Desk, work: Work, row: RecordRow, measured: dict[str, set[date]]) -> None:
    """Save one row; `measured` are the days on which children were measured, as far as they were asked for."""
    if row.form != MEASUREMENTS:
        save_visit(desk, work, open_entry(desk, work.session, row.child_id, row.form), row.answers)
        return
    if row.child_id not in measured:
        child = editable_child(desk, work.session, row.child_id)
        measured[row.child_id] = {on for on, _measured in growth.measured_days(work.session, child)}
    for on, amounts in measurements(reference.measurement_form(), row.answers).items():
        if on in measured[row.child_id]:
            raise Refused(_("This child was measured on that day already."), code="already_recorded")
        measured[row.child_id].add(on)
        work.session.add(desk.make(Measurement, child_id=row.child_id, measured_on=on, **amounts))
