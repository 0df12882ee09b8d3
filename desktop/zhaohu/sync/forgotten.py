"""Tokens of hand-overs that a restored center has forgotten, made anew from what stations still tell of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sqlmodel import Session, col, select

from zhaohu.records import Transfer, TransferAnswer
from zhaohu.records.exchange import Handover
from zhaohu.sync.offers import ACCEPTED, CANCELLED, OFFERED, new_token, owner_of
from zhaohu.sync.rows import Line

_HOLDS = col(TransferAnswer.accepted).is_(True), col(TransferAnswer.deleted_at).is_(None)
_SAME = col(Handover.transfer_id) == TransferAnswer.transfer_id


def token_of(session: Session, transfer_id: str) -> Handover | None:
    """The token of a release that this center has, but no longer knows to have offered."""
    transfer = session.get(Transfer, transfer_id)
    if transfer is None or transfer.deleted_at is not None:
        return None
    gone = transfer.cancelled_on is not None or owner_of(session, transfer.child_id) != transfer.owner
    return new_token(transfer, CANCELLED if gone else OFFERED, "")


def tokens(session: Session, station: str, stamp: str, answers: Iterable[Line]) -> Iterator[Handover]:
    """Tokens of releases that nobody knows any more, by which a child is one station's here and another may claim it.

    Those by which its owner here has it come first.

    Args:
        session: At the center.
        station: The one that may claim it: it took the child on, or had released it.
        stamp: When.
        answers: All of the station's bundle, none of them stored yet.
    """
    unmatched = _unmatched(session, station, list(answers)).items()
    for transfer_id, (child_id, taker) in sorted(unmatched, key=lambda item: item[1][1] == station):
        owner = owner_of(session, child_id)
        if owner not in ("", station) and taker in (owner, station):
            yield Handover(
                transfer_id=transfer_id,
                child_id=child_id,
                from_station=owner if taker == station else station,
                to_station=taker,
                state=OFFERED,
                at=stamp,
                reason="",
            )


def _unmatched(session: Session, station: str, answers: list[Line]) -> dict[str, tuple[str, str]]:
    """Child and new owner by transfer, of answers without a token."""
    query = select(TransferAnswer).where(*_HOLDS, ~select(Handover).where(_SAME).exists())
    stored = session.exec(query).all()
    anew = {line.id for line in answers}
    found = {row.transfer_id: (row.child_id, row.owner) for row in stored if row.id not in anew}
    for line in answers:
        transfer_id = str(line.fields["transfer_id"])
        holds = line.fields["accepted"] and "deleted_at" not in line.fields
        if holds and session.get(Handover, transfer_id) is None:
            found[transfer_id] = str(line.fields["child_id"]), station
    return found


def gave_on(session: Session, child_id: str, station: str) -> bool:
    """Whether a station is known to have handed a child over."""
    query = select(Handover.transfer_id).where(
        Handover.child_id == child_id, Handover.from_station == station, Handover.state == ACCEPTED
    )
    return session.exec(query).first() is not None
