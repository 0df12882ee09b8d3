"""Backups around the window: made by themselves, told in the frame, brought back from settings and at first start."""

from __future__ import annotations

import shutil
import sys
from datetime import date

import pytest
from PySide6.QtCore import QDeadlineTimer, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from sqlmodel import select
from tests.services.families import enrol
from tests.sync.district import ADMIN, CLOCK, WEAK, make_district
from tests.ui.window_driver import PATIENCE_MS, Driver, answering, write

from zhaohu.clock import Clock
from zhaohu.paths import DATABASE_FILE, KEY_FILES, holds_profile
from zhaohu.records.local import AuditLine
from zhaohu.services.register import child_list
from zhaohu.services.safety import backups
from zhaohu.services.safety.backups import Reason
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.tastes import load_tastes
from zhaohu.store.envelope import Envelope, new_recovery_code
from zhaohu.ui.dialogs.log_in import LogIn
from zhaohu.ui.dialogs.restore import RestoreGuide
from zhaohu.ui.first_start import FirstStart
from zhaohu.ui.window import Desktop

ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def profile(district, tmp_path):
    return shutil.copytree(district / "01", tmp_path / "profile")


@pytest.fixture
def begun(qtbot, qapp):
    """Call with a folder and perhaps another day: the program on it, not begun yet."""
    made = []

    def make(folder, clock: Clock = CLOCK) -> Desktop:
        made.append(Desktop(qapp, folder, load_tastes(folder), clock))
        return made[-1]

    yield make
    for desktop in made:
        desktop._put_away()
        desktop.leave()
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def open_window(begun, qtbot, profile):
    """Call for the program on the station, logged in, and the driver of its window."""

    def make(clock: Clock = CLOCK):
        desktop = begun(profile, clock)
        assert desktop.begin(ADMIN.name, ADMIN.password)
        return desktop, Driver(qtbot, desktop.shell)

    return make


def give_up(window) -> None:
    QTest.keyClick(window, ESCAPE)


def enter(window: LogIn) -> None:
    write(window.user.edit, ADMIN.name)
    write(window.password.edit, ADMIN.password)
    QTest.keyClick(window.password.edit, ENTER)
    wait(lambda: not window.isVisible())


def wait(holds) -> None:
    patience = QDeadlineTimer(PATIENCE_MS)
    while not holds():
        assert not patience.hasExpired()
        QTest.qWait(10)


def settle(guide) -> None:
    wait(lambda: not guide._busy and not guide._runner.active())


def follow(guide: RestoreGuide, how) -> None:
    """Go through the guide from the chosen backup to its end; `how` types the proof."""
    settle(guide)
    guide.next_button.click()
    how(guide.proof)
    guide.next_button.click()
    assert guide.step() is guide.look
    guide.next_button.click()
    settle(guide)
    assert guide.step() is guide.finish, guide.look.notice.text()
    guide.next_button.click()


def by_password(proof) -> None:
    write(proof.form.fields["user"].edit, ADMIN.name)
    write(proof.form.fields["password"].edit, ADMIN.password)


def names(desk) -> list[str]:
    return sorted(child.name for child in child_list.list_children(desk))


# -- by itself


def test_the_daily_backup_makes_itself_once_a_day_and_the_frame_says_so(open_window, profile):
    _desktop, window = open_window()
    (row,) = backups.list_backups(profile / "backups")
    assert row.reason is Reason.DAILY
    assert "备份正常" in window.shell._status.text()
    assert window.shell.alert.isHidden()
    window.shell.close()
    _desktop, window = open_window()
    assert len(backups.list_backups(profile / "backups")) == 1
    window.shell.close()
    open_window(Clock.at(date(2026, 11, 21)))
    assert [row.made_at[:10] for row in backups.list_backups(profile / "backups")] == ["2026-11-21", "2026-11-20"]


def test_a_window_that_closes_at_once_leaves_no_half_backup(begun, profile):
    desktop = begun(profile)
    assert desktop.begin(ADMIN.name, ADMIN.password)
    assert desktop.shell.runner.active()
    assert desktop._put_away()
    desktop.leave()
    place = profile / "backups"
    left = [file.name for file in place.iterdir()] if place.exists() else []
    assert [name for name in left if not name.endswith(".zhk")] == []
    desk = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    for row in backups.list_backups(place):
        backups.verify_backup(desk, row.file)
    desk.close()


def test_a_second_place_without_a_copy_for_long_stands_in_the_frame_and_leads_there(open_window, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    desktop, window = open_window()
    backups.set_second_place(desktop.desk, stick)
    window.shell.close()
    stick.rename(tmp_path / "pulled")
    _desktop, window = open_window(Clock.at(date(2026, 12, 1)))
    alert = window.shell.alert
    window.until(lambda: alert.text() == "第二处备份已过期")
    assert alert.isVisible()
    assert alert.property("tone") == "attention"
    assert alert.focusPolicy() & Qt.FocusPolicy.TabFocus
    window.press("Space", alert)
    assert window.shell.address() == "settings/backups"
    assert window.page().tabs.tabText(window.page().tabs.currentIndex()) == "备份"
    assert "第二处备份已过期" in window.page().backups.state.text()
    (tmp_path / "pulled").rename(stick)
    window.click("立即备份")
    window.until(lambda: alert.isHidden())
    assert "备份正常" in window.shell._status.text()


def test_backups_that_fail_stand_in_the_frame_and_interrupt_nobody(open_window, profile):
    (profile / "backups").write_bytes(b"")
    _desktop, window = open_window()
    window.until(lambda: window.shell.alert.isVisible())
    assert window.shell.alert.property("tone") == "danger"
    assert window.dialogs() == []
    window.shell.alert.click()
    window.settle()
    assert window.page().backups.state.property("tone") == "danger"


# -- a restore


def test_a_restore_from_the_settings_ends_in_a_new_log_in(open_window, profile, assert_nothing_clipped):
    desktop, window = open_window()
    enrol(desktop.desk, "单芷然")
    made = backups.create_backup(desktop.desk)
    enrol(desktop.desk, "王浩然")
    assert names(desktop.desk) == ["单芷然", "王浩然"]
    window.settle()
    window.shell.open("settings/backups")
    window.settle()
    tab = window.page().backups
    tab.table.view.choose_row([row.no for row in tab.table.rows()].index(made.no))

    def look_and_follow(guide: RestoreGuide) -> None:
        assert desktop.shell is None
        assert desktop.desk is None
        settle(guide)
        assert guide.choose.chosen.file == made.file
        assert guide.choose._difference.property("tone") == "attention"
        follow(guide, by_password)

    with answering((RestoreGuide, look_and_follow), (LogIn, enter)):
        tab.restore_button.click()
        wait(lambda: desktop.shell is not None and desktop.desk is not None and desktop.shell is not window.shell)
    assert names(desktop.desk) == ["单芷然"]
    with desktop.desk.read() as session:
        assert len(session.exec(select(AuditLine).where(AuditLine.action == "backup.restore")).all()) == 1
    kept = [row for row in backups.list_backups(profile / "backups") if row.reason is Reason.RESTORE]
    assert [row.counts["child"] for row in kept] == [2]


def test_who_thinks_better_of_it_logs_in_again_to_everything(open_window):
    desktop, window = open_window()
    enrol(desktop.desk, "单芷然")
    window.shell.open("settings/backups")
    window.settle()
    with answering((RestoreGuide, give_up), (LogIn, enter)):
        window.page().backups.other_button.click()
        wait(lambda: desktop.shell is not None and desktop.shell is not window.shell)
    assert names(desktop.desk) == ["单芷然"]


def test_a_bug_in_a_guide_does_not_leave_the_program_without_a_window(open_window, monkeypatch):
    desktop, window = open_window()
    told = []
    monkeypatch.setattr(sys, "excepthook", lambda kind, _error, _trace: told.append(kind))
    with answering((LogIn, enter)):
        desktop._leave_for(lambda: {}["no such step"])
        wait(lambda: told)
    assert told == [KeyError]
    assert desktop.shell is not None
    assert desktop.shell is not window.shell


def test_the_first_start_on_a_new_pc_restores_with_the_recovery_sheet(begun, open_window, profile, tmp_path):
    desktop, window = open_window()
    enrol(desktop.desk, "单芷然")
    code = new_recovery_code()
    Envelope(profile, WEAK).add_recovery(desktop.desk.store.key, code)
    made = backups.create_backup(desktop.desk)
    window.settle()
    stick = tmp_path / "stick"
    stick.mkdir()
    copy = shutil.copy(made.file, stick)
    window.shell.close()

    def choose_restore(guide: FirstStart) -> None:
        QTest.keyClick(guide.kind.kind.editor(), Qt.Key.Key_3)
        guide.next_button.click()

    def with_the_sheet(guide: RestoreGuide) -> None:
        guide.choose.take(stick / made.file.name)
        follow(guide, type_code)

    def type_code(proof) -> None:
        QTest.keyClick(proof.how.editor(), Qt.Key.Key_2)
        write(proof.form.fields["code"].edit, code)

    new = begun(tmp_path / "new")
    with answering((FirstStart, choose_restore), (RestoreGuide, with_the_sheet), (LogIn, enter)):
        assert new.begin(None, None)
    assert names(new.desk) == ["单芷然"]
    assert new.shell.windowTitle() == "巨峰镇指导站"
    assert copy


# -- remains


@pytest.mark.parametrize("gone", [(DATABASE_FILE,), KEY_FILES])
def test_remains_of_a_profile_offer_only_the_restore(begun, profile, gone):
    desk = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    enrol(desk, "单芷然")
    backups.create_backup(desk)
    desk.close()
    for name in gone:
        (profile / name).unlink()

    def go_on(guide: FirstStart) -> None:
        assert list(guide.kind.kind.buttons) == ["restore"]
        guide.next_button.click()

    def newest(guide: RestoreGuide) -> None:
        settle(guide)
        guide.choose.table.choose_row(0)
        follow(guide, by_password)

    desktop = begun(profile)
    with answering((FirstStart, go_on), (RestoreGuide, newest), (LogIn, enter)):
        assert desktop.begin(None, None)
    assert names(desktop.desk) == ["单芷然"]


def test_remains_are_left_alone_when_the_person_gives_up(begun, profile):
    (profile / DATABASE_FILE).unlink()
    with answering((FirstStart, give_up)):
        assert not begun(profile).begin(None, None)
    assert not (profile / DATABASE_FILE).exists()
    assert (profile / KEY_FILES[0]).exists()


def test_backups_alone_suggest_the_restore(begun, profile, tmp_path):
    desk = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    backups.create_backup(desk)
    desk.close()
    alone = tmp_path / "alone"
    alone.mkdir()
    shutil.move(profile / "backups", alone / "backups")
    assert not holds_profile(alone)

    def look(guide: FirstStart) -> None:
        assert guide.kind.wants_restore()
        assert len(guide.kind.kind.buttons) == 3
        guide.next_button.click()
        QApplication.processEvents()
        give_up(guide)

    def listed(guide: RestoreGuide) -> None:
        settle(guide)
        assert len(guide.choose.table.table_model.rows()) == 1
        give_up(guide)

    with answering((FirstStart, look), (RestoreGuide, listed)):
        assert not begun(alone).begin(None, None)
