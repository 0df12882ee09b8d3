"""Changing the database key after a theft or a leaver: the same records and the same life, under a key nobody has seen.

Never in place: the database is copied under the new key beside the old one, proven, and only then exchanged. What was
copied from this PC before stays readable with the passwords of its time; that cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlmodel import col, select

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.paths import DATABASE_FILE, RESTORE_MARKER
from zhaohu.records.codes import Role
from zhaohu.records.local import Account
from zhaohu.services import printing
from zhaohu.services.desk import Desk
from zhaohu.services.safety import backup_shelf, backups, recovery
from zhaohu.services.safety.profile import open_desk, open_store
from zhaohu.store import backup, backup_file, restoring, settings
from zhaohu.store.backup_file import Progress, Reason
from zhaohu.store.engine import machine_faults, make_engine, open_copy
from zhaohu.store.envelope import Envelope, Strength, WrongPassword, new_recovery_code
from zhaohu.store.lock import alone
from zhaohu.store.session import Store

_PAGES = 2000


@dataclass(frozen=True, slots=True)
class KeyChanged:
    """A change of the key that is done.

    Attributes:
        without_slot: User names that may log in, but have no password any more: give them new ones.
        sheet: The new recovery sheet.
        older_backups: Backups within reach that still open with the passwords and the sheet of their time.
        backup: The first one under the new key; None when it could not be made, and the state of backups says why.
    """

    without_slot: list[str]
    sheet: Path
    older_backups: int
    backup: Path | None


def change_key(
    profile: Path,
    user: str,
    password: str,
    place_of_sheet: Path,
    clock: Clock,
    strength: Strength | None = None,
    progress: Progress | None = None,
) -> KeyChanged:
    """Encrypt a profile anew under a new random key. Admin; nobody, not even the caller, may have it open.

    First the new recovery sheet and a backup under the old key, then the copy under the new one, with slots for the
    administrator and the sheet, then the exchange of files. A kill at any moment leaves the old or the new profile
    whole; a sheet that a killed change left behind opens nothing if the profile is the old one.

    Args:
        profile: The profile's folder.
        user: The administrator, whose password stays.
        password: Their password.
        place_of_sheet: The file (PDF) of the new recovery sheet; none may lie there.
        clock: What time it is.
        strength: How hard the new slots are to guess; what this PC can bear when not given.
        progress: Told how much is done, from the start again for each part.

    Raises:
        WrongPassword: Name or password is wrong.
        NotAllowed: The account is no administrator's.
        Refused: `wait`, `busy`, `file_exists`, `no_space`, `cannot_write`, or the database is damaged; nothing was
            changed, unless the disk failed amid the exchange: the next opening brings that to its end.
    """
    former = open_desk(profile, user, password, clock)
    try:
        former.require(Role.ADMIN)
        second = backups.state(former).second_place
        with former.read() as session:
            taken = int(settings.get(session, backups.AFTER, "0"))
    finally:
        former.close()
    taken = max(taken, 0 if second is None else backup.highest_number(second))
    key, without_slot = _exchange(former, password, place_of_sheet, taken, strength, progress)
    made = _back_up(former, key)
    places = [backups.folder(profile), *([] if second is None else [second])]
    return KeyChanged(without_slot, place_of_sheet, sum(_older(place, former.site.code, key) for place in places), made)


def _exchange(
    former: Desk, password: str, place: Path, taken: int, strength: Strength | None, progress: Progress | None
) -> tuple[bytes, list[str]]:
    """The work itself, with nobody else in the profile; returns the new key and who needs a new password."""
    profile, old, code = former.profile, former.store.key, new_recovery_code()
    lock = alone(profile)
    try:
        with backup_file.writing(profile), _on_paper(former, code, place), restoring.staged(profile) as staging:
            with _nobody_writes(profile, old):
                kept = backup.make(profile, old, Reason.MANUAL, former.clock, taken, progress)
                key = _copy(former, staging, kept, strength, progress)
                Envelope(staging, strength).add(key, "user", former.person.name, password)
                Envelope(staging, strength).add_recovery(key, code)
                without_slot = _note(former, staging, key, kept)
            restoring.exchange(profile, None)
    finally:
        lock.release()
    return key, without_slot


@contextmanager
def _on_paper(former: Desk, code: str, place: Path) -> Iterator[None]:
    """The new sheet lies there before its code is valid, and is taken away again if it never will be."""
    printing.recovery_sheet_place(former.profile, place)
    printing.write_new_sheet(former, code, place)
    try:
        yield
    except BaseException:
        if not _may_open(former.profile, code):
            place.unlink(missing_ok=True)
        raise


def _may_open(profile: Path, code: str) -> bool:
    if (profile / RESTORE_MARKER).exists():  # the exchange has begun: the code is that of the profile to come
        return True
    try:
        Envelope(profile).open_with_recovery_code(code)
    except WrongPassword:
        return False
    except Refused:
        return True
    return True


@contextmanager
def _nobody_writes(profile: Path, key: bytes) -> Iterator[None]:
    """Where the system knows no shared locks, a command could still slip in: what it wrote would be lost."""
    with machine_faults():
        engine = make_engine(profile / DATABASE_FILE, key)
        try:
            with engine.execution_options(writes=True).begin():
                yield
        finally:
            engine.dispose()


def _copy(former: Desk, staging: Path, kept: Path, strength: Strength | None, progress: Progress | None) -> bytes:
    """The database page by page under a new key, so that nothing of it is lost or made anew; all of it is checked."""
    manifest = backup_file.read_manifest(kept)
    key = Envelope(staging, strength).create(manifest.profile)
    backup.need_space(staging, manifest.database.size)
    with machine_faults():
        engine = make_engine(former.profile / DATABASE_FILE, former.store.key)
        try:
            with engine.connect() as connection:
                source: Any = connection.connection.dbapi_connection
                target = open_copy(staging / DATABASE_FILE, key, read_only=False)
                try:
                    source.backup(target, pages=_PAGES, progress=_told(progress))
                    target.execute("PRAGMA journal_mode = DELETE")
                finally:
                    target.close()
        finally:
            engine.dispose()
    backup.prove(kept, staging / DATABASE_FILE, key, manifest)
    return key


def _told(progress: Progress | None) -> Any:
    return None if progress is None else lambda _status, left, total: progress(total - left, total)


def _note(former: Desk, staging: Path, key: bytes, kept: Path) -> list[str]:
    """The line in the new database's log; returns who needs a new password."""
    desk = _desk(former, Store(staging / DATABASE_FILE, key))
    others = select(Account.name).where(col(Account.disabled_at).is_(None), Account.name != former.person.name)
    try:
        with desk.write("key.change") as work:
            names = sorted(work.session.exec(others))
            settings.put(work.session, recovery.USED, "")
            work.note(file=kept.name, without_slot=names)
    finally:
        desk.close()
    if (staging / f"{DATABASE_FILE}-wal").exists():  # only the file itself is exchanged, and this could not be folded
        raise backup_file.refusal("cannot_write", staging)
    return names


def _back_up(former: Desk, key: bytes) -> Path | None:
    """The first backup under the new key. The key is changed already, so what goes wrong here is not a refusal."""
    with suppress(Refused):
        desk = _desk(former, open_store(former.profile, key, former.clock))
        try:
            made = backups.backup_if_due(desk)
        finally:
            desk.close()
        return None if made is None else made.file
    return None


def _desk(former: Desk, store: Store) -> Desk:
    desk = Desk(former.profile, store, former.clock, former.person, former.site)
    desk.clock_doubt = former.clock_doubt
    return desk


def _older(place: Path, site_code: str, key: bytes) -> int:
    with suppress(Refused):  # the key is changed already: a stick that fails now must not hide that
        rows = [row for row in backup_shelf.list_backups(place) if row.site_code == site_code]
        return sum(not backup_file.fits(row.file, key) for row in rows)
    return 0
