"""The question about the day: asked only while the clock is in doubt, and Enter does not answer yes."""

from __future__ import annotations

from datetime import date

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from tests.sync.district import ADMIN, make_district, open_copy

from zhaohu.clock import Clock
from zhaohu.services.safety.profile import open_desk
from zhaohu.ui.dialogs.clock_doubt import ask_about_clock


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def log_in(district, tmp_path):
    """Call with a day: the station's desk on it."""
    open_copy(district, "01", tmp_path / "station").close()
    desks = []

    def on(day: date):
        desks.append(open_desk(tmp_path / "station", ADMIN.name, ADMIN.password, Clock.at(day)))
        return desks[-1]

    yield on
    for desk in desks:
        desk.close()


def test_a_good_clock_is_not_asked_about(qapp, log_in):
    assert ask_about_clock(None, log_in(date(2026, 11, 21)))


def test_enter_ends_and_yes_goes_on_for_good(qapp, log_in):
    desk = log_in(date(2026, 11, 1))
    said = []

    def answer(press):
        def look():
            box = qapp.activeModalWidget()
            said.append(box.text())
            press(box)

        QTimer.singleShot(50, look)
        return ask_about_clock(None, desk)

    assert answer(lambda box: QTest.keyClick(box, Qt.Key.Key_Return)) is False
    assert "2026年11月1日" in said[0]
    yes = lambda box: next(one for one in box.buttons() if "继续" in one.text()).click()  # noqa: E731
    assert answer(yes) is True
    desk.close()
    assert ask_about_clock(None, log_in(date(2026, 11, 2)))  # nobody is asked again
