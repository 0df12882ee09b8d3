"""Restoring a profile from a backup, over what is there or onto a new PC; what was there is always kept."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlmodel import Session, select

from zhaohu.clock import Clock
from zhaohu.errors import NotAllowed, Refused
from zhaohu.i18n import _
from zhaohu.paths import DATABASE_FILE, holds_profile
from zhaohu.records.exchange import Peer
from zhaohu.records.local import Account
from zhaohu.services.desk import WRITERS
from zhaohu.services.safety import attempts, life_marks
from zhaohu.services.safety.backup_shelf import BackupRow, list_backups, look_at
from zhaohu.services.safety.backups import AFTER
from zhaohu.store import audit, backup, backup_file, restoring, settings
from zhaohu.store.backup_file import Manifest, Progress, Reason
from zhaohu.store.engine import StoreFault, machine_faults, make_engine
from zhaohu.store.envelope import Envelope, WrongPassword
from zhaohu.store.lock import alone
from zhaohu.store.migrations import SCHEMA, migrate
from zhaohu.store.place import check_place
from zhaohu.store.restoring import finish_restore
from zhaohu.sync import lineage, marks, packets

__all__ = ["Restored", "Secret", "finish_restore", "former_key_advice", "look_at", "restore_backup"]

_NOT_ITS_FAULT = ("no_space", "cannot_write", "busy")
_FULL, _LOCKED, _READ_ONLY = 13, 5, 8


@dataclass(frozen=True, slots=True)
class Secret:
    """What opens a backup: a user's name and password as they were then, or the recovery code of that time."""

    user: str = ""
    password: str = ""
    recovery_code: str = ""


@dataclass(frozen=True, slots=True)
class Restored:
    """A restore that is done.

    Attributes:
        backup: What was restored.
        kept: Where what was there before lies: a backup, or a folder of raw files.
        former_key: The key of this data was changed since the backup: the passwords of that time are good again.
    """

    backup: BackupRow
    kept: Path | None
    former_key: bool


@dataclass(frozen=True, slots=True)
class _Former:
    """What was there: kept as a backup, or to be set aside as it is.

    If it could be read: its lives, and the number of the newest packet for each station; else the highest one of these
    that the marks outside tell of.
    """

    kept: Path | None = None
    set_aside: Path | None = None
    lives: tuple[dict[str, Any], ...] = ()
    written: dict[str, int] = field(default_factory=dict)
    highest: int = 0


def restore_backup(
    profile: Path,
    file: Path,
    secret: Secret,
    clock: Clock,
    progress: Progress | None = None,
    *,
    other_site: bool = False,
) -> Restored:
    """Put a profile back to what a backup holds; a new life of the database begins, so that syncing goes on.

    First all of the backup is verified, then what is there is kept, then the files are exchanged. A kill at any moment
    leaves the old or the new profile whole.

    Args:
        profile: The profile's folder; it may be empty, or not be there (a new PC). Nobody may have it open.
        file: The backup.
        secret: What opens it. An account that may not record may not restore.
        clock: What time the audit log gets.
        progress: Told how much is done.
        other_site: Another station's or center's data may take the place of what is there.

    Raises:
        WrongPassword: The secret does not open the backup.
        NotAllowed: The account may only look.
        Refused: `busy`, `no_space`, `bad_place`, `other_site`, or the backup cannot be used. Until the exchange of
            files has begun nothing was changed; one that the disk interrupts the next opening brings to its end.
    """
    row = look_at(file)
    check_place(profile)
    here = _site_of(profile)
    if here not in ("", row.site_code) and not other_site:
        message = _("This backup is of {other}, and the data here is of {here}. Choose a backup of this site.")
        raise Refused(message.format(other=row.site_code, here=here), code="other_site")
    with backup_file.writing(profile):
        profile.mkdir(mode=0o700, parents=True, exist_ok=True)
    finish_restore(profile)
    lock = alone(profile)
    try:
        with backup_file.writing(profile), restoring.staged(profile) as staging:
            backup.need_space(staging, 2 * row.size_bytes)
            with attempts.guarded(profile, secret.user, clock):
                key = _key(file, staging, secret)
            manifest = backup_file.unpack_database(file, key, staging / DATABASE_FILE, progress)
            backup.prove(file, staging / DATABASE_FILE, key, manifest)
            _check_account(staging, key, secret)
            former = _keep(profile, row.site_code, key, clock)
            _begin_life(staging, key, file, manifest, former, secret, clock)
            restoring.exchange(profile, former.set_aside)
    finally:
        lock.release()
    return Restored(row, former.kept or former.set_aside, _key_changed_since(profile, row, key))


def former_key_advice() -> str:
    """What to do when a backup under a former key was restored."""
    return _("The key was changed after this backup: its former passwords open the data again. Change the key anew.")


def _site_of(profile: Path) -> str:
    """Whose key file lies in a profile's folder; empty when none is there that can be read."""
    with suppress(Refused):
        return str(json.loads(Envelope(profile).raw())["profile"])
    return ""


def _key_changed_since(profile: Path, restored: BackupRow, key: bytes) -> bool:
    """Whether a later backup of this site lies there under another key."""
    later = [row for row in list_backups(backup.folder(profile)) if row.no > restored.no and not row.problem]
    return any(row.site_code == restored.site_code and not backup_file.fits(row.file, key) for row in later)


def _key(file: Path, staging: Path, secret: Secret) -> bytes:
    """The database key, out of the backup's own envelope."""
    backup_file.unpack_envelope(file, staging)
    envelope = Envelope(staging)
    if secret.recovery_code:
        return envelope.open_with_recovery_code(secret.recovery_code)
    return envelope.open(secret.user, secret.password)


def _check_account(staging: Path, key: bytes, secret: Secret) -> None:
    """Bring the staged database to this version's schema, and look whether the person may do this."""
    with machine_faults():
        engine = make_engine(staging / DATABASE_FILE, key)
        try:
            migrate(engine)
            with Session(engine) as session:
                account = session.exec(select(Account).where(Account.name == secret.user)).first()
        finally:
            engine.dispose()
    if secret.recovery_code:
        return
    if account is None or account.disabled_at is not None:
        raise WrongPassword(_("User name or password is wrong."))
    if account.role not in WRITERS:
        raise NotAllowed(_("Your account may not do this. Ask an administrator."), role=str(account.role))


def _keep(profile: Path, site: str, key: bytes, clock: Clock) -> _Former:
    """Back up what is there; what does not open with this key, or is damaged, is set aside as it is."""
    outside, highest = tuple(life_marks.former(profile, site)), life_marks.highest_packet(profile, site)
    if not holds_profile(profile):
        return _Former(lives=outside, highest=highest)
    try:
        kept = backup.make(profile, key, Reason.RESTORE, clock)
        lives, written = _read_former(profile, key, kept)
        return _Former(kept, lives=lives or outside, written=written, highest=highest)
    except StoreFault as fault:
        if fault.details["sqlite_error"] in (_FULL, _LOCKED, _READ_ONLY):
            raise
    except Refused as refused:
        if refused.code in _NOT_ITS_FAULT:
            raise
    stem, n = profile / "set-aside" / f"{clock.now():%Y%m%d-%H%M%S}", 1
    place = stem
    while place.exists():
        place, n = stem.with_name(f"{stem.name}-{n}"), n + 1
    return _Former(set_aside=place, lives=outside, highest=highest)


def _read_former(profile: Path, key: bytes, kept: Path) -> tuple[tuple[dict[str, Any], ...], dict[str, int]]:
    """Lives and packet numbers of the database that is replaced; none when another version of the program wrote it."""
    if backup_file.read_manifest(kept).schema_no != SCHEMA:
        return (), {}
    with machine_faults():
        engine = make_engine(profile / DATABASE_FILE, key)
        try:
            with Session(engine) as session:
                written = dict(session.exec(select(Peer.code, Peer.packet_no)).all())
                return tuple(lineage.lives(session)), written
        finally:
            engine.dispose()


def _begin_life(
    staging: Path, key: bytes, file: Path, manifest: Manifest, former: _Former, secret: Secret, clock: Clock
) -> None:
    """A new epoch, numbers of backups that go on, and a line in the audit log; the file is whole by itself after."""
    with machine_faults():
        engine = make_engine(staging / DATABASE_FILE, key)
        try:
            with Session(engine.execution_options(writes=True)) as session, session.begin():
                before = marks.counter(session).epoch
                epoch = lineage.begin(session, list(former.lives), "restored", clock.stamp())
                if lineage.is_center(manifest.site_code):
                    packets.after_restore(session, former.written, former.highest)
                number = max(manifest.no, int(settings.get(session, AFTER, "0")))
                settings.put(session, AFTER, str(number))
                kept = former.kept or former.set_aside
                audit.append(
                    session,
                    at=clock.stamp(),
                    account="" if secret.recovery_code else secret.user,
                    action="backup.restore",
                    subject=None,
                    detail={
                        "file": file.name,
                        "no": manifest.no,
                        "former_epoch": before,
                        "epoch": epoch,
                        "kept": "" if kept is None else kept.name,
                    },
                )
            with engine.connect() as connection:
                raw: Any = connection.connection.dbapi_connection
                if raw.execute("PRAGMA journal_mode = DELETE").fetchone() != ("delete",):
                    raise AssertionError("journal")
        finally:
            engine.dispose()
