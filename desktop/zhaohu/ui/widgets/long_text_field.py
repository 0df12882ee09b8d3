"""A field for several lines of text."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QPlainTextEdit

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.fields import Field


class LongTextField(Field):
    """Several lines of text; Enter moves on, Shift+Enter breaks the line, Tab leaves."""

    def __init__(self, *, lines: int = 3, max_length: int = 2000) -> None:
        super().__init__()
        self._max_length = max_length
        self.edit = QPlainTextEdit()
        self.edit.setTabChangesFocus(True)
        self.edit.setFixedHeight(self.edit.fontMetrics().lineSpacing() * lines + theme.space(4))
        self.edit.setMaximumWidth(theme.size("field_long"))
        self._build(self.edit)
        self.edit.installEventFilter(self)
        self._quiet = False
        self.edit.textChanged.connect(self._on_text)

    def value(self) -> str | None:
        """The text; None when there is none."""
        return self.edit.toPlainText().strip() or None

    def set_value(self, value: object) -> None:
        """Show a text."""
        self._quiet = True
        self.edit.setPlainText("" if value is None else str(value))
        self._quiet = False

    def unread(self) -> str:
        """The text is too long."""
        over = len(self.edit.toPlainText().strip()) - self._max_length
        return _("{n} characters too long.").format(n=over) if over > 0 else ""

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.edit.setReadOnly(read_only)

    def is_read_only(self) -> bool:
        """Whether it only shows."""
        return self.edit.isReadOnly()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take Enter away from the editor unless Shift is held."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
                self.entered.emit()
                return True
        return super().eventFilter(watched, event)

    def _on_text(self) -> None:
        if not self._quiet:
            self.changed.emit()
