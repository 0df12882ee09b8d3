"""A page of the manual in a window of its own, to be read beside the work: contents, text, and finding words in it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QSignalBlocker, QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut, QTextCharFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QLineEdit, QListWidget, QListWidgetItem, QTextBrowser, QTextEdit, QWidget

from zhaohu.i18n import _
from zhaohu.services.manual import manual_page
from zhaohu.ui import theme
from zhaohu.ui.dialogs.manual_look import CHAPTER, dress
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import label, set_kind


def show_manual(parent: QWidget | None, name: str) -> Manual:
    """Show a page of the manual beside its parent's window and go on; a second call brings the same window forward.

    Args:
        parent: A widget of the window it belongs to.
        name: A page of `services.manual`.
    """
    window = parent.window() if parent is not None else None
    shown = [one for one in window.findChildren(Manual) if one.name == name] if window is not None else []
    dialog = shown[0] if shown else Manual(window, name)
    dialog.show()
    dialog.raise_()
    dialog.activateWindow()
    return dialog


class Manual(QDialog):
    """The window of one page; `show_manual(...)`."""

    def __init__(self, parent: QWidget | None, name: str) -> None:
        super().__init__(parent)
        self.name = name
        set_kind(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowFlag(Qt.WindowType.WindowMaximizeButtonHint)
        self.text = QTextBrowser()
        self.text.setOpenLinks(False)
        self.contents = QListWidget()
        self.contents.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.contents.setFixedWidth(theme.size("side"))
        self.contents.setAccessibleName(_("Contents"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(_("Find on this page (Ctrl+F)"))
        self.search.setAccessibleName(_("Find on this page"))
        self.search.setFixedWidth(theme.size("search"))
        self.found = label("", "soft")
        self._matches: list[QTextCursor] = []
        self._at = -1
        self._look = ""
        self._document: QTextDocument | None = None
        self._build()
        self._fill()
        self.setWindowTitle(self.text.document().firstBlock().text())
        self.text.setAccessibleName(self.windowTitle())
        self.contents.currentItemChanged.connect(self._on_chapter)
        self.text.verticalScrollBar().valueChanged.connect(self._follow)
        self.search.textChanged.connect(self._on_search)
        self.search.returnPressed.connect(self.find_next)
        for keys, slot in (
            (QKeySequence.StandardKey.Find, self._on_find),
            (QKeySequence("F3"), self.find_next),
            (QKeySequence("Shift+F3"), self.find_previous),
        ):
            QShortcut(keys, self).activated.connect(slot)
        self.text.setFocus()

    def _build(self) -> None:
        tools = row(
            self.search,
            icon_button("chevron-up", _("Previous match (Shift+F3)"), self.find_previous),
            icon_button("chevron-down", _("Next match (F3)"), self.find_next),
            self.found,
            STRETCH,
            button(_("Close"), self.reject),
            gap=2,
        )
        both = row(self.contents, gap=4)
        both.addWidget(self.text, 1)
        outer = column(gap=3, margin=4)
        outer.addLayout(tools)
        outer.addLayout(both, 1)
        self.setLayout(outer)
        screen = self.screen().availableGeometry().size()
        wanted = QSize(theme.frame("start_width"), theme.frame("start_height"))
        self.resize(wanted.boundedTo(screen * 0.94))

    def _fill(self) -> None:
        """Make the document aside: in the view each change to a table would lay everything out again."""
        document = QTextDocument(self.text)
        document.setUndoRedoEnabled(False)
        document.setDocumentMargin(theme.space(6))
        document.setMarkdown(manual_page(self.name))
        dress(document)
        self._matches = []
        self.text.setDocument(document)
        if self._document is not None:
            self._document.deleteLater()
        self._document = document
        self._look = theme.name()
        self.contents.clear()
        block = document.begin()
        while block.isValid():
            if block.blockFormat().headingLevel() == CHAPTER:
                item = QListWidgetItem(block.text())
                item.setData(Qt.ItemDataRole.UserRole, block.position())
                self.contents.addItem(item)
            block = block.next()

    def changeEvent(self, event: QEvent) -> None:
        """Draw the page anew in the colours of another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and self._look not in ("", theme.name()):
            at = self.text.verticalScrollBar().value()
            self._fill()
            self.text.verticalScrollBar().setValue(at)
            self._on_search(self.search.text())

    def find_next(self) -> None:
        """Go to the next place with the words that are looked for."""
        self._go(1)

    def find_previous(self) -> None:
        """Go to the one before."""
        self._go(-1)

    def reject(self) -> None:
        """Escape first ends a search, then closes."""
        if self.search.text() and self.search.hasFocus():
            self.search.clear()
            self.text.setFocus()
        else:
            super().reject()

    def _on_find(self) -> None:
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    def _on_chapter(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        cursor = QTextCursor(self.text.document().findBlock(item.data(Qt.ItemDataRole.UserRole)))
        top = self.text.cursorRect(cursor).top() + self.text.verticalScrollBar().value()
        self.text.verticalScrollBar().setValue(top - theme.space(4))

    def _follow(self) -> None:
        """Mark the chapter that stands at the top of what is seen."""
        top = self.text.cursorForPosition(QPoint(theme.space(6), theme.space(6))).position()
        chapters = [self.contents.item(at) for at in range(self.contents.count())]
        passed = [item for item in chapters if item.data(Qt.ItemDataRole.UserRole) <= top]
        with QSignalBlocker(self.contents):
            self.contents.setCurrentRow(len(passed) - 1)

    def _on_search(self, words: str) -> None:
        document, found = self.text.document(), []
        cursor = document.find(words) if words else QTextCursor()
        while not cursor.isNull():
            found.append(cursor)
            cursor = document.find(words, cursor)
        self._matches = found
        selections = []
        for match in found:
            selection = QTextEdit.ExtraSelection()
            marked = QTextCharFormat()
            marked.setBackground(theme.colour("attention_soft"))
            marked.setForeground(theme.colour("attention"))
            selection.cursor, selection.format = match, marked  # type: ignore[attr-defined]
            selections.append(selection)
        self.text.setExtraSelections(selections)
        self._at = -1
        self._go(1) if found else self.found.setText(_("not found") if words else "")

    def _go(self, step: int) -> None:
        if not self._matches:
            return
        self._at = (self._at + step) % len(self._matches)
        match = QTextCursor(self._matches[self._at])
        self.text.setTextCursor(match)
        bar = self.text.verticalScrollBar()
        bar.setValue(bar.value() + self.text.cursorRect().top() - self.text.viewport().height() // 3)
        self.found.setText(_("{n} of {all}").format(n=self._at + 1, all=len(self._matches)))
