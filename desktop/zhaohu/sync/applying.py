"""Putting a staged bundle into the center's tables, in the one transaction of its import.

Every version is appended and the current row moved. A record that cannot go in is held with the reason, and tried again
at each import: what it hangs on may have come.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from dataclasses import dataclass, field

from sqlmodel import Session, func, select

from zhaohu.records import STATION_TABLES
from zhaohu.records.exchange import ReceivedBundle
from zhaohu.store.audit import canonical_json
from zhaohu.sync.checking import NOT_OWNER, STILL_NEEDED, Checks, Problem, foreign, referenced
from zhaohu.sync.importing import Staged
from zhaohu.sync.rows import Line, Shape, TableSum, row_digest, shapes, staged_line, stored_rows
from zhaohu.sync.scratch import Scratch

_TABLES = tuple(str(record.__tablename__) for record in STATION_TABLES)
_HELD = ("table_name", "row_id", "station", "reason", "field", "child_id", "line", "bundle_id")
_VERSION = (
    "table_name", "row_id", "epoch", "rev", "seq", "sequence", "station", "deleted", "digest", "fields", "bundle_id",
    "diverged",
)  # fmt: skip


@dataclass(slots=True)
class Outcome:
    """What an import did: per table how many `new`, `changed`, `unchanged`, `deleted`, `held`."""

    tables: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    differs: bool = False

    def value(self) -> dict[str, object]:
        """Plain values, as kept with the bundle."""
        return {"tables": {name: dict(counts) for name, counts in self.tables.items()}, "differs": self.differs}


@dataclass(frozen=True, slots=True)
class _Arrival:
    """A line and the bundle that brought it."""

    line: Line
    bundle_id: str


def apply(session: Session, bundle: Staged, scratch: Scratch, received_at: str) -> ReceivedBundle:
    """Apply a bundle whose place is `new`.

    Raises:
        Refused: `forked`: a version with the same number but other content was received before.
    """
    applying = _Applying(session, bundle, received_at)
    applying.run(scratch)
    return applying.received


class _Applying:
    def __init__(self, session: Session, bundle: Staged, received_at: str) -> None:
        manifest = bundle.manifest
        self._session = session
        self._connection = session.connection()
        self._bundle = bundle
        self._station = bundle.station
        self._epoch = manifest.sender.epoch
        self._restores = manifest.kind == "full"  # a snapshot also mends rows that should be here just so
        self._outcome = Outcome()
        self._dropped: dict[str, list[_Arrival]] = defaultdict(list)
        sequence = session.exec(select(func.max(ReceivedBundle.sequence))).one() or 0
        self.received = ReceivedBundle(
            bundle_id=bundle.id,
            station=self._station,
            epoch=manifest.sender.epoch,
            no=manifest.no,
            kind=manifest.kind,
            from_seq=manifest.from_seq,
            to_seq=manifest.to_seq,
            made_at=manifest.made_at,
            received_at=received_at,
            result="",
            sequence=sequence + 1,
        )

    def run(self, scratch: Scratch) -> None:
        session = self._session
        session.add(self.received)
        session.flush()
        for table in _TABLES:
            for batch in scratch.lines(table):
                lines = [staged_line(content) for _row_id, content in batch]
                self._take(shapes()[table], [_Arrival(line, self._bundle.id) for line in lines])
        self._drop_all()
        self._retry()
        self._outcome.differs = self._differs()
        self.received.result = canonical_json(self._outcome.value())
        session.add(self.received)
        session.flush()
        session.info["touched"] |= {*_TABLES, "held_row", "record_version"}

    def _take(self, shape: Shape, arrivals: list[_Arrival]) -> None:
        """Apply some lines of one table, or hold them."""
        check = Checks(self._connection, shape, [a.line for a in arrivals], self._station, self._epoch)
        upserts, versions, held, done = [], [], [], []
        for arrival in arrivals:
            line = arrival.line
            word, diverged = check.history(line)
            if word == "behind":  # what is here stays; `differs` tells it
                self._outcome.tables[shape.name]["unchanged"] += 1
                continue
            if word == "unchanged":
                done.append(line.id)
                self._outcome.tables[shape.name][word] += 1
                if self._restores and not line.deleted and check.problem(line) is None:
                    check.accept(line)
                    upserts.append(_row(shape, line))
                continue
            if line.deleted:
                self._dropped[shape.name].append(arrival)
                continue
            problem = check.problem(line)
            if problem is not None:
                held.append(_held(shape, arrival, self._station, problem))
                continue
            check.accept(line)
            done.append(line.id)
            upserts.append(_row(shape, line))
            versions.append(self._version(arrival, diverged))
            self._outcome.tables[shape.name][word] += 1
        self._upsert(shape, upserts)
        self._append(versions)
        self._hold(shape, held, done)

    def _upsert(self, shape: Shape, rows: list[tuple[object, ...]]) -> None:
        names = ["id", *shape.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        changes = ", ".join(f'"{name}" = excluded."{name}"' for name in shape.columns)
        self._many(
            f"INSERT INTO {shape.name} ({columns}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 - our names
            f"ON CONFLICT (id) DO UPDATE SET {changes}",
            rows,
        )

    def _append(self, versions: list[tuple[object, ...]]) -> None:
        columns, places = ", ".join(_VERSION), ", ".join("?" * len(_VERSION))
        self._many(f"INSERT INTO record_version ({columns}) VALUES ({places})", versions)  # noqa: S608 - our names

    def _hold(self, shape: Shape, held: list[tuple[object, ...]], done: list[str]) -> None:
        """Keep what could not go in; what has gone in is no longer held."""
        self._connection.exec_driver_sql(
            "DELETE FROM held_row WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
            (shape.name, json.dumps(done)),
        )
        places = ", ".join("?" * len(_HELD))
        self._many(f"INSERT OR REPLACE INTO held_row ({', '.join(_HELD)}) VALUES ({places})", held)  # noqa: S608

    def _version(self, arrival: _Arrival, diverged: bool) -> tuple[object, ...]:
        line = arrival.line
        return (
            line.table, line.id, line.epoch, line.rev, line.seq, self.received.sequence, self._station, line.deleted,
            line.digest, line.fields_json, arrival.bundle_id, diverged,
        )  # fmt: skip

    def _drop_all(self) -> None:
        """Take deleted records away, children before parents; one that others still need is held."""
        for table in reversed(_TABLES):
            arrivals = self._dropped.pop(table, [])
            if not arrivals:
                continue
            shape = shapes()[table]
            ids = [arrival.line.id for arrival in arrivals]
            others = foreign(self._connection, shape, ids, self._station)
            needed = referenced(self._connection, table, ids)
            go = [a for a in arrivals if a.line.id not in others | needed]
            stay = [
                _held(shape, a, self._station, (NOT_OWNER if a.line.id in others else STILL_NEEDED, None))
                for a in arrivals
                if a.line.id in others | needed
            ]
            gone = [arrival.line.id for arrival in go]
            self._many(f"DELETE FROM {table} WHERE id = ?", [(row_id,) for row_id in gone])  # noqa: S608 - our names
            self._append([self._version(arrival, False) for arrival in go])
            self._hold(shape, stay, gone)
            self._outcome.tables[table]["deleted"] += len(go)

    def _retry(self) -> None:
        """Try the station's held records again as long as that helps; then count those that stay."""
        held = self._held_lines()
        while held:
            for table, arrivals in held.items():
                self._take(shapes()[table], arrivals)
            self._drop_all()
            before, held = held, self._held_lines()
            if _size(held) == _size(before):
                break
        for table, arrivals in held.items():
            self._outcome.tables[table]["held"] = len(arrivals)

    def _held_lines(self) -> dict[str, list[_Arrival]]:
        rows = self._connection.exec_driver_sql(
            "SELECT table_name, line, bundle_id FROM held_row WHERE station = ? ORDER BY row_id", (self._station,)
        )
        found: dict[str, list[_Arrival]] = {table: [] for table in _TABLES}
        for table, line, bundle_id in rows:
            found[table].append(_Arrival(staged_line(line), bundle_id))
        return {table: arrivals for table, arrivals in found.items() if arrivals}

    def _differs(self) -> bool:
        """Whether what the center has now, with held records in their places, is not what the station has."""
        held = self._held_lines()
        for table in _TABLES:
            waiting = {arrival.line.id: arrival.line for arrival in held.get(table, [])}
            total = TableSum()
            for row_id, fields in stored_rows(self._connection, shapes()[table], self._station):
                if row_id not in waiting:
                    total.add(row_digest(table, row_id, fields))
            for line in waiting.values():
                if not line.deleted:
                    total.add(line.digest)
            told = self._bundle.manifest.digest.get(table)  # absent: an older version, which has no such table
            if total.value() != (told.model_dump() if told else TableSum().value()):
                return True
        return False

    def _many(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        if rows:
            self._connection.exec_driver_sql(sql, rows)


def _row(shape: Shape, line: Line) -> tuple[object, ...]:
    return line.id, *map(line.fields.get, shape.columns)


def _held(shape: Shape, arrival: _Arrival, station: str, problem: Problem) -> tuple[object, ...]:
    line, (reason, column) = arrival.line, problem
    child = line.id if shape.child == "id" else line.fields.get(shape.child or "")
    return line.table, line.id, station, reason, column, child, line.text(), arrival.bundle_id


def _size(held: dict[str, list[_Arrival]]) -> int:
    return sum(len(arrivals) for arrivals in held.values())
