"""The printed visit record: the official sheet as its form file lays it out, growth beneath and as an attachment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date, pgettext
from zhaohu.paper.cells import CellContent, content, file_number_boxes
from zhaohu.paper.fonts import text_width
from zhaohu.paper.growth_parts import row_height
from zhaohu.paper.sheet import BOX, HAIR, THICK, THIN, Imprint, Sheet, boxes_width, render
from zhaohu.paper.table import Column, table
from zhaohu.paper.text import LEADING, Line, flow
from zhaohu.paper.visit_curves import Curves, attach
from zhaohu.rules.forms.answers import asked_fields
from zhaohu.rules.forms.model import Answers, Form, PaperRow

PARTS = 12
SIZES = (9.0, 8.5, 8.0, 7.5, 7.0)
"""Type sizes, the largest at which the form stays on one page is taken."""
PAD = 4.0
LEAD_WIDTH = 34.0
LABEL_WIDTH = 52.0
"""Where answers begin in cells of half a row or more, so that they stand in columns."""
ROW_PAD, ROW_MOST = 8.0, 25.0
SIGNER = "signer"
GROWTH_ROW, GROWTH_TYPE = 15.0, 6.0
"""Height of a row of the assessment, and the type at which all of it must stand in a row."""


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """One line of the assessment, every part as it is printed; empty where there is none.

    Args:
        on: Day of measuring.
        indicator: Name, such as 年龄别体重.
        value: Measured value with unit.
        level: Level by WS/T 423-2022.
        z_china: z-score by WS/T 423-2022.
        z_who: z-score by the WHO standard.
        status: Nutrition status, or the reason why there is no score.
        z_preterm: z-score by INTERGROWTH-21st; only preterm children have one.
    """

    on: date
    indicator: str
    value: str
    level: str
    z_china: str
    z_who: str
    status: str
    z_preterm: str = ""


@dataclass(frozen=True, slots=True)
class VisitRecord:
    """What a visit record prints.

    Args:
        form: The form it was recorded with.
        answers: The answers of the version printed.
        growth: Assessment of the measurements; empty when nothing was measured.
        guardian_line: Whether a line for the guardian's signature is added (it is not on the national form).
        curves: The curves to attach; None when nothing was measured.
    """

    form: Form
    answers: Answers
    growth: tuple[GrowthLine, ...] = ()
    guardian_line: bool = False
    curves: Curves | None = None

    def asked(self) -> frozenset[str]:
        """Names of the fields that this record asks; all of them when nothing is filled in yet."""
        if not self.answers:
            return frozenset(field.name for field in self.form.fields())
        visited = self.answers.get(self.form.date_field)
        return asked_fields(self.form, self.answers, date.fromisoformat(str(visited)) if visited else date.max)


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


def visit_record(values: VisitRecord, imprint: Imprint) -> bytes:
    """The visit record as a PDF: the form on one A4 page, on more only when it does not fit at the smallest type.

    The curves stand beneath the form where that leaves room for them, else on a page that follows.

    Raises:
        Refused: The fonts have not been fetched.
    """
    title = form_term(values.form.title)
    return render(title, imprint, lambda sheet: _draw(sheet, values, title))


def _draw(sheet: Sheet, values: VisitRecord, title: str) -> None:
    y = _head(sheet, values, title)
    tail = _tail_height(values)
    size, rows = _fitted(values, y - sheet.bottom - tail)
    spare = y - sheet.bottom - tail - sum(row.height for row in rows)
    stretch = min(spare / len(rows), ROW_MOST - ROW_PAD - size * LEADING) if spare > 0 else 0.0
    begun = y
    for row in rows:
        height = row.height + max(0.0, stretch)
        if y - height < sheet.bottom - 0.5:
            _outline(sheet, begun, y)
            sheet.next_page()
            begun = y = _head(sheet, values, title)
        _draw_row(sheet, row, y, height, size)
        y -= height
    _outline(sheet, begun, y)
    if y - tail < sheet.bottom - 0.5:
        sheet.next_page()
        y = _head(sheet, values, title)
    y = _tail(sheet, values, y)
    if values.curves is not None:
        attach(sheet, values.curves, y)


def _head(sheet: Sheet, values: VisitRecord, title: str) -> float:
    """Title and the fields above the table; returns the y where the table begins."""
    y = sheet.heading(title) - 12
    for name in values.form.paper.header:
        field, answer = values.form.field(name), values.answers.get(name)
        label = form_term(field.label)
        if field.format == "file_no8":
            digits = file_number_boxes(answer)
            right = sheet.right - boxes_width(5, "")
            sheet.boxes(sheet.right, y, digits[3:], between="")
            sheet.text(right - 5, y, "-", 10, align="center")
            sheet.boxes(right - 10, y, digits[:3], between="")
            sheet.text(right - 10 - boxes_width(3, "") - 6, y, label, 10, align="right")
        else:
            sheet.text(sheet.left + PAD, y, _("{label}:").format(label=label), 10)
            start = sheet.left + PAD + text_width(_("{label}:").format(label=label), 10) + 4
            sheet.text(start, y, str(answer or ""), 11, bold=True)
            end = start + max(110, text_width(str(answer or ""), 11, bold=True) + 4)
            sheet.rule(start, y - 2.5, end, y - 2.5, HAIR)
    return y - 8


def _fitted(values: VisitRecord, room: float) -> tuple[float, list[_Row]]:
    for size in SIZES:
        rows = list(_rows(values, size))
        if sum(row.height for row in rows) <= room:
            break
    return size, rows


def _rows(values: VisitRecord, size: float) -> Iterator[_Row]:
    asked = values.asked()
    for row in values.form.paper.rows:
        cells = tuple(_cells(values, asked, row, size))
        yield _Row(form_term(row.lead), cells, max(cell.rows() for cell in cells) * size * LEADING + ROW_PAD)


def _cells(values: VisitRecord, asked: frozenset[str], row: PaperRow, size: float) -> Iterator[_Cell]:
    x, room = Sheet.left, Sheet.width
    if row.lead:
        x, room = x + LEAD_WIDTH, room - LEAD_WIDTH
    for cell in row.cells:
        width = room * cell.width / PARTS
        field = values.form.field(cell.field)
        shown = content(values.form, field, values.answers, asked, led=bool(row.lead))
        indent = text_width(shown.label, size) + 6
        if cell.width * 2 >= PARTS and not row.lead:
            indent = max(indent, LABEL_WIDTH)
        inner = width - 2 * PAD - indent
        lines = tuple(flow(shown.pieces, inner, size))
        below = False
        if shown.marks and lines[0:]:
            last = lines[-1][-1] if lines[-1] else None
            used = last.x + text_width(last.piece.text.rstrip(), size) if last else 0.0
            used = max(used, last.x + last.piece.least) if last else used
            below = used + boxes_width(len(shown.marks), shown.between) + 4 > inner
        yield _Cell(x, width, indent, shown, lines, below, sign=cell.field == SIGNER)
        x += width


def _draw_row(sheet: Sheet, row: _Row, y: float, height: float, size: float) -> None:
    """Draw a row whose upper edge is at y."""
    sheet.rule(sheet.left, y, sheet.right, y, THIN)
    if row.lead:
        middle = y - height / 2 - size * 0.36
        sheet.text(sheet.left + LEAD_WIDTH / 2, middle, row.lead, size, align="center")
        sheet.rule(sheet.left + LEAD_WIDTH, y, sheet.left + LEAD_WIDTH, y - height, THIN)
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


def _tail_height(values: VisitRecord) -> float:
    growth = 6.0
    if values.growth:
        columns, rows = _growth_table(values.growth)
        growth = (len(rows) + 1) * row_height(columns, rows, GROWTH_ROW, GROWTH_TYPE) + 20
    return growth + 14 + (20 if values.guardian_line else 0)


def _tail(sheet: Sheet, values: VisitRecord, y: float) -> float:
    """The assessment of growth, the guardian's line, and where the form comes from; returns the y below them."""
    y -= 6
    if values.growth:
        sheet.text(sheet.left, y - 9, _("Growth assessment (added by the program, not part of the form)"), 8)
        columns, rows = _growth_table(values.growth)
        height = row_height(columns, rows, GROWTH_ROW, GROWTH_TYPE)
        y = table(sheet, y - 14, columns, rows, row_height=height)
    if values.guardian_line:
        y -= 18
        sheet.signature(sheet.left, y, _("Guardian's signature"), 230)
        sheet.signature(sheet.left + 260, y, _("Date"), 150)
    sheet.text(sheet.right, y - 11, form_term(values.form.source), 6.5, align="right", grey=0.35)
    return y - 14


def _growth_table(lines: Sequence[GrowthLine]) -> tuple[list[Column], list[tuple[str, ...]]]:
    """Columns over the whole width, and what stands in them; grades and scores only where there are any."""
    parts = [
        (pgettext("growth chart", "Measured on"), 72.0, [format_date(line.on) for line in lines]),
        (pgettext("growth chart", "Indicator"), 100.0, [line.indicator for line in lines]),
        (pgettext("growth chart", "Measured"), 62.0, [line.value for line in lines]),
        (_("Level (WS/T 423-2022)"), 88.0, [line.level for line in lines]),
        (_("z (WS/T 423-2022)"), 70.0, [line.z_china for line in lines]),
        (_("z (WHO)"), 52.0, [line.z_who for line in lines]),
        (_("z (INTERGROWTH-21st)"), 90.0, [line.z_preterm for line in lines]),
    ]
    shown = [part for part in parts if any(part[2])]
    shown.append((pgettext("growth chart", "Nutrition status"), 100.0, [line.status for line in lines]))
    wider = Sheet.width / sum(width for _title, width, _texts in shown)
    rows = list(zip(*(texts for _title, _width, texts in shown), strict=True))
    return [Column(title, width * wider) for title, width, _texts in shown], rows
