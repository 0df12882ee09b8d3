"""At the center: records of a copy that is not the station are compared; what a person takes goes to the station."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlmodel import Session, col, select

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Child
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import BranchRow, Peer
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.version_words import Difference, Side, differences, record_words, side
from zhaohu.sync import copies
from zhaohu.sync.copies import LEFT, TAKEN
from zhaohu.sync.current import Current, as_owner_s, owner_of
from zhaohu.sync.rows import shapes, staged_line

Place = tuple[str, str]
"""Table and id."""


@dataclass(frozen=True, slots=True)
class BranchRecord:
    """A record as a copy, or a former owner, of `station` has it (`there`), beside what the center has (`here`).

    What is taken goes to `owner`: the same station, or the one to which the child was handed over. `decided` is empty
    while it waits.
    """

    bundle_id: str
    station: str
    station_name: str
    owner: str
    owner_name: str
    child_id: str
    child_name: str
    table: str
    words: str
    row_id: str
    here: Side
    there: Side
    differences: tuple[Difference, ...]
    decided: str
    decided_at: str | None
    decided_by: str | None


def list_branches(desk: Desk, *, waiting_only: bool = True) -> list[BranchRecord]:
    """What copies, and former owners, had recorded, by station and child; decided ones too if asked for. At the center.

    Any role.
    """
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        query = select(BranchRow)
        if waiting_only:
            query = query.where(BranchRow.decided == "")
        order = (col(BranchRow.station), col(BranchRow.child_id), col(BranchRow.bundle_id), col(BranchRow.row_id))
        rows = session.exec(query.order_by(*order)).all()
        book = _Book(session, rows)
        return [book.described(row) for row in rows]


def take(desk: Desk, bundle_id: str, rows: Sequence[Place]) -> int:
    """The copy's versions go to their owner with its packets, with what they hang on; returns how many. Admin.

    The station takes each where it has done nothing else since; else its person compares once more.

    Raises:
        NotFound: One of them does not wait.
        Refused: `not_yet`: the center's own version of one is still on its way to the station.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    with desk.write("branch.decide") as work:
        session = work.session
        chosen = _with_parents(session, bundle_id, rows)
        for row in chosen:
            owner = owner_of(session, row)
            if copies.reasons(session, owner).get((row.table_name, row.row_id), copies.BRANCH) != copies.BRANCH:
                message = _(
                    "The center's own version of this record is still on its way to the station. Write a packet, wait "
                    "for the station's next bundle, and decide then."
                )
                raise Refused(message, code="not_yet", table=row.table_name)
            _settle(desk, session, row, TAKEN)
            copies.put(session, owner, row.table_name, row.row_id, staged_line(row.line).digest, copies.BRANCH)
        work.note(decided=TAKEN, counts=len(chosen))
    return len(chosen)


def leave(desk: Desk, bundle_id: str, rows: Sequence[Place]) -> None:
    """The center's versions stay; those of the copy stay readable. Admin, at the center.

    Raises:
        NotFound: One of them does not wait.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    with desk.write("branch.decide") as work:
        for table, row_id in rows:
            _settle(desk, work.session, _waiting(work.session, bundle_id, table, row_id), LEFT)
        work.note(decided=LEFT, counts=len(rows))


def _settle(desk: Desk, session: Session, row: BranchRow, decided: str) -> None:
    row.decided, row.decided_at, row.decided_by = decided, desk.clock.stamp(), desk.person.display_name
    session.add(row)


def _waiting(session: Session, bundle_id: str, table: str, row_id: str) -> BranchRow:
    row = session.get(BranchRow, (bundle_id, table, row_id))
    if row is None or row.decided:
        raise NotFound(_("This record does not wait to be compared any more."), code="not_found")
    return row


def _with_parents(session: Session, bundle_id: str, rows: Sequence[Place]) -> list[BranchRow]:
    """The records, and those of the copy that they hang on and that the center does not have."""
    found = {(table, row_id): _waiting(session, bundle_id, table, row_id) for table, row_id in rows}
    todo = list(found.values())
    while todo:
        row = todo.pop()
        fields = staged_line(row.line).fields
        for column, parent in shapes()[row.table_name].references:
            place = (parent, str(fields.get(column)))
            above = session.get(BranchRow, (bundle_id, *place))
            if above is None or above.decided or place in found or _present(session, *place):
                continue
            found[place] = above
            todo.append(above)
    return list(found.values())


def _present(session: Session, table: str, row_id: str) -> bool:
    query = f"SELECT 1 FROM {table} WHERE id = ?"  # noqa: S608 - names are our own
    return session.connection().exec_driver_sql(query, (row_id,)).first() is not None


class _Book:
    """Looks up what the lists say of each record."""

    def __init__(self, session: Session, rows: Sequence[BranchRow]) -> None:
        self._session = session
        self._names = dict(session.exec(select(Peer.code, Peer.name)).all())
        lines = [staged_line(row.line) for row in rows if row.table_name == "child"]
        self._children = {line.id: str(line.fields.get("name", "")) for line in lines}
        self._currents: dict[str, Current] = {}

    def described(self, row: BranchRow) -> BranchRecord:
        owner = owner_of(self._session, row)
        if owner not in self._currents:
            self._currents[owner] = Current(self._session, owner)
        here = self._currents[owner].fields(row.table_name, row.row_id)
        there = as_owner_s(self._session, row, owner, here)
        child_id = row.child_id or ""
        child = self._session.get(Child, child_id) if child_id else None
        return BranchRecord(
            row.bundle_id,
            row.station,
            self._names.get(row.station, ""),
            owner,
            self._names.get(owner, ""),
            child_id,
            child.name if child is not None else self._children.get(child_id, ""),
            row.table_name,
            record_words(row.table_name, here, there),
            row.row_id,
            side(here),
            side(there),
            differences(row.table_name, here, there),
            row.decided,
            row.decided_at,
            row.decided_by,
        )
