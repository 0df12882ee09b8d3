"""What the center tells of children that are handed over: whole records that are offered, and how each one stands.

Every state is told in each packet until a bundle of the station says that it was read. An offer is made when the
release has come up and nothing of the child is held; then only an answer, or a withdrawal that was read, ends it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from sqlmodel import Session, col, or_, select

from zhaohu.records import Caregiver, Child, Household, Transfer, Village
from zhaohu.records.exchange import Handover, HeldRow, Peer
from zhaohu.sync.manifest import PACKET_TABLES_SINCE
from zhaohu.sync.rows import fields_json, shapes

OFFER, HANDOVER = "=offer", "=handover"
OFFERED, WITHDRAWING, ACCEPTED, REFUSED, CANCELLED = "offered", "withdrawing", "accepted", "refused", "cancelled"
LIVE = (OFFERED, WITHDRAWING)
TRAVELLING = (
    "child", "visit", "measurement", "status_change", "child_risk", "consent", "correction", "follow_up",
    "extra_contact", "attempt", "vaccination",
)  # fmt: skip
"""Tables whose rows go with their child, parents first."""

FAMILY = ("village", "household", "caregiver")
"""Tables that are told with an offer; the other station makes rows of its own from them."""


def forget_told(session: Session, station: str) -> None:
    """Tell a station everything once more: it was restored, or this center was."""
    for row in session.exec(select(Handover).where(Handover.from_station == station)):
        row.told_from = None
    for row in session.exec(select(Handover).where(Handover.to_station == station)):
        row.told_to = None
    session.flush()


def lines(session: Session, peer: Peer) -> Iterator[dict[str, Any]]:
    """What a station's packet tells of hand-overs: records that are offered to it, and how each one stands."""
    if 0 < peer.schema_no < PACKET_TABLES_SINCE[OFFER]:
        return
    _advance(session, peer)
    query = select(Handover).where(or_(Handover.from_station == peer.code, Handover.to_station == peer.code))
    for row in session.exec(query.order_by(col(Handover.transfer_id))).all():
        gives = row.from_station == peer.code
        told = row.told_from if gives else row.told_to
        if told is not None and told <= peer.packets_seen:
            continue
        if told is None:
            setattr(row, "told_from" if gives else "told_to", peer.packet_no)
            session.add(row)
        if row.state == OFFERED and not gives:
            yield from _record(session, row)
        yield {
            "table": HANDOVER,
            "transfer": row.transfer_id,
            "child": row.child_id,
            "from": row.from_station,
            "to": row.to_station,
            "state": row.state,
            "owner": owner_of(session, row.child_id),
            "at": row.at,
            "reason": row.reason,
        }
    session.flush()


def offer_hindrance(session: Session, transfer: Transfer) -> str:
    """Why a release cannot be offered yet: `held` (records of the child are kept aside), `moved`; empty when it can."""
    child = session.get(Child, transfer.child_id)
    if child is None or child.owner != transfer.owner or child.deleted_at is not None:
        return "moved"
    held = select(HeldRow.row_id).where(HeldRow.station == transfer.owner, HeldRow.child_id == child.id)
    return "held" if session.exec(held).first() is not None else ""


def _advance(session: Session, peer: Peer) -> None:
    """Bring the hand-overs from and to a station up to date with the releases that came up."""
    own_number = peer.code.partition("-")[2]
    query = select(Transfer).where(
        or_(Transfer.owner == peer.code, Transfer.to_station == own_number),
        col(Transfer.deleted_at).is_(None),
        col(Transfer.handed_over_on).is_(None),
    )
    for transfer in session.exec(query).all():
        row = session.get(Handover, transfer.id)
        withdrawn = transfer.asked_back_on is not None or transfer.cancelled_on is not None
        if row is None and withdrawn:
            if transfer.cancelled_on is None:
                session.add(new_token(transfer, CANCELLED, transfer.asked_back_reason or ""))
        elif row is None:
            if transfer.owner != peer.code and not offer_hindrance(session, transfer):
                session.add(new_token(transfer, OFFERED, ""))
        elif row.state in LIVE and withdrawn:
            _withdraw(session, row, transfer.asked_back_reason or "")
    for row in [*unreleased(session), *_moved(session)]:
        _withdraw(session, row, row.reason)
    session.flush()


def unreleased(session: Session) -> list[Handover]:
    """Offers whose release its station took away: there is nothing left that could be offered."""
    released = select(Transfer.id).where(Transfer.id == Handover.transfer_id).exists()
    return list(session.exec(select(Handover).where(col(Handover.state).in_(LIVE), ~released)))


def _moved(session: Session) -> list[Handover]:
    """Offers of a child that is another station's by now: its record is not there to be told."""
    own = select(Child.id).where(Child.id == Handover.child_id, Child.owner == Handover.from_station).exists()
    return list(session.exec(select(Handover).where(Handover.state == OFFERED, ~own)))


def _withdraw(session: Session, row: Handover, reason: str) -> None:
    """An offer ends when the other station has read that it was withdrawn; at once when nobody is there to read it."""
    other = session.get(Peer, row.to_station)
    nobody = other is None or other.status == "revoked"
    if nobody or row.state == OFFERED:
        decide(row, CANCELLED if nobody else WITHDRAWING, row.at, reason)


def new_token(transfer: Transfer, state: str, reason: str) -> Handover:
    """The center's word on a release."""
    district = transfer.owner.partition("-")[0]
    return Handover(
        transfer_id=transfer.id,
        child_id=transfer.child_id,
        from_station=transfer.owner,
        to_station=f"{district}-{transfer.to_station}",
        state=state,
        at=transfer.recorded_at,
        reason=reason,
    )


def decide(row: Handover, state: str, at: str, reason: str) -> None:
    """Both stations are told of the new state."""
    row.state, row.at, row.reason = state, at, reason
    row.told_from = row.told_to = None


def owner_of(session: Session, child_id: str) -> str:
    """Whose a child is; empty when it is not known here."""
    return session.exec(select(Child.owner).where(Child.id == child_id)).first() or ""


def _record(session: Session, row: Handover) -> Iterator[dict[str, Any]]:
    """A child's whole record, parents first, with its release and its family."""
    session.flush()
    transfer, child = session.get_one(Transfer, row.transfer_id), session.get_one(Child, row.child_id)
    household = session.get_one(Household, child.household_id)
    carers = session.exec(select(Caregiver.id).where(Caregiver.household_id == household.id))
    ids = {
        "transfer": [transfer.id],
        str(Village.__tablename__): [household.village_id] if household.village_id else [],
        str(Household.__tablename__): [household.id],
        str(Caregiver.__tablename__): list(carers),
    }
    found = [(table, row_id, fields) for table, some in ids.items() for row_id, fields in stored(session, table, some)]
    for table in TRAVELLING:
        some = ids_of(session, table, row.child_id, row.from_station)
        found += [(table, row_id, fields) for row_id, fields in stored(session, table, some)]
    for table, row_id, fields in found:
        yield {
            "table": OFFER,
            "transfer": row.transfer_id,
            "child": row.child_id,
            "from": row.from_station,
            "name": table,
            "id": row_id,
            "fields": json.loads(fields),
        }


def ids_of(session: Session, table: str, child_id: str, owner: str) -> list[str]:
    """Rows of a travelling table that hang on a child and belong to a site."""
    rows = session.connection().exec_driver_sql(
        f"SELECT id FROM {table} WHERE {shapes()[table].child} = ? AND owner = ? ORDER BY id",  # noqa: S608 - our names
        (child_id, owner),
    )
    return [row[0] for row in rows]


def give(session: Session, table: str, ids: list[str], to: str) -> None:
    """Change whose some rows of a travelling table are; visits keep the number that was printed on them."""
    number = "numbered_by = nullif(ifnull(numbered_by, owner), ?1), " if table == "visit" else ""
    session.connection().exec_driver_sql(
        f"UPDATE {table} SET {number}owner = ?1 WHERE id IN (SELECT value FROM json_each(?2))",  # noqa: S608
        (to, json.dumps(ids)),
    )


def stored(session: Session, table: str, ids: list[str]) -> list[tuple[str, str]]:
    """Ids and fields (canonical JSON) of some rows."""
    shape = shapes()[table]
    columns = ", ".join(f'"{name}"' for name in shape.columns)
    rows = session.connection().exec_driver_sql(
        f"SELECT id, {columns} FROM {table} WHERE id IN (SELECT value FROM json_each(?)) ORDER BY id",  # noqa: S608
        (json.dumps(ids),),
    )
    return [(row[0], fields_json(shape, tuple(row[1:]))) for row in rows]
