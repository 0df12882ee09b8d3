"""What the columns of a roster were taken for: shown, changed, judged anew, remembered."""

from __future__ import annotations

import pytest
from openpyxl import Workbook
from tests.ui.pages.conftest import unnamed_controls
from tests.ui.pages.roster_files import ROWS, choose, find, write_roster

from zhaohu.services.roster.rosters import RowState
from zhaohu.ui.pages.roster_import import roster_page

ODD = ["姓名", "性别", "出生日期", "母亲姓名", "联系电话", "村（居）", "落地斤两", "备注"]


@pytest.fixture
def read(desk, stage, tmp_path):
    """Call with a file: the page with that roster."""

    def opened(file):
        page = stage.open(roster_page, desk, "")
        page.read(file)
        stage.settle()
        return page

    return opened


def card(page, heading: str):
    """The card of a column."""
    place = next(one.place for one in page.work.preview.columns if one.heading == heading)
    return next(one for one in page.headings.cards() if one.place == place)


def take_for(page, heading: str, field: str) -> None:
    select = card(page, heading).select
    select.set_value(field)
    select.changed.emit()


def test_columns_that_are_sure_are_one_line(read, tmp_path):
    page = read(write_roster(tmp_path / "a.xlsx", *ROWS))
    assert not page.headings.is_open()
    assert "认出 7 列" in page.headings.words.text()
    assert "备注" in page.headings.words.text()
    page.headings.toggle.click()
    assert page.headings.is_open()
    assert len(page.headings.cards()) == 8


def test_an_uncertain_column_opens_the_line_and_stands_first(read, tmp_path, assert_nothing_clipped):
    headings = [*ODD[:6], "体重", "备注"]
    page = read(write_roster(tmp_path / "a.xlsx", *ROWS, headings=headings))
    assert page.headings.is_open()
    first = page.headings.cards()[0]
    assert first.select.value() == "birth_weight"
    assert "1 列请核对" in page.headings.words.text()
    assert_nothing_clipped(page)
    assert not unnamed_controls(page)


def test_a_column_taken_for_something_is_judged_anew_and_remembered(read, stage, tmp_path):
    file = write_roster(tmp_path / "a.xlsx", *ROWS, headings=ODD)
    page = read(file)
    assert find(page, "覃若汐").state is RowState.NEW
    page.headings.toggle.click()
    take_for(page, "落地斤两", "birth_weight")
    stage.settle()
    assert find(page, "覃若汐").state is RowState.DOUBTFUL
    assert page.headings.is_open()
    choose(page, "覃若汐")
    assert page.rows.detail.cells.line("birth_weight").input.text() == "9"
    page._go_on()
    stage.settle()
    again = read(file)
    again.headings.toggle.click()
    assert card(again, "落地斤两").select.value() == "birth_weight"


def test_a_field_has_one_column(read, stage, tmp_path):
    page = read(write_roster(tmp_path / "a.xlsx", *ROWS))
    page.headings.toggle.click()
    take_for(page, "备注", "village")
    stage.settle()
    assert card(page, "村（居）").select.value() is None
    assert card(page, "备注").select.value() == "village"


def test_what_was_mended_stays_when_columns_change(read, stage, tmp_path):
    page = read(write_roster(tmp_path / "a.xlsx", *ROWS))
    choose(page, "覃若汐")
    page.rows.detail.typed.emit("birth_weight", "3300g")
    stage.settle()
    page.headings.toggle.click()
    take_for(page, "备注", "address")
    stage.settle()
    assert find(page, "覃若汐").state is RowState.NEW


def test_another_sheet_of_the_file_may_be_read(read, stage, tmp_path):
    book = Workbook()
    for name, row in (("一村", ROWS[0]), ("二村", ROWS[1])):
        sheet = book.create_sheet(name)
        sheet.append(ODD)
        sheet.append(row)
    book.remove(book["Sheet"])
    book.save(tmp_path / "两村.xlsx")
    page = read(tmp_path / "两村.xlsx")
    assert [one.name for one in page.work.preview.rows] == ["单芷然"]
    assert page.headings.sheet.isVisible()
    page.headings.sheet.set_value("二村")
    page.headings.sheet.changed.emit()
    stage.settle()
    assert [one.name for one in page.work.preview.rows] == ["徐子涵"]


def test_samples_name_nobody(read, tmp_path):
    page = read(write_roster(tmp_path / "a.xlsx", *ROWS))
    page.headings.toggle.click()
    shown = " ".join(one.text() for one in page.headings.findChildren(type(page.headings.words)))
    assert "13812345678" not in shown
