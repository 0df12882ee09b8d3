"""A time of day, typed as people write it."""

from __future__ import annotations

import re

from zhaohu.i18n import _
from zhaohu.ui.widgets.fields import LineField, halfwidth

_SHAPE = re.compile(r"(?P<h>\d{1,2})(?:[:点时.]?(?P<m>\d{2})分?|[点时])?")


def read_time(text: str) -> str | None:
    """A time as HH:MM from 9, 930, 0930, 9:30, 9：30 or 9点30分; None when it is none."""
    found = _SHAPE.fullmatch(halfwidth(text).strip())
    if found is None:
        return None
    hour, minute = int(found["h"]), int(found["m"] or 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


class TimeField(LineField):
    """A time of day; `value()` is HH:MM."""

    def __init__(self) -> None:
        super().__init__(width="field_short", placeholder=_("hour:minute"))
        self.edit.setMaxLength(8)
        self.edit.editingFinished.connect(self._tidy)

    def value(self) -> str | None:
        """The time; None when empty or not a time."""
        return read_time(self.text())

    def set_value(self, value: object) -> None:
        """Show a time given as HH:MM."""
        self.edit.setText("" if value is None else str(value))

    def unread(self) -> str:
        """What was typed is no time."""
        if self.is_empty() or self.value() is not None:
            return ""
        return _("This is not a time. Write it as 9:30 or 0930.")

    def _tidy(self) -> None:
        time = self.value()
        if time is not None and self.edit.text() != time:
            self.edit.setText(time)
