"""The audit log and the removed records in the settings, and removing from the pages of a record."""

from __future__ import annotations

import pytest
from openpyxl import load_workbook
from PySide6.QtCore import Qt
from sqlalchemy import text
from tests.services.care.test_visits import record
from tests.services.families import enrol
from tests.ui.pages.conftest import a_class, a_teacher, as_role, unnamed_controls, write

from zhaohu.errors import NotFound
from zhaohu.records.codes import Role
from zhaohu.services.care import timeline
from zhaohu.services.guidance import classes
from zhaohu.services.register import children, removal
from zhaohu.services.safety import audit_log
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.form_dialog import FormDialog
from zhaohu.ui.pages.child import ChildPage, child_page
from zhaohu.ui.pages.class_page import class_page
from zhaohu.ui.pages.settings import settings_page
from zhaohu.ui.pages.visit_view import visit_page

WHY = "录入错误"


@pytest.fixture
def visited(desk):
    """A child with a visit, and a class it is invited to: their ids."""
    child_id = enrol(desk, facts={"citizen_id": "371103202611020022"})
    visit_id = record(desk, child_id).id
    children.reveal(desk, child_id, "citizen_id")
    return child_id, visit_id, a_class(desk, a_teacher(desk), [child_id])


def open_audit(stage, desk):
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.audit)
    stage.settle()
    return page, page.audit


def actions(tab):
    return [row.action for row in tab.table.rows()]


def test_the_log_says_that_it_is_whole_and_what_was_done(desk, stage, visited, assert_nothing_clipped, missing_glyphs):
    page, tab = open_audit(stage, desk)
    assert not tab.show_place.isVisible()
    assert actions(tab)[:3] == ["class.plan", "teacher.add", "reveal.citizen_id"]
    assert "完整：共" in tab.notice.text()
    tab.table.view.choose_row(2)
    head, about, _detail = (part.text() for part in tab._parts)
    assert "查看了身份证号" in head
    assert about == "单芷然"
    stage.settle()
    assert_nothing_clipped(page)
    assert missing_glyphs(page) == set()
    assert unnamed_controls(page) == []


def test_the_log_is_searched_by_words_group_and_day(desk, stage, visited, qtbot):
    _page, tab = open_audit(stage, desk)
    everything = len(tab.table.rows())
    write(tab.query, "单芷然")
    qtbot.waitUntil(lambda: len(tab.table.rows()) < everything)
    assert set(actions(tab)) == {"reveal.citizen_id", "visit.record", "child.register"}
    qtbot.mouseClick(tab.table.chips._buttons["reveals"], Qt.MouseButton.LeftButton)
    stage.settle()
    assert actions(tab) == ["reveal.citizen_id"]
    tab.until.set_value("2026-11-19")
    tab.reload()
    stage.settle()
    assert actions(tab) == []
    assert tab.table.empty.isVisible()


def test_a_log_that_was_tampered_with_shows_the_place(desk, stage, visited):
    with desk.store.write() as session:
        session.connection().execute(text("UPDATE audit_line SET account = 'x' WHERE no = 3"))
    _page, tab = open_audit(stage, desk)
    assert "第 3 行被改动" in tab.notice.text()
    tab.query.set_value("没有")
    tab.reload()
    stage.settle()
    tab.show_place.click()
    stage.settle()
    assert tab.table.view.current_row().no == 3
    column = tab.table.view.table_model.columns[0]
    marked = [row.no for row in tab.table.rows() if column.icon(row) == "danger" and column.tone(row) == "danger"]
    assert marked == [3]


def test_all_lines_that_fit_are_exported_not_only_those_shown(desk, stage, visited, tmp_path, monkeypatch):
    monkeypatch.setattr("zhaohu.ui.pages.settings_audit.AT_ONCE", 2)
    place = tmp_path / "log.xlsx"
    suggested = []
    monkeypatch.setattr(ask, "save_file", lambda _parent, _title, name, _kinds: suggested.append(name) or place)
    _page, tab = open_audit(stage, desk)
    assert len(tab.table.rows()) == 2
    total = audit_log.search(desk).total
    assert f"{total} 行中的 2 行" in tab.more.text()
    tab.table._export_button.click()
    stage.settle()
    assert load_workbook(place).active.max_row == total + 1
    assert suggested == ["371103-01-操作记录-2026-11-20.xlsx"]


@pytest.mark.parametrize(
    ("role", "audit", "removed"),
    [(Role.ADMIN, True, True), (Role.TEACHER, False, True), (Role.VIEWER, False, False)],
)
def test_who_sees_which_tab(desk, stage, role, audit, removed):
    page = stage.open(settings_page, as_role(desk, role))
    words = {page.tabs.tabText(n) for n in range(page.tabs.count())}
    assert ("操作记录" in words, "已删除的记录" in words) == (audit, removed)


def test_the_center_has_the_log_and_nothing_removed(center, stage):
    page = stage.open(settings_page, as_role(center, Role.AUDITOR))
    words = {page.tabs.tabText(n) for n in range(page.tabs.count())}
    assert ("操作记录" in words, "已删除的记录" in words) == (True, False)


def remove(stage, page, reason=WHY):
    if isinstance(page, ChildPage):
        page.doing.remove.trigger()
    else:
        page.remove_button.click()
    dialog = stage.dialog(FormDialog)
    write(dialog.form.fields["reason"], reason)
    dialog.do_button.click()
    stage.settle()


def test_a_visit_is_removed_with_a_reason_and_leads_back_to_the_child(desk, stage, visited, assert_nothing_clipped):
    child_id, visit_id, _class_id = visited
    page = stage.open(visit_page, desk, visit_id)
    assert_nothing_clipped(page)
    page.remove_button.click()
    dialog = stage.dialog(FormDialog)
    assert_nothing_clipped(dialog)
    dialog.do_button.click()
    stage.settle()
    assert timeline.list_visits(desk, child_id), "without a reason nothing is removed"
    write(dialog.form.fields["reason"], "错")
    dialog.do_button.click()
    stage.settle()
    assert dialog.isVisible()
    assert timeline.list_visits(desk, child_id), "one character is no reason"
    write(dialog.form.fields["reason"], WHY)
    dialog.do_button.click()
    stage.settle()
    assert timeline.list_visits(desk, child_id) == []
    assert stage.gone == [f"child/{child_id}"]
    again = stage.open(visit_page, desk, visit_id)
    assert WHY in again.notice.text()
    buttons = (again.correct_button, again.remove_button, again.print_button)
    assert not any(one.isVisible() for one in buttons)


def test_a_child_is_removed_by_an_administrator_only(desk, stage, visited):
    child_id = visited[0]
    page = stage.open(child_page, desk, child_id)
    remove(stage, page)
    assert stage.gone == ["children"]
    with pytest.raises(NotFound):
        children.view_child(desk, child_id)
    other = enrol(desk, "王浩然")
    assert not stage.open(child_page, as_role(desk, Role.TEACHER), other).doing.remove.isVisible()


def test_a_class_is_removed(desk, stage, visited):
    class_id = visited[2]
    page = stage.open(class_page, desk, class_id)
    remove(stage, page)
    assert stage.gone == ["classes"]
    assert classes.list_classes(desk) == []
    assert not stage.open(class_page, as_role(desk, Role.VIEWER), class_id).remove_button.isVisible()


def test_what_was_removed_is_listed_and_brought_back(desk, stage, visited, assert_nothing_clipped):
    child_id, visit_id, _class_id = visited
    removal.remove_visit(desk, visit_id, WHY)
    page = stage.open(settings_page, desk)
    tab = page.removed
    page.tabs.open_sheet(tab)
    stage.settle()
    assert [row.id for row in tab.table.rows()] == [visit_id]
    assert not tab.restore_button.isEnabled()
    tab.table.view.choose_row(0)
    assert_nothing_clipped(page)
    tab.table.opened.emit(tab.table.rows()[0])
    assert stage.gone == [f"visit/{visit_id}"]
    tab.restore_button.click()
    stage.settle()
    assert [row.id for row in timeline.list_visits(desk, child_id)] == [visit_id]
    assert tab.table.rows() == ()
    assert "已恢复" in tab.notice.text()


def test_a_teacher_does_not_bring_a_child_back(desk, stage, visited):
    removal.remove_child(desk, visited[0], WHY)
    page = stage.open(settings_page, as_role(desk, Role.TEACHER))
    page.tabs.open_sheet(page.removed)
    stage.settle()
    page.removed.table.view.choose_row(0)
    assert not page.removed.restore_button.isEnabled()
