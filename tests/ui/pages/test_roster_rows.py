"""The rows of a roster: decided by keys, mended in place, compared with the child that they look like."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.services.families import enrol
from tests.ui.pages.conftest import unnamed_controls, write
from tests.ui.pages.roster_files import ROWS, SHARED, chips, choose, find, write_roster

from zhaohu.records.codes import Sex
from zhaohu.services.register import child_list, children
from zhaohu.services.roster.rosters import Decision, RowState
from zhaohu.ui.pages.roster_import import roster_page

BORN = date(2026, 3, 5)


@pytest.fixture
def read(desk, stage, tmp_path):
    """Call with rows: the page with a roster of them."""

    def opened(*rows, **more):
        page = stage.open(roster_page, desk, "")
        page.read(write_roster(tmp_path / "名册.xlsx", *rows, **more))
        stage.settle()
        return page

    return opened


@pytest.fixture
def page(read):
    return read(*ROWS)


def key(widget, which) -> None:
    QTest.keyClick(widget, which)


def test_enter_leads_to_the_cell_that_is_wrong_and_back(page, stage):
    choose(page, "𠮷浩然")
    view, cell = page.rows.table.view, page.rows.detail.cells.line("birth_date").input
    key(view, Qt.Key.Key_Return)
    assert cell.edit.hasFocus()
    write(cell, "2026年5月6日")
    key(cell.edit, Qt.Key.Key_Return)
    stage.settle()
    row = find(page, "𠮷浩然")
    assert (row.state, row.decision, row.birth_date) == (RowState.NEW, Decision.TAKE, date(2026, 5, 6))
    assert view.hasFocus()
    assert page.primary.text() == "登记 3 名儿童"
    assert chips(page)[-1] == "拒收 0"


def test_a_mended_row_stays_in_sight_though_its_state_is_another(page, stage):
    page.rows.table.chips.choose("refused")
    page.rows.table.filtered.emit()
    page.rows.detail.typed.emit("birth_date", "2026-05-06")
    stage.settle()
    assert [one.state for one in page.rows.table.rows()] == [RowState.NEW]
    assert page.rows.detail.row().state is RowState.NEW


def test_a_cell_that_is_still_wrong_keeps_the_keyboard_and_says_why(page, stage):
    choose(page, "𠮷浩然")
    cell = page.rows.detail.cells.line("birth_date").input
    cell.edit.setFocus()
    write(cell, "2026-02-30")
    key(cell.edit, Qt.Key.Key_Return)
    stage.settle()
    assert cell.edit.hasFocus()
    assert "没有这一天" in cell.problem()[0]
    assert find(page, "𠮷浩然").state is RowState.REFUSED


def test_escape_drops_what_is_typed_and_goes_back(page, stage):
    choose(page, "𠮷浩然")
    view, cell = page.rows.table.view, page.rows.detail.cells.line("birth_date").input
    key(view, Qt.Key.Key_Return)
    write(cell, "2026-05-06")
    key(cell.edit, Qt.Key.Key_Escape)
    stage.settle()
    assert view.hasFocus()
    assert cell.text() == ""
    assert find(page, "𠮷浩然").state is RowState.REFUSED


def test_tab_goes_from_the_list_to_the_decision_and_through_the_cells(page):
    choose(page, "覃若汐")
    passed = []
    for _step in range(8):
        key(QApplication.focusWidget(), Qt.Key.Key_Tab)
        passed.append(QApplication.focusWidget())
    decision = page.rows.detail.decide.field.buttons[str(Decision.LEAVE)]
    cell = page.rows.detail.cells.line("birth_weight").input
    wanted = [page.rows.take_all, decision, cell.edit, cell.offers()[0]]
    assert [one for one in passed if one in wanted] == wanted


def test_what_was_likely_meant_is_one_press_away(page, stage):
    choose(page, "覃若汐")
    cell = page.rows.detail.cells.line("birth_weight").input
    assert [one.text() for one in cell.offers()] == ["改为 4500 g（Alt+Y）"]
    cell.edit.setFocus()
    QTest.keyClick(cell.edit, Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
    stage.settle()
    assert find(page, "覃若汐").state is RowState.NEW
    assert find(page, "覃若汐").cells["birth_weight"] == "4500 g"
    assert cell.offers() == []


def test_what_is_typed_counts_also_without_enter(desk, page, stage):
    choose(page, "覃若汐")
    cell = page.rows.detail.cells.line("birth_weight").input
    cell.edit.setFocus()
    write(cell, "3300g")
    page.primary.setFocus()
    page._go_on()
    stage.settle()
    child = next(row for row in child_list.list_children(desk) if row.name == "覃若汐")
    assert children.view_child(desk, child.id).birth_weight_g == 3300


def test_changes_made_one_after_another_are_all_kept(page, stage):
    choose(page, "覃若汐")
    page.rows.detail.typed.emit("birth_weight", "3300g")
    page.rows.detail.typed.emit("village", "大坡社区")
    page.rows.detail.decided.emit(Decision.LEAVE)
    stage.settle()
    row = find(page, "覃若汐")
    assert (row.cells["birth_weight"], row.village, row.decision) == ("3300g", "大坡社区", Decision.LEAVE)


def test_space_and_digits_decide(page):
    choose(page, "覃若汐")
    view = page.rows.table.view
    assert find(page, "覃若汐").decisions == (Decision.LEAVE, Decision.TAKE)
    key(view, Qt.Key.Key_Space)
    assert find(page, "覃若汐").decision is Decision.TAKE
    assert page.rows.detail.decide.field.value() == "take"
    key(view, Qt.Key.Key_1)
    assert find(page, "覃若汐").decision is Decision.LEAVE
    key(page.rows.detail.decide.field.buttons["take"], Qt.Key.Key_2)
    assert find(page, "覃若汐").decision is Decision.TAKE


def test_a_good_row_may_be_left_out(page):
    choose(page, "单芷然")
    key(page.rows.table.view, Qt.Key.Key_Space)
    assert page.primary.text() == "登记 1 名儿童"


def test_a_row_that_is_no_child_cannot_be_chosen(page):
    choose(page, "𠮷浩然")
    key(page.rows.table.view, Qt.Key.Key_Space)
    assert find(page, "𠮷浩然").decision is Decision.LEAVE
    assert page.rows.detail.decide.isHidden()


def test_one_box_takes_all_doubtful_rows(page):
    assert page.rows.take_all.text().startswith("存疑的 1 行")
    key(page.rows.take_all, Qt.Key.Key_Space)
    assert find(page, "覃若汐").decision is Decision.TAKE
    key(page.rows.take_all, Qt.Key.Key_Space)
    assert find(page, "覃若汐").decision is Decision.LEAVE


def test_rows_are_found_by_what_is_doubtful(desk, stage):
    page = stage.open(roster_page, desk, "")
    page.read(SHARED / "township_roster.xlsx")
    stage.settle()
    page.rows.item.set_value("birth_length")
    page.rows.item.changed.emit()
    shown = page.rows.table.rows()
    assert 0 < len(shown) < page.work.preview.counts[RowState.DOUBTFUL]
    assert all("birth_length" in {issue.field for issue in one.issues} for one in shown)
    page.rows.take_all.click()
    taken = [one.row for one in page.work.preview.rows if one.issues and one.decision is Decision.TAKE]
    assert {one.row for one in shown} <= set(taken)


def test_a_row_that_is_in_the_register_already_stands_beside_it(desk, read, stage, assert_nothing_clipped):
    enrol(desk, "单芷燃", sex=Sex.FEMALE, birth_date=BORN)
    page = read(ROWS[0])
    choose(page, "单芷然")
    stage.settle()
    row, compare = find(page, "单芷然"), page.rows.detail.compare
    assert row.state is RowState.DOUBTFUL
    assert compare.isVisible()
    assert "name" in compare.differing()
    assert "13812345678" not in "".join(one.text() for one in compare.findChildren(type(page._heading)))
    assert not unnamed_controls(page)
    assert_nothing_clipped(page)
    number = row.decisions.index(Decision.TAKE) + 1
    key(page.rows.table.view, Qt.Key(Qt.Key.Key_0 + number))
    page._go_on()
    stage.settle()
    assert {one.name for one in child_list.list_children(desk)} == {"单芷燃", "单芷然"}


def test_two_like_rows_stand_side_by_side(read):
    page = read(ROWS[0], ["单芷燃", *ROWS[0][1:]])
    choose(page, "单芷燃")
    assert page.rows.detail.compare.isVisible()
    assert page.rows.detail.compare.differing() == ["name"]
    assert find(page, "单芷燃").decision is Decision.LEAVE


def test_what_a_known_child_lacks_is_shown_before_it_is_filled_in(desk, read, stage, tmp_path):
    number = "371103202603051224"
    headings = ["姓名", "性别", "出生日期", "身份证号", "出生体重"]
    first = read(["单芷然", "女", "2026-03-05", number, ""], headings=headings)
    first._go_on()
    stage.settle()
    page = read(["单芷然", "女", "2026-03-05", number, "3300g"], headings=headings)
    row = find(page, "单芷然")
    assert row.state is RowState.UPDATE
    choose(page, "单芷然")
    assert "3300 g" in page.rows.detail.changes.text()
    assert number not in page.rows.detail.changes.text()
    assert page.primary.text() == "补全 1 名儿童"
    page._go_on()
    stage.settle()
    (child,) = child_list.list_children(desk)
    assert children.view_child(desk, child.id).birth_weight_g == 3300


def test_numbers_of_a_person_stay_behind_their_mask(page):
    choose(page, "单芷然")
    phone = page.rows.detail.cells.line("phone").input
    assert phone.edit.text() == "*******5678"
    assert phone.text() == "13812345678"
