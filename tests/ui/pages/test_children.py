"""The register's list: filters, columns, views, what is made of it, and what it says while it is empty."""

from __future__ import annotations

from datetime import timedelta

import openpyxl
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QPushButton
from shiboken6 import isValid
from tests.services.families import enrol
from tests.ui.pages.conftest import TODAY, as_role, send, unnamed_controls, write

from zhaohu.records.codes import ConsentScope, Role, Sex
from zhaohu.services import preferences
from zhaohu.services.register import child_list, consents
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.children import children_page
from zhaohu.ui.widgets.column_chooser import ColumnChooser
from zhaohu.ui.widgets.pdf_dialog import PdfDialog


@pytest.fixture
def three(desk):
    """A newborn, a preterm one of seven months, one of two years."""
    return {
        "单芷然": enrol(desk, "单芷然"),
        "徐子涵": enrol(
            desk,
            "徐子涵",
            birth_date=TODAY - timedelta(days=215),
            village="西小庄村",
            facts={"gestation_days": 240, "birth_weight_g": 2300, "birth_length_mm": 450},
        ),
        "𠮷浩然": enrol(desk, "𠮷浩然", birth_date=TODAY - timedelta(days=760), sex=Sex.MALE),
    }


def names(page) -> list[str]:
    return [row.name for row in page.table.rows()]


def texts(page) -> set[str]:
    return {one.text() for one in page.findChildren(QPushButton) if not one.isHidden()}


def click(page, stage, words: str) -> None:
    """Press a button or chip by its words."""
    chip = next(one for one in page.findChildren(QPushButton) if one.text() == words and one.isVisible())
    QTest.mouseClick(chip, Qt.MouseButton.LeftButton)
    stage.settle()


def tick(page, stage, pick, *words: str) -> None:
    """Tick choices of a menu by keyboard."""
    pick.setFocus()
    QTest.keyClick(pick, Qt.Key.Key_Down)
    for one in words:
        (item,) = pick.choices().findItems(one, Qt.MatchFlag.MatchExactly)
        pick.choices().setCurrentItem(item)
        QTest.keyClick(pick.choices(), Qt.Key.Key_Space)
        stage.settle()
    if pick.choices() is not None:
        QTest.keyClick(pick.choices(), Qt.Key.Key_Escape)
    QApplication.processEvents()


def shown_columns(page) -> list[str]:
    return [column.title for column in page.columns.shown_columns()]


# -- the list


def test_all_children_on_the_register_are_listed_youngest_first(desk, stage, three):
    page = stage.open(children_page, desk)
    assert names(page) == ["单芷然", "徐子涵", "𠮷浩然"]
    assert page.table.count_text() == "3 名儿童"


def test_chips_narrow_by_age_and_marks(desk, stage, three):
    page = stage.open(children_page, desk)
    click(page, stage, "6～11月龄")
    assert names(page) == ["徐子涵"]
    click(page, stage, "24～35月龄")
    assert names(page) == ["𠮷浩然"], "one age band at a time"
    click(page, stage, "24～35月龄")
    assert len(names(page)) == 3
    click(page, stage, "高危")
    assert names(page) == ["徐子涵"]
    click(page, stage, "24～35月龄")
    assert names(page) == []
    assert page.empty.words()[0] == "没有符合条件的儿童"
    click(page, stage, "清除筛选")
    assert len(names(page)) == 3
    assert "清除筛选" not in texts(page)


def test_what_is_due_and_overdue_is_what_the_service_says(desk, stage, three):
    enrol(desk, "满月的", birth_date=TODAY - timedelta(days=29))
    page = stage.open(children_page, desk)
    overdue = {row.name for row in child_list.list_children(desk) if row.overdue}
    due = {row.name for row in child_list.list_children(desk) if row.next_due and not row.overdue}
    assert overdue
    assert due
    click(page, stage, "已逾期")
    assert set(names(page)) == overdue
    click(page, stage, "应访视")
    assert set(names(page)) == overdue | due
    click(page, stage, "已逾期")
    assert due <= set(names(page))


@pytest.mark.parametrize(("typed", "found"), [("xzh", "徐子涵"), ("shanzhiran", "单芷然")])
def test_typing_narrows_the_list(desk, stage, three, qtbot, typed, found):
    page = stage.open(children_page, desk)
    QTest.keyClicks(page.query.editor(), typed)
    qtbot.waitUntil(lambda: names(page) == [found])


def test_villages_statuses_and_factors_are_ticked_by_keyboard(desk, stage, three):
    page = stage.open(children_page, desk)
    tick(page, stage, page.filter.village, "西小庄村")
    assert names(page) == ["徐子涵"]
    tick(page, stage, page.filter.village, "大坡社区")
    assert len(names(page)) == 3, "several villages add up"
    tick(page, stage, page.filter.risks, "早产")
    assert names(page) == ["徐子涵"]
    tick(page, stage, page.filter.risks, "早产")
    tick(page, stage, page.filter.status, "在册", "迁出")
    assert names(page) == []


def test_each_menus_filter_is_a_chip_that_takes_it_away(desk, stage, three):
    page = stage.open(children_page, desk)
    tick(page, stage, page.filter.village, "西小庄村")
    tick(page, stage, page.filter.status, "在册", "迁出")
    assert {"村居：西小庄村", "状态：迁出"} <= texts(page)
    assert names(page) == []
    click(page, stage, "状态：迁出")
    assert page.filter.wanted().statuses == ChildFilter().statuses, "back to those on the register"
    assert names(page) == ["徐子涵"]
    click(page, stage, "村居：西小庄村")
    assert len(names(page)) == 3


def test_a_long_menu_is_searched_in(desk, stage, three):
    page = stage.open(children_page, desk)
    page.filter.risks.open_list()
    popup = QApplication.activePopupWidget()
    QTest.keyClicks(popup.line, "x")
    popup.line.clear()
    popup.line.setText("窒息")
    shown = [popup.list.item(at).text() for at in range(popup.list.count()) if not popup.list.item(at).isHidden()]
    assert shown == ["新生儿窒息"]
    QTest.keyClick(popup.line, Qt.Key.Key_Return)
    popup.close()
    stage.settle()
    assert page.filter.risks.chosen() == ("asphyxia",)


def test_who_has_not_signed_and_who_refused(desk, stage, three):
    consents.decide(desk, three["徐子涵"], {ConsentScope.CONTACT: False}, TODAY, "李秀梅", "52")
    page = stage.open(children_page, desk)
    tick(page, stage, page.filter.consent, "有不同意的项目")
    assert names(page) == ["徐子涵"]
    tick(page, stage, page.filter.consent, "同意书未签")
    assert sorted(names(page)) == sorted(["单芷然", "𠮷浩然"])


def test_enter_and_double_click_open_the_child(desk, stage, three):
    page = stage.open(children_page, desk)
    page.table.view.choose_row(1)
    QTest.keyClick(page.table.view, Qt.Key.Key_Return)
    assert stage.gone == [f"child/{three['徐子涵']}"]


def test_headers_sort_the_whole_list(desk, stage, three):
    page = stage.open(children_page, desk)
    view = page.table.view
    view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    stage.settle()
    assert names(page) == ["𠮷浩然", "单芷然", "徐子涵"], "as in a directory"
    view.sortByColumn(3, Qt.SortOrder.AscendingOrder)
    stage.settle()
    assert names(page) == ["单芷然", "徐子涵", "𠮷浩然"], "by age: the youngest first"
    view.sortByColumn(2, Qt.SortOrder.AscendingOrder)
    stage.settle()
    assert names(page) == ["𠮷浩然", "徐子涵", "单芷然"], "by birth date: the oldest first"


def test_the_marked_child_stays_marked_in_another_order(desk, stage, three):
    page = stage.open(children_page, desk)
    page.table.view.choose_row(0)
    page.table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    stage.settle()
    assert page.table.view.current_row().name == "单芷然"
    enrol(desk, "安安", birth_date=TODAY)
    stage.settle()
    assert names(page)[0] == "安安"
    assert page.table.view.current_row().name == "单芷然"


def test_numbers_are_masked(desk, stage, three):
    page = stage.open(children_page, desk)
    phones = {row.phone for row in page.table.rows()}
    assert phones == {"*******5678"}


def test_an_empty_register_says_what_to_do_first(desk, stage):
    page = stage.open(children_page, desk)
    assert page.empty.words() == ("还没有登记儿童", "先导入乡镇的名册，或手工登记第一名儿童。")
    QTest.mouseClick(page.import_button, Qt.MouseButton.LeftButton)
    assert stage.gone == ["roster"]


def test_the_ways_to_duplicates_and_to_a_village(desk, stage, three):
    page = stage.open(children_page, desk)
    click(page, stage, "查重")
    assert stage.gone == ["duplicates"]
    village = next(key for key, name in child_list.list_villages(desk) if name == "西小庄村")
    page.take_argument(f"village/{village}")
    stage.settle()
    assert names(page) == ["徐子涵"]


def test_a_village_can_be_asked_for_before_the_list_was_ever_read(desk, stage, three):
    village = next(key for key, name in child_list.list_villages(desk) if name == "西小庄村")

    def opened_at_a_village(*arguments):
        made = children_page(*arguments)
        made.take_argument(f"village/{village}")
        return made

    page = stage.open(opened_at_a_village, desk)
    assert names(page) == ["徐子涵"]
    assert page.filter.village.text() == "西小庄村"


def test_the_center_looks_at_all_stations_and_changes_nothing(desk, center, stage, three, tmp_path):
    send(desk, center, tmp_path)
    page = stage.open(children_page, center)
    assert len(names(page)) == 3
    assert not [words for words in texts(page) if "登记" in words or "导入" in words or "查重" in words]
    station = next(column for column in page.columns.shown_columns() if column.name == "station")
    assert station.words(page.table.rows()[0]) == "巨峰镇"
    page.take_argument("02")
    stage.settle()
    assert names(page) == []


def test_a_viewer_may_neither_register_nor_take_the_list_away(desk, stage, three):
    page = stage.open(children_page, as_role(desk, Role.VIEWER))
    assert not {"登记儿童", "导入名册", "查重", "导出与打印"} & texts(page)


def test_new_children_appear_by_themselves(desk, stage, three):
    page = stage.open(children_page, desk)
    enrol(desk, "新来", birth_date=TODAY)
    stage.settle()
    assert "新来" in names(page)


# -- columns and views


def test_chosen_columns_are_remembered_for_the_account(desk, stage, three):
    page = stage.open(children_page, desk)
    usual = shown_columns(page)
    assert usual == ["姓名", "性别", "出生日期", "年龄", "村居", "照护人", "高危", "待做访视", "状态"]
    click(page, stage, "列")
    dialog = stage.dialog(ColumnChooser)
    (phone,) = dialog.list.findItems("电话", Qt.MatchFlag.MatchExactly)
    phone.setCheckState(Qt.CheckState.Checked)
    QTest.mouseClick(dialog.do_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert shown_columns(page) == [*usual[:6], "电话", *usual[6:]]
    again = stage.open(children_page, desk)
    assert shown_columns(again) == [*usual[:6], "电话", *usual[6:]]
    other = stage.open(children_page, as_role(desk, Role.TEACHER))
    assert "电话" in shown_columns(other), "the account is the same"


def test_every_column_has_words_for_every_child(desk, stage, three):
    page = stage.open(children_page, desk)
    every = page.columns.names()
    page.columns.arrange(every, every)
    row = next(row for row in page.table.rows() if row.name == "徐子涵")
    said = {column.name: column.words(row) for column in page.columns.shown_columns()}
    assert len(said) == len(every) >= 18
    assert said["gestation"] == "34 周 + 2 天"
    assert said["birth_weight"] == "2300"
    assert said["consent"] == "未签"
    assert said["risks"] == "早产、低出生体重"
    assert said["due"].startswith("逾期：")
    assert said["address"] == "巨峰镇大坡社区12号"


def choose_view(page, stage, words: str) -> None:
    entry = page.views.actions_by_text()[words]
    entry.trigger()
    assert isValid(entry), "an entry that goes while it is pressed takes the program with it"
    stage.settle()


def test_views_that_everybody_needs_are_there(desk, stage, three):
    page = stage.open(children_page, desk)
    choose_view(page, stage, "高危儿")
    assert names(page) == ["徐子涵"]
    assert "电话" in shown_columns(page)
    choose_view(page, stage, "逾期")
    assert set(names(page)) == {row.name for row in child_list.list_children(desk) if row.overdue}
    assert page.table.model.order() == ("due_to", False)
    choose_view(page, stage, "未签同意书")
    assert len(names(page)) == 3
    assert "知情同意" in shown_columns(page)
    choose_view(page, stage, "全部在册儿童")
    assert not page.filter.is_narrowed()
    assert "知情同意" not in shown_columns(page)


@pytest.mark.parametrize("words", ["全部在册儿童", "高危儿", "逾期", "生长问题", "未签同意书"])
def test_the_ready_views_fit_the_smallest_screen(desk, stage, three, words):
    page = stage.open(children_page, desk)
    page.resize(page.width() - 16, page.height())  # as a long list's scroll bar does
    choose_view(page, stage, words)
    page.filter.clear()
    stage.settle()
    assert page.table.view.isVisible()
    assert page.table.view.horizontalScrollBar().maximum() == 0


def test_a_view_is_saved_chosen_renamed_and_deleted(desk, stage, three, monkeypatch):
    page = stage.open(children_page, desk)
    tick(page, stage, page.filter.village, "西小庄村")
    QTest.keyClicks(page.query.editor(), "xzh")
    page.table.view.sortByColumn(2, Qt.SortOrder.DescendingOrder)
    stage.settle()
    choose_view(page, stage, "保存当前视图…")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["name"], "西小庄")
    stage.press(dialog, "Ctrl+S")
    (view,) = preferences.saved_views(desk, "list.children")
    assert view.name == "西小庄"
    assert "xzh" not in str(view.content), "what was typed is a family's name more often than not"
    assert page.views.text() == "视图：西小庄"
    choose_view(page, stage, "全部在册儿童")
    assert len(names(page)) == 3
    again = stage.open(children_page, desk)
    choose_view(again, stage, "西小庄")
    assert names(again) == ["徐子涵"]
    assert again.table.model.order() == ("born", True)
    assert again.query.text() == ""
    choose_view(again, stage, "重命名“西小庄”…")
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["name"], "西小庄村")
    stage.press(dialog, "Ctrl+S")
    assert [one.name for one in preferences.saved_views(desk, "list.children")] == ["西小庄村"]
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    choose_view(again, stage, "删除“西小庄村”")
    assert preferences.saved_views(desk, "list.children") == []
    assert again.views.text() == "视图"


# -- what is made of the list


def test_exactly_the_list_shown_is_exported(desk, stage, three, tmp_path, monkeypatch):
    consents.decide(desk, three["徐子涵"], {ConsentScope.SHARING: False}, TODAY, "李秀梅", "52")
    page = stage.open(children_page, desk)
    page.columns.arrange(page.columns.names(), ["name", "village", "phone", "born"])
    page.table.view.sortByColumn(0, Qt.SortOrder.AscendingOrder)
    stage.settle()
    place, told = tmp_path / "list.xlsx", []
    monkeypatch.setattr(ask, "save_file", lambda *_args: place)
    monkeypatch.setattr(ask, "message", lambda *args, **_more: told.append(args[2]))
    page.output.fill()
    page.output.actions_by_text()["电子表格：列表中全部 3 名"].trigger()
    stage.settle()
    lines = [list(line) for line in openpyxl.load_workbook(place).active.iter_rows(values_only=True)]
    start = next(at for at, line in enumerate(lines) if line[0] == "姓名")
    titles, *rows = [line[:4] for line in lines[start:]]
    assert titles == ["姓名", "出生日期", "村居", "电话"]
    assert [line[0] for line in rows] == ["𠮷浩然", "单芷然", "***"]
    assert [line[3] or "" for line in rows] == ["*******5678", "*******5678", ""]
    assert "1 名儿童" in told[0]


def test_marked_children_are_exported_alone(desk, stage, three, tmp_path, monkeypatch):
    page = stage.open(children_page, desk)
    page.table.view.setFocus()
    page.table.view.choose_row(0)
    QTest.keyClick(page.table.view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    place = tmp_path / "marked.xlsx"
    monkeypatch.setattr(ask, "save_file", lambda *_args: place)
    page.output.fill()
    page.output.actions_by_text()["电子表格：选中的 2 名"].trigger()
    stage.settle()
    cells = {cell for line in openpyxl.load_workbook(place).active.iter_rows(values_only=True) for cell in line}
    assert {"单芷然", "徐子涵"} <= cells
    assert "𠮷浩然" not in cells


def test_register_and_labels_are_shown_before_they_are_printed(desk, stage, three):
    page = stage.open(children_page, desk)
    page.table.view.setFocus()
    stage.press(page, "Ctrl+P")
    dialog = stage.dialog(PdfDialog)
    assert dialog.windowTitle() == "儿童台账"
    dialog.close()
    page.output.fill()
    page.output.actions_by_text()["保健手册二维码标签：列表中全部 3 名"].trigger()
    stage.dialog(FormDialog).try_save()
    dialog = stage.dialog(PdfDialog)
    assert dialog.windowTitle() == "二维码标签"
    dialog.close()


def test_nothing_is_cut_off_and_everything_has_a_name(desk, stage, three, assert_nothing_clipped, missing_glyphs):
    page = stage.open(children_page, desk)
    assert_nothing_clipped(page)
    assert not missing_glyphs(page)
    assert not unnamed_controls(page)
    assert not missing_glyphs("".join(names(page)))


def test_tab_goes_through_all_menus_before_the_list(stage, desk, three):
    page = stage.open(children_page, desk)
    found = page.filter
    found.village.setFocus()
    order = []
    for _step in range(5):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        order.append(QApplication.focusWidget())
    assert order[:4] == [found.status, found.teacher, found.risks, found.consent]


def test_closing_at_three_years_is_reached_from_the_list(stage, desk, three):
    page = stage.open(children_page, desk)
    click(page, stage, "满三岁结案")
    assert stage.gone == ["closing"]
