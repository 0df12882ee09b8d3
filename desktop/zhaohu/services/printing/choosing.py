"""Which records are to be printed together: those of some days, of a village, on a form, not printed yet."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlmodel import col, exists, select

from zhaohu.errors import BadInput
from zhaohu.i18n import _
from zhaohu.records import Child, Household, Village, Visit
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.rules.names import sort_key
from zhaohu.services import reference
from zhaohu.services.care.visit_lookup import current_visits
from zhaohu.services.care.visit_views import record_number
from zhaohu.services.desk import Desk

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class RecordRow:
    """A record in its newest version, and whether that was printed at this site."""

    visit_id: str
    child: str
    village: str
    form: str
    title: str
    visit_date: date
    record_number: str
    printed: bool


def list_records(
    desk: Desk,
    since: date,
    until: date,
    *,
    villages: Collection[str] = (),
    forms: Collection[str] = (),
    unprinted: bool = False,
) -> list[RecordRow]:
    """Records of visits from one day to another, both included, by village, child and day.

    Args:
        desk: Who asks, and where.
        since: The first day of visits.
        until: The last one.
        villages: Ids of villages; all when empty.
        forms: Ids of forms; all when empty.
        unprinted: Only those whose newest version was never printed at this site.

    Raises:
        BadInput: The last day lies before the first.
    """
    desk.require(*_READERS)
    if until < since:
        raise BadInput(_("The last day lies before the first one."), field="until")
    printed = exists().where(col(AuditLine.action) == "print.visit", col(AuditLine.subject) == "visit/" + col(Visit.id))
    statement = (
        current_visits()
        .join(Child, col(Child.id) == Visit.child_id)
        .join(Household, col(Household.id) == Child.household_id)
        .join(Village, col(Village.id) == Household.village_id, isouter=True)
        .where(col(Visit.visit_date).between(since, until), col(Child.deleted_at).is_(None))
        .add_columns(col(Child.name), col(Village.name), printed)
    )
    if villages:
        statement = statement.where(col(Household.village_id).in_(villages))
    if forms:
        statement = statement.where(col(Visit.form).in_(forms))
    if unprinted:
        statement = statement.where(~printed)
    with desk.read() as session:
        found = [
            RecordRow(
                visit.id,
                child,
                village or "",
                visit.form,
                reference.form_title(visit.form),
                visit.visit_date,
                record_number(visit.counted_by, visit.number),
                bool(was_printed),
            )
            for visit, child, village, was_printed in session.execute(statement)
        ]
    return sorted(found, key=lambda row: (not row.village, sort_key(row.village), sort_key(row.child), row.visit_date))


def forms_of_records(desk: Desk) -> dict[str, str]:
    """The forms of which there are records, by id with their titles."""
    desk.require(*_READERS)
    with desk.read() as session:
        found = session.exec(select(Visit.form).where(col(Visit.deleted_at).is_(None)).distinct()).all()
    return {form_id: reference.form_title(form_id) for form_id in sorted(found)}
