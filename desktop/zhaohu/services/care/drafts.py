"""Drafts: what somebody typed into a form and has not saved; each person has their own."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.errors import NotFound
from zhaohu.i18n import N_, _, form_term
from zhaohu.records import Child, Visit
from zhaohu.records.local import Draft
from zhaohu.services import reference
from zhaohu.services.desk import WRITERS, Desk, validated
from zhaohu.services.register.lookup import pending_transfers
from zhaohu.store.audit import canonical_json


class DraftKind(StrEnum):
    """What a draft is for: the first part of its key."""

    VISIT = "visit"
    CORRECTION = "correction"
    CHILD = "child"
    CLASS = "class"
    TEACHER = "teacher"
    POPULATION = "population"
    STATION = "station"


_TITLES = {
    DraftKind.CHILD: N_("Register a child"),
    DraftKind.CLASS: N_("Plan a class"),
    DraftKind.TEACHER: N_("Add a teacher"),
    DraftKind.POPULATION: N_("Enter a population"),
    DraftKind.STATION: N_("Register a station"),
}


@dataclass(frozen=True, slots=True)
class DraftView:
    """One draft as it was typed.

    `content` holds `answers`, field name to value as typed, and what else the form keeps; `aside` are answers whose
    fields the form did not have any more when it was taken up last.
    """

    key: str
    begun_at: str
    saved_at: str
    content: Mapping[str, Any]

    def sorted_out(self, fields: Collection[str]) -> tuple[dict[str, Any], dict[str, Any]]:
        """The answers whose fields the form has, and those that it has no place for."""
        answers = {**self.content.get("aside", {}), **self.content.get("answers", {})}
        fitting = {name: value for name, value in answers.items() if name in fields}
        return fitting, {name: value for name, value in answers.items() if name not in fields}


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A draft as lists show it.

    Args:
        target: What the form is opened with: child id and form id with a dot between them, the id of the visit that is
            corrected, or empty.
        title: What is being filled in.
        child: Name of the child it is about; empty when it is about none.
        problem: Why it cannot be gone on with, only dropped; empty when it can.
    """

    key: str
    kind: DraftKind
    target: str
    title: str
    child: str
    begun_at: str
    saved_at: str
    problem: str


def visit_key(child_id: str, form_id: str) -> str:
    """The draft of a new record."""
    return f"{DraftKind.VISIT}/{child_id}/{form_id}"


def correction_key(visit_id: str) -> str:
    """The draft of a correction."""
    return f"{DraftKind.CORRECTION}/{visit_id}"


def new_key(kind: DraftKind) -> str:
    """The draft of the form that makes something new; each person has one of a kind."""
    return str(kind)


def keep(desk: Desk, key: str, content: Mapping[str, Any], child_id: str | None = None) -> DraftView:
    """Keep what is typed now in the place of what was kept before; it leaves no audit line.

    Raises:
        NotAllowed: The account may not record.
        StoreFault: It could not be written; what was kept before is still there.
    """
    desk.require(*WRITERS)
    with desk.store.write() as session:
        before, now = session.get(Draft, (desk.person.name, key)), desk.clock.stamp()
        values = {
            "account": desk.person.name,
            "key": key,
            "child_id": child_id,
            "content": canonical_json(content),
            "begun_at": before.begun_at if before else now,
            "saved_at": now,
        }
        return _view(session.merge(validated(Draft, values)))


def find(desk: Desk, key: str) -> DraftView | None:
    """The draft of that key of the person who is logged in."""
    desk.require(*WRITERS)
    with desk.read() as session:
        draft = session.get(Draft, (desk.person.name, key))
        return _view(draft) if draft else None


def list_drafts(desk: Desk) -> list[DraftRow]:
    """What the person who is logged in has begun and not finished, the newest first."""
    desk.require(*WRITERS)
    with desk.read() as session:
        drafts = session.exec(
            select(Draft).where(Draft.account == desk.person.name).order_by(col(Draft.saved_at).desc(), col(Draft.key))
        ).all()
        return [_row(desk, session, draft) for draft in drafts]


def drop(desk: Desk, key: str) -> None:
    """Throw a draft away.

    Raises:
        NotFound: There is none.
    """
    desk.require(*WRITERS)
    with desk.write("draft.drop") as work:
        draft = work.session.get(Draft, (desk.person.name, key))
        if draft is None:
            raise NotFound(_("There is no such draft any more."), code="no_such_draft")
        work.session.delete(draft)
        work.subject = f"child/{draft.child_id}" if draft.child_id else None
        work.note(draft=key.partition("/")[0])


def forget(session: Session, account: str, key: str) -> None:
    """Take a draft away, if there is one, in the transaction that saves its record."""
    draft = session.get(Draft, (account, key))
    if draft is not None:
        session.delete(draft)


def _view(draft: Draft) -> DraftView:
    return DraftView(draft.key, draft.begun_at, draft.saved_at, json.loads(draft.content))


def _row(desk: Desk, session: Session, draft: Draft) -> DraftRow:
    kind_name, _slash, place = draft.key.partition("/")
    kind = DraftKind(kind_name)
    title, target, child, problem = "", "", None, ""
    if kind in _TITLES:
        title = _(_TITLES[kind])
    elif kind is DraftKind.VISIT:
        child_id, _slash, form_id = place.partition("/")
        child = session.get(Child, child_id)
        title, target, problem = _form_title(form_id), f"{child_id}.{form_id}", _why_not(desk, session, child, form_id)
    else:
        visit, target = session.get(Visit, place), place
        child = session.get(Child, visit.child_id if visit else draft.child_id)
        form_id = visit.form if visit else ""
        title = _("Correction: {form}").format(form=_form_title(form_id))
        problem = _why_no_correction(session, visit) or _why_not(desk, session, child, form_id)
    return DraftRow(
        draft.key, kind, target, title, child.name if child else "", draft.begun_at, draft.saved_at, problem
    )


def _form_title(form_id: str) -> str:
    known = reference.forms().get(form_id)
    return form_term(known.title) if known else _("a form that is not in use any more")


def _why_not(desk: Desk, session: Session, child: Child | None, form_id: str) -> str:
    if child is None or child.deleted_at is not None:
        return _("The child is not in the register any more.")
    if child.owner != desk.site.code:
        return _("The child belongs to another station now.")
    if pending_transfers(session, [child.id]):
        return _("The child was released to another station. Cancel the release to go on.")
    return "" if form_id in reference.forms() else _("This form is not in use any more.")


def _why_no_correction(session: Session, visit: Visit | None) -> str:
    if visit is None or visit.deleted_at is not None:
        return _("The record was removed.")
    corrected = session.exec(select(Visit.id).where(Visit.replaces_id == visit.id)).first()
    return _("The record was corrected meanwhile.") if corrected else ""
