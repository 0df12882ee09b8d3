"""The recovery sheet: it lets an administrator in, and a new one takes its place without a moment of neither."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest
from sqlmodel import select
from tests.services.safety.test_accounts import commits_fail

from zhaohu.errors import BadInput, NotAllowed, NotFound, Refused
from zhaohu.records.codes import Role
from zhaohu.records.local import AuditLine
from zhaohu.services.desk import Desk
from zhaohu.services.safety import accounts, recovery
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope, Strength, WrongPassword, new_recovery_code

QUICK = Strength(memory_kib=19 * 1024, passes=2, lanes=1)


def pages(file: Path) -> list[str]:
    document = pypdfium2.PdfDocument(file.read_bytes())
    try:
        return [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()


def a_code(desk: Desk) -> str:
    code = new_recovery_code()
    Envelope(desk.profile, QUICK).add_recovery(desk.store.key, code)
    return code


def opens(desk: Desk, code: str) -> bool:
    try:
        return Envelope(desk.profile).open_with_recovery_code(code) == desk.store.key
    except WrongPassword:
        return False


def add(desk: Desk, name: str, role: Role = Role.ADMIN) -> None:
    accounts.add_account(desk, name=name, display_name="王敏", role=role, password="long enough", strength=QUICK)


def test_the_code_tells_who_may_come_in_and_lets_them(station_desk: Desk, tmp_path: Path) -> None:
    add(station_desk, "boss")
    add(station_desk, "former")
    add(station_desk, "teacher", Role.TEACHER)
    accounts.disable_account(station_desk, "former")
    code = a_code(station_desk)
    told = recovery.open_by_code(station_desk.profile, code, station_desk.clock)
    assert [(one.name, one.display_name) for one in told] == [("admin", "管理员"), ("boss", "王敏")]
    done = recovery.recover(station_desk.profile, code, "boss", "found again", station_desk.clock, QUICK)
    assert (done.desk.person.name, done.desk.person.role) == ("boss", Role.ADMIN)
    assert recovery.sheet_due(done.desk)
    assert (opens(station_desk, code), opens(station_desk, done.new_code)) == (True, False)
    sheet = recovery.new_sheet(done.desk, tmp_path / "new.pdf", done.new_code)
    assert (opens(station_desk, code), opens(station_desk, done.new_code)) == (False, True)
    assert not recovery.sheet_due(done.desk)
    (text,) = pages(sheet)
    assert all(group in text for group in done.new_code.split("-"))
    with done.desk.read() as session:
        acts = session.exec(select(AuditLine.action, AuditLine.account).order_by(AuditLine.no.desc()).limit(3)).all()
    assert list(reversed(acts)) == [
        ("account.recover", "boss"),
        ("account.log_in", "boss"),
        ("account.recovery_sheet", "boss"),
    ]
    done.desk.close()
    open_desk(station_desk.profile, "boss", "found again", station_desk.clock).close()
    with pytest.raises(WrongPassword):
        open_desk(station_desk.profile, "boss", "long enough", station_desk.clock)


def test_nobody_but_an_administrator_who_may_log_in_is_let_in(station_desk: Desk) -> None:
    add(station_desk, "former")
    add(station_desk, "teacher", Role.TEACHER)
    accounts.disable_account(station_desk, "former")
    code, before = a_code(station_desk), None
    for name in ("former", "teacher", "nobody"):
        before = (station_desk.profile / "keys.json").read_bytes()
        with pytest.raises(NotFound):
            recovery.recover(station_desk.profile, code, name, "found again", station_desk.clock, QUICK)
        assert (station_desk.profile / "keys.json").read_bytes() == before
    with pytest.raises(BadInput):
        recovery.recover(station_desk.profile, code, "admin", "88888888", station_desk.clock, QUICK)
    assert not recovery.sheet_due(station_desk)


def test_wrong_codes_wait_and_are_told_but_misread_ones_are_free(station_desk: Desk) -> None:
    code = a_code(station_desk)
    for _try in range(5):
        with pytest.raises(Refused) as misread:
            recovery.open_by_code(station_desk.profile, code[:-1], station_desk.clock)
        assert misread.value.code == "bad_recovery_code"
    for _try in range(3):
        with pytest.raises(WrongPassword):
            recovery.open_by_code(station_desk.profile, new_recovery_code(), station_desk.clock)
    with pytest.raises(Refused) as refused:
        recovery.recover(station_desk.profile, code, "admin", "found again", station_desk.clock, QUICK)
    assert refused.value.code == "wait"


def test_a_recovery_that_could_not_be_kept_changed_nothing(station_desk: Desk) -> None:
    code = a_code(station_desk)
    before = (station_desk.profile / "keys.json").read_bytes()
    with commits_fail(), pytest.raises(OSError, match="No space"):
        recovery.recover(station_desk.profile, code, "admin", "found again", station_desk.clock, QUICK)
    assert (station_desk.profile / "keys.json").read_bytes() == before
    open_desk(station_desk.profile, "admin", "correct horse", station_desk.clock).close()


def test_the_old_sheet_stays_good_until_the_new_one_is_written(station_desk: Desk, tmp_path: Path) -> None:
    code = a_code(station_desk)
    (tmp_path / "there.pdf").write_bytes(b"another profile's only sheet")
    (tmp_path / "file").write_bytes(b"")
    for place, why in ((tmp_path / "there.pdf", "file_exists"), (tmp_path / "file" / "new.pdf", "cannot_write")):
        with pytest.raises(Refused) as refused:
            recovery.new_sheet(station_desk, place)
        assert refused.value.code == why
    with commits_fail(), pytest.raises(OSError, match="No space"):
        recovery.new_sheet(station_desk, tmp_path / "new.pdf")
    assert opens(station_desk, code)
    assert sorted(file.name for file in tmp_path.glob("*.pdf")) == ["there.pdf"]
    assert (tmp_path / "there.pdf").read_bytes() == b"another profile's only sheet"


def test_a_new_sheet_is_made_by_administrators(station_desk: Desk, tmp_path: Path) -> None:
    add(station_desk, "teacher", Role.TEACHER)
    teacher = open_desk(station_desk.profile, "teacher", "long enough", station_desk.clock)
    with pytest.raises(NotAllowed):
        recovery.new_sheet(teacher, tmp_path / "new.pdf")
    teacher.close()
    assert not (tmp_path / "new.pdf").exists()


def test_the_centers_new_sheet_says_that_the_page_for_bundles_stays(
    center_desk: Desk, station_desk: Desk, tmp_path: Path
) -> None:
    (center,) = pages(recovery.new_sheet(center_desk, tmp_path / "center.pdf"))
    (station,) = pages(recovery.new_sheet(station_desk, tmp_path / "station.pdf"))
    assert "仍然有效" in center
    assert "仍然有效" not in station
    assert all("已经失效" in page for page in (center, station))
