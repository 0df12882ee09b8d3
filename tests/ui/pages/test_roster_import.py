"""Taking in a roster on screen: every row seen and decided before anything is saved."""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.ui.pages.conftest import unnamed_controls

from zhaohu.services import children
from zhaohu.services.children import ChildFilter
from zhaohu.services.roster_preview import RowState
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.roster_import import Step, roster_page

ROWS = [
    ["姓名", "性别", "出生日期", "母亲姓名", "联系电话", "村（居）", "出生体重", "备注"],
    ["单芷然", "女", "2026-03-05", "李秀梅", "13812345678", "大坡社区", "3300g", ""],
    ["徐子涵", "男", "2026-04-01", "王静", "13812345670", "大坡社区", "5", ""],
    ["覃若汐", "女", "2026-05-02", "张芳", "13812345671", "西小庄村", "9", ""],
    ["𠮷浩然", "男", "", "赵梅", "13812345672", "西小庄村", "3100g", ""],
]


@pytest.fixture
def roster(tmp_path) -> Path:
    """A good row, one with a note, one whose birth weight is doubtful, one without a birth date."""
    book = Workbook()
    for row in ROWS:
        book.active.append(row)
    place = tmp_path / "巨峰镇名册.xlsx"
    book.save(place)
    return place


@pytest.fixture
def page(desk, stage, roster):
    opened = stage.open(roster_page, desk, "")
    opened.read(roster)
    stage.settle()
    return opened


def registered(desk) -> set[str]:
    return {row.name for row in children.list_children(desk, ChildFilter(status=None))}


def states(page) -> dict[str, RowState]:
    return {one.name: one.level for one in (*page.rows.taken(), *page.rows.left())}


def test_every_row_is_judged_and_nothing_is_saved(desk, page):
    assert states(page) == {
        "单芷然": RowState.GOOD,
        "徐子涵": RowState.NOTE,
        "覃若汐": RowState.DOUBTFUL,
        "𠮷浩然": RowState.REFUSED,
    }
    assert registered(desk) == set()
    assert "备注" in page.columns.text()


def test_doubtful_rows_stand_first_with_the_reason(page):
    shown = page.rows.table.rows()
    assert {one.level for one in shown} == {RowState.DOUBTFUL}
    column = page.rows.table.view.table_model.columns[-1]
    assert "出生体重" in column.words(shown[0])
    assert page.rows.detail.take.isVisible()


def test_the_good_rows_go_in_and_the_report_names_the_others(desk, page, stage):
    n = len(page.rows.taken())
    assert page.primary.text() == f"登记 {n} 名儿童"
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    stage.settle()
    assert page.step is Step.DONE
    assert "单芷然" in registered(desk)
    assert "覃若汐" not in registered(desk)
    assert {one.name for one in page.left.rows()} >= {"覃若汐", "𠮷浩然"}
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    assert stage.gone == ["children"]


def test_a_doubtful_row_goes_in_without_its_doubt_when_a_person_says_so(desk, page, stage):
    before = len(page.rows.taken())
    view = page.rows.table.view
    place = [one.name for one in page.rows.table.rows()].index("覃若汐")
    view.choose_row(place)
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert page.rows.detail.take.isChecked()
    assert page.primary.text() == f"登记 {before + 1} 名儿童"
    page._go_on()
    stage.settle()
    child = next(row for row in children.list_children(desk) if row.name == "覃若汐")
    assert children.view_child(desk, child.id).birth_weight_g is None


def test_the_box_beside_a_row_and_the_one_for_all_do_the_same(page):
    before = len(page.rows.taken())
    QTest.keyClick(page.rows.take_all, Qt.Key.Key_Space)
    assert len(page.rows.taken()) == before + 1
    QTest.keyClick(page.rows.take_all, Qt.Key.Key_Space)
    assert len(page.rows.taken()) == before
    QTest.keyClick(page.rows.detail.take, Qt.Key.Key_Space)
    assert len(page.rows.taken()) == before + 1


def test_chips_show_one_state_at_a_time(page):
    everything = next(
        one for one in page.rows.table.chips.findChildren(type(page.primary)) if one.text().startswith("全部")
    )
    assert everything.text() == "全部 4"
    QTest.mouseClick(everything, Qt.MouseButton.LeftButton)
    assert len(page.rows.table.rows()) == 4


def test_a_row_that_is_no_child_cannot_be_chosen(page):
    before = len(page.rows.taken())
    page.rows.table.chips.choose("refused")
    page.rows.table.filtered.emit()
    view = page.rows.table.view
    view.choose_row(0)
    QTest.keyClick(view, Qt.Key.Key_Space)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert len(page.rows.taken()) == before
    assert page.rows.detail.take.isHidden()


def test_leaving_before_registering_is_asked_about(page, monkeypatch):
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    assert not page.may_leave()
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: True)
    assert page.may_leave()


def test_a_file_that_is_no_roster_is_told_in_words(desk, stage, tmp_path):
    place = tmp_path / "notes.csv"
    place.write_text("今天,买菜\n", "utf-8")
    opened = stage.open(roster_page, desk, "")
    opened.read(place)
    stage.settle()
    assert opened.fault.text()
    assert opened.step is Step.CHOOSE
    assert opened.primary.isEnabled()


def test_another_file_may_be_chosen(page, stage, roster, monkeypatch):
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [roster])
    first = page.rows
    QTest.mouseClick(page.other_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert page.rows is not first
    assert page.step is Step.LOOK


def test_report_and_template_are_written(page, stage, tmp_path, monkeypatch):
    page._go_on()
    stage.settle()
    for name, press in (("report.xlsx", page.report_button), ("empty.xlsx", page.template_button)):
        monkeypatch.setattr(ask, "save_file", lambda *_args, place=tmp_path / name: place)
        press.click()
        stage.settle()
        assert load_workbook(tmp_path / name).active.max_row >= 1
        assert name in page.fault.text()


def test_nothing_is_cut_off_and_everything_has_a_name(desk, stage, page, assert_nothing_clipped, missing_glyphs):
    for look in (page, stage.open(roster_page, desk, "")):
        assert_nothing_clipped(look)
        assert not missing_glyphs(look)
        assert not unnamed_controls(look)
    page._go_on()
    stage.settle()
    assert_nothing_clipped(page)
    assert not missing_glyphs(page)
