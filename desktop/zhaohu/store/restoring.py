"""The exchange of a profile's files for those of a backup: at any moment either the old or the new profile is whole.

What is to come is staged in `profile/restore/`, whole and synced. Then a marker is written there: from that moment on
the new profile counts, and whoever opens it first brings an interrupted exchange to its end. Without the marker the
staged files are nothing and are cleared away.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import DATABASE_FILE, KEY_FILES, RESTORE_MARKER, sync_folder, write_atomic
from zhaohu.store.lock import alone

_FILES = (DATABASE_FILE, *KEY_FILES)
_LOGS = (f"{DATABASE_FILE}-wal", f"{DATABASE_FILE}-shm")
_PATIENCE_S = 10.0


def staging(profile: Path) -> Path:
    """Where the files of a restore are got ready."""
    return (profile / RESTORE_MARKER).parent


@contextmanager
def staged(profile: Path) -> Iterator[Path]:
    """An empty folder for the files to come; cleared away unless `exchange` took them.

    Keep everybody else out of the profile meanwhile.
    """
    folder = staging(profile)
    _clear(folder)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    except BaseException:
        if not (profile / RESTORE_MARKER).exists():
            _clear(folder)
        raise


def exchange(profile: Path, set_aside: Path | None) -> None:
    """Put the staged files in the places of the profile's own.

    Args:
        profile: The profile's folder; nobody else may have it open.
        set_aside: Where the old files are kept as they are; None when a backup of them was made.

    Raises:
        Refused: `busy`: somebody has the old files open after all (Windows tells only now); all is as it was.
    """
    folder = staging(profile)
    for name in _FILES:
        _sync_file(folder / name)
    sync_folder(folder)
    aside = "" if set_aside is None else set_aside.relative_to(profile).as_posix()
    write_atomic(profile / RESTORE_MARKER, json.dumps({"set_aside": aside}).encode("utf-8"))
    sync_folder(profile)
    try:
        _roll_forward(profile)
    except PermissionError:
        if not all((folder / name).exists() for name in _FILES):
            raise  # begun: the next opening ends it
        (profile / RESTORE_MARKER).unlink()
        raise Refused(
            _("Another window or command is working in this profile. Wait until it is done."), code="busy"
        ) from None


def finish_restore(profile: Path) -> None:
    """Bring an interrupted exchange of files to its end, or clear away what was only got ready.

    Raises:
        Refused: `busy`: somebody is working in the profile in which the exchange must be ended.
    """
    folder = staging(profile)
    if not folder.exists():
        return
    begun = (profile / RESTORE_MARKER).exists()
    try:
        lock = alone(profile, _PATIENCE_S if begun else 0.0)
    except Refused:
        if begun:
            raise
        return  # a restore is being got ready there just now
    try:
        if (profile / RESTORE_MARKER).exists():
            _roll_forward(profile)
        else:
            _clear(folder)
    finally:
        lock.release()


def _roll_forward(profile: Path) -> None:
    """Each step can be done again after a kill: what is still staged is not exchanged yet."""
    folder, marker = staging(profile), profile / RESTORE_MARKER
    told = json.loads(marker.read_text("utf-8"))["set_aside"]
    aside = profile / told if told else None
    if aside is not None:
        aside.mkdir(mode=0o700, parents=True, exist_ok=True)
        sync_folder(aside.parent)
    for name in _FILES:
        if not (folder / name).exists():
            continue
        for old in (*_LOGS, name) if name == DATABASE_FILE else (name,):
            _take_away(profile / old, aside)
        sync_folder(profile)  # an old log must never lie beside the new database, not even after a power cut
        (folder / name).replace(profile / name)
    for touched in (aside, profile):
        if touched is not None:
            sync_folder(touched)
    marker.unlink()
    sync_folder(folder)
    _clear(folder)


def _take_away(file: Path, aside: Path | None) -> None:
    if not file.exists():
        return
    if aside is not None:
        file.replace(aside / file.name)
    elif file.name in _LOGS:
        file.unlink()


def _clear(folder: Path) -> None:
    with suppress(FileNotFoundError):
        shutil.rmtree(folder)


def _sync_file(file: Path) -> None:
    with file.open("rb+") as handle:
        os.fsync(handle.fileno())
