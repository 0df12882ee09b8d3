"""Whatever is done around visits: lists show what is recorded, nothing contradicts itself, the center has the same."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.services.care_walk import CareWalk, contradictions
from tests.services.comparing import is_true, know_other_station, same_at_center

from zhaohu.services.desk import Desk


@pytest.mark.parametrize("seed", [12])
def test_whatever_is_done_around_visits_agrees_with_itself(
    station_desk: Desk, center_desk: Desk, tmp_path: Path, seed: int
) -> None:
    walk = CareWalk(station_desk, seed)
    know_other_station(station_desk)
    stick = tmp_path / "stick"
    stick.mkdir()
    for _number in range(5):
        walk.do_register_infant()
    for number in range(240):
        walk.step()
        assert contradictions(station_desk) == [], (number, walk.done)
        assert is_true(station_desk), (number, walk.done)
        if number % 60 == 59:
            same_at_center(station_desk, center_desk, stick)
    assert len(walk.done) >= 40, walk.done
