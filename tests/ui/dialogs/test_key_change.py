"""The guide that changes the database key, on a real profile: words, proof, work, result, refusals."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.sync.district import ADMIN, CLOCK, WEAK, make_district, open_copy
from tests.ui.window_driver import PATIENCE_MS, write

from zhaohu.records.codes import Role
from zhaohu.services.register import child_list
from zhaohu.services.safety import accounts
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.key_change import KeyChange
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def station(district, tmp_path):
    """A station with a child and another account; nobody is logged in."""
    desk = open_copy(district, "01", tmp_path / "station")
    enrol(desk, "单芷然")
    accounts.add_account(
        desk, name="lixm", display_name="李秀梅", role=Role.TEACHER, password="another horse", strength=WEAK
    )
    desk.close()
    return desk


@pytest.fixture
def guide(qtbot, station, monkeypatch, tmp_path):
    """The guide, shown; the sheet goes to `sheet.pdf`."""
    monkeypatch.setattr(ask, "save_file", lambda *_args: tmp_path / "sheet.pdf")
    dialog = KeyChange(None, station.profile, ADMIN.name, CLOCK)
    qtbot.addWidget(dialog)
    dialog.show()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    yield dialog
    dialog._runner.close()


def press(dialog, qtbot) -> None:
    qtbot.mouseClick(dialog.next_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog._runner.active() and not dialog._busy, timeout=PATIENCE_MS)
    QTest.qWait(10)


def type_password(dialog, password=ADMIN.password) -> None:
    assert dialog.step() is dialog.proof
    write(dialog.proof.form.fields["password"].edit, password)


def key_of(station) -> bytes:
    return Envelope(station.profile).open(ADMIN.name, ADMIN.password)


def test_the_key_is_changed_and_told_who_needs_a_password(
    guide, station, qtbot, tmp_path, assert_nothing_clipped, missing_glyphs
):
    assert_nothing_clipped(guide)
    assert missing_glyphs(guide) == set()
    press(guide, qtbot)
    assert guide.next_button.property("kind") == "danger"
    type_password(guide)
    assert_nothing_clipped(guide)
    QTest.keyClick(guide, Qt.Key.Key_Return)
    assert guide.step() is guide.proof  # Enter never presses the red button
    press(guide, qtbot)
    assert guide.step() is guide.finish
    assert guide.changed.without_slot == ["lixm"]
    assert "lixm" in guide.finish._others.text()
    assert "1" in guide.finish._older.text()
    assert guide.finish.notice.isHidden()
    (paper,) = guide.findChildren(PdfDialog)
    assert paper.isVisible()
    assert (tmp_path / "sheet.pdf").read_bytes() == paper._data
    QTest.keyClick(paper, Qt.Key.Key_Escape)
    assert_nothing_clipped(guide)
    assert missing_glyphs(guide) == set()
    press(guide, qtbot)
    assert not guide.isVisible()
    assert key_of(station) != station.store.key
    desk = open_desk(station.profile, ADMIN.name, ADMIN.password, CLOCK)
    assert [child.name for child in child_list.list_children(desk)] == ["单芷然"]
    desk.close()


def test_a_wrong_password_and_an_open_window_are_told_and_change_nothing(guide, station, qtbot):
    press(guide, qtbot)
    type_password(guide, "wrong horse")
    press(guide, qtbot)
    assert guide.step() is guide.proof
    assert guide.proof.notice.property("tone") == "danger"
    assert guide.proof.form.fields["password"].is_empty()
    assert guide.proof.form.fields["password"].edit.hasFocus()
    elsewhere = open_desk(station.profile, ADMIN.name, ADMIN.password, CLOCK)
    type_password(guide)
    press(guide, qtbot)
    assert "另一个" in guide.proof.notice.text()
    elsewhere.close()
    assert guide.changed is None
    assert key_of(station) == station.store.key


def test_without_a_place_for_the_sheet_nothing_happens(guide, station, qtbot, monkeypatch):
    monkeypatch.setattr(ask, "save_file", lambda *_args: None)
    press(guide, qtbot)
    press(guide, qtbot)
    assert guide.step() is guide.proof  # no password yet
    type_password(guide)
    press(guide, qtbot)
    assert guide.step() is guide.proof
    qtbot.mouseClick(guide.back_button, Qt.MouseButton.LeftButton)
    assert guide.step() is guide.what
    QTest.keyClick(guide, Qt.Key.Key_Escape)
    assert not guide.isVisible()
    assert key_of(station) == station.store.key
