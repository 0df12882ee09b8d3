"""设置: this site, accounts, check-up, look."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from tests.sync.district import WEAK
from tests.ui.pages.conftest import as_role, unnamed_controls, write

from zhaohu.clock import Clock
from zhaohu.errors import Refused
from zhaohu.records.codes import Role
from zhaohu.services.exchange import setup
from zhaohu.services.safety import accounts, recovery
from zhaohu.services.safety.profile import open_desk
from zhaohu.store.envelope import new_recovery_code
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


def tab_words(page) -> list[str]:
    return [page.tabs.tabText(at) for at in range(page.tabs.count())]


def test_every_tab_stands_whole(stage, desk, assert_nothing_clipped, missing_glyphs):
    page = stage.open(settings_page, desk)
    assert tab_words(page) == [
        "本机构", "账户", "村居", "备份", "往来途径", "系统检查",
        "生长评价版本", "操作记录", "已删除的记录", "界面与锁定",
    ]  # fmt: skip
    for at in range(page.tabs.count()):
        page.tabs.setCurrentIndex(at)
        stage.settle()
        assert_nothing_clipped(page)
        assert missing_glyphs(page) == set()
        assert unnamed_controls(page) == []


def test_this_site_shows_its_fingerprint_and_prints_the_letter(stage, desk):
    page = stage.open(settings_page, desk)
    assert page.keys.own.text() == setup.own_fingerprint(desk)
    page.keys.print_letter()
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


def test_the_last_administrator_stays_and_that_is_said(stage, desk, monkeypatch):
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.accounts)
    page.accounts.table.view.choose_row(0)
    page.accounts.disable()
    stage.settle()
    assert "最后一名管理员" in page.accounts.notice.text()
    assert not accounts.list_accounts(desk)[0].disabled
    page.accounts.change_role()
    dialog = stage.dialog(FormDialog)
    dialog.form.fields["role"].set_value(Role.TEACHER.value)
    dialog.try_save()
    stage.settle()
    assert "最后一名管理员" in dialog.notice.text()
    assert accounts.list_accounts(desk)[0].role is Role.ADMIN
    dialog.reject()


def test_a_role_is_changed(stage, desk):
    accounts.add_account(desk, name="lixm", display_name="李秀梅", role=Role.TEACHER, password="correct horse")
    page = stage.open(settings_page, desk)
    page.accounts.table.view.choose_row(1)
    page.accounts.change_role()
    dialog = stage.dialog(FormDialog)
    assert dialog.form.values() == {"role": Role.TEACHER.value}
    dialog.form.fields["role"].set_value(Role.ADMIN.value)
    dialog.try_save()
    stage.settle()
    assert "lixm" in page.accounts.notice.text()
    assert [row.role for row in page.accounts.table.rows()] == [Role.ADMIN, Role.ADMIN]


def test_a_disabled_account_is_enabled_with_a_new_password(stage, desk, assert_nothing_clipped):
    accounts.add_account(desk, name="lixm", display_name="李秀梅", role=Role.TEACHER, password="correct horse")
    accounts.disable_account(desk, "lixm")
    page = stage.open(settings_page, desk)
    page.accounts.table.view.choose_row(1)
    assert page.accounts._enable.isEnabled()
    page.accounts.enable()
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    for name in ("password", "again"):
        write(dialog.form.fields[name], "another horse")
    dialog.try_save()
    stage.settle()
    assert not page.accounts.table.rows()[1].disabled
    open_desk(desk.profile, "lixm", "another horse", Clock()).close()


def test_a_new_recovery_sheet_takes_the_place_of_the_old_one(stage, desk, monkeypatch, tmp_path):
    code = new_recovery_code()
    recovery.new_sheet(desk, tmp_path / "old.pdf", code)
    recovered = recovery.recover(desk.profile, code, "admin", "another horse", Clock(), WEAK)
    recovered.desk.close()
    asked = []
    monkeypatch.setattr(ask, "confirm", lambda _parent, _title, text, **_more: asked.append(text) or True)
    monkeypatch.setattr(ask, "save_file", lambda *_args: tmp_path / "new.pdf")
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.accounts)
    assert "码单" in page.accounts._due.text()
    page.accounts.make_sheet()
    stage.settle()
    dialog = stage.dialog(PdfDialog)
    assert dialog.view.page_count() >= 1
    dialog.reject()
    assert "旧码单" in asked[0]
    assert str(tmp_path / "new.pdf") in page.accounts.notice.text()
    assert page.accounts._due.text() == ""
    with pytest.raises(Refused):
        recovery.open_by_code(desk.profile, code, Clock())


def test_a_sheet_that_cannot_be_written_leaves_the_old_one_valid(stage, desk, monkeypatch, tmp_path):
    code = new_recovery_code()
    recovery.new_sheet(desk, tmp_path / "old.pdf", code)
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    monkeypatch.setattr(ask, "save_file", lambda *_args: tmp_path / "old.pdf")
    page = stage.open(settings_page, desk)
    page.accounts.make_sheet()
    stage.settle()
    assert str(tmp_path / "old.pdf") in page.accounts.notice.text()
    assert [one.name for one in recovery.open_by_code(desk.profile, code, Clock())] == ["admin"]


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


@pytest.fixture
def teacher(desk):
    """The desk of somebody who teaches."""
    accounts.add_account(desk, name="lixm", display_name="李秀梅", role=Role.TEACHER, password="correct horse")
    opened = open_desk(desk.profile, "lixm", "correct horse", desk.clock)
    yield opened
    opened.close()


def test_a_teacher_sees_only_their_own_password(teacher, stage):
    page = stage.open(settings_page, teacher)
    page.tabs.open_sheet(page.accounts)
    assert not page.accounts.table.isVisible()
    assert not page.accounts._add.isVisible()
    assert not page.accounts._sheet.isVisible()
    page.accounts.change_own()
    dialog = stage.dialog(FormDialog)
    for name, text in {"current": "wrong horse", "password": "another horse", "again": "another horse"}.items():
        write(dialog.form.fields[name], text)
    dialog.try_save()
    stage.settle()
    assert "当前密码" in dialog.form.fields["current"].problem()[0]
    write(dialog.form.fields["current"], "correct horse")
    dialog.try_save()
    stage.settle()
    open_desk(teacher.profile, "lixm", "another horse", Clock()).close()


def test_a_short_password_is_refused_beside_its_field(stage, desk):
    page = stage.open(settings_page, desk)
    page.accounts.change_own()
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["current"], "correct horse")
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
    assert tab_words(page) == ["本机构", "账户", "生长评价版本", "界面与锁定"]


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
