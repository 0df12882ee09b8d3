"""Ticks belong to keys: they outlast sorting and filtering, and only a person's are told."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt

from zhaohu.ui.widgets.check_table import CheckModel, CheckTable
from zhaohu.ui.widgets.table import Column

CHECK, EDIT = Qt.ItemDataRole.CheckStateRole, Qt.ItemDataRole.EditRole


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str


ROWS = [Row("1", "王"), Row("2", "李"), Row("3", "张")]
COLUMNS = [Column("名", lambda row: row.name), Column("号", lambda row: row.id)]


@pytest.fixture
def model(qapp):
    model = CheckModel(COLUMNS, lambda row: row.id, writable=1)
    model.set_rows(ROWS)
    return model


def test_the_model_keeps_qts_rules(model, qtmodeltester):
    qtmodeltester.check(model)


def test_ticks_outlast_sorting_and_other_rows(model):
    model.setData(model.index(0, 0), None, CHECK)
    model.sort(0, Qt.SortOrder.DescendingOrder)
    assert [model.index(at, 0).data(CHECK) for at in range(3)].count(Qt.CheckState.Checked) == 1
    assert model.ticked() == {"1"}
    model.set_rows(ROWS[1:])
    assert model.ticked() == {"1"}
    model.set_rows(ROWS)
    assert model.ticked() == {"1"}


def test_only_a_persons_ticks_are_told(model, qtbot):
    with qtbot.assertNotEmitted(model.toggled):
        model.set_ticked({"2"})
    with qtbot.waitSignal(model.toggled) as told:
        model.setData(model.index(1, 0), None, CHECK)
    assert told.args == [ROWS[1]]
    assert model.ticked() == frozenset()


def test_only_the_writable_column_is_written(model, qtbot):
    with qtbot.waitSignal(model.written) as told:
        assert model.setData(model.index(2, 1), " 奶奶 ", EDIT)
    assert told.args == [ROWS[2], "奶奶"]
    assert not model.setData(model.index(2, 0), "奶奶", EDIT)


def test_a_locked_model_takes_nothing(model):
    model.locked = True
    assert not model.setData(model.index(0, 0), None, CHECK)
    assert not model.flags(model.index(0, 0)) & Qt.ItemFlag.ItemIsUserCheckable


@pytest.mark.parametrize("key", [Qt.Key.Key_Space, Qt.Key.Key_Return])
def test_keys_tick_the_marked_row_from_any_cell(qtbot, key):
    table = CheckTable(COLUMNS, name="人", key=lambda row: row.id)
    qtbot.addWidget(table)
    table.check_model.set_rows(ROWS)
    table.setCurrentIndex(table.check_model.index(1, 1))
    qtbot.keyClick(table, key)
    assert table.check_model.ticked() == {"2"}
