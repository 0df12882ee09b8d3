"""Pages on real desks: a station and a center with an encrypted store each, a hub, a runner, and a shown page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)
from tests.services.families import enrol
from tests.sync.district import make_district, open_copy
from tests.ui.conftest import settle

from zhaohu.records.codes import ClassKind, Role, TopicBlock
from zhaohu.services.desk import Desk, Person
from zhaohu.services.exchange import bundles
from zhaohu.services.guidance import classes, staffing
from zhaohu.ui.hub import Hub
from zhaohu.ui.jobs import Runner

TODAY = date(2026, 11, 20)


@pytest.fixture(scope="session")
def district_template(tmp_path_factory):
    """A center and stations 01 and 02, enrolled; copy from it, never write to it."""
    return make_district(tmp_path_factory.mktemp("district"))


@pytest.fixture
def desk(district_template, tmp_path):
    """Station 371103-01 on 2026-11-20, empty, its administrator logged in."""
    opened = open_copy(district_template, "01", tmp_path / "station")
    yield opened
    opened.close()


@pytest.fixture
def center(district_template, tmp_path):
    """Center 371103, which stations 01 and 02 are enrolled at."""
    opened = open_copy(district_template, "center", tmp_path / "center")
    yield opened
    opened.close()


class Stage:
    """What pages stand on, and how a test waits for them."""

    def __init__(self, qtbot) -> None:
        self.hub, self.runner = Hub(), Runner()
        self.gone: list[str] = []
        self._qtbot, self._pages, self._desks = qtbot, [], []

    def open(self, factory: Callable[..., Any], desk: Desk, *arguments: str) -> Any:
        """A page as the shell shows it at 1366 × 768, with its data."""
        if desk not in self._desks:
            desk.store.listen(self.hub.publish)
            self._desks.append(desk)
        page = factory(desk, self.hub, self.runner, *arguments)
        page.go.connect(self.gone.append)
        self._qtbot.addWidget(page)
        self._pages.append(page)
        page.resize(1166, 680)
        page.show()
        page.activateWindow()
        self._qtbot.waitUntil(page.isActiveWindow)
        self.settle()
        page.focus_first()
        return page

    def settle(self) -> None:
        """Wait until nothing is read or written any more, and what came back is shown."""
        settle(self.runner)

    def press(self, widget: QWidget, keys: str) -> None:
        """A shortcut, and what it sets going."""
        widget.window().activateWindow()
        self._qtbot.waitUntil(widget.window().isActiveWindow)
        QTest.keySequence(widget, QKeySequence(keys))
        self.settle()

    def dialog(self, kind: type[QDialog] = QDialog) -> Any:
        """The window that stands over a page."""
        self.settle()
        found = [one for page in self._pages for one in page.findChildren(kind) if one.isVisible()]
        assert found, "no window is open"
        return found[-1]

    def dialogs(self) -> list[QDialog]:
        """All windows that stand over pages."""
        QApplication.processEvents()
        return [one for page in self._pages for one in page.findChildren(QDialog) if one.isVisible()]

    def close(self) -> None:
        """Pages and jobs go."""
        self.runner.close()
        QApplication.processEvents()
        for page in self._pages:
            page.release()
        for desk in self._desks:
            desk.store.forget(self.hub.publish)
        self.runner.deleteLater()


@pytest.fixture
def stage(request, qtbot):
    """Hub, runner and the pages that a test opens; they go before the desks on which they may still read."""
    for name in {"desk", "center"} & set(request.fixturenames):
        request.getfixturevalue(name)
    made = Stage(qtbot)
    yield made
    made.close()


def write(field, text: str) -> None:
    """Type words, Chinese too, as an input method commits them."""
    event = QInputMethodEvent()
    event.setCommitString(text)
    field.edit.clear()
    QApplication.sendEvent(field.edit, event)
    assert field.edit.text() == text


def as_role(desk: Desk, role: Role) -> Desk:
    """The same desk, somebody else sitting at it."""
    desk.person = Person(desk.person.name, desk.person.display_name, role)
    return desk


def a_teacher(desk: Desk, name: str = "王敏", **values: Any) -> str:
    since = values.pop("employed_from", date(2024, 3, 1))
    return staffing.add_teacher(desk, staffing.NewTeacher(name, since, **values))


def a_class(desk: Desk, teacher_id: str, child_ids: list[str], held_on: date = TODAY, topic: str = "添加辅食") -> str:
    new = classes.NewClass(
        ClassKind.LECTURE, TopicBlock.NUTRITION, topic, held_on, "09:30", "10:30", "巨峰镇卫生院", teacher_id
    )
    return classes.plan_class(desk, new, child_ids)


def some_children(desk: Desk) -> dict[str, str]:
    """One who is overdue, one who is due now, and one whose check comes in some days; ids by name."""
    born = {"单芷然": 18, "徐子涵": 29, "王浩然": 23}  # days old: the newborn visit, the full month, the next one
    return {name: enrol(desk, name, birth_date=TODAY - timedelta(days=days)) for name, days in born.items()}


def send(station: Desk, center: Desk, stick) -> bundles.Exported:
    """Everything new of a station, taken in at the center."""
    written = bundles.export_bundle(station, stick)
    report = bundles.import_bundles(center, [written.file])[0]
    assert report.status == "accepted", report.message
    return written


def unnamed_controls(widget: QWidget) -> list[str]:
    """Controls that take the keyboard and have no name for a screen reader."""
    kinds = (QAbstractButton, QAbstractItemView, QComboBox, QLineEdit, QPlainTextEdit)
    found = []
    for one in widget.findChildren(QWidget):
        inside_combo = isinstance(one.parentWidget(), QComboBox) or "QComboBox" in type(one.window()).__name__
        if not isinstance(one, kinds) or inside_combo or one.focusPolicy() == Qt.FocusPolicy.NoFocus:
            continue
        text = one.text() if isinstance(one, QAbstractButton) else ""
        if not (one.accessibleName() or text) and one.isVisible():
            found.append(f"{type(one).__name__} {one.objectName()}")
    return found


def walked_by_tab(page: QWidget, qtbot) -> set[QWidget]:
    """All that gets the keyboard when Tab is pressed again and again."""
    from PySide6.QtCore import Qt

    found: set[QWidget] = set()
    while (widget := QApplication.focusWidget()) is not None and widget not in found:
        found.add(widget)
        qtbot.keyClick(widget, Qt.Key.Key_Tab)
    return found
