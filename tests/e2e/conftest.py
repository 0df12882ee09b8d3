"""What the command tests share: a center and its station, enrolled by commands once and copied for each file."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.commands import PASSWORD, Person
from tests.sync.district import WEAK
from zhaohu.store.envelope import Envelope


@pytest.fixture(scope="session")
def enrolled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Profiles `center` and `station` 01, enrolled by files; copy from them, never write to them."""
    folder = tmp_path_factory.mktemp("enrolled")
    center, station = Person(folder / "center"), Person(folder / "station")
    made = center.json("center", "init", "--district-code", "371103", "--name", "岚山区婴幼儿照护服务指导中心")
    added = center.json(
        "center", "station", "add", "--code", "01", "--name", "巨峰镇指导站", "--township", "巨峰镇",
        "--population", 70001, "--out", folder / "01.zhe",
    )  # fmt: skip
    assert added["fingerprint"] == made["fingerprint"]
    reply = folder / "01-reply.zhe"
    started = station.json("station", "init", "--enrolment", folder / "01.zhe", "--reply", reply)
    assert started["center_fingerprint"] == made["fingerprint"]
    accepted = center.json("center", "station", "accept", reply)
    assert accepted["fingerprint"] == started["fingerprint"]
    for sheet in (made["recovery_sheet"], started["recovery_sheet"]):
        assert Path(sheet).read_bytes().startswith(b"%PDF")
    for person in (center, station):
        log_in_fast(person.profile)
    return folder


def log_in_fast(profile: Path) -> None:
    """From now on the administrator's password opens it by the least work there is: every command opens it anew."""
    envelope = Envelope(profile, WEAK)
    envelope.add(envelope.open("admin", PASSWORD), "user", "admin", PASSWORD)


@pytest.fixture(scope="module")
def district(enrolled: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Person, Person, Path]:
    """This file's own center and station, and a folder for files."""
    folder = tmp_path_factory.mktemp("district")
    for name in ("center", "station"):
        shutil.copytree(enrolled / name, folder / name)
    return Person(folder / "center"), Person(folder / "station"), folder
