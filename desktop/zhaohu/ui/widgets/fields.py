"""What all typed inputs have in common: a value, a problem in words, the previous value in grey, Enter moves on."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import column, panel, row
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_flag, set_tone

DANGER, ATTENTION = "danger", "attention"
_TAKE = (Qt.Key.Key_Y, Qt.KeyboardModifier.AltModifier)
SAME_KEY = "="
_MOST = 100  # an editor takes its room, up to its own maximum, before the empty space behind it


def halfwidth(text: str) -> str:
    """Full-width digits, signs and letters as a Chinese input method types them, in their plain shape."""
    return unicodedata.normalize("NFKC", text.replace("。", "."))


class Field(QWidget):
    """Base of every input. The editor stands in `line`; a problem, when there is one, below it.

    Signals:
        changed: A person changed the value (`set_value` does not tell).
        entered: Enter was pressed: the form moves on to the next field.
        offered(n): What the n-th button under the remark offers shall be taken over.
    """

    changed = Signal()
    entered = Signal()
    offered = Signal(int)

    def __init__(self, unit: str = "") -> None:
        super().__init__()
        self._unit = unit
        self._problem_kind = ""
        self._problem: tuple[IconLabel, QLabel, QWidget] | None = None
        self._previous: QLabel | None = None
        self._same: object = None
        self._echo: QLabel | None = None
        self._hint: QLabel | None = None
        self._offers: list[QPushButton] = []
        self.line: QHBoxLayout = row(gap=2)
        self._below: QVBoxLayout = column(self.line, gap=1)
        self.setLayout(self._below)

    def _build(self, editor: QWidget, *, stretch: bool = False) -> None:
        self.line.addWidget(editor, _MOST)
        if self._unit:
            self.line.addWidget(label(self._unit, "soft"))
        if not stretch:
            self.line.addStretch(1)
        self.setFocusProxy(editor)

    # -- the interface of every field

    def value(self) -> object:
        """The typed value; None when empty or not to be understood."""
        raise NotImplementedError

    def set_value(self, value: object) -> None:
        """Show a value, None empties; does not emit `changed`."""
        raise NotImplementedError

    def is_empty(self) -> bool:
        """Nothing at all was entered (text that cannot be understood is not empty)."""
        return self.value() is None

    def unread(self) -> str:
        """What was typed but cannot be understood, with the reason; empty when all is well."""
        return ""

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.editor().setEnabled(not read_only)

    def is_read_only(self) -> bool:
        """Whether it only shows."""
        return not self.editor().isEnabled()

    def editor(self) -> QWidget:
        """The widget that takes the keyboard."""
        return self.focusProxy() or self

    def set_name(self, name: str, description: str = "") -> None:
        """What a screen reader calls the field."""
        self.setAccessibleName(name)
        self.editor().setAccessibleName(name)
        self.editor().setAccessibleDescription(description)

    # -- remarks

    def set_problem(self, text: str, kind: str = DANGER) -> None:
        """Say in words under the field what is wrong; `kind` is DANGER (must change) or ATTENTION (please check)."""
        self._problem_kind = kind if text else ""
        if self._problem is None:
            if not text:
                return
            icon, words = IconLabel("info", size="icon_small"), label("", "note", wrap=True)
            layout = row(icon, gap=1)
            layout.addWidget(words, 1)
            self._problem = (icon, words, panel(layout))
            self._below.insertWidget(1, self._problem[2])
        icon, words, holder = self._problem
        words.setText(text)
        holder.setVisible(bool(text))
        if text:
            set_tone(words, kind)
            icon.set_icon(TONE_ICONS[kind], kind)
        set_flag(self.editor(), "problem", self._problem_kind)
        self.editor().setAccessibleDescription(text)

    def problem(self) -> tuple[str, str]:
        """The words under the field and their kind; empty strings when there is none."""
        return (self._problem[1].text() if self._problem else ""), self._problem_kind

    def set_offers(self, names: Sequence[str]) -> None:
        """Buttons under the remark, each of which mends the value (`offered`); Alt+Y presses the first."""
        while len(self._offers) < len(names):
            self._add_offer()
        for place, one in enumerate(self._offers):
            words = names[place] if place < len(names) else ""
            one.setText(_("{offer} (Alt+Y)").format(offer=words) if words and place == 0 else words)
            one.setVisible(place < len(names))

    def offers(self) -> list[QPushButton]:
        """The buttons that are there to mend the value."""
        return [one for one in self._offers if not one.isHidden()]

    def _add_offer(self) -> None:
        last = self._offers[-1] if self._offers else None
        if last is None:
            self.editor().installEventFilter(self)
        made = button("", self._on_offer, kind="link")
        at = self._below.indexOf(last) if last else self._below.indexOf(self._problem[2]) if self._problem else 0
        self._below.insertWidget(at + 1, made, 0, Qt.AlignmentFlag.AlignLeft)
        self.setTabOrder(last or self.editor(), made)
        self._offers.append(made)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Alt+Y takes over what is offered, = the last value; an editor would write the sign."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if (event.key(), event.modifiers()) == _TAKE and self.offers():
                self.offered.emit(0)
                return True
            if self._same is not None and self._takes_same(watched) and halfwidth(event.text()) == SAME_KEY:
                self._take_same()
                return True
        return super().eventFilter(watched, event)

    def _takes_same(self, watched: QObject) -> bool:
        """Whether = in this widget means the last value."""
        return watched is self.editor() and not self.is_read_only()

    def _take_same(self) -> None:
        self.set_value(self._same)
        self.changed.emit()
        self.entered.emit()

    def _on_offer(self) -> None:
        self.offered.emit([one is self.sender() for one in self._offers].index(True))

    def set_hint(self, text: str) -> None:
        """A quiet sentence under the field that helps to fill it in; empty hides it."""
        if self._hint is None and text:
            self._hint = label("", "note", wrap=True)
            self._below.addWidget(self._hint)
        if self._hint is not None:
            self._hint.setText(text)
            self._hint.setVisible(bool(text))

    def set_previous(self, text: str, *, on: str = "", same: object = None) -> None:
        """The last value, in grey with its field; empty hides it.

        Args:
            text: In words.
            on: The day of it, in words.
            same: What the key = takes over; None when it takes nothing over.
        """
        self._same = same if text else None
        if same is not None:
            self.editor().installEventFilter(self)
        if self._previous is None and text:
            self._previous = self._place_previous()
        if self._previous is not None:
            words = _("Last: {value}").format(value=text)
            if on:
                words = _("Last ({day}): {value}").format(day=on, value=text)
            if same is not None:
                words = _("{last} (= for the same)").format(last=words)
            self._previous.setText(words if text else "")
            self._previous.setVisible(bool(text))

    def _place_previous(self) -> QLabel:
        made = label("", "note")
        self.line.insertWidget(self._editors(), made)
        return made

    def set_echo(self, text: str) -> None:
        """Say in words how what was typed is read, where that is not what stands there; empty hides it."""
        if self._echo is None and text:
            self._echo = label("", "note", tone="accent", wrap=True)
            self._below.insertWidget(1, self._echo)
        if self._echo is not None:
            self._echo.setText(text)
            self._echo.setVisible(bool(text))

    def echo(self) -> str:
        """How what was typed is read, in words; empty when it is read as it stands."""
        return self._echo.text() if self._echo else ""

    def previous(self) -> str:
        """What stands in grey behind the field."""
        return self._previous.text() if self._previous else ""

    def _editors(self) -> int:
        """How many things stand in the line before the room that is left."""
        last = self.line.itemAt(self.line.count() - 1)
        return self.line.count() - (last is not None and last.spacerItem() is not None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter moves on."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.entered.emit()
            event.accept()
            return
        super().keyPressEvent(event)


class LineField(Field):
    """Base of inputs that are one typed line."""

    def __init__(self, unit: str = "", *, width: str = "field", placeholder: str = "") -> None:
        super().__init__(unit)
        self.edit = QLineEdit()
        self.edit.setPlaceholderText(placeholder)
        if width:
            self.edit.setMaximumWidth(theme.size(width))
            self.edit.setMinimumWidth(theme.size("field_short"))
        self._build(self.edit, stretch=not width)
        self.edit.textEdited.connect(self._on_edited)

    def text(self) -> str:
        """What was typed, without blanks around it."""
        return self.edit.text().strip()

    def is_empty(self) -> bool:
        """Nothing was typed."""
        return not self.text()

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change; the text can still be marked and copied."""
        self.edit.setReadOnly(read_only)

    def is_read_only(self) -> bool:
        """Whether it only shows."""
        return self.edit.isReadOnly()

    def _on_edited(self) -> None:
        self.changed.emit()


class TextField(LineField):
    """One line of text.

    Args:
        width: A `[size]` token: field_short, field, field_long; empty takes the whole line.
        max_length: Most characters that are kept.
        secret: Show dots, for passwords.
    """

    def __init__(
        self,
        *,
        width: str = "field",
        max_length: int = 200,
        placeholder: str = "",
        secret: bool = False,
        unit: str = "",
    ) -> None:
        super().__init__(unit, width=width, placeholder=placeholder)
        self.edit.setMaxLength(max_length)
        if secret:
            self.edit.setEchoMode(QLineEdit.EchoMode.Password)

    def value(self) -> str | None:
        """The text without blanks around it; None when there is none."""
        return self.text() or None

    def set_value(self, value: object) -> None:
        """Show a text."""
        self.edit.setText("" if value is None else str(value))
