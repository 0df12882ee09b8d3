"""What tests of screens ask of a widget: that nothing is cut off, and that every character has a glyph."""

from __future__ import annotations

import gc
import time

import pytest
from PySide6.QtCore import QEvent, QEventLoop, QTimer
from PySide6.QtGui import QTextLayout
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QWidget

from zhaohu import i18n
from zhaohu.ui.collector import collect
from zhaohu.ui.jobs import Runner

PATIENCE_S = 20


def settle(runner: Runner) -> None:
    """Wait for events, never for time, until nothing is read or written any more and what came back is shown."""
    until = time.monotonic() + PATIENCE_S
    alarm = QTimer()  # so that waiting for an event comes back although there is none
    alarm.start(1_000)
    try:
        for _round in range(3):  # what came back may set more going
            QApplication.processEvents()
            while runner.active():
                assert time.monotonic() < until, [job.title for job in runner.active()]
                QApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    finally:
        alarm.stop()


def _texts(widget: QWidget) -> list[tuple[QWidget, str]]:
    parts = [widget, *widget.findChildren(QWidget)]
    return [(one, one.text()) for one in parts if isinstance(one, QLabel | QAbstractButton | QLineEdit)]


@pytest.fixture(autouse=True)
def collected_here():
    """As in the program: the collector runs on this thread alone, for it deletes widgets."""
    gc.disable()
    yield
    collect()
    gc.enable()


@pytest.fixture
def english():
    """What is built from now on speaks English, whose words are longer."""
    i18n.set_language("en")
    yield
    i18n.set_language(i18n.DEFAULT)


@pytest.fixture
def shown(qtbot):
    """Call with a widget: shows it as the active window, so that it has the keyboard, and gives it back."""

    def show(widget, width: int = 0, height: int = 0):
        qtbot.addWidget(widget)
        if width:
            widget.resize(width, height)
        with qtbot.waitActive(widget):
            widget.show()
            widget.activateWindow()
        return widget

    return show


@pytest.fixture
def assert_nothing_clipped(qapp):
    """Call with a shown widget: no visible label or button may be narrower or lower than its words need."""

    def check(widget: QWidget) -> None:
        QApplication.processEvents()
        cut = []
        for one, text in _texts(widget):
            if not text or not one.isVisible() or isinstance(one, QLineEdit):
                continue
            if isinstance(one, QLabel) and one.wordWrap():
                too_small = one.height() < one.heightForWidth(one.width())
            else:
                slack = 0 if isinstance(one, QLabel) else 1
                too_small = (
                    one.width() + slack < one.sizeHint().width() or one.height() + slack < one.sizeHint().height()
                )
            if too_small:
                cut.append((type(one).__name__, text, one.size().toTuple(), one.sizeHint().toTuple()))
        assert not cut, cut

    return check


@pytest.fixture
def missing_glyphs(qapp):
    """Call with a widget or a text: the characters that none of the program's fonts can draw."""

    def find(what: QWidget | str) -> set[str]:
        pairs = [(None, what)] if isinstance(what, str) else _texts(what)
        missing = set()
        for one, text in pairs:
            font = one.font() if isinstance(one, QWidget) else qapp.font()
            for character in set(text) - set(" \n\t"):
                layout = QTextLayout(character, font)
                layout.beginLayout()
                layout.createLine()
                layout.endLayout()
                if any(0 in run.glyphIndexes() for run in layout.glyphRuns()):
                    missing.add(character)
        return missing

    return find
