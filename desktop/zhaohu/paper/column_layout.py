"""Laying out the official table with a column for each age: what stands in each cell, at which type it fits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from functools import lru_cache

from zhaohu.i18n import form_term
from zhaohu.paper.cells import NUMBERS, column_pieces
from zhaohu.paper.record_parts import SIGNER
from zhaohu.paper.sheet import Sheet
from zhaohu.paper.text import LEADING, Line, Piece, flowed, wrap
from zhaohu.rules.forms.columns import columns_of, field_in_column
from zhaohu.rules.forms.model import Answers, Field, FieldType, Form, PaperRow

SIZES = (9.0, 8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5)
"""Type sizes, the largest at which the table stays on one page is taken."""
PAD = 3.0
ROW_PAD, ROW_MOST = 5.0, 24.0
SIGN_ROOM = 17.0
"""Height for a signature by hand, below the printed name."""
WRITING = 2
"""Lines at least where words are written in."""
LEAD_WIDTH = 16.0
_LABEL_WIDTHS = {1: 120.0, 2: 100.0, 3: 86.0, 4: 68.0, 5: 60.0, 6: 56.0}
_NARROWEST_LABEL = 52.0
_NO_ANSWERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class ColumnRecord:
    """What one column shows.

    Args:
        code: The column: an option of the form's field of ages.
        answers: The answers of its record; none when there is no record.
        form: The version of the form that it was recorded with.
        number: The record's number as printed; empty for none.
        version: The record's version.
        ended: 失访 or 死亡 with its day and reason, for the cell of the day.
    """

    code: str
    answers: Answers
    form: Form
    number: str = ""
    version: int = 0
    ended: str = ""


@dataclass(frozen=True, slots=True)
class ColumnTable:
    """The table of a form.

    Args:
        form: The version of the form that lays the table out.
        records: What its columns show; the others are blank.
        notes: Said below the table, such as a second record of one column.
        fill: The column that is to be filled by hand; empty for none.
        hints: Words in grey beside the blanks of that column, by field.
    """

    form: Form
    records: tuple[ColumnRecord, ...] = ()
    notes: tuple[str, ...] = ()
    fill: str = ""
    hints: Mapping[str, str] = dataclass_field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Cell:
    """The lines of a cell; centred is the dash where nothing is asked."""

    lines: tuple[Line, ...]
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """A row, laid out; `sign` when its cells have a line to sign on."""

    lead: str
    label: tuple[str, ...]
    cells: tuple[Cell, ...]
    height: float
    sign: bool = False


@dataclass(frozen=True, slots=True)
class Fitted:
    """A table at the type that was found for it."""

    size: float
    rows: tuple[Row, ...]
    spare: float


def fitted(values: ColumnTable, room: float) -> Fitted:
    """The table at the largest type at which it stands in so much height, or at the smallest."""
    grid, said = Grid.of(values.form), [_said(values, row) for row in values.form.paper.rows]
    for size in SIZES:
        rows = tuple(_row(grid, one, size) for one in said)
        used = head_height(size) + sum(row.height for row in rows)
        if used <= room:
            break
    return Fitted(size, rows, room - used)


def head_height(size: float) -> float:
    """How high the row with the ages is."""
    return size * LEADING + ROW_PAD


@dataclass(frozen=True, slots=True)
class Grid:
    """Where the columns of a table stand."""

    lead: float
    first: float
    width: float
    columns: int

    @classmethod
    def of(cls, form: Form) -> Grid:
        """The columns of a form."""
        count = len(columns_of(form))
        lead = LEAD_WIDTH if any(row.lead for row in form.paper.rows) else 0.0
        first = lead + _LABEL_WIDTHS.get(count, _NARROWEST_LABEL)
        return cls(lead, first, (Sheet.width - first) / count, count)

    def x(self, number: int) -> float:
        """The left edge of a column."""
        return Sheet.left + self.first + number * self.width


@dataclass(frozen=True, slots=True)
class _Said:
    """What a row says, before it is laid out; a column where nothing is asked has no pieces."""

    lead: str
    label: str
    columns: tuple[tuple[Piece, ...] | None, ...]
    least: int
    sign: bool


def _said(values: ColumnTable, row: PaperRow) -> _Said:
    form = values.form
    records = {record.code: record for record in values.records}
    sign = SIGNER in row.fields
    written = not sign and any(form.field(name).type is FieldType.TEXT for name in row.fields)
    return _Said(
        form_term(row.lead),
        form_term(row.label or form.field(row.fields[0]).label),
        tuple(_pieces(values, row, option.code, records.get(option.code)) for option in columns_of(form)),
        WRITING if written else 1,
        sign,
    )


def _row(grid: Grid, said: _Said, size: float) -> Row:
    label = _label(said.label, grid.first - (grid.lead if said.lead else 0.0) - 2 * PAD, size)
    cells = tuple(
        Cell((), centred=True) if pieces is None else Cell(flowed(pieces, grid.width - 2 * PAD, size))
        for pieces in said.columns
    )
    lines = max(len(label), said.least, *(len(cell.lines) for cell in cells))
    height = lines * size * LEADING + ROW_PAD + (SIGN_ROOM if said.sign else 0.0)
    return Row(said.lead, label, cells, height, said.sign)


@lru_cache(maxsize=1024)
def _label(words: str, width: float, size: float) -> tuple[str, ...]:
    return tuple(wrap(words, width, size))


def _pieces(values: ColumnTable, row: PaperRow, code: str, record: ColumnRecord | None) -> tuple[Piece, ...] | None:
    field = field_in_column(values.form, row, code)
    if field is None:
        return None
    if record is not None and record.ended and field.name == values.form.date_field:
        return (Piece(record.ended, bold=True),)
    form, answers = (record.form, record.answers) if record is not None else (values.form, _NO_ANSWERS)
    hints = values.hints if code == values.fill else _NO_ANSWERS
    if field.name == SIGNER:
        return (Piece(str(answers.get(SIGNER, "")), bold=True),)
    own = _of_version(form, field)
    words = form_term(own.label) if len(row.fields) > 1 and own.type in NUMBERS else ""
    return column_pieces(form if own is not field else values.form, own, answers, hints, words)


def _of_version(form: Form, field: Field) -> Field:
    """The field as the record's own version of the form has it; as the table has it when that version has none."""
    return next((one for one in form.fields() if one.name == field.name), field)
