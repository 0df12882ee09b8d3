"""Desks for the service tests: a station and its center, enrolled, each test on its own copies."""

from __future__ import annotations

import pytest
from tests.sync.district import make_district, open_copy


@pytest.fixture(scope="session")
def district_template(tmp_path_factory):
    """A center and stations 01 and 02; copy from it, never write to it."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def station_desk(district_template, tmp_path):
    """Station 371103-01, empty, its administrator logged in, on 2026-11-20."""
    desk = open_copy(district_template, "01", tmp_path / "station")
    yield desk
    desk.close()


@pytest.fixture
def second_station_desk(district_template, tmp_path):
    """Station 371103-02 of the same center."""
    desk = open_copy(district_template, "02", tmp_path / "second-station")
    yield desk
    desk.close()


@pytest.fixture
def center_desk(district_template, tmp_path):
    """Center 371103, which both stations are enrolled at."""
    desk = open_copy(district_template, "center", tmp_path / "center")
    yield desk
    desk.close()
