"""Backups keep themselves: made, proven, copied to a second place, rotated, tried out every month."""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from sqlmodel import Session, col, func, select

from zhaohu.errors import Refused
from zhaohu.i18n import _, format_number, pgettext
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.exchange.record_words import is_kind, kind_words
from zhaohu.services.safety import backup_shelf as shelf
from zhaohu.services.safety.backup_shelf import BackupRow, list_backups, look_at
from zhaohu.store import backup, settings
from zhaohu.store.backup import folder
from zhaohu.store.backup_file import Progress, Reason
from zhaohu.sync import delivery

__all__ = ["BackupRow", "BackupState", "Reason", "folder", "list_backups", "look_at"]

AFTER = "backup.after"
"""Setting: a running number that new backups exceed, whatever lies in the folder."""

_SECOND, _SECOND_SINCE = "backup.second_place", "backup.second_since"
_COPIED, _COPIED_AT = "backup.copied", "backup.copied_at"
_DRILLED_AT = "backup.drilled_at"
_FAILED = "backup.failed"
_SHRUNK = "backup.fewer"
_CREATE = "backup.create"

_OVERDUE_DAYS, _SECOND_OVERDUE_DAYS, _DRILL_DAYS = 2, 7, 30
_FEW_ROWS, _SHRINKING = 20, 0.8
_ROTTEN = ("damaged_backup", "unreadable")
_TAKEN_BACK = ("bundle.undo", "children.undo_import")
"""Acts after which records are gone because a person wanted so, and was told how many."""


@dataclass(frozen=True, slots=True)
class BackupState:
    """How the keeping of backups stands.

    Attributes:
        newest: The newest good one in the profile.
        overdue_days: Days since the newest good one, once that is too long; None while in time.
        second_place: Where copies go.
        second_copied_at: When the last copy was made there.
        second_overdue: A second place is set and has had no copy for too long.
        drilled_at: When a backup was last tried out whole.
        warning: What a person must look into.
    """

    newest: BackupRow | None
    overdue_days: int | None
    second_place: Path | None
    second_copied_at: str | None
    second_overdue: bool
    drilled_at: str | None
    warning: str


def create_backup(desk: Desk, reason: Reason = Reason.MANUAL, progress: Progress | None = None) -> BackupRow:
    """Make a backup and prove it, copy it to the second place if that can be reached, let old ones go.

    Admin or teacher. One that is made by hand says that a person has looked: a standing warning is taken back.

    Raises:
        Refused: `no_space`, `cannot_write`, `busy`, or the database is damaged; nothing is left.
    """
    desk.require(*WRITERS)
    return _create(desk, reason, progress)


def backup_if_due(desk: Desk) -> BackupRow | None:
    """Once a day a backup, the second place when it can be reached again, once a month a trial. Any role.

    What goes wrong is not raised: `state` tells it.
    """
    desk.require(*Role)
    made = None
    try:
        good = shelf.good_backups(desk, folder(desk.profile))
        if not any(shelf.day_of(row) == desk.today for row in good):
            made = _create(desk, Reason.DAILY, None)
        else:
            _catch_up(desk, good[0])
        _drill_if_due(desk)
    except Refused as refused:
        _note_failure(desk, refused)
    return made


def verify_backup(desk: Desk, file: Path, progress: Progress | None = None) -> BackupRow:
    """Open a backup of this profile in a temporary place, check all of it and count its rows. Any role.

    Raises:
        Refused: It cannot be used, and why.
    """
    desk.require(*Role)
    row = look_at(file)
    backup.verify(file, desk.store.key, desk.profile / "tmp", progress)
    return row


def copy_backup(desk: Desk, file: Path, place: Path) -> Path:
    """Copy a backup of this profile to a folder and prove the copy. Admin or teacher.

    Raises:
        Refused: `no_space`, `cannot_write`.
    """
    desk.require(*WRITERS)
    target = delivery.hand_out(file, place, shelf.free_name(file, place))
    with desk.write("backup.copy") as work:
        work.note(file=target.name)
    return target


def state(desk: Desk) -> BackupState:
    """How the keeping of backups stands. Any role."""
    desk.require(*Role)
    good = shelf.good_backups(desk, folder(desk.profile))
    with desk.read() as session:
        second = _second_place(session)
        copied_at = settings.get(session, _COPIED_AT)
        since = copied_at or settings.get(session, _SECOND_SINCE)
        last = good[0].made_at if good else _begun_at(session)
        age = _days_since(last, desk.today)
        return BackupState(
            newest=good[0] if good else None,
            overdue_days=age if age > _OVERDUE_DAYS else None,
            second_place=second,
            second_copied_at=copied_at or None,
            second_overdue=second is not None and _days_since(since, desk.today) > _SECOND_OVERDUE_DAYS,
            drilled_at=settings.get(session, _DRILLED_AT) or None,
            warning=_warning(session),
        )


def set_second_place(desk: Desk, place: Path | None) -> None:
    """Choose where copies of all backups go (a stick, another disk, a share), or nowhere. Admin.

    The newest backup is copied there at once, so that a place that cannot be written is told now.

    Raises:
        Refused: `bad_place`, `no_space`, `cannot_write`; nothing was changed.
    """
    desk.require(Role.ADMIN)
    copied = None
    if place is not None:
        place = shelf.usable(desk, place)
        good = shelf.good_backups(desk, folder(desk.profile))
        copied = good[0].file.name if good else None
        if good:
            delivery.hand_out(good[0].file, place, shelf.free_name(good[0].file, place))
    with desk.write("backup.second_place") as work:
        settings.put(work.session, _SECOND, "" if place is None else str(place))
        settings.put(work.session, _SECOND_SINCE, desk.clock.stamp())
        settings.put(work.session, _COPIED, copied or "")
        settings.put(work.session, _COPIED_AT, desk.clock.stamp() if copied else "")
        work.note(set=place is not None)


def _create(desk: Desk, reason: Reason, progress: Progress | None) -> BackupRow:
    place = folder(desk.profile)
    with desk.read() as session:
        second, after = _second_place(session), int(settings.get(session, AFTER, "0"))
    former = next(iter(shelf.good_backups(desk, place)), None)
    if second is not None:
        with suppress(OSError):  # a failing stick must not keep this disk from its backup
            after = max(after, backup.highest_number(second))
    file = backup.make(desk.profile, desk.store.key, reason, desk.clock, after, progress)
    row = shelf.describe(file)
    copied = None if second is None else shelf.copied(file, second)
    with desk.write(_CREATE) as work:
        _put(work.session, _FAILED, "")
        if reason is Reason.MANUAL:
            _put(work.session, _SHRUNK, "")
        elif former is not None and (shrunk := _shrunk(former.counts, row.counts)) and not _taken_back(work.session):
            settings.put(work.session, _SHRUNK, json.dumps(shrunk))
        _note_copy(desk, work.session, copied, file)
        work.note(file=file.name, no=row.no, reason=str(reason), rows=row.records)
        if second is not None:
            work.note(second_place=copied is not None)
        keep_all = settings.get(work.session, _SHRUNK) != ""
    if not keep_all:
        shelf.rotate(desk, place)
        if second is not None and copied is not None:
            shelf.rotate(desk, second, copied)
    return row


def _shrunk(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, tuple[int, int]]:
    """Rows before and after by the kinds of records that lost more than a fifth.

    What the program keeps for itself comes and goes: drafts, records that wait, what is due.
    """
    known = {n: (rows, after.get(n, 0)) for n, rows in before.items() if is_kind(n) and rows >= _FEW_ROWS}
    return {n: (then, now) for n, (then, now) in known.items() if now < then * _SHRINKING}


def _taken_back(session: Session) -> bool:
    """Whether a person has taken many records back since the backup before."""
    query = select(AuditLine.action, func.max(AuditLine.no)).group_by(AuditLine.action)
    rows = session.exec(query.where(col(AuditLine.action).in_([*_TAKEN_BACK, _CREATE])))
    last = {action: no or 0 for action, no in rows}
    return any(last.get(action, 0) > last.get(_CREATE, 0) for action in _TAKEN_BACK)


def _note_copy(desk: Desk, session: Session, copied: Path | None, file: Path) -> None:
    if copied is not None:
        settings.put(session, _COPIED, file.name)
        settings.put(session, _COPIED_AT, desk.clock.stamp())


def _catch_up(desk: Desk, newest: BackupRow) -> None:
    """Copy the newest backup to a second place that was out of reach when it was made."""
    with desk.read() as session:
        second, last = _second_place(session), settings.get(session, _COPIED)
        keep_all = settings.get(session, _SHRUNK) != ""
    if second is None or last == newest.file.name:
        return
    copied = shelf.copied(newest.file, second)
    if copied is None:
        return
    with desk.write("backup.copy") as work:
        _note_copy(desk, work.session, copied, newest.file)
        work.note(file=copied.name, second_place=True)
    if not keep_all:
        shelf.rotate(desk, second, copied)


def _drill_if_due(desk: Desk) -> None:
    """Open the newest backup whole once a month; one that has rotted is put out of the count and replaced."""
    with desk.read() as session:
        last = settings.get(session, _DRILLED_AT)
    if last and 0 <= _days_since(last, desk.today) <= _DRILL_DAYS:
        return
    newest = next(iter(shelf.good_backups(desk, folder(desk.profile))), None)
    if newest is None:
        return
    try:
        verify_backup(desk, newest.file)
    except Refused as refused:
        if refused.code not in _ROTTEN:
            raise
        with desk.write("backup.drill") as work:
            work.note(file=newest.file.name, result=refused.code)
        with suppress(OSError):
            newest.file.replace(newest.file.with_name(f"{newest.file.name}.damaged"))
        _create(desk, Reason.DAILY, None)
        return
    with desk.write("backup.drill") as work:
        settings.put(work.session, _DRILLED_AT, desk.clock.stamp())
        work.note(file=newest.file.name, result="good")


def _note_failure(desk: Desk, refused: Refused) -> None:
    with desk.read() as session:
        known = settings.get(session, _FAILED)
    if known != refused.message:
        with suppress(Refused), desk.write("backup.fail") as work:
            settings.put(work.session, _FAILED, refused.message)
            work.note(reason=refused.code)


def _warning(session: Session) -> str:
    shrunk, failed = settings.get(session, _SHRUNK), settings.get(session, _FAILED)
    if shrunk:
        kinds = pgettext("between parts of a list", ", ").join(
            _("{kind}: {before} became {after}").format(
                kind=kind_words(table), before=format_number(before), after=format_number(after)
            )
            for table, (before, after) in json.loads(shrunk).items()
        )
        message = _(
            "Many records are gone since the backup before ({kinds}). All backups are kept. "
            "If this is as it should be, make a backup by hand; if not, restore an older one."
        )
        return message.format(kinds=kinds)
    return _("The last backup failed: {reason}").format(reason=failed) if failed else ""


def _second_place(session: Session) -> Path | None:
    kept = settings.get(session, _SECOND)
    return Path(kept) if kept else None


def _put(session: Session, key: str, value: str) -> None:
    """Keep a fact, without touching the row when it is so already."""
    if settings.get(session, key) != value:
        settings.put(session, key, value)


def _begun_at(session: Session) -> str:
    return session.exec(select(AuditLine.at).order_by(col(AuditLine.no)).limit(1)).first() or ""


def _days_since(stamp: str, today: date) -> int:
    return (today - datetime.fromisoformat(stamp).date()).days if stamp else 0
