"""A masked number with a button that shows it for half a minute; who looks is written down by the callable."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import _
from zhaohu.ui import icons
from zhaohu.ui.widgets.buttons import icon_button
from zhaohu.ui.widgets.clipboard import ClipboardWatch
from zhaohu.ui.widgets.layout import STRETCH, row
from zhaohu.ui.widgets.words import label, show_if

SHOWN_MS = 30_000


class MaskedLabel(QWidget):
    """A citizen id or phone number behind a mask.

    Args:
        name: What the number is, for tool tip and screen reader.
        masked: What is shown at first, such as 138****1234.
        reveal: Gives the whole number and writes the audit line; called on every reveal.
    """

    def __init__(self, name: str, masked: str = "", reveal: Callable[[], str] | None = None) -> None:
        super().__init__()
        self._name, self._masked, self._reveal = name, masked, reveal
        self._text = label(masked)
        self._text.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._button = icon_button("eye", "", self.toggle)
        self._watch = ClipboardWatch(self)
        self.setLayout(row(self._text, self._button, STRETCH, gap=1))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(SHOWN_MS)
        self._timer.timeout.connect(self.hide_number)
        self.set_masked(masked, reveal)

    def set_masked(self, masked: str, reveal: Callable[[], str] | None) -> None:
        """Show another number, masked; without a number there is no button."""
        self._masked, self._reveal = masked, reveal
        show_if(self._button, bool(masked) and reveal is not None)
        self.hide_number()

    def text(self) -> str:
        """What is shown now."""
        return self._text.text()

    def toggle(self) -> None:
        """Show the number, or mask it again."""
        if self._timer.isActive() or self._reveal is None:
            self.hide_number()
            return
        number = self._reveal()
        self._watch.begin(number)
        self._show(number, "eye-off", _("Hide {what}").format(what=self._name))
        self._timer.start()

    def hide_number(self) -> None:
        """Hide the number again."""
        self._timer.stop()
        self._watch.end()
        self._show(self._masked, "eye", _("Show {what}").format(what=self._name))

    def hideEvent(self, event: QHideEvent) -> None:
        """A page that is left takes its numbers with it."""
        self.hide_number()
        super().hideEvent(event)

    def _show(self, text: str, icon: str, hint: str) -> None:
        self._text.setText(text)
        self._text.setAccessibleName(f"{self._name}: {text}")
        self._button.setIcon(icons.icon(icon))
        self._button.setToolTip(hint)
        self._button.setAccessibleName(hint)
