"""Taking in a table of records on screen: every row seen, left out or taken in, and only then recorded."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import Workbook, load_workbook
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from sqlmodel import select
from tests.services.families import enrol
from tests.ui.pages.conftest import unnamed_controls

from zhaohu.records import Measurement
from zhaohu.services.visit_table.record_import import RowState
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.records_import import Step, records_page

LINES = [
    ("2026-06-02", 4.4, 54.5),
    ("2026-07-02", 8.4, 57.5),
    ("2026-08-02", 62, 61.2),
    ("2026-06-02", 4.4, 54.5),
]
"""Good; a slip; impossible; the first once more."""


@pytest.fixture
def table(tmp_path):
    workbook = Workbook()
    sheet = workbook.worksheets[0]
    sheet.title = "体格测量"
    sheet.append(["儿童姓名", "出生日期", "测量日期", "体重/kg", "身长/cm"])
    for line in LINES:
        sheet.append(["单芷然", "2026-05-02", *line])
    workbook.create_sheet("说明").append(["自己看"])
    workbook.save(place := tmp_path / "测量.xlsx")
    return place


@pytest.fixture
def page(desk, stage, table):
    enrol(desk, birth_date=date(2026, 5, 2))
    opened = stage.open(records_page, desk, "")
    opened.read(table)
    stage.settle()
    return opened


def measured(desk):
    with desk.read() as session:
        return sorted(one.weight_g for one in session.exec(select(Measurement)))


def test_every_row_is_judged_and_nothing_is_saved(desk, page):
    assert page.step is Step.LOOK
    assert [row.state for row in page.rows.table.rows()] == [
        RowState.READY,
        RowState.DOUBTFUL,
        RowState.REFUSED,
        RowState.ALREADY,
    ]
    assert page.primary.text() == "保存 2 行记录"
    assert any("说明" in one.text() for one in page.findChildren(QLabel))
    assert measured(desk) == []


def test_space_leaves_a_row_out_and_takes_it_in_again(desk, page, stage):
    view = page.rows.table.view
    assert view.hasFocus()
    view.choose_row(1)
    for wanted, words in [("保存 1 行记录", "导入"), ("保存 2 行记录", "不导入"), ("保存 1 行记录", "导入")]:
        QTest.keyClick(view, Qt.Key.Key_Space)
        assert page.primary.text() == wanted
        assert page.rows.leave.text() == words or words == "不导入"
    view.choose_row(2)
    QTest.keyClick(view, Qt.Key.Key_Space)  # what is refused stays out
    assert page.primary.text() == "保存 1 行记录"
    page.primary.setFocus()
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    stage.settle()
    assert page.step is Step.DONE
    assert measured(desk) == [4400]
    assert [row.row for row in page.left.rows()] == [3, 4]


def test_all_doubtful_rows_go_out_at_once(desk, page, stage):
    QTest.mouseClick(page.rows.leave_doubtful, Qt.MouseButton.LeftButton)
    assert page.primary.text() == "保存 1 行记录"
    assert {row.state for row in page.rows.table.rows() if page.rows.is_taken(row)} == {RowState.READY}


def test_a_chip_shows_one_state_and_the_row_says_why(page):
    page.rows.table.chips.choose(str(RowState.REFUSED))
    page.rows.table.filtered.emit()
    (row,) = page.rows.table.rows()
    page.rows.table.view.choose_row(0)
    assert row.state is RowState.REFUSED
    assert "体重" in page.rows.words()


def test_recording_and_the_report(desk, page, stage, tmp_path, monkeypatch):
    QTest.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    stage.settle()
    assert measured(desk) == [4400, 8400]
    assert (page.recorded.figure(), page.had.figure(), page.left_tile.figure()) == ("2", "1", "1")
    monkeypatch.setattr(ask, "save_file", lambda *_more: tmp_path / "report.xlsx")
    QTest.mouseClick(page.report_button, Qt.MouseButton.LeftButton)
    stage.settle()
    rows = list(load_workbook(tmp_path / "report.xlsx").worksheets[0].values)
    assert {row[1] for row in rows[1:]} == {3, 4}
    QTest.mouseClick(page.primary, Qt.MouseButton.LeftButton)
    assert stage.gone == ["children"]


def test_what_is_no_table_is_refused_in_words(desk, page, stage, tmp_path):
    other = tmp_path / "prices.csv"
    other.write_text("品名,单价\n铅笔,2\n", "utf-8")
    page.read(other)
    stage.settle()
    assert "记录表" in page.fault.text()
    assert page.step is Step.LOOK  # the file before stays as it was


def test_the_template_is_written(desk, stage, tmp_path, monkeypatch):
    page = stage.open(records_page, desk, "")
    monkeypatch.setattr(ask, "save_file", lambda *_more: tmp_path / "template.xlsx")
    QTest.mouseClick(page.template, Qt.MouseButton.LeftButton)
    stage.settle()
    assert "体格测量" in load_workbook(tmp_path / "template.xlsx").sheetnames


def test_leaving_asks_only_when_something_was_chosen(page, monkeypatch):
    monkeypatch.setattr(ask, "confirm", lambda *_more, **_words: False)
    assert page.may_leave()
    page.rows.table.view.choose_row(1)
    page.rows.toggle()
    assert not page.may_leave()


def test_everything_fits_and_has_a_name(page, assert_nothing_clipped):
    assert_nothing_clipped(page)
    assert unnamed_controls(page) == []
