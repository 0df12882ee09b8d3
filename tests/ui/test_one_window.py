"""Building a page opens no window of its own: it would flash on the screen and take the keyboard from the frame."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QPushButton, QWidget
from tests.sync.district import make_district, open_copy

from zhaohu.ui.window_pages import make_shell


class _Opened(QObject):
    """Notes each window that is opened."""

    def __init__(self) -> None:
        super().__init__()
        self.kinds: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.kinds.append(type(watched).__name__)
        return False


@pytest.fixture(params=["01", "center"])
def desk(tmp_path, request):
    opened = open_copy(make_district(tmp_path / "district"), request.param, tmp_path / "desk")
    yield opened
    opened.close()


def test_the_pages_of_the_sidebar_open_in_the_frame_alone(desk, qtbot):
    shell = make_shell(desk)
    qtbot.addWidget(shell)
    opened = _Opened()
    try:
        shell.open_first()
        with qtbot.waitActive(shell):
            shell.show()
            shell.activateWindow()
        QApplication.instance().installEventFilter(opened)
        pages = [one for one in shell.sidebar.findChildren(QPushButton) if one.property("kind") == "nav"]
        for one in pages:
            one.click()
            QApplication.processEvents()
        assert opened.kinds == []
        assert shell.isActiveWindow()
    finally:
        QApplication.instance().removeEventFilter(opened)
        shell.close()
