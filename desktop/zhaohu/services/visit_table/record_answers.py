"""What a row of a table of records says: its day, its answers to a form, and what is wrong or doubtful about them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from zhaohu.i18n import N_, _
from zhaohu.rules.forms.answers import Checked, Context, check
from zhaohu.rules.forms.columns import asked_in_column
from zhaohu.rules.forms.formats import masked
from zhaohu.rules.forms.model import Answer, Field
from zhaohu.rules.forms.starting import start
from zhaohu.rules.roster_cells import SheetRow, cell_text
from zhaohu.rules.roster_columns import FoundColumn
from zhaohu.rules.roster_values import Level
from zhaohu.rules.visit_table.cells import CellAnswer, read_cell, says_nothing
from zhaohu.rules.visit_table.columns import FormTable, TableColumn

NOT_ASKED = N_("This is not asked with the other answers: left out.")
_OF_THE_PERSON = "user."
"""Whoever takes a table in did not sign what stands in it."""


class RowState(StrEnum):
    """What a row is to the records that are there."""

    READY = "ready"
    DOUBTFUL = "doubtful"
    ALREADY = "already"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class RowIssue:
    """One remark about one value of a row; numbers that name a person are masked.

    Args:
        field: The heading of the column.
        value: As typed.
        reason: What is to be said.
        hard: Whether the row cannot be taken in with it.
    """

    field: str
    value: str
    reason: str
    hard: bool


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A row that was judged; `answers` are canonical, and empty unless it can be taken in."""

    sheet: str
    row: int
    form: str
    title: str
    state: RowState
    child_id: str
    child: str
    day: date | None
    issues: tuple[RowIssue, ...]
    answers: Mapping[str, Answer]


@dataclass(slots=True)
class Row:
    """A row on its way from cells to answers."""

    blank: RecordRow
    line: SheetRow
    table: FormTable
    found: Mapping[str, FoundColumn]
    issues: list[RowIssue] = field(default_factory=list)

    def day(self) -> date | None:
        """The day of the record; without one there is nothing to take in."""
        heading = self.table.day_heading()
        read = self._cell(heading, self.table.form.field(self.table.form.date_field))
        if read is not None and isinstance(read.answer, str):
            return date.fromisoformat(read.answer)
        if read is None:
            self.issues.append(RowIssue(heading, "", _("The day of the record is missing."), hard=True))
        return None

    def check(self, context: Context, day: date, today: date) -> Checked:
        """The answers of the row, what the register and the form add to them, and what is to be said of all."""
        form = self.table.form
        sources = {name: value for name, value in context.sources.items() if not name.startswith(_OF_THE_PERSON)}
        answers: dict[str, object] = dict(start(form, Context(day, sources)))
        given = dict(self._given(answers))
        checked = check(form, answers | given, Context(today, sources))
        said = {issue.field for issue in self.issues}
        for one in checked.problems:
            if self._heading(one.field) not in said:  # what cannot be read is not missing too
                self.remark(one.field, _shown(one.value), one.message, hard=True)
        for one in checked.doubts:
            self.remark(one.field, _shown(one.value), one.message, hard=False)
        for name in sorted(given.keys() - checked.values.keys() - {one.field for one in checked.problems}):
            self.remark(name, _shown(given[name]), _(NOT_ASKED), hard=False)
        return checked

    def result(self, answers: Mapping[str, Answer]) -> RecordRow:
        """The row as it was judged."""
        hard = any(issue.hard for issue in self.issues)
        state = RowState.REFUSED if hard else RowState.DOUBTFUL if self.issues else RowState.READY
        return replace(self.blank, state=state, issues=tuple(self.issues), answers={} if hard else answers)

    def remark(self, name: str, value: str, reason: str, *, hard: bool) -> None:
        """Say something about an answer; numbers that name a person are masked."""
        asked = next((one for one in self.table.form.fields() if one.name == name), None)
        shown = masked(asked.format, value) if asked is not None and asked.personal else value
        self.issues.append(RowIssue(self._heading(name), shown, reason, hard))

    def _heading(self, name: str) -> str:
        """The heading of the column that gives an answer; its name when no column does."""
        for one in self.table.columns:
            for asked in one.fields:
                if name in asked.names and one.beside is (name == asked.text_name):
                    return one.heading
        return name

    def is_refused(self, name: str) -> bool:
        """Whether an answer was found to be impossible already."""
        return any(issue.hard and issue.field == self._heading(name) for issue in self.issues)

    def _given(self, started: Mapping[str, object]) -> Iterator[tuple[str, object]]:
        """What the cells answer, by the name of the answer."""
        column_field = self.table.form.age_column
        code = str(started.get(column_field or "", ""))
        if column_field is not None:
            heading = next(one.heading for one in self.table.columns if column_field in [f.name for f in one.fields])
            read = self._cell(heading, self.table.form.field(column_field))
            if read is not None and isinstance(read.answer, str):
                code = read.answer
                yield column_field, code
        for column in self.table.columns:
            if column.heading not in self.found or [one.name for one in column.fields] == [column_field]:
                continue
            asked = self._asked(column, code)
            if asked is not None:
                yield from self._answers(column, asked)

    def _asked(self, column: TableColumn, code: str) -> Field | None:
        """The question that a column answers in this record."""
        if len(column.fields) == 1:
            return column.fields[0]
        asked = next((one for one in column.fields if asked_in_column(self.table.form, one, code)), None)
        cell = self.line.cell(self.found[column.heading].place)
        if asked is None and not says_nothing(cell):
            self.issues.append(RowIssue(column.heading, cell_text(cell), _(NOT_ASKED), hard=False))
        return asked

    def _answers(self, column: TableColumn, asked: Field) -> Iterator[tuple[str, object]]:
        if column.beside:
            cell = self.line.cell(self.found[column.heading].place)
            if asked.text_name and not says_nothing(cell):
                yield asked.text_name, cell_text(cell)
            return
        read = self._cell(column.heading, asked)
        if read is not None and read.answer is not None:
            yield asked.name, read.answer
            if read.beside and asked.text_name:
                yield asked.text_name, read.beside

    def _cell(self, heading: str, asked: Field) -> CellAnswer | None:
        """What a column's cell answers; None when it is empty. What cannot be read is said, and stops the row."""
        if heading not in self.found:
            return None
        column = self.found[heading]
        cell = self.line.cell(column.place)
        if says_nothing(cell):
            return None
        read = read_cell(asked, cell, column.unit)
        if read.remark is not None:
            hard = read.remark.level is not Level.NOTE
            self.remark(asked.name, cell_text(cell), read.remark.reason, hard=hard)
        return read


def _shown(value: object) -> str:
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else "" if value is None else str(value)
