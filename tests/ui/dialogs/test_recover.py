"""Whoever cannot log in: from the code of the sheet to an open desk and a new sheet, on a real profile."""

from __future__ import annotations

import shutil

import pypdfium2
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.sync.district import ADMIN, CLOCK, WEAK, make_district, open_copy

from zhaohu.errors import Refused
from zhaohu.records.codes import Role
from zhaohu.services.safety import accounts, recovery
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import new_recovery_code
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.recover import Recover
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

PATIENCE_MS = 20_000
ENTER = Qt.Key.Key_Return
CODE = new_recovery_code()


@pytest.fixture(scope="module")
def station(tmp_path_factory):
    """Station 01 with two administrators, whose sheet carries CODE."""
    folder = tmp_path_factory.mktemp("station")
    desk = open_copy(make_district(folder / "district"), "01", folder / "01")
    second = {"name": "lixm", "display_name": "李秀梅", "role": Role.ADMIN, "password": "another horse"}
    accounts.add_account(desk, **second, strength=WEAK)
    recovery.new_sheet(desk, folder / "sheet.pdf", CODE)
    desk.close()
    return folder / "01"


@pytest.fixture
def profile(station, tmp_path):
    return shutil.copytree(station, tmp_path / "profile")


@pytest.fixture
def guide(shown, profile, monkeypatch):
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    made = shown(Recover(None, profile, CLOCK))
    yield made
    if made.desk is not None:
        made.desk.close()


def settle(qtbot, guide: Recover) -> None:
    qtbot.waitUntil(lambda: not guide._busy, timeout=PATIENCE_MS)


def to_admins(qtbot, guide: Recover) -> None:
    QTest.keyClick(guide.way.way.editor(), ENTER)
    QTest.keyClicks(guide.code.code.edit, CODE)
    QTest.keyClick(guide.code.code.edit, ENTER)
    settle(qtbot, guide)
    assert guide.step() is guide.admin


def to_sheet(qtbot, guide: Recover) -> None:
    to_admins(qtbot, guide)
    guide.admin.admin.set_value(ADMIN.name)
    for name in ("password", "again"):
        guide.admin.form.fields[name].set_value("a brand new horse")
    guide.go_on()
    settle(qtbot, guide)
    assert guide.step() is guide.sheet


def test_from_the_sheet_to_a_new_sheet(
    guide, profile, qtbot, tmp_path, monkeypatch, assert_nothing_clipped, missing_glyphs
):
    assert_nothing_clipped(guide)
    to_admins(qtbot, guide)
    assert [option.code for option in guide.admin.admin.options] == [ADMIN.name, "lixm"]
    assert guide.admin.admin.value() is None
    assert_nothing_clipped(guide)
    guide.admin.admin.set_value(ADMIN.name)
    guide.admin.form.fields["password"].set_value("a brand new horse")
    guide.admin.form.fields["again"].set_value("a brand new house")
    guide.go_on()
    assert guide.admin.form.fields["again"].problem()[0] == "两次输入的密码不一致，请重新输入。"
    guide.admin.form.fields["again"].set_value("a brand new horse")
    guide.go_on()
    settle(qtbot, guide)
    assert guide.step() is guide.sheet
    assert_nothing_clipped(guide)
    assert missing_glyphs(guide) == set()
    guide.go_on()
    assert guide.isVisible()  # not before the sheet is saved
    place = tmp_path / "new sheet.pdf"
    monkeypatch.setattr(ask, "save_file", lambda *_args: place)
    QTest.mouseClick(guide.sheet.save_button, Qt.MouseButton.LeftButton)
    settle(qtbot, guide)
    (paper,) = [one for one in guide.findChildren(PdfDialog) if one.isVisible()]
    paper.reject()
    qtbot.wait(100)
    assert_nothing_clipped(guide)
    with qtbot.waitSignal(guide.accepted):
        guide.go_on()
    assert guide.desk.person.name == ADMIN.name
    assert not recovery.sheet_due(guide.desk)
    guide.desk.close()
    open_desk(profile, ADMIN.name, "a brand new horse", CLOCK).close()
    open_desk(profile, "lixm", "another horse", CLOCK).close()
    with pytest.raises(Refused):
        recovery.open_by_code(profile, CODE, CLOCK)
    document = pypdfium2.PdfDocument(place)
    printed = "".join("".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document)
    document.close()
    assert CODE.partition("-")[0] not in printed


def test_the_code_groups_itself_however_it_is_typed(guide, qtbot):
    guide.go_on()
    edit = guide.code.code.edit
    QTest.keyClicks(edit, CODE.replace("-", " ").lower())
    assert edit.text() == CODE
    edit.setCursorPosition(7)
    QTest.keyClick(edit, Qt.Key.Key_Backspace)
    assert edit.text().replace("-", "") == CODE.replace("-", "")[:5] + CODE.replace("-", "")[6:]
    QTest.keyClick(edit, Qt.Key(ord(CODE[6])))
    assert edit.text() == CODE
    edit.clear()
    QTest.keyClicks(edit, CODE.replace("-", "") + "\r")  # as a scanner sends it
    settle(qtbot, guide)
    assert guide.step() is guide.admin


def test_a_misread_code_is_told_at_the_field(guide, qtbot, assert_nothing_clipped):
    guide.go_on()
    QTest.keyClicks(guide.code.code.edit, CODE[:-1])
    guide.go_on()
    settle(qtbot, guide)
    assert guide.step() is guide.code
    assert "恢复" in guide.code.code.problem()[0]
    assert guide.code.code.text() == CODE[:-1]
    assert_nothing_clipped(guide)
    guide.code.code.set_value(new_recovery_code())
    guide.go_on()
    settle(qtbot, guide)
    assert (
        guide.code.code.problem()[0] == "此恢复码属于其他数据文件夹，或来自旧的恢复码单。" or guide.step() is guide.code
    )


def test_a_password_that_will_not_do_is_told_at_its_field(guide, qtbot):
    to_admins(qtbot, guide)
    guide.admin.admin.set_value("lixm")
    for name in ("password", "again"):
        guide.admin.form.fields[name].set_value("12345678")
    guide.go_on()
    settle(qtbot, guide)
    assert guide.step() is guide.admin
    assert guide.admin.form.fields["password"].problem()[0]
    assert guide.desk is None


def test_without_a_new_sheet_it_asks_once_more_and_the_old_one_stays_valid(guide, profile, qtbot, monkeypatch):
    to_sheet(qtbot, guide)
    answers = iter([False, True])
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: next(answers))
    guide.reject()
    assert guide.isVisible()
    with qtbot.waitSignal(guide.accepted):
        guide.reject()
    assert recovery.sheet_due(guide.desk)
    guide.desk.close()
    assert [one.name for one in recovery.open_by_code(profile, CODE, CLOCK)] == [ADMIN.name, "lixm"]


def test_a_place_that_is_taken_is_refused_and_asked_for_again(guide, qtbot, tmp_path, monkeypatch):
    to_sheet(qtbot, guide)
    taken = tmp_path / "taken.pdf"
    taken.write_bytes(b"another sheet")
    monkeypatch.setattr(ask, "save_file", lambda *_args: taken)
    guide.save_sheet()
    settle(qtbot, guide)
    assert str(taken) in guide.sheet.notice.text()
    assert taken.read_bytes() == b"another sheet"
    assert guide.sheet.written is None


def test_a_backup_is_the_other_way(guide, qtbot):
    QTest.keyClick(guide.way.way.editor(), Qt.Key.Key_2)
    with qtbot.waitSignal(guide.accepted):
        guide.go_on()
    assert guide.restore_chosen
    assert guide.desk is None
