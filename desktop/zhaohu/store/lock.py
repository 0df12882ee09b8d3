"""Locks that the operating system holds on a file, and lets go of when the process ends or dies."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from zhaohu.errors import Refused
from zhaohu.i18n import _

if sys.platform == "win32":
    import msvcrt

    def _take(file: BinaryIO, _shared: bool) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _release(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: BinaryIO, shared: bool) -> None:
        fcntl.flock(file, (fcntl.LOCK_SH if shared else fcntl.LOCK_EX) | fcntl.LOCK_NB)

    def _release(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_PAUSE_S = 0.05


class Lock:
    """A lock on a file, held from the moment it is made until `release` or the end of the process.

    Args:
        file: The lock file; made when missing, and left lying.
        shared: Together with other shared holders; Windows has no such lock here, see `in_use`.
        patience_s: How long to wait for whoever holds it.

    Raises:
        Refused: `busy`: somebody else holds it for longer.
    """

    def __init__(self, file: Path, *, shared: bool = False, patience_s: float = 0.0) -> None:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + patience_s
        self._handle = file.open("ab")
        while True:
            try:
                _take(self._handle, shared)
            except OSError:
                if time.monotonic() >= until:
                    self._handle.close()
                    message = _("Another window or command is working in this profile. Wait until it is done.")
                    raise Refused(message, code="busy") from None
                time.sleep(_PAUSE_S)
            else:
                return

    def release(self) -> None:
        """Let go; a second time does nothing."""
        if not self._handle.closed:
            _release(self._handle)
            self._handle.close()


def in_use(profile: Path) -> Lock | None:
    """Held by every open store, so that nobody exchanges the files under it.

    None on Windows, where the system itself refuses to replace a file that somebody has open.
    """
    return None if sys.platform == "win32" else Lock(profile / "in-use.lock", shared=True, patience_s=5.0)


def alone(profile: Path, patience_s: float = 0.0) -> Lock:
    """Nobody else has this profile's store open as long as this is held.

    Raises:
        Refused: `busy`: a window or command has it open.
    """
    return Lock(profile / "in-use.lock", patience_s=patience_s)


@contextmanager
def one_at_a_time(file: Path, patience_s: float = 5.0) -> Iterator[None]:
    """Keep every other window and command out of a piece of work.

    Raises:
        Refused: As `Lock`.
    """
    lock = Lock(file, patience_s=patience_s)
    try:
        yield
    finally:
        lock.release()
