"""The table of any length: reads only what is looked at, keeps marks and place, and sorts by asking."""

from __future__ import annotations

from dataclasses import dataclass

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from zhaohu.ui import theme
from zhaohu.ui.widgets.column_chooser import ColumnChooser
from zhaohu.ui.widgets.column_keeper import ColumnKeeper
from zhaohu.ui.widgets.paged_model import PAGE, PagedModel
from zhaohu.ui.widgets.paged_table import PagedTable, Place
from zhaohu.ui.widgets.table import Column


@dataclass(frozen=True, slots=True)
class Child:
    no: int
    name: str
    village: str = "大坡社区"


COLUMNS = (
    Column("姓名", lambda row: row.name, width=14, name="name"),
    Column("村居", lambda row: row.village, width=0, name="village"),
    Column("序号", lambda row: row.no, width=8, right=True, name="no"),
    Column("电话", lambda row: "", width=12, name="phone"),
)
SORTABLE = ("name", "no")
MANY = range(1, 100_001)


def child(number: int) -> Child:
    return Child(number, f"儿童{number}")


class Reader:
    """Hands rows over when it is told to, as a job off the GUI thread does."""

    def __init__(self, table: PagedTable) -> None:
        self.table, self.asked, self.read = table, [], []
        table.rows_wanted.connect(self.asked.append)

    def answer(self) -> None:
        while self.asked:
            batch = self.asked.pop(0)
            self.read += batch.numbers
            self.table.take(batch, [child(number) for number in batch.numbers])


@pytest.fixture
def table(shown):
    return shown(PagedTable(COLUMNS, SORTABLE, name="儿童"), 900, 500)


@pytest.fixture
def reader(table):
    return Reader(table)


def settle(reader: Reader) -> None:
    for _round in range(4):
        QTest.qWait(15)
        reader.answer()


def in_view(table: PagedTable) -> list[str]:
    view = table.view
    last = view.rowAt(view.viewport().height() - 1)
    return [view.table_model.index(row, 0).data() for row in range(view.rowAt(0), last + 1)]


def test_model_keeps_qts_rules(qtmodeltester, qapp):
    model = PagedModel(COLUMNS, SORTABLE)
    qtmodeltester.check(model)
    model.set_ids(range(1, 251), [child(number) for number in range(1, 101)])
    qtmodeltester.check(model)
    assert model.take(model.batch(2), [child(number) for number in range(201, 251)])
    qtmodeltester.check(model)
    assert model.batch(2) is None
    assert model.batch(3) is None
    assert model.index(100, 0).data() is None
    assert model.index(249, 0).data() == "儿童250"


def test_before_the_list_is_known_nothing_is_said_to_be_empty(table, qtbot):
    assert table.view.isVisible()
    assert not table.empty.isVisible()
    table.expect()
    qtbot.waitUntil(lambda: table.count_text() == "正在读取")
    table.set_ids(())
    assert table.empty.isVisible()
    assert table.count_text() == ""
    table.expect()
    table.set_ids(range(1, 4), [child(number) for number in range(1, 4)])
    QTest.qWait(400)
    assert table.count_text() == "3 名儿童"


def test_of_a_hundred_thousand_only_what_is_looked_at_is_read(table, reader):
    table.set_ids(MANY, [child(number) for number in MANY[:PAGE]])
    settle(reader)
    assert table.count_text() == "100,000 名儿童"
    assert sorted(reader.read) == list(range(101, 201)), "the page behind the one in view is read ahead"
    table.view.scrollToBottom()
    settle(reader)
    assert in_view(table)[-1] == "儿童100000"
    assert len(reader.read) <= 4 * PAGE
    assert len(table.rows()) <= 5 * PAGE


def test_dragging_through_the_list_asks_for_few_pages_at_a_time(table, reader):
    table.set_ids(MANY, [child(number) for number in MANY[:PAGE]])
    bar = table.view.verticalScrollBar()
    for place in range(0, bar.maximum(), bar.maximum() // 50):
        bar.setValue(place)
        QTest.qWait(1)
    assert len(reader.asked) <= 2, "nobody waits for pages that went by"
    bar.setValue(bar.maximum() // 2)
    settle(reader)
    assert None not in in_view(table)


def test_what_was_read_long_ago_is_let_go(qapp):
    model = PagedModel(COLUMNS, SORTABLE)
    model.set_ids(MANY)
    for page in range(200):
        batch = model.batch(page)
        model.take(batch, [child(number) for number in batch.numbers])
    assert model.row_at(0) is None
    assert model.batch(0) is not None
    assert model.row_at(199 * PAGE).no == 199 * PAGE + 1
    assert len(model._rows) <= 60 * PAGE


def test_rows_of_a_list_that_is_no_longer_shown_are_left_aside(table, reader):
    table.set_ids(range(1, 301))
    old = reader.asked.pop(0)
    table.set_ids(range(1000, 1300))
    table.take(old, [child(number) for number in old.numbers])
    assert table.rows() == []
    settle(reader)
    assert in_view(table)[0] == "儿童1000"


def test_marks_and_place_survive_a_change_of_the_data(table, reader):
    table.set_ids(MANY, [child(number) for number in MANY[:PAGE]])
    table.view.choose_row(5000)
    table.view.scrollTo(table.model.index(5000, 0), table.view.ScrollHint.PositionAtTop)
    settle(reader)
    before = in_view(table)
    table.set_ids(list(MANY), [child(number) for number in MANY[:PAGE]], place=Place.SAME)
    assert in_view(table) == before, "the rows known before stand there until they are read anew"
    assert table.current_number() == 5001
    settle(reader)
    assert in_view(table) == before


def test_the_marked_row_is_brought_into_view_in_another_order(table, reader):
    table.set_ids(MANY, [child(number) for number in MANY[:PAGE]])
    table.view.choose_row(2)
    table.set_ids(list(reversed(MANY)), place=Place.MARKED)
    assert table.current_number() == 3
    settle(reader)
    assert "儿童3" in in_view(table)
    table.set_ids([*range(300, 200, -1), 3])
    settle(reader)
    assert in_view(table)[0] == "儿童300", "another list is shown from its beginning"
    assert table.chosen_numbers() == [3]
    table.set_ids(range(500, 600))
    assert table.current_number() is None
    assert table.chosen_numbers() == []


def test_several_rows_are_marked_by_keys_and_stay_marked(table, reader):
    table.set_ids(range(1, 51), [child(number) for number in range(1, 51)])
    view = table.view
    view.setFocus()
    view.choose_row(0)
    for _step in range(2):
        QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert table.chosen_numbers() == [1, 2, 3]
    assert table.count_text() == "50 名儿童  ·  已选 3 名"
    table.set_ids([9, 3, 2, 7, 1], place=Place.SAME)
    assert table.chosen_numbers() == [3, 2, 1]
    QTest.keySequence(view, "Ctrl+A")
    assert table.chosen_numbers() == [9, 3, 2, 7, 1]


def test_all_of_a_hundred_thousand_can_be_marked_and_stay_so(table):
    table.set_ids(MANY)
    table.view.selectAll()
    table.view.choose_row(0)
    table.view.selectAll()
    assert len(table.chosen_numbers()) == 100_000
    table.set_ids(list(reversed(MANY)), place=Place.SAME)
    assert len(table.chosen_numbers()) == 100_000


def test_enter_and_double_click_open(table, reader, qtbot):
    table.set_ids(range(1, 51), [child(number) for number in range(1, 51)])
    table.view.setFocus()
    table.view.choose_row(1)
    with qtbot.waitSignal(table.opened) as told:
        QTest.keyClick(table.view, Qt.Key.Key_Return)
    assert told.args == [child(2)]
    spot = table.view.visualRect(table.model.index(0, 0)).center()
    QTest.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    with qtbot.waitSignal(table.opened) as told:
        QTest.mouseDClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    assert told.args == [child(1)]


def test_enter_on_a_row_that_is_still_being_read_opens_it_when_it_is_there(table, reader, qtbot):
    table.set_ids(MANY)
    table.view.setFocus()
    table.view.choose_row(4)
    with qtbot.assertNotEmitted(table.opened):
        QTest.keyClick(table.view, Qt.Key.Key_Return)
    with qtbot.waitSignal(table.opened) as told:
        reader.answer()
    assert told.args == [child(5)]


def test_a_header_asks_for_an_order_and_only_where_there_is_one(table, qtbot):
    table.set_ids(range(1, 51))
    asked = []
    table.sort_wanted.connect(lambda name, descending: asked.append((name, descending)))
    header = table.view.horizontalHeader()

    def click(column: int) -> None:
        spot = header.viewport().rect().center()
        spot.setX(header.sectionViewportPosition(column) + 20)
        QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=spot)

    click(0)
    click(0)
    click(3)
    assert asked == [("name", False), ("name", True)]
    assert (header.sortIndicatorSection(), header.sortIndicatorOrder()) == (0, Qt.SortOrder.DescendingOrder)
    click(2)
    assert table.model.order() == ("no", False)
    table.set_sort("", False)
    assert header.sortIndicatorSection() == -1
    assert len(asked) == 3


# -- columns


@pytest.fixture
def keeper(table):
    return ColumnKeeper(table.view, ("name", "village", "no"))


def test_columns_are_shown_as_they_were_chosen(table, keeper, qtbot):
    assert keeper.shown() == ["name", "village", "no"]
    with qtbot.waitSignal(keeper.changed):
        keeper.arrange(["name", "phone", "village", "no"], ["name", "phone", "no"])
    table.view.setColumnWidth(0, 222)
    kept = keeper.content()
    assert kept["shown"] == ["name", "phone", "no"]
    assert kept["widths"]["name"] == 222
    keeper.apply({})
    assert keeper.shown() == ["name", "village", "no"]
    keeper.apply(kept)
    assert keeper.shown() == ["name", "phone", "no"]
    assert table.view.columnWidth(0) == 222


def test_a_person_who_drags_a_column_is_remembered(table, keeper, qtbot):
    table.set_ids(range(1, 51))
    header = table.view.horizontalHeader()
    with qtbot.waitSignal(keeper.changed, timeout=2000):
        header.resizeSection(0, 200)
    with qtbot.waitSignal(keeper.changed, timeout=2000):
        header.moveSection(2, 1)
    assert keeper.names() == ["name", "no", "village", "phone"]


def test_what_another_version_remembered_does_no_harm(keeper):
    keeper.apply({"order": ["no", "gone", "name"], "shown": ["no", "gone"], "widths": {"gone": 9, "no": "wide"}})
    assert keeper.names() == ["no", "name", "village", "phone"]
    assert keeper.shown() == ["no", "name", "village"], "the name is always there, and so is what is new since"


def test_the_room_is_always_filled_and_never_less_than_needed(table, keeper):
    view = table.view
    table.set_ids(range(1, 51), [child(number) for number in range(1, 51)])
    assert view.horizontalHeader().length() == view.viewport().width()
    keeper.apply({"order": ["name", "no"], "shown": ["name", "no"]})
    assert view.horizontalHeader().length() == view.viewport().width()
    keeper.apply({"shown": ["name", "village", "no", "phone"], "widths": {"name": 700, "no": 400}})
    QTest.qWait(10)
    least = 14 * view.fontMetrics().horizontalAdvance("0")
    assert view.columnWidth(1) >= least
    assert view.horizontalScrollBar().maximum() > 0


def test_widths_grow_with_the_type_size(table, keeper, qapp):
    table.view.setColumnWidth(0, 200)
    kept = keeper.content()
    try:
        theme.apply(qapp, "light", 150)
        keeper.apply(kept)
        assert table.view.columnWidth(0) == 300
    finally:
        theme.apply(qapp)


@pytest.fixture
def chooser(table, qtbot):
    columns = [(spec.name, spec.title) for spec in COLUMNS]
    dialog = ColumnChooser(table, columns, ["name", "village"], ["name", "village", "no"])
    dialog.open()
    dialog.activateWindow()
    qtbot.waitUntil(dialog.isActiveWindow)
    return dialog


def test_columns_are_chosen_by_keyboard(chooser, qtbot, assert_nothing_clipped):
    assert_nothing_clipped(chooser)
    chooser.list.setFocus()
    QTest.keyClick(chooser.list, Qt.Key.Key_Space)
    assert chooser.ticked() == ["name", "village"], "the first one is always shown"
    for _step in range(3):
        QTest.keyClick(chooser.list, Qt.Key.Key_Down)
    QTest.keyClick(chooser.list, Qt.Key.Key_Space)
    QTest.keySequence(chooser, "Alt+Up")
    QTest.keySequence(chooser, "Alt+Up")
    QTest.keySequence(chooser, "Alt+Up")
    with qtbot.waitSignal(chooser.chosen) as told:
        QTest.keySequence(chooser, "Ctrl+Return")
    assert told.args == [["name", "phone", "village", "no"], ["name", "phone", "village"]]


def test_the_usual_columns_come_back(chooser):
    chooser.list.setCurrentRow(2)
    chooser._move(-1)
    chooser._reset()
    assert chooser.order() == ["name", "village", "no", "phone"]
    assert chooser.ticked() == ["name", "village", "no"]
