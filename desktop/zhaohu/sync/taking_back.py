"""At the station: records that the center brings back go in where the station has done nothing else since.

A record that was edited, or taken away, here meanwhile stays as it is; the center's version is kept beside it until a
person has compared the two.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session

from zhaohu.errors import Refused
from zhaohu.records import STATION_TABLES
from zhaohu.records.exchange import KeptVersion
from zhaohu.store.audit import canonical_json
from zhaohu.sync import marks
from zhaohu.sync.copies import BRANCH, TAKEN
from zhaohu.sync.give_back import BACK
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import Shape, fields_json, row_digest, shapes
from zhaohu.sync.scratch import Scratch

_TABLES = tuple(str(record.__tablename__) for record in STATION_TABLES)


@dataclass(slots=True)
class Taken:
    """What became of the records that were brought back."""

    back: int = 0
    kept: int = 0


@dataclass(frozen=True, slots=True)
class _Back:
    """A record as the center has it; `fields` are None when it was deleted, `packet` is the first that brought it.

    `chosen`: a person took it from a copy.
    One that is not the station's `own` is a child that it had handed over: records that come back hang on it.
    """

    shape: Shape
    id: str
    fields: dict[str, Any] | None
    was: str
    own: bool
    packet: int
    chosen: bool

    @property
    def text(self) -> str:
        """The fields in canonical JSON; empty for a deleted record."""
        return "" if self.fields is None else canonical_json(self.fields)

    @property
    def digest(self) -> str:
        """Of the record as it is to be; empty for none."""
        return "" if self.fields is None else row_digest(self.shape.name, self.id, self.text)


def take(session: Session, scratch: Scratch, station: str, stamp: str) -> Taken:
    """Take the `=back` lines that a packet has laid into the scratch file.

    Raises:
        Refused: `damaged`: a line is not of a record of this station, nor of a child that it handed over.
    """
    return _Taking(session, stamp).run(_read(scratch, station))


def _read(scratch: Scratch, station: str) -> Iterator[_Back]:
    for batch in scratch.lines(BACK):
        for _row_id, content in batch:
            raw = json.loads(content)
            own = raw["deleted"] or raw["fields"].get("owner") == station
            if not (own or raw["name"] == "child"):
                raise refusal("damaged")
            fields = None if raw["deleted"] else raw["fields"]
            chosen = raw["why"] == BRANCH
            yield _Back(shapes()[raw["name"]], raw["id"], fields, raw["was"], own, raw["packet"], chosen)


class _Taking:
    def __init__(self, session: Session, stamp: str) -> None:
        self._session = session
        self._stamp = stamp
        self._taken = Taken()

    def run(self, backs: Iterable[_Back]) -> Taken:
        """Insert and replace parents first, take away children first; what fails is tried once more at the end."""
        gone: dict[str, list[_Back]] = defaultdict(list)
        again: list[_Back] = []
        for back in backs:
            if not self._wanted(back):
                continue
            if back.fields is None:
                gone[back.shape.name].append(back)
            elif not self._put(back):
                again.append(back)
        again += [back for table in reversed(_TABLES) for back in gone.get(table, ()) if not self._put(back)]
        for back in again:
            if not self._put(back) and back.own:
                self._keep(back)
        self._session.info["touched"] |= {*_TABLES, "kept_version"}
        self._session.flush()
        self._session.expire_all()
        return self._taken

    def _wanted(self, back: _Back) -> bool:
        """Whether the record is to be taken; one that was edited here is kept beside."""
        if not back.own:
            return own_fields(self._session, back.shape, back.id) is None
        known = self._session.get(KeptVersion, (back.shape.name, back.id))
        came_before = known is not None and known.fields == back.text
        if known is not None and came_before and back.packet <= (known.packet_no or 0):
            return False  # it is only repeated, and what was done or decided since is newer
        fields = own_fields(self._session, back.shape, back.id)
        here = "" if fields is None else row_digest(back.shape.name, back.id, fields)
        if here == back.digest:
            return False
        # A center that was restored tells anew what it has told; it has not heard of what was done here since, even
        # where that looks as it did before.
        edited = here != back.was or (came_before and self._waits(back))
        if edited and (back.chosen or not came_before):
            self._keep(back)
        return not edited

    def _waits(self, back: _Back) -> bool:
        """Whether the record was changed here since the center confirmed what it has."""
        base = marks.acknowledged(self._session)
        newer = self._session.connection().exec_driver_sql(
            "SELECT 1 FROM journal WHERE table_name = ? AND row_id = ? AND seq > ?",
            (back.shape.name, back.id, base.to_seq if base is not None else 0),
        )
        return newer.first() is not None

    def _put(self, back: _Back) -> bool:
        """Bring a record to what the center has; False when others stand in the way."""
        try:
            with self._session.begin_nested():
                put(self._session, back.shape, back.id, back.fields)
        except (IntegrityError, Refused):
            return False
        if not back.own:
            return True
        self._session.connection().exec_driver_sql(
            "UPDATE journal SET was = ? WHERE table_name = ? AND row_id = ?",
            (back.digest or row_digest(back.shape.name, back.id, "{}"), back.shape.name, back.id),
        )
        self._remember(back, decided=TAKEN)
        self._taken.back += 1
        return True

    def _keep(self, back: _Back) -> None:
        """Lay the center's version beside the own one, until a person has compared them."""
        self._remember(back, decided="")
        self._taken.kept += 1

    def _remember(self, back: _Back, decided: str) -> None:
        """Packets repeat what they bring back, and a restored center has forgotten what it told."""
        self._session.merge(
            KeptVersion(
                table_name=back.shape.name,
                row_id=back.id,
                fields=back.text,
                arrived_at=self._stamp,
                packet_no=back.packet,
                decided=decided,
                decided_at=self._stamp if decided else None,
                decided_by=None,
            )
        )
        self._session.flush()


def stand_by(session: Session, kept: KeptVersion) -> None:
    """The station's own word counts: it goes up as a new one, unless something in this life says so already.

    Else a record that is not here, or that was put back by a restore, would be given back again and again.
    """
    shape = shapes()[kept.table_name]
    run = session.connection().exec_driver_sql
    said = run(
        "SELECT 1 FROM journal JOIN change_counter USING (epoch) WHERE table_name = ? AND row_id = ?",
        (shape.name, kept.row_id),
    ).first()
    if said is not None:
        return
    run("UPDATE change_counter SET seq = seq + 1")
    run(
        "INSERT INTO journal (table_name, row_id, rev, epoch, seq, deleted, owned, was) "
        "SELECT ?, ?, 1, epoch, seq, ?, 1, ? FROM change_counter WHERE true "
        "ON CONFLICT (table_name, row_id) DO UPDATE SET rev = rev + 1, epoch = excluded.epoch, seq = excluded.seq, "
        "deleted = excluded.deleted, was = excluded.was",
        (
            shape.name,
            kept.row_id,
            own_fields(session, shape, kept.row_id) is None,
            row_digest(shape.name, kept.row_id, kept.fields or "{}"),
        ),
    )


def own_fields(session: Session, shape: Shape, row_id: str) -> str | None:
    """A record's fields as they are here, in canonical JSON; None when there is no such record."""
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    query = f"SELECT {columns} FROM {shape.name} WHERE id = ?"  # noqa: S608 - names are our own
    row = session.connection().exec_driver_sql(query, (row_id,)).first()
    return None if row is None else fields_json(shape, tuple(row))


def put(session: Session, shape: Shape, row_id: str, fields: dict[str, Any] | None) -> None:
    """Write a record of this station as it is to be, or take it away; the journal sees it.

    Raises:
        IntegrityError: Others hang on it, it hangs on what is not there, or its number is taken.
        Refused: `damaged`: it does not fit its table.
    """
    run = session.connection().exec_driver_sql
    if fields is None:
        run(f"DELETE FROM {shape.name} WHERE id = ?", (row_id,))  # noqa: S608 - names are our own
        return
    if not fields.keys() <= shape.names or shape.invalid_field(row_id, canonical_json(fields)) is not None:
        raise refusal("damaged")
    names = ["id", *shape.columns]
    columns = ", ".join(f'"{name}"' for name in names)
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in shape.columns)
    run(
        f"INSERT INTO {shape.name} ({columns}) VALUES ({', '.join('?' * len(names))}) "  # noqa: S608 - our names
        f"ON CONFLICT (id) DO UPDATE SET {changes}",
        (row_id, *map(fields.get, shape.columns)),
    )
