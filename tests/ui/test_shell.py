"""The frame: pages by mouse and keys, pages under others, folding, search, status, leaving."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton
from shiboken6 import isValid

from zhaohu.ui import theme
from zhaohu.ui.shell import PageSpec, Shell, Suggestion
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.page import Page

HITS = (
    Suggestion("王子涵", "女 · 大巨峰村", "c1"),
    Suggestion("王梓轩", "男 · 西小庄村", "c2", note="照护人 李静"),
)
OFFER = Suggestion("登记儿童", "如果该儿童尚未登记", "register", icon="add", by_enter=False)


class Named(Page):
    def __init__(self, name=""):
        super().__init__()
        self.name = name
        self.line = TextField()
        self.body.addWidget(self.line)
        self.may_go = True

    def may_leave(self):
        return self.may_go

    def first_focus(self):
        return self.line.editor()


class OfTheSecondChild(Named):
    def way_back(self):
        return "child/c2"


@pytest.fixture
def shell(shown):
    asked = []

    def search(text):
        asked.append(text)
        return [OFFER] if text == "offer" else [hit for hit in HITS if text in ("w", hit.key)]

    pages = [
        PageSpec("today", "今日", "today", Named),
        PageSpec("children", "儿童", "children", Named),
        PageSpec("sync", "同步", "sync", Named),
        PageSpec("child", "儿童详情", "children", Named, under="children"),
        PageSpec("visit", "访视记录", "visits", OfTheSecondChild, under="child"),
    ]
    shell = Shell(pages, title="巨峰镇指导站", user="王敏", role="儿保医师", search=search)
    shell.asked = asked
    shown(shell, 1366, 768)
    shell.open_first()
    return shell


def test_first_page_is_open_and_has_the_keyboard(shell):
    assert shell.address() == "today"
    assert shell.top_bar.title() == "今日"
    assert shell.page().line.edit.hasFocus()
    assert shell.sidebar.buttons["today"].isChecked()


def test_pages_are_made_once_and_opened_by_click_and_keys(shell, qtbot):
    today = shell.page()
    qtbot.mouseClick(shell.sidebar.buttons["children"], Qt.MouseButton.LeftButton)
    assert shell.address() == "children"
    qtbot.keyClick(shell, "3", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shell.address() == "sync")  # Qt shows a key press on a button for a moment
    assert shell.sidebar.buttons["sync"].isChecked()
    qtbot.keyClick(shell, "1", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shell.page() is today)


def test_pages_under_others_are_made_anew_and_go_when_left(shell, qtbot):
    shell.page().go.emit("child/c1")
    first = shell.page()
    assert first.name == "c1"
    assert shell.top_bar.title() == "儿童详情"
    assert shell.sidebar.buttons["children"].isChecked()
    shell.open("child/c2")
    assert shell.page().name == "c2"
    qtbot.waitUntil(lambda: not isValid(first))
    assert shell._stack.count() == 2
    shell.open("visit/v1")
    assert shell.sidebar.buttons["children"].isChecked()
    qtbot.mouseClick(shell.top_bar._back, Qt.MouseButton.LeftButton)
    assert shell.address() == "child/c2"


@pytest.mark.parametrize("begin", ["today", "children"])
def test_back_leads_where_the_page_belongs_and_then_where_one_came_from(shell, begin):
    shell.open(begin)
    shell.open("child/c2")
    shell.open("visit/v1")
    shell.back()
    assert shell.address() == "child/c2"
    shell.back()
    assert shell.address() == begin
    shell.back()
    assert shell.address() == begin


def test_an_unknown_page_is_a_bug(shell):
    with pytest.raises(KeyError):
        shell.open("nowhere")


def test_a_page_may_hold_one_back(shell, qtbot):
    shell.page().may_go = False
    qtbot.mouseClick(shell.sidebar.buttons["sync"], Qt.MouseButton.LeftButton)
    assert shell.address() == "today"
    assert shell.sidebar.buttons["today"].isChecked()
    assert not shell.close()
    shell.page().may_go = True
    with qtbot.waitSignal(shell.closed):
        assert shell.close()


def test_the_window_is_gone_at_once_while_work_still_stops(shell):
    seen, stop = [], threading.Event()

    def slow(context):
        while not context.cancelled():
            stop.wait(0.005)
        seen.append(shell.isVisible())

    shell.runner.run(slow, title="很慢")
    assert shell.isVisible()
    shell.close()
    assert seen == [False]


def test_sidebar_folds_in_a_narrow_window(shell, qtbot, assert_nothing_clipped):
    assert not shell.sidebar.is_folded()
    assert_nothing_clipped(shell)
    shell.resize(theme.frame("fold_under") - 1, 700)
    qtbot.waitUntil(shell.sidebar.is_folded)
    assert shell.sidebar.buttons["today"].text() == ""
    assert shell.sidebar.buttons["today"].accessibleName() == "今日"
    assert_nothing_clipped(shell)
    qtbot.keyClick(shell, "2", Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: shell.address() == "children")


def test_badge_and_status(shell):
    shell.set_badge("sync", 3)
    assert "(3)" in shell.sidebar.buttons["sync"].text()
    shell.set_badge("sync", 0)
    assert "(" not in shell.sidebar.buttons["sync"].text()
    shell.set_status("巨峰镇指导站", "", "备份正常")
    assert shell._status.text() == "巨峰镇指导站  ·  备份正常"


def test_keys_of_the_frame(shell, qtbot):
    qtbot.keyClick(shell, "K", Qt.KeyboardModifier.ControlModifier)
    assert shell.top_bar.search.hasFocus()
    with qtbot.waitSignal(shell.lock_wanted):
        qtbot.keyClick(shell, "L", Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(shell.help_wanted) as told:
        qtbot.keyClick(shell, Qt.Key.Key_F1)
    assert told.args == ["today"]


def test_search_answers_while_one_types_and_takes_by_keys(shell, qtbot):
    box = shell.top_bar.search
    qtbot.keyClicks(box, "w")
    qtbot.waitUntil(lambda: shell.asked == ["w"])
    assert [hit.title for hit in box.suggestions()] == ["王子涵", "王梓轩"]
    assert box.popup.isVisible()
    qtbot.keyClick(box, Qt.Key.Key_Down)
    with qtbot.waitSignal(shell.chosen) as told:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told.args == ["c2"]
    assert not box.popup.isVisible()
    assert box.text() == ""


def test_what_a_scanner_types_is_searched_for_once(shell, qtbot):
    qtbot.keyClicks(shell.top_bar.search, "c2")
    with qtbot.waitSignal(shell.chosen) as told:
        qtbot.keyClick(shell.top_bar.search, Qt.Key.Key_Return)
    assert told.args == ["c2"]
    assert shell.asked == ["c2"]


def test_an_offer_is_taken_only_after_it_was_gone_to(shell, qtbot):
    box = shell.top_bar.search
    qtbot.keyClicks(box, "offer")
    box.look()
    assert box.popup.nobody.isVisible()
    with qtbot.assertNotEmitted(shell.chosen):
        qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Down)
    with qtbot.waitSignal(shell.chosen) as told:
        qtbot.keyClick(box, Qt.Key.Key_Return)
    assert told.args == ["register"]


def test_a_screen_reader_hears_why_a_hit_was_found(shell, qtbot):
    box = shell.top_bar.search
    qtbot.keyClicks(box, "w")
    box.look()
    heard = [box._hits.index(row, 0).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(2)]
    assert heard == ["王子涵, 女 · 大巨峰村", "王梓轩, 照护人 李静, 男 · 西小庄村"]


def test_enter_does_not_wait_for_the_pause(shell, qtbot):
    qtbot.keyClicks(shell.top_bar.search, "w")
    with qtbot.waitSignal(shell.chosen) as told:
        qtbot.keyClick(shell.top_bar.search, Qt.Key.Key_Return)
    assert told.args == ["c1"]


def test_search_says_when_nobody_is_found_and_escape_puts_it_away(shell, qtbot):
    box = shell.top_bar.search
    qtbot.keyClicks(box, "zzz")
    box.look()
    assert box.popup.nobody.isVisible()
    with qtbot.assertNotEmitted(shell.chosen):
        qtbot.keyClick(box, Qt.Key.Key_Return)
    qtbot.keyClick(box, Qt.Key.Key_Escape)
    assert not box.popup.isVisible()


def test_hits_are_taken_by_mouse(shell, qtbot):
    box = shell.top_bar.search
    qtbot.keyClicks(box, "w")
    box.look()
    spot = box.popup.list.visualRect(box._hits.index(1, 0)).center()
    with qtbot.waitSignal(shell.chosen) as told:
        qtbot.mouseClick(box.popup.list.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == ["c2"]


def test_users_menu_tells_what_was_chosen(shell, qtbot):
    by_text = {action.text(): action for action in shell.top_bar.menu.findChildren(QAction)}
    for text, signal, value in (
        ("English", shell.language_wanted, ["en"]),
        ("深色", shell.look_wanted, ["dark"]),
        ("125%", shell.scale_wanted, [125]),
        ("退出登录", shell.log_out_wanted, []),
        ("关于照护站", shell.about_wanted, []),
    ):
        with qtbot.waitSignal(signal) as told:
            by_text[text].trigger()
        assert told.args == value


def test_every_control_has_a_name(shell):
    tools = [tool for tool in shell.findChildren(QToolButton) if tool.parent() is not shell.top_bar.search]
    assert len(tools) >= 3
    assert [tool for tool in tools if not (tool.text() or tool.accessibleName())] == []


def test_the_frame_has_all_glyphs(shell, missing_glyphs):
    assert missing_glyphs(shell) == set()
