"""One at a time: a lock that the operating system holds on a file, and lets go of when the process ends or dies."""

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

    def _take(file: BinaryIO) -> None:
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)

    def _release(file: BinaryIO) -> None:
        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_UNLCK, 1)

else:
    import fcntl

    def _take(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _release(file: BinaryIO) -> None:
        fcntl.flock(file, fcntl.LOCK_UN)


_PAUSE_S = 0.05


@contextmanager
def one_at_a_time(file: Path, patience_s: float = 5.0) -> Iterator[None]:
    """Keep every other window and command out of a piece of work.

    Args:
        file: The lock file; made when missing, and left lying.
        patience_s: How long to wait for whoever holds it.

    Raises:
        Refused: `busy`: somebody else holds it for longer.
    """
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    until = time.monotonic() + patience_s
    with file.open("ab") as handle:
        while True:
            try:
                handle.seek(0)
                _take(handle)
                break
            except OSError:
                if time.monotonic() > until:
                    message = _("Another window or command is exchanging data in this profile. Wait until it is done.")
                    raise Refused(message, code="busy") from None
            time.sleep(_PAUSE_S)
        try:
            yield
        finally:
            _release(handle)
