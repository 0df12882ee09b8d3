"""Files between a profile and the outside: written whole and proven, read by copying them in first."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import secrets
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from zhaohu.errors import Refused
from zhaohu.paths import shown, sync_folder
from zhaohu.sync.container import Limits
from zhaohu.sync.refusals import ENROLMENT, other_kind, refusal

_PIECE = 1 << 20
_RENAME_WAITS_S = (0.01, 0.05, 0.1, 0.5)  # virus scanners and sync clients hold new files for a moment
_INCOMING = "incoming-"
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)


def file_hash(path: Path) -> str:
    """SHA-256 of a file, in hex."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn what the disk refuses while files are made in a folder into sentences.

    Raises:
        Refused: `no_space` or `cannot_write`.
    """
    try:
        yield
    except OSError as error:
        raise _failure(error, folder) from None


def hand_out(source: Path, folder: Path, name: str, tick: Callable[[int], None] = lambda _size: None) -> Path:
    """Copy a file of ours into a folder (a stick, a share) and prove the copy before giving it its name.

    Args:
        source: The file.
        folder: Where to.
        name: Its name there.
        tick: Called with the bytes that were copied; what it raises ends the work, and leaves nothing.

    Raises:
        Refused: `no_space`, or `cannot_write`; no file of that name is left half done.
    """
    target, part = folder / name, folder / f"{name}.part"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _need_space(folder, source.stat().st_size)
        _drop(part)  # whatever lies there, a link to somewhere else too
        with source.open("rb") as file, part.open("xb") as out:
            while piece := file.read(_PIECE):
                out.write(piece)
                tick(len(piece))
            out.flush()
            os.fsync(out.fileno())
        if file_hash(part) != file_hash(source):
            raise refusal("cannot_write", folder=str(folder))
        tick(0)
        _rename(part, target)
        sync_folder(folder)
    except OSError as error:
        _drop(part)
        raise _failure(error, folder) from None
    except BaseException:
        _drop(part)
        raise
    return target


@contextmanager
def taken_in(source: Path, folder: Path, limits: Limits) -> Iterator[Path]:
    """A private copy of a file from outside, deleted at the end unless it was moved away.

    Raises:
        Refused: `unreadable`, `too_large`, `no_space`.
    """
    copy = folder / f"{_INCOMING}{secrets.token_hex(8)}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        size = source.stat().st_size if source.is_file() else -1
        if size < 0:
            raise refusal("unreadable", file=shown(source))
        if size > limits.file_bytes:
            raise refusal("too_large", file=shown(source))
        _need_space(folder, size)
        with source.open("rb") as file, copy.open("wb") as out:
            _copy_up_to(limits.file_bytes, file, out)
    except Refused:
        _drop(copy)
        raise
    except OSError as error:
        _drop(copy)
        raise refusal("no_space" if error.errno in _NO_SPACE else "unreadable", file=shown(source)) from None
    try:
        yield copy
    finally:
        _drop(copy)


def sweep(folder: Path) -> None:
    """Delete copies that a crash left behind; the files they were made of are still outside."""
    for file in folder.glob(f"{_INCOMING}*"):
        _drop(file)


def size_of(file: Path) -> int:
    """Bytes of a file from outside; 0 for what is none, or cannot be reached: a stick was pulled out."""
    try:
        return file.stat().st_size if file.is_file() else 0
    except OSError:
        return 0


def read_enrolment(source: Path, largest: int) -> bytes:
    """The bytes of an enrolment file from outside.

    Raises:
        Refused: `unreadable`, `too_large`, or it is large and of another kind.
    """
    try:
        if not source.is_file():  # a pipe would be waited for
            raise refusal("unreadable", file=shown(source))
        with source.open("rb") as file:
            data = file.read(largest + 1)
    except OSError:
        raise refusal("unreadable", file=shown(source)) from None
    if len(data) > largest:
        raise refusal("too_large", file=shown(source)) if data.startswith(ENROLMENT) else other_kind(data)
    return data


def _copy_up_to(most: int, source: BinaryIO, out: BinaryIO) -> None:
    """Copy a file that may grow meanwhile.

    Raises:
        Refused: `too_large`.
    """
    while piece := source.read(min(_PIECE, most + 1)):
        most -= len(piece)
        if most < 0:
            raise refusal("too_large")
        out.write(piece)


def _need_space(folder: Path, size: int) -> None:
    if shutil.disk_usage(folder).free < size:
        raise refusal("no_space", folder=str(folder))


def _rename(part: Path, target: Path) -> None:
    for wait in _RENAME_WAITS_S:
        try:
            part.replace(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    part.replace(target)


def _drop(file: Path) -> None:
    with contextlib.suppress(OSError):
        file.unlink(missing_ok=True)


def _failure(error: OSError, folder: Path) -> Refused:
    return refusal("no_space" if error.errno in _NO_SPACE else "cannot_write", folder=str(folder))
