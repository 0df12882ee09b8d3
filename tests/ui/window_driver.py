"""A person at the program's window: goes to pages, types, presses keys, reads; waits for things, never for time."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pypdfium2
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QInputMethodEvent, QKeySequence, QShortcut
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QLineEdit, QWidget
from shiboken6 import isValid
from tests.ui.conftest import settle

from zhaohu.ui.shell import Shell
from zhaohu.ui.widgets.pdf_dialog import PdfDialog

PATIENCE_MS = 20_000


class Driver:
    """Sits at one window.

    Args:
        qtbot: Of pytest-qt.
        shell: The window; shown here.
    """

    def __init__(self, qtbot, shell: Shell) -> None:
        self._qtbot, self.shell = qtbot, shell
        shell.resize(1366, 768)
        shell.show()
        self.settle()

    # -- waiting

    def until(self, holds: Callable[[], object]) -> None:
        """Wait until something holds."""
        self._qtbot.waitUntil(lambda: bool(holds()), timeout=PATIENCE_MS)

    def settle(self) -> None:
        """Wait until nothing is read or written any more, and what came back is shown."""
        settle(self.shell.runner)

    # -- keys and mouse

    def press(self, keys: str, widget: QWidget | None = None) -> None:
        """Press a shortcut, or a key into the widget that has the keyboard, and wait for what it sets going."""
        window = (widget or self.front()).window()
        window.activateWindow()
        self.until(window.isActiveWindow)
        QTest.keySequence(widget or window.focusWidget() or window, QKeySequence(keys))
        self.settle()

    def click(self, words: str) -> None:
        """Click the button that says so, in the window that is in front."""
        buttons = self.front().findChildren(QAbstractButton)
        (found,) = [one for one in buttons if one.isVisible() and one.text() == words]
        QTest.mouseClick(found, Qt.MouseButton.LeftButton)
        self.settle()

    # -- going about

    def page(self) -> Any:
        """The page that is open."""
        return self.shell.page()

    def go(self, key: str) -> Any:
        """Open a page of the sidebar by its keys."""
        button = self.shell.sidebar.buttons[key]
        self.press(button.findChild(QShortcut).key().toString(), self.shell)
        self.until(lambda: self.shell.address() == key)
        self.settle()
        return self.page()

    def sheet(self, words: str) -> None:
        """Open a tab of the page by its name, with the arrow keys."""
        bar = self.page().tabs.tabBar()
        bar.setFocus()
        wanted = [bar.tabText(at) for at in range(bar.count())].index(words)
        for _step in range(abs(wanted - bar.currentIndex())):
            QTest.keyClick(bar, Qt.Key.Key_Right if wanted > bar.currentIndex() else Qt.Key.Key_Left)
        assert bar.currentIndex() == wanted
        self.settle()

    def offered(self, typed: str) -> list[str]:
        """Whom the search box offers for what is typed."""
        box = self.shell.top_bar.search
        self.press("Ctrl+K", self.shell)
        assert box.hasFocus()
        write(box, typed)
        self.until(lambda: box.popup is not None and box.popup.isVisible())
        return [one.title for one in box.suggestions()]

    def open_found(self) -> Any:
        """Take the first child that the search box offers."""
        QTest.keyClick(self.shell.top_bar.search, Qt.Key.Key_Return)
        self.until(lambda: self.shell.address().startswith("child/"))
        self.settle()
        return self.page()

    # -- what stands over the window

    def dialogs(self) -> list[QDialog]:
        """All windows that stand over this one."""
        return [one for one in self.shell.findChildren(QDialog) if one.isVisible()]

    def dialog(self) -> Any:
        """The window in front of this one."""
        self.until(self.dialogs)
        return self.dialogs()[-1]

    def front(self) -> QWidget:
        """The foremost window."""
        return (self.dialogs() or [self.shell])[-1]

    def paper(self) -> list[str]:
        """The words of each page of the paper that is shown, without blanks; closes it."""
        shown = self.dialog()
        assert isinstance(shown, PdfDialog)
        document = pypdfium2.PdfDocument(io.BytesIO(shown._data))
        pages = ["".join(sheet.get_textpage().get_text_bounded().split()) for sheet in document]
        document.close()
        assert shown.view.page_count() == len(pages)
        assert is_inked(shown.view.viewport())
        QTest.keyClick(shown, Qt.Key.Key_Escape)
        self.until(lambda: not self.dialogs())
        return pages

    def words(self) -> str:
        """All labels of the page that can be seen."""
        return "\n".join(one.text() for one in self.page().findChildren(QLabel) if one.isVisible())


def is_inked(widget: QWidget) -> bool:
    """Whether something dark is drawn on a light ground."""
    image = widget.grab().toImage()
    tones = [image.pixelColor(x, y).lightness() for y in range(image.height()) for x in range(0, image.width(), 3)]
    return min(tones) < 100 and max(tones) > 240


def cells(table) -> list[dict[str, str]]:
    """What a list shows, row by row."""
    model = table.view.table_model
    rows = [model.row_at(place) for place in range(model.rowCount())]
    return [{column.title: column.words(row) for column in model.columns} for row in rows]


def write(line: QLineEdit, text: str) -> None:
    """Write into a line instead of what stands there; Chinese comes from an input method."""
    line.setFocus()
    line.selectAll()
    if text.isascii():
        QTest.keyClicks(line, text)
    else:
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(line, event)
    assert line.text() == text


@contextmanager
def answering(*answers: tuple[type[QWidget], Callable[[Any], object]]) -> Iterator[None]:
    """Answer windows that hold the program up, in this order: each is a kind and what to do with it.

    A dialog that is none of them, and a window that is still open after its answer, is put away, so that a test fails
    and never hangs. The main window is answered when it is its turn; its answer may bring up the next dialog.
    """
    waiting, failures, under_way, timers = list(answers), list[BaseException](), list[QWidget](), list[QTimer]()

    def look_again() -> None:
        """By a timer of its own: one that is being answered does not ring in a loop within its answer."""
        timers.append(QTimer(singleShot=True, interval=10))
        timers[-1].timeout.connect(look)
        timers[-1].start()

    def look() -> None:
        look_again()
        window = QApplication.activeModalWidget()
        if window is None and waiting and waiting[0][0] is Shell:
            window = next((one for one in QApplication.topLevelWidgets() if isinstance(one, Shell)), None)
        if window is None or window in under_way or not window.isVisible():
            return
        under_way.append(window)
        try:
            assert waiting, f"nobody expected {window!r}"
            kind, act = waiting.pop(0)
            assert isinstance(window, kind), f"{window!r} is no {kind.__name__}"
            act(window)
            assert not isValid(window) or not window.isVisible(), f"{window!r} is still open"
        except BaseException as error:  # raised again where the test waits
            failures.append(error)
            if isinstance(window, QDialog):
                QDialog.reject(window)
            QApplication.exit(1)
        finally:
            under_way.remove(window)

    look()
    try:
        yield
    finally:
        timers[-1].stop()
        if failures:
            raise failures[0]
    assert not waiting, f"never asked: {[kind.__name__ for kind, _act in waiting]}"
