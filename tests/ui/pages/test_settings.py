"""设置: this site, accounts, check-up, look."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.ui.pages.conftest import as_role, unnamed_controls, write

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.records.codes import Role
from zhaohu.services import accounts, setup
from zhaohu.services.profile import open_desk
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def tab_words(page) -> list[str]:
    return [page.tabs.tabText(at) for at in range(page.tabs.count())]


def test_every_tab_stands_whole(stage, desk, assert_nothing_clipped, missing_glyphs):
    page = stage.open(settings_page, desk)
    assert tab_words(page) == ["本机构", "账户", "系统检查", "外观"]
    for at in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        assert_nothing_clipped(page)
        assert missing_glyphs(page) == set()
        assert unnamed_controls(page) == []


def test_this_site_shows_its_fingerprint_and_prints_the_letter(stage, desk):
    page = stage.open(settings_page, desk)
    assert page._key.text() == setup.own_fingerprint(desk)
    page._on_print()
    dialog = stage.dialog(PdfDialog)
    assert dialog.view.page_count() == 1
    dialog.reject()


def test_an_account_is_added_and_can_log_in(stage, desk, qtbot, assert_nothing_clipped):
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.accounts)
    qtbot.mouseClick(page.accounts._add, Qt.MouseButton.LeftButton)
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    for name, text in {"name": "lixm", "display_name": "李秀梅", "password": "correct horse", "again": "other"}.items():
        write(dialog.form.fields[name], text)
    dialog.try_save()
    stage.settle()
    assert dialog.form.fields["again"].problem()[0] == "两次输入的密码不一致，请重新输入。"
    write(dialog.form.fields["again"], "correct horse")
    dialog.try_save()
    stage.settle()
    assert page.accounts.notice.text() == "lixm 现在可以登录了。"
    assert [row.name for row in page.accounts.table.rows()] == ["admin", "lixm"]
    again = open_desk(desk.profile, "lixm", "correct horse", Clock())
    assert again.person.role is Role.TEACHER
    again.close()


def test_the_last_administrator_is_not_disabled(stage, desk, monkeypatch, qtbot):
    told = []
    monkeypatch.setattr("sys.excepthook", lambda _kind, error, _trace: told.append(error))
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.accounts)
    page.accounts.table.view.choose_row(0)
    with qtbot.captureExceptions() as caught:
        page.accounts.disable()
        stage.settle()
    refusals = told + [error for _kind, error, _trace in caught]
    assert [type(error) for error in refusals] == [Refused]
    assert not accounts.list_accounts(desk)[0].disabled


def test_disabling_asks_first(stage, desk, monkeypatch):
    accounts.add_account(desk, name="lixm", display_name="李秀梅", role=Role.TEACHER, password="correct horse")
    answers = iter([False, True])
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: next(answers))
    page = stage.open(settings_page, desk)
    page.accounts.table.view.choose_row(1)
    page.accounts.disable()
    stage.settle()
    assert not accounts.list_accounts(desk)[1].disabled
    page.accounts.disable()
    stage.settle()
    assert accounts.list_accounts(desk)[1].disabled
    assert page.accounts.table.rows()[1].disabled
    page.accounts.table.view.choose_row(1)
    assert not page.accounts._disable.isEnabled()


def test_a_teacher_sees_only_their_own_password(stage, desk, qtbot):
    page = stage.open(settings_page, as_role(desk, Role.TEACHER))
    page.tabs.open_sheet(page.accounts)
    assert not page.accounts.table.isVisible()
    assert not page.accounts._add.isVisible()
    page.accounts.change_own()
    dialog = stage.dialog(FormDialog)
    for name in ("password", "again"):
        write(dialog.form.fields[name], "another horse")
    dialog.try_save()
    stage.settle()
    open_desk(desk.profile, "admin", "another horse", Clock()).close()


def test_a_short_password_is_refused_beside_its_field(stage, desk):
    page = stage.open(settings_page, desk)
    page.accounts.change_own()
    dialog = stage.dialog(FormDialog)
    for name in ("password", "again"):
        write(dialog.form.fields[name], "short")
    dialog.try_save()
    stage.settle()
    assert "至少" in dialog.form.fields["password"].problem()[0]
    dialog._touched = False
    dialog.reject()


def test_the_check_up_says_what_is_in_order_and_what_to_do(stage, desk, qtbot):
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.checkup)
    qtbot.mouseClick(page.checkup.start_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert {finding.name for finding in page.checkup.table.rows() if finding.ok} >= {"database", "journal", "keys"}
    (desk.profile / "keys.copy.json").unlink()
    page.checkup.start()
    stage.settle()
    keys = next(finding for finding in page.checkup.table.rows() if finding.name == "keys")
    assert keys.advice
    assert page.checkup.notice.property("tone") == "attention"


def test_a_viewer_has_no_check_up(stage, desk):
    page = stage.open(settings_page, as_role(desk, Role.VIEWER))
    assert tab_words(page) == ["本机构", "账户", "外观"]


@pytest.mark.parametrize(
    ("field", "digit", "signal", "expected"),
    [
        ("look", Qt.Key.Key_2, "look_wanted", "dark"),
        ("scale", Qt.Key.Key_4, "scale_wanted", 150),
        ("language", Qt.Key.Key_2, "language_wanted", "en"),
    ],
)
def test_the_look_is_asked_for_not_changed(stage, desk, qtbot, field, digit, signal, expected):
    page = stage.open(settings_page, desk)
    page.tabs.setCurrentIndex(page.tabs.count() - 1)
    editor = page.look.fields[field].editor()
    with qtbot.waitSignal(getattr(page, signal)) as told:
        qtbot.keyClick(editor, digit)
    assert told.args == [expected]
