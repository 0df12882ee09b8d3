"""What follows from a child's records: its line in lists, what it is found by, and what is left to do for it."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session

from zhaohu.records.codes import ChildStatus, ConsentScope, Risk
from zhaohu.rules.names import sort_key
from zhaohu.rules.risks import BirthFacts, derived_risks
from zhaohu.rules.schedule import Left, Schedule, ScheduledChild, left_to_do, sooner_until
from zhaohu.store.care_notes import CareNotes, schedule_of
from zhaohu.store.search import Carer, keys_of

ON_REGISTER, NO_MORE, REMOVED = range(3)
"""The shelves: which children are shown first, which only when asked for, which never.

At a station a child that was handed over is no more on the register: it stands among those who moved.
"""

_CHILDREN = """
SELECT c.id, c.deleted_at IS NOT NULL AS removed, c.status, c.owner, c.sex, c.birth_date, c.registered_on,
    c.gestation_days, c.birth_weight_g, c.plurality, c.discharged_on, c.name, c.citizen_id, c.health_record_no,
    c.handbook_no, c.birth_certificate_no, c.household_id, h.village_id,
    EXISTS (SELECT 1 FROM change_counter s WHERE s.owner LIKE '%-%' AND s.owner <> c.owner) AS elsewhere
FROM child c LEFT JOIN household h ON h.id = c.household_id WHERE c.id IN (SELECT value FROM json_each(?))
"""
_CARERS = """
SELECT DISTINCT g.household_id, g.id, g.name, g.phone, g.is_main
FROM child c JOIN caregiver g ON g.household_id = c.household_id
WHERE c.id IN (SELECT value FROM json_each(?)) AND g.deleted_at IS NULL ORDER BY g.is_main DESC, g.id
"""
_DONE = """
SELECT v.child_id, v.contact, min(v.visit_date) FROM visit v
WHERE v.contact IS NOT NULL AND v.deleted_at IS NULL AND v.child_id IN (SELECT value FROM json_each(?))
    AND NOT EXISTS (SELECT 1 FROM visit later WHERE later.replaces_id = v.id) GROUP BY 1, 2
"""
_NEWBORN = """
SELECT v.child_id, v.answers FROM visit v
WHERE v.form = 'newborn_visit' AND v.deleted_at IS NULL AND v.child_id IN (SELECT value FROM json_each(?))
    AND NOT EXISTS (SELECT 1 FROM visit later WHERE later.replaces_id = v.id) ORDER BY v.visit_date, v.id
"""
_RISKS = """
SELECT child_id, risk, found_on FROM child_risk
WHERE ended_on IS NULL AND deleted_at IS NULL AND child_id IN (SELECT value FROM json_each(?))
"""
_RELEASED = """
SELECT t.child_id, t.to_station FROM transfer t JOIN child c ON c.id = t.child_id AND c.owner = t.owner
WHERE t.cancelled_on IS NULL AND t.handed_over_on IS NULL AND t.deleted_at IS NULL
    AND t.child_id IN (SELECT value FROM json_each(?)) ORDER BY t.id
"""
_CONSENTS = """
SELECT child_id, scope, given FROM consent WHERE deleted_at IS NULL AND child_id IN (SELECT value FROM json_each(?))
ORDER BY decided_on, recorded_at, id
"""
_GROWTH = """
SELECT g.child_id, g.measured_on, g.wfa_status, g.lhfa_status, g.wfl_status, g.bfa_status
FROM growth_score g LEFT JOIN measurement m ON m.id = g."key" LEFT JOIN visit v ON v.id = m.visit_id
WHERE g.child_id IN (SELECT value FROM json_each(?)) AND (m.id IS NULL OR (m.deleted_at IS NULL AND v.deleted_at IS NULL
    AND (m.weight_g IS NOT NULL OR m.length_mm IS NOT NULL)
    AND NOT EXISTS (SELECT 1 FROM visit later WHERE later.replaces_id = m.visit_id)))
ORDER BY g.measured_on, m.id
"""
COLUMNS = (
    "shelf", "status", "owner", "sex", "birth_date", "registered_on", "gestation_days", "birth_weight_g", "record_no",
    "village_id", "name_key", "caregiver_key", "risks", "sooner", "risk_from", "growth", "asked", "refused",
    "released_to",
)  # fmt: skip
"""Of `child_facts`, as far as they are derived."""

DUE_COLUMNS = (
    "contact", "opens", "closes", "until", "done_on", "planned_on", "teacher_id", "outcome", "attempts", "also",
)  # fmt: skip
Due = tuple[str, str, str, str, str | None, str | None, str, str, int, str]
"""Values of `DUE_COLUMNS`; the days as ISO text."""


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is derived for one child: its line for lists (values of `COLUMNS`), search keys and contacts."""

    child_id: str
    line: tuple[object, ...]
    keys: frozenset[str]
    due: frozenset[Due]

    @property
    def shelf(self) -> int:
        """Where the child stands in lists."""
        return int(str(self.line[0]))


def derive(session: Session, child_ids: Collection[str], schedule: Schedule) -> list[Facts]:
    """The facts of these children, from the records; of a child that is not there any more, none.

    Args:
        session: The open transaction.
        child_ids: The children.
        schedule: The national schedule; a district's plan for high-risk children is read beside it.
    """
    records = _Records(session.connection(), json.dumps(list(child_ids)), schedule)
    in_force = schedule_of(session, schedule)
    return [records.facts(row, in_force) for row in records.children]


class _Records:
    """What is recorded about some children, read at once."""

    def __init__(self, connection: Connection, ids: str, schedule: Schedule) -> None:
        self._connection, self._ids = connection, ids
        self.children = self._read(_CHILDREN).all()
        self._carers: defaultdict[str, list[Any]] = defaultdict(list)
        for carer in self._read(_CARERS):
            self._carers[carer.household_id].append(carer)
        self._done: defaultdict[str, dict[str, date]] = defaultdict(dict)
        for child_id, contact, day in self._read(_DONE):
            self._done[child_id][contact] = date.fromisoformat(day)
        self._newborn: dict[str, str] = dict(self._read(_NEWBORN).all())
        self._risks: defaultdict[str, list[Any]] = defaultdict(list)
        for risk in self._read(_RISKS):
            self._risks[risk.child_id].append(risk)
        self._released = dict(self._read(_RELEASED).all())
        self._consents: defaultdict[str, dict[str, bool]] = defaultdict(dict)
        for child_id, scope, given in self._read(_CONSENTS):
            self._consents[child_id][scope] = bool(given)
        self._growth = {row[0]: row[2:] for row in self._read(_GROWTH)}
        self._notes = CareNotes(connection, ids, schedule)

    def _read(self, sql: str) -> Any:
        return self._connection.exec_driver_sql(sql, (self._ids,))

    def facts(self, row: Any, schedule: Schedule) -> Facts:
        carers, consents = self._carers[row.household_id], self._consents[row.id]
        newborn = self._newborn.get(row.id)
        of_birth = derived_risks(
            BirthFacts(row.gestation_days, row.birth_weight_g, row.plurality, json.loads(newborn) if newborn else None)
        )
        sooner = bool(of_birth) or self._known_in_time(row, schedule)
        known = row.birth_date if of_birth else self._first_found(row)
        released = "" if row.removed else self._released.get(row.id, "")
        line = (
            REMOVED if row.removed else int(row.status != ChildStatus.ACTIVE or row.elsewhere),
            ChildStatus.MOVED_OUT if row.elsewhere and row.status == ChildStatus.ACTIVE else row.status,
            row.owner,
            row.sex,
            row.birth_date,
            row.registered_on,
            row.gestation_days,
            row.birth_weight_g,
            row.health_record_no or "",
            row.village_id or "",
            sort_key(row.name),
            sort_key(carers[0].name) if carers else "",
            _listed(self._all_risks(row.id, of_birth)),
            int(sooner),
            known or None,
            _listed(dict.fromkeys(status for status in self._growth.get(row.id, ()) if status)),
            int(bool(consents)),
            _listed(scope for scope in ConsentScope if consents.get(scope) is False),
            released,
        )
        if row.removed:
            return Facts(row.id, line, frozenset(), frozenset())
        numbers = (row.citizen_id, row.health_record_no, row.handbook_no, row.birth_certificate_no)
        keys = keys_of(row.name, [Carer(c.name, c.phone or "") for c in carers], [n for n in numbers if n])
        seen_here = row.status == ChildStatus.ACTIVE and not released and not row.elsewhere
        return Facts(row.id, line, keys, self._due(row, schedule, sooner, known, seen_here))

    def _due(self, row: Any, schedule: Schedule, sooner: bool, risk_from: str, seen_here: bool) -> frozenset[Due]:
        done = tuple(sorted(self._done[row.id].items()))
        extras, noted = self._notes.of(row.id)
        if not extras and not noted:
            return _left_to_do(schedule, row.birth_date, row.discharged_on, sooner, risk_from, seen_here, done)
        child = _scheduled(row.birth_date, row.discharged_on, sooner, risk_from, seen_here, dict(done))
        return frozenset(map(_due_row, left_to_do(schedule, replace(child, extras=extras, noted=noted))))

    def _first_found(self, row: Any) -> str:
        """The day on which a person found the first risk that still stands; empty for none."""
        return min((risk.found_on for risk in self._risks.get(row.id, ())), default="")

    def _known_in_time(self, row: Any, schedule: Schedule) -> bool:
        """Whether a person found a risk while it could still bring a visit forward."""
        found = self._first_found(row)
        if not found:
            return False
        discharged = date.fromisoformat(row.discharged_on) if row.discharged_on else None
        return date.fromisoformat(found) <= sooner_until(schedule, date.fromisoformat(row.birth_date), discharged)

    def _all_risks(self, child_id: str, of_birth: Collection[str]) -> list[str]:
        """Those of the birth and those that a person found; in the order of the code list."""
        found = {*of_birth, *(risk.risk for risk in self._risks.get(child_id, ()))}
        if not found:  # of most children; the code list is long
            return []
        return [risk for risk in Risk if risk in found] + sorted(found - set(Risk))


@lru_cache(maxsize=2048)
def _left_to_do(
    schedule: Schedule,
    born: str,
    discharged: str | None,
    sooner: bool,
    risk_from: str,
    seen_here: bool,
    done: tuple[tuple[str, date], ...],
) -> frozenset[Due]:
    """Children share it: there are few birth dates, and of a roster nobody was seen yet."""
    child = _scheduled(born, discharged, sooner, risk_from, seen_here, dict(done))
    return frozenset(map(_due_row, left_to_do(schedule, child)))


def _scheduled(
    born: str, discharged: str | None, sooner: bool, risk_from: str, seen_here: bool, done: dict[str, date]
) -> ScheduledChild:
    return ScheduledChild(
        date.fromisoformat(born),
        date.fromisoformat(discharged) if discharged else None,
        sooner,
        ChildStatus.ACTIVE if seen_here else ChildStatus.LOST,
        done,
        risk_from=date.fromisoformat(risk_from) if risk_from else None,
    )


def _due_row(left: Left) -> Due:
    (contact, opens, closes, _follows), until, done_on, noted, also = left
    return (
        contact.code,
        opens.isoformat(),
        closes.isoformat(),
        until.isoformat(),
        done_on.isoformat() if done_on else None,
        noted.planned_on.isoformat() if noted.planned_on else None,
        noted.teacher_id,
        noted.outcome,
        noted.attempts,
        _listed(also),
    )


def _listed(codes: Iterable[str]) -> str:
    """Codes between commas, so that one can be looked for; empty for none."""
    text = ",".join(codes)
    return f",{text}," if text else ""
