"""Handing a child over from one station to another, as the center decides it, by the order in which bundles arrive.

An offer is a token: it is used up by the first bundle that takes or refuses it, or by the withdrawal that the other
station has read. So a child has one owner at every moment, whatever is restored, lost or repeated.
"""

from __future__ import annotations

import json

from sqlmodel import Session, col, func, select

from zhaohu.records import Transfer, TransferAnswer
from zhaohu.records.exchange import BranchRow, Handover, HeldRow, Peer, ReceivedBundle
from zhaohu.sync import copies, forgotten
from zhaohu.sync.checking import NOT_OWNER
from zhaohu.sync.copies import BRANCH, GIVE_BACK, HANDED_OVER, TAKEN
from zhaohu.sync.current import set_apart
from zhaohu.sync.importing import Staged
from zhaohu.sync.offers import (
    ACCEPTED,
    CANCELLED,
    LIVE,
    OFFERED,
    REFUSED,
    TRAVELLING,
    WITHDRAWING,
    decide,
    forget_told,
    give,
    ids_of,
    owner_of,
    stored,
)
from zhaohu.sync.rows import Line, row_digest, shapes, staged_line
from zhaohu.sync.scratch import Scratch

MOVED = "handed_over"
"""In `Session.info`: tables, ids and former owners of the records that were handed over, for an undo of the import."""

_ANSWER, _RELEASE = str(TransferAnswer.__tablename__), str(Transfer.__tablename__)


def take_over(session: Session, bundle: Staged, scratch: Scratch, stamp: str) -> None:
    """Decide what a bundle says about hand-overs, before its records are applied."""
    _Deciding(session, bundle, scratch, stamp).run()


class _Deciding:
    """What one bundle of a station decides; most bundles say nothing about hand-overs, and cost little here."""

    def __init__(self, session: Session, bundle: Staged, scratch: Scratch, stamp: str) -> None:
        self._session = session
        self._bundle = bundle
        self._station = bundle.station
        self._scratch = scratch
        self._stamp = stamp
        self._district = self._station.partition("-")[0]

    def run(self) -> None:
        self._session.flush()
        if self._must_tell_again():
            forget_told(self._session, self._station)
        self._close_heard()
        for line in self._of(_ANSWER):
            self._answered(line)
        for line in self._of(_RELEASE):
            self._released(line)
        self._claimed_twice()
        self._withdrawn()
        self._offer_changed()
        self._session.flush()

    def _of(self, table: str, *, struck_out: bool = False) -> list[Line]:
        """This bundle's own valid records of a table; those that hold, or those that were struck out."""
        shape = shapes()[table]
        found = [staged_line(content) for batch in self._scratch.lines(table) for _id, content in batch]
        return [
            line
            for line in found
            if not line.deleted
            and line.fields.get("owner") == self._station
            and ("deleted_at" in line.fields) == struck_out
            and shape.invalid_field(line.id, line.fields_json) is None
        ]

    def _must_tell_again(self) -> bool:
        """Whether the station began a new life, or has read packets that this center has forgotten."""
        manifest = self._bundle.manifest
        known = select(func.count()).where(
            ReceivedBundle.station == self._station,
            ReceivedBundle.epoch == manifest.sender.epoch,
            ReceivedBundle.bundle_id != self._bundle.id,
        )
        peer = self._session.get_one(Peer, self._station)
        return manifest.receipts_seen > peer.packet_no or self._session.exec(known).one() == 0

    def _close_heard(self) -> None:
        """What a station recorded of a child that it has given up since is kept apart for comparing."""
        query = select(HeldRow).where(HeldRow.station == self._station, HeldRow.reason == NOT_OWNER)
        given_up: dict[str, bool] = {}
        for held in self._session.exec(query).all():
            child_id = str(held.child_id)
            if held.table_name in TRAVELLING and given_up.setdefault(child_id, self._gave_up(child_id)):
                set_apart(self._session, held)

    def _gave_up(self, child_id: str) -> bool:
        """Whether this bundle comes after the station has heard that a child is another one's."""
        if owner_of(self._session, child_id) == self._station:
            return False
        answers = self._of(_ANSWER, struck_out=True)
        if any(line.fields["child_id"] == child_id and line.fields["accepted"] for line in answers):
            return True
        given = select(Handover).where(
            Handover.child_id == child_id,
            Handover.from_station == self._station,
            Handover.state == ACCEPTED,
            col(Handover.told_from) <= self._bundle.manifest.receipts_seen,
        )
        return self._session.exec(given).first() is not None

    def _answered(self, line: Line) -> None:
        transfer_id, accepted = str(line.fields["transfer_id"]), bool(line.fields["accepted"])
        row = self._session.get(Handover, transfer_id) or forgotten.token_of(self._session, transfer_id)
        if row is None or row.to_station != self._station:
            return
        owner = owner_of(self._session, row.child_id)
        if row.state in LIVE and accepted and owner not in ("", row.from_station, self._station):
            decide(row, CANCELLED, self._stamp, row.reason)  # another station was quicker
        elif row.state in LIVE and accepted:
            self._accept(row, giver_counts=True)
        elif row.state == WITHDRAWING:
            decide(row, CANCELLED, self._stamp, row.reason)
        elif row.state == OFFERED:
            decide(row, REFUSED, self._stamp, str(line.fields.get("reason", "")))
        elif row.state in (CANCELLED, REFUSED) and accepted:
            row.told_to = None  # the token was used up: it must give the record back
        self._session.add(row)

    def _released(self, line: Line) -> None:
        """A release of the station that this center, restored, does not know to be over.

        Either the station was told already, or the other station's answer has come before the release.
        """
        fields = line.fields
        row = self._session.get(Handover, line.id)
        handed = "handed_over_on" in fields
        if row is not None and (row.state not in LIVE or not handed):
            return
        to = f"{self._district}-{fields['to_station']}"
        query = select(TransferAnswer).where(
            TransferAnswer.transfer_id == line.id, TransferAnswer.owner == to, col(TransferAnswer.deleted_at).is_(None)
        )
        answer = self._session.exec(query).first()
        owner, off = owner_of(self._session, str(fields["child_id"])), "cancelled_on" in fields
        taken = answer is not None and answer.accepted and (not off or owner == to)
        refused = answer is not None and not answer.accepted and not off
        if owner not in ("", self._station, to) or not (handed or taken or refused):
            return
        row = row or Handover(
            transfer_id=line.id,
            child_id=str(fields["child_id"]),
            from_station=self._station,
            to_station=to,
            state=OFFERED,
            at=self._stamp,
            reason="",
        )
        if handed or taken:
            self._accept(row, giver_counts=not handed)
        elif answer is not None:
            decide(row, CANCELLED if row.state == WITHDRAWING else REFUSED, self._stamp, answer.reason or "")
        self._session.add(row)

    def _claimed_twice(self) -> None:
        """Two stations count a child as theirs, and nobody knows of its release any more.

        The center was restored, and so was the station that had released it. Whoever took the child on has it, unless
        it is known to have given it on.
        """
        answers = self._of(_ANSWER) + self._of(_ANSWER, struck_out=True)
        for token in forgotten.tokens(self._session, self._station, self._stamp, answers):
            if not self._claims(token.child_id):
                continue
            self._session.add(token)
            if token.to_station == self._station and forgotten.gave_on(self._session, token.child_id, self._station):
                decide(token, CANCELLED, self._stamp, "")
            else:
                self._accept(token, giver_counts=True)

    def _claims(self, child_id: str) -> bool:
        """Whether the station says that a child is its own, now or with a record that is held since."""
        held = self._session.get(HeldRow, ("child", child_id, self._station))
        is_kept = held is not None and held.reason == NOT_OWNER
        return is_kept or any(line.id == child_id for line in self._of("child"))

    def _withdrawn(self) -> None:
        """The other station has read that a release was withdrawn, and had not taken the child before."""
        query = select(Handover).where(
            Handover.to_station == self._station,
            Handover.state == WITHDRAWING,
            col(Handover.told_to) <= self._bundle.manifest.receipts_seen,
        )
        for row in self._session.exec(query).all():
            decide(row, CANCELLED, self._stamp, row.reason)
            self._session.add(row)

    def _offer_changed(self) -> None:
        """A station that was restored may go on with a child that it has released: then the offer is made anew."""
        query = select(Handover).where(Handover.from_station == self._station, Handover.state == OFFERED)
        for row in self._session.exec(query).all():
            if any(self._hangs_on(table, row.child_id) for table in TRAVELLING):
                row.told_to = None
                self._session.add(row)

    def _hangs_on(self, table: str, child_id: str) -> bool:
        found = (staged_line(content) for batch in self._scratch.lines(table) for _id, content in batch)
        return any(child_id in line.text() for line in found)

    def _accept(self, row: Handover, *, giver_counts: bool) -> None:
        """Hand the record over.

        Args:
            row: The token.
            giver_counts: Whether the former owner still counts the record as its own; else it knows.
        """
        decide(row, ACCEPTED, self._stamp, "")
        if not giver_counts:
            row.told_from = 0
        mine = {line_id for batch in self._scratch.lines("child") for line_id, _content in batch}
        if not giver_counts and row.child_id in mine:
            return  # it has handed the child over, and has it back since
        self._ask_again(row)
        for table in TRAVELLING:
            self._move(table, row, giver_counts=giver_counts)
        self._session.flush()  # the decision itself must not be forgotten with what was read before
        self._session.expire_all()
        self._session.info["touched"] |= {*TRAVELLING, str(Handover.__tablename__)}

    def _ask_again(self, row: Handover) -> None:
        """What a person took from a copy for the former owner, who has not read it, is decided anew for the next."""
        unread = copies.reasons(self._session, row.from_station)
        query = select(BranchRow).where(BranchRow.child_id == row.child_id, BranchRow.decided == TAKEN)
        for branch in self._session.exec(query).all():
            place = branch.table_name, branch.row_id
            if branch.table_name in TRAVELLING and unread.get(place) == BRANCH:
                copies.drop(self._session, row.from_station, *place)
                branch.decided, branch.decided_at, branch.decided_by = "", None, None
                self._session.add(branch)

    def _move(self, table: str, row: Handover, *, giver_counts: bool) -> None:
        ids = ids_of(self._session, table, row.child_id, row.from_station)
        if not ids:
            return
        if giver_counts:
            has = copies.overrides(self._session, row.from_station)
            told = [
                (table, row_id, has.get((table, row_id), row_digest(table, row_id, fields)), HANDED_OVER)
                for row_id, fields in stored(self._session, table, ids)
            ]
            for _table, row_id, digest, _reason in told:
                if not digest:
                    copies.drop(self._session, row.from_station, table, row_id)
            copies.put_all(self._session, row.from_station, [note for note in told if note[2]])
        self._session.info.setdefault(MOVED, []).append([table, ids, row.from_station])
        give(self._session, table, ids, row.to_station)
        self._session.connection().exec_driver_sql(
            "DELETE FROM station_copy WHERE station = ? AND table_name = ? "
            "AND row_id IN (SELECT value FROM json_each(?))",
            (row.to_station, table, json.dumps(ids)),
        )
        if row.to_station == self._station:
            came = {row_id for batch in self._scratch.lines(table) for row_id, _content in batch}
            missing = [row_id for row_id in ids if row_id not in came]
            copies.put_all(self._session, self._station, [(table, row_id, "", GIVE_BACK) for row_id in missing])
