"""The center as the station's off-site backup, at the center: what a station lost goes back to it.

The first snapshot of a new life shows what the station lacks or has in an older version. Packets bring that as `=back`
lines, each with the hash of what the station has (`was`). Of a record that was changed both in the life that was lost
and in the new one, the new word counts, and the lost version goes back to be compared by a person.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection
from sqlmodel import Session, col, func, select

from zhaohu.records import STATION_TABLES
from zhaohu.records.exchange import BranchRow, HeldRow, Peer, ReceivedBundle
from zhaohu.sync import chosen, copies
from zhaohu.sync.checking import NOT_OWNER
from zhaohu.sync.copies import BRANCH, DIVERGED, GIVE_BACK, HANDED_OVER, TAKEN
from zhaohu.sync.current import Current, as_owner_s, digest, set_apart
from zhaohu.sync.importing import Staged
from zhaohu.sync.rows import Line, Shape, fields_json, row_digest, shapes, staged_line
from zhaohu.sync.scratch import Scratch

BACK = "=back"
_TABLES = tuple(str(record.__tablename__) for record in STATION_TABLES)
_BATCH = 2000
_NONE = ""
"""Stands for the hash of a record that is not there."""


def note(session: Session, bundle: Staged, scratch: Scratch, received: ReceivedBundle) -> None:
    """Note what the station lacks, once its lines are applied and before digests are compared.

    Also brings the peer up to date: its PC, its schema, and what it has read when its life is new.
    """
    manifest, station = bundle.manifest, bundle.station
    peer = session.get_one(Peer, station)
    before = _bundles_before(session, received)
    if manifest.sender.epoch not in before:
        peer.packets_seen = manifest.receipts_seen  # what it read after its backup was made must be told again
        copies.unread(session, station, manifest.receipts_seen)
        peer.any_life = False
    peer.machine = manifest.machine or peer.machine
    peer.schema_no = manifest.schema_no
    session.add(peer)
    unsure = chosen.unsure_life(session, manifest)
    chosen.taken_in(session, manifest)
    if manifest.receipts_seen <= peer.packet_no:  # else it read what this center, restored since, had written before
        copies.heard(session, station, manifest.receipts_seen)
    comparing = _Comparing(session, bundle, received, first=manifest.sender.epoch not in before, unsure=unsure)
    if manifest.kind == "full" and before:
        comparing.all(scratch)
    else:
        comparing.noted(scratch)


def _bundles_before(session: Session, received: ReceivedBundle) -> dict[str, int]:
    """How many bundles of each life of the station were taken in before."""
    query = select(ReceivedBundle.epoch, func.count()).where(
        ReceivedBundle.station == received.station, ReceivedBundle.sequence < received.sequence
    )
    return dict(session.exec(query.group_by(ReceivedBundle.epoch)).all())


class _Comparing:
    """Compares what the center has of a station with what its bundle says; both come sorted by id.

    What is held because it is another's, or names another's, is what the station has until a snapshot is without it.
    """

    def __init__(self, session: Session, bundle: Staged, received: ReceivedBundle, *, first: bool, unsure: str) -> None:
        self._session = session
        self._first = first
        self._unsure = unsure
        self._current = Current(session, bundle.station)
        self._connection = session.connection()
        self._station = bundle.station
        self._parents = {life.epoch: life.seq for life in bundle.manifest.parents}
        self._sequence = received.sequence
        query = select(HeldRow).where(HeldRow.station == bundle.station, HeldRow.reason == NOT_OWNER)
        # As the tables have them now: whoever read them before may have found others.
        found = session.exec(query.execution_options(populate_existing=True)).all()
        self._others = {(held.table_name, held.row_id): held for held in found}
        lines = [*self._current.held.values(), *(staged_line(held.line) for held in found)]
        self._held = {(line.table, line.id): _NONE if line.deleted else line.digest for line in lines}
        self._noted = copies.reasons(session, self._station)
        self._notes: list[copies.Note] = []

    def all(self, scratch: Scratch) -> None:
        """Compare everything with a snapshot."""
        for table in _TABLES:
            self._table(shapes()[table], scratch)
            self._keep()

    def noted(self, scratch: Scratch) -> None:
        """Compare only what is noted already and has come in a new version."""
        for table in {table for table, _row_id in self._noted}:
            for line in _lines(scratch, table):
                if (table, line.id) in self._noted:
                    here = self._current.fields(table, line.id)
                    self._judge(shapes()[table], line.id, digest(table, line.id, here), line)
        self._keep()

    def _keep(self) -> None:
        copies.put_all(self._session, self._station, self._notes)
        self._notes.clear()

    def _table(self, shape: Shape, scratch: Scratch) -> None:
        """Walk along both; held records that are not in the table stand apart."""
        apart = {row_id for table, row_id in self._held if table == shape.name}
        lines, rows = _lines(scratch, shape.name), _rows(self._connection, shape, self._station)
        line, row = next(lines, None), next(rows, None)
        while line is not None or row is not None:
            if line is None or (row is not None and row[0] < line.id):
                assert row is not None
                row_id, here, theirs = row[0], row[1], None
            else:
                row_id, here, theirs = line.id, row[1] if row is not None and row[0] == line.id else _NONE, line
            if row is not None and row[0] == row_id:
                row = next(rows, None)
            if theirs is not None:
                line = next(lines, None)
            apart.discard(row_id)
            self._judge(shape, row_id, here, theirs)
        for row_id in apart:
            self._judge(shape, row_id, _NONE, None)

    def _judge(self, shape: Shape, row_id: str, here: str, line: Line | None) -> None:
        place = shape.name, row_id
        theirs = _NONE if line is None or line.deleted else line.digest
        if place in self._others and (line is None or theirs != self._held[place]):
            set_apart(self._session, self._others[place])
        else:
            here = self._held.get(place, here)
        reason = self._noted.get(place)
        if here == theirs:
            # Once the station has read what was told of a record, it knows what its new word replaces.
            lost = self._lost(line) if line is not None and (self._first or reason is not None) else None
            if lost is not None:
                self._notes.append((shape.name, row_id, lost, DIVERGED))
            elif reason in (GIVE_BACK, HANDED_OVER):
                copies.drop(self._session, self._station, shape.name, row_id)
            return
        if here == _NONE and self._belongs_elsewhere(shape, row_id):
            self._notes.append((shape.name, row_id, theirs, HANDED_OVER))
        else:
            self._notes.append((shape.name, row_id, theirs, GIVE_BACK))

    def _belongs_elsewhere(self, shape: Shape, row_id: str) -> bool:
        found = self._connection.exec_driver_sql(
            f"SELECT 1 FROM {shape.name} WHERE id = ? AND owner <> ?",  # noqa: S608 - names are our own
            (row_id, self._station),
        )
        return found.first() is not None

    def _lost(self, line: Line) -> str | None:
        """Hash of the version that was current before this bundle brought a newer one which does not know of it."""
        if not self._parents or line.was == line.digest:
            return None
        versions = self._connection.exec_driver_sql(
            "SELECT epoch, seq, sequence, digest FROM record_version WHERE table_name = ? AND row_id = ? "
            "ORDER BY sequence DESC, rev DESC",
            (line.table, line.id),
        ).all()
        if not versions or versions[0][2] != self._sequence:
            return None
        former = next((version for version in versions if version[2] != self._sequence), None)
        if former is None:
            return None
        epoch, seq, _sequence, digest = former
        known = epoch != self._unsure and (epoch == line.epoch or seq <= self._parents.get(epoch, -1))
        return None if known or digest in (line.was, line.digest) else str(digest)


def lines(session: Session, peer: Peer) -> Iterator[dict[str, Any]]:
    """What a station's packet brings back, parents first; nothing where the two agree by now."""
    current, first_told = Current(session, peer.code), copies.packets(session, peer.code)
    for reason in (GIVE_BACK, DIVERGED, BRANCH):
        notes = sorted(copies.of(session, peer.code, reason), key=lambda note: (_TABLES.index(note[0]), note[1]))
        if reason == GIVE_BACK:
            yield from _given_away(session, peer.code, current, notes)
        for table, row_id, noted in notes:
            told = here = current.fields(table, row_id)
            was = noted if reason == GIVE_BACK else digest(table, row_id, here)
            if reason == BRANCH:
                told = _taken(session, peer.code, table, row_id, here)
            elif reason == DIVERGED:
                told = _version(session, table, row_id, noted, here)
                was = noted  # nobody has it: it replaces nothing, and is only kept beside
            if reason == DIVERGED or digest(table, row_id, told) != was:
                yield {
                    "table": BACK,
                    "name": table,
                    "id": row_id,
                    "deleted": told is None,
                    "fields": json.loads(told or "{}"),
                    "was": was,
                    "packet": first_told.get((table, row_id), peer.packet_no),
                    "why": reason,
                }


def _given_away(
    session: Session, station: str, current: Current, notes: list[tuple[str, str, str]]
) -> Iterator[dict[str, Any]]:
    """Children of other stations on whom lost records hang, as this station had them: to look at, as before."""
    lost = [current.fields(table, row_id) for table, row_id, noted in notes if not noted]
    hung_on = {json.loads(fields).get("child_id") for fields in lost if fields is not None}
    rows = session.connection().exec_driver_sql(
        "SELECT c.id, c.owner, v.fields FROM child c JOIN record_version v ON v.table_name = 'child' "
        "AND v.row_id = c.id AND v.station = ? AND NOT v.deleted "
        "WHERE c.owner <> ? AND c.id IN (SELECT value FROM json_each(?)) ORDER BY v.sequence, v.rev",
        (station, station, json.dumps(sorted(filter(None, hung_on)))),
    )
    for child_id, (owner, fields) in {row[0]: row[1:] for row in rows}.items():
        yield {
            "table": BACK,
            "name": "child",
            "id": child_id,
            "deleted": False,
            "fields": {**json.loads(fields), "owner": owner},
            "was": _NONE,
            "packet": 0,
            "why": GIVE_BACK,
        }


def _rows(connection: Connection, shape: Shape, station: str) -> Iterator[tuple[str, str]]:
    """Id and hash of every record of a table that a station owns, by id."""
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    rows = connection.exec_driver_sql(
        f"SELECT id, {columns} FROM {shape.name} WHERE owner = ? ORDER BY id",  # noqa: S608 - names are our own
        (station,),
    )
    while batch := rows.fetchmany(_BATCH):
        for row in batch:
            yield row[0], row_digest(shape.name, row[0], fields_json(shape, tuple(row[1:])))


def _lines(scratch: Scratch, table: str) -> Iterator[Line]:
    for batch in scratch.lines(table):
        for _row_id, content in batch:
            yield staged_line(content)


def _version(session: Session, table: str, row_id: str, noted: str, here: str | None) -> str | None:
    """Fields of a version that was current once; `here` when its import was undone since."""
    found = session.connection().exec_driver_sql(
        "SELECT deleted, fields FROM record_version WHERE table_name = ? AND row_id = ? AND digest = ?",
        (table, row_id, noted),
    )
    row = found.first()
    if row is None:
        return here
    return None if row[0] else str(row[1])


def _taken(session: Session, station: str, table: str, row_id: str, here: str | None) -> str | None:
    """Fields of the version that a person took last from a copy."""
    query = select(BranchRow).where(
        BranchRow.table_name == table, BranchRow.row_id == row_id, BranchRow.decided == TAKEN
    )
    row = session.exec(query.order_by(col(BranchRow.decided_at).desc())).first()
    return here if row is None else as_owner_s(session, row, station, here)
