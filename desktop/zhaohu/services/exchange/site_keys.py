"""Keys of this site while people work with them: shown to be read out, changed, and a station's new ones accepted."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import select

from zhaohu.errors import NotFound, Refused
from zhaohu.i18n import _
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import OwnKey, Peer
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.folders import exchanging
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.sync import key_change, keys


@dataclass(frozen=True, slots=True)
class SiteKeys:
    """Fingerprints that this site may have to read out.

    Attributes:
        fingerprint: Of the keys in use.
        made_at: When they were made.
        next_fingerprint: Station only: of keys that the center has not accepted yet.
        center_fingerprint: Station only: of its center's keys.
        behind: Center only: names of stations that still know it by former keys.
    """

    fingerprint: str
    made_at: str
    next_fingerprint: str = ""
    center_fingerprint: str = ""
    behind: tuple[str, ...] = ()


def digits(fingerprint: str) -> str:
    """A fingerprint as it is read out: ten groups of four digits."""
    return keys.digits(fingerprint)


def site_keys(desk: Desk) -> SiteKeys:
    """The keys of this site and how far a change of them has come. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        own, made_at = keys.own_public(session).fingerprint, session.get_one(OwnKey, "sign").made_at
        peers = list(session.exec(select(Peer)))
        if desk.site.kind is SiteKind.STATION:
            following = keys.own_public(session, keys.NEXT).fingerprint if keys.has_next(session) else ""
            return SiteKeys(own, made_at, following, key_change.reader(peers[0]).fingerprint)
        behind = [
            peer.name
            for peer in peers
            if peer.status == "active" and keys.which_own(session, peer.our_key) != keys.PRESENT
        ]
        return SiteKeys(own, made_at, behind=tuple(behind))


def change_keys(desk: Desk) -> SiteKeys:
    """Make new keys of this site. Admin.

    A station's go with its bundles until the center has compared and accepted them; a center's are in use at once for
    whoever enrols, and each station takes them with its next return packet. A backup before and one after the change
    keep both: without the new keys, a restored site could not open what is sent to it.

    Raises:
        Refused: A backup cannot be made.
    """
    desk.require(Role.ADMIN)
    create_backup(desk, Reason.IMPORT)
    with exchanging(desk), desk.write("site_key.change") as work:
        at_station = desk.site.kind is SiteKind.STATION
        make = key_change.make_next if at_station else key_change.replace_at_center
        made = make(work.session, desk.clock.stamp())
        work.note(fingerprint=made.fingerprint)
    create_backup(desk, Reason.IMPORT)
    return site_keys(desk)


def accept_keys(desk: Desk, station: str, fingerprint: str) -> None:
    """Go over to the keys that a station has announced, once people have compared them. Admin, at the center.

    Its next return packet is sealed to them, and the station uses them from then on; what it sends meanwhile is
    accepted with the former ones.

    Args:
        fingerprint: Of the keys that were compared: as the station read it out, or `next_fingerprint` of its entry.

    Raises:
        NotFound: There is no such station.
        Refused: `nothing_announced`: it has announced no such keys, or revoked ones.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    with exchanging(desk), desk.write("station.keys") as work:
        peer = work.session.get(Peer, f"{desk.site.district_code}-{station.rpartition('-')[2]}")
        if peer is None:
            message = _("There is no station {code} in this district.").format(code=station)
            raise NotFound(message, station=station)
        following = key_change.announced(peer)
        if following is None or not keys.is_same(following.fingerprint, fingerprint) or peer.status != "active":
            message = _("The station has announced no keys with this fingerprint. Take in its newest bundle first.")
            raise Refused(message, code="nothing_announced", station=peer.code)
        key_change.accept(work.session, peer, desk.clock.stamp())
        work.note(station=peer.code, fingerprint=following.fingerprint)
