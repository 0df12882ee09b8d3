"""The program around its pages: log in, lock, log out, other looks and languages, the first start, the end."""

from __future__ import annotations

import shutil
import sys
import threading
from contextlib import contextmanager
from datetime import timedelta

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMessageBox
from shiboken6 import isValid
from tests.services.families import enrol
from tests.sync.district import ADMIN, CLOCK, WEAK, make_district
from tests.ui.window_driver import PATIENCE_MS, Driver, answering, write

from zhaohu import i18n
from zhaohu.paths import holds_profile
from zhaohu.records.codes import Role, SiteKind
from zhaohu.services.care import drafts
from zhaohu.services.safety import accounts, recovery
from zhaohu.services.safety.profile import open_desk
from zhaohu.services.tastes import Tastes, load_tastes, save_tastes
from zhaohu.store.envelope import new_recovery_code
from zhaohu.ui import theme
from zhaohu.ui.app import speak
from zhaohu.ui.dialogs import ask, crash_report
from zhaohu.ui.dialogs.about import About
from zhaohu.ui.dialogs.log_in import LogIn
from zhaohu.ui.dialogs.recover import Recover
from zhaohu.ui.dialogs.restore import RestoreGuide
from zhaohu.ui.first_start import FirstStart
from zhaohu.ui.shell import Shell
from zhaohu.ui.widgets.pdf_dialog import PdfDialog
from zhaohu.ui.window import Desktop, run_window

ENTER, ESCAPE = Qt.Key.Key_Return, Qt.Key.Key_Escape


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    """A center and station 01, enrolled; copied for each test."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def profile(district, tmp_path):
    """The station's folder on this PC, where nobody has logged in yet."""
    return shutil.copytree(district / "01", tmp_path / "profile")


@pytest.fixture(autouse=True)
def as_before(qapp):
    """Look, language and what happens at the last window's end stay as other tests expect them."""
    yield
    if i18n.language() != i18n.DEFAULT:
        i18n.set_language(i18n.DEFAULT)
        speak(qapp)
    if (theme.name(), theme.scale_percent()) != ("light", 100):
        theme.apply(qapp, "light", 100)
    qapp.setQuitOnLastWindowClosed(True)


@pytest.fixture
def begun(qtbot, qapp, monkeypatch):
    """Call with a profile: the program on it, not begun yet."""
    made = []

    def make(folder) -> Desktop:
        made.append(Desktop(qapp, folder, load_tastes(folder), CLOCK))
        return made[-1]

    yield make
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "discard")
    for desktop in made:
        desktop._put_away()
        desktop.leave()


@pytest.fixture
def desktop(begun, profile):
    """The program with its window open."""
    desktop = begun(profile)
    assert desktop.begin(ADMIN.name, ADMIN.password)
    return desktop


@pytest.fixture
def at(qtbot, desktop):
    """Call for a driver of the window that is open now."""
    return lambda: Driver(qtbot, desktop.shell)


@pytest.fixture
def enter(qtbot):
    """Call with user and password: an answer to the log-in window; an empty user leaves the one who stands there."""

    def prepare(user: str, *passwords: str):
        def act(window: LogIn) -> None:
            if user:
                write(window.user.edit, user)
            for password in passwords:
                write(window.password.edit, password)
                QTest.keyClick(window.password.edit, ENTER)
                qtbot.waitUntil(lambda: not window.isVisible() or window.enter.isEnabled(), timeout=PATIENCE_MS)
                assert window.isVisible() == bool(window.error.text())

        return act

    return prepare


def give_up(window) -> None:
    QTest.keyClick(window, ESCAPE)


def choose(desktop: Desktop, words: str) -> None:
    """Take an entry of the person's menu."""
    menu = desktop.shell.top_bar.menu
    next(action for action in menu.findChildren(QAction) if action.text() == words).trigger()


def press(desktop: Desktop, qtbot, keys: str) -> None:
    """Press a shortcut after which the window may be another one."""
    desktop.shell.activateWindow()
    qtbot.waitUntil(desktop.shell.isActiveWindow)
    QTest.keySequence(desktop.shell, keys)


@pytest.fixture
def coming_back(desktop, qtbot):
    """Answers the log-in window after the screen was locked or left, and waits for the new window."""

    @contextmanager
    def answer(*answers):
        before = desktop.shell
        with answering(*answers):
            yield
            qtbot.waitUntil(lambda: desktop.shell not in (None, before), timeout=PATIENCE_MS)
        assert not isValid(before)  # and with it whatever it showed

    return answer


# -- coming in


def test_a_wrong_password_is_refused_and_the_right_one_opens_the_window(begun, profile, enter):
    desktop = begun(profile)
    with answering((LogIn, enter(ADMIN.name, "wrong horse", ADMIN.password))):
        assert desktop.begin(None, None)
    assert desktop.shell.isVisible()
    assert desktop.shell.address() == "today"
    assert desktop.shell.windowTitle() == "巨峰镇指导站"
    kept = load_tastes(profile)
    assert (kept.place, kept.user) == ("巨峰镇指导站", ADMIN.name)


def test_the_window_knows_who_was_here_last(begun, profile, enter):
    save_tastes(profile, Tastes(place="巨峰镇指导站", user=ADMIN.name))

    def look(window: LogIn) -> None:
        assert window._place.text() == "巨峰镇指导站"
        assert window.focusWidget() is window.password.edit
        enter("", ADMIN.password)(window)

    with answering((LogIn, look)):
        assert begun(profile).begin(None, None)


def test_a_wrong_password_from_outside_asks(begun, profile):
    desktop = begun(profile)
    with answering((LogIn, give_up)):
        assert not desktop.begin(ADMIN.name, "wrong horse")
    assert desktop.shell is None
    assert desktop.desk is None


def test_whoever_forgot_every_password_comes_in_by_the_sheet(begun, profile, tmp_path, qtbot, monkeypatch):
    code, new = new_recovery_code(), tmp_path / "new.pdf"
    desk = open_desk(profile, ADMIN.name, ADMIN.password, CLOCK)
    recovery.new_sheet(desk, tmp_path / "old.pdf", code)
    desk.close()
    monkeypatch.setattr(ask, "save_file", lambda *_args: new)

    def ask_for_help(window: LogIn) -> None:
        QTest.mouseClick(window.help_link, Qt.MouseButton.LeftButton)

    def follow(guide: Recover) -> None:
        QTest.keyClick(guide.way.way.editor(), ENTER)
        write(guide.code.code.edit, code)
        QTest.keyClick(guide.code.code.edit, ENTER)
        qtbot.waitUntil(lambda: guide.step() is guide.admin and not guide._busy, timeout=PATIENCE_MS)
        for name in ("password", "again"):
            write(guide.admin.form.fields[name].edit, "a brand new horse")
        QTest.keyClick(guide.admin.form.fields["again"].edit, ENTER)
        qtbot.waitUntil(lambda: guide.step() is guide.sheet and not guide._busy, timeout=PATIENCE_MS)
        QTest.mouseClick(guide.sheet.save_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: guide.sheet.written is not None, timeout=PATIENCE_MS)
        qtbot.waitUntil(lambda: QApplication.activeModalWidget() is guide, timeout=PATIENCE_MS)
        QTest.mouseClick(guide.next_button, Qt.MouseButton.LeftButton)

    desktop = begun(profile)
    with answering((LogIn, ask_for_help), (Recover, follow), (PdfDialog, give_up)):
        assert desktop.begin(None, None)
    assert desktop.desk.person.name == ADMIN.name
    assert desktop.shell.isVisible()
    assert new.exists()


def test_a_damaged_file_leads_to_the_backups(begun, profile, qtbot):
    desktop = begun(profile)
    (profile / "zhaohu.db").write_bytes(b"\0" * 8192)

    seen = []

    def look(window: LogIn) -> None:
        write(window.user.edit, ADMIN.name)
        write(window.password.edit, ADMIN.password)
        QTest.keyClick(window.password.edit, ENTER)
        qtbot.waitUntil(window.restore_button.isVisible, timeout=PATIENCE_MS)
        seen.append(window.error.text())
        QTest.mouseClick(window.restore_button, Qt.MouseButton.LeftButton)
        give_up(window)

    with answering((LogIn, look), (RestoreGuide, give_up)):
        assert not desktop.begin(None, None)
    assert len(seen) == 1


# -- the window


def test_the_search_box_opens_a_child_and_the_frame_follows_commits(desktop, at):
    window = at()
    assert "(" not in window.shell.sidebar.buttons["sync"].text()
    enrol(desktop.desk, "单芷然")
    window.settle()
    assert "同步 (" in window.shell.sidebar.buttons["sync"].text()
    for typed in ("芷然", "shan", "szr", "5678"):
        assert window.offered(typed) == ["单芷然"]
    assert window.open_found()._heading.text() == "单芷然"
    assert "上次上报" in window.shell._status.text()


def test_a_village_in_the_search_box_opens_its_list(desktop, at):
    window = at()
    for name, village in (("单芷然", "土山河村"), ("徐子涵", "西小庄村")):
        enrol(desktop.desk, name, village=village)
    window.settle()
    assert window.offered("tushanhe") == ["土山河村的全部儿童", "单芷然"]
    QTest.keyClick(window.shell.top_bar.search, Qt.Key.Key_Return)
    window.settle()
    assert window.shell.address().startswith("children/village/")
    assert [row.name for row in window.page().table.rows()] == ["单芷然"]


def test_nobody_found_leads_to_registering_by_keyboard(desktop, at):
    window = at()
    assert window.offered("zzz") == ["登记儿童"]
    box = window.shell.top_bar.search
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert window.shell.address() != "children/draft"
    QTest.keyClick(box, Qt.Key.Key_Down)
    QTest.keyClick(box, Qt.Key.Key_Return)
    dialog = window.dialog()
    assert dialog.windowTitle() == "登记儿童"
    dialog.reject()


def test_about_says_where_the_data_lies(desktop, profile):
    def read(window: About) -> None:
        assert any(str(profile) in one.text() for one in window.findChildren(type(desktop.shell._status)))
        QTest.keyClick(window, ESCAPE)

    with answering((About, read)):
        choose(desktop, "关于照护站")


# -- going and coming back


def test_a_locked_screen_is_opened_by_the_same_person_where_it_was(desktop, at, qtbot, enter, coming_back):
    child_id = enrol(desktop.desk)
    window = at()
    window.offered("szr")
    window.open_found()

    def unlock(dialog: LogIn) -> None:
        assert desktop.shell is None
        assert desktop.desk is None  # nothing is open while nobody is there
        assert dialog.user.value() == ADMIN.name
        assert dialog.user.is_read_only()
        assert dialog.error.text() == "屏幕已锁定。"
        enter("", "wrong horse", ADMIN.password)(dialog)

    with coming_back((LogIn, unlock)):
        press(desktop, qtbot, "Ctrl+L")
    assert desktop.shell.address() == f"child/{child_id}"
    assert at().page()._heading.text() == "单芷然"


def a_second_person(desktop: Desktop) -> None:
    account = {"name": "lixm", "display_name": "李秀梅", "role": Role.TEACHER, "password": "another horse"}
    accounts.add_account(desktop.desk, **account, strength=WEAK)


def test_somebody_else_comes_in_at_a_locked_screen_and_starts_at_the_first_page(desktop, at, qtbot, enter, coming_back):
    a_second_person(desktop)
    at().go("staffing")

    def somebody_else(dialog: LogIn) -> None:
        QTest.mouseClick(dialog.somebody_else, Qt.MouseButton.LeftButton)
        assert not dialog.user.is_read_only()
        enter("lixm", "another horse")(dialog)

    with coming_back((LogIn, somebody_else)):
        press(desktop, qtbot, "Ctrl+L")
    assert desktop.desk.person.name == "lixm"
    assert desktop.shell.address() == "today"


def idle_for(desktop: Desktop, minutes: float) -> None:
    """As if nobody had touched anything for so long, and the timer looks."""
    watch = desktop.screen_lock.idle
    wall, uptime_s = watch._last
    watch._last = (wall - timedelta(minutes=minutes), uptime_s)
    watch.look()


def test_the_screen_locks_itself_over_an_open_dialog_and_what_was_typed_is_a_draft(
    desktop, at, qtbot, enter, coming_back, monkeypatch
):
    child_id = enrol(desktop.desk)
    window = at()
    address = f"visit-new/{child_id}.newborn_visit"
    window.shell.open(address)
    window.settle()
    QTest.keyClicks(window.page().record.fields.fields["weight_kg"].editor(), "3.5")
    monkeypatch.setattr(ask, "unsaved", lambda *_args: pytest.fail("it asked"))
    answers = []

    def unlock(dialog: LogIn) -> None:
        assert (desktop.shell, desktop.desk) == (None, None)
        assert answers == [False]  # the question was cancelled, and had returned before
        assert dialog.error.text() == "10分钟没有操作，屏幕已锁定。"
        enter("", ADMIN.password)(dialog)

    def nobody_answers(box: QMessageBox) -> None:
        idle_for(desktop, 9.5)
        assert "一分钟" in desktop.shell._passing.text()
        idle_for(desktop, 1)
        qtbot.waitUntil(lambda: not box.isVisible(), timeout=PATIENCE_MS)
        assert desktop.desk is None

    def ask_something() -> None:
        answers.append(ask.confirm(desktop.shell, "单芷然？", "单芷然", do="好"))

    with coming_back((QMessageBox, nobody_answers), (LogIn, unlock)):
        QTimer.singleShot(0, ask_something)
    assert desktop.shell.address() == address
    (kept,) = drafts.list_drafts(desktop.desk)
    assert kept.target == f"{child_id}.newborn_visit"
    assert "3.5" in str(drafts.find(desktop.desk, kept.key).content)


def test_work_under_way_ends_before_the_screen_locks(desktop, at, qtbot, enter, coming_back):
    window, gate = at(), threading.Event()
    ended = []

    def work(_context) -> None:
        gate.wait(PATIENCE_MS / 1000)
        with desktop.desk.read():
            ended.append(True)

    window.shell.runner.run(work, title="导入", writes=True)
    idle_for(desktop, 60)
    qtbot.wait(100)
    assert desktop.shell is window.shell
    assert window.page().isVisible()
    with coming_back((LogIn, enter("", ADMIN.password))):
        press(desktop, qtbot, "Ctrl+L")
        assert not window.page().isVisible()  # it is hidden at once
        qtbot.wait(100)
        assert desktop.desk is not None
        gate.set()
    assert ended == [True]


def test_the_idle_minutes_are_chosen_in_the_settings(desktop, at, profile):
    window = at()
    page = window.go("settings")
    window.sheet("界面与锁定")
    box = page.look.fields["idle"].box
    assert (box.count(), page.look.fields["idle"].value()) == (15, "10")
    QTest.keyClick(box, Qt.Key.Key_Down)
    assert desktop.screen_lock.idle.minutes == 11
    assert load_tastes(profile).idle_minutes == 11


def test_somebody_else_comes_in_after_a_log_out(desktop, at, enter, profile, coming_back):
    a_second_person(desktop)
    at().go("settings")

    def somebody_else(dialog: LogIn) -> None:
        assert not dialog.user.is_read_only()
        enter("lixm", "another horse")(dialog)

    with coming_back((LogIn, somebody_else)):
        choose(desktop, "退出登录")
    assert desktop.desk.person.display_name == "李秀梅"
    assert desktop.shell.address() == "today"
    assert "李秀梅" in desktop.shell.top_bar._user.text()
    assert load_tastes(profile).user == "lixm"


def test_unsaved_work_holds_the_window_open(desktop, at, qtbot, monkeypatch):
    child_id = enrol(desktop.desk)
    window = at()
    window.shell.open(f"visit-new/{child_id}.newborn_visit")
    window.settle()
    QTest.keyClicks(window.page().record.fields.fields["weight_kg"].editor(), "3.5")
    monkeypatch.setattr(ask, "unsaved", lambda *_args: "stay")
    before = desktop.desk
    choose(desktop, "退出登录")
    choose(desktop, "English")
    choose(desktop, "125%")
    assert not window.shell.close()
    assert desktop.shell is window.shell
    assert desktop.desk is before
    assert window.page().record.fields.fields["weight_kg"].text() == "3.5"
    assert (i18n.language(), theme.scale_percent()) == ("zh_CN", 100)


# -- tastes


def test_another_language_makes_the_window_anew_where_it_was(desktop, at, profile):
    first = at()
    first.go("staffing")
    choose(desktop, "English")
    window = at()
    assert window.shell is not first.shell
    assert window.shell.address() == "staffing"
    assert window.shell.top_bar.title() == "Staffing"
    assert "Teachers needed" in window.words()
    assert load_tastes(profile).language == "en"


def test_look_and_type_size_are_kept(desktop, at, profile):
    window = at()
    page = window.go("settings")
    window.sheet("界面与锁定")
    QTest.keyClick(page.look.fields["look"].editor(), Qt.Key.Key_2)
    assert theme.name() == "dark"
    assert desktop.shell is window.shell
    QTest.keyClick(page.look.fields["scale"].editor(), Qt.Key.Key_3)
    assert theme.scale_percent() == 125
    assert desktop.shell is not window.shell
    assert desktop.shell.address() == "settings"
    kept = load_tastes(profile)
    assert (kept.look, kept.scale) == ("dark", 125)


# -- the first start


def test_without_a_profile_the_guide_opens_and_may_be_put_away(begun, tmp_path):
    desktop = begun(tmp_path / "new")
    with answering((FirstStart, give_up)):
        assert not desktop.begin(None, None)
    assert not holds_profile(tmp_path / "new")


def test_the_guide_ends_in_the_window(begun, tmp_path, qtbot, monkeypatch):
    desktop = begun(tmp_path / "new")
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)

    def follow(guide: FirstStart) -> None:
        QTest.keyClick(guide.kind.kind.editor(), Qt.Key.Key_2)
        QTest.keyClick(guide.kind.kind.editor(), ENTER)
        write(guide.center.form.fields["district_code"].edit, "371103")
        write(guide.center.form.fields["name"].edit, "岚山区托育指导中心")
        qtbot.mouseClick(guide.next_button, Qt.MouseButton.LeftButton)
        for name, text in (
            ("name", "wangmin"),
            ("display_name", "王敏"),
            ("password", "a brand new horse"),
            ("again", "a brand new horse"),
        ):
            write(guide.admin.form.fields[name].edit, text)
        qtbot.mouseClick(guide.next_button, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: guide.step() is guide.recovery and not guide._busy, timeout=PATIENCE_MS)
        give_up(guide)  # the sheet is not wanted; that was confirmed

    with answering((FirstStart, follow)):
        assert desktop.begin(None, None)
    assert desktop.desk.site.kind is SiteKind.CENTER
    assert desktop.shell.address() == "overview"
    assert load_tastes(tmp_path / "new").user == "wangmin"


# -- the whole program


@pytest.fixture
def day(qtbot, monkeypatch):
    """The program's own clock stands still, and no password comes from outside."""
    monkeypatch.setenv("ZHAOHU_TODAY", CLOCK.today().isoformat())
    monkeypatch.delenv("ZHAOHU_PASSWORD", raising=False)
    monkeypatch.delenv("ZHAOHU_LANG", raising=False)


def test_closing_the_window_ends_the_program(day, profile, enter, qtbot, monkeypatch):
    save_tastes(profile, Tastes(user=ADMIN.name, language="en", look="dark", scale=125))
    told, hook = [], sys.excepthook
    monkeypatch.setattr(crash_report, "tell", lambda _parent, report: told.append(report))

    def stumble() -> None:
        raise LookupError("单芷然")

    def work(shell: Shell) -> None:
        assert (shell.top_bar.title(), theme.name(), theme.scale_percent()) == ("Today", "dark", 125)
        QTimer.singleShot(0, stumble)
        qtbot.waitUntil(lambda: bool(told), timeout=PATIENCE_MS)
        shell.close()

    with answering((LogIn, enter("", ADMIN.password)), (Shell, work)):
        assert run_window(profile) == 0
    assert sys.excepthook is hook
    (report,) = (profile / "log").glob("crash-*.txt")
    assert told == [report]
    assert "LookupError" in report.read_text("utf-8")
    assert "单芷然" not in report.read_text("utf-8")


def test_giving_up_at_the_locked_screen_ends_the_program(day, profile, qtbot, monkeypatch):
    monkeypatch.setenv("ZHAOHU_PASSWORD", ADMIN.password)

    def lock(shell: Shell) -> None:
        shell.activateWindow()
        qtbot.waitUntil(shell.isActiveWindow)
        QTest.keySequence(shell, "Ctrl+L")
        qtbot.waitUntil(lambda: not isValid(shell) or not shell.isVisible(), timeout=PATIENCE_MS)

    with answering((Shell, lock), (LogIn, give_up)):
        assert run_window(profile, ADMIN.name) == 0
    assert [one for one in QApplication.topLevelWidgets() if isinstance(one, Shell)] == []


def test_giving_up_at_the_log_in_ends_the_program_at_once(day, profile):
    with answering((LogIn, give_up)):
        assert run_window(profile) == 0
