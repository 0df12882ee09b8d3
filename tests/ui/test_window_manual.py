"""F1 opens the manual beside the window, over any page."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy

from zhaohu.ui.dialogs.manual import Manual
from zhaohu.ui.window_pages import make_shell


@pytest.fixture
def desk(tmp_path):
    opened = open_copy(make_district(tmp_path / "district"), "01", tmp_path / "station")
    yield opened
    opened.close()


def test_f1_opens_it_once(desk, qtbot):
    child_id = enrol(desk)
    shell = make_shell(desk)
    qtbot.addWidget(shell)
    try:
        shell.open_first()
        with qtbot.waitActive(shell):
            shell.show()
        for address in ("today", "worklist/month"):
            shell.open(address)
            QTest.keyClick(shell, Qt.Key.Key_F1)
            assert [one.name for one in shell.findChildren(Manual)] == ["work"]
        shell.open(f"child/{child_id}")
        QTest.keyClick(shell, Qt.Key.Key_F1)
        assert {one.name for one in shell.findChildren(Manual)} == {"work", "children"}
        assert shell.address() == f"child/{child_id}"
        for address in ("follow-ups", "records"):
            shell.open(address)
            QTest.keyClick(shell, Qt.Key.Key_F1)
            assert {one.name for one in shell.findChildren(Manual)} == {"work", "children", "visits"}
        for one in shell.findChildren(Manual):
            one.reject()
    finally:
        shell.close()
