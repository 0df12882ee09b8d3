"""English words are longer than Chinese ones: what a visitor reads must have its room too."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton
from tests.sync.district import make_district, open_copy

from zhaohu.ui.window_pages import make_shell


@pytest.fixture(params=["01", "center"])
def desk(tmp_path, request):
    opened = open_copy(make_district(tmp_path / "district"), request.param, tmp_path / "desk")
    yield opened
    opened.close()


def test_every_page_of_the_sidebar_can_be_read_while_it_is_open(desk, qtbot, english):
    shell = make_shell(desk)
    qtbot.addWidget(shell)
    try:
        shell.resize(1366, 768)
        shell.open_first()
        shell.show()
        QApplication.processEvents()
        pages = [one for one in shell.sidebar.findChildren(QPushButton) if one.property("kind") == "nav"]
        assert len(pages) >= 9
        for one in pages:
            one.click()
            QApplication.processEvents()
            assert one.isChecked()
            bold = one.font()
            bold.setBold(True)
            words = QFontMetrics(bold).horizontalAdvance(one.text())
            room = one.contentsRect().width() - one.iconSize().width()
            assert words + 20 <= room, one.text()  # the gaps before the icon and behind it
    finally:
        shell.close()
