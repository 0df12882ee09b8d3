"""What the tabs of 工作安排 have in common."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from zhaohu.services.desk import Desk
from zhaohu.ui.pages.loading import LoadingPage


class WorkTab(QWidget):
    """One tab: it is read when it is opened, and again when something it shows has changed.

    Args:
        page: The page of the tabs; reads and asks for it.
        desk: Who works.
    """

    def __init__(self, page: LoadingPage, desk: Desk) -> None:
        super().__init__()
        self._page, self._desk = page, desk

    def refresh(self) -> None:
        """Read anew."""
        raise NotImplementedError

    def first_focus(self) -> QWidget:
        """What takes the keyboard when the tab is opened."""
        raise NotImplementedError
