"""The doctor: is this installation sound, and if not, what should a person do."""

from __future__ import annotations

import platform
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sqlmodel import Session, SQLModel, col, select

from zhaohu import __version__
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import N_, _, pgettext, sentences
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import OwnKey
from zhaohu.records.local import Account, AuditLine
from zhaohu.services import derived
from zhaohu.services.content import form_editions
from zhaohu.services.desk import Desk
from zhaohu.services.exchange import forks, inbox, lives, quiet
from zhaohu.services.exchange.travel_words import failure_words
from zhaohu.services.files import write_file
from zhaohu.services.growth import scores
from zhaohu.services.safety import backups, clock_watch
from zhaohu.services.safety.checkup_outside import Finding, look_outside, look_without_opening
from zhaohu.store import audit, settings, staleness
from zhaohu.store.engine import APPLICATION_ID
from zhaohu.store.envelope import Envelope
from zhaohu.store.journal import missing_triggers
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import marks

__all__ = ["Finding", "check_up", "last_run", "look_without_opening", "report_text", "save_report"]

_ACTION = "check"
_DRILL_DAYS = 45
_QUIET_DAYS = 3
_MAY_ASK = (Role.ADMIN, Role.TEACHER, Role.AUDITOR)

Look = Callable[[Desk, Session], str]


def check_up(desk: Desk) -> list[Finding]:
    """Look at everything, in a fixed order; changes nothing but the audit log, and what lists are made from where that
    is not what is recorded. Any role but viewers.
    """
    desk.require(*_MAY_ASK)
    findings = [*(_look(desk, *one) for one in _LOOKS), *look_outside(desk.profile, desk.clock)]
    if form_editions.list_editions(desk):
        findings.append(_look(desk, "forms", N_("Forms of the district can be read"), _forms))
    if quiet.standing(desk).place:
        findings.append(_look(desk, "travel", N_("Exchange through a place works"), _travel))
    look = _agreement if desk.site.kind is SiteKind.CENTER else _snapshot
    findings.append(_look(desk, "agreement", N_("Center and stations have the same records"), look))
    if backups.state(desk).second_place is not None:
        findings.append(_look(desk, "second_place", N_("Backups go to a second place"), _second_place))
    with suppress(Refused), desk.write(_ACTION) as work:  # a full disk is a finding, and no reason to hide the others
        work.note(needs_care=[finding.name for finding in findings if not finding.ok])
    return findings


def last_run(desk: Desk) -> str | None:
    """When the doctor was asked last; None when never."""
    desk.require(*_MAY_ASK)
    query = select(AuditLine.at).where(AuditLine.action == _ACTION).order_by(col(AuditLine.no).desc())
    with desk.read() as session:
        return session.exec(query).first()


def report_text(findings: Iterable[Finding], profile: Path, clock: Clock) -> str:
    """The findings for support, without personal data: folders, in which somebody's name may stand, are left out."""
    system = f"{platform.system()} {platform.release()}"
    lines = [f"Zhaohu {__version__}, Python {platform.python_version()}, {system}", clock.stamp(), ""]
    for finding in findings:
        advice = finding.advice
        for folder in (str(profile), str(Path.home())):
            advice = advice.replace(folder, "…")
        lines.append(f"{'ok' if finding.ok else 'TO DO'}  {finding.name}  {finding.title}  {advice}".rstrip())
    return "\n".join(lines) + "\n"


def save_report(findings: Iterable[Finding], desk: Desk, place: Path) -> Path:
    """Write the report into a file; returns the file.

    Raises:
        Refused: `no_space`, `cannot_write`.
    """
    desk.require(*_MAY_ASK)
    return write_file(place, report_text(findings, desk.profile, desk.clock).encode("utf-8"))


def _look(desk: Desk, name: str, title: str, look: Look) -> Finding:
    """One look, in a transaction of its own: damage that one finds must not hide what the others find."""
    try:
        with desk.read() as session:
            return Finding(name, _(title), look(desk, session))
    except Refused as refused:
        return Finding(name, _(title), refused.message)


def _database(_desk: Desk, session: Session) -> str:
    connection = session.connection()
    damaged = connection.exec_driver_sql("PRAGMA cipher_integrity_check").fetchall()
    whole = connection.exec_driver_sql("PRAGMA integrity_check").scalar()
    if not damaged and whole == "ok":
        return ""
    return _("The data file is damaged. Stop entering data and restore the newest backup.")


def _references(_desk: Desk, session: Session) -> str:
    broken = session.connection().exec_driver_sql("PRAGMA foreign_key_check").fetchall()
    return _("Some records have lost what they belong to. Call support before going on.") if broken else ""


def _schema(_desk: Desk, session: Session) -> str:
    run = session.connection().exec_driver_sql
    numbers = (run("PRAGMA user_version").scalar(), run("PRAGMA application_id").scalar())
    missing = [
        f"{table.name}.{column.name}"
        for table in SQLModel.metadata.sorted_tables
        for column in table.columns
        if column.name not in {row[1] for row in run(f'PRAGMA table_info("{table.name}")')}
    ]
    if numbers == (SCHEMA, APPLICATION_ID) and not missing:
        return ""
    return _("The data file is not built as this version expects. Install the newest version, or call support.")


def _journal(_desk: Desk, session: Session) -> str:
    missing = missing_triggers(session.connection())
    return _("Changes are not all noted for the exchange. Call support; do not export until then.") if missing else ""


def _durability(_desk: Desk, session: Session) -> str:
    run = session.connection().exec_driver_sql
    if (run("PRAGMA journal_mode").scalar(), run("PRAGMA synchronous").scalar()) == ("wal", 2):
        return ""
    return _("The data file is not written the safe way. Close the program everywhere and open it again.")


def _audit(_desk: Desk, session: Session) -> str:
    line = audit.first_broken_line(session)
    return "" if line is None else _("The audit log was changed from line {n} on. Tell the center.").format(n=line)


def _keys(desk: Desk, session: Session) -> str:
    if not {key.purpose for key in session.exec(select(OwnKey))} >= {"sign", "receive"}:
        return _("The keys of the exchange are missing. Ask the center for a new enrolment.")
    envelope = Envelope(desk.profile)
    if not envelope.copies_agree():
        return _("One copy of the key file is missing or differs. Change your password once to write both anew.")
    if not envelope.has_recovery():
        return _("No recovery sheet opens this profile. Make a new one, and keep it locked away.")
    return ""


def _accounts(desk: Desk, session: Session) -> str:
    slots = Envelope(desk.profile).names()
    enabled = set(session.exec(select(Account.name).where(col(Account.disabled_at).is_(None))))
    if slots - enabled:
        return _("The key file lets in somebody without an account. Log in again; if this stays, call support.")
    if enabled - slots:
        return _("Accounts without a key: {n}. An administrator gives them a new password.").format(
            n=len(enabled - slots)
        )
    return ""


def _clock(desk: Desk, session: Session) -> str:
    return clock_watch.advice(desk, session)


def _backups(desk: Desk, _session: Session) -> str:
    state = backups.state(desk)
    if state.overdue_days is None:
        return state.warning
    if state.newest is None:
        return _("There is no backup yet. Make one now.")
    return _("The newest backup is {n} days old. Make one now.").format(n=state.overdue_days)


def _drill(desk: Desk, _session: Session) -> str:
    state = backups.state(desk)
    kept = backups.list_backups(backups.folder(desk.profile))
    since = state.drilled_at or min((backup.made_at for backup in kept if not backup.problem), default=None)
    if since is None or (desk.today - datetime.fromisoformat(since).date()).days < _DRILL_DAYS:
        return ""
    return _("No backup was opened to try it for {n} days. Check one in the settings.").format(n=_DRILL_DAYS)


def _second_place(desk: Desk, _session: Session) -> str:
    if not backups.state(desk).second_overdue:
        return ""
    return _("No backup reached the second place for too long. Plug the stick in, or connect the share.")


def _travel(desk: Desk, _session: Session) -> str:
    stands = quiet.standing(desk)
    if stands.days_without < _QUIET_DAYS:
        return ""
    message = _(
        "Nothing was exchanged through “{place}” for {n} days: {reason}. Try it out in the settings, “Ways to travel”."
    )
    return message.format(place=stands.place, n=stands.days_without, reason=failure_words(stands.code))


def _agreement(desk: Desk, _session: Session) -> str:
    """The next receipt asks by itself; a person has to see to it that it goes out, and that its answer comes."""
    differing = [row.name for row in inbox.matrix(desk, weeks=1).rows if row.differs]
    undecided = sorted({fork.station_name for fork in forks.list_forks(desk)})
    messages = {
        _(
            "What is kept here is not what these stations have: {stations}. Write their receipts: they ask for a full "
            "snapshot. Take that in when it comes."
        ): differing,
        _("A person has to decide which PC is the station: {stations}. Look in the inbox, “Set aside”."): undecided,
    }
    comma = pgettext("between parts of a list", ", ")
    return sentences([words.format(stations=comma.join(names)) for words, names in messages.items() if names])


def _snapshot(desk: Desk, session: Session) -> str:
    if lives.state(desk).copy:
        return lives.state(desk).words
    if settings.get(session, marks.FULL_WANTED) in ("", marks.OWN_WISH):
        return ""
    return _("The center and this station do not agree. Synchronise: the next bundle holds everything and mends it.")


def _forms(desk: Desk, _session: Session) -> str:
    return form_editions.unread_words(form_editions.list_editions(desk))


def _grades(desk: Desk, _session: Session) -> str:
    older = scores.standing(desk).older
    if not older:
        return ""
    message = _("{n} growth grades are of an older version. Look in the settings, “Growth grades”, what would change.")
    return message.format(n=older)


def _lists(desk: Desk, session: Session) -> str:
    differing = derived.differing(session)
    if not differing and not staleness.missing_triggers(session.connection()):
        return ""
    derived.mend(desk.store, differing)
    if not differing:
        return _("Not every change was noted for lists and search; this was put right. Check once more.")
    message = _("Lists and search did not show {n} children as they are recorded; this was put right. Check once more.")
    return message.format(n=len(differing))


_LOOKS: tuple[tuple[str, str, Look], ...] = (
    ("database", N_("Data file is whole"), _database),
    ("references", N_("Records belong together"), _references),
    ("schema", N_("Data file fits this version"), _schema),
    ("journal", N_("Changes are noted for the exchange"), _journal),
    ("durability", N_("What is saved is on disk"), _durability),
    ("audit", N_("Audit log is unchanged"), _audit),
    ("keys", N_("Keys are present"), _keys),
    ("accounts", N_("Accounts and keys belong together"), _accounts),
    ("clock", N_("Clock is plausible"), _clock),
    ("backups", N_("Backups are fresh"), _backups),
    ("drill", N_("Backups were tried"), _drill),
    ("grades", N_("Growth is graded by the present rules"), _grades),
    ("lists", N_("Lists show what is recorded"), _lists),
)
