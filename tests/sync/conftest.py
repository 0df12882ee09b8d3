"""A small district for the exchange tests: a center and two stations, enrolled, each test on its own copies."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pytest
from tests.sync.district import make_district, open_copy
from tests.sync.simulator.sites import without_backups

from zhaohu.services.desk import Desk


@dataclass
class District:
    center: Desk
    one: Desk
    two: Desk
    stick: Path


@pytest.fixture(scope="module", autouse=True)
def no_backups_before_imports():
    with without_backups():
        yield


@pytest.fixture(scope="session")
def district_template(tmp_path_factory):
    """Copy from it, never write to it."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def district(district_template, tmp_path):
    """Open desks of center and stations, and a folder that stands for a stick."""
    names = {"center": "center", "one": "01", "two": "02"}
    desks = {key: open_copy(district_template, name, tmp_path / key) for key, name in names.items()}
    made = District(**desks, stick=tmp_path / "stick")
    yield made
    for desk in (made.center, made.one, made.two):
        desk.close()
