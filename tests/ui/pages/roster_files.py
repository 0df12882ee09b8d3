"""Rosters for the tests of their page: small spreadsheets, and what they look like on screen."""

from __future__ import annotations

from pathlib import Path

from openpyxl import Workbook

SHARED = Path(__file__).parents[2] / "data" / "rosters"
HEADINGS = ["姓名", "性别", "出生日期", "母亲姓名", "联系电话", "村（居）", "出生体重", "备注"]
ROWS = [
    ["单芷然", "女", "2026-03-05", "李秀梅", "13812345678", "大坡社区", "3300g", ""],
    ["徐子涵", "男", "2026-04-01", "王静", "13812345670", "大坡社区", "3.1kg", ""],
    ["覃若汐", "女", "2026-05-02", "张芳", "13812345671", "西小庄村", "9", ""],
    ["𠮷浩然", "男", "", "赵梅", "13812345672", "西小庄村", "3100g", ""],
]
"""Two good ones, one whose birth weight is doubtful (9 jin?), one without a birth date."""


def write_roster(place: Path, *rows: list[str], headings: list[str] | None = None) -> Path:
    """A spreadsheet with one sheet."""
    book = Workbook()
    for row in (headings or HEADINGS, *rows):
        book.active.append(row)
    book.save(place)
    return place


def find(page, name: str):
    """A row of the roster by its child's name."""
    return next(one for one in page.work.preview.rows if one.name == name)


def choose(page, name: str) -> None:
    """Show all rows and mark one."""
    page.rows.table.chips.choose("all")
    page.rows.table.filtered.emit()
    page.rows.table.view.choose_row([one.name for one in page.rows.table.rows()].index(name))
    page.rows.table.view.setFocus()


def chips(page) -> list[str]:
    """The words of the chips above the rows."""
    return [one.text() for one in page.rows.table.chips.findChildren(type(page.primary))]
