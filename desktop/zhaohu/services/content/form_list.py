"""The official forms, to look at: the version of each that is in force, and those whose day is still to come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import form_term
from zhaohu.records.codes import Role
from zhaohu.rules.forms.model import Form
from zhaohu.services import editions, reference
from zhaohu.services.desk import Desk

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class FormRow:
    """A version of a form as the list shows it.

    Args:
        coming: Its day of effect is still to come.
        by_district: The center published it; else it ships with the program.
        note: What the center said when it published it.
    """

    id: str
    title: str
    version: str
    effective_from: date
    source: str
    fields: int
    coming: bool
    by_district: bool
    note: str


def list_forms(desk: Desk) -> list[FormRow]:
    """Each form in the version in force, and in those that come. Any role."""
    desk.require(*_READERS)
    with desk.read() as session:
        book = editions.book(session)
        notes = {(one.id, one.version): one.note for one in editions.published(session)}
    in_force = book.newest(desk.today)
    shipped = reference.shipped_forms()
    return [
        _row(form, desk.today, notes.get((form.id, form.version), ""), shipped.version(form.id, form.version) is None)
        for form_id in book.newest()
        for form in book.versions(form_id)
        if form is in_force.get(form_id) or form.effective_from > desk.today
    ]


def find_form(desk: Desk, form_id: str, version: str) -> Form | None:
    """A version of a form that counts at this site. Any role."""
    desk.require(*_READERS)
    with desk.read() as session:
        return editions.book(session).version(form_id, version)


def _row(form: Form, today: date, note: str, by_district: bool) -> FormRow:
    return FormRow(
        id=form.id,
        title=form_term(form.title),
        version=form.version,
        effective_from=form.effective_from,
        source=form_term(form.source),
        fields=sum(1 for _field in form.fields()),
        coming=form.effective_from > today,
        by_district=by_district,
        note=note,
    )
