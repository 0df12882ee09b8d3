"""The page of duplicates: found, compared, merged, told apart, and taken back, by keys and clicks."""

from __future__ import annotations

import threading

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.ui.pages.conftest import as_role, unnamed_controls, write

from zhaohu.records.codes import Role
from zhaohu.services.duplicates import duplicates, merging
from zhaohu.services.register import children
from zhaohu.services.register.children import FATHER, MOTHER, NewCaregiver
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.dialogs.merge import MergeDialog
from zhaohu.ui.pages.duplicates import duplicates_page

ID = "371103202611020022"


@pytest.fixture
def twice(desk):
    """One child registered twice, and another pair that is only possible."""
    mother = NewCaregiver("李秀梅", MOTHER, "13812345678", is_main=True)
    first = enrol(desk, "李秀梅之女", caregivers=(mother,), facts={"citizen_id": ID})
    father = NewCaregiver("单强", FATHER, "15900001234", is_main=True)
    second = enrol(desk, "单芷然", caregivers=(father, mother), address="巨峰镇大坡社区30号")
    other = (NewCaregiver("钱一", MOTHER, "13900000001"),)
    enrol(desk, "赵小禾", caregivers=other, facts={"birth_weight_g": 2800})
    enrol(desk, "赵小禾", caregivers=(NewCaregiver("孙二", MOTHER, "13900000002"),), facts={"birth_weight_g": 2800})
    return first, second


def words(page, column=3):
    return [page.table.view.table_model.columns[column].words(row) for row in page.table.rows()]


def test_an_empty_register_says_that_nobody_is_twice(stage, desk, assert_nothing_clipped):
    page = stage.open(duplicates_page, desk)
    assert page.table.empty.isVisible()
    assert page.table.empty.words()[0] == "没有发现重复"
    assert not page.open_button.isEnabled()
    assert_nothing_clipped(page)


def test_pairs_stand_with_grade_and_reason_and_masked_numbers(
    stage, desk, twice, assert_nothing_clipped, missing_glyphs
):
    page = stage.open(duplicates_page, desk)
    grades = [pair.grade for pair in page.table.rows()]
    assert grades == ["likely", "possible"]
    assert words(page, 4)[0] == "出生日期和家庭相同，其中一个是新生儿的临时称呼"
    shown = " ".join(column.words(row) for row in page.table.rows() for column in page.table.view.table_model.columns)
    assert "13812345678" not in shown
    assert ID not in shown
    page.table.chips._buttons["possible"].click()
    assert [pair.one.name for pair in page.table.rows()] == ["赵小禾"]
    page.table.chips._buttons["sure"].click()
    assert page.table.empty.words()[0] == "没有这一类"
    assert unnamed_controls(page) == []
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()


def test_merging_by_keys_alone(stage, desk, twice, assert_nothing_clipped):
    page = stage.open(duplicates_page, desk)
    stage.press(page.table.view, "Return")
    dialog = stage.dialog(MergeDialog)
    assert dialog.choices.chosen()["name"] == "other"  # the name that lasts is proposed
    assert ID not in " ".join(one.text() for one in dialog.choices.buttons["citizen_id"].values())
    assert_nothing_clipped(dialog)
    assert unnamed_controls(dialog) == []
    fields = list(dialog.choices.buttons)
    for field in fields:
        focused = dialog.focusWidget()
        assert focused in dialog.choices.buttons[field].values(), field
        if field == "household_id":
            QTest.keyClick(focused, Qt.Key.Key_2)
        QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert dialog.focusWidget() is dialog.merge_button
    stage.press(dialog, "Ctrl+S")
    stage.settle()
    assert stage.dialogs() == []
    view = children.view_child(desk, twice[0])
    assert view.row.name == "单芷然"
    assert view.address == "巨峰镇大坡社区30号"
    assert "单芷然" in page.notice.text()
    stage.settle()
    assert [pair.grade for pair in page.table.rows()] == ["possible"]


def test_telling_apart_with_a_reason(stage, desk, twice):
    page = stage.open(duplicates_page, desk)
    page.open_button.click()
    dialog = stage.dialog(MergeDialog)
    dialog.apart_button.click()
    asked = stage.dialog(FormDialog)
    write(asked.form.fields["reason"], "堂姐妹")
    asked.do_button.click()
    stage.settle()
    assert stage.dialogs() == []
    assert [row.reason for row in duplicates.list_told_apart(desk)] == ["堂姐妹"]
    assert [pair.grade for pair in page.table.rows()] == ["possible"]
    page.tabs.setCurrentIndex(1)
    assert not page.open_button.isEnabled()
    page.earlier.view.choose_row(0)
    page.undo_button.click()
    stage.settle()
    assert duplicates.list_told_apart(desk) == []
    page.tabs.setCurrentIndex(0)
    assert page.open_button.isEnabled()
    assert [pair.grade for pair in page.table.rows()] == ["likely", "possible"]


def test_a_merge_is_undone_from_the_page(stage, desk, twice, monkeypatch):
    merging.merge(desk, *twice, {"name": "other"})
    children.correct_child(desk, twice[0], {"name": "单芷晴"}, reason="改名")
    page = stage.open(duplicates_page, desk)
    page.tabs.setCurrentIndex(1)
    page.earlier.view.choose_row(0)
    asked = []
    monkeypatch.setattr(ask, "confirm", lambda *args, **more: asked.append(args) or True)
    page.undo_button.click()
    stage.settle()
    assert len(asked) == 1
    assert "姓名" in page.notice.text()
    assert children.view_child(desk, twice[1]).row.name == "单芷然"
    assert children.view_child(desk, twice[0]).row.name == "单芷晴"
    page.earlier.view.choose_row(0)
    assert not page.undo_button.isEnabled()


def test_what_is_the_same_is_folded_and_can_be_seen(stage, desk, twice):
    page = stage.open(duplicates_page, desk)
    page.open_button.click()
    dialog = stage.dialog(MergeDialog)
    assert dialog._same.isHidden()
    dialog._fold.click()
    assert dialog._same.isVisible()
    dialog.reject()
    assert stage.dialogs() == []


def test_who_may_only_look_decides_nothing(stage, desk, twice):
    page = stage.open(duplicates_page, as_role(desk, Role.VIEWER))
    page.open_button.click()
    dialog = stage.dialog(MergeDialog)
    assert not dialog.merge_button.isEnabled()
    assert not dialog.apart_button.isEnabled()
    dialog.merge()
    assert merging.list_merges(desk) == []


def test_a_refusal_stands_in_the_window(stage, desk, twice):
    page = stage.open(duplicates_page, desk)
    page.open_button.click()
    dialog = stage.dialog(MergeDialog)
    merging.merge(desk, *twice, {})  # another window was quicker
    dialog.merge_button.click()
    stage.settle()
    assert dialog.isVisible()
    assert dialog.notice.text()
    dialog.reject()


def test_a_search_is_stopped_and_begun_again(stage, desk, twice):
    page = stage.open(duplicates_page, desk)
    go_on = threading.Event()
    for _lane in range(2):  # both lanes of reading are busy, so the search waits
        stage.runner.run(lambda _context: go_on.wait(20), title="")
    page.again_button.click()
    assert not page.again_button.isEnabled()
    (search,) = [job for job in stage.runner.active() if job.title == "查找重复儿童"]
    search.cancel()
    go_on.set()
    stage.settle()
    assert page.again_button.isEnabled()
    assert len(page.table.rows()) == 2  # what was found before stays
    page.again_button.click()
    stage.settle()
    assert len(page.table.rows()) == 2
    assert page.again_button.isEnabled()
