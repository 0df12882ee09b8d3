"""Fingerprints to compare over the telephone, before keys are trusted."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from zhaohu.i18n import _
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fingerprint import Fingerprint
from zhaohu.ui.widgets.layout import STRETCH, Card, column, row
from zhaohu.ui.widgets.words import label, set_kind


class Fingerprints(QDialog):
    """Shows fingerprints large; `Fingerprints.show_for(...)`. With `do` it asks, and is accepted when they agree.

    Args:
        parent: The window it belongs to.
        title: What this is about.
        lead: What to do, in a sentence or two.
        fingerprints: Whose, and the groups.
        do: What the button says that confirms they agree; empty only shows.
        print_letter: Called to print the letter with this site's fingerprint; None has no such button.
    """

    def __init__(
        self,
        parent: QWidget | None,
        title: str,
        lead: str,
        fingerprints: Sequence[tuple[str, str]],
        *,
        do: str = "",
        print_letter: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        set_kind(self, "page")
        self.prints = [Fingerprint(words, text) for words, text in fingerprints]
        buttons = row()
        if print_letter is not None:
            buttons.addWidget(button(_("Print the key letter"), print_letter, icon="print", shortcut="Ctrl+P"))
        buttons.addStretch(1)
        if do:
            differ = button(_("They differ"), self.reject)
            differ.setFocus()  # so that Enter confirms nothing by accident
            buttons.addWidget(differ)
            self.do_button = button(do, self.accept, kind="primary")
        else:
            self.do_button = button(_("Close"), self.accept, kind="primary")
            self.do_button.setFocus()
        buttons.addWidget(self.do_button)
        cards = [Card("", shown) for shown in self.prints]
        outer = column(label(title, "title"), label(lead, wrap=True), *cards, gap=4, margin=6)
        outer.addLayout(row(STRETCH))
        outer.addLayout(buttons)
        self.setLayout(outer)

    @classmethod
    def show_for(
        cls,
        parent: QWidget | None,
        title: str,
        lead: str,
        fingerprints: Sequence[tuple[str, str]],
        *,
        do: str = "",
        print_letter: Callable[[], object] | None = None,
    ) -> Fingerprints:
        """Open the window over its parent and go on; the arguments are the class's."""
        dialog = cls(parent, title, lead, fingerprints, do=do, print_letter=print_letter)
        dialog.open()
        return dialog
