"""The first steps of a station are done when the records say so."""

from __future__ import annotations

from datetime import date

from tests.services.families import enrol

from zhaohu.records.codes import Role
from zhaohu.services.guidance import staffing
from zhaohu.services.register import removal
from zhaohu.services.register.first_steps import FirstStep, first_steps
from zhaohu.services.safety import accounts
from zhaohu.store.envelope import Strength

WEAK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)


def test_an_empty_station_has_done_nothing(station_desk):
    standing = first_steps(station_desk)
    assert not any(map(standing.done, FirstStep))
    assert not standing.begun
    assert not standing.complete


def test_each_step_is_done_by_its_records_and_undone_with_them(station_desk):
    child_id = enrol(station_desk)
    standing = first_steps(station_desk)
    assert standing.begun
    assert standing.counts[FirstStep.CHILDREN] == 1
    staffing.add_teacher(station_desk, staffing.NewTeacher("王敏", employed_from=date(2026, 1, 1)))
    accounts.add_account(
        station_desk, name="wang", display_name="王敏", role=Role.TEACHER, password="x-long-enough-1", strength=WEAK
    )
    assert first_steps(station_desk).complete
    removal.remove_child(station_desk, child_id, "录入错误")
    assert not first_steps(station_desk).begun
