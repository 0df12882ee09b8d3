"""Where the exchange stands, at a station and at the center."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlmodel import col, func, select

from zhaohu.records import Child
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import HeldRow, Peer
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.exporting import Pending, pending
from zhaohu.services.exchange.reports import HeldRecord, held_records
from zhaohu.sync import importing


@dataclass(frozen=True, slots=True)
class StationState:
    """At the center: where the exchange with one station stands."""

    code: str
    name: str
    status: str
    last_no: int
    last_received: str | None
    last_made: str | None
    children: int
    held: int
    differs: bool


@dataclass(frozen=True, slots=True)
class ExchangeStatus:
    """`pending` at a station, `stations` at the center; `held` at both."""

    pending: Pending | None
    stations: list[StationState]
    held: list[HeldRecord]


def status(desk: Desk) -> ExchangeStatus:
    """Where the exchange stands. Any role."""
    desk.require(*Role)
    center = desk.site.kind is SiteKind.CENTER
    stations: list[StationState] = []
    with desk.read() as session:
        for peer in session.exec(select(Peer).order_by(col(Peer.code))) if center else ():
            last = importing.cursor(session, peer.code)
            children = select(func.count()).where(Child.owner == peer.code, col(Child.deleted_at).is_(None))
            held = select(func.count()).select_from(HeldRow).where(HeldRow.station == peer.code)
            stations.append(
                StationState(
                    peer.code,
                    peer.name,
                    peer.status,
                    last.no if last else 0,
                    last.received_at if last else None,
                    last.made_at if last else None,
                    session.exec(children).one(),
                    session.exec(held).one(),
                    last is not None and bool(json.loads(last.result)["differs"]),
                )
            )
        held_rows = held_records(session)
    return ExchangeStatus(None if center else pending(desk), stations, held_rows)
