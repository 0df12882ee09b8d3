"""Whether the last one who worked in a profile came to a proper end, and whether the file is whole after it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Engine

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.store.engine import StoreFault, machine_faults
from zhaohu.store.lock import alone

_DAMAGED = (11, 26)  # SQLITE_CORRUPT, and SQLITE_NOTADB, which a page that does not decrypt may give


def ended_uncleanly(file: Path) -> bool:
    """Whether a killed process or a power cut left its write-ahead log beside the database, and nobody uses it now.

    On Windows a second window looks like that too; then the check is made once more than needed.
    """
    log = file.with_name(f"{file.name}-wal")
    if not log.exists() or log.stat().st_size == 0:
        return False
    try:
        alone(file.parent).release()
    except Refused:
        return False
    return True


def quick_check(engine: Engine) -> None:
    """Read every page of the database once.

    Raises:
        Refused: `damaged`.
        StoreFault: The machine could not read it.
    """
    try:
        with machine_faults(), engine.connect() as connection:
            whole = connection.exec_driver_sql("PRAGMA quick_check").scalar() == "ok"
    except StoreFault as fault:
        if fault.details["sqlite_error"] not in _DAMAGED:
            raise
        whole = False
    if not whole:
        message = _("The data file was damaged when the program or the PC stopped last. Restore the newest backup.")
        raise Refused(message, code="damaged")
