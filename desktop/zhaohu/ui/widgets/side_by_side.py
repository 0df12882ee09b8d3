"""Two versions of the same particulars side by side, one of which is chosen for each line by 1 or 2, or a click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QGridLayout, QPushButton, QSizePolicy, QWidget

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.fields import halfwidth
from zhaohu.ui.widgets.layout import column, panel
from zhaohu.ui.widgets.words import label, set_kind

Side = Literal["kept", "other"]
_SIDES: tuple[Side, Side] = ("kept", "other")
_SIGNS = ("①", "②")
_LINE, _LINES = 30, 3  # in widths of a digit; Chinese characters take two
_WIDE_FROM = "\u2e80"
Line = tuple[str, str, str, str, Side]
"""Field, its title, what the one says, what the other says, and which is proposed."""


class SideBySide(QWidget):
    """A line for each particular that differs.

    Args:
        headings: Who stands in the two columns: a name, and a quiet line below it.
        lines: The particulars.

    Signals:
        completed: Enter was pressed in the last line.
    """

    completed = Signal()

    def __init__(self, headings: tuple[tuple[str, str], tuple[str, str]], lines: Sequence[Line]) -> None:
        super().__init__()
        self.buttons: dict[str, dict[Side, QPushButton]] = {}
        self._groups: list[QButtonGroup] = []
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(theme.space(2))
        grid.setColumnStretch(1, 1)
        grid.setColumnStretch(2, 1)
        for place, (name, more) in enumerate(headings, start=1):
            head = column(label(name, "strong"), label(more, "note", wrap=True), gap=0)
            grid.addWidget(panel(head), 0, place)
        for at, line in enumerate(lines, start=1):
            self._add(grid, at, line)
        self.setLayout(grid)

    def _add(self, grid: QGridLayout, at: int, line: Line) -> None:
        field, title, kept, other, proposed = line
        grid.addWidget(label(title, "soft"), at, 0)
        group = QButtonGroup(self)
        self._groups.append(group)
        self.buttons[field] = {}
        for place, (side, words) in enumerate(zip(_SIDES, (kept, other), strict=True), start=1):
            shown = words or _("not known")
            made = QPushButton(f"{_SIGNS[place - 1]} {_short(shown)}".replace("&", "&&"))
            set_kind(made, "option")
            made.setCheckable(True)
            made.setAutoDefault(False)
            made.setChecked(side == proposed)
            made.setToolTip(words if _width(words) > _LINE else "")
            made.setAccessibleName(f"{title}: {shown}")
            made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            made.installEventFilter(self)
            group.addButton(made)
            self.buttons[field][side] = made
            grid.addWidget(made, at, place)

    def chosen(self) -> dict[str, Side]:
        """Which side was chosen for each particular."""
        return {
            field: next(side for side, made in sides.items() if made.isChecked())
            for field, sides in self.buttons.items()
        }

    def choose(self, field: str, side: Side) -> None:
        """Choose for the person, as if clicked."""
        self.buttons[field][side].setChecked(True)

    def focus_first(self) -> None:
        """Give the keyboard to what is chosen in the first line."""
        for field in self.buttons:
            self._focus(field)
            return
        self.completed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """1 and 2 choose, Enter and the arrows move from line to line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            fields = list(self.buttons)
            at = next(i for i, field in enumerate(fields) if watched in self.buttons[field].values())
            typed = halfwidth(event.text())
            if typed in ("1", "2"):
                self.buttons[fields[at]][_SIDES[int(typed) - 1]].setChecked(True)
                self._focus(fields[at])
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Down):
                if at + 1 < len(fields):
                    self._focus(fields[at + 1])
                elif event.key() != Qt.Key.Key_Down:
                    self.completed.emit()
                return True
            if event.key() == Qt.Key.Key_Up:
                self._focus(fields[max(at - 1, 0)])
                return True
        return super().eventFilter(watched, event)

    def _focus(self, field: str) -> None:
        made = next(one for one in self.buttons[field].values() if one.isChecked())
        made.setFocus(Qt.FocusReason.TabFocusReason)


def _short(words: str) -> str:
    """In a few short lines, which begin anew at double blanks: a button breaks none by itself."""
    lines = [""]
    for part in words.split("  "):
        if lines[-1]:
            lines.append("")
        for character in part:
            if _width(lines[-1] + character) > _LINE:
                lines.append("")
            lines[-1] += character
    if len(lines) > _LINES:
        lines = [*lines[: _LINES - 1], lines[_LINES - 1][:-1] + "…"]
    return "\n".join(lines)


def _width(text: str) -> int:
    return sum(1 + (character >= _WIDE_FROM) for character in text)
