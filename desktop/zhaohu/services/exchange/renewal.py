"""When a PC or its keys are lost: a station is enrolled once more, its keys are revoked, or it follows a new center."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, replace
from pathlib import Path

from sqlmodel import Session, select

from zhaohu.errors import BadInput, NotFound, Refused
from zhaohu.i18n import _
from zhaohu.paths import shown
from zhaohu.records import Station
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.folders import exchanging
from zhaohu.services.exchange.setup import StationAdded, write_invitation
from zhaohu.services.files import write_file
from zhaohu.services.safety import profile as profiles
from zhaohu.services.safety.backups import Reason, create_backup
from zhaohu.sync import answers, delivery, enrolment, key_change, keys

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Recentered:
    """A station that follows a center anew; the fingerprints are to be compared, the reply goes to the center."""

    center_name: str
    center_fingerprint: str
    fingerprint: str
    reply: Path


def renew_station(desk: Desk, station: str, out: Path) -> StationAdded:
    """Invite a station once more, because its PC or its keys are lost: write its enrolment file `out`. Admin, center.

    From now on nothing is taken that its former keys signed. With the reply of the new PC the station goes on, and its
    first return packet gives it back all that the center has of it.

    Raises:
        NotFound: There is no such station.
        Refused: The file cannot be written; then nothing is changed.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    with exchanging(desk), desk.write("station.renew") as work:
        peer, listed = _registered(desk, work.session, station)
        key_change.revoke(work.session, peer, desk.clock.stamp())
        peer.sign_public = peer.receive_public = peer.revoked_at = None
        peer.status, peer.secret = "invited", secrets.token_hex(32)
        write_invitation(desk, work.session, peer, listed.township, out)
        work.note(station=peer.code, file=out.name)
        return StationAdded(peer.code, listed.name, out, keys.own_public(work.session).fingerprint)


def revoke_station(desk: Desk, station: str, reason: str) -> None:
    """Take nothing more from a station, and send it nothing, until its enrolment is renewed. Admin, at the center.

    Raises:
        BadInput: The reason is missing or too long.
        NotFound: There is no such station.
        Refused: `revoked`: it is already.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise BadInput(_("Give a reason of 1 to {most} characters.").format(most=LONGEST_REASON), field="reason")
    with exchanging(desk), desk.write("station.revoke") as work:
        peer, _listed = _registered(desk, work.session, station)
        if peer.status == "revoked":
            message = _("The keys of station {code} are revoked already.").format(code=peer.code)
            raise Refused(message, code="revoked", station=peer.code)
        key_change.revoke(work.session, peer, desk.clock.stamp())
        peer.status, peer.secret, peer.revoked_at = "revoked", None, desk.clock.stamp()
        work.session.add(peer)
        work.note(station=peer.code, reason=reason.strip())


def recenter(desk: Desk, *, enrolment_file: Path, fingerprint: str, reply: Path | None = None) -> Recentered:
    """Follow the center of a new enrolment file, because the former center is lost or invites anew. Admin, station.

    All records stay. The station begins a new life of its exchange: its next bundle holds everything.

    Args:
        enrolment_file: The center's.
        fingerprint: As the center read it out, digits or letters: nobody is followed unseen.
        reply: Where the reply goes; beside the enrolment file when not given.

    Raises:
        Refused: The file is no enrolment file or was changed, is for another station (`not_for_us`), its center has
            another fingerprint (`fingerprint_differs`), or the backup or the reply cannot be written.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    found = enrolment.read_invitation(delivery.read_enrolment(enrolment_file, enrolment.LARGEST))
    if (found.station, found.district) != (desk.site.code, desk.site.district_code):
        message = _("This enrolment file is for station {code}, {name}. Ask the center for the one of this station.")
        raise Refused(message.format(code=found.station, name=found.station_name), code="not_for_us")
    center = found.keys.fingerprint
    if not keys.is_same(center, fingerprint):
        message = _("The fingerprint is not the one of this file. Do not use the file; call the center.")
        raise Refused(message, code="fingerprint_differs")
    target = reply or enrolment_file.with_name(enrolment.reply_name(found.station))
    create_backup(desk, Reason.IMPORT)
    site = replace(desk.site, center_name=found.center_name)
    with exchanging(desk), desk.write("station.recenter") as work:
        enrolment.follow(work.session, found, desk.clock.stamp())
        answers.put_reference(work.session, found.lines(), found.district)
        profiles.keep_site(work.session, site)
        write_file(target, enrolment.write_reply(work.session, found, desk.clock.stamp()))
        own = keys.own_public(work.session).fingerprint
        work.note(file=shown(enrolment_file), fingerprint=center)
    desk.site = site
    return Recentered(found.center_name, center, own, target)


def _registered(desk: Desk, session: Session, station: str) -> tuple[Peer, Station]:
    number = station.rpartition("-")[2]
    peer = session.get(Peer, f"{desk.site.district_code}-{number}")
    listed = session.exec(select(Station).where(Station.code == number)).first()
    if peer is None or listed is None:
        message = _("There is no station {code} in this district.").format(code=station)
        raise NotFound(message, station=station)
    return peer, listed
