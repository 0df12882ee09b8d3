"""Putting a staged bundle into the center's tables, in the one transaction of its import.

Every version is appended and the current row moved. A record that cannot go in is held with the reason, and tried again
at each import: what it hangs on may have come.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from sqlalchemy import Connection
from sqlmodel import Session, func, select

from zhaohu.records import STATION_TABLES
from zhaohu.records.exchange import ReceivedBundle
from zhaohu.store.audit import canonical_json
from zhaohu.sync import chosen, contained, copies, give_back, handover
from zhaohu.sync.checking import NOT_OWNER, STILL_NEEDED, Checks, Problem, foreign, referenced
from zhaohu.sync.importing import Staged
from zhaohu.sync.rows import Line, Shape, TableSum, in_life, shapes, staged_line
from zhaohu.sync.scratch import Scratch
from zhaohu.sync.stored import stored_digests

_TABLES = tuple(str(record.__tablename__) for record in STATION_TABLES)
_HELD = ("table_name", "row_id", "station", "reason", "field", "child_id", "line", "bundle_id")
_GONE = "deleted "
"""Before a table's name: deletions wait in the scratch file until all that is new has gone in."""
_AT_ONCE, _BATCH_SIZE = 1000, 4 << 20
_PUT = """
INSERT INTO {table} (id, {columns}) SELECT value ->> '$.id', {values} FROM jsonb_each(CAST(? AS TEXT)) WHERE true
ON CONFLICT (id) DO UPDATE SET {changes}
"""
_APPEND = """
INSERT INTO record_version (table_name, row_id, epoch, rev, seq, deleted, fields, digest, bundle_id, diverged,
    sequence, station)
SELECT value ->> '$.line.table', value ->> '$.line.id', value ->> '$.line.epoch', value ->> '$.line.rev',
    value ->> '$.line.seq', value ->> '$.line.deleted', value -> '$.line.fields', value ->> '$.digest',
    value ->> '$.bundle', value ->> '$.diverged', ?, ?
FROM jsonb_each(CAST(? AS TEXT))
"""
"""Lines go in as they are, thousands in one statement: the driver is several times as slow with values one by one."""


@dataclass(slots=True)
class Outcome:
    """What an import did: per table how many `new`, `changed`, `unchanged`, `deleted`, `held`."""

    tables: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    differs: bool = False

    def value(self) -> dict[str, object]:
        """Plain values, as kept with the bundle."""
        return {"tables": {name: dict(counts) for name, counts in self.tables.items()}, "differs": self.differs}


class _Arrival(NamedTuple):
    """A line and the bundle that brought it."""

    line: Line
    bundle_id: str


def apply(session: Session, bundle: Staged, scratch: Scratch, received_at: str) -> ReceivedBundle:
    """Apply a bundle whose place is `new`.

    Raises:
        Refused: `forked`: a version with the same number but other content was received before.
    """
    applying = _Applying(session, bundle, scratch, received_at)
    applying.run()
    return applying.received


class _Applying:
    def __init__(self, session: Session, bundle: Staged, scratch: Scratch, received_at: str) -> None:
        manifest = bundle.manifest
        self._session = session
        self._connection = session.connection()
        self._bundle = bundle
        self._scratch = scratch
        self._station = bundle.station
        self._epoch, self._unsure = manifest.sender.epoch, chosen.unsure_life(session, manifest)
        self._restores = manifest.kind == "full"  # a snapshot also mends rows that should be here just so
        self._outcome = Outcome()
        sequence = session.exec(select(func.max(ReceivedBundle.sequence))).one() or 0
        self.received = ReceivedBundle(
            bundle_id=bundle.id,
            station=self._station,
            epoch=manifest.sender.epoch,
            no=manifest.no,
            kind=manifest.kind,
            chain=contained.hashes(manifest),
            from_seq=manifest.from_seq,
            to_seq=manifest.to_seq,
            made_at=manifest.made_at,
            received_at=received_at,
            result="",
            sequence=sequence + 1,
        )

    def run(self) -> None:
        session = self._session
        session.add(self.received)
        session.flush()
        handover.take_over(session, self._bundle, self._scratch, self.received.received_at)
        for table in _TABLES:
            for batch in self._scratch.lines(table):
                self._take(shapes()[table], [_Arrival(staged_line(text), self._bundle.id) for _id, text in batch])
        self._drop_all()
        self._retry()
        give_back.note(session, self._bundle, self._scratch, self.received)
        for table, number in self._count_held().items():
            self._outcome.tables[table]["held"] = number
        self._outcome.differs = self._differs()
        self.received.result = canonical_json(self._outcome.value())
        session.add(self.received)
        session.flush()
        session.info["touched"] |= {*_TABLES, "held_row", "record_version"}

    def _take(self, shape: Shape, arrivals: list[_Arrival]) -> None:
        """Apply some lines of one table, or hold them."""
        lines = [arrival.line for arrival in arrivals]
        check = Checks(self._connection, shape, lines, self._station, self._epoch)
        counts = self._outcome.tables[shape.name]
        rows, versions, held, done = [], [], [], []
        for arrival in self._of_own_life(arrivals, check):
            line = arrival.line
            word, diverged = check.history(line)
            if word == "behind":  # what is here stays; `differs` tells it
                counts["unchanged"] += 1
                continue
            if word == "unchanged":
                done.append(line.id)
                counts[word] += 1
                if self._restores and not line.deleted and check.problem(line) is None:
                    check.accept(line)
                    rows.append(line.data)
                continue
            if line.deleted:
                self._scratch.add_line(_GONE + shape.name, arrival.bundle_id, line.staged())
                continue
            problem = check.problem(line)
            if problem is not None:
                held.append(_held(shape, arrival, self._station, problem))
                continue
            check.accept(line)
            done.append(line.id)
            rows.append(line.data)
            versions.append(_version(arrival, diverged))
            counts[word] += 1
        put(self._connection, shape, rows)
        self._append(versions)
        self._hold(shape, held, done)

    def _of_own_life(self, arrivals: list[_Arrival], check: Checks) -> Iterator[_Arrival]:
        """Numbers of a life that was shared with another database tell nothing.

        What was changed there since the center confirmed it, and never came, is newer than whatever the other one made.
        """
        for line, bundle_id in arrivals:
            newer = line.epoch == self._unsure and line.was != line.digest and not check.has_come(line)
            yield _Arrival(in_life(line, self._epoch) if newer else line, bundle_id)

    def _append(self, versions: list[bytes]) -> None:
        self._connection.exec_driver_sql(_APPEND, (self.received.sequence, self._station, _array(versions)))

    def _hold(self, shape: Shape, held: list[tuple[object, ...]], done: list[str]) -> None:
        """Keep what could not go in; what has gone in is no longer held."""
        self._connection.exec_driver_sql(
            "DELETE FROM held_row WHERE table_name = ? AND station = ? AND row_id IN (SELECT value FROM json_each(?))",
            (shape.name, self._station, json.dumps(done)),
        )
        places = ", ".join("?" * len(_HELD))
        self._many(f"INSERT OR REPLACE INTO held_row ({', '.join(_HELD)}) VALUES ({places})", held)  # noqa: S608

    def _drop_all(self) -> None:
        """Take deleted records away, children before parents; one that others still need is held."""
        for table in reversed(_TABLES):
            for batch in self._scratch.lines(_GONE + table):
                self._drop(shapes()[table], [_Arrival(staged_line(text), bundle_id) for bundle_id, text in batch])
            self._scratch.drop(_GONE + table)

    def _drop(self, shape: Shape, arrivals: list[_Arrival]) -> None:
        ids = [arrival.line.id for arrival in arrivals]
        others = foreign(self._connection, shape, ids, self._station)
        kept = others | referenced(self._connection, shape.name, ids)
        gone = [arrival.line.id for arrival in arrivals if arrival.line.id not in kept]
        stay = [
            _held(shape, a, self._station, (NOT_OWNER if a.line.id in others else STILL_NEEDED, None))
            for a in arrivals
            if a.line.id in kept
        ]
        self._many(f"DELETE FROM {shape.name} WHERE id = ?", [(row_id,) for row_id in gone])  # noqa: S608 - our names
        self._append([_version(arrival, False) for arrival in arrivals if arrival.line.id not in kept])
        self._hold(shape, stay, gone)
        self._outcome.tables[shape.name]["deleted"] += len(gone)

    def _retry(self) -> None:
        """Try the station's held records again as long as that helps."""
        held = self._count_held()
        while held:
            for table in filter(held.get, _TABLES):
                for lines in self._held_lines(table):
                    self._take(shapes()[table], lines)
            self._drop_all()
            before, held = held, self._count_held()
            if held.total() == before.total():
                break

    def _count_held(self) -> Counter[str]:
        rows = self._connection.exec_driver_sql(
            "SELECT table_name, count(*) FROM held_row WHERE station = ? GROUP BY table_name", (self._station,)
        )
        return Counter(dict(rows.all()))

    def _held_lines(self, table: str) -> Iterator[list[_Arrival]]:
        """The station's held records of a table by id, some at a time; what is done with them is seen in between."""
        last = ""
        while batch := self._held_batch(table, last):
            yield batch
            last = batch[-1].line.id

    def _held_batch(self, table: str, after: str) -> list[_Arrival]:
        batch, size = [], 0
        rows = self._connection.exec_driver_sql(
            "SELECT line, bundle_id FROM held_row WHERE table_name = ? AND station = ? AND row_id > ? "
            "ORDER BY row_id LIMIT ?",
            (table, self._station, after, _AT_ONCE),
        )
        for line, bundle_id in rows:
            batch.append(_Arrival(staged_line(line), bundle_id))
            size += len(line)
            if size >= _BATCH_SIZE:
                break
        rows.close()
        return batch

    def _differs(self) -> bool:
        """Whether what the center has now, with held records in their places, is not what the station has."""
        known: dict[str, dict[str, str]] = defaultdict(dict)
        for (table, row_id), digest in copies.overrides(self._session, self._station).items():
            known[table][row_id] = digest
        for table in _TABLES:
            there = known[table]
            for lines in self._held_lines(table):
                there = {line.id: "" if line.deleted else line.digest for line, _bundle in lines} | there
            total = TableSum()
            for row_id, stored in stored_digests(self._connection, shapes()[table], self._station):
                if row_id not in there:
                    total.add(stored)
            for instead in filter(None, there.values()):
                total.add(instead)
            told = self._bundle.manifest.digest.get(table)  # absent: an older version, which has no such table
            if total.value() != (told.model_dump() if told else TableSum().value()):
                return True
        return False

    def _many(self, sql: str, rows: list[tuple[object, ...]]) -> None:
        if rows:
            self._connection.exec_driver_sql(sql, rows)


def put(connection: Connection, shape: Shape, lines: list[bytes]) -> None:
    """Put the fields of these lines into their table, in place of what was there."""
    sql = _PUT.format(
        table=shape.name,
        columns=", ".join(f'"{name}"' for name in shape.columns),
        values=", ".join(f"value ->> '$.fields.{name}'" for name in shape.columns),
        changes=", ".join(f'"{name}" = excluded."{name}"' for name in shape.columns),
    )
    connection.exec_driver_sql(sql, (_array(lines),))


def _array(texts: list[bytes]) -> bytes:
    return b"[%b]" % b",".join(texts)


def _version(arrival: _Arrival, diverged: bool) -> bytes:
    line, bundle_id = arrival
    told = f'"bundle":"{bundle_id}","digest":"{line.digest}","diverged":{int(diverged)}'
    return b'{"line":%b,%b}' % (line.data, told.encode("ascii"))


def _held(shape: Shape, arrival: _Arrival, station: str, problem: Problem) -> tuple[object, ...]:
    line, (reason, column) = arrival.line, problem
    child = line.id if shape.child == "id" else line.value(shape.child) if shape.child else None
    return line.table, line.id, station, reason, column, child, line.text(), arrival.bundle_id
