"""Growth: a child's series and chart, and the assessment of whole files."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, NotFound
from zhaohu.i18n import _
from zhaohu.paths import write_atomic
from zhaohu.records import Child, Measurement, Visit
from zhaohu.records.codes import Role
from zhaohu.rules.growth.age import Ages
from zhaohu.rules.growth.assess import Assessment, assess
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.batch import assess_rows, output_columns
from zhaohu.rules.growth.chart import ChartGeometry, build_chart
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.terms import Position as HowMeasured
from zhaohu.services import reference
from zhaohu.services.desk import Desk

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class MeasuredDay:
    """One line of a child's growth: what was measured on a day and how it is assessed."""

    on: date
    ages: Ages
    measured: Measured
    china: Assessment
    who: Assessment
    visit_id: str | None

    def by(self, standard: Standard) -> Assessment:
        """The assessment by one standard."""
        return self.china if standard is Standard.CHINA else self.who


def series(desk: Desk, child_id: str) -> list[MeasuredDay]:
    """A child's measurements from birth on, in order; those of corrected visits in their newest version.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = _child(session, child_id)
        return [assessed(child, *taken) for taken in _taken(session, child)]


def chart(desk: Desk, child_id: str, indicator: Indicator, standard: Standard) -> ChartGeometry:
    """A child's chart, to be drawn on screen or paper.

    Raises:
        NotFound: There is no such child.
    """
    days = series(desk, child_id)
    with desk.read() as session:
        sex = int(_child(session, child_id).sex)
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
        BadInput: The file cannot be read as a table with a header.
    """
    columns, rows = _read_table(source)
    written = io.StringIO(newline="")
    writer = csv.DictWriter(written, output_columns(columns, standard), lineterminator="\n")
    writer.writeheader()
    for done, row in enumerate(assess_rows(rows, reference.growth_references(), standard), 1):
        writer.writerow(row)
        if progress and done % 1000 == 0:
            progress(done, len(rows))
    write_atomic(out, written.getvalue().encode("utf-8"))
    return len(rows)


def _read_table(source: Path) -> tuple[list[str], list[dict[str, str]]]:
    reader = csv.DictReader(io.StringIO(_decode(source), newline=""), restkey="_more", restval="")
    try:
        columns = list(reader.fieldnames or ())
        rows = [{name: row[name] or "" for name in columns} for row in reader]
    except csv.Error as error:  # a quotation mark that is never closed, or a NUL
        message = _("{file} is no table: line {line} cannot be read. Look for a stray quotation mark there.")
        raise BadInput(message.format(file=source, line=reader.line_num), code="not_a_table") from error
    if not columns:
        raise BadInput(
            _("{file} is empty. The first line must name the columns.").format(file=source), code="empty_file"
        )
    return columns, rows


def _decode(source: Path) -> str:
    try:
        data = source.read_bytes()
    except OSError as error:
        raise BadInput(_("{file} cannot be read. Check the name.").format(file=source), code="unreadable") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise BadInput(
        _("{file} is neither UTF-8 nor GB 18030 text. Save it as CSV UTF-8 and try again.").format(file=source),
        code="bad_encoding",
    )


def _child(session: Session, child_id: str) -> Child:
    child = session.get(Child, child_id)
    if child is None:
        raise NotFound(_("This child is not in the register."), code="no_such_child")
    return child


def _taken(session: Session, child: Child) -> list[tuple[date, Measured, str | None]]:
    corrected = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    statement = (
        select(Measurement)
        .where(Measurement.child_id == child.id, col(Measurement.deleted_at).is_(None))
        .where(col(Measurement.visit_id).is_(None) | col(Measurement.visit_id).not_in(corrected))
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
    """What was measured on a day, by both standards."""
    ages = Ages.on(child.birth_date, on, child.gestation_days)
    china, who = (
        assess(reference.growth_references(), standard, int(child.sex), ages, measured)
        for standard in (Standard.CHINA, Standard.WHO)
    )
    return MeasuredDay(on, ages, measured, china, who, visit_id)
