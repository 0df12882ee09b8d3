"""The printed visit record: the official sheet as its form file lays it out, growth beneath or as an attachment."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.i18n import _, form_term
from zhaohu.paper.ahead import Ahead, draw_ahead
from zhaohu.paper.cell_table import CellTable, draw_cells
from zhaohu.paper.column_layout import ColumnRecord, ColumnTable, fitted
from zhaohu.paper.columns import draw_table, notes_height
from zhaohu.paper.growth_parts import draw_head
from zhaohu.paper.record_parts import (
    GrowthLine,
    draw_foot,
    draw_growth,
    foot_height,
    record_head,
)
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.visit_curves import Curves, attach
from zhaohu.rules.forms.model import Answers, Form

_LEAST = 165.0
"""Height of a curve at least, so that three stand beneath the assessment."""

__all__ = ["ColumnRecord", "GrowthLine", "VisitRecord", "draw_record", "visit_record"]


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What a visit record prints.

    Args:
        form: The form it was recorded with.
        answers: The answers of the version printed; none on a blank form.
        growth: Assessment of the measurements; empty when nothing was measured.
        guardian_line: Whether a line for the guardian's signature is added (it is not on the national form).
        curves: The curves to attach; None when nothing was measured.
        columns: Of a form with a column for each age: all columns that have something to show.
        notes: Said below such a table.
        ahead: What a sheet printed ahead says above the form.
    """

    form: Form
    answers: Answers
    growth: tuple[GrowthLine, ...] = ()
    guardian_line: bool = False
    curves: Curves | None = None
    columns: tuple[ColumnRecord, ...] = ()
    notes: tuple[str, ...] = ()
    ahead: Ahead | None = None

    def table(self) -> ColumnTable:
        """The columns; the record's own alone when nothing else is given."""
        columns, own = self.columns, self.answers.get(str(self.form.age_column))
        if not columns and own:
            columns = (ColumnRecord(str(own), self.answers, self.form),)
        if self.ahead is None:
            return ColumnTable(self.form, columns, self.notes)
        return ColumnTable(self.form, columns, self.notes, self.ahead.column, self.ahead.hints)


def visit_record(values: VisitRecord, imprint: Imprint) -> bytes:
    """The visit record as a PDF: the form on one A4 page, on more only when it does not fit at the smallest type.

    The curves stand beneath the form where that leaves room for them, else on a page that follows; the official table
    with columns has its page for itself.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(form_term(values.form.title), imprint, lambda sheet: draw_record(sheet, values))


def draw_record(sheet: Sheet, values: VisitRecord) -> None:
    """Draw the visit record from the top of a page on, as a document or as part of a volume."""
    if values.form.age_column is None:
        _draw_cells(sheet, values)
    else:
        _draw_columns(sheet, values)


def _draw_cells(sheet: Sheet, values: VisitRecord) -> None:
    tail = foot_height(values.growth, values.guardian_line)
    table = CellTable(values.form, values.answers)
    if values.ahead is not None:
        table = CellTable(values.form, values.answers, to_fill=True, hints=values.ahead.hints)
    y = draw_cells(sheet, _head(sheet, values), table, tail, lambda: _next(sheet, values))
    if y - tail < sheet.bottom - 0.5:
        y = _next(sheet, values)
    y = draw_foot(sheet, y, values.form, values.growth, values.guardian_line)
    if values.curves is not None:
        attach(sheet, values.curves, y)


def _draw_columns(sheet: Sheet, values: VisitRecord) -> None:
    table = values.table()
    y = _head(sheet, values)
    tail = foot_height((), values.guardian_line) + notes_height(table)
    laid = fitted(table, y - sheet.bottom - tail)
    y = draw_table(sheet, y, table, laid, lambda: _next(sheet, values))
    if y - foot_height((), values.guardian_line) < sheet.bottom - 0.5:
        y = _next(sheet, values)
    draw_foot(sheet, y, values.form, (), values.guardian_line)
    if values.curves is not None:
        _attach_growth(sheet, values, values.curves)


def _attach_growth(sheet: Sheet, values: VisitRecord, curves: Curves) -> None:
    """The assessment and the curves on a page of their own."""
    sheet.next_page()
    y = draw_head(sheet, _("Attached: growth"), curves.charts[0].standard, curves.who) - 2
    attach(sheet, curves, draw_growth(sheet, y, values.growth) if values.growth else y, least=_LEAST)


def _head(sheet: Sheet, values: VisitRecord) -> float:
    y = sheet.top if values.ahead is None else draw_ahead(sheet, values.ahead)
    return record_head(sheet, y, values.form, values.answers)


def _next(sheet: Sheet, values: VisitRecord) -> float:
    """Begin another page of the form; returns the y below its head."""
    sheet.next_page()
    return record_head(sheet, sheet.top, values.form, values.answers)
