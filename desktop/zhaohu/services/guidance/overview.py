"""The first look: how each station stands, in figures that open the records behind them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, func, select

from zhaohu.records import Child, ParentingClass, Visit
from zhaohu.records.codes import ChildStatus, Role, SiteKind
from zhaohu.rules.schedule import DueState
from zhaohu.services.desk import Desk
from zhaohu.services.due.duties import due_counts
from zhaohu.services.guidance.managed import Managed, managed
from zhaohu.services.guidance.staffing import StationStaffing, staffing_table


@dataclass(frozen=True, slots=True)
class StationOverview:
    """One station's figures, or (station empty) the district's.

    Args:
        children: On the register today.
        visits: Visits of this calendar year, each record once, in its newest version.
        classes: Classes of this calendar year.
        managed: Children under three who were seen this year.
    """

    staffing: StationStaffing
    children: int
    visits: int
    classes: int
    due: int
    overdue: int
    managed: Managed


def overview(desk: Desk) -> list[StationOverview]:
    """Every station of this profile by code, and last the district in all."""
    desk.require(*Role)
    first, last = date(desk.today.year, 1, 1), date(desk.today.year, 12, 31)
    due = due_counts(desk)
    staffing = staffing_table(desk)
    with desk.read() as session:
        children = _per_owner(session, Child, col(Child.status) == ChildStatus.ACTIVE, col(Child.deleted_at).is_(None))
        corrected = select(Visit.replaces_id).where(col(Visit.replaces_id).is_not(None))
        removed = select(Child.id).where(col(Child.deleted_at).is_not(None))
        current = (
            col(Visit.id).not_in(corrected),
            col(Visit.deleted_at).is_(None),
            col(Visit.child_id).not_in(removed),
        )
        visits = _per_owner(session, Visit, col(Visit.visit_date).between(first, last), *current)
        held = (col(ParentingClass.held_on).between(first, last), col(ParentingClass.deleted_at).is_(None))
        classes = _per_owner(session, ParentingClass, *held)
        seen = managed(session, desk.today)
    rows = []
    for line in staffing.stations:
        owner = f"{desk.site.district_code}-{line.station}"
        counted = due[owner]
        open_now, late = counted[DueState.DUE], counted[DueState.OVERDUE]
        held_or_made = (children.get(owner, 0), visits.get(owner, 0), classes.get(owner, 0))
        rows.append(StationOverview(line, *held_or_made, open_now, late, seen.get(owner, Managed())))
    return [*rows, _in_all(staffing.district, rows)]


def managed_here(desk: Desk) -> Managed:
    """Children under three who were seen this year: of this station, or at the center of the whole district."""
    desk.require(*Role)
    with desk.read() as session:
        found = managed(session, desk.today)
    own = [figures for owner, figures in found.items() if desk.site.kind is SiteKind.CENTER or owner == desk.site.code]
    return Managed(sum(one.seen for one in own), sum(one.children for one in own))


def _in_all(district: StationStaffing, rows: list[StationOverview]) -> StationOverview:
    return StationOverview(
        district,
        sum(row.children for row in rows),
        sum(row.visits for row in rows),
        sum(row.classes for row in rows),
        sum(row.due for row in rows),
        sum(row.overdue for row in rows),
        Managed(sum(row.managed.seen for row in rows), sum(row.managed.children for row in rows)),
    )


def _per_owner(
    session: Session, table: type[Child] | type[Visit] | type[ParentingClass], *conditions: object
) -> dict[str, int]:
    statement = select(table.owner, func.count()).where(*conditions).group_by(table.owner)  # type: ignore[arg-type]
    return dict(session.exec(statement).all())
