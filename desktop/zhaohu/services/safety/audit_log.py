"""The audit log to read: found by words, group and day, checked for tampering, and saved as a spreadsheet.

For administrators and auditors. Every action that a service writes has its words in `audit_actions`; a test sees to
that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import ColumnElement, exists, literal, or_
from sqlmodel import Session, col, func, select

from zhaohu.exchange.workbooks import write_table
from zhaohu.i18n import _
from zhaohu.records import Caregiver, Child, Visit
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.local import Account, AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.files import write_file
from zhaohu.services.safety.audit_actions import ACTIONS, action_words, group_of
from zhaohu.services.safety.audit_words import detail_words, subject_words
from zhaohu.store import audit
from zhaohu.store.audit import Damage

_READERS = (Role.ADMIN, Role.AUDITOR)
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """Which lines to read; empty fields do not narrow.

    Args:
        text: Part of what was done, of who did it, of a subject's id, of a detail, or of a child's name.
        group: A value of `Group`.
        account: Who did it, by user name.
        since: First day.
        until: Last day.
        child_id: What was done to a child, its visits and its caregivers.
    """

    text: str = ""
    group: str = ""
    account: str = ""
    since: date | None = None
    until: date | None = None
    child_id: str = ""


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One line in words; `at` as stored, `person` is who the account belongs to."""

    no: int
    at: str
    account: str
    person: str
    action: str
    words: str
    subject: str
    detail: str


@dataclass(frozen=True, slots=True)
class AuditPage:
    """Some lines, newest first, and how many fit the query in all."""

    rows: list[AuditRow]
    total: int


@dataclass(frozen=True, slots=True)
class Tamper:
    """Where the log stops being what was written; `at` is the time of the last line that is certain, empty for none."""

    no: int
    at: str
    damage: Damage


def search(desk: Desk, query: AuditQuery | None = None, limit: int = _AT_ONCE, offset: int = 0) -> AuditPage:
    """Lines of the log that fit, newest first. Admin or auditor.

    Raises:
        NotAllowed: The account has another role.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        conditions = _conditions(desk, session, query or AuditQuery())
        total = session.exec(select(func.count()).select_from(AuditLine).where(*conditions)).one()
        return AuditPage(_rows(desk, session, conditions, limit, offset), total)


def first_tampered(desk: Desk) -> Tamper | None:
    """The first place where the log was changed, lost lines or got lines; None when it is whole. Admin or auditor.

    Raises:
        NotAllowed: The account has another role.
    """
    desk.require(*_READERS)
    with desk.read() as session:
        found = audit.first_break(session)
        if found is None:
            return None
        before = select(AuditLine.at).where(col(AuditLine.no) < found.no).order_by(col(AuditLine.no).desc())
        return Tamper(found.no, session.exec(before).first() or "", found.damage)


def export(desk: Desk, query: AuditQuery, place: Path) -> int:
    """Write all lines that fit as a spreadsheet; returns how many. Admin or auditor.

    Raises:
        NotAllowed: The account has another role.
        Refused: It cannot be written there.
    """
    desk.require(*_READERS)
    headings = [_("No."), _("Time"), _("User name"), _("Name"), _("What"), _("About"), _("Details")]
    with desk.read() as session:
        conditions = _conditions(desk, session, query)
        total = session.exec(select(func.count()).select_from(AuditLine).where(*conditions)).one()
        parts = (_rows(desk, session, conditions, _AT_ONCE, start) for start in range(0, total, _AT_ONCE))
        rows = ((r.no, r.at, r.account, r.person, r.words, r.subject, r.detail) for part in parts for r in part)
        write_file(place, write_table(_("Audit log"), headings, rows))
    with desk.write("export.audit") as work:
        work.note(rows=total)
    return total


def _rows(
    desk: Desk, session: Session, conditions: list[ColumnElement[bool]], limit: int, offset: int
) -> list[AuditRow]:
    statement = select(AuditLine).where(*conditions).order_by(col(AuditLine.no).desc()).limit(limit).offset(offset)
    lines = session.exec(statement).all()
    names = dict(session.exec(select(Account.name, Account.display_name)).all())
    about = {line.subject for line in lines if line.subject}
    subjects = subject_words(session, about, names=desk.site.kind is SiteKind.STATION)
    return [
        AuditRow(
            line.no or 0,
            line.at,
            line.account,
            names.get(line.account, line.account),
            line.action,
            action_words(line.action),
            subjects.get(line.subject or "", ""),
            detail_words(line.detail),
        )
        for line in lines
    ]


def _conditions(desk: Desk, session: Session, query: AuditQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.text.strip():
        conditions.append(_says(desk, session, query.text.strip()))
    if query.group:
        conditions.append(col(AuditLine.action).in_([one for one in ACTIONS if group_of(one) == query.group]))
    if query.account:
        conditions.append(col(AuditLine.account) == query.account)
    if query.since:
        conditions.append(col(AuditLine.at) >= query.since.isoformat())
    if query.until:
        conditions.append(col(AuditLine.at) < (query.until + timedelta(days=1)).isoformat())
    if query.child_id:
        conditions.append(_about(col(Child.id) == query.child_id))
    return conditions


def _says(desk: Desk, session: Session, typed: str) -> ColumnElement[bool]:
    folded = typed.casefold()
    actions = [one for one in ACTIONS if folded in action_words(one).casefold() or folded in one]
    people = session.exec(select(Account.name).where(col(Account.display_name).contains(typed, autoescape=True))).all()
    value = func.json_each(AuditLine.detail).table_valued("value")
    conditions = [
        col(AuditLine.action).in_(actions),
        col(AuditLine.account).in_(people),
        col(AuditLine.account).contains(typed, autoescape=True),
        col(AuditLine.subject).contains(typed, autoescape=True),
        exists(select(value.c.value).where(value.c.value.contains(typed, autoescape=True))),
    ]
    if desk.site.kind is SiteKind.STATION:
        conditions.append(_about(col(Child.name).contains(typed, autoescape=True)))
    return or_(*conditions)


def _about(children: ColumnElement[bool]) -> ColumnElement[bool]:
    """What was done to these children, their visits and their caregivers."""
    subject, ids = col(AuditLine.subject), select(Child.id).where(children)
    homes = select(Child.household_id).where(children)
    return or_(
        subject.in_(select(literal("child/") + Child.id).where(children)),
        subject.in_(select(literal("visit/") + Visit.id).where(col(Visit.child_id).in_(ids))),
        subject.in_(select(literal("caregiver/") + Caregiver.id).where(col(Caregiver.household_id).in_(homes))),
    )
