"""Told once when the program made a mistake: what it means for the work, and the whole report to read and keep."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QPlainTextEdit, QWidget

from zhaohu.i18n import _
from zhaohu.paths import write_atomic
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, show_if


def tell(parent: QWidget | None, report: Path | None) -> None:
    """Tell it and wait until it was read.

    Args:
        parent: The window it belongs to.
        report: Where the report was saved, None when that failed.
    """
    dialog = CrashReport(parent, report)
    dialog.exec()
    dialog.deleteLater()


class CrashReport(QDialog):
    """The window that tells it; without a report there is nothing to show or save.

    Args:
        parent: The window it belongs to.
        report: Where the report was saved.
    """

    def __init__(self, parent: QWidget | None, report: Path | None) -> None:
        super().__init__(parent)
        self.setWindowTitle(_("An error in the program"))
        self.setMinimumWidth(theme.size("dialog"))
        said = [
            _("Something went wrong in the program. What was saved is safe; the last step may have to be repeated.")
        ]
        self._text = _read(report)
        if report is not None and self._text:  # the whole path would not wrap; About says where the profile lies
            inside = f"\n{report.parent.name}/{report.name}"
            said.append(_("A report without names or numbers was saved: {path}").format(path=inside))
        self.words = label("\n\n".join(said), wrap=True)
        self.report = QPlainTextEdit(self._text)
        self.report.setReadOnly(True)
        self.report.setAccessibleName(_("Report"))
        self.report.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        show_if(self.report, False)
        self.show_button = button(_("Show the report"), self._on_show, kind="flat")
        self.save_button = button(_("Save a copy…"), self._on_save, kind="flat")
        for one in (self.show_button, self.save_button):
            show_if(one, bool(self._text))
        close = button(_("Close"), self.accept, kind="primary")
        close.setDefault(True)
        lines = column(label(_("An error in the program"), "section"), self.words, gap=2)
        head = row(gap=4)
        head.addWidget(IconLabel(TONE_ICONS["danger"], "danger", size="icon_large"), 0, Qt.AlignmentFlag.AlignTop)
        head.addLayout(lines, 1)
        buttons = row(self.show_button, self.save_button, STRETCH, close, gap=2)
        layout = column(head, gap=4, margin=6)
        layout.addWidget(self.report, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def _on_show(self) -> None:
        show_if(self.report, True)
        self.resize(max(self.width(), theme.size("dialog")), self.height() + theme.size("dialog") // 2)
        self.show_button.setEnabled(False)
        self.report.setFocus()

    def _on_save(self) -> None:
        place = ask.save_file(self, _("Save a copy of the report"), "zhaohu-crash.txt", _("Text (*.txt)"))
        if place is None:
            return
        try:
            write_atomic(place, self._text.encode("utf-8"))
        except OSError:
            problem = _("The file {file} cannot be written. Check the folder.").format(file=place)
            ask.message(self, _("This is not possible"), problem)


def _read(report: Path | None) -> str:
    try:
        return report.read_text("utf-8") if report is not None else ""
    except (OSError, ValueError):
        return ""
