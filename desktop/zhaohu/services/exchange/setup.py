"""Making a center, registering its stations, and making a station from its enrolment file."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass, field
from pathlib import Path

from sqlmodel import Session, select

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import _
from zhaohu.records import Population, Station
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.care import drafts
from zhaohu.services.desk import Desk, Site, Work
from zhaohu.services.files import write_file
from zhaohu.services.safety import profile as profiles
from zhaohu.services.safety.profile import NewAdmin
from zhaohu.store import settings
from zhaohu.store.envelope import Strength
from zhaohu.sync import answers, delivery, key_change, keys, marks
from zhaohu.sync import enrolment as papers
from zhaohu.sync.refusals import refusal

_INVITED, _ACTIVE, _REVOKED = "invited", "active", "revoked"
_DISTRICT, _STATION = re.compile(r"\d{6}"), re.compile(r"\d{2}")


@dataclass(frozen=True, slots=True)
class Initialised:
    """A new profile; what must go on paper now stands here and is kept nowhere else.

    Attributes:
        recovery_code: Opens the profile when all passwords are lost.
        fingerprint: Of this site's keys, to read out over the telephone.
        peer_fingerprint: Station only: of the center's keys, as the enrolment file has them.
        recovery_key: Center only: opens bundles on their way when the center's own key is lost.
        reply: Station only: the file for the center.
    """

    desk: Desk
    recovery_code: str = field(repr=False)
    fingerprint: str
    peer_fingerprint: str | None = None
    recovery_key: str | None = field(default=None, repr=False)
    reply: Path | None = None


@dataclass(frozen=True, slots=True)
class StationAdded:
    """A registered station and its enrolment file; `fingerprint` is the center's, for the station to compare."""

    code: str
    name: str
    file: Path
    fingerprint: str


@dataclass(frozen=True, slots=True)
class Accepted:
    """A station whose reply was taken; read its fingerprint out over the telephone."""

    station: str
    name: str
    fingerprint: str


def init_center(
    profile: Path,
    *,
    district_code: str,
    name: str,
    admin: NewAdmin,
    clock: Clock,
    strength: Strength | None = None,
) -> Initialised:
    """Make a center: database, keys, first administrator.

    Raises:
        Refused: The code is no six digits, the name is empty, the password too short, or there is a profile already.
    """
    _check(district_code, _DISTRICT, "district_code", _("The district code has six digits, such as 371103."))
    name = _clean_name(name, "name")
    recovery_key, recipient = keys.new_recovery_pair()

    def fill(session: Session, desk: Desk) -> None:
        keys.make_own(session, desk.clock.stamp())
        settings.put(session, marks.RECOVERY_RECIPIENT, recipient)

    site = Site(SiteKind.CENTER, district_code, name, district_code, name)
    desk, code = profiles.create(profile, site, admin, clock, fill, strength)
    return Initialised(desk, code, own_fingerprint(desk), recovery_key=recovery_key)


def add_station(
    desk: Desk,
    *,
    code: str,
    name: str,
    township: str,
    population: int,
    year: int | None = None,
    out: Path,
    draft: str = "",
) -> StationAdded:
    """Register a station (`code` two digits) and write its enrolment file `out`. Admin, at the center.

    A station that has not replied yet gets its enrolment file once more when name and township are the same; the
    population may be another one then.

    Args:
        year: Of the population; the current one when not given.
        draft: Key of the draft that it was typed into, which goes in the same transaction.

    Raises:
        Refused: A value is wrong, the code is taken, or the file cannot be written (then nothing is registered).
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    _check(code, _STATION, "code", _("The station code has two digits, such as 01."))
    name, township = _clean_name(name, "name"), _clean_name(township, "township")
    if not 0 <= population <= 10_000_000:
        message = _("The population must be a whole number from 0 to 10,000,000.")
        raise BadInput(message, field="population", value=population)
    year = desk.today.year if year is None else year
    if not 2000 <= year <= 2100:
        raise BadInput(_("The year of the population must be between 2000 and 2100."), field="year", value=year)
    full_code = f"{desk.site.district_code}-{code}"
    with desk.write("station.add") as work:
        peer = work.session.get(Peer, full_code)
        if peer is None:
            peer = _register(desk, work, full_code, name, township)
        elif peer.status != _INVITED or not _same(work.session, code, name, township):
            message = _("Station {code} is registered already. Choose another code.").format(code=code)
            raise Refused(message, code="station_exists", station=full_code)
        _count(desk, work.session, code, year, population)
        write_invitation(desk, work.session, peer, township, out)
        drafts.forget(work.session, desk.person.name, draft)
        work.note(station=full_code, file=out.name)
    return StationAdded(full_code, name, out, own_fingerprint(desk))


def init_station(
    profile: Path,
    *,
    enrolment: Path,
    admin: NewAdmin,
    clock: Clock,
    reply: Path | None = None,
    strength: Strength | None = None,
) -> Initialised:
    """Make a station from its enrolment file and write the reply (default: beside the enrolment file).

    Raises:
        Refused: The file is no enrolment file or was changed, the password is too short, there is a profile already,
            or the reply cannot be written.
    """
    invitation = papers.read_invitation(delivery.read_enrolment(enrolment, papers.LARGEST))
    target = reply or enrolment.with_name(papers.reply_name(invitation.station))

    def fill(session: Session, desk: Desk) -> None:
        keys.make_own(session, desk.clock.stamp())
        settings.put(session, marks.RECOVERY_RECIPIENT, invitation.recovery)
        center = {"code": invitation.district, "name": invitation.center_name, "status": _ACTIVE}
        public = {"sign_public": invitation.sign, "receive_public": invitation.receive}
        session.add(Peer.model_validate({**center, **public}))
        session.flush()
        answers.put_reference(session, invitation.lines(), invitation.district)
        write_file(target, papers.write_reply(session, invitation, desk.clock.stamp()))

    site = Site(
        SiteKind.STATION,
        invitation.station,
        invitation.station_name,
        invitation.district,
        invitation.center_name,
        invitation.township,
    )
    desk, code = profiles.create(profile, site, admin, clock, fill, strength)
    center = invitation.keys.fingerprint
    return Initialised(desk, code, own_fingerprint(desk), peer_fingerprint=center, reply=target)


def accept_station(desk: Desk, reply: Path, fingerprint: str = "") -> Accepted:
    """Take a station's reply: from now on its bundles are accepted. Admin, at the center.

    Args:
        fingerprint: The one that people have compared; when given, the file must still have the same.

    Raises:
        Refused: The file is no reply or was changed, answers no open invitation of this center, has another
            fingerprint (`fingerprint_differs`), or the station has replied with other keys before.
    """
    desk.require(Role.ADMIN)
    desk.require_site(SiteKind.CENTER)
    answer = papers.read_reply(delivery.read_enrolment(reply, papers.LARGEST))
    if fingerprint and not keys.is_same(answer.keys.fingerprint, fingerprint):
        message = _("The fingerprint is not the one of this file. Do not use the file; call the station.")
        raise Refused(message, code="fingerprint_differs")
    with desk.write("station.accept") as work:
        peer = work.session.get(Peer, answer.station)
        if peer is None or answer.district != desk.site.district_code:
            raise Refused(
                _("This reply is from a station that is not registered here. Register the station first."),
                code="not_for_us",
                station=answer.station,
            )
        if peer.status == _REVOKED:
            raise refusal("revoked", station=peer.code)
        if peer.status == _INVITED:
            _take_reply(work.session, peer, answer)
        elif key_change.known(peer) != answer.keys:
            message = _("This station has replied before, with other keys. Call the station; do not use this file.")
            raise Refused(message, code="already_enrolled", station=answer.station)
        work.note(station=peer.code, fingerprint=answer.keys.fingerprint)
        return Accepted(peer.code, peer.name, answer.keys.fingerprint)


def write_invitation(desk: Desk, session: Session, peer: Peer, township: str, out: Path) -> None:
    """Write the enrolment file of a station that is invited.

    Raises:
        Refused: It cannot be written.
    """
    invited = papers.Invited(
        desk.site.district_code,
        desk.site.name,
        peer.code,
        peer.name,
        township,
        settings.get(session, marks.RECOVERY_RECIPIENT),
        str(peer.secret),
    )
    peer.our_key = keys.own_public(session).fingerprint
    session.add(peer)
    write_file(out, papers.write_invitation(session, invited, desk.clock.stamp()))


def own_fingerprint(desk: Desk) -> str:
    """The fingerprint of this site's keys. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        return keys.own_public(session).fingerprint


def _register(desk: Desk, work: Work, full_code: str, name: str, township: str) -> Peer:
    number = full_code.partition("-")[2]
    station = desk.make(Station, code=number, name=name, township=township)
    work.session.add(station)
    invited = {"code": full_code, "name": name, "status": _INVITED, "secret": secrets.token_hex(32)}
    peer = Peer.model_validate(invited)
    work.session.add(peer)
    work.session.flush()
    work.note(station)
    return peer


def _count(desk: Desk, session: Session, station: str, year: int, population: int) -> None:
    of_year = select(Population).where(Population.station == station, Population.year == year)
    known = session.exec(of_year).first()
    if known is None:
        session.add(desk.make(Population, station=station, year=year, population=population))
    else:
        known.population = population
    session.flush()


def _same(session: Session, code: str, name: str, township: str) -> bool:
    station = session.exec(select(Station).where(Station.code == code)).one()
    return (station.name, station.township) == (name, township)


def _take_reply(session: Session, peer: Peer, answer: papers.Reply) -> None:
    if not papers.answers(answer, str(peer.secret)):
        raise Refused(
            _("This reply was not made from the enrolment file of this station. Ask the station for the right one."),
            code="bad_reply",
            station=peer.code,
        )
    peer.sign_public, peer.receive_public = answer.sign, answer.receive
    peer.status, peer.secret = _ACTIVE, None
    session.add(peer)
    papers.begin_again(session, peer)


def _check(value: str, pattern: re.Pattern[str], field: str, message: str) -> None:
    if not pattern.fullmatch(value) or not value.isascii():
        raise BadInput(message, field=field, value=value)


def _clean_name(value: str, field: str) -> str:
    name = value.strip()
    if not 1 <= len(name) <= 60:
        raise BadInput(_("Give a name of 1 to 60 characters."), field=field, value=value)
    return name
