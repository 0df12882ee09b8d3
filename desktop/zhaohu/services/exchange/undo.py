"""Taking back the last import: records, versions, held records and decided hand-overs as they were before it.

Every version that was ever accepted stands in `record_version`; so a record is brought back by dropping the versions
that came with the import and writing what is the newest then. The stations are asked to send again what was in it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _
from zhaohu.records import STATION_TABLES
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Handover, Peer, ReceivedBundle
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import undo_notes
from zhaohu.services.exchange.folders import exchanging
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.sync import packets
from zhaohu.sync.offers import LIVE, TRAVELLING, unreleased
from zhaohu.sync.rows import shapes

LONGEST_REASON = 200
_TABLES = tuple(str(record.__tablename__) for record in STATION_TABLES)
_MANY = 2000


@dataclass(frozen=True, slots=True)
class TakenBundle:
    """A bundle that came with the last import."""

    station: str
    station_name: str
    no: int
    new: int
    changed: int
    deleted: int
    held: int


@dataclass(frozen=True, slots=True)
class LastImport:
    """The last import, as long as it is the last.

    Attributes:
        batch: Its id.
        at: When the first of its bundles was taken in.
        bundles: What came with it.
        blocked: Why it cannot be undone, in words; empty when it can.
    """

    batch: str
    at: str
    bundles: tuple[TakenBundle, ...]
    blocked: str

    @property
    def records(self) -> int:
        """All records that it changed."""
        return sum(one.new + one.changed + one.deleted for one in self.bundles)


def last_import(desk: Desk) -> LastImport | None:
    """The import that can be taken back; None when nothing was taken in. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        taken = _last(session)
        return _described(session, taken) if taken else None


def undo_last(desk: Desk, reason: str, batch: str = "") -> LastImport:
    """Take back the last import; its stations are asked to send again. Admin, at the center.

    Args:
        desk: Who asks.
        reason: Why; kept in the audit log.
        batch: The import that was shown; refused when another one is the last by now.

    Raises:
        BadInput: The reason is missing or too long.
        Refused: `nothing_to_undo`, `not_the_last`, `already_told`, `still_needed`, or the backup that is made first
            cannot be; nothing was changed.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        message = _("Say why, in at most {n} characters.").format(n=LONGEST_REASON)
        raise BadInput(message, code="bad_reason", field="reason")
    with exchanging(desk):
        with desk.read() as session:
            _to_undo(session, batch)
        create_backup(desk, Reason.IMPORT)
        with desk.write("bundle.undo", grade=False) as work:
            taken = _to_undo(work.session, batch)
            done = _described(work.session, taken)
            _undo(work.session, taken)
            work.note(batch=done.batch, reason=reason, stations=sorted({one.station for one in done.bundles}))
            work.note(numbers=[one.no for one in done.bundles], records=done.records)
    return done


def _last(session: Session) -> list[ReceivedBundle]:
    """The bundles of the newest import, in the order they came."""
    newest = session.exec(select(ReceivedBundle).order_by(col(ReceivedBundle.sequence).desc())).first()
    if newest is None or not newest.batch:
        return []
    query = select(ReceivedBundle).where(ReceivedBundle.batch == newest.batch)
    return list(session.exec(query.order_by(col(ReceivedBundle.sequence))))


def _to_undo(session: Session, batch: str) -> list[ReceivedBundle]:
    taken = _last(session)
    if not taken:
        raise Refused(_("There is no import that could be undone."), code="nothing_to_undo")
    if batch and taken[0].batch != batch:
        message = _("Another import has followed meanwhile. Look at it first; only the last one can be undone.")
        raise Refused(message, code="not_the_last")
    blocked = _blocked(session, taken)
    if blocked:
        raise Refused(blocked, code="already_told")
    return taken


def _blocked(session: Session, taken: Sequence[ReceivedBundle]) -> str:
    """Why the import cannot be undone; empty when it can."""
    if any(undo_notes.was_told(session, bundle.before) for bundle in taken) or _offered(session, taken):
        return _(
            "A child of this import is being handed over to another station, and a station has been told. The import "
            "cannot be undone any more: correct what is wrong at the station and import its next bundle."
        )
    return ""


def _offered(session: Session, taken: Sequence[ReceivedBundle]) -> bool:
    """Whether another station was sent the record of a child of the import, and may take it at any moment."""
    query = select(Handover).where(col(Handover.state).in_(LIVE), col(Handover.told_to).is_not(None))
    of_child = (
        "SELECT 1 FROM record_version WHERE sequence = ? AND station = ? "
        "AND (row_id IN (?, ?) OR fields ->> '$.child_id' = ?) LIMIT 1"
    )
    run = session.connection().exec_driver_sql
    return any(
        run(of_child, (one.sequence, row.from_station, row.transfer_id, row.child_id, row.child_id)).first() is not None
        for row in session.exec(query).all()
        for one in taken
    )


def _described(session: Session, taken: Sequence[ReceivedBundle]) -> LastImport:
    names = dict(session.exec(select(Peer.code, Peer.name)).all())
    bundles = []
    for bundle in taken:
        tables = json.loads(bundle.result)["tables"].values()
        sums = [sum(counts.get(word, 0) for counts in tables) for word in ("new", "changed", "deleted", "held")]
        bundles.append(TakenBundle(bundle.station, names.get(bundle.station, ""), bundle.no, *sums))
    return LastImport(taken[0].batch, taken[0].received_at, tuple(bundles), _blocked(session, taken))


def _undo(session: Session, taken: Sequence[ReceivedBundle]) -> None:
    connection = session.connection()
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")  # until the end rows may lack what they hang on
    affected = _affected(session, taken)
    for bundle in taken:
        connection.exec_driver_sql("DELETE FROM record_version WHERE sequence = ?", (bundle.sequence,))
    for table, ids in affected.items():
        _restore(session, table, ids)
    for bundle in reversed(taken):
        undo_notes.bring_back(session, bundle.before)
        session.delete(session.get_one(ReceivedBundle, bundle.bundle_id))
        session.flush()
    _leave_with_owner(session, affected)
    _forget_offers(session)
    for station in sorted({bundle.station for bundle in taken}):
        packets.note_gap(session, station, anew=True)
    if connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
        message = _("Something that was entered here since hangs on a record of this import. Remove it, then undo.")
        raise Refused(message, code="still_needed")
    session.info["touched"] |= {*_TABLES, "record_version", "held_row", "received_bundle"}


def _leave_with_owner(session: Session, affected: dict[str, set[str]]) -> None:
    """What was brought back from before a hand-over is its child's owner's now, like the child."""
    for table in TRAVELLING[1:]:
        child = shapes()[table].child
        session.connection().exec_driver_sql(
            f"UPDATE {table} SET owner = c.owner FROM child c WHERE c.id = {table}.{child} "  # noqa: S608 - our names
            f"AND c.owner <> {table}.owner AND {table}.id IN (SELECT value FROM json_each(?))",
            (json.dumps(sorted(affected.get(table, ()))),),
        )


def _forget_offers(session: Session) -> None:
    """An offer goes with its release; it can have been told only before this center was restored (see `_offered`).

    Whoever takes the child all the same is heard when the release has come once more.
    """
    for row in unreleased(session):
        session.delete(row)
    session.flush()


def _affected(session: Session, taken: Sequence[ReceivedBundle]) -> dict[str, set[str]]:
    """Ids of the records that came with the import, by table."""
    found: dict[str, set[str]] = defaultdict(set)
    for bundle in taken:
        rows = session.connection().exec_driver_sql(
            "SELECT table_name, row_id FROM record_version WHERE sequence = ?", (bundle.sequence,)
        )
        for table, row_id in rows:
            found[table].add(row_id)
    return found


def _restore(session: Session, table: str, row_ids: Collection[str]) -> None:
    """Bring rows to the newest version that is left; those without one go."""
    run, shape = session.connection().exec_driver_sql, shapes()[table]
    columns = ", ".join(f'"{name}"' for name in ("id", *shape.columns))
    places = ", ".join("?" * (len(shape.columns) + 1))
    ids = sorted(row_ids)
    for start in range(0, len(ids), _MANY):
        some = json.dumps(ids[start : start + _MANY])
        versions: dict[str, dict[str, Any] | None] = {}
        for row_id, deleted, fields in run(
            "SELECT row_id, deleted, fields FROM record_version WHERE table_name = ? "
            "AND row_id IN (SELECT value FROM json_each(?)) ORDER BY sequence, rev",
            (table, some),
        ):
            versions[row_id] = None if deleted else json.loads(fields)
        run(f"DELETE FROM {table} WHERE id IN (SELECT value FROM json_each(?))", (some,))  # noqa: S608 - our names
        rows = [(key, *map(fields.get, shape.columns)) for key, fields in versions.items() if fields is not None]
        if rows:
            run(f"INSERT INTO {table} ({columns}) VALUES ({places})", rows)  # noqa: S608 - our names
