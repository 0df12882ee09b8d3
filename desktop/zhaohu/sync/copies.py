"""At the center: what a station has of a record where that is not what the center has, until the station was told.

A station's digest is compared with what the center knows it to have; and what it lacks goes into its packets again and
again until one of its bundles says that it has read one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal

from sqlmodel import Session

from zhaohu.records.exchange import Peer

Reason = Literal["give_back", "handed_over", "diverged", "branch"]
GIVE_BACK: Reason = "give_back"
"""The station lacks the record, or has an older version: it gets the center's."""
HANDED_OVER: Reason = "handed_over"
"""The station still counts a record that another site owns now."""
DIVERGED: Reason = "diverged"
"""Changed here and there after a restore: the station gets the other version, to be compared by a person."""
BRANCH: Reason = "branch"
"""A person took the version of a copy of the station's database: the station gets it."""

TAKEN, LEFT = "taken", "left"
"""What a person decides about a version that waits to be compared."""

_DIFFERENT = (GIVE_BACK, HANDED_OVER)
_COMPARED = (DIVERGED, BRANCH)
_READ = "*"
"""After the reason of a version that the station has read: a person compares it there, so it is kept for a restore."""
Note = tuple[str, str, str, Reason]
"""Table, id, hash and reason; see `put`."""


def put(session: Session, station: str, table: str, row_id: str, digest: str, reason: Reason) -> None:
    """Note a record; what was told of it already is told anew only if something about it is new.

    Args:
        session: At the center.
        station: Whose copy it is.
        table: Kind of record.
        row_id: Its id.
        digest: Of what the station has, empty when it has none. For `diverged` and `branch`, of the version that it is
            to get: there it has what the center has.
        reason: Why the two are not the same.
    """
    put_all(session, station, [(table, row_id, digest, reason)])


def put_all(session: Session, station: str, notes: Iterable[Note]) -> None:
    """Note many records at once."""
    rows = [(station, *note) for note in notes]
    if not rows:
        return
    session.flush()
    session.connection().exec_driver_sql(
        "INSERT INTO station_copy (station, table_name, row_id, digest, reason) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (station, table_name, row_id) "
        "DO UPDATE SET digest = excluded.digest, reason = excluded.reason, packet_no = NULL "
        "WHERE digest <> excluded.digest OR reason <> excluded.reason",
        rows,
    )
    session.info["touched"].add("station_copy")


def drop(session: Session, station: str, table: str, row_id: str) -> None:
    """The station has what the center has."""
    session.flush()
    session.connection().exec_driver_sql(
        "DELETE FROM station_copy WHERE station = ? AND table_name = ? AND row_id = ?", (station, table, row_id)
    )


def overrides(session: Session, station: str) -> dict[tuple[str, str], str]:
    """By table and id: the hash of what the station has where that is not what is here; empty when it has none."""
    found = (of(session, station, reason) for reason in _DIFFERENT)
    return {(table, row_id): digest for some in found for table, row_id, digest in some}


def reasons(session: Session, station: str) -> dict[tuple[str, str], Reason]:
    """By table and id: why a record is noted."""
    session.flush()
    rows = session.connection().exec_driver_sql(
        "SELECT table_name, row_id, reason FROM station_copy WHERE station = ? AND instr(reason, ?) = 0",
        (station, _READ),
    )
    return {(table, row_id): _reason(reason) for table, row_id, reason in rows}


def packets(session: Session, station: str) -> dict[tuple[str, str], int]:
    """By table and id: the first packet that told of it."""
    session.flush()
    rows = session.connection().exec_driver_sql(
        "SELECT table_name, row_id, packet_no FROM station_copy WHERE station = ? AND packet_no IS NOT NULL", (station,)
    )
    return {(table, row_id): no for table, row_id, no in rows}


def of(session: Session, station: str, reason: Reason) -> list[tuple[str, str, str]]:
    """Table, id and hash of what is noted of a station for one reason."""
    session.flush()
    rows = session.connection().exec_driver_sql(
        "SELECT table_name, row_id, digest FROM station_copy WHERE station = ? AND reason = ?", (station, reason)
    )
    return [(table, row_id, digest) for table, row_id, digest in rows]


def told(session: Session, peer: Peer) -> None:
    """All that is noted of a station stands in the packet that is being written."""
    session.flush()
    session.connection().exec_driver_sql(
        "UPDATE station_copy SET packet_no = ? WHERE station = ? AND packet_no IS NULL", (peer.packet_no, peer.code)
    )


def forget_told(session: Session, station: str) -> None:
    """Tell a station everything once more: this center was restored, and its packets since were not the ones read."""
    session.flush()
    session.connection().exec_driver_sql(
        f"UPDATE station_copy SET packet_no = NULL WHERE station = ? AND reason NOT IN ({_quoted(_COMPARED, _READ)})",  # noqa: S608
        (station,),
    )


def heard(session: Session, station: str, receipts_seen: int) -> None:
    """The station has read this packet, and so has all that was told in it or before."""
    session.flush()
    run = session.connection().exec_driver_sql
    place = (station, receipts_seen)
    run(
        f"DELETE FROM station_copy WHERE station = ? AND packet_no <= ? AND reason IN ({_quoted(_DIFFERENT)})",  # noqa: S608
        place,
    )
    run(
        f"UPDATE station_copy SET reason = reason || '{_READ}' "  # noqa: S608 - names are our own
        f"WHERE station = ? AND packet_no <= ? AND reason IN ({_quoted(_COMPARED)})",
        place,
    )


def unread(session: Session, station: str, receipts_seen: int) -> None:
    """The station was put back to when it had read this packet: what a person compares there is told once more."""
    session.flush()
    session.connection().exec_driver_sql(
        f"UPDATE station_copy SET reason = replace(reason, '{_READ}', '') WHERE station = ? AND packet_no > ?",  # noqa: S608
        (station, receipts_seen),
    )


def _quoted(reasons: Iterable[str], mark: str = "") -> str:
    return ", ".join(f"'{reason}{mark}'" for reason in reasons)


def _reason(text: str) -> Reason:
    for known in (GIVE_BACK, HANDED_OVER, DIVERGED, BRANCH):
        if text == known:
            return known
    raise AssertionError(text)
