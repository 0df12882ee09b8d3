"""Backups by command, in real processes: made, listed, proven, restored over what is there and onto a new PC."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.e2e.commands import Person
from tests.sync.district import ADMIN, make_district


@pytest.fixture
def station(tmp_path: Path) -> Person:
    """Station 01 of a district, made in this process."""
    make_district(tmp_path / "district")
    return Person(tmp_path / "district" / "01")


def test_made_listed_proven_and_restored(station: Person, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    assert station.json("backup", "verify", code=1)["error"]["code"] == "no_backup"
    assert station.json("backup", "second-place", stick)["second_place"] == str(stick)
    made = station.json("backup", "create", "--to", tmp_path / "elsewhere")
    file = Path(made["file"])
    assert (made["no"], made["reason"], made["problem"]) == (1, "manual", "")
    assert Path(made["copy"]).read_bytes() == file.read_bytes() == (stick / file.name).read_bytes()
    (row,) = station.json("backup", "list", "--place", stick, password="needs none")["backups"]
    assert (row["no"], row["site_name"]) == (1, "巨峰镇指导站")
    assert station.json("backup", "verify")["file"] == str(file)
    data = bytearray((stick / file.name).read_bytes())
    data[-40] ^= 1
    (stick / file.name).write_bytes(data)
    assert station.json("backup", "verify", stick / file.name, code=1)["error"]["code"] == "damaged_backup"
    assert station.json("backup", "restore", file, password="wrong", code=1)["error"]["code"] == "wrong_password"
    done = station.json("backup", "restore", file)
    assert Path(done["kept"]).name.endswith("-restore.zhk")
    assert done["backup"]["no"] == 1
    assert station.run("backup", "second-place", stick, "--none").returncode == 2


def test_onto_a_new_pc_with_the_recovery_code(tmp_path: Path) -> None:
    from datetime import date

    from zhaohu.clock import Clock
    from zhaohu.services.exchange import setup
    from zhaohu.services.safety import backups
    from zhaohu.store.envelope import Strength

    made = setup.init_center(
        tmp_path / "old",
        district_code="371103",
        name="指导中心",
        admin=ADMIN,
        clock=Clock.at(date(2026, 11, 20)),
        strength=Strength(19 * 1024, 2, 1),
    )
    file = shutil.copy(backups.create_backup(made.desk).file, tmp_path / "stick.zhk")
    made.desk.close()
    (tmp_path / "code.txt").write_text(f"{made.recovery_code}\n", "utf-8")
    new = Person(tmp_path / "new" / "profile")
    done = new.json("backup", "restore", file, "--recovery-code-file", tmp_path / "code.txt", password="forgotten")
    assert (done["kept"], done["backup"]["site_name"]) == (None, "指导中心")
    assert new.json("user", "list")["users"][0]["name"] == "admin"
