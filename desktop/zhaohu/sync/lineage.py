"""Lives of a station's database: a restore begins a new one (epoch) and tells which lives it may follow.

A bundle names its former lives as `parents`, each with the bundles made in it as far as the restored database knew. The
center takes in a new life when it follows the one that is current there and both know the same bundles; a copy that
goes on in the old life, or that was restored a second time, does not, and is refused as forked.
"""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, Any, Literal

from sqlmodel import Session, select

from zhaohu.records.exchange import Peer, SentBundle
from zhaohu.store import settings
from zhaohu.store.audit import canonical_json
from zhaohu.sync import marks

if TYPE_CHECKING:
    from zhaohu.sync.manifest import PacketManifest

Because = Literal["restored", "fell_behind", "moved", "chosen", "recentered"]
"""Why: a backup was restored; older files were put back; it is another PC; the center chose it; the center is new."""

_PARENTS = "exchange.parents"
_BEGUN = "exchange.life"
_COPY = "exchange.copy_since"
_OBEYED = "exchange.begin_anew"
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


def begin(session: Session, replaced: list[dict[str, Any]], because: Because, stamp: str) -> str:
    """Begin a new life of a database; returns its epoch.

    Numbers of changes go on, so every record still lies within the first snapshot; numbers of bundles begin anew.

    Args:
        session: Of the database.
        replaced: The lives of the database that it replaces, if that could be read: the center may have gone on there.
        because: Why.
        stamp: When.
    """
    known = lives(session)
    epochs = {life["epoch"] for life in known}
    # The numbers of changes of a life that was left behind mean nothing here: none of them is in this database.
    told = [{**life, "seq": 0} for life in replaced if life["epoch"] not in epochs] + known
    settings.put(session, _PARENTS, canonical_json(told[:_MOST_LIVES]))
    settings.put(session, _BEGUN, canonical_json({"because": because, "at": stamp}))
    settings.put(session, _COPY, "")
    epoch = uuid.uuid4().hex
    session.connection().exec_driver_sql("UPDATE change_counter SET epoch = ?", (epoch,))
    session.info.setdefault("touched", set()).add("change_counter")
    return epoch


def begun(session: Session) -> tuple[Because, str] | None:
    """Why and when this life began; None for the first one."""
    kept = settings.get(session, _BEGUN)
    if not kept:
        return None
    value = json.loads(kept)
    return value["because"], value["at"]


def copy_since(session: Session) -> str:
    """Since when this station knows that its center goes on with another database; empty while it does not."""
    return settings.get(session, _COPY)


def mark_copy(session: Session, stamp: str) -> None:
    """The center goes on with another database of this station."""
    if not copy_since(session):
        settings.put(session, _COPY, stamp)


def hear(session: Session, manifest: PacketManifest, stamp: str) -> bool:
    """What a packet says of this database: to begin anew, or that it is a copy; returns whether it is one.

    The database whose bundle the center's person chose begins a new life. Any other one is a copy, and so is one in
    whose lives the center does not stand, or which made what its person took for a copy's since the life of the center.
    """
    anew, last = manifest.begin_anew, manifest.last
    if anew is not None and anew.counter > int(settings.get(session, _OBEYED, "0")):
        settings.put(session, _OBEYED, str(anew.counter))
        if session.get(SentBundle, anew.hash) is not None:
            begin(session, [], "chosen", stamp)
        else:
            mark_copy(session, stamp)
        return copy_since(session) != ""
    known = lives(session)
    epochs = [life["epoch"] for life in known]
    since = known[: epochs.index(last.epoch)] if last.epoch in epochs else []
    if anew is not None and anew.hash in _made(known):  # obeyed, and the first bundle of the new life is on its way
        settings.put(session, _COPY, "")
    elif last.epoch not in ("", *epochs) or not _made(since).isdisjoint(manifest.copies):
        mark_copy(session, stamp)
    elif last.epoch == epochs[0] and session.get(SentBundle, last.hash) is not None:
        settings.put(session, _COPY, "")
    return copy_since(session) != ""


def _made(known: list[dict[str, Any]]) -> set[str]:
    """Hashes of the bundles of this life and some before; one that a restore left behind is not this database's."""
    own = [*known[:1], *(life for life in known[1:] if life["seq"])]
    return {mark["hash"] for life in own for mark in life["chain"]}


def mark(session: Session) -> dict[str, Any]:
    """How far this database has come, to be kept outside it: how many bundles it made, or a center's packets."""
    counter, last = marks.counter(session), marks.newest(session)
    here = {"epoch": counter.epoch, "seq": counter.seq, "no": last.no if last is not None else 0}
    if is_center(counter.owner):
        written = session.exec(select(Peer.packet_no)).all()
        here |= {"no": sum(written), "highest": max(written, default=0)}
    return here


def is_center(site: str) -> bool:
    """Whether a site's code is that of a district's center."""
    return "-" not in site


def fell_behind(session: Session, kept: dict[str, Any]) -> bool:
    """Whether a mark kept outside shows that this database had come further, or had gone on to another life."""
    here = mark(session)
    if kept["epoch"] == here["epoch"]:
        return bool(here["seq"] < kept["seq"] or here["no"] < kept["no"])
    return kept["epoch"] not in {life["epoch"] for life in parents(session)}


def left_behind(kept: dict[str, Any]) -> dict[str, Any]:
    """The life of a database that is no more, as far as the mark outside tells of it."""
    return {"epoch": kept["epoch"], "seq": 0, "no": kept["no"], "chain": []}
