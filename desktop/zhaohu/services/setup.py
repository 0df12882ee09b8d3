"""Making a center, registering its stations, and making a station from its enrolment file."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from zhaohu.clock import Clock
from zhaohu.services.desk import Desk
from zhaohu.services.profile import NewAdmin
from zhaohu.store.envelope import Strength


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
    recovery_code: str
    fingerprint: str
    peer_fingerprint: str | None = None
    recovery_key: str | None = None
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


@dataclass(frozen=True, slots=True)
class StationEntry:
    """A station in the center's list; `fingerprint` once it has replied."""

    code: str
    name: str
    township: str
    status: str
    population: int | None
    population_year: int | None
    fingerprint: str | None


def init_center(
    profile: Path,
    *,
    district_code: str,
    name: str,
    admin: NewAdmin,
    clock: Clock,
    strength: Strength | None = None,
) -> Initialised:
    """Make a center: database, keys, first administrator."""
    raise NotImplementedError


def add_station(
    desk: Desk, *, code: str, name: str, township: str, population: int, year: int | None = None, out: Path
) -> StationAdded:
    """Register a station (`code` two digits) and write its enrolment file `out`."""
    raise NotImplementedError


def init_station(
    profile: Path,
    *,
    enrolment: Path,
    admin: NewAdmin,
    clock: Clock,
    reply: Path | None = None,
    strength: Strength | None = None,
) -> Initialised:
    """Make a station from its enrolment file and write the reply."""
    raise NotImplementedError


def accept_station(desk: Desk, reply: Path) -> Accepted:
    """Take a station's reply: from now on its bundles are accepted."""
    raise NotImplementedError


def list_stations(desk: Desk) -> list[StationEntry]:
    """All stations of the district, by code."""
    raise NotImplementedError
