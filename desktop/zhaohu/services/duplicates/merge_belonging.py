"""What belongs to the records that go back when a merge is undone: it goes with them, whenever it was made."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlmodel import Session, col, func, or_, select

from zhaohu.records import Appointment, Attempt, Child, Correction, ExtraContact, FollowUp, Measurement, Visit
from zhaohu.records.local import PrintedSheet
from zhaohu.services.due.contacts import recount

_NAMED = ("finding", "referral_record", "case_record")
"""Fields in which a record names what it was written for: a finding, a referral, a special case."""


def take_along(session: Session, kept: Child, merged: Child, back: set[str], sheets: Sequence[str]) -> None:
    """Give the merged child what belongs to its rows, and what belongs to that; the ids are added to `back`.

    Args:
        session: The transaction.
        kept: The child that had stayed.
        merged: The child that is back.
        back: Ids of the rows that are its own again.
        sheets: Numbers of the printed sheets that are.
    """
    papers = set(sheets)
    while found := [row for row in _belonging(session, back, papers) if row.child_id == kept.id]:
        for row in found:
            row.child_id = merged.id
            if isinstance(row, PrintedSheet):
                papers.add(str(row.no))
            else:
                back.add(row.id)
        session.flush()
        recount(session, merged, [row for row in found if isinstance(row, Visit)])


def _belonging(session: Session, back: Collection[str], papers: Collection[str]) -> Iterator[Any]:
    records = set(session.exec(select(Visit.record_id).where(col(Visit.id).in_(back))))
    numbers = [int(number) for number in papers]
    keyed_in = set(session.exec(select(PrintedSheet.record_id).where(col(PrintedSheet.no).in_(numbers)))) - {None}
    named = [func.json_extract(Visit.answers, f"$.{name}").in_(back) for name in _NAMED]
    of_record = col(Visit.record_id).in_(records | keyed_in)
    yield from session.exec(select(Visit).where(or_(of_record, col(Visit.contact).in_(back), *named)))
    for table, column in (
        (Measurement, Measurement.visit_id),
        (Correction, Correction.row_id),
        (ExtraContact, ExtraContact.follow_up_id),
        (Appointment, Appointment.contact),
        (Attempt, Attempt.contact),
    ):
        yield from session.exec(select(table).where(col(column).in_(back)))
    yield from session.exec(select(FollowUp).where(col(FollowUp.record_id).in_(records)))
    yield from session.exec(select(PrintedSheet).where(col(PrintedSheet.record_id).in_(records)))
