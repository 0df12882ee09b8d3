"""The doctor: is this installation sound, and if not, what should a person do."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session, func, select

from zhaohu import paths
from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine, OwnKey
from zhaohu.services.desk import Desk
from zhaohu.store import audit
from zhaohu.store.envelope import Envelope
from zhaohu.store.journal import missing_triggers

_FREE_BYTES = 1024**3
_CLOCK_SLACK = timedelta(minutes=5)
_FONTS = ("NotoSansSC-Regular.ttf", "NotoSansSC-Bold.ttf", "ZhaohuRare.ttf")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` is empty when it is as it should be."""

    name: str
    title: str
    advice: str = ""

    @property
    def ok(self) -> bool:
        """Whether nobody has to do anything."""
        return not self.advice


def check_up(desk: Desk) -> list[Finding]:
    """Look at everything, in a fixed order; changes nothing but the audit log."""
    desk.require(Role.ADMIN, Role.TEACHER, Role.AUDITOR)
    looks: list[tuple[str, str, Callable[[Desk, Session], str]]] = [
        ("database", _("Data file is whole"), _database),
        ("references", _("Records belong together"), _references),
        ("journal", _("Changes are noted for the exchange"), _journal),
        ("audit", _("Audit log is unchanged"), _audit),
        ("keys", _("Keys are present"), _keys),
        ("disk", _("Disk has room"), _disk),
        ("clock", _("Clock is plausible"), _clock),
        ("fonts", _("Fonts are present"), _fonts),
    ]
    with desk.read() as session:
        findings = [Finding(name, title, look(desk, session)) for name, title, look in looks]
    with desk.write("check") as work:
        work.note(needs_care=[finding.name for finding in findings if not finding.ok])
    return findings


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


def _journal(_desk: Desk, session: Session) -> str:
    missing = missing_triggers(session.connection())
    return _("Changes are not all noted for the exchange. Call support; do not export until then.") if missing else ""


def _audit(_desk: Desk, session: Session) -> str:
    line = audit.first_broken_line(session)
    return "" if line is None else _("The audit log was changed from line {n} on. Tell the center.").format(n=line)


def _keys(desk: Desk, session: Session) -> str:
    if {key.purpose for key in session.exec(select(OwnKey))} != {"sign", "receive"}:
        return _("The keys of the exchange are missing. Ask the center for a new enrolment.")
    if not Envelope(desk.profile).copies_agree():
        return _("One copy of the key file is missing or differs. Change your password once to write both anew.")
    return ""


def _disk(desk: Desk, _session: Session) -> str:
    free = shutil.disk_usage(desk.profile).free
    needed = max(_FREE_BYTES, 2 * desk.store.path.stat().st_size)
    return "" if free >= needed else _("Less than {n} MB are free on this disk. Make room.").format(n=needed // 2**20)


def _clock(desk: Desk, session: Session) -> str:
    # The latest time and not the newest line: logging in has just written one by the clock that is in question.
    latest = session.exec(select(AuditLine.at).order_by(func.julianday(AuditLine.at).desc())).first()
    if latest is None or desk.clock.now() >= datetime.fromisoformat(latest) - _CLOCK_SLACK:
        return ""
    return _("The clock of this PC is behind an earlier entry. Set date and time before entering data.")


def _fonts(_desk: Desk, _session: Session) -> str:
    missing = []
    for name in _FONTS:
        try:
            paths.resource(f"fonts/{name}")
        except FileNotFoundError:
            missing.append(name)
    return (
        _("Fonts are missing: {names}. Install the program anew.").format(names=", ".join(missing)) if missing else ""
    )
