"""Whether what is derived is what follows from the records, and whether the center shows what a station shows."""

from __future__ import annotations

from pathlib import Path

from tests.sync.forging import records
from tests.sync.work import take_up

from zhaohu.records import Station
from zhaohu.services import derived
from zhaohu.services.desk import Desk
from zhaohu.services.due import duties
from zhaohu.services.growth import growth, scores
from zhaohu.services.register import child_list
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.store import growth_scores, staleness

_OF_ANOTHER = """
SELECT g."key" FROM growth_score g JOIN measurement m ON m.id = g."key" WHERE m.child_id <> g.child_id
"""


def know_other_station(desk: Desk) -> None:
    """As the center's packet tells of it."""
    with desk.write("test") as work:
        values = {"code": "02", "name": "碑廓镇指导站", "township": "碑廓镇", "population": 62_000}
        work.session.add(desk.make(Station, **values))


def is_true(desk: Desk) -> bool:
    """Whether everything derived is there and is what follows from the records."""
    with desk.read() as session:
        return (
            staleness.stale(session) == []
            and derived.differing(session) == []
            and growth_scores.children_without(session) == []
            and session.connection().exec_driver_sql(_OF_ANOTHER).all() == []
        )


def same_at_center(station: Desk, center: Desk, stick: Path) -> None:
    """After a bundle the center has, lists and grades what the station does."""
    report = take_up(station, center, stick)
    assert (report.status, report.held, report.differs) == ("accepted", 0, False)
    assert records(center, station.site.code) == records(station, station.site.code)
    scores.fill_missing(center)
    assert is_true(station)
    assert is_true(center)
    here, there = (
        {
            row.id: (row.name, row.growth, row.risks, row.next_due, row.caregiver, row.village, row.consent, row.status)
            for row in child_list.list_children(desk, ChildFilter(statuses=()))
        }
        for desk in (station, center)
    )
    assert here == there
    assert duties.due_list(center) == duties.due_list(station)
    for row in child_list.list_children(station):
        assert growth.series(center, row.id) == growth.series(station, row.id)
