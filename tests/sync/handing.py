"""What the tests of handing children over share: a child of station one, and exchanges that leave no difference."""

from __future__ import annotations

from pathlib import Path

from sqlmodel import select
from tests.sync.district import ADMIN, CLOCK
from tests.sync.work import a_family, a_measurement, a_visit, bring_down, child_at, save, take_up

from zhaohu.errors import Refused
from zhaohu.records import Child, Village
from zhaohu.services.desk import Desk
from zhaohu.services.exchange.reports import ImportReport
from zhaohu.services.register import incoming, releases
from zhaohu.services.register.incoming import Offered
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.safety.restore import Secret, restore_backup


def a_village(desk: Desk, name: str = "西坡") -> str:
    """A village of the station's list; returns its id."""
    village = desk.make(Village, name=name)
    save(desk, village)
    return village.id


def a_child(district, name: str = "赵小禾") -> str:
    """A child of station one with a weight, a visit and its correction; returns its id."""
    for station in (district.one, district.two):
        bring_down(district.center, station, district.stick)  # tells the stations of each other
    child = a_family(district.one, name)
    visit = a_visit(district.one, child)
    save(district.one, visit, a_measurement(district.one, child), a_visit(district.one, child, replaces=visit))
    return child.id


def released(district, child_id: str) -> None:
    """Released by station one to station two."""
    releases.release(district.one, child_id, "02", district.one.today, "随父母搬家")


def offered(district, child_id: str) -> Offered:
    """Released, sent up, and offered to station two."""
    released(district, child_id)
    take_up(district.one, district.center, district.stick)
    bring_down(district.center, district.two, district.stick)
    (offer,) = incoming.list_offers(district.two)
    return offer


def sent(district, station: Desk) -> ImportReport | None:
    """What the center said to a station's bundle; None when there was nothing new."""
    try:
        return take_up(station, district.center, district.stick)
    except Refused as refused:
        if refused.code != "nothing_new":
            raise
        return None


def exchange(district, *stations: Desk) -> None:
    """Each station sends what it has, and reads its answer; the center never finds a difference."""
    for station in stations or (district.one, district.two):
        report = sent(district, station)
        if report is not None:
            assert report.status in ("accepted", "already_had"), report
            assert not report.differs, station.site.code
        bring_down(district.center, station, district.stick)


def settled(district, *order: str) -> None:
    """Exchanges as often as a restore may need them; after the last one nobody has anything new, nothing differs."""
    found: dict[str, bool] = {}
    for _round in range(6):
        idle = True
        for name in order or ("one", "two"):
            station = getattr(district, name)
            report = sent(district, station)
            if report is not None:
                found[name], idle = report.differs, False
            bring_down(district.center, station, district.stick)
        if idle:
            break
    assert idle
    assert not any(found.values()), found


def owners(district, child_id: str) -> tuple[str | None, ...]:
    """Who owns the child at the center, at station one, at station two; None where it is not known."""
    found = [child_at(desk, child_id) for desk in (district.center, district.one, district.two)]
    return tuple(child.owner[-2:] if child else None for child in found)


def rename_through_desk(desk: Desk, child_id: str, name: str) -> None:
    """Correct a child's name."""
    with desk.write("test.rename") as work:
        child = work.session.exec(select(Child).where(Child.id == child_id)).one()
        child.name = name
        work.session.add(child)


def restored(desk: Desk, file: Path) -> Desk:
    """The desk after going back to a backup, on the same PC."""
    desk.close()
    restore_backup(desk.profile, file, Secret(ADMIN.name, ADMIN.password), CLOCK)
    return open_desk(desk.profile, ADMIN.name, ADMIN.password, CLOCK)
