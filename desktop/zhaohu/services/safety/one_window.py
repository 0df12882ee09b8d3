"""One window at a time on a profile. Nothing heavy is imported here: the log-in window is waiting for it."""

from __future__ import annotations

from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.store.lock import Lock
from zhaohu.store.place import check_place

LOCK_FILE = "window.lock"


def hold_window(profile: Path) -> Lock:
    """Be the profile's one window until the lock is released or the process ends.

    Raises:
        Refused: `busy`: another process is; `bad_place`: no profile may lie in this folder; `cannot_write`.
    """
    check_place(profile)
    try:
        return Lock(profile / LOCK_FILE)
    except OSError:
        message = _("The folder {folder} cannot be made. Check the name and who may write there.")
        raise Refused(message.format(folder=profile), code="cannot_write") from None
