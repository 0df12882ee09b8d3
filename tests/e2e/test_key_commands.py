"""The change of the database key by command: real processes on a real profile."""

from __future__ import annotations

from pathlib import Path

from tests.e2e.commands import Person
from tests.sync.district import ADMIN, CLOCK, WEAK
from zhaohu.records.codes import Role
from zhaohu.services.exchange import setup
from zhaohu.services.safety import accounts


def test_a_new_key_and_new_passwords(tmp_path: Path) -> None:
    profile, sheet, new = tmp_path / "profile", tmp_path / "sheet.pdf", tmp_path / "new.txt"
    made = setup.init_center(
        profile, district_code="371103", name="指导中心", admin=ADMIN, clock=CLOCK, strength=WEAK
    ).desk
    accounts.add_account(
        made, name="wangmin", display_name="王敏", role=Role.TEACHER, password="long enough", strength=WEAK
    )
    made.close()
    person = Person(profile)
    done = person.json("user", "new-key", "--recovery-sheet", sheet)
    assert (done["without_slot"], done["older_backups"]) == (["wangmin"], 1)
    assert Path(done["backup"]).exists()
    assert (done["recovery_sheet"], sheet.read_bytes()[:4]) == (str(sheet), b"%PDF")
    refused = person.json("children", "list", code=1, user="wangmin", password="long enough")
    assert refused["error"]["code"] == "wrong_password"
    new.write_text("long enough again")
    person.json("user", "password", "wangmin", "--new-password-file", new)
    assert person.json("children", "list", user="wangmin", password="long enough again")["children"] == []
    assert person.json("user", "new-key", "--recovery-sheet", sheet, code=1)["error"]["code"] == "file_exists"
