"""设置, 备份: how they stand, one more, the second place, checking one, asking for a restore."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.ui.pages.conftest import as_role, unnamed_controls

from zhaohu.clock import Clock
from zhaohu.records.codes import Role
from zhaohu.services.safety import backups
from zhaohu.services.safety.backups import Reason
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def opened(stage):
    """Call with a desk: its settings with the backups in front."""

    def make(desk):
        page = stage.open(settings_page, desk)
        page.take_argument("backups")
        stage.settle()
        return page, page.backups

    return make


def press(stage, qtbot, button) -> None:
    assert button.isEnabled()
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)
    stage.settle()


def test_without_a_backup_the_first_is_made_by_the_one_button(stage, desk, opened, qtbot, assert_nothing_clipped):
    enrol(desk)
    page, tab = opened(desk)
    assert page.tabs.tabText(page.tabs.currentIndex()) == "备份"
    assert tab.state.property("tone") == "attention"
    assert tab.table.empty.isVisible()
    press(stage, qtbot, tab.make_button)
    assert tab.notice.property("tone") == "done"
    assert tab.state.property("tone") == "attention"  # no second place yet
    assert "2026-11-20 12:00" in tab.state.text()
    (row,) = tab.table.rows()
    assert (row.reason, row.problem) == (Reason.MANUAL, "")
    assert row.counts["child"] == 1
    assert row.file.is_file()
    assert str(row.records) in tab.notice.text()
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []


def test_a_good_backup_passes_and_a_damaged_one_is_told_and_not_restored(stage, desk, opened, qtbot):
    enrol(desk)
    good, bad = backups.create_backup(desk), backups.create_backup(desk)
    content = bytearray(bad.file.read_bytes())
    content[-5_000] ^= 1
    bad.file.write_bytes(content)
    _page, tab = opened(desk)
    assert [row.no for row in tab.table.rows()] == [bad.no, good.no]
    assert not tab.check_button.isEnabled()
    wanted = []
    tab.restore_wanted.connect(wanted.append)

    tab.table.view.choose_row(1)
    press(stage, qtbot, tab.check_button)
    assert tab.notice.property("tone") == "done"
    assert "儿童 1" in tab.notice.text()
    press(stage, qtbot, tab.restore_button)
    assert wanted == [str(good.file)]

    tab.table.view.choose_row(0)
    QTest.keyClick(tab.table.view, Qt.Key.Key_Return)
    stage.settle()
    assert tab.notice.property("tone") == "danger"
    assert tab.table.view.current_row().problem == tab.notice.text()
    assert not tab.restore_button.isEnabled()
    press(stage, qtbot, tab.other_button)
    assert wanted == [str(good.file), ""]


def test_the_second_place_is_set_copied_to_and_taken_away(stage, desk, opened, qtbot, tmp_path, monkeypatch):
    backups.create_backup(desk)
    stick = tmp_path / "stick"
    stick.mkdir()
    _page, tab = opened(desk)
    assert tab._place.text() == "未设置"
    assert not tab.none_button.isEnabled()
    monkeypatch.setattr(ask, "folder", lambda *_args: desk.profile / "backups")
    press(stage, qtbot, tab.choose_button)
    assert tab.notice.property("tone") == "danger"
    assert tab._place.text() == "未设置"

    monkeypatch.setattr(ask, "folder", lambda *_args: stick)
    press(stage, qtbot, tab.choose_button)
    assert tab._place.text() == str(stick)
    assert len(list(stick.glob("*.zhk"))) == 1
    press(stage, qtbot, tab.make_button)
    assert len(list(stick.glob("*.zhk"))) == 2
    assert "2026-11-20" in tab._copied.text()

    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    press(stage, qtbot, tab.none_button)
    assert backups.state(desk).second_place is None
    assert tab._place.text() == "未设置"


def test_overdue_is_said_with_the_days(stage, desk, opened, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.create_backup(desk)
    backups.set_second_place(desk, stick)
    for day, days, tone in ((date(2026, 11, 24), "4 天", "attention"), (date(2026, 12, 1), "11 天", "danger")):
        desk.clock = Clock.at(day)
        _page, tab = opened(desk)
        assert tab.state.property("tone") == tone
        assert days in tab.state.text()
    assert "第二处备份已过期" in tab.state.text()


def test_a_teacher_backs_up_and_checks_but_does_not_restore(stage, desk, opened):
    backups.create_backup(desk)
    _page, tab = opened(as_role(desk, Role.TEACHER))
    assert tab.make_button.isVisible()
    assert tab.check_button.isVisible()
    for one in (tab.restore_button, tab.other_button, tab.choose_button, tab.none_button):
        assert not one.isVisible()


def test_a_viewer_has_no_backups_tab(stage, desk):
    page = stage.open(settings_page, as_role(desk, Role.VIEWER))
    assert page.backups is None
    page.take_argument("backups")
    assert "备份" not in [page.tabs.tabText(at) for at in range(page.tabs.count())]


def test_the_sheet_is_printed(stage, desk, opened, qtbot):
    _page, tab = opened(desk)
    press(stage, qtbot, tab.paper_button)
    shown = stage.dialog(PdfDialog)
    assert shown.view.page_count() == 1
    shown.reject()


def test_a_backup_that_makes_itself_shows_at_once(stage, desk, opened):
    _page, tab = opened(desk)
    assert tab.table.rows() == ()
    backups.backup_if_due(desk)
    stage.settle()
    assert [row.reason for row in tab.table.rows()] == [Reason.DAILY]
    assert tab.state.property("tone") == "attention"
