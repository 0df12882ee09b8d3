"""The watched folder is looked into by itself: whole bundles go in, and nothing interrupts anybody."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy

from zhaohu.records.codes import Role
from zhaohu.services.desk import Person
from zhaohu.services.exchange import bundles, watching
from zhaohu.services.register import child_list
from zhaohu.ui.jobs import Runner
from zhaohu.ui.quiet_watch import QuietWatch


@pytest.fixture(scope="module")
def district_template(tmp_path_factory):
    """A center and stations 01 and 02; copy from it, never write to it."""
    return make_district(tmp_path_factory.mktemp("district"))


class Window(QWidget):
    """What it needs of the shell."""

    def __init__(self) -> None:
        super().__init__()
        self.runner = Runner()


@pytest.fixture
def window(qtbot):
    made = Window()
    qtbot.addWidget(made)
    yield made
    made.runner.close()
    made.runner.deleteLater()


@pytest.fixture
def center(district_template, tmp_path):
    opened = open_copy(district_template, "center", tmp_path / "center")
    yield opened
    opened.close()


@pytest.fixture
def folder(district_template, tmp_path):
    """A folder with a bundle of station 01 in it."""
    station = open_copy(district_template, "01", tmp_path / "station")
    enrol(station)
    bundles.export_bundle(station, tmp_path / "inbox")
    station.close()
    return tmp_path / "inbox"


def look(watch: QuietWatch, window: Window, qtbot) -> None:
    watch.look()
    qtbot.waitUntil(lambda: not window.runner.active(), timeout=20_000)


def test_what_lies_there_whole_is_taken_in(window, center, folder, qtbot):
    watch = QuietWatch(center, window)
    look(watch, window, qtbot)  # no folder is watched yet
    watching.watch(center, folder)
    look(watch, window, qtbot)
    assert child_list.list_children(center) == []  # seen for the first time: it may still be growing
    look(watch, window, qtbot)
    assert [child.name for child in child_list.list_children(center)] == ["单芷然"]
    assert list(folder.glob("*.zhb")) == []
    watch.stop()


def test_a_folder_that_has_gone_interrupts_nobody(window, center, folder, qtbot):
    watching.watch(center, folder)
    folder.rename(folder.with_name("elsewhere"))
    watch = QuietWatch(center, window)
    look(watch, window, qtbot)
    assert child_list.list_children(center) == []
    watch.stop()


def test_it_looks_only_for_who_may_take_bundles_in(window, center):
    watch = QuietWatch(center, window)
    assert watch._timer.isActive()
    watch.stop()
    center.person = Person(center.person.name, center.person.display_name, Role.VIEWER)
    assert not QuietWatch(center, window)._timer.isActive()
