"""A number that names a person, to be filled in: behind its mask unless it is being typed or was asked for."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QHideEvent

from zhaohu.i18n import _
from zhaohu.ui import icons
from zhaohu.ui.widgets.buttons import icon_button
from zhaohu.ui.widgets.clipboard import ClipboardWatch
from zhaohu.ui.widgets.fields import LineField
from zhaohu.ui.widgets.masked import SHOWN_MS
from zhaohu.ui.widgets.words import show_if

_PASSING = (Qt.FocusReason.PopupFocusReason, Qt.FocusReason.MenuBarFocusReason)


class PersonalField(LineField):
    """One line that holds a citizen id or telephone number. `value()` is the number, whatever is shown.

    Behind its mask it can only be marked as a whole, so that typing or pasting replaces the number and copying copies
    the mask. It is in clear while it is being typed, and for half a minute after the eye button was pressed; it goes
    behind the mask again when the keyboard leaves.

    Args:
        mask: Makes 13812345678 into *******5678.
        reveal: Called before the number is shown; writes the audit line, or refuses. None where the number was only
            typed here.
        width: A `[size]` token.
        max_length: Most characters that are kept.
    """

    def __init__(
        self,
        mask: Callable[[str], str],
        reveal: Callable[[], object] | None = None,
        *,
        width: str = "field",
        max_length: int = 30,
        unit: str = "",
    ) -> None:
        super().__init__(unit, width=width)
        self.edit.setMaxLength(max_length)
        self.edit.setAcceptDrops(False)
        self._mask, self._reveal = mask, reveal
        self._number, self._in_clear = "", False
        self._name = ""
        self.eye = icon_button("eye", "", self.toggle)
        self.line.insertWidget(1, self.eye)
        self._watch = ClipboardWatch(self)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide_number)
        self.edit.selectionChanged.connect(self._mark_whole)
        self.edit.installEventFilter(self)
        self._show_eye()

    def set_reveal(self, reveal: Callable[[], object]) -> None:
        """What is called before the number is shown."""
        self._reveal = reveal

    def text(self) -> str:
        """The number, without blanks around it."""
        return self.edit.text().strip() if self._in_clear else self._number

    def value(self) -> str | None:
        """The number; None when there is none."""
        return self.text() or None

    def set_value(self, value: object) -> None:
        """Take a number and show its mask."""
        self._number, self._in_clear = ("" if value is None else str(value)), False
        self._put_mask()

    def set_name(self, name: str, description: str = "") -> None:
        """What a screen reader calls the field and its button."""
        self._name = name
        super().set_name(name, description)
        self._show_eye()

    def is_masked(self) -> bool:
        """Whether the mask is shown."""
        return not self._in_clear

    def toggle(self) -> None:
        """Show the number, marked, or put it behind the mask again."""
        if self._in_clear:
            self.hide_number()
            return
        if self._reveal is not None:
            self._reveal()
        self._in_clear = True
        self.edit.setText(self._number)
        self._watch.begin(self._number)
        self._timer.start()
        self._show_eye()
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.edit.selectAll()

    def hide_number(self) -> None:
        """Put the number behind the mask again, as it was typed."""
        if self._in_clear:
            self._number, self._in_clear = self.text(), False
            self._put_mask()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The keyboard comes: all is marked. It goes: the number is hidden."""
        if isinstance(event, QFocusEvent) and event.reason() not in _PASSING:
            if event.type() == QEvent.Type.FocusOut:
                self.hide_number()
            elif event.type() == QEvent.Type.FocusIn:
                QTimer.singleShot(0, self, self._mark_whole)
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        """A page that is left takes its numbers with it."""
        self.hide_number()
        super().hideEvent(event)

    def _put_mask(self) -> None:
        self._timer.stop()
        self._watch.end()
        self.edit.setText(self._mask(self._number))
        self._mark_whole()
        self._show_eye()

    def _mark_whole(self) -> None:
        if not self._in_clear and self.edit.hasFocus() and self.edit.selectedText() != self.edit.text():
            self.edit.selectAll()

    def _on_edited(self) -> None:
        self._timer.stop()  # who types has it before their eyes until they go on
        typed = self.edit.text()
        undone = self._in_clear and bool(typed) and typed == self._mask(self._number)
        self._in_clear = not undone
        if undone:
            self._put_mask()
        else:
            self._watch.begin(typed)
            self._show_eye()
        super()._on_edited()

    def _show_eye(self) -> None:
        words = _("Hide {what}") if self._in_clear else _("Show {what}")
        hint = words.format(what=self._name)
        self.eye.setIcon(icons.icon("eye-off" if self._in_clear else "eye"))
        self.eye.setToolTip(hint)
        self.eye.setAccessibleName(hint)
        show_if(self.eye, bool(self.text()))
