"""Teachers and populations, at both ends."""

from __future__ import annotations

from datetime import date

import pytest

from zhaohu.errors import BadInput, NotAllowed, NotFound
from zhaohu.services.desk import Desk
from zhaohu.services.guidance import staffing
from zhaohu.services.guidance.staffing import NewTeacher


def test_a_station_sees_its_need_and_gap(station_desk: Desk) -> None:
    staffing.add_teacher(
        station_desk, NewTeacher("王敏", date(2024, 1, 1), certified_until=date(2027, 6, 30), phone="13800001111")
    )
    staffing.add_teacher(station_desk, NewTeacher("李芳", date(2027, 1, 1)))
    table = staffing.staffing_table(station_desk)
    (line,) = table.stations
    population = line.figures.population
    assert population is not None
    assert line.figures.needed == -(-population // 10_000)
    assert (line.figures.in_post, line.figures.certified) == (1, 1)
    assert line.figures.gap == line.figures.needed - 1
    assert staffing.list_teachers(station_desk)[1].phone in ("", "*******1111")


def test_a_past_year_counts_on_its_last_day(station_desk: Desk) -> None:
    teacher = staffing.add_teacher(station_desk, NewTeacher("王敏", date(2024, 1, 1)))
    staffing.end_employment(station_desk, teacher, date(2026, 1, 31))
    assert staffing.staffing_table(station_desk, 2025).district.figures.in_post == 1
    assert staffing.staffing_table(station_desk).district.figures.in_post == 0


def test_bad_particulars_are_refused(station_desk: Desk) -> None:
    with pytest.raises(BadInput):
        staffing.add_teacher(station_desk, NewTeacher(" ", date(2024, 1, 1)))
    with pytest.raises(BadInput):
        staffing.add_teacher(station_desk, NewTeacher("王敏", date(2024, 1, 1), certified_until=date(2023, 1, 1)))
    teacher = staffing.add_teacher(station_desk, NewTeacher("王敏", date(2024, 1, 1)))
    with pytest.raises(BadInput):
        staffing.end_employment(station_desk, teacher, date(2020, 1, 1))
    with pytest.raises(NotFound):
        staffing.end_employment(station_desk, "0" * 36, date(2026, 1, 1))


def test_populations_are_the_centers(center_desk: Desk, station_desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        staffing.set_population(station_desk, station="01", year=2026, population=1)
    staffing.set_population(center_desk, station="01", year=2026, population=70_001, source="统计公报")
    line = next(line for line in staffing.staffing_table(center_desk).stations if line.station == "01")
    assert line.figures.needed == 8
    staffing.set_population(center_desk, station="01", year=2026, population=70_000)
    line = next(line for line in staffing.staffing_table(center_desk).stations if line.station == "01")
    assert line.figures.needed == 7
    with pytest.raises(NotFound):
        staffing.set_population(center_desk, station="99", year=2026, population=1000)
    with pytest.raises(BadInput):
        staffing.set_population(center_desk, station="01", year=2026, population=-5)
