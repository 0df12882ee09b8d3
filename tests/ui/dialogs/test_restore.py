"""The guide that brings a backup back, on real profiles: list, files, proof, last look, refusals."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.sync.district import ADMIN, CLOCK, WEAK, make_district, open_copy
from tests.ui.window_driver import PATIENCE_MS, write

from zhaohu.paths import holds_profile
from zhaohu.records.codes import Role
from zhaohu.services.register import child_list
from zhaohu.services.safety import accounts, backups
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import Envelope, new_recovery_code
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.restore import RestoreGuide, look_at_desk

ENTER = Qt.Key.Key_Return


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def station(district, tmp_path):
    """A station with one child, backed up to a stick as well, and one more child since then; nobody is logged in."""
    desk = open_copy(district, "01", tmp_path / "station")
    code, stick = new_recovery_code(), tmp_path / "stick"
    Envelope(desk.profile, WEAK).add_recovery(desk.store.key, code)
    stick.mkdir()
    backups.set_second_place(desk, stick)
    enrol(desk, "单芷然")
    made = backups.create_backup(desk)
    enrol(desk, "王浩然")
    present = look_at_desk(desk)
    desk.close()
    (copy,) = stick.glob("*.zhk")
    return SimpleNamespace(profile=desk.profile, present=present, made=made, code=code, copy=copy)


@pytest.fixture
def guide(qtbot):
    """Call with the guide's arguments; shown, with its list read."""
    made = []

    def make(profile, present=None, file=None) -> RestoreGuide:
        dialog = RestoreGuide(None, profile, CLOCK, present, file)
        made.append(dialog)
        qtbot.addWidget(dialog)
        dialog.show()
        dialog.activateWindow()
        qtbot.waitUntil(dialog.isActiveWindow)
        settle(dialog, qtbot)
        return dialog

    yield make
    for dialog in made:
        dialog._runner.close()


def settle(dialog, qtbot) -> None:
    qtbot.waitUntil(lambda: not dialog._runner.active() and not dialog._busy, timeout=PATIENCE_MS)
    QTest.qWait(10)


def press(dialog, qtbot) -> None:
    qtbot.mouseClick(dialog.next_button, Qt.MouseButton.LeftButton)
    settle(dialog, qtbot)


def prove(dialog, qtbot, user=ADMIN.name, password=ADMIN.password) -> None:
    assert dialog.step() is dialog.proof
    write(dialog.proof.form.fields["user"].edit, user)
    write(dialog.proof.form.fields["password"].edit, password)
    QTest.keyClick(dialog.proof.form.fields["password"].edit, ENTER)


def names(profile, user=ADMIN.name, password=ADMIN.password) -> list[str]:
    desk = open_desk(profile, user, password, CLOCK)
    found = sorted(child.name for child in child_list.list_children(desk))
    desk.close()
    return found


def test_the_marked_backup_comes_back_with_the_password_of_that_time(
    guide, station, qtbot, assert_nothing_clipped, missing_glyphs
):
    dialog = guide(station.profile, station.present, station.made.file)
    assert dialog.choose.chosen.file == station.made.file
    assert len(dialog.choose.table.table_model.rows()) == 1  # the stick has the same one
    assert "儿童 1" in dialog.choose._holds.text()
    assert station.present.records > station.made.records
    assert str(station.present.records - station.made.records) in dialog.choose._difference.text()
    assert_nothing_clipped(dialog)
    press(dialog, qtbot)
    prove(dialog, qtbot)
    assert dialog.step() is dialog.look
    assert dialog.next_button.property("kind") == "danger"
    assert dialog.look.other_site.isHidden()
    assert_nothing_clipped(dialog)
    QTest.keyClick(dialog, ENTER)
    assert dialog.step() is dialog.look  # Enter never presses the red button
    press(dialog, qtbot)
    assert dialog.step() is dialog.finish
    assert dialog.restored.kept.name in dialog.finish._kept.text()
    assert dialog.restored.kept.exists()
    assert_nothing_clipped(dialog)
    assert missing_glyphs(dialog) == set()
    press(dialog, qtbot)
    assert not dialog.isVisible()
    assert names(station.profile) == ["单芷然"]


def test_a_wrong_password_leads_back_to_where_it_is_typed(guide, station, qtbot):
    dialog = guide(station.profile, station.present, station.made.file)
    press(dialog, qtbot)
    prove(dialog, qtbot, password="wrong horse")
    press(dialog, qtbot)
    assert dialog.step() is dialog.proof
    assert dialog.proof.notice.property("tone") == "danger"
    assert dialog.proof.form.fields["password"].is_empty()
    assert dialog.proof.form.fields["password"].edit.hasFocus()
    assert dialog.restored is None
    prove(dialog, qtbot)
    press(dialog, qtbot)
    assert dialog.step() is dialog.finish


def test_on_a_new_pc_a_chosen_file_and_the_recovery_code_are_enough(guide, station, qtbot, tmp_path, monkeypatch):
    empty = tmp_path / "new"
    dialog = guide(empty)
    assert dialog.choose.table.isHidden()
    assert dialog.choose.file_button.hasFocus()
    press(dialog, qtbot)
    assert dialog.step() is dialog.choose
    assert dialog.choose.notice.text() == "请先选择一份备份。"
    monkeypatch.setattr(ask, "open_files", lambda *_args: [station.copy])
    qtbot.mouseClick(dialog.choose.file_button, Qt.MouseButton.LeftButton)
    settle(dialog, qtbot)
    assert "巨峰镇指导站" in dialog.choose._whose.text()
    assert dialog.choose._difference.isHidden()
    press(dialog, qtbot)
    QTest.keyClick(dialog.proof.how.editor(), Qt.Key.Key_2)
    write(dialog.proof.form.fields["code"].edit, station.code[:-1])
    QTest.keyClick(dialog.proof.form.fields["code"].edit, ENTER)
    press(dialog, qtbot)
    assert dialog.step() is dialog.proof  # a group was left out
    write(dialog.proof.form.fields["code"].edit, station.code.lower().replace("-", " "))
    QTest.keyClick(dialog.proof.form.fields["code"].edit, ENTER)
    press(dialog, qtbot)
    assert dialog.step() is dialog.finish
    assert dialog.finish._kept_card.isHidden()
    assert names(empty) == ["单芷然"]


def test_damaged_and_foreign_files_are_told_and_go_no_further(guide, station, qtbot, tmp_path):
    damaged, other = tmp_path / "damaged.zhk", tmp_path / "letter.zhk"
    content = bytearray(station.copy.read_bytes())
    content[-5_000] ^= 1
    damaged.write_bytes(content)
    other.write_bytes(b"%PDF-1.7 not a backup at all")
    dialog = guide(tmp_path / "new")
    told = set()
    for file in (damaged, other, tmp_path / "gone.zhk"):
        dialog.choose.drop.dropped.emit([file])
        settle(dialog, qtbot)
        assert dialog.choose.notice.property("tone") == "danger"
        told.add(dialog.choose.notice.text())
        assert dialog.choose.chosen is None
    assert len(told) == 3
    press(dialog, qtbot)
    assert dialog.step() is dialog.choose
    assert not holds_profile(tmp_path / "new")


def test_another_sites_backup_has_to_be_wanted(guide, station, district, qtbot, tmp_path):
    other = open_copy(district, "02", tmp_path / "other")
    enrol(other, "徐子涵")
    present = look_at_desk(other)
    other.close()
    dialog = guide(other.profile, present, station.copy)
    assert "碑廓镇指导站" in dialog.choose._difference.text()
    press(dialog, qtbot)
    prove(dialog, qtbot)
    press(dialog, qtbot)
    assert dialog.step() is dialog.look
    assert dialog.look.notice.property("tone") == "danger"
    assert dialog.restored is None
    QTest.keyClick(dialog.look.other_site, Qt.Key.Key_Space)
    press(dialog, qtbot)
    assert dialog.step() is dialog.finish
    assert names(other.profile) == ["单芷然"]


def test_a_profile_that_is_open_elsewhere_is_not_touched(guide, station, qtbot):
    elsewhere = open_desk(station.profile, ADMIN.name, ADMIN.password, CLOCK)
    dialog = guide(station.profile, station.present, station.made.file)
    press(dialog, qtbot)
    prove(dialog, qtbot)
    press(dialog, qtbot)
    assert dialog.step() is dialog.look
    assert "另一个" in dialog.look.notice.text()
    assert dialog.look.notice.property("tone") == "danger"
    elsewhere.close()
    assert names(station.profile) == ["单芷然", "王浩然"]
    press(dialog, qtbot)
    assert dialog.step() is dialog.finish


def test_the_password_of_that_time_counts_afterwards(guide, district, tmp_path, qtbot):
    desk = open_copy(district, "01", tmp_path / "station")
    account = {"name": "lixm", "display_name": "李秀梅", "role": Role.ADMIN, "password": "another horse"}
    accounts.add_account(desk, **account, strength=WEAK)
    made = backups.create_backup(desk)
    present = look_at_desk(desk)
    accounts.disable_account(desk, "lixm")
    desk.close()
    dialog = guide(desk.profile, present, made.file)
    press(dialog, qtbot)
    prove(dialog, qtbot, "lixm", "another horse")
    press(dialog, qtbot)
    assert dialog.step() is dialog.finish
    assert names(desk.profile, "lixm", "another horse") == []


def test_going_back_keeps_the_choice_and_escape_changes_nothing(guide, station, qtbot):
    before = sorted((file.name, file.stat().st_size) for file in station.profile.iterdir() if file.is_file())
    dialog = guide(station.profile, station.present, station.made.file)
    press(dialog, qtbot)
    qtbot.mouseClick(dialog.back_button, Qt.MouseButton.LeftButton)
    assert dialog.step() is dialog.choose
    assert dialog.choose.chosen.file == station.made.file
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert not dialog.isVisible()
    assert before == sorted((file.name, file.stat().st_size) for file in station.profile.iterdir() if file.is_file())
