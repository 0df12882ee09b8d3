"""The official sheet as a table of cells: two or more fields side by side, options with boxes at the right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from dataclasses import field as dataclass_field
from datetime import date
from math import ceil

from zhaohu.i18n import form_term
from zhaohu.paper.cells import CellContent, content
from zhaohu.paper.fonts import text_width
from zhaohu.paper.record_parts import PAD, SIGNER
from zhaohu.paper.sheet import BOX, HAIR, THICK, THIN, Sheet, boxes_width
from zhaohu.paper.text import LEADING, Line, Piece, flowed, wrap
from zhaohu.rules.forms.answers import asked_fields
from zhaohu.rules.forms.columns import may_be_asked
from zhaohu.rules.forms.model import Answers, Form, PaperRow
from zhaohu.rules.forms.reading import to_value

PARTS = 12
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
"""Type sizes, the largest at which the form stays on one page is taken."""
LEAD_WIDTH = 34.0
LABEL_WIDTH = 52.0
"""Where answers begin in cells of half a row or more, so that they stand in columns."""
LABEL_MOST = 0.45
"""The part of a cell that its label may take for itself."""
ROW_PAD, ROW_MOST = 8.0, 25.0


@dataclass(frozen=True, slots=True)
class _Cell:
    x: float
    width: float
    indent: float
    content: CellContent
    lines: tuple[Line, ...]
    boxes_below: bool
    """The boxes found no room at the end of the last line."""
    sign: bool

    def rows(self) -> int:
        return len(self.lines) + self.boxes_below


@dataclass(frozen=True, slots=True)
class _Row:
    lead: str
    cells: tuple[_Cell, ...]
    height: float


@dataclass(frozen=True, slots=True)
class CellTable:
    """The table of a form.

    Args:
        form: The form.
        answers: What is filled in; nothing on a blank form.
        to_fill: Whether the rest is to be filled in by hand: then only what cannot be asked is dashed out.
        hints: Words in grey beside the blanks of fields, by name.
    """

    form: Form
    answers: Answers
    to_fill: bool = False
    hints: Mapping[str, str] = dataclass_field(default_factory=dict)

    def asked(self) -> frozenset[str]:
        """Names of the fields that are asked; all of them when nothing is filled in yet."""
        fields, answers = list(self.form.fields()), self.answers
        if self.to_fill or not answers:
            known = {one.name: to_value(one, answers[one.name]) for one in fields if one.name in answers}
            return frozenset(one.name for one in fields if may_be_asked(self.form, one, known))
        visited = answers.get(self.form.date_field)
        return asked_fields(self.form, answers, date.fromisoformat(str(visited)) if visited else date.max)


def draw_cells(sheet: Sheet, y: float, values: CellTable, below: float, next_page: Callable[[], float]) -> float:
    """Draw the table from y down, with so much room `below` it on its last page; returns the y below it.

    Args:
        sheet: The page.
        y: The upper edge.
        values: What it shows.
        below: Height of what follows the table.
        next_page: Begins another page with its head; returns the y below that.
    """
    size, rows = _fitted(values, y - sheet.bottom - below)
    spare = y - sheet.bottom - below - sum(row.height for row in rows)
    stretch = min(spare / len(rows), ROW_MOST - ROW_PAD - size * LEADING) if spare > 0 else 0.0
    begun = led = y
    for number, row in enumerate(rows):
        height = row.height + max(0.0, stretch)
        if y - height < sheet.bottom - 0.5:
            _draw_lead(sheet, rows[number - 1].lead, led, y, size)
            _outline(sheet, begun, y)
            begun = led = y = next_page()
        elif number and row.lead != rows[number - 1].lead:
            _draw_lead(sheet, rows[number - 1].lead, led, y, size)
            led = y
        _draw_row(sheet, row, y, height, size, begins=led == y)
        y -= height
    _draw_lead(sheet, rows[-1].lead, led, y, size)
    _outline(sheet, begun, y)
    return y


_Contents = list[tuple[PaperRow, list[CellContent]]]


def _contents(values: CellTable) -> _Contents:
    form, asked = values.form, values.asked()
    return [
        (
            row,
            [
                content(
                    form,
                    form.field(cell.field),
                    values.answers,
                    asked,
                    led=bool(row.lead),
                    hints=values.hints,
                )
                for cell in row.cells
            ],
        )
        for row in form.paper.rows
    ]


def _fitted(values: CellTable, room: float) -> tuple[float, list[_Row]]:
    contents = _contents(values)
    for size in SIZES:
        rows = [_row(row, shown, size) for row, shown in contents]
        if sum(row.height for row in rows) <= room:
            break
    return size, rows


def _row(row: PaperRow, shown: list[CellContent], size: float) -> _Row:
    cells = tuple(_cells(row, shown, size))
    return _Row(form_term(row.lead), cells, max(cell.rows() for cell in cells) * size * LEADING + ROW_PAD)


def _cells(row: PaperRow, contents: list[CellContent], size: float) -> Iterator[_Cell]:
    x, room = Sheet.left, Sheet.width
    if row.lead:
        x, room = x + LEAD_WIDTH, room - LEAD_WIDTH
    for cell, shown in zip(row.cells, contents, strict=True):
        width = room * cell.width / PARTS
        indent = text_width(shown.label, size) + 6
        if indent > LABEL_MOST * width:  # a whole sentence: what follows runs on behind it
            shown = replace(shown, label="", pieces=(Piece(f"{shown.label}   "), *shown.pieces))
            indent = 0.0
        elif cell.width * 2 >= PARTS and not row.lead:
            indent = max(indent, LABEL_WIDTH)
        inner = width - 2 * PAD - indent
        lines = flowed(shown.pieces, inner, size)
        below = bool(shown.marks) and _used(lines, size) + boxes_width(len(shown.marks), shown.between) + 4 > inner
        yield _Cell(x, width, indent, shown, lines, below, sign=cell.field == SIGNER)
        x += width


def _used(lines: tuple[Line, ...], size: float) -> float:
    """How far the last line reaches."""
    if not lines or not lines[-1]:
        return 0.0
    last = lines[-1][-1]
    return last.x + max(text_width(last.piece.text.rstrip(), size), last.piece.least)


def _draw_lead(sheet: Sheet, lead: str, top: float, bottom: float, size: float) -> None:
    """Draw the words that stand before the rows from `top` to `bottom`."""
    if not lead:
        return
    count = ceil(text_width(lead, size) / (LEAD_WIDTH - 4))
    lines = wrap(lead, max(text_width(lead, size) / count + size / 2, LEAD_WIDTH / 2), size)  # of like length
    baseline = (top + bottom) / 2 + len(lines) * size * LEADING / 2 - size * 1.04
    for number, words in enumerate(lines):
        middle = sheet.left + LEAD_WIDTH / 2
        sheet.text(middle, baseline - number * size * LEADING, words, size, align="center")
    sheet.rule(sheet.left + LEAD_WIDTH, top, sheet.left + LEAD_WIDTH, bottom, THIN)


def _draw_row(sheet: Sheet, row: _Row, y: float, height: float, size: float, *, begins: bool) -> None:
    """Draw a row whose upper edge is at y; `begins` when the words before it are not those of the row above."""
    sheet.rule(sheet.left if begins or not row.lead else sheet.left + LEAD_WIDTH, y, sheet.right, y, THIN)
    for number, cell in enumerate(row.cells):
        if number:
            sheet.rule(cell.x, y, cell.x, y - height, THIN)
        block = cell.rows() * size * LEADING
        baseline = y - (height - block) / 2 - size * 1.04
        left = cell.x + PAD
        sheet.text(left, baseline, cell.content.label, size)
        sheet.flowed(left + cell.indent, baseline, cell.lines, size)
        last = baseline - (cell.rows() - 1) * size * LEADING
        if cell.content.marks:
            _draw_marks(sheet, cell, last)
        if cell.sign:
            used = max((part.x + part.width for line in cell.lines for part in line), default=0.0)
            sheet.rule(left + cell.indent + used + 6, last - 2, cell.x + cell.width - PAD, last - 2, HAIR)


def _draw_marks(sheet: Sheet, cell: _Cell, baseline: float) -> None:
    right, marks = cell.x + cell.width - PAD, cell.content.marks
    if cell.content.between:
        sheet.boxes(right, baseline, marks, cell.content.between)
        return
    for start, end in ((6, 8), (4, 6), (0, 4)):  # year, month and day stand apart
        sheet.boxes(right, baseline, marks[start:end], between="")
        right -= boxes_width(end - start, "") + BOX * 0.7


def _outline(sheet: Sheet, top: float, bottom: float) -> None:
    sheet.frame(sheet.left, bottom, sheet.width, top - bottom, THICK)
