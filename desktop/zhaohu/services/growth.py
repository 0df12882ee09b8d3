"""Growth: a child's series and chart, and the assessment of whole files."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput
from zhaohu.exchange.csv_text import OpenQuote, as_typed, read_csv, write_csv
from zhaohu.i18n import _
from zhaohu.records import Child, Measurement, Visit
from zhaohu.records.codes import Role
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.batch import assess_rows, output_columns
from zhaohu.rules.growth.chart import ChartGeometry, build_chart
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.terms import Position as HowMeasured
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.files import write_file
from zhaohu.services.lookup import present_child

_READERS = tuple(Role)
_MOST_IN, _MOST_OUT = 64 << 20, 512 << 20
"""Bytes of a file that is assessed as a whole, and of its answer."""
_MOST_COLUMNS, _MOST_ROWS = 500, 1_000_000


def series(desk: Desk, child_id: str) -> list[MeasuredDay]:
    """A child's measurements from birth on, in order; of corrected visits the newest version, of removed ones none.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        return [assessed(child, *taken) for taken in _taken(session, child)]


def chart(desk: Desk, child_id: str, indicator: Indicator, standard: Standard) -> ChartGeometry:
    """A child's chart, to be drawn on screen or paper.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    days = series(desk, child_id)
    with desk.read() as session:
        sex = int(present_child(session, child_id).sex)
    visits = [(day.on, day.by(standard)) for day in days]
    return build_chart(reference.growth_references(), standard, sex, indicator, visits)


def assess_file(source: Path, out: Path, standard: Standard, progress: Callable[[int, int], None] | None = None) -> int:
    """Assess a CSV file of measurements; returns how many rows were written.

    Columns as in the contract: the input columns in their order, then scores, flags and grades. A bad cell never
    stops a run; its row says why it has no score.

    Args:
        source: CSV in UTF-8 (with or without BOM) or GB 18030, with a header line.
        out: Where to write, in UTF-8; appears whole or not at all.
        standard: WS/T 423-2022 or WHO.
        progress: Told rows done and rows in all.

    Raises:
        BadInput: The file cannot be read as a table with a header, or is too large.
    """
    columns, rows = _read_table(source)
    names = output_columns(columns, standard)
    assessed_rows = assess_rows(rows, reference.growth_references(), standard)
    data = io.BytesIO()
    text = io.TextIOWrapper(data, "utf-8", newline="", write_through=True)

    def told() -> Iterator[list[str]]:
        yield names
        for done, row in enumerate(assessed_rows, 1):
            if done % 1000 == 0:
                if data.tell() > _MOST_OUT:
                    raise _too_large(source)
                if progress:
                    progress(done, len(rows))
            yield [row.get(name, "") for name in names]

    write_csv(text, told())
    write_file(out, data.getvalue())
    return len(rows)


def _read_table(source: Path) -> tuple[list[str], list[dict[str, str]]]:
    """The table; read here and not apart: plain text unfolds to nothing, so the file's size bounds what it takes."""
    lines = read_csv(_decode(source))
    try:
        columns = [as_typed(name) for name in next(filter(None, lines), ())]
        if len(columns) > _MOST_COLUMNS:
            raise _too_large(source)
        found = (dict(zip(columns, map(as_typed, cells), strict=False)) for cells in lines if cells)
        rows = list(islice(found, _MOST_ROWS + 1))
    except OpenQuote as error:
        message = _("{file} is no table: row {row} cannot be read. Look for a stray quotation mark there.")
        raise BadInput(message.format(file=source, row=error.row), code="not_a_table") from error
    if not columns:
        raise BadInput(
            _("{file} is empty. The first line must name the columns.").format(file=source), code="empty_file"
        )
    if len(rows) > _MOST_ROWS:
        raise _too_large(source)
    return columns, rows


def _too_large(source: Path) -> BadInput:
    message = _("{file} is too large to be assessed at once. Split it into several files.")
    return BadInput(message.format(file=source), code="too_large")


def _decode(source: Path) -> str:
    try:
        with source.open("rb") as file:
            data = file.read(_MOST_IN + 1)
    except OSError as error:
        raise BadInput(_("{file} cannot be read. Check the name.").format(file=source), code="unreadable") from error
    if len(data) > _MOST_IN:
        raise _too_large(source)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(
        _("{file} is neither UTF-8 nor GB 18030 text. Save it as CSV UTF-8 and try again.").format(file=source),
        code="bad_encoding",
    )


def _taken(session: Session, child: Child) -> list[tuple[date, Measured, str | None]]:
    corrected = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    removed = select(Visit.id).where(Visit.child_id == child.id, col(Visit.deleted_at).is_not(None))
    of_record = col(Measurement.visit_id).not_in(corrected) & col(Measurement.visit_id).not_in(removed)
    statement = (
        select(Measurement)
        .where(Measurement.child_id == child.id, col(Measurement.deleted_at).is_(None))
        .where(col(Measurement.visit_id).is_(None) | of_record)
        .order_by(col(Measurement.measured_on))
    )
    taken: list[tuple[date, Measured, str | None]] = []
    if child.birth_weight_g is not None or child.birth_length_mm is not None:
        taken.append((child.birth_date, Measured(child.birth_weight_g, child.birth_length_mm), None))
    for row in session.exec(statement):
        position = HowMeasured(row.position) if row.position else None
        measured = Measured(row.weight_g, row.length_mm, row.head_mm, position, row.oedema)
        taken.append((row.measured_on, measured, row.visit_id))
    return taken


def assessed(child: Child, on: date, measured: Measured, visit_id: str | None) -> MeasuredDay:
    """What was measured of a child on a day, by every standard."""
    born = Born(child.birth_date, int(child.sex), child.gestation_days)
    return measure_day(reference.growth_references(), born, on, measured, visit_id)
