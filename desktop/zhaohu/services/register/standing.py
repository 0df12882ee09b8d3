"""How a child stands on the register, what may be done about it, and how it came to that."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlmodel import Session, col, select

from zhaohu.i18n import _
from zhaohu.records import Child, StatusChange, Transfer, TransferAnswer
from zhaohu.records.codes import ChildStatus, Role, SiteKind, label
from zhaohu.records.exchange import Handover
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.register.lookup import pending_transfers, present_child, station_name
from zhaohu.services.register.moves import FOLLOWS, newest_change

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class Pending:
    """A release that waits for the exchange."""

    to_station: str
    station: str
    released_on: date
    reason: str
    asked_back_on: date | None = None


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """Where a child is looked after that this station has handed over; the day as far as it is known."""

    owner: str
    station: str
    on: date | None


@dataclass(frozen=True, slots=True)
class Standing:
    """How a child stands on the register, and what a person may do about it.

    Args:
        since: When the status began; None while nothing but the registration happened.
        pending: The release to another station that it waits for, during which nothing else may be done.
        choices: The statuses that may follow.
        may_return: Whether the person may take it back onto the register.
        may_strike: Whether the person may strike out the newest change.
        elsewhere: The station to which this one has handed it over; its record is a copy here.
    """

    status: ChildStatus
    since: date | None
    reason: str
    pending: Pending | None
    choices: tuple[ChildStatus, ...]
    may_return: bool
    may_strike: bool
    elsewhere: Elsewhere | None = None


def standing(desk: Desk, child_id: str) -> Standing:
    """How a child stands on the register.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        child = present_child(session, child_id)
        release_ = pending_transfers(session, [child_id]).get(child_id)
        newest = newest_change(session, child_id)
        writes = child.owner == desk.site.code and desk.person.role in WRITERS and desk.site.kind is SiteKind.STATION
        free = writes and release_ is None
        death = ChildStatus.DIED in (child.status, newest.status if newest else None)
        allowed = free and (not death or desk.person.role is Role.ADMIN)
        return Standing(
            child.status,
            child.status_on,
            child.status_reason or "",
            _pending(session, release_),
            tuple(status for status, before in FOLLOWS.items() if free and child.status in before),
            may_return=allowed and child.status is not ChildStatus.ACTIVE,
            may_strike=allowed and newest is not None,
            elsewhere=_elsewhere(desk, session, child),
        )


class MoveKind(StrEnum):
    """What kind of step a line of the history is, in the order in which one day's lines follow each other."""

    REGISTERED = "registered"
    STATUS = "status"
    RELEASED = "released"
    CANCELLED = "cancelled"
    HANDED_OVER = "handed_over"
    TAKEN = "taken"


_ORDER = {kind: place for place, kind in enumerate(MoveKind)}


@dataclass(frozen=True, slots=True)
class Move:
    """A step of the history.

    Args:
        on: The day of which it speaks.
        kind: What kind of step.
        title: What happened, in words.
        reason: Why; empty for the registration.
        place: Where to, or where from; empty when that was not said.
        by: Who entered it.
        at: When it was entered.
        struck: When it was struck out; empty while it holds.
        struck_by: Who struck it out.
        struck_reason: Why.
    """

    on: date
    kind: MoveKind
    title: str
    reason: str = ""
    place: str = ""
    by: str = ""
    at: str = ""
    struck: str = ""
    struck_by: str = ""
    struck_reason: str = ""


def history(desk: Desk, child_id: str) -> list[Move]:
    """How a child came to stand as it does, newest first; what was struck out stands in its place, marked as that.

    Raises:
        NotFound: There is no such child.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        return moves_of(session, present_child(session, child_id))


def moves_of(session: Session, child: Child) -> list[Move]:
    """As `history`, within a transaction that is open already."""
    registered = Move(
        child.registered_on,
        MoveKind.REGISTERED,
        _("Taken into the register"),
        place=child.came_from or "",
        by=child.recorded_by,
        at=child.recorded_at,
    )
    found = [registered, *_changes(session, child), *_releases(session, child), *_taken(session, child)]
    return sorted(found, key=lambda move: (move.on, _ORDER[move.kind], move.at), reverse=True)


def status_title(status: ChildStatus) -> str:
    """What a change to a status is called."""
    return _("On the register again") if status is ChildStatus.ACTIVE else label(status)


def _changes(session: Session, child: Child) -> Iterator[Move]:
    changes = session.exec(select(StatusChange).where(StatusChange.child_id == child.id)).all()
    for row in changes:
        yield Move(
            row.happened_on,
            MoveKind.STATUS,
            status_title(row.status),
            row.reason,
            row.place or "",
            row.recorded_by,
            row.recorded_at,
            row.deleted_at or "",
            row.deleted_by or "",
            row.deleted_reason or "",
        )
    told = any(row.deleted_at is None and row.status is child.status for row in changes)
    if child.status is not ChildStatus.ACTIVE and child.status_on is not None and not told:
        yield Move(child.status_on, MoveKind.STATUS, status_title(child.status), child.status_reason or "")


def _releases(session: Session, child: Child) -> Iterator[Move]:
    for row in session.exec(select(Transfer).where(Transfer.child_id == child.id, col(Transfer.deleted_at).is_(None))):
        station = station_name(session, row.to_station)
        title = _("Release to {station}").format(station=station)
        yield Move(row.released_on, MoveKind.RELEASED, title, row.reason, station, row.recorded_by, row.recorded_at)
        if row.cancelled_on is not None:
            title = _("Release to {station} cancelled").format(station=station)
            yield Move(row.cancelled_on, MoveKind.CANCELLED, title, row.cancelled_reason or "", station)
        if row.handed_over_on is not None:
            title = _("Handed over to {station}").format(station=station)
            yield Move(row.handed_over_on, MoveKind.HANDED_OVER, title, "", station)


def _taken(session: Session, child: Child) -> Iterator[Move]:
    """The child came from another station, with its record."""
    query = select(TransferAnswer).where(TransferAnswer.child_id == child.id, TransferAnswer.accepted)
    for row in session.exec(query):
        told = session.get(Handover, row.transfer_id)
        station = station_name(session, told.from_station.partition("-")[2]) if told else ""
        yield Move(
            row.answered_on,
            MoveKind.TAKEN,
            _("Taken over from another station with its record"),
            place=station,
            by=row.recorded_by,
            at=row.recorded_at,
            struck=row.deleted_at or "",
            struck_by=row.deleted_by or "",
            struck_reason=row.deleted_reason or "",
        )


def _pending(session: Session, transfer: Transfer | None) -> Pending | None:
    if transfer is None:
        return None
    name = station_name(session, transfer.to_station)
    return Pending(transfer.to_station, name, transfer.released_on, transfer.reason, transfer.asked_back_on)


def _elsewhere(desk: Desk, session: Session, child: Child) -> Elsewhere | None:
    if desk.site.kind is SiteKind.CENTER or child.owner == desk.site.code:
        return None
    gone = select(Transfer).where(
        Transfer.child_id == child.id, Transfer.owner == desk.site.code, col(Transfer.handed_over_on).is_not(None)
    )
    last = session.exec(gone.order_by(col(Transfer.handed_over_on).desc())).first()
    name = station_name(session, child.owner.partition("-")[2])
    return Elsewhere(child.owner, name, last.handed_over_on if last is not None else None)
