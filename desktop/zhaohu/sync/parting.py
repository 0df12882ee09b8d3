"""At a station: children who are another station's by now, given away once the center has all that was recorded here.

After a restore a station may have gone on with a child that it had handed over. What it recorded goes up first, where
people compare it; given away at once, it would stay here and nobody would ever see it.
"""

from __future__ import annotations

import json

from sqlmodel import Session, select

from zhaohu.records import Child
from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.sync import marks
from zhaohu.sync.offers import TRAVELLING, give, ids_of

_PARTING = "exchange.parting"
"""Children who wait to be given away, by id, and whose they are."""


def note(session: Session, child_id: str, owner: str) -> None:
    """A child is another station's."""
    _keep(session, {**_waiting(session), child_id: owner})


def forget(session: Session, child_id: str) -> None:
    """A child has come back before it was given away."""
    waiting = _waiting(session)
    if waiting.pop(child_id, None) is not None:
        _keep(session, waiting)


def waits(session: Session, child_id: str) -> bool:
    """Whether a child is still here because something that was recorded of it has to go up first."""
    return child_id in _waiting(session)


def part(session: Session, station: str) -> None:
    """Give away the children that are another station's, each once the center has what was recorded of it here."""
    waiting = {}
    for child_id, owner in _waiting(session).items():
        if not owns(session, child_id, station):
            continue
        if _is_unconfirmed(session, child_id, station):
            waiting[child_id] = owner
        else:
            give_away(session, child_id, station, owner)
    _keep(session, waiting)


def _is_unconfirmed(session: Session, child_id: str, station: str) -> bool:
    """Whether something of a child was recorded here that the center has not confirmed, as after a restore."""
    base = marks.acknowledged(session)
    newer = "SELECT 1 FROM journal WHERE table_name = ? AND seq > ? AND row_id IN (SELECT value FROM json_each(?))"
    run = session.connection().exec_driver_sql
    return any(
        run(newer, (table, base.to_seq if base else 0, json.dumps(ids_of(session, table, child_id, station)))).first()
        for table in TRAVELLING
    )


def owns(session: Session, child_id: str, station: str) -> bool:
    """Whether a child is this station's."""
    return session.exec(select(Child.owner).where(Child.id == child_id)).first() == station


def give_away(session: Session, child_id: str, station: str, to: str) -> None:
    """The record is another site's: here it stays to look at, and is not counted and sent any more."""
    session.flush()
    for table in TRAVELLING:
        ids = ids_of(session, table, child_id, station)
        give(session, table, ids, to)
        session.connection().exec_driver_sql(
            "UPDATE journal SET owned = 0 WHERE table_name = ? AND row_id IN (SELECT value FROM json_each(?))",
            (table, json.dumps(ids)),
        )
    session.expire_all()
    session.info["touched"] |= set(TRAVELLING)


def _waiting(session: Session) -> dict[str, str]:
    kept: dict[str, str] = json.loads(settings.get(session, _PARTING) or "{}")
    return kept


def _keep(session: Session, waiting: dict[str, str]) -> None:
    settings.put(session, _PARTING, canonical_json(waiting) if waiting else "")
