"""Cells that were merged down a column say the same of each of their rows."""

from __future__ import annotations

import time

from zhaohu.rules.roster_cells import Sheet, SheetRow

ROWS = tuple(SheetRow(number, (f"r{number}",)) for number in range(1, 6))


def test_a_value_stands_in_every_row_of_its_cells_and_in_no_other() -> None:
    rows = (*ROWS[:2], SheetRow(3, ("r3", "村")), SheetRow(4, ("r4",)), SheetRow(5, ()), SheetRow(6, ("r6", "别")))
    below = Sheet("x", rows, ((1, 3, 5),)).below(0)
    assert [row.cells for row in below] == [("r2",), ("r3", "村"), ("r4", "村"), (), ("r6", "别")]


def test_headings_that_were_merged_are_left_as_they_are() -> None:
    assert Sheet("x", ROWS, ((0, 1, 3),)).below(0) == ROWS[1:]
    assert Sheet("x", ROWS, ((0, 2, 3),)).below(0)[1].cells == ("r2",)


def test_cells_that_are_merged_over_and_over_cost_no_time() -> None:
    rows = tuple(SheetRow(number, ("a",)) for number in range(1, 20_001))
    started = time.perf_counter()
    Sheet("x", rows, tuple((0, number, 20_000) for number in range(2, 20_000))).below(0)
    assert time.perf_counter() - started < 2
