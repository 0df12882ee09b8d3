"""All children on their way between stations, and those who went: how each hand-over stands, at both sites."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.i18n import N_, _
from zhaohu.records import Child, Transfer, TransferAnswer
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Handover, Offer
from zhaohu.services.desk import Desk
from zhaohu.services.register.lookup import station_name
from zhaohu.sync import offers

_READERS = tuple(Role)


class Stage(StrEnum):
    """How far a hand-over is."""

    RELEASED = "released"
    HELD = "held"
    OFFERED = "offered"
    TAKEN = "taken"
    ASKED_BACK = "asked_back"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    CANCELLED = "cancelled"


OPEN = (Stage.RELEASED, Stage.HELD, Stage.OFFERED, Stage.TAKEN, Stage.ASKED_BACK)
"""Stages after which something is still to come."""

_WORDS = {
    Stage.RELEASED: N_("Released; not offered yet"),
    Stage.HELD: N_("Not offered: records of the child are kept aside at the center"),
    Stage.OFFERED: N_("Offered; the other station has not answered"),
    Stage.TAKEN: N_("Taken over; the center has not confirmed it yet"),
    Stage.ASKED_BACK: N_("Asked back; the center has not decided yet"),
    Stage.ACCEPTED: N_("Handed over"),
    Stage.REFUSED: N_("Refused by the other station"),
    Stage.CANCELLED: N_("Called off"),
}
_STAGES = {
    offers.OFFERED: Stage.OFFERED,
    offers.WITHDRAWING: Stage.ASKED_BACK,
    offers.ACCEPTED: Stage.ACCEPTED,
    offers.REFUSED: Stage.REFUSED,
    offers.CANCELLED: Stage.CANCELLED,
}


@dataclass(frozen=True, slots=True)
class HandoverRow:
    """A hand-over, as the lists of both stations and of the center show it.

    Attributes:
        child_name: Empty where this profile does not have the child.
        direction: `out` or `in` at a station; empty at the center.
        is_here: Whether the child's page can be opened in this profile.
        on: When it came to this stage, as far as this profile knows.
    """

    transfer_id: str
    child_id: str
    child_name: str
    from_station: str
    from_name: str
    to_station: str
    to_name: str
    direction: str
    released_on: date | None
    stage: Stage
    on: date | None
    reason: str
    is_here: bool

    @property
    def words(self) -> str:
        """The stage in words."""
        if self.stage is Stage.OFFERED and self.direction == "in":
            return _("Waits to be taken over or refused here")
        return _(_WORDS[self.stage])

    @property
    def is_open(self) -> bool:
        """Whether something is still to come."""
        return self.stage in OPEN


def handovers(desk: Desk) -> list[HandoverRow]:
    """All hand-overs that this profile knows of: those still open first, then the newest. Any role."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = list(_given(desk, session))
        if desk.site.kind is SiteKind.STATION:
            found += _coming(desk, session)
    found.sort(key=lambda row: (row.released_on or row.on or date.min, row.transfer_id), reverse=True)
    return sorted(found, key=lambda row: not row.is_open)


def _given(desk: Desk, session: Session) -> Iterator[HandoverRow]:
    """Own releases; at the center those of all stations."""
    center = desk.site.kind is SiteKind.CENTER
    query = select(Transfer).where(col(Transfer.deleted_at).is_(None))
    if not center:
        query = query.where(Transfer.owner == desk.site.code)
    known = {row.transfer_id: row for row in session.exec(select(Handover))}
    for transfer in session.exec(query):
        told = known.get(transfer.id)
        stage, on = _stage(session, transfer, told, center)
        reason = transfer.cancelled_reason or transfer.asked_back_reason or transfer.reason
        if stage is Stage.ACCEPTED:
            reason = transfer.reason
        elif told is not None and told.state == offers.REFUSED:
            reason = told.reason or reason
        yield _row(
            session,
            transfer.id,
            transfer.child_id,
            transfer.owner,
            f"{desk.site.district_code}-{transfer.to_station}",
            direction="" if center else "out",
            released_on=transfer.released_on,
            stage=stage,
            on=on,
            reason=reason,
        )


def _stage(session: Session, transfer: Transfer, told: Handover | None, center: bool) -> tuple[Stage, date | None]:
    if told is not None and told.state not in offers.LIVE:
        return _STAGES[told.state], date.fromisoformat(told.at[:10])
    if transfer.handed_over_on is not None:
        return Stage.ACCEPTED, transfer.handed_over_on
    if transfer.cancelled_on is not None:
        return Stage.CANCELLED, transfer.cancelled_on
    if transfer.asked_back_on is not None:
        return Stage.ASKED_BACK, transfer.asked_back_on
    if told is not None:
        return Stage.OFFERED, transfer.released_on
    held = center and offers.offer_hindrance(session, transfer) == "held"
    return (Stage.HELD if held else Stage.RELEASED), transfer.released_on


def _coming(desk: Desk, session: Session) -> Iterator[HandoverRow]:
    """Offers to this station, and what it answered."""
    for offer in session.exec(select(Offer)):
        rows = {row["name"]: row["fields"] for row in json.loads(offer.content) if row["name"] in ("child", "transfer")}
        yield _row(
            session,
            offer.transfer_id,
            offer.child_id,
            offer.from_station,
            desk.site.code,
            direction="in",
            released_on=date.fromisoformat(rows["transfer"]["released_on"]),
            stage=Stage.OFFERED,
            on=date.fromisoformat(offer.arrived_at[:10]),
            reason=rows["transfer"]["reason"],
            name=rows["child"]["name"],
        )
    for answer in session.exec(select(TransferAnswer).where(TransferAnswer.owner == desk.site.code)):
        told = session.get(Handover, answer.transfer_id)
        yield _row(
            session,
            answer.transfer_id,
            answer.child_id,
            told.from_station if told else "",
            desk.site.code,
            direction="in",
            released_on=None,
            stage=_answered(answer, told),
            on=answer.answered_on,
            reason=answer.deleted_reason or answer.reason or "",
        )


def _answered(answer: TransferAnswer, told: Handover | None) -> Stage:
    if answer.deleted_at is not None:
        return Stage.CANCELLED
    if not answer.accepted:
        return Stage.REFUSED
    return Stage.ACCEPTED if told is not None and told.state == offers.ACCEPTED else Stage.TAKEN


def _row(
    session: Session,
    transfer_id: str,
    child_id: str,
    from_station: str,
    to_station: str,
    *,
    direction: str,
    released_on: date | None,
    stage: Stage,
    on: date | None,
    reason: str,
    name: str = "",
) -> HandoverRow:
    names = [station_name(session, code.partition("-")[2]) if code else "" for code in (from_station, to_station)]
    child = session.get(Child, child_id)
    return HandoverRow(
        transfer_id,
        child_id,
        child.name if child is not None else name,
        from_station,
        names[0],
        to_station,
        names[1],
        direction,
        released_on,
        stage,
        on,
        reason,
        child is not None and child.deleted_at is None,
    )
