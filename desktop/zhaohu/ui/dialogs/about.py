"""What this program is, its version and where its data lies."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QWidget

from zhaohu import __version__
from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import IconLabel, label


class About(QDialog):
    """A small window; `About.show_for(parent, profile)`."""

    def __init__(self, parent: QWidget | None, profile: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("About Zhaohu"))
        self.setMinimumWidth(theme.size("dialog"))
        lines = column(
            label(_("Zhaohu"), "title"),
            label(_("Version {version}").format(version=__version__), "soft"),
            label(
                _("Registers, visits, classes and staffing of child-care guidance stations and their center."),
                wrap=True,
            ),
            label(_("The data lies in {folder}, encrypted.").format(folder=profile), "note", wrap=True),
            row(button(_("How growth is assessed"), self._on_growth, kind="link"), STRETCH),
            gap=2,
        )
        close = button(_("Close"), self.accept, kind="primary")
        close.setFocus()
        self.setLayout(
            column(
                row(IconLabel("logo", "accent", size="icon_large"), lines, gap=4), row(STRETCH, close), gap=4, margin=6
            )
        )

    def _on_growth(self) -> None:
        from zhaohu.ui.dialogs.manual import show_manual

        self.accept()  # while this window is open no other could be scrolled
        show_manual(self.parentWidget(), "growth")

    @classmethod
    def show_for(cls, parent: QWidget | None, profile: str) -> None:
        """Show it and wait until it was closed."""
        dialog = cls(parent, profile)
        dialog.exec()
        dialog.deleteLater()
