"""Where the files of the exchange lie in a profile, and who works on them."""

from __future__ import annotations

from contextlib import AbstractContextManager
from pathlib import Path

from zhaohu.services.desk import Desk
from zhaohu.store.lock import one_at_a_time
from zhaohu.sync.container import Limits

LIMITS = Limits()


def outbox(desk: Desk) -> Path:
    """Where bundles stay until the center has confirmed them."""
    return desk.profile / "outbox"


def temporary(desk: Desk) -> Path:
    """Where files lie while they are worked on."""
    return desk.profile / "tmp"


def exchanging(desk: Desk) -> AbstractContextManager[None]:
    """Keeps a scheduled command and an open window from making, taking in or confirming bundles at the same time."""
    return one_at_a_time(desk.profile / "exchange.lock")
