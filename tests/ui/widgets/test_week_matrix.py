"""The matrix of rows by weeks: cells in words, reached by keys, and the oldest weeks go where room is short."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from zhaohu.ui.widgets.week_matrix import MatrixRow, WeekCell, WeekMatrix

WEEKS = [(f"11-{day:02}", f"11月{day}日这一周") for day in (2, 9, 16)]
NOTHING = WeekCell("—", "没有数据包")


def a_row(key: str, *cells: WeekCell) -> MatrixRow:
    return MatrixRow(key, f"{key}号站", cells, WeekCell("按时", "上次收到 2 天前", "done", "check-circle"))


@pytest.fixture
def matrix(qtbot):
    made = WeekMatrix("站点与周", "站点", "情况")
    qtbot.addWidget(made)
    made.resize(1000, 300)
    rows = [
        a_row("01", NOTHING, WeekCell("12", "1 个数据包、12 条记录", "done", "check"), NOTHING),
        a_row("02", NOTHING, NOTHING, WeekCell("缺 3", "缺第 3 号数据包", "danger", "danger")),
    ]
    made.show_rows(WEEKS, rows)
    made.show()
    qtbot.waitExposed(made)
    return made


def spoken(matrix) -> str:
    return matrix.model().data(matrix.currentIndex(), Qt.ItemDataRole.AccessibleTextRole)


def test_the_newest_week_of_the_first_row_is_marked_and_said_in_words(matrix):
    assert matrix.place() == ("01", 2)
    assert spoken(matrix) == "01号站 11月16日这一周 没有数据包"
    assert matrix.model().data(matrix.currentIndex(), Qt.ItemDataRole.ToolTipRole) == "没有数据包"


def test_keys_walk_and_open(matrix, qtbot):
    picked, opened = [], []
    matrix.picked.connect(lambda key, week: picked.append((key, week)))
    matrix.opened.connect(lambda key, week: opened.append((key, week)))
    qtbot.keyClick(matrix, Qt.Key.Key_Left)
    assert spoken(matrix) == "01号站 11月9日这一周 1 个数据包、12 条记录"
    qtbot.keyClick(matrix, Qt.Key.Key_Down)
    qtbot.keyClick(matrix, Qt.Key.Key_End)
    assert spoken(matrix) == "02号站 上次收到 2 天前"
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert opened == [("02", None)]
    qtbot.keyClick(matrix, Qt.Key.Key_Left)
    qtbot.keyClick(matrix, Qt.Key.Key_Return)
    assert opened[1:] == [("02", 2)]
    assert picked == [("01", 1), ("02", 1), ("02", None), ("02", 2)]


def test_the_marked_cell_stays_while_its_row_is_there(matrix):
    matrix.choose("02", 0)
    matrix.show_rows(WEEKS, list(reversed(matrix.rows())))
    assert matrix.place() == ("02", 0)
    matrix.show_rows(WEEKS, [a_row("01", NOTHING, NOTHING, NOTHING)])
    assert matrix.place() == ("01", 0)
    picked = []
    matrix.picked.connect(lambda key, week: picked.append((key, week)))
    matrix.show_rows(WEEKS, [])
    assert matrix.place() == (None, None)
    assert picked[-1] == (None, None)


def test_where_room_is_short_the_oldest_weeks_go_and_nothing_scrolls_sideways(matrix, qtbot):
    header = matrix.horizontalHeader()
    wide = matrix.viewport().width()
    assert [header.isSectionHidden(at) for at in range(5)] == [False] * 5
    assert header.length() == wide
    digit = matrix.fontMetrics().horizontalAdvance("0")
    matrix.resize(26 * digit + 22 * digit + 2 * 6 * digit + 4, 300)
    qtbot.waitUntil(lambda: matrix.viewport().width() < wide)
    assert [header.isSectionHidden(at) for at in range(5)] == [False, True, False, False, False]
    assert header.length() == matrix.viewport().width()
    assert header.sectionSize(2) >= 6 * digit


def test_colours_never_stand_alone(matrix):
    for row in matrix.rows():
        assert all(cell.icon and cell.words for cell in (*row.cells, row.state) if cell.tone)
    picture = matrix.grab().toImage()  # it is drawn
    assert len({picture.pixel(x, y) for x in range(0, 1000, 7) for y in range(0, 300, 7)}) > 3
