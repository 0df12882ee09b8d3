"""Growth grades around the window: missing ones are made by themselves, and the frame says what would change."""

from __future__ import annotations

import pytest
from tests.services.doctored import age, kept_rows
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy
from tests.ui.window_driver import Driver

from zhaohu.services.growth import scores
from zhaohu.ui.dialogs import ask
from zhaohu.ui.window_pages import make_shell


@pytest.fixture(scope="module")
def district(tmp_path_factory):
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def desk(district, tmp_path):
    opened = open_copy(district, "01", tmp_path / "station")
    yield opened
    opened.close()


@pytest.fixture
def open_window(qtbot, desk):
    """Call for the window on the desk."""
    made = []

    def make() -> Driver:
        shell = make_shell(desk)
        qtbot.addWidget(shell)
        shell.open_first()
        made.append(shell)
        return Driver(qtbot, shell)

    yield make
    for shell in made:
        shell.close()


def test_grades_that_are_missing_are_made_after_the_log_in(desk, open_window):
    child_id = enrol(desk)
    with desk.store.write() as session:
        session.connection().exec_driver_sql("DELETE FROM growth_score")
    window = open_window()
    assert set(kept_rows(desk)) == {child_id}
    assert window.shell.alert.isHidden()


def test_the_frame_leads_to_what_would_change_until_it_is_applied(desk, open_window, monkeypatch):
    age(desk, enrol(desk), wfa=("下", "下", "低体重"))
    age(desk, enrol(desk, "王浩然"))
    window = open_window()
    alert = window.shell.alert
    assert (alert.isVisible(), alert.property("tone")) == (True, "attention")
    window.press("Space", alert)
    assert window.shell.address() == "settings/grades"
    grades = window.shell.page().grades
    window.until(lambda: len(grades.table.rows()) == 1)
    monkeypatch.setattr(ask, "confirm", lambda _parent, _title, _text, do: True)
    window.press("Space", grades.apply_button)
    window.until(alert.isHidden)
    assert scores.standing(desk).older == 0


def test_older_grades_that_would_not_change_say_nothing(desk, open_window):
    age(desk, enrol(desk))
    assert open_window().shell.alert.isHidden()
