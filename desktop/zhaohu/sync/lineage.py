"""Lives of a station's database: a restore begins a new one (epoch) and tells which lives it may follow.

A bundle names its former lives as `parents`, each with the bundles made in it as far as the restored database knew. The
center takes in a new life when it follows the one that is current there and both know the same bundles; a copy that
goes on in the old life, or that was restored a second time, does not, and is refused as forked.
"""

from __future__ import annotations

import json
import uuid
from typing import Any

from sqlmodel import Session

from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.sync import marks

_PARENTS = "exchange.parents"
_MOST_LIVES, _MOST_MARKS = 5, 1500  # so that a manifest stays within its limit


def parents(session: Session) -> list[dict[str, Any]]:
    """The lives before this one, as a bundle's manifest has them."""
    kept: list[dict[str, Any]] = json.loads(settings.get(session, _PARENTS, "[]"))
    return kept


def lives(session: Session) -> list[dict[str, Any]]:
    """This life and those before, as a life that follows will tell them."""
    counter, made = marks.counter(session), marks.made_since(session, 0)
    own = {
        "epoch": counter.epoch,
        "seq": counter.seq,
        "no": made[-1].no if made else 0,
        "chain": [{"no": bundle.no, "hash": bundle.bundle_id} for bundle in made[-_MOST_MARKS:]],
    }
    return [own, *parents(session)]


def begin(session: Session, replaced: list[dict[str, Any]]) -> str:
    """Begin a new life of a restored database; returns its epoch.

    Numbers of changes go on, so every record still lies within the first snapshot; numbers of bundles begin anew.

    Args:
        session: Of the restored database.
        replaced: The lives of the database that it replaces, if that could be read: the center may have gone on there.
    """
    known = lives(session)
    epochs = {life["epoch"] for life in known}
    told = [life for life in replaced if life["epoch"] not in epochs] + known
    settings.put(session, _PARENTS, canonical_json(told[:_MOST_LIVES]))
    counter = marks.counter(session)
    counter.epoch = uuid.uuid4().hex
    session.add(counter)
    return counter.epoch
