"""Chips, tiles, notices, masks and pages."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog

from zhaohu.ui.hub import Hub
from zhaohu.ui.widgets import masked
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.fields import TextField
from zhaohu.ui.widgets.layout import FlowLayout, column, flow, panel
from zhaohu.ui.widgets.masked import MaskedLabel
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.page import Page
from zhaohu.ui.widgets.tiles import Tile, TileRow
from zhaohu.ui.widgets.words import label


def test_chips_many_at_a_time(shown, qtbot):
    bar = shown(ChipBar([("a", "高危"), ("b", "流动")], single=False))
    assert bar.chosen() == frozenset()
    for chip in bar._buttons.values():
        qtbot.mouseClick(chip, Qt.MouseButton.LeftButton)
    assert bar.chosen() == {"a", "b"}
    with qtbot.assertNotEmitted(bar.changed):
        bar.choose("b")
    assert bar.current() == "b"
    bar.set_words("b", "流动 3")
    assert bar._buttons["b"].text() == "流动 3"


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space])
def test_a_button_with_the_keyboard_is_pressed_by_enter_too(shown, qtbot, key):
    made = button("登记")
    page = shown(panel(column(made)))
    made.setFocus()
    with qtbot.waitSignal(made.clicked):
        qtbot.keyClick(made, key)
    assert not page.isHidden()


def test_the_keys_of_a_button_press_it_at_once_unless_it_is_off_or_hidden(shown, qtbot):
    made, pressed = button("保存", shortcut="Ctrl+S"), []
    page = shown(panel(column(made, TextField())))
    made.clicked.connect(lambda: pressed.append(1))
    page.activateWindow()
    qtbot.waitUntil(page.isActiveWindow)
    keys = QKeySequence("Ctrl+S")
    QTest.keySequence(page, keys)
    assert len(pressed) == 1  # no event was waited for
    made.setEnabled(False)
    QTest.keySequence(page, keys)
    made.setEnabled(True)
    made.hide()
    QTest.keySequence(page, keys)
    assert len(pressed) == 1


def test_enter_presses_the_button_that_has_the_keyboard_and_no_other(shown, qtbot):
    window = QDialog()
    save, leave = button("保存"), button("取消")
    window.setLayout(column(save, leave))
    shown(window)
    leave.setFocus()
    with qtbot.assertNotEmitted(save.clicked), qtbot.waitSignal(leave.clicked):
        qtbot.keyClick(leave, Qt.Key.Key_Return)
    assert window.isVisible()


def test_enter_presses_a_chip(shown, qtbot):
    bar = shown(ChipBar([("a", "高危"), ("b", "流动")], single=False))
    qtbot.keyClick(bar._buttons["b"], Qt.Key.Key_Return)
    assert bar.chosen() == {"b"}


def test_tile_opens_by_mouse_and_keys(shown, qtbot, assert_nothing_clipped):
    tile = Tile("逾期", "overdue")
    tile.set_figure("5", "最长 30 天", "danger")
    row = shown(TileRow([tile, Tile("本周已访")]), 500, 120)
    for act in (
        lambda: qtbot.mouseClick(tile, Qt.MouseButton.LeftButton),
        lambda: qtbot.keyClick(tile, Qt.Key.Key_Return),
        lambda: qtbot.keyClick(tile, Qt.Key.Key_Space),
    ):
        with qtbot.waitSignal(tile.clicked) as told:
            act()
        assert told.args == ["overdue"]
    assert tile.accessibleName() == "逾期: 5"
    assert_nothing_clipped(row)


def test_tiles_break_into_lines_in_a_narrow_page(shown, qtbot):
    tiles = [Tile(f"第 {n} 项") for n in range(4)]
    row = shown(TileRow(tiles), 1000, 120)
    assert len({tile.y() for tile in tiles}) == 1
    row.resize(400, 300)
    qtbot.waitUntil(lambda: len({tile.y() for tile in tiles}) == 2)
    assert len({tile.width() for tile in tiles}) == 1
    row.resize(1000, 300)
    qtbot.waitUntil(lambda: len({tile.y() for tile in tiles}) == 1)


def test_a_tile_without_a_key_is_only_shown(shown, qtbot):
    tile = shown(Tile("在册儿童"))
    with qtbot.assertNotEmitted(tile.clicked):
        qtbot.mouseClick(tile, Qt.MouseButton.LeftButton)
        qtbot.keyClick(tile, Qt.Key.Key_Return)
    assert tile.focusPolicy() == Qt.FocusPolicy.NoFocus


def test_notice_hides_without_words(shown, qtbot):
    notice = Notice("备份已过期", "attention", closable=True)
    page = shown(panel(column(notice)), 400, 100)
    assert notice.text() == "备份已过期"
    notice.say("")
    assert notice.isHidden()
    notice.say("不可能", "danger")
    assert notice.isVisible()
    assert notice.window() is page


def test_mask_reveals_by_asking_each_time_and_hides_again(shown, qtbot, monkeypatch):
    asked = []
    monkeypatch.setattr(masked, "SHOWN_MS", 50)
    label_ = MaskedLabel("电话", "138****1234", lambda: asked.append(1) or "13800001234")
    shown(label_)
    assert label_.text() == "138****1234"
    qtbot.mouseClick(label_._button, Qt.MouseButton.LeftButton)
    assert label_.text() == "13800001234"
    qtbot.waitUntil(lambda: label_.text() == "138****1234")
    qtbot.mouseClick(label_._button, Qt.MouseButton.LeftButton)
    qtbot.mouseClick(label_._button, Qt.MouseButton.LeftButton)
    assert label_.text() == "138****1234"
    assert asked == [1, 1]


def test_mask_closes_when_its_page_is_left(shown):
    label_ = shown(MaskedLabel("电话", "138****1234", lambda: "13800001234"))
    label_.toggle()
    label_.hide()
    assert label_.text() == "138****1234"


def test_no_number_no_button(shown):
    assert shown(MaskedLabel("电话"))._button.isHidden()


def test_flow_breaks_lines_and_hides_what_is_hidden(shown):
    chips = [button(f"第 {n} 个") for n in range(12)]
    layout = flow(*chips)
    widget = shown(panel(layout), 300, 300)
    assert isinstance(layout, FlowLayout)
    assert len({chip.y() for chip in chips}) > 1
    assert all(chip.geometry().right() <= widget.width() for chip in chips)
    tall = layout.heightForWidth(300)
    for chip in chips[1:]:
        chip.hide()
    assert layout.heightForWidth(300) < tall


class Counting(Page):
    tables = frozenset({"visits"})

    def __init__(self, hub=None):
        super().__init__(hub)
        self.times = 0
        self.name = TextField()
        self.name.changed.connect(self.note_change)
        self.body.addWidget(self.name)

    def refresh(self):
        self.times += 1

    def fill(self, values):
        self.name.set_value(values)
        self.name.changed.emit()


def test_a_page_reloads_when_its_tables_change(shown, qtbot):
    hub = Hub()
    page = shown(Counting(hub), 400, 200)
    assert page.times == 1
    hub.publish({"teachers"})
    assert page.times == 1
    hub.publish({"visits", "teachers"})
    assert page.times == 2
    hub.publish({"visits"}, page)
    assert page.times == 2


def test_a_hidden_page_waits_until_it_is_shown(shown, qtbot):
    hub = Hub()
    page = shown(Counting(hub), 400, 200)
    page.hide()
    hub.publish({"visits"})
    hub.publish({"visits"})
    assert page.times == 1
    page.show()
    assert page.times == 2
    page.hide()
    page.show()
    assert page.times == 2


def test_filling_is_not_a_persons_change(shown, qtbot):
    page = shown(Counting(), 400, 200)
    with qtbot.assertNotEmitted(page.changed):
        page.load("王敏")
    with qtbot.waitSignal(page.changed):
        qtbot.keyClicks(page.name.edit, "x")


class Longlived(QObject):
    told = Signal(str)


def test_a_released_page_hears_nothing(shown):
    source, heard = Longlived(), []

    class Listening(Page):
        def hear(self, words):
            heard.append(words)

    page = shown(Listening(), 100, 100)
    page.track(source.told, page.hear)
    source.told.emit("a")
    page.release()
    source.told.emit("b")
    assert heard == ["a"]


def test_one_primary_button_and_actions_left_of_it(shown, assert_nothing_clipped):
    page = Page()
    save = button("保存", kind="primary")
    page.set_heading("王子涵", "女 · 28 天")
    page.set_primary(save)
    page.add_action(button("打印"))
    page.body.addWidget(label("内容"))
    shown(page, 600, 300)
    with pytest.raises(ValueError, match="primary"):
        page.set_primary(button("另一个"))
    assert page._actions.itemAt(1).widget() is save
    assert_nothing_clipped(page)
    page.set_heading()
    assert page._heading.isHidden()


def test_a_long_lead_breaks_into_lines_and_leaves_the_buttons_whole(shown, assert_nothing_clipped):
    page = Page()
    page.set_heading("王子涵", "女  ·  3 月 28 天（矫正 2 月 6 天）  ·  2026年7月24日出生  ·  32 周 + 3 天")
    page.set_primary(button("记录新生儿满月健康管理", kind="primary", icon="edit"))
    for words in ("修改信息", "打印", "状态与流转"):
        page.add_action(button(words, icon="edit"))
    page.body.addWidget(label("内容"))
    shown(page, 820, 300)
    assert_nothing_clipped(page)


def test_what_flows_in_one_line_stands_at_one_height(shown):
    parts = label("代码"), button("合并"), TextField()
    line = shown(panel(flow(*parts)), 900, 60)
    middles = [one.geometry().center().y() for one in parts]
    assert parts[0].height() < parts[2].height()
    assert max(middles) - min(middles) <= 1
    assert line.isVisible()
