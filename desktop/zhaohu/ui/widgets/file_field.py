"""A file to read or a place to write one, chosen in the system's dialog."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from zhaohu.i18n import _
from zhaohu.ui import theme
from zhaohu.ui.dialogs import ask
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.fields import LineField


class FileField(LineField):
    """A path; `value()` is a `Path`. It is chosen with the button, never typed.

    Args:
        title: What is chosen, for the dialog.
        kinds: Its filter, such as "Enrolment files (*.zhe)".
        suggest: Gives the name that is offered for a file to write; None chooses a file to read.
    """

    def __init__(self, title: str, kinds: str, suggest: Callable[[], str] | None = None) -> None:
        super().__init__(width="")
        self._title, self._kinds, self._suggest = title, kinds, suggest
        self._path: Path | None = None
        self.edit.setReadOnly(True)
        self.edit.setMinimumWidth(theme.size("field"))
        self.choose_button = button(_("Choose…"), self.choose, icon="folder")
        self.line.insertWidget(1, self.choose_button)
        self.setFocusProxy(self.choose_button)

    def value(self) -> Path | None:
        """The path; None while nothing was chosen."""
        return self._path

    def set_value(self, value: object) -> None:
        """Show a path."""
        self._path = value if isinstance(value, Path) else None
        self.edit.setText("" if self._path is None else str(self._path))

    def set_name(self, name: str, description: str = "") -> None:
        """What a screen reader calls the line and the button."""
        super().set_name(name, description)
        self.edit.setAccessibleName(name)
        self.choose_button.setAccessibleName(_("{what}: choose").format(what=name))

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting choose."""
        self.choose_button.setEnabled(not read_only)

    def is_read_only(self) -> bool:
        """Whether it only shows."""
        return not self.choose_button.isEnabled()

    def choose(self) -> None:
        """Ask for the file."""
        if self._suggest is None:
            path = next(iter(ask.open_files(self.window(), self._title, self._kinds)), None)
        else:
            path = ask.save_file(self.window(), self._title, self._suggest(), self._kinds)
        if path is not None:
            self.set_value(path)
            self.changed.emit()
