"""The code of the recovery sheet: groups of four that form themselves, in a type whose characters differ clearly."""

from __future__ import annotations

import string

from PySide6.QtGui import QFontDatabase

from zhaohu.ui.widgets.fields import TextField, halfwidth

_GROUP = 4
_KEPT = frozenset(string.ascii_uppercase + string.digits)
_LONGEST = 100  # a scanner may send what stands around the code


class CodeField(TextField):
    """One line for a long code, typed or scanned; small letters, blanks and dashes do not matter."""

    def __init__(self) -> None:
        super().__init__(width="field_long", max_length=_LONGEST)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        self.edit.setFont(font)
        self.edit.textEdited.connect(self._group)

    def _group(self, typed: str) -> None:
        """Write the groups anew around the cursor, which stays behind the same character."""
        before = len(_plain(typed[: self.edit.cursorPosition()]))
        plain = _plain(typed)
        self.edit.setText("-".join(plain[at : at + _GROUP] for at in range(0, len(plain), _GROUP)))
        self.edit.setCursorPosition(before + max(before - 1, 0) // _GROUP)


def _plain(typed: str) -> str:
    return "".join(c for c in halfwidth(typed).upper() if c in _KEPT)
