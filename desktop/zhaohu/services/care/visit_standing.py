"""What became of a record: what it found and how that stands, what was printed of it, the sheet, its companions."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from zhaohu.i18n import _, format_date
from zhaohu.records import FollowUp
from zhaohu.records.codes import CaseOutcome, Role, label
from zhaohu.records.local import Account, AuditLine, PrintedSheet
from zhaohu.rules.paper_code import sheet_code
from zhaohu.services.care.visit_views import VisitView
from zhaohu.services.desk import Desk
from zhaohu.services.due.next_visits import Companion, companions
from zhaohu.services.follow import findings, follow_up_notes

_READERS = tuple(Role)
_PRINTED = "print.visit"


@dataclass(frozen=True, slots=True)
class Followed:
    """Something that a record left to be followed, in words; `is_open` while nobody gave it an outcome."""

    title: str
    advice: str
    state: str
    is_open: bool


@dataclass(frozen=True, slots=True)
class Printed:
    """That a version was printed: when, and by whom."""

    at: str
    by: str
    version: int


@dataclass(frozen=True, slots=True)
class VisitStanding:
    """What became of a record; `sheet` are the six digits of the sheet that it was keyed in from, empty for none."""

    followed: tuple[Followed, ...] = ()
    printed: tuple[Printed, ...] = ()
    companions: tuple[Companion, ...] = ()
    sheet: str = ""


def standing_of(desk: Desk, visit: VisitView) -> VisitStanding:
    """What became of a record, in whatever version it is looked at. Any role.

    Raises:
        NotFound: The child is not there any more.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        followed = follow_up_notes.of_record(session, visit.record_id)
        sheet = session.exec(select(PrintedSheet.no).where(PrintedSheet.record_id == visit.record_id)).first()
        printed = _printed(session, visit)
    return VisitStanding(
        tuple(_followed(one, visit.form.id) for one in followed),
        printed,
        () if visit.removed else companions(desk, visit),
        "" if sheet is None else sheet_code(sheet),
    )


def _followed(row: FollowUp, form_id: str) -> Followed:
    title = findings.title_of(row.subject, form_id, row.kind)
    return Followed(title, row.advice or "", _state(row), row.outcome is None)


def _state(row: FollowUp) -> str:
    if row.outcome is None:
        if row.recheck_on is None:
            return _("to be dealt with")
        return _("to be dealt with, look again by {day}").format(day=format_date(row.recheck_on))
    if row.outcome is CaseOutcome.DECLINED:
        return _("Turned down: {reason}").format(reason=row.declined_reason or "")
    parts = (label(row.outcome), _day(row.closed_on), row.closing_note or "")
    return "  ·  ".join(part for part in parts if part)


def _day(day: date | None) -> str:
    return format_date(day) if day else ""


def _printed(session: Session, visit: VisitView) -> tuple[Printed, ...]:
    """From the audit log; of another station's record only what was printed here."""
    subjects = [f"visit/{one.id}" for one in visit.versions]
    lines = session.exec(
        select(AuditLine)
        .where(AuditLine.action == _PRINTED, col(AuditLine.subject).in_(subjects))
        .order_by(col(AuditLine.no).desc())
    ).all()
    names = dict(session.exec(select(Account.name, Account.display_name)).all())
    versions = {f"visit/{one.id}": one.version for one in visit.versions}
    return tuple(
        Printed(
            one.at,
            names.get(one.account, one.account),
            int(json.loads(one.detail).get("version", versions[str(one.subject)])),
        )
        for one in lines
    )
