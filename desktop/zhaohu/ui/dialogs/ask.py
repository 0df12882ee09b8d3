"""Small questions, each a function that returns the answer, so that a test answers by replacing it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox, QWidget

from zhaohu.i18n import _
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.words import TONE_ICONS, set_kind


def _box(parent: QWidget | None, title: str, text: str, tone: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.NoIcon, title, title, QMessageBox.StandardButton.NoButton, parent)
    box.setIconPixmap(icons.pixmap(TONE_ICONS[tone], tone or "accent", pixels=theme.size("icon_large")))
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setInformativeText(text)
    if (shown := box.findChild(QLabel, "qt_msgbox_informativelabel")) is not None:
        shown.setMinimumWidth(theme.size("field_long"))  # else it is as narrow as the title
    return box


def message(parent: QWidget | None, title: str, text: str, *, tone: str = "") -> None:
    """Tell something and wait until it was read."""
    box = _box(parent, title, text, tone)
    box.addButton(QMessageBox.StandardButton.Ok)
    box.exec()
    box.deleteLater()


def confirm(parent: QWidget | None, title: str, text: str, *, do: str, danger: bool = False) -> bool:
    """Ask before something is done.

    Args:
        parent: The window it belongs to.
        title: The question.
        text: What will happen, and what will be lost if anything is.
        do: The verb on the button that does it.
        danger: It destroys something: the button is red and Enter does not press it.
    """
    box = _box(parent, title, text, "attention" if danger else "")
    yes = box.addButton(do, QMessageBox.ButtonRole.AcceptRole)
    no = box.addButton(QMessageBox.StandardButton.Cancel)
    set_kind(yes, "danger" if danger else "primary")
    box.setDefaultButton(no if danger else yes)
    box.setEscapeButton(no)
    box.exec()
    answer = box.clickedButton() is yes
    box.deleteLater()
    return answer


def unsaved(parent: QWidget | None, text: str, keeps_draft: bool = False) -> str:
    """What becomes of work that is not saved: "save", "discard" or "stay"; with a draft also "keep", by Enter."""
    box = _box(parent, _("Save what you have entered?"), text, "attention")
    keep = box.addButton(_("Keep as draft"), QMessageBox.ButtonRole.ActionRole) if keeps_draft else None
    save = box.addButton(QMessageBox.StandardButton.Save)
    discard = box.addButton(QMessageBox.StandardButton.Discard)
    stay = box.addButton(QMessageBox.StandardButton.Cancel)
    if keep is not None:
        set_kind(keep, "primary")
    box.setDefaultButton(keep or save)
    box.setEscapeButton(stay)
    box.exec()
    pressed = box.clickedButton()
    box.deleteLater()
    if keep is not None and pressed is keep:
        return "keep"
    return "save" if pressed is save else "discard" if pressed is discard else "stay"


def open_files(parent: QWidget | None, title: str, kinds: str, *, many: bool = False) -> list[Path]:
    """Files to read, none when the person thought better of it; `kinds` as "Spreadsheets (*.xlsx *.csv)"."""
    if many:
        return [Path(name) for name in QFileDialog.getOpenFileNames(parent, title, "", kinds)[0]]
    name = QFileDialog.getOpenFileName(parent, title, "", kinds)[0]
    return [Path(name)] if name else []


def save_file(parent: QWidget | None, title: str, suggested: str, kinds: str) -> Path | None:
    """Where to write a file (Qt asks before it replaces one), None when the person thought better of it."""
    name = QFileDialog.getSaveFileName(parent, title, suggested, kinds)[0]
    return Path(name) if name else None


def folder(parent: QWidget | None, title: str) -> Path | None:
    """A folder, None when the person thought better of it."""
    name = QFileDialog.getExistingDirectory(parent, title)
    return Path(name) if name else None
