"""The stations of the district as the center's list shows them: who is enrolled, and by which keys."""

from __future__ import annotations

from dataclasses import dataclass

from sqlmodel import col, select

from zhaohu.records import Population, Station
from zhaohu.records.codes import Role, SiteKind
from zhaohu.records.exchange import Peer
from zhaohu.services.desk import Desk
from zhaohu.sync import key_change, keys


@dataclass(frozen=True, slots=True)
class StationEntry:
    """A station in the center's list.

    Attributes:
        status: `invited`, `active` or `revoked`.
        fingerprint: Of its keys, once it replied.
        next_fingerprint: Of keys that it has announced and nobody has compared yet.
        former_center_key: It still knows this center by keys that the center has changed since.
    """

    code: str
    name: str
    township: str
    status: str
    population: int | None
    population_year: int | None
    fingerprint: str | None
    next_fingerprint: str | None = None
    former_center_key: bool = False


def list_stations(desk: Desk) -> list[StationEntry]:
    """All stations of the district, by code; their newest population. Any role, at the center."""
    desk.require(*Role)
    desk.require_site(SiteKind.CENTER)
    with desk.read() as session:
        newest = {row.station: row for row in session.exec(select(Population).order_by(col(Population.year)))}
        entries = []
        for station in session.exec(select(Station).order_by(col(Station.code))):
            peer = session.get_one(Peer, f"{desk.site.district_code}-{station.code}")
            population, known = newest.get(station.code), key_change.known(peer)
            following = key_change.announced(peer)
            entries.append(
                StationEntry(
                    peer.code,
                    station.name,
                    station.township,
                    peer.status,
                    population.population if population else None,
                    population.year if population else None,
                    known.fingerprint if known else None,
                    following.fingerprint if following else None,
                    keys.which_own(session, peer.our_key) != keys.PRESENT,
                )
            )
        return entries
