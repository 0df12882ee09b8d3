"""Tables: the model by Qt's own tester, sorting, and what stands around a list."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPersistentModelIndex, Qt

from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.table import ROW_ROLE, SORT_ROLE, Column, TableModel

DAY = date(2026, 3, 5)


@dataclass(frozen=True, slots=True)
class Due:
    name: str
    on: date | None
    late: int


COLUMNS = (
    Column("姓名", lambda row: row.name, width=12, hint=lambda row: f"{row.name} {row.on}"),
    Column("应做日期", lambda row: row.on, width=12),
    Column(
        "逾期",
        lambda row: row.late,
        text=lambda late: f"{late} 天" if late else "",
        right=True,
        tone=lambda row: "danger" if row.late else "",
        icon=lambda row: "clock" if row.late else "",
        width=0,
    ),
)
ROWS = (Due("王子涵", DAY, 12), Due("李梓轩", None, 0), Due("𠮷思源", DAY - timedelta(days=3), 3))


@pytest.fixture
def model(qtmodeltester):
    model = TableModel(COLUMNS)
    qtmodeltester.check(model)
    return model


def names(model):
    return [row.name for row in model.rows()]


def test_model_keeps_qts_rules(model, qtmodeltester):
    model.set_rows(ROWS)
    model.sort(1)
    model.sort(-1)
    model.set_rows(ROWS[:1])
    model.replace_row(0, ROWS[2])
    qtmodeltester.check(model)
    assert model.rowCount(model.index(0, 0)) == 0
    assert model.columnCount(model.index(0, 0)) == 0


def test_roles(qapp):
    model = TableModel(COLUMNS)
    model.set_rows(ROWS)
    shown = [[model.index(r, c).data() for c in range(3)] for r in range(3)]
    assert shown == [["王子涵", "2026-03-05", "12 天"], ["李梓轩", "", ""], ["𠮷思源", "2026-03-02", "3 天"]]
    late, calm = model.index(0, 2), model.index(1, 2)
    assert late.data(Qt.ItemDataRole.ForegroundRole) == theme.colour("danger")
    assert calm.data(Qt.ItemDataRole.ForegroundRole) is None
    assert late.data(Qt.ItemDataRole.DecorationRole) is not None
    assert late.data(Qt.ItemDataRole.TextAlignmentRole) & Qt.AlignmentFlag.AlignRight
    assert late.data(Qt.ItemDataRole.AccessibleTextRole) == "逾期: 12 天"
    assert model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole) == "王子涵 2026-03-05"
    assert late.data(ROW_ROLE) is ROWS[0]
    assert late.data(SORT_ROLE) == (False, 12)
    assert model.headerData(1, Qt.Orientation.Horizontal) == "应做日期"


def test_sorting_keeps_empty_values_last_both_ways(qapp):
    model = TableModel(COLUMNS)
    model.set_rows(ROWS)
    model.sort(1, Qt.SortOrder.AscendingOrder)
    assert names(model) == ["𠮷思源", "王子涵", "李梓轩"]
    model.sort(1, Qt.SortOrder.DescendingOrder)
    assert names(model) == ["王子涵", "𠮷思源", "李梓轩"]
    model.set_rows(reversed(ROWS))
    assert names(model) == ["王子涵", "𠮷思源", "李梓轩"]


def test_sorting_takes_marked_rows_along(qapp):
    model = TableModel(COLUMNS)
    model.set_rows(ROWS)
    kept = QPersistentModelIndex(model.index(0, 0))
    model.sort(2)
    assert model.row_at(kept.row()) is ROWS[0]


def test_a_column_may_sort_by_another_key(qapp):
    pinyin = {"王子涵": "wang", "李梓轩": "li", "𠮷思源": "ji"}
    model = TableModel([Column("姓名", lambda row: row.name, sort=lambda row: pinyin[row.name])])
    model.set_rows(ROWS)
    model.sort(0)
    assert names(model) == ["𠮷思源", "李梓轩", "王子涵"]


def test_a_hundred_thousand_rows_feel_like_ten(shown):
    draw = random.Random(1)
    many = [Due(f"名{n}", DAY - timedelta(days=draw.randrange(900)), n % 40) for n in range(100_000)]
    table = shown(DataTable(COLUMNS, name="待访"), 900, 500)
    small_start = time.perf_counter()
    table.set_rows(many[:10])
    table.view.grab()
    small = time.perf_counter() - small_start
    start = time.perf_counter()
    table.set_rows(many)
    table.view.grab()
    table.view.scrollToBottom()
    table.view.grab()
    big = time.perf_counter() - start
    assert big < small + 1.0
    start = time.perf_counter()
    table.set_sort(1)
    assert time.perf_counter() - start < 2.0
    assert table.rows()[0].on == min(row.on for row in many)


@pytest.fixture
def table(shown):
    exported = []
    empty = EmptyState("还没有儿童", "先导入名册。", button("导入名册", kind="primary"))
    table = DataTable(
        COLUMNS,
        name="待访名单",
        chips=[("all", "全部"), ("late", "逾期")],
        empty=empty,
        export=lambda titles, rows: exported.append((titles, rows)),
    )
    table.exported = exported
    return shown(table, 900, 400)


def test_empty_list_says_what_to_do(table):
    assert table.empty.isVisible()
    assert not table.view.isVisible()
    assert table.empty.words() == ("还没有儿童", "先导入名册。")
    assert table.count_text() == ""
    table.set_rows(ROWS)
    assert table.view.isVisible()
    assert "3" in table.count_text()


def test_enter_and_double_click_open(table, qtbot):
    table.set_rows(ROWS)
    table.view.setFocus()
    table.view.choose_row(1)
    with qtbot.waitSignal(table.opened) as told:
        qtbot.keyClick(table.view, Qt.Key.Key_Return)
    assert told.args == [ROWS[1]]
    spot = table.view.visualRect(table.view.table_model.index(0, 0)).center()
    qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(table.opened) as told:
        qtbot.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [ROWS[0]]


def test_picking_tells_and_survives_fresh_rows(table, qtbot):
    table.set_rows(ROWS)
    with qtbot.waitSignal(table.picked) as told:
        table.view.choose_row(2)
    assert told.args == [ROWS[2]]
    table.set_rows([Due("新来的", DAY, 0), *ROWS])
    assert table.view.current_row() == ROWS[2]
    table.set_rows(())
    assert table.view.current_row() is None


def test_clicking_a_header_sorts(table, qtbot):
    table.set_rows(ROWS)
    header = table.view.horizontalHeader()
    spot = header.viewport().rect().center()
    spot.setX(header.sectionPosition(1) + 10)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert [row.name for row in table.rows()][-1] == "李梓轩"


def test_chips_filter(table, qtbot):
    assert table.chips.current() == "all"
    chips = table.chips._buttons
    with qtbot.waitSignal(table.filtered):
        qtbot.mouseClick(chips["late"], Qt.MouseButton.LeftButton)
    assert table.chips.current() == "late"
    qtbot.mouseClick(chips["late"], Qt.MouseButton.LeftButton)
    assert table.chips.current() == "late"


def test_export_gives_values_in_the_order_shown(table, qtbot):
    table.set_rows(ROWS)
    table.set_sort(2, Qt.SortOrder.DescendingOrder)
    qtbot.mouseClick(table._export_button, Qt.MouseButton.LeftButton)
    titles, rows = table.exported[0]
    assert titles == ["姓名", "应做日期", "逾期"]
    assert rows[0] == ["王子涵", DAY, 12]


def test_nothing_is_clipped(table, assert_nothing_clipped):
    assert_nothing_clipped(table)
    table.set_rows(ROWS)
    assert_nothing_clipped(table)
