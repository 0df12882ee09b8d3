"""Making a backup of a profile, and proving one: nothing counts as a backup that was not opened and counted."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import zhaohu
from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import DATABASE_FILE, sync_folder
from zhaohu.store import backup_file, clock_mark
from zhaohu.store.backup_file import FORMAT, Manifest, Progress, Reason
from zhaohu.store.engine import StoreFault, machine_faults, make_engine, open_copy
from zhaohu.store.envelope import Envelope
from zhaohu.store.lock import one_at_a_time

ENDING = ".zhk"
_NAME = re.compile(r"-(\d{6,9})-\d{8}-")
_PATIENCE_S = 60.0
_PAGES = 2000
_SPARE_BYTES = 4 << 20
_CORRUPT, _NO_DATABASE = 11, 26  # SQLite's: a damaged page; one that does not decrypt
_TEMPORARY, _LOCK = "backup-", "backup.lock"


@dataclass(frozen=True, slots=True)
class Facts:
    """What must be the same in a database and in its copy; `newest_at` is the latest moment in the audit log."""

    schema: int
    site_code: str
    site_name: str
    epoch: str
    seq: int
    audit_no: int
    audit_head: str
    newest_at: str
    counts: dict[str, int]


def folder(profile: Path) -> Path:
    """Where a profile's own backups lie."""
    return profile / "backups"


def number_of(file: Path) -> int:
    """The running number that a backup's name has; 0 when it has none."""
    match = _NAME.search(file.name)
    return int(match[1]) if match else 0


def highest_number(place: Path) -> int:
    """The highest running number among the names of the backups in a folder; 0 when there is none."""
    return max((number_of(file) for file in place.glob(f"*{ENDING}*")), default=0)  # damaged ones too


def make(
    profile: Path, key: bytes, reason: Reason, clock: Clock, after: int = 0, progress: Progress | None = None
) -> Path:
    """Write a backup of a profile and prove it; others may go on working meanwhile.

    Args:
        profile: The profile's folder.
        key: The database key.
        reason: Why it is made.
        clock: What time it says of itself.
        after: A running number that is taken elsewhere; the new one is higher.
        progress: Told how much is done.

    Returns:
        The finished file in the profile's folder of backups.

    Raises:
        Refused: `no_space`, `cannot_write`, `busy`, `no_key_file`, or `damaged` when the database is; nothing is left.
        StoreFault: The database could not be read.
    """
    place, database = folder(profile), profile / DATABASE_FILE
    if not database.is_file() or database.stat().st_size == 0:
        message = _("The data file of this profile is missing. Do not start anew: restore it from a backup.")
        raise Refused(message, code="database_missing")
    with backup_file.writing(place), one_at_a_time(profile / _LOCK, _PATIENCE_S):
        place.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in place.glob("*.part"):  # of one who was killed at it
            left.unlink(missing_ok=True)
        need_space(place, 2 * database.stat().st_size)
        token = secrets.token_hex(4)
        copy, part = place / f"{token}.db.part", place / f"{token}.part"
        try:
            envelope = Envelope(profile).raw()  # first: without it, not even the database's log is touched
            facts = _copy(database, key, copy, progress)
            number = max(highest_number(place), after) + 1
            manifest = _manifest(facts, envelope, copy, reason, number, clock)
            backup_file.write(part, manifest, key, envelope, copy)
            backup_file.check(part)
            target = place / f"{facts.site_code}-{number:06d}-{clock.today():%Y%m%d}-{reason}{ENDING}"
            part.replace(target)
            sync_folder(place)
        finally:
            for file in (copy, part):
                file.unlink(missing_ok=True)
    return target


def verify(file: Path, key: bytes, temporary: Path, progress: Progress | None = None) -> Manifest:
    """Open a backup with its key in a temporary encrypted place, check all of it and count its rows.

    Raises:
        Refused: It is damaged, of another profile or key, or `no_space`.
    """
    with _lent(temporary) as copy, backup_file.writing(temporary):
        need_space(temporary, backup_file.read_manifest(file).database.size)
        manifest = backup_file.unpack_database(file, key, copy, progress)
        prove(file, copy, key, manifest)
    return manifest


def prove(file: Path, database: Path, key: bytes, manifest: Manifest) -> None:
    """Make sure that an unpacked database is sound and holds what its backup says.

    Raises:
        Refused: `damaged_backup`.
    """
    try:
        with machine_faults():
            found = _sound_facts(database, key)
    except StoreFault as fault:
        if fault.details["sqlite_error"] not in (_CORRUPT, _NO_DATABASE):
            raise
        found = None
    told = (manifest.schema_no, manifest.site_code, manifest.epoch, manifest.seq, manifest.audit_head, manifest.counts)
    if found is None or told != (
        found.schema, found.site_code, found.epoch, found.seq, found.audit_head, found.counts
    ):  # fmt: skip
        raise backup_file.refusal("damaged_backup", file)


@contextmanager
def _lent(temporary: Path) -> Iterator[Path]:
    """A name for a file that is gone afterwards; one at a time, so that what a killed one left can be cleared away."""
    with backup_file.writing(temporary):
        temporary.mkdir(mode=0o700, parents=True, exist_ok=True)
    with one_at_a_time(temporary / _LOCK, _PATIENCE_S):
        _clear(temporary)
        file = temporary / f"{_TEMPORARY}{secrets.token_hex(8)}.db"
        try:
            yield file
        finally:
            file.unlink(missing_ok=True)


def sweep(temporary: Path) -> None:
    """Delete what a killed verification left behind, unless one is under way.

    Raises:
        Refused: `busy`.
    """
    with one_at_a_time(temporary / _LOCK, patience_s=0.0):
        _clear(temporary)


def _clear(temporary: Path) -> None:
    for left in temporary.glob(f"{_TEMPORARY}*.db"):
        left.unlink(missing_ok=True)


def _copy(database: Path, key: bytes, copy: Path, progress: Progress | None) -> Facts:
    """One consistent state of the database, copied page by page, opened anew, checked and counted."""
    try:
        with machine_faults():
            facts = _copy_pages(database, key, copy, progress)
            whole = facts is not None and _sound_facts(copy, key) == facts
    except StoreFault as fault:
        if fault.details["sqlite_error"] != _CORRUPT:
            raise
        facts, whole = None, False
    if (
        facts is None or not whole
    ):  # SQLCipher copies a page that does not decrypt as an empty one, so the copy tells it
        message = _("The data file is damaged, so no good backup can be made. Restore the newest good backup.")
        raise Refused(message, code="damaged")
    return facts


def _copy_pages(database: Path, key: bytes, copy: Path, progress: Progress | None) -> Facts | None:
    engine = make_engine(database, key)
    try:
        with engine.connect() as connection:
            raw: Any = connection.connection.dbapi_connection
            raw.execute("BEGIN")
            facts = _facts(raw)
            if not _decrypts(raw):
                return None
            target = open_copy(copy, key, read_only=False)
            try:
                raw.backup(target, pages=_PAGES, progress=_told(progress))
                target.execute("PRAGMA journal_mode = DELETE")  # one file, readable where nothing can be written
            finally:
                target.close()
                raw.execute("ROLLBACK")
    finally:
        engine.dispose()
    return facts


def _decrypts(raw: Any) -> bool:
    """Whether every page of the file decrypts: an emptied end of a long text would look sound in the copy.

    Asked again before it is believed: somebody may be writing a page back at the moment it is read.
    """
    for _attempt in range(3):
        failing = raw.execute("PRAGMA cipher_integrity_check").fetchall()
        if not failing:
            return True
    return False


def _told(progress: Progress | None) -> Any:
    return None if progress is None else lambda _status, left, total: progress(total - left, total)


def _sound_facts(copy: Path, key: bytes) -> Facts | None:
    """The facts of a copy; None when its pages, its tables or their references are not in order."""
    connection = open_copy(copy, key, read_only=True)
    try:
        if connection.execute("PRAGMA cipher_integrity_check").fetchone() is not None:
            return None
        if connection.execute("PRAGMA integrity_check(1)").fetchone() != ("ok",):
            return None
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            return None
        return _facts(connection)
    finally:
        connection.close()


def _facts(raw: Any) -> Facts | None:
    """None when this is no database of a profile, or one that was never finished."""

    def one(sql: str) -> tuple[Any, ...]:
        row: tuple[Any, ...] | None = raw.execute(sql).fetchone()
        return row or ()

    def setting(key: str) -> str:
        row = raw.execute("SELECT value FROM setting WHERE key = ?", (key,)).fetchone()
        return str(row[0]) if row else ""

    found = raw.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name"
    )
    names = [name for (name,) in found.fetchall()]
    life = (
        one("SELECT epoch, seq FROM change_counter") if {"change_counter", "audit_line", "setting"} <= {*names} else ()
    )
    if not life:
        return None
    counts = {name: int(one(f'SELECT count(*) FROM "{name}"')[0]) for name in names}  # noqa: S608 - from the schema
    no, digest = one("SELECT no, digest FROM audit_line ORDER BY no DESC LIMIT 1") or (0, "0" * 64)
    newest = one("SELECT at FROM audit_line ORDER BY julianday(at) DESC LIMIT 1") or ("",)
    schema, (epoch, seq) = one("PRAGMA user_version")[0], life
    return Facts(schema, setting("site.code"), setting("site.name"), epoch, seq, no, digest, newest[0], counts)


def _manifest(
    facts: Facts, envelope: bytes, database: Path, reason: Reason, number: int, clock: Clock
) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "app": zhaohu.__version__,
        "schema": facts.schema,
        "profile": str(json.loads(envelope)["profile"]),
        "site_code": facts.site_code,
        "site_name": facts.site_name,
        "no": number,
        "reason": str(reason),
        "made_at": clock.stamp(),
        "clock_suspect": clock_mark.judge(clock.now(), clock_mark.read(facts.newest_at)) != "",
        "epoch": facts.epoch,
        "seq": facts.seq,
        "audit_no": facts.audit_no,
        "audit_head": facts.audit_head,
        "counts": facts.counts,
        "envelope": {"size": len(envelope), "sha256": hashlib.sha256(envelope).hexdigest()},
        "database": backup_file.part_of(database),
    }


def need_space(place: Path, size: int) -> None:
    """Make sure of the room for a file before it is begun.

    Raises:
        Refused: `no_space`.
    """
    if shutil.disk_usage(place).free < size + _SPARE_BYTES:
        raise backup_file.refusal("no_space", place)
