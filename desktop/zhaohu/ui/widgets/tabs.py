"""Tabs whose sheets stand clear of the line below their names."""

from __future__ import annotations

from PySide6.QtWidgets import QTabWidget, QWidget

from zhaohu.ui import theme
from zhaohu.ui.widgets.layout import column, panel


class Tabs(QTabWidget):
    """Sheets by name.

    Args:
        name: What a screen reader calls them all.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self._sheets: list[QWidget] = []
        self.setAccessibleName(name)
        self.tabBar().setAccessibleName(name)

    def add(self, sheet: QWidget, words: str) -> None:
        """One more sheet at the end."""
        self._sheets.append(sheet)
        layout = column(sheet)
        layout.setContentsMargins(0, theme.space(3), 0, 0)
        self.addTab(panel(layout), words)

    def open_sheet(self, sheet: QWidget) -> None:
        """Show the tab of a sheet."""
        self.setCurrentIndex(self._sheets.index(sheet))

    def set_words(self, sheet: QWidget, words: str) -> None:
        """Rename the tab of a sheet, for instance with a count."""
        self.setTabText(self._sheets.index(sheet), words)
