"""Change of keys: the next ones travel in every manifest until the other side uses them.

The present key signs the manifest, the next key proves that it is there. A station goes over when a packet comes that
is sealed to its next keys: a person at the center has compared them. A center signs for each station with the keys
that this station knows, and is opened by all it ever had; a station takes its center's next keys by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlmodel import Session, col, select

from zhaohu.records.exchange import FormerKey, Peer, SentBundle
from zhaohu.store import settings
from zhaohu.sync import keys, marks
from zhaohu.sync.keys import NEXT, PRESENT, PublicKeys
from zhaohu.sync.manifest import BundleManifest, NextKeys, PacketManifest

_REVOKED = -1
_PROOF = b"zhaohu/next-keys/1\n"


@dataclass(frozen=True, slots=True)
class Taken:
    """What a packet changed at a station: `own` when its own next keys are in use now, `center` the center's next."""

    own: bool = False
    center: str = ""


def known(peer: Peer) -> PublicKeys | None:
    """The keys by which the other end is known; None while its reply is not in."""
    return _pair(peer.sign_public, peer.receive_public)


def announced(peer: Peer) -> PublicKeys | None:
    """The keys that the other end has announced."""
    return _pair(peer.next_sign, peer.next_receive)


def reader(peer: Peer) -> PublicKeys:
    """At a station: the keys of its center to which a bundle is sealed."""
    found = announced(peer) or known(peer)
    assert found is not None
    return found


def station_part(session: Session, station: str) -> dict[str, Any]:
    """What a bundle's manifest says of the station's next keys."""
    return _announce(session, NEXT, station) if keys.has_next(session) else {}


def center_part(session: Session, which: str, district: str) -> dict[str, Any]:
    """What a packet's manifest says to a station that knows the center by `which` of its keys."""
    return _announce(session, PRESENT, district) if which != PRESENT else {}


def make_next(session: Session, at: str) -> PublicKeys:
    """At a station: make the keys that will follow, or tell those that wait already."""
    if keys.has_next(session):
        return keys.own_public(session, NEXT)
    _note_change(session)
    return keys.make_own(session, at, NEXT)


def is_untold(session: Session, confirmed: SentBundle | None) -> bool:
    """At a station: whether the center has not confirmed a bundle yet that announces its next keys."""
    return keys.has_next(session) and (confirmed is None or is_outdated(session, confirmed))


def is_outdated(session: Session, bundle: SentBundle) -> bool:
    """At a station: whether its keys changed since the bundle was made: it is signed with others, or announces none."""
    epoch, _space, no = settings.get(session, marks.KEYS_CHANGED_AFTER).partition(" ")
    return epoch == bundle.epoch and bundle.no <= int(no)


def replace_at_center(session: Session, at: str) -> PublicKeys:
    """Make new keys of the center; every station that knows the former ones is told with those."""
    former = keys.retire(session)
    for peer in session.exec(select(Peer)):
        peer.our_key = peer.our_key or former
        session.add(peer)
    return keys.make_own(session, at)


def accept(session: Session, peer: Peer, at: str) -> None:
    """At the center: a person has compared a station's announced keys."""
    former, following = known(peer), announced(peer)
    assert former is not None
    assert following is not None
    session.merge(_former(peer, former, at, None))
    peer.sign_public, peer.receive_public = following.sign, following.receive
    peer.next_sign = peer.next_receive = None
    session.add(peer)
    session.flush()


def revoke(session: Session, peer: Peer, at: str) -> None:
    """At the center: from now on nothing that a station's keys signed is taken, neither present nor former ones."""
    present = known(peer)
    if present is not None:
        session.merge(_former(peer, present, at, _REVOKED))
    for former in session.exec(select(FormerKey).where(FormerKey.station == peer.code)):
        former.last_no = _REVOKED
        session.add(former)
    peer.next_sign = peer.next_receive = None
    session.add(peer)
    session.flush()


def heard(session: Session, manifest: BundleManifest) -> None:
    """At the center: which of our keys a station knows, and what it announces; its former keys end with this bundle."""
    peer = session.get_one(Peer, manifest.sender.station)
    peer.our_key = manifest.to.key
    present = known(peer)
    if present is not None and manifest.sender.key == present.fingerprint:
        following = _proven(manifest.next_keys, peer.code)
        peer.next_sign = following.sign if following else None
        peer.next_receive = following.receive if following else None
        query = select(FormerKey).where(FormerKey.station == peer.code, col(FormerKey.last_no).is_(None))
        for former in session.exec(query):
            former.last_no = manifest.no - 1
            session.add(former)
    session.add(peer)
    session.flush()


def take(session: Session, manifest: PacketManifest) -> Taken:
    """At a station: follow what a packet says of keys, its own and its center's."""
    own = keys.has_next(session) and manifest.to.key == keys.own_public(session, NEXT).fingerprint
    if own:
        keys.use_next(session)
        _note_change(session)
    peer = session.exec(select(Peer)).one()
    following, before = _proven(manifest.next_keys, manifest.sender.center), announced(peer)
    if before is not None and manifest.sender.key == before.fingerprint:
        peer.sign_public, peer.receive_public = before.sign, before.receive
    # Without an announcement in it: the center uses its next keys now, or was restored and has lost them.
    peer.next_sign = following.sign if following else None
    peer.next_receive = following.receive if following else None
    session.add(peer)
    session.flush()
    return Taken(own, following.fingerprint if following is not None and following != before else "")


def _note_change(session: Session) -> None:
    last = marks.newest(session)
    settings.put(session, marks.KEYS_CHANGED_AFTER, f"{last.epoch} {last.no}" if last is not None else "")


def _announce(session: Session, which: str, site: str) -> dict[str, Any]:
    following = keys.own_public(session, which)
    proof = keys.sign(session, _PROOF, _claim(site, following), which).hex()
    return {"next_keys": {"sign": following.sign, "receive": following.receive, "proof": proof}}


def _claim(site: str, following: PublicKeys) -> bytes:
    """What the next key signs: whose it is too, so that no site can announce the key of another as its own."""
    return f"{site}\n".encode("ascii") + following.text()


def _proven(told: NextKeys | None, site: str) -> PublicKeys | None:
    """The announced keys; None when there are none, or the announcer does not hold them."""
    if told is None:
        return None
    following = PublicKeys(told.sign, told.receive)
    try:
        following.check()
    except ValueError:
        return None
    return following if keys.verifies(told.sign, _PROOF, bytes.fromhex(told.proof), _claim(site, following)) else None


def _pair(sign: str | None, receive: str | None) -> PublicKeys | None:
    return PublicKeys(sign, receive) if sign is not None and receive is not None else None


def _former(peer: Peer, pair: PublicKeys, at: str, last_no: int | None) -> FormerKey:
    values = {"fingerprint": pair.fingerprint, "station": peer.code, "retired_at": at, "last_no": last_no}
    return FormerKey.model_validate({**values, "sign_public": pair.sign, "receive_public": pair.receive})
