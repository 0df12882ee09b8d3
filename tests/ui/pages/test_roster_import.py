"""Taking in a roster on screen: every row seen and decided before anything is saved, and the whole of it undone."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from tests.ui.pages.conftest import unnamed_controls
from tests.ui.pages.roster_files import ROWS, SHARED, chips, choose, find, write_roster

from zhaohu.records.codes import ChildStatus
from zhaohu.services.register import child_list, children
from zhaohu.services.register.child_list import ChildFilter
from zhaohu.services.roster import rosters
from zhaohu.services.roster.rosters import Decision, RowState
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.roster_import import Step, roster_page


@pytest.fixture
def roster(tmp_path):
    return write_roster(tmp_path / "巨峰镇名册.xlsx", *ROWS)


@pytest.fixture
def page(desk, stage, roster):
    opened = stage.open(roster_page, desk, "")
    opened.read(roster)
    stage.settle()
    return opened


@pytest.fixture
def yes(monkeypatch):
    """Every question is answered with yes; what was asked."""
    asked: list[tuple[str, str]] = []

    def answer(_parent, title, text, **_more):
        asked.append((title, text))
        return True

    monkeypatch.setattr(ask, "confirm", answer)
    return asked


def registered(desk) -> set[str]:
    return {row.name for row in child_list.list_children(desk, ChildFilter(statuses=()))}


def test_every_row_is_judged_and_nothing_is_saved(desk, page):
    assert {one.name: one.state for one in page.work.preview.rows} == {
        "单芷然": RowState.NEW,
        "徐子涵": RowState.NEW,
        "覃若汐": RowState.DOUBTFUL,
        "𠮷浩然": RowState.REFUSED,
    }
    assert chips(page) == ["全部 4", "新登记 2", "补全 0", "一致 0", "存疑 1", "拒收 1"]
    assert registered(desk) == set()
    assert page.primary.text() == "登记 2 名儿童"


def test_the_keyboard_alone_does_everything(desk, page, stage, yes):
    view = page.rows.table.view
    assert view.hasFocus()
    assert [one.name for one in page.rows.table.rows()] == ["覃若汐"]
    QTest.keyClick(view, Qt.Key.Key_Space)
    assert page.primary.text() == "登记 3 名儿童"
    page.primary.setFocus()
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    stage.settle()
    assert page.step is Step.DONE
    assert registered(desk) == {"单芷然", "徐子涵", "覃若汐"}
    assert [one.name for one in page.done.left.rows()] == ["𠮷浩然"]
    assert "出生日期" in page.done.left.view.table_model.columns[-1].words(page.done.left.rows()[0])
    QTest.keyClick(page.primary, Qt.Key.Key_Space)
    QTest.keyClick(page.due_button, Qt.Key.Key_Space)
    assert stage.gone == ["children", "today"]


def test_a_doubtful_item_stays_empty(desk, page, stage):
    choose(page, "覃若汐")
    QTest.keyClick(page.rows.table.view, Qt.Key.Key_Space)
    page._go_on()
    stage.settle()
    child = next(row for row in child_list.list_children(desk) if row.name == "覃若汐")
    assert children.view_child(desk, child.id).birth_weight_g is None


def test_the_figures_say_what_became_of_it(page, stage):
    page._go_on()
    stage.settle()
    figures = (page.done.registered, page.done.updated, page.done.same, page.done.left_tile)
    assert [tile.figure() for tile in figures] == ["2", "0", "0", "2"]


def test_an_import_is_undone_from_its_report(desk, page, stage, yes):
    page._go_on()
    stage.settle()
    QTest.keyClick(page.undo_button, Qt.Key.Key_Space)
    stage.settle()
    assert "2" in yes[0][1]
    assert registered(desk) == set()
    assert page.step is Step.CHOOSE
    assert "2" in page.fault.text()
    assert [one.undoable for one in page.start.imports.rows()] == [False]


def test_an_earlier_import_is_undone_from_the_list(desk, page, stage, yes, roster):
    page._go_on()
    stage.settle()
    again = stage.open(roster_page, desk, "")
    (row,) = again.start.imports.rows()
    assert (row.file, row.accepted, row.undoable) == (roster.name, 2, True)
    assert again.start.undo.isEnabled()  # the newest is marked: a way back that can be seen
    QTest.keyClick(again.start.undo, Qt.Key.Key_Space)
    stage.settle()
    assert registered(desk) == set()
    assert not again.start.undo.isEnabled()


def test_an_import_that_was_touched_says_why_it_stays(desk, page, stage):
    page._go_on()
    stage.settle()
    child = next(row for row in child_list.list_children(desk) if row.name == "单芷然")
    children.correct_child(desk, child.id, {"birth_weight_g": 3350})
    again = stage.open(roster_page, desk, "")
    again.start.imports.view.choose_row(0)
    assert not again.start.undo.isEnabled()
    assert again.start.why_not()


def test_undoing_is_asked_about(desk, page, stage, monkeypatch):
    page._go_on()
    stage.settle()
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    QTest.keyClick(page.undo_button, Qt.Key.Key_Space)
    stage.settle()
    assert len(registered(desk)) == 2


def test_leaving_before_registering_is_asked_about(page, yes, monkeypatch):
    assert page.may_leave()
    assert len(yes) == 1
    monkeypatch.setattr(ask, "confirm", lambda *_args, **_more: False)
    assert not page.may_leave()


def test_after_registering_nothing_is_asked(page, stage, yes):
    page._go_on()
    stage.settle()
    assert page.may_leave()
    assert not yes


def test_a_file_that_is_no_roster_is_told_in_words(desk, stage, tmp_path):
    place = tmp_path / "notes.csv"
    place.write_text("今天,买菜\n", "utf-8")
    opened = stage.open(roster_page, desk, "")
    opened.read(place)
    stage.settle()
    assert opened.fault.text()
    assert opened.step is Step.CHOOSE
    assert opened.start.isEnabled()


def test_reading_may_be_cancelled(desk, stage, roster):
    opened = stage.open(roster_page, desk, "")
    opened.read(roster)
    for job in stage.runner.active():
        job.cancel()
    stage.settle()
    assert opened.step is Step.CHOOSE
    assert opened.start.isEnabled()
    assert not opened.fault.text()


def test_a_roster_without_rows_is_told_in_words(desk, stage, tmp_path, yes, assert_nothing_clipped):
    opened = stage.open(roster_page, desk, "")
    opened.read(write_roster(tmp_path / "空.xlsx"))
    stage.settle()
    assert opened.rows.table.empty.isVisible()
    assert not opened.primary.isEnabled()
    assert opened.may_leave()
    assert not yes
    assert_nothing_clipped(opened)


def test_a_file_may_be_dropped(desk, stage, roster):
    opened = stage.open(roster_page, desk, "")
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(roster))])
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(opened.start.zone, enter)
    drop = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none)
    QApplication.sendEvent(opened.start.zone, drop)
    stage.settle()
    assert opened.step is Step.LOOK


def test_another_file_may_be_chosen(page, stage, roster, monkeypatch):
    monkeypatch.setattr(ask, "open_files", lambda *_args, **_more: [roster])
    first = page.work.preview
    QTest.mouseClick(page.other_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert page.work.preview is not first
    assert page.step is Step.LOOK


def test_report_and_template_are_written(page, stage, tmp_path, monkeypatch):
    page._go_on()
    stage.settle()
    for name, press in (("report.xlsx", page.report_button), ("empty.xlsx", page.start.template)):
        monkeypatch.setattr(ask, "save_file", lambda *_args, place=tmp_path / name: place)
        press.click()
        stage.settle()
        assert load_workbook(tmp_path / name).active["A1"].value
        assert name in page.fault.text()


def test_a_register_that_changed_meanwhile_is_told(desk, page, stage):
    other = rosters.read_roster(desk, page.work.preview.file)
    rosters.take_in(desk, other)
    page._go_on()
    stage.settle()
    assert page.step is Step.LOOK
    assert page.fault.text()
    assert page.primary.isEnabled()


@pytest.mark.parametrize("name", ["township_roster.xlsx", "legacy_roster_gb18030.csv"])
def test_the_shared_rosters_go_in_and_out_again(desk, stage, yes, name):
    page = stage.open(roster_page, desk, "")
    page.read(SHARED / name)
    stage.settle()
    preview = page.work.preview
    assert all(one.issues for one in preview.rows if one.state in (RowState.DOUBTFUL, RowState.REFUSED))
    page.rows.take_all.click()
    taken = sum(one.decision is Decision.TAKE for one in page.work.preview.rows)
    assert taken > preview.counts[RowState.NEW]
    page._go_on()
    stage.settle()
    assert page.step is Step.DONE
    assert child_list.count_children(desk, ChildFilter(statuses=(ChildStatus.ACTIVE,))) == taken
    assert page.done.registered.figure() == str(taken)
    QTest.keyClick(page.undo_button, Qt.Key.Key_Space)
    stage.settle()
    assert registered(desk) == set()


def test_nothing_is_cut_off_and_everything_has_a_name(desk, stage, page, assert_nothing_clipped, missing_glyphs):
    for look in (page, stage.open(roster_page, desk, "")):
        assert_nothing_clipped(look)
        assert not missing_glyphs(look)
        assert not unnamed_controls(look)
    page._go_on()
    stage.settle()
    assert_nothing_clipped(page)
    assert not missing_glyphs(page)
    assert find(page, "单芷然")
