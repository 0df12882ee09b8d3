"""The line that appears beside an option such as 其他___ or 异常___ while it is chosen."""

from __future__ import annotations

from PySide6.QtWidgets import QLineEdit

from zhaohu.i18n import _
from zhaohu.ui import theme


class OptionText(QLineEdit):
    """A short line for the words that belong to an option; hidden while the option is not chosen."""

    def __init__(self, max_length: int) -> None:
        super().__init__()
        self.setMaxLength(max_length)
        self.setPlaceholderText(_("please describe"))
        self.setFixedWidth(theme.size("field"))
        self.hide()

    def written(self) -> str | None:
        """The words; None when there are none or the option is not chosen."""
        return (self.text().strip() or None) if not self.isHidden() else None
