"""Wrong passwords and recovery codes: each one is kept until somebody logs in, and makes the next try wait longer.

What is known before a database is open lies in a small file beside the keys. It holds no secret and no name that is not
in the key envelope anyway: people type passwords into the field of the name.
"""

from __future__ import annotations

import json
import math
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sqlmodel import Session

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.i18n import ngettext
from zhaohu.paths import write_atomic
from zhaohu.store import audit, settings
from zhaohu.store.envelope import Envelope, WrongPassword
from zhaohu.store.lock import one_at_a_time

FILE = "attempts.json"
FREE = 3
"""So many wrong tries cost nothing."""
FIRST_WAIT_S, LONGEST_WAIT_S = 5, 300
_MOST_KEPT = 5_000  # three weeks of trying as fast as the waits allow
_LOCK = "attempts.lock"
_PATIENCE_S = 30.0
_TAKEN = "attempts.taken"


@dataclass(frozen=True, slots=True)
class _Try:
    """A wrong try; the account only when there is one of that name."""

    id: str
    at: str
    account: str | None


@dataclass(frozen=True, slots=True)
class _Notes:
    """The wrong tries since the last log-in, and the moment from which the wait counts: by clock and by uptime."""

    tries: tuple[_Try, ...]
    since: str
    uptime_s: float


@contextmanager
def guarded(profile: Path, user: str, clock: Clock) -> Iterator[None]:
    """Around trying a secret, one try at a time: refused while the wait lasts, noted when it was wrong.

    Args:
        profile: The folder whose file counts the tries.
        user: The name that was typed; empty for the recovery code.
        clock: When it is.

    Raises:
        Refused: `wait`: there were too many wrong tries; `seconds` says how long.
        WrongPassword: As the block raised it.
    """
    with one_at_a_time(profile / _LOCK, _PATIENCE_S):
        _check_wait(profile, clock)
        try:
            yield
        except WrongPassword:
            _add(profile, user, clock)
            raise


def note_wrong(profile: Path, user: str, clock: Clock) -> None:
    """Count a try whose secret was right but whose account may not log in."""
    with one_at_a_time(profile / _LOCK, _PATIENCE_S):
        _add(profile, user, clock)


def take_notes(session: Session, profile: Path, clock: Clock) -> str:
    """Write the wrong tries into the audit log, in the transaction of a log-in; returns a mark for `forget`.

    A crash before `forget` doubles nothing: the newest try that was taken is remembered in the same transaction.
    """
    tries = _read(profile, clock).tries
    ids = [one.id for one in tries]
    last = settings.get(session, _TAKEN)
    for one in tries[ids.index(last) + 1 if last in ids else 0 :]:
        audit.append(
            session,
            at=clock.stamp(),
            account=one.account or "",
            action="account.log_in_failed",
            subject=None,
            detail={"tried_at": one.at},
        )
    if ids:
        settings.put(session, _TAKEN, ids[-1])
    return ids[-1] if ids else ""


def forget(profile: Path, mark: str, clock: Clock) -> None:
    """Drop the tries that are in the audit log now; the next ones are free again."""
    if not mark:
        return
    with suppress(OSError, Refused), one_at_a_time(profile / _LOCK, _PATIENCE_S):  # they are taken: another day will do
        notes = _read(profile, clock)
        ids = [one.id for one in notes.tries]
        left = notes.tries[ids.index(mark) + 1 if mark in ids else 0 :]
        if left:
            _write(profile, _Notes(left, notes.since, notes.uptime_s))
        else:
            (profile / FILE).unlink(missing_ok=True)


def _check_wait(profile: Path, clock: Clock) -> None:
    notes = _read(profile, clock)
    wait = _wait_s(len(notes.tries))
    if not wait:
        return
    # Uptime goes on whatever is done to the clock, and the clock goes on over a restart of the PC.
    waited = max((clock.now() - datetime.fromisoformat(notes.since)).total_seconds(), time.monotonic() - notes.uptime_s)
    if waited < 0:  # restarted with the clock set back: count the whole wait once more, from now
        waited = 0
        _write(profile, _Notes(notes.tries, clock.now().isoformat(), time.monotonic()))
    if waited < wait:
        seconds = math.ceil(wait - waited)
        message = ngettext(
            "There were several wrong tries. Try again in {n} second.",
            "There were several wrong tries. Try again in {n} seconds.",
            seconds,
        )
        raise Refused(message.format(n=seconds), code="wait", seconds=seconds)


def _wait_s(wrong: int) -> int:
    if wrong < FREE:
        return 0
    return int(min(FIRST_WAIT_S * 2 ** min(wrong - FREE, 10), LONGEST_WAIT_S))


def _add(profile: Path, user: str, clock: Clock) -> None:
    known: set[str] = set()
    with suppress(Refused):
        known = Envelope(profile).names()
    tried = _Try(secrets.token_hex(8), clock.stamp(), user if user in known else None)
    tries = (*_read(profile, clock).tries, tried)[-_MOST_KEPT:]
    _write(profile, _Notes(tries, clock.now().isoformat(), time.monotonic()))


def _read(profile: Path, clock: Clock) -> _Notes:
    try:
        content = json.loads((profile / FILE).read_text("utf-8"))
        tries = tuple(_Try(_text(t["id"]), _text(t["at"]), _name(t["account"])) for t in content["tries"])
        since, uptime_s = _text(content["since"]), float(content["uptime_s"])
        if datetime.fromisoformat(since).utcoffset() is None or not math.isfinite(uptime_s):
            raise ValueError(since)
    except FileNotFoundError:
        return _Notes((), clock.now().isoformat(), time.monotonic())
    except (
        OSError,
        ValueError,
        KeyError,
        TypeError,
        OverflowError,
        RecursionError,
    ):  # somebody may have wanted to be rid of it
        damaged = _Try(f"{(profile / FILE).stat().st_mtime_ns:x}", clock.stamp(), None)
        return _Notes((damaged,), clock.now().isoformat(), time.monotonic())
    return _Notes(tries, since, uptime_s)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _name(value: object) -> str | None:
    return None if value is None else _text(value)


def _write(profile: Path, notes: _Notes) -> None:
    with suppress(OSError):  # on a full disk a wrong password is still a wrong password, and no bug
        write_atomic(profile / FILE, json.dumps(asdict(notes), ensure_ascii=False, indent=1).encode("utf-8"))
