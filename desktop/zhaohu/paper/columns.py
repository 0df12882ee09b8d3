"""The official table with a column for each age: a record fills one column, earlier ones stand beside it."""

from __future__ import annotations

from collections.abc import Callable

from zhaohu.i18n import _, form_term
from zhaohu.paper.cells import NOT_ASKED
from zhaohu.paper.column_layout import (
    PAD,
    ROW_MOST,
    ROW_PAD,
    SIGN_ROOM,
    Cell,
    ColumnTable,
    Fitted,
    Grid,
    Row,
    head_height,
)
from zhaohu.paper.sheet import GREY, HAIR, THICK, Sheet
from zhaohu.paper.text import LEADING, wrap
from zhaohu.rules.forms.columns import columns_of

_NOTE = 6.5


def draw_table(sheet: Sheet, y: float, values: ColumnTable, laid: Fitted, next_page: Callable[[], float]) -> float:
    """Draw the table from y down; returns the y below it.

    Args:
        sheet: The page.
        y: The upper edge.
        values: What it shows.
        laid: The same, laid out.
        next_page: Begins another page with its head; returns the y below that.
    """
    frame = _Frame(sheet, values, laid.size)
    stretch = max(0.0, min(laid.spare / (len(laid.rows) + 1), ROW_MOST - ROW_PAD - laid.size * LEADING))
    y = frame.begin(y)
    for row in laid.rows:
        height = row.height + stretch
        if y - height < sheet.bottom - 0.5:
            frame.end(y)
            y = frame.begin(next_page())
        frame.row(row, y, height)
        y -= height
    frame.end(y)
    return _notes(sheet, y - 3, values)


def notes_height(values: ColumnTable) -> float:
    """How high is what is said below the table."""
    return 3 + len(_note_lines(values)) * _NOTE * LEADING


class _Frame:
    """The lines of a table on one page after another."""

    def __init__(self, sheet: Sheet, values: ColumnTable, size: float) -> None:
        self.sheet, self.values, self.size = sheet, values, size
        self.grid = Grid.of(values.form)
        self.top = self.lead_top = 0.0
        self.lead = ""

    def begin(self, y: float) -> float:
        """Draw the row with the ages at the top of a page."""
        sheet, grid, size = self.sheet, self.grid, self.size
        self.top, height = y, head_height(size)
        sheet.shade(sheet.left, y - height, sheet.width, height)
        baseline = y - height / 2 - size * 0.36
        age = self.values.form.field(str(self.values.form.age_column))
        sheet.text(sheet.left + grid.first / 2, baseline, form_term(age.label), size, align="center")
        shown = {record.code for record in self.values.records if record.number} | {self.values.fill}
        for number, option in enumerate(columns_of(self.values.form)):
            middle = grid.x(number) + grid.width / 2
            bold = option.code in shown
            sheet.text(middle, baseline, form_term(option.label), size, align="center", bold=bold)
        self.lead, self.lead_top = "", y - height
        return y - height

    def row(self, row: Row, y: float, height: float) -> None:
        """Draw a row whose upper edge is at y."""
        sheet, grid, size = self.sheet, self.grid, self.size
        if row.lead != self.lead:
            self._close_lead(y)
            self.lead, self.lead_top = row.lead, y
        inside = grid.lead if row.lead else 0.0
        sheet.rule(sheet.left + inside, y, sheet.right, y, HAIR)
        wide = grid.first - inside
        for number, words in enumerate(row.label):
            baseline = _baseline(y, height, len(row.label), size) - number * size * LEADING
            sheet.text(sheet.left + inside + wide / 2, baseline, words, size, align="center")
        for number, cell in enumerate(row.cells):
            self._cell(cell, number, y, height, sign=row.sign)

    def _cell(self, cell: Cell, number: int, y: float, height: float, *, sign: bool) -> None:
        sheet, grid, size = self.sheet, self.grid, self.size
        x, room = grid.x(number), height - SIGN_ROOM if sign else height
        baseline = _baseline(y, room, len(cell.lines), size)
        if cell.centred:
            sheet.text(x + grid.width / 2, _baseline(y, height, 1, size), NOT_ASKED, size, align="center")
            return
        sheet.flowed(x + PAD, baseline, cell.lines, size)
        if sign:
            sheet.rule(x + PAD, y - height + 4, x + grid.width - PAD, y - height + 4, HAIR)

    def end(self, y: float) -> None:
        """Draw what goes from the top of the page to the table's lower edge."""
        sheet, grid = self.sheet, self.grid
        self._close_lead(y)
        for number in range(grid.columns):
            sheet.rule(grid.x(number), self.top, grid.x(number), y, HAIR)
        sheet.frame(sheet.left, y, sheet.width, self.top - y, THICK)
        codes = [option.code for option in columns_of(self.values.form)]
        if self.values.fill in codes:
            x = grid.x(codes.index(self.values.fill))
            sheet.frame(x, y, grid.width, self.top - y, 2 * THICK)

    def _close_lead(self, y: float) -> None:
        """Draw the words that stand before several rows, one below another."""
        if not self.lead:
            return
        sheet, grid, size = self.sheet, self.grid, self.size
        sheet.rule(sheet.left, self.lead_top, sheet.left + grid.lead, self.lead_top, HAIR)
        sheet.rule(sheet.left + grid.lead, self.lead_top, sheet.left + grid.lead, y, HAIR)
        parts = wrap(self.lead, grid.lead - 4, size)
        baseline = _baseline(self.lead_top, self.lead_top - y, len(parts), size)
        for number, part in enumerate(parts):
            middle = sheet.left + grid.lead / 2
            sheet.text(middle, baseline - number * size * LEADING, part, size, align="center")
        self.lead = ""


def _baseline(top: float, height: float, lines: int, size: float) -> float:
    """The baseline of the first of some lines that stand in the middle of a height."""
    return top - (height - lines * size * LEADING) / 2 - size * 1.04


def _note_lines(values: ColumnTable) -> list[str]:
    names = {option.code: form_term(option.label) for option in columns_of(values.form)}
    told = [
        _("{column}: {number} version {n}").format(column=names[one.code], number=one.number, n=one.version)
        for one in values.records
        if one.number and one.code in names
    ]
    numbers = [_("Records: {records}").format(records=_("; ").join(told))] if told else []
    return [line for note in (*numbers, *values.notes) for line in wrap(note, Sheet.width, _NOTE)]


def _notes(sheet: Sheet, y: float, values: ColumnTable) -> float:
    lines = _note_lines(values)
    sheet.lines(sheet.left, y - _NOTE, lines, _NOTE, grey=GREY)
    return y - len(lines) * _NOTE * LEADING
