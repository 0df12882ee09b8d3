"""The audit log to read: found by words, group and day, checked for tampering, and saved as a spreadsheet.

For administrators and auditors. Every action that a service writes has its words in `ACTIONS`; a test sees to that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from pathlib import Path

from sqlalchemy import ColumnElement, exists, literal, or_
from sqlmodel import Session, col, func, select

from zhaohu.exchange.workbooks import write_table
from zhaohu.i18n import N_, _
from zhaohu.records import Caregiver, Child, Visit
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.local import Account, AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.files import write_file
from zhaohu.services.safety.audit_words import detail_words, subject_words
from zhaohu.store import audit
from zhaohu.store.audit import Damage

_READERS = (Role.ADMIN, Role.AUDITOR)
_AT_ONCE = 2000


class Group(StrEnum):
    """What acts are about; each action belongs to one group."""

    ENTRY = "entry"
    REVEALS = "reveals"
    PAPERS = "papers"
    RECORDS = "records"
    EXCHANGE = "exchange"
    ACCOUNTS = "accounts"
    UPKEEP = "upkeep"


GROUPS = {
    Group.ENTRY: N_("Log-ins"),
    Group.REVEALS: N_("Numbers shown"),
    Group.PAPERS: N_("Prints and exports"),
    Group.RECORDS: N_("Children and visits"),
    Group.EXCHANGE: N_("Exchange"),
    Group.ACCOUNTS: N_("Accounts"),
    Group.UPKEEP: N_("Backups and upkeep"),
}

ACTIONS = {
    "account.add": N_("Account added"),
    "account.disable": N_("Account disabled"),
    "account.enable": N_("Account enabled again"),
    "account.log_in": N_("Logged in"),
    "account.log_in_failed": N_("Log-in failed"),
    "account.password": N_("Password changed"),
    "account.recover": N_("Opened with the recovery sheet"),
    "account.recovery_sheet": N_("New recovery sheet made"),
    "account.role": N_("Role changed"),
    "appointment.bring_back": N_("Contact taken into a plan again"),
    "appointment.leave_out": N_("Contact left out of a plan"),
    "appointment.plan": N_("Visits planned"),
    "attempt.note": N_("Attempt to reach a family noted"),
    "attempt.strike": N_("Attempt struck out"),
    "backup.copy": N_("Backup copied to the second place"),
    "backup.create": N_("Backup made"),
    "backup.drill": N_("Backup restored for a trial"),
    "backup.fail": N_("Backup failed"),
    "backup.restore": N_("Restored from a backup"),
    "backup.second_place": N_("Second place of the backups changed"),
    "bundle.export": N_("Bundle written"),
    "bundle.import": N_("Bundle taken in"),
    "bundle.make": N_("Bundle made"),
    "bundle.refuse": N_("Bundle refused"),
    "caregiver.add": N_("Caregiver added"),
    "caregiver.correct": N_("Caregiver corrected"),
    "caregiver.edit": N_("Caregiver opened for correction"),
    "caregiver.remove": N_("Caregiver removed"),
    "check": N_("Installation checked"),
    "child.cancel_release": N_("Release to another station cancelled"),
    "child.close": N_("Records closed at three years"),
    "child.consent": N_("Consent entered"),
    "child.correct": N_("Child's particulars corrected"),
    "child.edit": N_("Child's particulars opened for correction"),
    "child.join_family": N_("Child moved to another family"),
    "child.merge": N_("Two records of one child merged"),
    "child.merge_undo": N_("Merging undone"),
    "child.register": N_("Child registered"),
    "child.release": N_("Released to another station"),
    "child.remove": N_("Child removed"),
    "child.risk": N_("Risk factor noted"),
    "child.risk_end": N_("Risk factor ended"),
    "child.split_family": N_("Child given a family of its own"),
    "child.status": N_("Status changed"),
    "child.strike_out": N_("Change of status struck out"),
    "child.take_back": N_("Taken back onto the register"),
    "child.tell_apart": N_("Two children told apart"),
    "child.tell_apart_undo": N_("Telling apart taken back"),
    "children.import": N_("Roster taken in"),
    "children.undo_import": N_("Roster undone"),
    "records.import": N_("Records taken in from a spreadsheet"),
    "class.attendance": N_("Attendance kept"),
    "class.invite": N_("Invitations added"),
    "class.plan": N_("Class planned"),
    "class.remove": N_("Class removed"),
    "clock.confirm": N_("Date of this PC confirmed"),
    "district.restore": N_("Setting of the district set back to what the program ships"),
    "district.set": N_("Setting of the district changed"),
    "draft.drop": N_("Draft dropped"),
    "export.audit": N_("Audit log saved as a spreadsheet"),
    "export.list": N_("List saved as a spreadsheet"),
    "extra_contact.add": N_("Extra visit planned"),
    "extra_contact.remove": N_("Extra visit taken back"),
    "family.correct": N_("Family's address corrected"),
    "follow_up.close": N_("Outcome of a follow-up entered"),
    "follow_up.decline": N_("Advice turned down"),
    "follow_up.recheck": N_("Re-check planned"),
    "follow_up.reopen": N_("Follow-up opened again"),
    "growth.recompute": N_("Growth graded by newer rules"),
    "key.change": N_("Database key changed"),
    "population.set": N_("Population entered"),
    "print.case": N_("Special case printed"),
    "print.child_card": N_("Child's card printed"),
    "print.consent": N_("Consent form printed"),
    "print.family_growth": N_("Growth notice for a family printed"),
    "print.form": N_("Blank form printed"),
    "print.growth": N_("Growth chart printed"),
    "print.hand_out": N_("Guidance hand-out printed"),
    "print.key_letter": N_("Key letter printed"),
    "print.labels": N_("Labels for handbooks printed"),
    "print.records": N_("Records of visits printed together"),
    "print.recovery_sheet": N_("Recovery sheet printed"),
    "print.register": N_("Register of children printed"),
    "print.restore_guide": N_("Guide to restoring printed"),
    "print.route": N_("Route list printed"),
    "print.sheets": N_("Forms printed ahead"),
    "print.sign_in": N_("Sign-in sheet printed"),
    "print.visit": N_("Visit record printed"),
    "profile.create": N_("Profile made"),
    "receipt.export": N_("Receipt written"),
    "receipt.import": N_("Receipt read"),
    "record.restore": N_("Removed record brought back"),
    "reveal.citizen_id": N_("Citizen id shown"),
    "reveal.phone": N_("Phone number shown"),
    "sheet.strike": N_("Sheet printed ahead struck out"),
    "station.accept": N_("Station enrolled"),
    "station.add": N_("Station registered"),
    "teacher.add": N_("Teacher added"),
    "teacher.end": N_("Teacher's employment ended"),
    "teacher.remove": N_("Teacher removed"),
    "vaccination.record": N_("Vaccinations of the certificate entered"),
    "vaccination.strike": N_("Vaccination struck out"),
    "village.add": N_("Villages added"),
    "village.assign": N_("Teacher of a village assigned"),
    "village.change": N_("Village renamed"),
    "village.close": N_("Village closed"),
    "village.merge": N_("Villages joined"),
    "village.open": N_("Village opened again"),
    "village.part": N_("Villages parted again"),
    "village.township": N_("Township code entered"),
    "visit.correct": N_("Visit corrected"),
    "visit.edit": N_("Visit opened for correction"),
    "visit.record": N_("Visit recorded"),
    "visit.remove": N_("Visit removed"),
    "visit.start": N_("Visit form opened"),
}
"""The words of every action that is written into the log."""

_ENTRIES = frozenset({"account.log_in", "account.log_in_failed", "account.recover"})
_GROUPS_BY_NOUN = {
    "account": Group.ACCOUNTS,
    "backup": Group.UPKEEP,
    "bundle": Group.EXCHANGE,
    "check": Group.UPKEEP,
    "clock": Group.UPKEEP,
    "export": Group.PAPERS,
    "growth": Group.UPKEEP,
    "key": Group.ACCOUNTS,
    "print": Group.PAPERS,
    "profile": Group.UPKEEP,
    "receipt": Group.EXCHANGE,
    "reveal": Group.REVEALS,
    "station": Group.EXCHANGE,
}


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


def action_words(action: str) -> str:
    """What was done, in words; the action itself when a newer version wrote it."""
    return _(ACTIONS[action]) if action in ACTIONS else action


def group_of(action: str) -> Group:
    """What an action is about."""
    if action in _ENTRIES:
        return Group.ENTRY
    return _GROUPS_BY_NOUN.get(action.partition(".")[0], Group.RECORDS)


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
