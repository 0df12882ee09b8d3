"""A recorded visit as screen and paper show it: one version, its growth, and the versions beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.errors import NotFound
from zhaohu.i18n import _
from zhaohu.records import Child, Visit
from zhaohu.records.codes import Role
from zhaohu.rules.forms.model import Answer, Form
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.services import reference
from zhaohu.services.care.visit_growth import as_registered, assess_measurements, measurements
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth import scores
from zhaohu.services.register.lookup import pending_transfers, present_child
from zhaohu.store.audit import canonical_json

_READERS = tuple(Role)


@dataclass(frozen=True, slots=True)
class VisitVersion:
    """One version of a record, as lists show it."""

    id: str
    version: int
    recorded_at: str
    recorded_by: str
    reason: str


@dataclass(frozen=True, slots=True)
class Removed:
    """That a record was removed: when, by whom and why."""

    at: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class VisitView:
    """One version of a visit, with all that screen and paper show; `removed` when the whole record is."""

    id: str
    record_id: str
    record_number: str
    version: int
    child_id: str
    form: Form
    contact: str
    visit_date: date
    signer: str
    recorded_at: str
    recorded_by: str
    reason: str
    owner: str
    editable: bool
    answers: Mapping[str, Answer]
    growth: tuple[MeasuredDay, ...]
    versions: tuple[VisitVersion, ...]
    removed: Removed | None

    @property
    def is_current(self) -> bool:
        """Whether no later version corrects this one."""
        return self.id == self.versions[-1].id

    @property
    def recorded_on(self) -> date:
        """The day on which this version was entered."""
        return date.fromisoformat(self.recorded_at[:10])

    @property
    def digest(self) -> str:
        """SHA-256 of what was recorded, by which paper can be told to match the record."""
        return content_digest(self.record_id, self.version, self.form, self.answers)


def view_visit(desk: Desk, visit_id: str) -> VisitView:
    """One version of a visit.

    Raises:
        NotFound: There is no such visit in this profile.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        visit = session.get(Visit, visit_id)
        if visit is None:
            raise NotFound(_("There is no such visit."), code="no_such_visit")
        child = present_child(session, visit.child_id)
        versions = session.exec(
            select(Visit).where(Visit.record_id == visit.record_id).order_by(col(Visit.version))
        ).all()
        newest = versions[-1]
        return VisitView(
            id=visit.id,
            record_id=visit.record_id,
            record_number=record_number(visit.counted_by, visit.number),
            version=visit.version,
            child_id=visit.child_id,
            form=form_of(visit),
            contact=visit.contact or "",
            visit_date=visit.visit_date,
            signer=visit.signer,
            recorded_at=visit.recorded_at,
            recorded_by=visit.recorded_by,
            reason=visit.reason or "",
            owner=visit.owner,
            editable=_is_editable(desk, session, child, visit, newest),
            answers=json.loads(visit.answers),
            growth=_growth(session, child, visit),
            versions=tuple(
                VisitVersion(v.id, v.version, v.recorded_at, v.recorded_by, v.reason or "") for v in versions
            ),
            removed=Removed(newest.deleted_at, newest.deleted_by or "", newest.deleted_reason or "")
            if newest.deleted_at
            else None,
        )


def form_of(visit: Visit) -> Form:
    """The form that a record was made with, in its version."""
    return reference.recorded_form(visit.form, visit.form_version, json.loads(visit.answers))


def content_digest(record_id: str, version: int, form: Form, answers: Mapping[str, Answer]) -> str:
    """SHA-256 of what a version of a record says."""
    content = [record_id, version, form.id, form.version, dict(answers)]
    return hashlib.sha256(canonical_json(content).encode("utf-8")).hexdigest()


def record_number(owner: str, number: int) -> str:
    """A record's number as printed: 371103-01-000123."""
    return f"{owner}-{number:06d}"


def _is_editable(desk: Desk, session: Session, child: Child, visit: Visit, newest: Visit) -> bool:
    ours = visit.owner == desk.site.code and desk.person.role in WRITERS and form_of(visit).is_known
    return ours and not newest.deleted_at and not pending_transfers(session, [child.id])


def _growth(session: Session, child: Child, visit: Visit) -> tuple[MeasuredDay, ...]:
    """What a version of a visit measured, graded as it was kept."""
    taken = as_registered(child, measurements(form_of(visit), json.loads(visit.answers)))
    return scores.as_told(session, child, visit.id, assess_measurements(child, taken))
