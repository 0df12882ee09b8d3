"""Enrolment files looked into before anything is done with them, so that people can compare fingerprints first."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhaohu.errors import Refused
from zhaohu.i18n import _
from zhaohu.paths import shown
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import Desk
from zhaohu.services.files import write_file
from zhaohu.store import settings
from zhaohu.sync import delivery, enrolment, marks


@dataclass(frozen=True, slots=True)
class InvitationView:
    """What a center's enrolment file says: for which station, from which center, and that center's fingerprint."""

    station: str
    station_name: str
    township: str
    center_name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ReplyView:
    """What a station's reply says, and the fingerprint of the keys it brings."""

    station: str
    name: str
    fingerprint: str


def view_invitation(file: Path) -> InvitationView:
    """The content of an enrolment file.

    Raises:
        Refused: It cannot be read, is no enrolment file, or was changed on its way.
    """
    found = enrolment.read_invitation(delivery.read_enrolment(file, enrolment.LARGEST))
    return InvitationView(found.station, found.station_name, found.township, found.center_name, found.keys.fingerprint)


def view_reply(desk: Desk, file: Path) -> ReplyView:
    """The content of a station's reply; nothing is changed. Admin, at the center.

    Raises:
        Refused: It cannot be read, is no reply, was changed, or its station is not registered here.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    found = enrolment.read_reply(delivery.read_enrolment(file, enrolment.LARGEST))
    with desk.read() as session:
        peer = session.get(Peer, found.station)
    if peer is None:
        raise Refused(
            _("This reply is from a station that is not registered here. Register the station first."),
            code="not_for_us",
            station=found.station,
        )
    return ReplyView(found.station, peer.name, found.keys.fingerprint)


def save_reply(desk: Desk, folder: Path) -> Path:
    """Write this station's reply to its enrolment file once more: the first one may be lost. Admin, station.

    Raises:
        Refused: `no_reply`: the center has taken it already; or the file cannot be written.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.STATION)
    with desk.write("station.reply") as work:
        reply = settings.get(work.session, marks.REPLY)
        if not reply:
            raise Refused(_("The center has taken the reply of this station; it is not needed again."), code="no_reply")
        work.note(folder=shown(folder))
        return write_file(folder / enrolment.reply_name(desk.site.code), reply.encode())
