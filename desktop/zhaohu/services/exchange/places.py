"""Places that this site exchanges files through, with what it takes to get in: kept in the encrypted store only."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from sqlmodel import Session, col, select

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, Cancelled, NotFound
from zhaohu.i18n import _
from zhaohu.records.codes import Role
from zhaohu.records.exchange import TravelRun
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.store import settings
from zhaohu.sync.travel.address import Address, Kind, holds_password, parse
from zhaohu.sync.travel.names import read_name
from zhaohu.sync.travel.opening import open_place
from zhaohu.sync.travel.place import Place
from zhaohu.sync.travel.private_key import read_key_file

LAST = "travel.last"
_PLACES = "travel.places"
_LONGEST_NAME = 40


@dataclass(frozen=True, slots=True)
class Login:
    """What it takes to get in at a place: user and password (S3: access key and secret key; with a private key for SFTP
    the passphrase of it), and the fingerprint of the server that a person compared.
    """

    user: str = ""
    password: str = field(default="", repr=False)
    fingerprint: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class PlaceRun:
    """How an exchange through a place went."""

    at: str
    quiet: bool
    sent: int
    fetched: int
    code: str


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A saved place, without its password and key."""

    name: str
    url: str
    user: str
    kind: Kind
    has_password: bool
    fingerprint: str
    last: PlaceRun | None
    has_key: bool


@dataclass(frozen=True, slots=True)
class CheckedPlace:
    """What was found at a place that can be read and written: files in all, and those of the exchange."""

    files: int
    ours: int


def list_places(desk: Desk) -> list[PlaceInfo]:
    """The saved places by name. Admin or teacher."""
    desk.require(*WRITERS)
    with desk.read() as session:
        return [_info(session, name, kept) for name, kept in sorted(_load(session).items())]


def save_place(
    desk: Desk,
    name: str,
    url: str,
    user: str = "",
    password: str | None = None,
    fingerprint: str = "",
    key_file: Path | None = None,
    cancelled: Callable[[], bool] | None = None,
    *,
    new: bool = False,
) -> PlaceInfo:
    """Keep a place after it was reached once; one of the same name is replaced, unless it is to be a new one. Admin.

    Args:
        desk: Who asks, and where.
        name: What people call it.
        url: A folder, or the address of a server.
        user: Who logs in there.
        password: Of that user; None keeps what is kept, unless the address names another server now.
        fingerprint: Of the server, when a person has compared it.
        key_file: Private key for SFTP, to be kept; `password` is its passphrase then.
        cancelled: Whether the person wants it to stop.
        new: It is to be a place beside those that are saved.

    Raises:
        Cancelled: Asked for.
        BadInput: `bad_name`, `bad_address`, `name_taken`.
        Refused: `host_unknown`: `fingerprint` in the details is to be compared by a person first; `host_changed`;
            `place_…`: it cannot be used as it is.
    """
    desk.require(Role.ADMIN)
    name = name.strip()
    if not name or len(name) > _LONGEST_NAME or "/" in name or "\\" in name:
        message = _("Give the place a name of at most {n} characters, without slashes.").format(n=_LONGEST_NAME)
        raise BadInput(message, code="bad_name", field="name")
    address = parse(url)
    with desk.read() as session:
        before = _load(session).get(name)
    if new and before is not None:
        raise _taken(name)
    login = Login(user.strip() or address.user, password or "", fingerprint)
    if key_file is not None:
        login = replace(login, key=read_key_file(key_file))
    elif password is None and before is not None and _is_same_server(before[0], address):
        login = replace(login, password=before[1].password, key=before[1].key)
    with closing(open_for(address, login, desk.clock, cancelled)) as place:
        place.entries()
    with desk.write("travel.save") as work:
        places = _load(work.session)
        if new and name in places:  # saved meanwhile
            raise _taken(name)
        places[name] = address.url, login
        _keep(work.session, places)
        work.note(place=name, kind=address.kind)
        return _info(work.session, name, places[name])


def remove_place(desk: Desk, name: str) -> None:
    """Forget a place, and its password with it. What lies there stays. Admin.

    Raises:
        NotFound: There is no such place.
    """
    desk.require(Role.ADMIN)
    with desk.write("travel.remove") as work:
        places = _load(work.session)
        if places.pop(name, None) is None:
            raise _missing(name)
        _keep(work.session, places)
        plan = quiet_plan_of(work.session)
        if plan.place == name:
            settings.put(work.session, QUIET, "")
        work.note(place=name)


def check_place(desk: Desk, name: str, cancelled: Callable[[], bool] | None = None) -> CheckedPlace:
    """Reach a saved place, and write, read and remove a small file there. Admin or teacher.

    Raises:
        Cancelled: Asked for.
        NotFound: There is no such place.
        Refused: What is wrong with it.
    """
    desk.require(*WRITERS)
    with desk.read() as session:
        _name, address, login = known_place(session, name)
    probe = desk.profile / "tmp" / f"probe-{desk.site.code}.zhaohu"
    probe.parent.mkdir(mode=0o700, exist_ok=True)
    probe.write_bytes(b"Zhaohu: can this place be written to? This file is taken away again.\n")
    try:
        with closing(open_for(address, login, desk.clock, cancelled)) as place:
            entries = place.entries()
            place.send(probe, probe.name, lambda _size: None)
            place.remove(probe.name)
    finally:
        probe.unlink(missing_ok=True)
    return CheckedPlace(len(entries), sum(1 for entry in entries if read_name(entry.name) is not None))


def last_place(desk: Desk) -> str:
    """The name or folder that an exchange went through last; empty when none did. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        return settings.get(session, LAST)


QUIET = "travel.quiet"
LEAST_MINUTES, MOST_MINUTES = 10, 24 * 60


@dataclass(frozen=True, slots=True)
class QuietPlan:
    """Through which saved place files are exchanged by themselves, and how often; no place: not at all."""

    place: str = ""
    every_minutes: int = 60


def quiet_plan(desk: Desk) -> QuietPlan:
    """How files are exchanged by themselves while somebody is logged in. Any role."""
    desk.require(*Role)
    with desk.read() as session:
        return quiet_plan_of(session)


def set_quiet_plan(desk: Desk, place: str, every_minutes: int = 60) -> None:
    """Exchange by itself through a saved place, or (empty) no more. Admin.

    Raises:
        NotFound: There is no such place.
        BadInput: `bad_minutes`.
    """
    desk.require(Role.ADMIN)
    if not LEAST_MINUTES <= every_minutes <= MOST_MINUTES:
        message = _("Choose between {least} and {most} minutes.").format(least=LEAST_MINUTES, most=MOST_MINUTES)
        raise BadInput(message, code="bad_minutes", field="every_minutes")
    with desk.write("travel.plan") as work:
        if place and place not in _load(work.session):
            raise _missing(place)
        settings.put(work.session, QUIET, json.dumps(asdict(QuietPlan(place, every_minutes))) if place else "")
        work.note(place=place, minutes=every_minutes if place else 0)


def quiet_plan_of(session: Session) -> QuietPlan:
    """The plan as it is kept."""
    kept = settings.get(session, QUIET)
    return QuietPlan(**json.loads(kept)) if kept else QuietPlan()


def known_place(session: Session, name: str) -> tuple[str, Address, Login]:
    """A saved place by its name.

    Raises:
        NotFound: There is none of that name.
    """
    kept = _load(session).get(name)
    if kept is None:
        raise _missing(name)
    return name, parse(kept[0]), kept[1]


def find_place(session: Session, wanted: str, login: Login | None) -> tuple[str, Address, Login]:
    """What somebody means by a name or an address: the saved place, or one that is not saved.

    Raises:
        NotFound: It looks like a name, and there is none.
        BadInput: `bad_address`.
    """
    places, given = _load(session), login or Login()
    name = wanted if wanted in places else ""
    if not name and not any(mark in wanted for mark in ("/", "\\")) and not holds_password(wanted):
        raise _missing(wanted)
    address = parse(places[name][0] if name else wanted)
    name = name or next((one for one, kept in sorted(places.items()) if kept[0] == address.url), "")
    if not name:
        return address.url, address, given
    known = places[name][1]
    fingerprint = given.fingerprint or known.fingerprint
    if given.password or given.key:
        return name, address, replace(given, user=given.user or known.user, fingerprint=fingerprint)
    return name, address, replace(known, fingerprint=fingerprint)


def open_for(address: Address, login: Login, clock: Clock, cancelled: Callable[[], bool] | None = None) -> Place:
    """The place, not connected yet.

    Raises:
        BadInput: `key_not_used`: there is a private key, and the place has no use for one.
    """
    if login.key and address.kind != "sftp":
        message = _("A private key is for SFTP only. Log in here with user and password.")
        raise BadInput(message, code="key_not_used", field="key_file")
    place = open_place(address, login.user, login.password, login.fingerprint, clock, login.key)

    def check() -> None:
        if cancelled is not None and cancelled():
            raise Cancelled

    place.check = check
    return place


def _load(session: Session) -> dict[str, tuple[str, Login]]:
    kept = json.loads(settings.get(session, _PLACES) or "{}")
    return {name: (one["url"], _login(one)) for name, one in kept.items()}


def _login(kept: dict[str, str]) -> Login:
    return Login(kept["user"], kept["password"], kept["fingerprint"], kept.get("key", ""))


def _keep(session: Session, places: dict[str, tuple[str, Login]]) -> None:
    text = json.dumps({name: {"url": url, **asdict(login)} for name, (url, login) in places.items()})
    settings.put(session, _PLACES, text)


def _info(session: Session, name: str, kept: tuple[str, Login]) -> PlaceInfo:
    url, login = kept
    query = select(TravelRun).where(TravelRun.place == name).order_by(col(TravelRun.id).desc())
    run = session.exec(query).first()
    last = PlaceRun(run.at, run.quiet, run.sent, run.fetched, run.code) if run is not None else None
    secrets = bool(login.password), login.fingerprint, last, bool(login.key)
    return PlaceInfo(name, url, login.user, parse(url).kind, *secrets)


def _is_same_server(kept: str, address: Address) -> bool:
    """A password is shown to nobody but the server for which it was typed."""
    before = parse(kept)
    return (before.kind, before.scheme, before.server) == (address.kind, address.scheme, address.server)


def _taken(name: str) -> BadInput:
    message = _("There is a place named “{name}” already. Choose another name, or change that one.")
    return BadInput(message.format(name=name), code="name_taken", field="name")


def _missing(name: str) -> NotFound:
    message = _("There is no saved place “{name}”. Choose one of the list, or give its whole address.")
    return NotFound(message.format(name=name), place=name)
