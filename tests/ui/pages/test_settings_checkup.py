"""The check-up in the settings: what needs a person stands first, in full, and goes into a file for support."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt

from zhaohu.ui.dialogs import ask
from zhaohu.ui.pages.settings import settings_page


@pytest.fixture
def checkup(stage, desk):
    page = stage.open(settings_page, desk)
    page.tabs.open_sheet(page.checkup)
    stage.settle()
    return page.checkup


def run(stage, qtbot, checkup):
    qtbot.mouseClick(checkup.start_button, Qt.MouseButton.LeftButton)
    stage.settle()


def test_it_says_when_it_was_run_last(stage, qtbot, checkup):
    assert checkup.last.text() == "还没有检查过"
    assert not checkup.save_button.isEnabled()
    run(stage, qtbot, checkup)
    assert checkup.last.text() == "上次检查：2026-11-20 12:00"
    assert checkup.notice.property("tone") == "done"
    assert checkup.detail.isHidden()


def test_what_needs_a_person_stands_first_and_in_full(stage, desk, qtbot, checkup, assert_nothing_clipped):
    (desk.profile / "keys.copy.json").unlink()
    run(stage, qtbot, checkup)
    first, second = checkup.table.rows()[:2]
    assert (first.name, first.ok, second.ok) == ("keys", False, True)
    assert first.advice in checkup.detail.text()
    assert_nothing_clipped(checkup)
    checkup.table.view.choose_row(1)
    assert checkup.detail.isHidden()


def test_the_report_is_saved_for_support(stage, desk, qtbot, checkup, tmp_path, monkeypatch):
    run(stage, qtbot, checkup)
    offered = []

    def choose(_parent, _title, suggested, _kinds):
        offered.append(suggested)
        return tmp_path / suggested

    monkeypatch.setattr(ask, "save_file", choose)
    qtbot.mouseClick(checkup.save_button, Qt.MouseButton.LeftButton)
    stage.settle()
    assert offered == ["371103-01-检查-2026-11-20.txt"]
    text = (tmp_path / offered[0]).read_text("utf-8")
    assert text.count("ok  ") == len(checkup.table.rows())
    assert str(desk.profile) not in text
