"""Children on their way, at a station: offers that wait for a person, what the center decided, taking a record over.

Rows keep their ids. Household and caregivers become the station's own rows, with ids that follow from the old ones: so
a record that is taken a second time after a restore makes no second family.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.i18n import _
from zhaohu.records import Transfer, TransferAnswer
from zhaohu.records.exchange import Handover, Offer
from zhaohu.store.audit import canonical_json
from zhaohu.sync import parting
from zhaohu.sync.offers import (
    ACCEPTED,
    CANCELLED,
    HANDOVER,
    OFFER,
    OFFERED,
    REFUSED,
    TRAVELLING,
    WITHDRAWING,
)
from zhaohu.sync.packet_lines import HANDOVER_PARTS, check_offer
from zhaohu.sync.refusals import refusal
from zhaohu.sync.rows import row_digest, shapes
from zhaohu.sync.scratch import Scratch


@dataclass(slots=True)
class Told:
    """What a packet told of children on their way: new offers, children handed over, children that stay."""

    offered: int = 0
    handed_over: int = 0
    stays: int = 0


def take(session: Session, scratch: Scratch, station: str, stamp: str) -> Told:
    """Take what a packet tells of children on their way; call it once the rows that come back are in."""
    told = Told()
    offers: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(scratch, OFFER):
        offers.setdefault(line["transfer"], []).append(line)
    for transfer_id, some in offers.items():
        told.offered += _keep_offer(session, transfer_id, some, station, stamp)
    for line in _lines(scratch, HANDOVER):
        _heed(session, line, station, told, stamp)
    session.flush()
    parting.part(session, station)
    _strike_out(session, station)
    return told


def _lines(scratch: Scratch, table: str) -> list[dict[str, Any]]:
    return [json.loads(content) for batch in scratch.lines(table) for _row_id, content in batch]


def answer_of(session: Session, transfer_id: str, station: str) -> TransferAnswer | None:
    """What this station answered to an offer, if it holds."""
    query = select(TransferAnswer).where(
        TransferAnswer.transfer_id == transfer_id,
        TransferAnswer.owner == station,
        col(TransferAnswer.deleted_at).is_(None),
    )
    return session.exec(query).first()


def _keep_offer(session: Session, transfer_id: str, some: list[dict[str, Any]], station: str, stamp: str) -> int:
    """Keep an offer as it is now; 1 when it is new."""
    if answer_of(session, transfer_id, station) is not None:
        return 0
    known = session.get(Offer, transfer_id)
    check_offer(some, transfer_id)
    content = canonical_json([{"name": one["name"], "id": one["id"], "fields": one["fields"]} for one in some])
    if known is not None:
        known.content = content
        session.add(known)
        return 0
    session.add(
        Offer(
            transfer_id=transfer_id,
            child_id=some[0]["child"],
            from_station=some[0]["from"],
            content=content,
            arrived_at=stamp,
        )
    )
    return 1


def _heed(session: Session, line: dict[str, Any], station: str, told: Told, stamp: str) -> None:
    """Act on how a hand-over stands; what was heard before is only repeated."""
    known = session.get(Handover, line["transfer"])
    is_news = known is None or known.state != line["state"]
    if line["from"] == station:
        _heed_giving(session, line, station, told, is_news)
    else:
        _heed_taking(session, line, station, told, stamp, is_news=is_news)
    names = {"transfer": "transfer_id", "child": "child_id", "from": "from_station", "to": "to_station"}
    values = {names.get(name, name): line[name] for name in HANDOVER_PARTS if name != "owner"}
    session.merge(Handover(**values))


def _heed_giving(session: Session, line: dict[str, Any], station: str, told: Told, is_news: bool) -> None:
    transfer = session.get(Transfer, line["transfer"])
    day = date.fromisoformat(line["at"][:10])
    open_ = transfer is not None and transfer.handed_over_on is None and transfer.cancelled_on is None
    if line["state"] == ACCEPTED:
        if is_news and parting.owns(session, line["child"], station) and line["owner"] not in ("", station):
            parting.note(session, line["child"], line["owner"])
            told.handed_over += 1
        if transfer is not None and transfer.handed_over_on is None:
            transfer.handed_over_on = day
            session.add(transfer)
    elif line["state"] in (CANCELLED, REFUSED) and open_:
        assert transfer is not None
        transfer.cancelled_on = day
        transfer.cancelled_reason = _why(transfer, line)
        session.add(transfer)
        told.stays += 1


def _why(transfer: Transfer, line: dict[str, Any]) -> str:
    if line["state"] == CANCELLED:
        return transfer.asked_back_reason or line["reason"] or _("The center called the release off.")
    return _("The other station did not take the child: {reason}").format(reason=line["reason"])[:200]


def _heed_taking(
    session: Session, line: dict[str, Any], station: str, told: Told, stamp: str, *, is_news: bool
) -> None:
    if line["state"] == OFFERED:
        return
    offer = session.get(Offer, line["transfer"])
    if offer is not None:
        session.delete(offer)
    answer = answer_of(session, line["transfer"], station)
    if line["state"] == WITHDRAWING and answer is None:
        session.add(_let_go(line, station, stamp))
    if line["state"] not in (CANCELLED, REFUSED) or answer is None or not answer.accepted:
        return
    if parting.owns(session, line["child"], station) and line["owner"] not in ("", station):
        parting.note(session, line["child"], line["owner"])
        told.stays += is_news


def _strike_out(session: Session, station: str) -> None:
    """A child was taken after its release had been called off: once it is given away, the answer does not hold."""
    query = select(TransferAnswer, Handover).where(
        TransferAnswer.transfer_id == Handover.transfer_id,
        TransferAnswer.owner == station,
        TransferAnswer.accepted,
        col(TransferAnswer.deleted_at).is_(None),
        col(Handover.state).in_((CANCELLED, REFUSED)),
        Handover.to_station == station,
    )
    for answer, token in session.exec(query).all():
        if parting.waits(session, token.child_id):
            continue
        answer.deleted_at, answer.deleted_by = token.at, token.from_station
        answer.deleted_reason = _("The release had been called off before.")
        session.add(answer)
    session.flush()


def _let_go(line: dict[str, Any], station: str, stamp: str) -> TransferAnswer:
    """The answer to a withdrawal, so that there is something for the next bundle to say: the child was not taken."""
    return TransferAnswer.model_validate(
        {
            "id": own_id(station, line["transfer"]),
            "owner": station,
            "recorded_at": stamp,
            "recorded_by": station,
            "transfer_id": line["transfer"],
            "child_id": line["child"],
            "accepted": False,
            "answered_on": date.fromisoformat(stamp[:10]),
            "reason": _("The release was called off."),
        }
    )


def own_id(station: str, former_id: str) -> str:
    """The id of a station's own row that stands for another station's."""
    return str(uuid.uuid5(uuid.UUID(former_id), station))


def adopt(session: Session, rows: Iterable[dict[str, Any]], station: str, changed: dict[str, object]) -> int:
    """Make the travelling rows of an offer this station's own; returns how many.

    Args:
        session: The open transaction.
        rows: Of the offer: `name`, `id`, `fields`.
        station: Code of this station.
        changed: What is other on the child itself: its household, where it came from.

    Raises:
        Refused: `damaged`: it would overwrite this station's own rows of another child.
    """
    found = {table: [row for row in rows if row["name"] == table] for table in TRAVELLING}
    run = session.connection().exec_driver_sql
    session.flush()
    run("PRAGMA defer_foreign_keys = ON")  # a correction may come before the visit that it replaces
    child_id = found["child"][0]["id"]
    parting.forget(session, child_id)
    for table in reversed(TRAVELLING):  # what was here to look at, and is not in the record any more
        kept = json.dumps([row["id"] for row in found[table]])
        run(
            f"DELETE FROM {table} WHERE {shapes()[table].child} = ? AND owner <> ? "  # noqa: S608 - our names
            "AND id NOT IN (SELECT value FROM json_each(?))",
            (child_id, station, kept),
        )
        strangers = run(
            f"SELECT 1 FROM {table} WHERE {shapes()[table].child} <> ? AND owner = ? "  # noqa: S608 - our names
            "AND id IN (SELECT value FROM json_each(?))",
            (child_id, station, kept),
        )
        if strangers.first() is not None:  # no true record of one child holds rows of another
            raise refusal("damaged")
    for table, some in found.items():
        for row in some:
            _put(session, table, row, station, changed if table == "child" else {})
    session.flush()
    session.expire_all()
    session.info["touched"] |= set(TRAVELLING)
    return sum(map(len, found.values()))


def _put(session: Session, table: str, row: dict[str, Any], station: str, changed: dict[str, object]) -> None:
    shape = shapes()[table]
    digest = row_digest(table, row["id"], canonical_json(row["fields"]))
    fields = {**row["fields"], "owner": station, **changed}
    if table == "visit" and fields.setdefault("numbered_by", row["fields"]["owner"]) == station:
        del fields["numbered_by"]
    names = ", ".join(f'"{name}"' for name in ("id", *shape.columns))
    new = ", ".join(f'"{name}" = excluded."{name}"' for name in shape.columns)
    run = session.connection().exec_driver_sql
    run(
        f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * (len(shape.columns) + 1))}) "  # noqa: S608
        f"ON CONFLICT (id) DO UPDATE SET {new}",
        (row["id"], *(fields.get(name) for name in shape.columns)),
    )
    run("UPDATE journal SET was = ? WHERE table_name = ? AND row_id = ?", (digest, table, row["id"]))
