"""Words on the screen: labels that never read markup, marks, and the kind and tone the style sheet knows."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from zhaohu.ui import icons, theme

TONES = ("", "accent", "done", "attention", "danger", "quiet")
TONE_ICONS = {"": "info", "accent": "info", "done": "check-circle", "attention": "attention", "danger": "danger"}


def _set(widget: QWidget, name: str, value: object) -> None:
    if widget.property(name) == value:
        return
    widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # before that, the style has not looked yet
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def set_kind(widget: QWidget, kind: str) -> None:
    """What a widget is to the style sheet: title, section, soft, note, card, primary, flat …"""
    _set(widget, "kind", kind)


def set_tone(widget: QWidget, tone: str) -> None:
    """What a widget says by its colour, one of `TONES`; words or an icon must say it too."""
    _set(widget, "tone", tone)


def set_flag(widget: QWidget, name: str, value: object) -> None:
    """Any other property that the style sheet asks for."""
    _set(widget, name, value)


def show_if(widget: QWidget, shown: bool) -> None:
    """Show or hide a part; one that has no place yet is never opened as a window of its own."""
    if shown and widget.parentWidget() is None:
        widget.setAttribute(Qt.WidgetAttribute.WA_WState_ExplicitShowHide, False)
    else:
        widget.setVisible(shown)


def label(text: str = "", kind: str = "", *, tone: str = "", wrap: bool = False) -> QLabel:
    """A label in plain text.

    Args:
        text: What it says.
        kind: Empty, or title, section, figure, strong, soft, note, mark.
        tone: One of `TONES`.
        wrap: Break long sentences into lines.
    """
    result = QLabel()
    result.setTextFormat(Qt.TextFormat.PlainText)
    result.setText(text)
    result.setWordWrap(wrap)
    if kind:
        set_kind(result, kind)
    if tone:
        set_tone(result, tone)
    return result


def mark(text: str, tone: str = "") -> QLabel:
    """A word in a tinted box, such as 逾期 in danger."""
    result = label(text, "mark", tone=tone)
    result.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Maximum)
    return result


class IconLabel(QLabel):
    """An icon beside words, in a token colour, sharp on every screen; it follows the theme."""

    def __init__(self, name: str, ink: str = "quiet", *, size: str = "icon") -> None:
        super().__init__()
        self._name, self._ink, self._size = name, ink, size
        self._draw()

    def set_icon(self, name: str, ink: str) -> None:
        """Show another icon or colour."""
        if (name, ink) != (self._name, self._ink):
            self._name, self._ink = name, ink
            self._draw()

    def changeEvent(self, event: QEvent) -> None:
        """Redraw when the theme changes."""
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)

    def _draw(self) -> None:
        side = theme.size(self._size)
        self.setPixmap(icons.pixmap(self._name, self._ink, pixels=side, ratio=self.devicePixelRatioF()))
        self.setFixedSize(side, side)
