"""The plan of extra visits for high-risk children, with what the district made of it."""

from __future__ import annotations

from dataclasses import dataclass

from zhaohu.records.codes import Role, SiteKind
from zhaohu.rules.district_plans import DAYS, MONTHS
from zhaohu.rules.schedule import Track
from zhaohu.services import district, reference
from zhaohu.services.content.standing import Standing, standing_of
from zhaohu.services.desk import Desk
from zhaohu.services.district import Key

_READERS = tuple(Role)
_DAYS_OF_MONTH = 30


@dataclass(frozen=True, slots=True)
class PlanRow:
    """An extra visit of high-risk children."""

    code: str
    first: int
    unit: str
    length: int
    note: str


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan in force, and which edition it is; `shipped` when it is the program's own."""

    rows: tuple[PlanRow, ...]
    shipped: bool
    standing: Standing


def view_plan(desk: Desk) -> Plan:
    """The extra visits of high-risk children. Any role."""
    desk.require(*_READERS)
    found = district.setting(desk, Key.HIGH_RISK_PLAN)
    if found is not None and found.content is not None:
        rows = [
            PlanRow(one["code"], one["from"], one["unit"], one["for"], one.get("note", ""))
            for one in found.content["contacts"]
        ]
        return Plan(tuple(rows), False, standing_of(found))
    return Plan(tuple(_shipped_plan()), True, standing_of(found))


def put_visit(desk: Desk, former: str, first: int, unit: str, length: int, note: str) -> int:
    """Add an extra visit to the plan, or change the one with the code `former`. Admin, at the center.

    Raises:
        BadInput: Its window cannot be, or another visit begins then.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    rows = [row for row in view_plan(desk).rows if row.code != former]
    code = former or next(name for name in (f"HR{n:02d}" for n in range(1, 100)) if name not in {r.code for r in rows})
    return _put_plan(desk, [*rows, PlanRow(code, first, unit, length, " ".join(note.split()))])


def remove_visit(desk: Desk, code: str) -> int:
    """Take an extra visit out of the plan. Admin, at the center."""
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    return _put_plan(desk, [row for row in view_plan(desk).rows if row.code != code])


def _put_plan(desk: Desk, rows: list[PlanRow]) -> int:
    rows.sort(key=lambda row: row.first * (_DAYS_OF_MONTH if row.unit == MONTHS else 1))
    contacts = [
        {"code": row.code, "from": row.first, "unit": row.unit, "for": row.length}
        | ({"note": row.note} if row.note else {})
        for row in rows
    ]
    return district.write(desk, Key.HIGH_RISK_PLAN, {"contacts": contacts})


def _shipped_plan() -> list[PlanRow]:
    found = []
    for contact in reference.schedule().on(Track.HIGH_RISK):
        in_months = contact.months is not None
        first = contact.months if contact.months is not None else contact.days
        found.append(PlanRow(contact.code, first, MONTHS if in_months else DAYS, contact.for_days, ""))
    return found
