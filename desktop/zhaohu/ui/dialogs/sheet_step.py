"""The step of a guide in which a recovery sheet is saved; without it the guide does not go on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal

from zhaohu.i18n import _
from zhaohu.ui.dialogs.guide import Step
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, Card, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.words import mark


class SheetStep(Step):
    """A button that saves the sheet, and whether that was done.

    Args:
        title: What the step is.
        lead: What the sheet is for, and what to do with it.
        missing: What is said to who wants to go on without it.

    Signals:
        wanted: The person asks for the sheet.
    """

    wanted = Signal()

    def __init__(self, title: str, lead: str, missing: str) -> None:
        super().__init__(title, lead)
        self._missing = missing
        self.save_button = button(_("Save and show the recovery sheet"), self.wanted.emit, icon="paper")
        self.state = mark(_("not saved yet"), "attention")
        self.notice = Notice()
        self.written: Path | None = None
        self.content.addWidget(self.notice)
        self.content.addWidget(Card("", row(self.save_button, self.state, STRETCH, gap=4)))
        self.content.addStretch(1)

    def set_written(self, place: Path) -> None:
        """The sheet lies there now."""
        self.written = place
        self.state.hide()
        words = _("Saved: {file}. Print it, lock the paper away, then delete the file.")
        self.notice.say(words.format(file=place), "done")

    def complete(self) -> bool:
        """The sheet was written."""
        if self.written is None:
            self.notice.say(self._missing, "attention")
            self.save_button.setFocus()
        return self.written is not None
