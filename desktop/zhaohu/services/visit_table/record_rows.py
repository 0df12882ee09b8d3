"""Judging the rows of a table of records beside the register, the records that are there, and one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from sqlmodel import Session

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.records import Child, Visit
from zhaohu.rules.forms.answers import Checked, Context
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.identity import mask_citizen_id
from zhaohu.rules.roster_cells import cell_text
from zhaohu.rules.roster_columns import RosterColumns
from zhaohu.rules.roster_rows import RowReader
from zhaohu.rules.roster_table import RosterTable
from zhaohu.rules.visit_table.cells import says_nothing
from zhaohu.rules.visit_table.columns import FormTable
from zhaohu.services.care import doubts
from zhaohu.services.care.doubts import Standing, Surroundings
from zhaohu.services.care.visit_growth import as_registered, measured_of, measurements
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.care.visit_starts import context_of
from zhaohu.services.care.visits import refuse_after_death
from zhaohu.services.desk import Desk
from zhaohu.services.growth import growth
from zhaohu.services.register.lookup import editable_child
from zhaohu.services.visit_table.record_answers import RecordRow, Row, RowIssue, RowState
from zhaohu.services.visit_table.record_children import KEYS, NotFoundReason, Person, RegisterIndex

EXPLAINED = "填写说明"
"""How the row below the headings of our template begins."""
MEASUREMENTS = "measurements"
"""The id of the table of plain measurements, which are no visit."""


@dataclass(slots=True)
class _Known:
    """A child with what its rows are compared with, read once."""

    child: Child
    context: Context
    around: Surroundings
    recorded: set[tuple[str, date]]
    refused: str = ""
    rows: dict[tuple[str, date], int] = field(default_factory=dict)


class Judge:
    """Judges the rows of a file in its order; later rows of a child are compared with the earlier ones too."""

    def __init__(self, desk: Desk, session: Session, columns: RosterColumns) -> None:
        self._desk = desk
        self._session = session
        self._columns = columns
        self._index = RegisterIndex(desk, session)
        self._known: dict[str, _Known] = {}

    def rows(self, sheet: RosterTable, table: FormTable) -> Iterator[RecordRow]:
        """The rows of a sheet that say something."""
        keys = {key: sheet.found[key] for key in KEYS if key in sheet.found}
        reader = RowReader(self._columns, keys, self._desk.today)
        found = table.match(sheet.headings)
        for line in sheet.lines:
            named = cell_text(line.cell(keys["name"].place))
            filled = any(not says_nothing(line.cell(column.place)) for column in found.values())
            if not filled or named.startswith(EXPLAINED):
                continue
            row = reader.read(line)
            if row is None:
                continue
            whose = self._index.find(row)
            blank = RecordRow(
                sheet.sheet, line.number, table.form.id, table.form.title, RowState.REFUSED, "", named, None, (), {}
            )
            if isinstance(whose, NotFoundReason):
                value = row.typed.get(whose.field, "")
                value = mask_citizen_id(value) if whose.field in ("id_number", "record_number") else value
                title = self._columns.titles()[whose.field]
                yield replace(blank, issues=(RowIssue(title, value, whose.reason, hard=True),))
            else:
                yield self._judge(Row(blank, line, table, found), whose)

    def _judge(self, row: Row, person: Person) -> RecordRow:
        known = self._known.get(person.id) or self._read(person)
        row.blank = replace(row.blank, child_id=person.id, child=person.name)
        day = row.day()
        if day is None:
            return row.result({})
        row.blank = replace(row.blank, day=day)
        key = (row.table.form.id, day)
        measured = key[0] == MEASUREMENTS and any(one.on == day for one in known.around.days)
        if key in known.recorded or (measured and key not in known.rows):
            return replace(row.result({}), state=RowState.ALREADY, issues=())
        if key in known.rows:
            reason = _("Row {row} of this file is the same record.").format(row=known.rows[key])
            return replace(row.result({}), state=RowState.ALREADY, issues=(RowIssue("", "", reason, hard=True),))
        if known.refused:
            row.issues.append(RowIssue("", "", known.refused, hard=True))
            return row.result({})
        checked = row.check(known.context, day, self._desk.today)
        self._grow(row, known, checked)
        try:
            refuse_after_death(known.child, row.table.form, day)
        except Refused as problem:
            row.remark(row.table.form.date_field, day.isoformat(), problem.message, hard=True)
        judged = row.result(checked.values)
        if judged.state is not RowState.REFUSED:
            known.rows[key] = judged.row
        return judged

    def _grow(self, row: Row, known: _Known, checked: Checked) -> None:
        """What the measurements of a row say beside all others; they are compared with later rows in turn."""
        form = row.table.form
        amounts = as_registered(known.child, measurements(form, checked.values))
        taken = {on: measured_of(one) for on, one in amounts.items()}
        for one in doubts.doubts_of(form, checked.values, taken, known.around, self._desk.today):
            if one.standing is not Standing.CONFIRMED and not row.is_refused(one.field):
                row.remark(one.field, str(checked.values.get(one.field, "")), one.message, hard=one.hard)
        if not any(issue.hard for issue in row.issues):
            days = [growth.assessed(known.child, on, one, None) for on, one in taken.items()]
            known.around = replace(known.around, days=_with(known.around.days, days))

    def _read(self, person: Person) -> _Known:
        child = self._session.get_one(Child, person.id)
        days = growth.days_of(self._session, child)
        visits = self._session.exec(current_visits().where(Visit.child_id == child.id))
        recorded = {(visit.form, visit.visit_date) for visit in visits}
        around = Surroundings(growth.born_of(child), days, doubts.siblings(self._session, child))
        known = _Known(child, context_of(self._desk, self._session, child), around, recorded)
        try:
            editable_child(self._desk, self._session, child.id)
        except Refused as problem:
            known.refused = problem.message
        self._known[person.id] = known
        return known


def _with(days: Sequence[MeasuredDay], more: Sequence[MeasuredDay]) -> list[MeasuredDay]:
    on = {day.on for day in more}
    return sorted([*(day for day in days if day.on not in on), *more], key=lambda day: day.on)
