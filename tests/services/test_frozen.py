"""A child that is released to another station stays as it is, whatever is done, until the release is cancelled."""

from __future__ import annotations

import pytest
from sqlmodel import select
from tests.services.care_walk import CareWalk
from tests.services.comparing import know_other_station
from tests.services.test_derived import Walk

from zhaohu.records import Caregiver, Child, Household
from zhaohu.services.desk import Desk
from zhaohu.services.duplicates import merge_rows
from zhaohu.services.register import lookup


class Around(Walk):
    """Everything but what keeps the station's list of villages, and what bypasses all services."""

    do_merge_villages = do_part_villages = do_bulk_sql = None
    do_release_another = Walk.do_release


class AroundVisits(CareWalk):
    """The same with all that belongs to visits."""

    do_merge_villages = do_part_villages = do_bulk_sql = None
    do_release_another = Walk.do_release


def frozen(desk: Desk) -> dict[str, list[dict[str, object]]]:
    """Every record of each released child and of its family."""
    found: dict[str, list[dict[str, object]]] = {}
    with desk.read() as session:
        for child_id in lookup.pending_transfers(session):
            child = session.get_one(Child, child_id)
            rows = [child, session.get_one(Household, child.household_id)]
            rows += session.exec(select(Caregiver).where(Caregiver.household_id == child.household_id)).all()
            for table, columns in merge_rows.child_columns().items():
                for column in columns:
                    rows += session.exec(select(table).where(getattr(table, column) == child_id)).all()
            found[child_id] = sorted((row.model_dump() for row in rows), key=lambda row: str(row["id"]))
    return found


@pytest.mark.parametrize("walk_of", [Around, AroundVisits])
def test_nothing_is_written_about_a_child_on_its_way_elsewhere(station_desk: Desk, walk_of: type[Walk]) -> None:
    walk = walk_of(station_desk, 208)
    know_other_station(station_desk)
    for _number in range(5):
        walk.do_register()
    seen = 0
    for number in range(80):
        before = frozen(station_desk)
        walk.step()
        after = frozen(station_desk)
        seen += len(before)
        assert [(number, one) for one in before.keys() & after.keys() if before[one] != after[one]] == []
    assert seen > 40
