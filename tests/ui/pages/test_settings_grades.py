"""生长评价版本: what newer rules would change stands in a list, and changes when somebody says so."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt
from tests.services.doctored import age
from tests.services.families import enrol
from tests.ui.pages.conftest import as_role, send, unnamed_controls

from zhaohu.records.codes import Role
from zhaohu.rules.growth.terms import Indicator, Level, Status
from zhaohu.services.growth import grading, growth, scores
from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.inbox import inbox_page
from zhaohu.ui.pages.settings import settings_page

TOLD = (Level.LOWER, Level.LOWER, Status.UNDERWEIGHT)


@pytest.fixture
def open_tab(stage):
    def open_it(desk):
        page = stage.open(settings_page, desk)
        page.take_argument("grades")
        stage.settle()
        assert page.grades.isVisible()
        return page.grades

    return open_it


def wfa(desk, child_id):
    return growth.series(desk, child_id)[0].china.of(Indicator.WFA)


def test_without_older_grades_there_is_nothing_to_do(desk, open_tab, assert_nothing_clipped):
    enrol(desk)
    tab = open_tab(desk)
    assert grading.current().tables in tab.version.text()
    assert "1" in tab.current.text()
    assert tab.older.text() == ""
    assert tab.table.empty.isVisible()
    assert not tab.apply_button.isEnabled()
    assert unnamed_controls(tab) == []
    assert_nothing_clipped(tab)


def test_what_would_change_is_listed_and_applied_after_a_question(desk, stage, qtbot, open_tab, monkeypatch):
    child_id = enrol(desk)
    age(desk, child_id, wfa=TOLD)
    tab = open_tab(desk)
    (change,) = tab.table.rows()
    assert (change.child, change.on) == ("单芷然", date(2026, 11, 2))
    asked = []
    answers = [False, True]
    monkeypatch.setattr(ask, "confirm", lambda _parent, _title, text, do: asked.append(text) or answers.pop(0))
    qtbot.mouseClick(tab.apply_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert wfa(desk, child_id).status is Status.UNDERWEIGHT
    qtbot.mouseClick(tab.apply_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert "1" in asked[0]
    assert wfa(desk, child_id).status is None
    assert tab.table.rows() == ()
    assert not tab.apply_button.isEnabled()
    assert "1" in tab.notice.text()


def test_older_grades_that_stay_the_same_can_be_taken_over(desk, stage, qtbot, open_tab, monkeypatch):
    age(desk, enrol(desk))
    tab = open_tab(desk)
    assert tab.table.rows() == ()
    assert "1" in tab.older.text()
    monkeypatch.setattr(ask, "confirm", lambda _parent, _title, _text, do: True)
    qtbot.mouseClick(tab.apply_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert scores.standing(desk).older == 0


def test_who_only_looks_sees_the_list_and_no_button(desk, open_tab):
    age(desk, enrol(desk), wfa=TOLD)
    tab = open_tab(as_role(desk, Role.VIEWER))
    assert len(tab.table.rows()) == 1
    assert not tab.apply_button.isVisible()


def test_a_change_leads_to_its_child(desk, stage, open_tab):
    child_id = enrol(desk)
    age(desk, child_id, wfa=TOLD)
    tab = open_tab(desk)
    tab.table.opened.emit(tab.table.rows()[0])
    assert stage.gone == [f"child/{child_id}"]


def test_what_the_center_takes_in_is_graded_after_it(desk, center, stage, tmp_path):
    enrol(desk)
    bundle = send(desk, center, tmp_path)  # by the service alone: nothing is graded yet
    assert scores.standing(center).current == 0
    page = stage.open(inbox_page, center)
    page.intake.import_files([bundle.file])
    stage.settle()
    assert scores.standing(center).current == 1
