"""What a killed process left lying in a profile, cleared away when somebody logs in."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.store import backup
from zhaohu.store.lock import one_at_a_time
from zhaohu.sync import delivery, scratch

_FRESH_S = 3600.0


def sweep(profile: Path, clock: Clock) -> None:
    """Delete working copies that nobody works on, and halves of files that were never finished."""
    temporary = profile / "tmp"
    if temporary.is_dir():
        with suppress(Refused, OSError), one_at_a_time(profile / "exchange.lock", patience_s=0.0):
            scratch.sweep(temporary)
            delivery.sweep(temporary)
        with suppress(Refused, OSError):
            backup.sweep(temporary)
    for folder in (profile, profile / "outbox", profile / "backups"):
        for part in folder.glob(".*.part"):
            with suppress(OSError):
                if clock.now().timestamp() - part.stat().st_mtime > _FRESH_S:
                    part.unlink()
