"""What a list says while it has nothing to show: what it is for and what to do first."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QWidget

from zhaohu.ui import theme
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import IconLabel, label, show_if


class EmptyState(QWidget):
    """An icon, a sentence, advice, and perhaps the button that does it."""

    def __init__(
        self, title: str = "", advice: str = "", action: QPushButton | None = None, icon: str = "empty"
    ) -> None:
        super().__init__()
        self._icon = IconLabel(icon, "disabled", size="icon_large")
        self._title = label(title, "section")
        self._advice = label(advice, "soft", wrap=True)
        self._advice.setMinimumWidth(theme.size("detail"))
        self._advice.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._action = row(STRETCH, STRETCH)
        if action is not None:
            self._action.insertWidget(1, action)
        inner = column(
            STRETCH,
            row(STRETCH, self._icon, STRETCH),
            row(STRETCH, self._title, STRETCH),
            row(STRETCH, self._advice, STRETCH),
            self._action,
            STRETCH,
            gap=2,
            margin=6,
        )
        self.setLayout(inner)

    def set_words(self, title: str, advice: str = "") -> None:
        """Say something else, for instance that a filter hides everything."""
        self._title.setText(title)
        self._advice.setText(advice)
        show_if(self._advice, bool(advice))

    def words(self) -> tuple[str, str]:
        """What is said."""
        return self._title.text(), self._advice.text()
