"""At a station: records of which the center has another version than the one that was edited here; a person decides."""

from __future__ import annotations

import json
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records import Child
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import KeptVersion
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange.version_words import Difference, Side, differences, record_words, side
from zhaohu.sync.copies import LEFT, TAKEN
from zhaohu.sync.rows import shapes
from zhaohu.sync.taking_back import own_fields, put, stand_by


@dataclass(frozen=True, slots=True)
class KeptRecord:
    """A record with two versions.

    Attributes:
        table: Kind of record, `words` the same in words, with its name where it hangs on no child.
        child_id: On whom it hangs, if on anybody; `child_name` is empty for a child that is not here.
        arrived_at: When the center's version came.
        here: This station's version.
        center: The center's; not there when the record was removed in that version.
        differences: What is not the same; `there` is the center's.
    """

    table: str
    words: str
    row_id: str
    child_id: str
    child_name: str
    arrived_at: str
    here: Side
    center: Side
    differences: tuple[Difference, ...]


def list_kept(desk: Desk) -> list[KeptRecord]:
    """What waits to be compared, the oldest first. Any role, at a station."""
    desk.require(*Role)
    desk.require_site(SiteKind.STATION)
    with desk.read() as session:
        query = select(KeptVersion).where(KeptVersion.decided == "").order_by(col(KeptVersion.arrived_at))
        return [_described(session, row) for row in session.exec(query)]


def take(desk: Desk, table: str, row_id: str) -> None:
    """The center's version counts from now on; the own one stays readable at the center. Admin or teacher.

    Raises:
        NotFound: Nothing waits under this id.
        Refused: `still_needed`: other records hang on it, or what it hangs on is not here.
    """
    _decide(desk, table, row_id, TAKEN)


def leave(desk: Desk, table: str, row_id: str) -> None:
    """The own version stays; the center keeps the other one readable. Admin or teacher.

    Raises:
        NotFound: Nothing waits under this id.
    """
    _decide(desk, table, row_id, LEFT)


def _decide(desk: Desk, table: str, row_id: str, decided: str) -> None:
    desk.require(*WRITERS)
    desk.require_site(SiteKind.STATION)
    try:
        with desk.write("kept.decide") as work:
            row = work.session.get(KeptVersion, (table, row_id))
            if row is None or row.decided:
                raise NotFound(_("This record does not wait to be compared any more."), code="not_found")
            row.decided, row.decided_at, row.decided_by = decided, desk.clock.stamp(), desk.person.display_name
            work.session.add(row)
            work.session.flush()
            if decided == TAKEN:
                put(work.session, shapes()[table], row_id, json.loads(row.fields) if row.fields else None)
                work.session.info["touched"].add(table)
            else:
                stand_by(work.session, row)
            work.note(kind=table, decided=decided)
    except IntegrityError:
        message = _("Other records hang on this one, or it hangs on one that is not here. Decide about those first.")
        raise Refused(message, code="still_needed") from None


def _described(session: Session, row: KeptVersion) -> KeptRecord:
    shape = shapes()[row.table_name]
    here = own_fields(session, shape, row.row_id)
    child_id = child_of(row.table_name, row.row_id, here or row.fields)
    child = session.get(Child, child_id) if child_id else None
    return KeptRecord(
        row.table_name,
        record_words(row.table_name, here, row.fields),
        row.row_id,
        child_id,
        child.name if child is not None else "",
        row.arrived_at,
        side(here),
        side(row.fields),
        differences(row.table_name, here, row.fields),
    )


def child_of(table: str, row_id: str, fields: str | None) -> str:
    """The child on which a record hangs; empty for none."""
    column = shapes()[table].child
    if column == "id":
        return row_id
    return str(json.loads(fields or "{}").get(column, "")) if column else ""
