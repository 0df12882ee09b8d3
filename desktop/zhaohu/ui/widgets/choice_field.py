"""Choosing among the few options of a form with digits or clicks, or among many from a list."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QComboBox, QCompleter, QLabel, QLineEdit, QPushButton, QSizePolicy, QToolTip

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.fields import Field, halfwidth
from zhaohu.ui.widgets.layout import FlowLayout, flow, panel
from zhaohu.ui.widgets.option_text import OptionText
from zhaohu.ui.widgets.words import label, set_flag, set_kind, show_if

_STAYED = (Qt.FocusReason.ShortcutFocusReason, Qt.FocusReason.ActiveWindowFocusReason, Qt.FocusReason.PopupFocusReason)
"""Ways in which the keyboard comes to a button though the person never left the field."""


@dataclass(frozen=True, slots=True)
class Option:
    """One option.

    Args:
        code: What is stored.
        label: Its words.
        digit: Printed before it, and typed for it.
        exclusive: It never stands beside another one.
        text: It wants words beside it, such as 其他___.
    """

    code: str
    label: str
    digit: str = ""
    exclusive: bool = False
    text: bool = False


def options_of(pairs: Sequence[tuple[str, str]], *, digits: bool = False) -> tuple[Option, ...]:
    """Options from (code, words) pairs; with `digits` they are numbered 1, 2, 3 …"""
    return tuple(Option(code, words, str(n) if digits else "") for n, (code, words) in enumerate(pairs, start=1))


class _ButtonsField(Field):
    def __init__(self, options: Sequence[Option], unit: str = "", *, text_length: int = 200) -> None:
        super().__init__(unit)
        self.options = tuple(options)
        self.text_edit = OptionText(text_length)
        self.buttons: dict[str, QPushButton] = {}
        self._typed = ""
        layout: FlowLayout = flow(gap=1)
        for option in self.options:
            # 6月龄 says its digit itself
            digit = "" if option.label.startswith(option.digit) else option.digit
            button = QPushButton(f"{digit} {option.label}".strip().replace("&", "&&"))
            set_kind(button, "option")
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.installEventFilter(self)
            self.buttons[option.code] = button
            layout.addWidget(button)
        layout.addWidget(self.text_edit)
        self.text_edit.textEdited.connect(self.changed)
        self.text_edit.installEventFilter(self)
        self._box = panel(layout)
        policy = self._box.sizePolicy()
        policy.setHeightForWidth(True)
        self._box.setSizePolicy(policy)
        self._build(self._box, stretch=True)
        self.setFocusProxy(next(iter(self.buttons.values()), self._box))

    def set_name(self, name: str, description: str = "") -> None:
        """What a screen reader calls the field and each of its options."""
        self.setAccessibleName(name)
        self._box.setAccessibleName(name)
        for option in self.options:
            self.buttons[option.code].setAccessibleName(f"{name}: {option.label}")
        self.text_edit.setAccessibleName(name)

    def _takes_same(self, watched: QObject) -> bool:
        return watched is not self.text_edit and not self.is_read_only()

    def _place_previous(self) -> QLabel:
        """Below the options: they take the whole line."""
        made = label("", "note", wrap=True)
        self._below.insertWidget(1, made)
        return made

    def set_problem(self, text: str, kind: str = "danger") -> None:
        """Say in words what is wrong; the options themselves keep their look."""
        super().set_problem(text, kind)
        if text:
            set_flag(self.editor(), "problem", "")

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        for button in self.buttons.values():
            button.setEnabled(not read_only)
        self.text_edit.setReadOnly(read_only)

    def checked(self) -> tuple[str, ...]:
        """The codes of the options that are pressed, in the options' order."""
        return tuple(option.code for option in self.options if self.buttons[option.code].isChecked())

    def option_text(self) -> str | None:
        """The words beside the chosen option; None when it wants none or has none."""
        return self.text_edit.written()

    def set_option_text(self, text: str) -> None:
        """Show the words beside the chosen option."""
        self.text_edit.setText(text)

    def _show_text(self) -> None:
        wanted = any(option.text and self.buttons[option.code].isChecked() for option in self.options)
        show_if(self.text_edit, wanted)

    def _tell(self, option: Option) -> None:
        """The person chose: words that the option wants are asked for at once."""
        self._show_text()
        if option.text and self.buttons[option.code].isChecked():
            self.text_edit.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Digits choose, Enter moves on, Backspace clears."""
        if watched is self.text_edit:
            return super().eventFilter(watched, event)
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.entered.emit()
                return True
            if event.key() in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
                if self.checked():
                    self.set_value(None)
                    self.changed.emit()
                return True
            digit = halfwidth(event.text())
            if digit.isdigit() and self._press(digit):
                return True
        return super().eventFilter(watched, event)

    def _press(self, digit: str) -> bool:
        """A second digit continues the first where the options have two, as 1 then 0 for option 10, or 2 then 4."""
        for wanted in (self._typed + digit, digit):
            for option in self.options:
                if option.digit == wanted and self.buttons[option.code].isEnabled():
                    self._typed = wanted
                    self._choose(option)
                    return True
        begins = any(option.digit.startswith(digit) for option in self.options)
        self._typed = digit if begins else ""
        return begins

    def _choose(self, option: Option) -> None:
        raise NotImplementedError


class ChoiceField(_ButtonsField):
    """One of a few options as buttons in a row; `value()` is the option's code.

    Once a digit has chosen, others do not change the answer: they were meant for the next field, as when a birth date
    is typed on without Enter. Backspace clears and lets another digit choose.
    """

    def __init__(self, options: Sequence[Option], unit: str = "", *, text_length: int = 200) -> None:
        super().__init__(options, unit, text_length=text_length)
        self._taken = False
        self._group = QButtonGroup(self)
        for button in self.buttons.values():
            self._group.addButton(button)
        self._group.buttonClicked.connect(self._on_clicked)

    def value(self) -> str | None:
        """The code of the chosen option; None when none is."""
        return next(iter(self.checked()), None)

    def set_value(self, value: object) -> None:
        """Choose by code; None chooses nothing."""
        button = self.buttons.get(str(value)) if value is not None else None
        self._group.setExclusive(False)
        for other in self.buttons.values():
            other.setChecked(other is button)
        self._group.setExclusive(True)
        first = next(iter(self.buttons.values()), None)
        self.setFocusProxy(button or first or self._box)
        self._show_text()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Coming from elsewhere, or clearing, lets a digit choose again."""
        came = isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() not in _STAYED
        key = event.key() if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) else None
        if came or key in (Qt.Key.Key_Backspace, Qt.Key.Key_Delete):
            self._taken, self._typed = False, ""
        return super().eventFilter(watched, event)

    def _press(self, digit: str) -> bool:
        if self._taken and not any(option.digit == self._typed + digit for option in self.options):
            words = _("Chosen already: Enter goes on, Backspace clears to choose another.")
            QToolTip.showText(self.mapToGlobal(self.rect().bottomLeft()), words, self)
            return True
        pressed = super()._press(digit)
        self._taken = pressed and self.value() is not None
        return pressed

    def _choose(self, option: Option) -> None:
        self.set_value(option.code)
        self.buttons[option.code].setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._tell(option)

    def _on_clicked(self) -> None:
        chosen = next(option for option in self.options if option.code == self.value())
        self.setFocusProxy(self.buttons[chosen.code])
        self._tell(chosen)


class MultiChoiceField(_ButtonsField):
    """Any of a few options; an exclusive one (无, 未见异常) releases the others. `value()` is a tuple of codes."""

    def __init__(self, options: Sequence[Option], unit: str = "", *, text_length: int = 200) -> None:
        super().__init__(options, unit, text_length=text_length)
        for button in self.buttons.values():
            button.clicked.connect(self._on_clicked)

    def value(self) -> tuple[str, ...] | None:
        """The codes of the chosen options in their order; None when none is."""
        return self.checked() or None

    def set_value(self, value: object) -> None:
        """Choose by codes; None chooses nothing."""
        chosen = {str(code) for code in value} if isinstance(value, list | tuple | set | frozenset) else set()
        for code, button in self.buttons.items():
            button.setChecked(code in chosen)
        self._show_text()

    def _choose(self, option: Option) -> None:
        button = self.buttons[option.code]
        if len(self._typed) > 1:  # the first digit pressed another option: take that back
            first = self.buttons[next(o.code for o in self.options if o.digit == self._typed[0])]
            first.setChecked(not first.isChecked())
        button.setChecked(not button.isChecked())
        self._settle(option)
        button.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._tell(option)

    def _on_clicked(self) -> None:
        pressed = self.sender()
        option = next(option for option in self.options if self.buttons[option.code] is pressed)
        self._settle(option)
        self._tell(option)

    def _settle(self, option: Option) -> None:
        if not self.buttons[option.code].isChecked():
            return
        for other in self.options:
            if other.code != option.code and (option.exclusive or other.exclusive):
                self.buttons[other.code].setChecked(False)


class SelectField(Field):
    """One of many options from a list that filters while one types; `value()` is the option's code.

    Args:
        options: The options; an option with an empty code stands for "none".
        width: A `[size]` token.
    """

    def __init__(self, options: Sequence[Option] = (), *, width: str = "field", unit: str = "") -> None:
        super().__init__(unit)
        self.box = QComboBox()
        self.box.setMaximumWidth(theme.size(width))
        self.box.setMinimumWidth(theme.size("field_short"))
        self.box.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        line = QLineEdit()
        self.box.setEditable(True)
        self.box.setLineEdit(line)
        self.box.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = QCompleter(self.box.model(), self.box)
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.box.setCompleter(completer)
        self.options: tuple[Option, ...] = ()
        self._build(self.box)
        self.set_options(options)
        self.box.activated.connect(self._on_activated)
        line.editingFinished.connect(self._settle)
        self.box.installEventFilter(self)
        self._shown: str | None = None

    def set_options(self, options: Sequence[Option]) -> None:
        """Offer other options; keeps the choice when it is still among them."""
        before = self.value()
        self.options = tuple(options)
        self.box.blockSignals(True)
        self.box.clear()
        for option in self.options:
            self.box.addItem(f"{option.digit} {option.label}".strip(), option.code)
        self.box.blockSignals(False)
        self.set_value(before)

    def value(self) -> str | None:
        """The code of the chosen option; None when none is."""
        code = self.box.currentData() if self.box.currentIndex() >= 0 else None
        return code or None

    def set_value(self, value: object) -> None:
        """Choose by code; None chooses nothing."""
        self.box.setCurrentIndex(self.box.findData("" if value is None else str(value)))
        if self.box.currentIndex() < 0:
            self.box.setEditText("")
        line = self.box.lineEdit()
        if line is not None:
            line.setCursorPosition(0)  # a long option shows how it begins
        self._shown = self.value()

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        self.box.setEnabled(not read_only)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter moves on; the wheel scrolls the page and never changes the choice."""
        if event.type() == QEvent.Type.Wheel:
            event.ignore()
            return True
        enter = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if event.type() == QEvent.Type.KeyPress and enter and not self.box.view().isVisible():
            self._settle()
            self.entered.emit()
            return True
        return super().eventFilter(watched, event)

    def _on_activated(self) -> None:
        self._tell()

    def _settle(self) -> None:
        """What was typed becomes the option it names; anything else goes back to what was chosen."""
        typed = self.box.currentText().strip()
        matches = [index for index in range(self.box.count()) if typed and typed in self.box.itemText(index)]
        exact = [index for index in matches if self.box.itemText(index) == typed]
        if not typed:
            self.box.setCurrentIndex(self.box.findData(""))
        elif exact or len(matches) == 1:
            self.box.setCurrentIndex((exact or matches)[0])
        else:
            self.set_value(self._shown)
        self._tell()

    def _tell(self) -> None:
        if self.value() != self._shown:
            self._shown = self.value()
            self.changed.emit()
