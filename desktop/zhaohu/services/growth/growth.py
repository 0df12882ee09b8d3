"""Growth: what was measured of a child, and how it is graded."""

from __future__ import annotations

from datetime import date

from sqlmodel import Session, col, select

from zhaohu.records import Child, Measurement, Visit
from zhaohu.records.codes import Role
from zhaohu.rules.growth.assess import Measurement as Measured
from zhaohu.rules.growth.series import Born, MeasuredDay, measure_day
from zhaohu.rules.growth.terms import position_of
from zhaohu.services import reference
from zhaohu.services.desk import Desk
from zhaohu.services.growth import scores
from zhaohu.services.register.lookup import present_child

_READERS = tuple(Role)


def series(desk: Desk, child_id: str) -> list[MeasuredDay]:
    """A child's measurements from birth on, in order; of corrected visits the newest version, of removed ones none.

    Each is graded as it was kept, until newer rules or tables are applied.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        return days_of(session, present_child(session, child_id))


def days_of(session: Session, child: Child) -> list[MeasuredDay]:
    """As `series`, within a transaction that is open already."""
    days = {key: assessed(child, *taken) for key, taken in _taken(session, child).items()}
    return scores.as_kept(session, child.id, days)


def measured_days(session: Session, child: Child) -> list[tuple[date, Measured]]:
    """What was measured of a child, by day, without any score."""
    return [(on, measured) for on, measured, _visit_id in _taken(session, child).values()]


def _taken(session: Session, child: Child) -> dict[str, tuple[date, Measured, str | None]]:
    """What counts of a child's measurements, by the key of the score that is kept of each."""
    corrected = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
    removed = select(Visit.id).where(Visit.child_id == child.id, col(Visit.deleted_at).is_not(None))
    of_record = col(Measurement.visit_id).not_in(corrected) & col(Measurement.visit_id).not_in(removed)
    statement = (
        select(Measurement)
        .where(Measurement.child_id == child.id, col(Measurement.deleted_at).is_(None))
        .where(col(Measurement.visit_id).is_(None) | of_record)
        .order_by(col(Measurement.measured_on))
    )
    taken: dict[str, tuple[date, Measured, str | None]] = {}
    if child.birth_weight_g is not None or child.birth_length_mm is not None:
        taken[child.id] = (child.birth_date, Measured(child.birth_weight_g, child.birth_length_mm), None)
    for row in session.exec(statement):
        position = position_of(row.position)
        measured = Measured(row.weight_g, row.length_mm, row.head_mm, position, row.oedema)
        taken[row.id] = (row.measured_on, measured, row.visit_id)
    return taken


def assessed(child: Child, on: date, measured: Measured, visit_id: str | None) -> MeasuredDay:
    """What was measured of a child on a day, by every standard."""
    return measure_day(reference.growth_references(), born_of(child), on, measured, visit_id)


def born_of(child: Child) -> Born:
    """What growth has to know of a child."""
    return Born(child.birth_date, int(child.sex), child.gestation_days)
