"""Folders of backups: what lies there, what is good for this profile, what may go, and copying to another place."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.rules import retention
from zhaohu.services.desk import Desk
from zhaohu.store import backup, backup_file
from zhaohu.store.backup import ENDING
from zhaohu.store.backup_file import Reason
from zhaohu.store.journal import table_names
from zhaohu.store.migrations import SCHEMA
from zhaohu.sync import delivery

_BEFORE_RISKS = (Reason.MIGRATION, Reason.RESTORE)


@dataclass(frozen=True, slots=True)
class BackupRow:
    """One backup in a list; `problem` says why it cannot be used, and is empty when nothing is known against it."""

    file: Path
    no: int
    reason: Reason
    site_code: str
    site_name: str
    made_at: str
    app: str
    schema: int
    size_bytes: int
    counts: dict[str, int]
    problem: str

    @property
    def records(self) -> int:
        """All records in it."""
        return sum(self.counts.values())


def list_backups(place: Path) -> list[BackupRow]:
    """The backups in a folder, newest first, by what they say of themselves.

    Raises:
        Refused: `unreadable`: the folder is there and cannot be listed.
    """
    rows = []
    try:
        for file in place.glob(f"*{ENDING}"):
            with suppress(FileNotFoundError):  # another thread let it go meanwhile
                rows += [describe(file)] if file.is_file() else []
    except OSError:
        raise backup_file.refusal("unreadable", place) from None
    return sorted(rows, key=lambda row: (row.no, row.made_at), reverse=True)


def look_at(file: Path) -> BackupRow:
    """What a backup says of itself, after all of it was read and found whole; no key is needed.

    Raises:
        Refused: It cannot be used, and why.
    """
    backup_file.check(file)
    row = describe(file)
    if row.problem:
        raise backup_file.refusal("newer_backup", file)
    return row


def good_backups(desk: Desk, place: Path) -> list[BackupRow]:
    """The backups in a folder that can be used and were made with this profile's key, newest first."""
    return [row for row in list_backups(place) if not row.problem and backup_file.fits(row.file, desk.store.key)]


def describe(file: Path) -> BackupRow:
    """A backup as it stands in a list; only its head is read.

    Raises:
        FileNotFoundError: It is not there any more.
    """
    try:
        told = backup_file.read_manifest(file)
        size = file.stat().st_size
    except Refused as refused:
        file.stat()
        return BackupRow(file, backup.number_of(file), Reason.MANUAL, "", "", "", "", 0, 0, {}, refused.message)
    counts = {name: told.counts[name] for name in table_names() if name in told.counts}
    problem = backup_file.refusal("newer_backup", file).message if told.schema_no > SCHEMA else ""
    return BackupRow(
        file, told.no, told.reason, told.site_code, told.site_name, told.made_at, told.app, told.schema_no, size,
        counts, problem,
    )  # fmt: skip


def rotate(desk: Desk, place: Path, just_copied: Path | None = None) -> None:
    """Let go what the rule does not keep; what is damaged, newer or of another key is never touched."""
    try:
        good = good_backups(desk, place)
    except Refused:  # the folder cannot be listed just now: next time
        return
    keep = retention.kept(retention.Backup(row.no, day_of(row), row.reason in _BEFORE_RISKS) for row in good)
    for row in good:
        if row.no not in keep and row.file != just_copied:
            with suppress(OSError):  # in use, or the stick is gone: next time
                row.file.unlink()


def copied(file: Path, second: Path) -> Path | None:
    """The proven copy in the second place; None when it cannot be reached or written now."""
    try:
        if not second.is_dir():  # a stick that is not plugged in must not become a folder on the disk
            return None
        return delivery.hand_out(file, second, free_name(file, second))
    except (Refused, OSError):
        return None


def free_name(file: Path, place: Path) -> str:
    """The file's own name, unless another backup has it there: one of a life of this profile before a restore.

    Raises:
        Refused: `cannot_write`: the place cannot even be read.
    """
    there = place / file.name
    with backup_file.writing(place):
        if not there.exists() or delivery.file_hash(there) == delivery.file_hash(file):
            return file.name
    return f"{file.stem}-{secrets.token_hex(3)}{ENDING}"


def usable(desk: Desk, place: Path) -> Path:
    """A folder that can serve as second place.

    Raises:
        Refused: `bad_place` or `cannot_write`.
    """
    place, profile = place.expanduser().resolve(), desk.profile.resolve()
    if not place.is_dir():
        message = _("The folder {folder} is not there. Plug the stick in, or make the folder first.")
        raise Refused(message.format(folder=place), code="bad_place", folder=str(place))
    if place.is_relative_to(profile):
        message = _("The second place must be outside the profile's own folder, best on another disk or a stick.")
        raise Refused(message, code="bad_place", folder=str(place))
    proof = place / f"zhaohu-{secrets.token_hex(4)}.part"
    try:
        proof.write_bytes(b"")
        proof.unlink()
    except OSError:
        raise backup_file.refusal("cannot_write", place) from None
    return place


def day_of(row: BackupRow) -> date:
    """The day a backup says it was made on."""
    return datetime.fromisoformat(row.made_at).date()
