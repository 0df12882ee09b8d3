"""Where things lie: the program's resources and a profile's folder; and files that appear whole or not at all."""

from __future__ import annotations

import os
import tempfile
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

import platformdirs

DATABASE_FILE = "zhaohu.db"
KEY_FILES = ("keys.json", "keys.copy.json")
RESTORE_MARKER = "restore/ready.json"
"""There while the files of a restore are exchanged: the profile is what lies in that folder."""

_UNSHOWN = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})

_UMASK = os.umask(0)
os.umask(_UMASK)
_PACKAGE = Path(__file__).resolve().parent
_CHECKOUT = _PACKAGE.parent.parent


def _shipped(packaged: str, in_checkout: str) -> Path:
    inside = _PACKAGE / packaged
    return inside if inside.is_dir() else _CHECKOUT / in_checkout


def resource(name: str) -> Path:
    """The path of a file or folder that ships with the program, by its name under `resources/`.

    Raises:
        FileNotFoundError: There is no such resource, or the name tries to leave the folder.
    """
    root = _shipped("resources", "resources")
    path = root / name
    if ".." in Path(name).parts or not path.exists():
        raise FileNotFoundError(name)
    return path


def catalogs() -> Path:
    """The folder of the gettext catalogs."""
    return _shipped("i18n_catalogs", "i18n")


def shown(file: Path) -> str:
    """A file's name from outside as it is shown, printed and noted.

    Replaced are signs that would break a line, turn around what follows or drive a terminal, and what is no text.
    """
    return "".join("\ufffd" if unicodedata.category(sign) in _UNSHOWN else sign for sign in file.name)


def default_profile() -> Path:
    """The folder of this installation's data when none is named."""
    named = os.environ.get("ZHAOHU_PROFILE")
    return Path(named) if named else Path(platformdirs.user_data_dir("zhaohu", appauthor=False))


def holds_profile(folder: Path) -> bool:
    """Whether there is a profile in the folder, or what is left of one."""
    return any((folder / name).exists() for name in (DATABASE_FILE, *KEY_FILES, RESTORE_MARKER))


def whole_profile(folder: Path) -> bool:
    """Whether everything is there that a profile cannot be opened without: its data file, and one copy of its keys."""
    if (folder / RESTORE_MARKER).exists():
        return True
    database = folder / DATABASE_FILE
    has_data = database.is_file() and database.stat().st_size > 0
    return has_data and any((folder / name).is_file() for name in KEY_FILES)


def write_atomic(path: Path, data: bytes) -> Path:
    """Write a file so that it is there whole, on disk, or not at all; others may read it where the system lets them.

    Raises:
        OSError: The disk is full, the place is not writable; nothing is left behind.
    """
    with atomic_file(path) as file:
        file.write(data)
    return path


@contextmanager
def atomic_file(path: Path) -> Iterator[BinaryIO]:
    """A file to be written piece by piece; it takes its name when the block ends well, and else nothing is left.

    Raises:
        OSError: The disk is full, the place is not writable.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".part", dir=path.parent)
    part = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        part.chmod(0o666 & ~_UMASK)
        part.replace(path)
    except BaseException as error:
        with suppress(OSError):
            part.unlink(missing_ok=True)
        if isinstance(error, OSError):
            error.filename = str(path)  # a failed write names no file, and nobody knows the partial one
        raise
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make names that were just created or renamed in a folder survive a power cut (Windows does so itself)."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
