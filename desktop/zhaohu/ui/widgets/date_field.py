"""A day, typed as people write days or picked from a calendar."""

from __future__ import annotations

import re
from datetime import date, timedelta

from PySide6.QtCore import QDate, QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QTextCharFormat
from PySide6.QtWidgets import QCalendarWidget, QDialog, QToolButton, QWidget

from zhaohu.i18n import _
from zhaohu.ui import icons, theme
from zhaohu.ui.widgets.buttons import icon_button
from zhaohu.ui.widgets.fields import LineField, halfwidth
from zhaohu.ui.widgets.layout import column

_SHAPES = (
    re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})"),
    re.compile(r"(?P<y>\d{4})\s*[-/.年]\s*(?P<m>\d{1,2})\s*[-/.月]\s*(?P<d>\d{1,2})\s*日?"),
)


def read_date(text: str) -> date | None:
    """A day from 20260305, 2026-3-5, 2026/3/5, 2026.3.5 or 2026年3月5日; None when it is none."""
    plain = halfwidth(text).strip()
    for shape in _SHAPES:
        found = shape.fullmatch(plain)
        if found:
            try:
                return date(int(found["y"]), int(found["m"]), int(found["d"]))
            except ValueError:
                return None
    return None


class _Calendar(QDialog):
    picked = Signal(object)

    def __init__(self, day: date, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAccessibleName(_("Calendar"))
        self.calendar = QCalendarWidget()
        self.calendar.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.calendar.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.calendar.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        weekend = QTextCharFormat()
        weekend.setForeground(theme.colour("quiet"))
        for day_of_week in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.calendar.setWeekdayTextFormat(day_of_week, weekend)
        for name, icon in (("prev", "chevron-left"), ("next", "chevron-right")):
            arrow = self.calendar.findChild(QToolButton, f"qt_calendar_{name}month")
            if isinstance(arrow, QToolButton):
                arrow.setIcon(icons.icon(icon))
        self.calendar.setSelectedDate(QDate(day.year, day.month, day.day))
        self.setLayout(column(self.calendar, margin=1))
        self.calendar.clicked.connect(self._pick)
        self.calendar.activated.connect(self._pick)

    def _pick(self, day: QDate) -> None:
        self.picked.emit(date(day.year(), day.month(), day.day()))
        self.close()


class DateField(LineField):
    """A day. Shows 2026-03-05; Down opens the calendar, Page Up and Page Down step a day.

    Args:
        today: The day the calendar opens on while the field is empty, from the clock.
    """

    def __init__(self, today: date | None = None) -> None:
        super().__init__(width="field_short", placeholder=_("yyyy-mm-dd"))
        self._today = today
        self.edit.setMaxLength(16)
        self._pick_button = icon_button("calendar", _("Open the calendar"), self.open_calendar)
        self.line.insertWidget(1, self._pick_button)
        self.edit.editingFinished.connect(self._tidy)
        self.edit.installEventFilter(self)

    def value(self) -> date | None:
        """The day; None when empty or not a day."""
        return read_date(self.text())

    def set_value(self, value: object) -> None:
        """Show a day, given as a date or as text; text that is no day is shown as it is, to be mended."""
        day = read_date(value) if isinstance(value, str) else value
        self.edit.setText(day.isoformat() if isinstance(day, date) else str(value or ""))

    def unread(self) -> str:
        """What was typed is no day."""
        if self.is_empty() or self.value() is not None:
            return ""
        return _("This is not a date. Write it as 2026-03-05 or 20260305.")

    def set_read_only(self, read_only: bool) -> None:
        """Show without letting change."""
        super().set_read_only(read_only)
        self._pick_button.setEnabled(not read_only)

    def open_calendar(self) -> None:
        """Let the person pick the day."""
        calendar = _Calendar(self.value() or self._today or date(*QDate.currentDate().getDate()), self)
        calendar.picked.connect(self._take)
        calendar.move(self.edit.mapToGlobal(QPoint(0, self.edit.height())))
        calendar.show()
        calendar.calendar.setFocus()

    def eventFilter(self, watched, event) -> bool:
        """Keys of the line."""
        if event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent) and not self.edit.isReadOnly():
            steps = {Qt.Key.Key_PageUp: -1, Qt.Key.Key_PageDown: 1}
            day = self.value()
            if event.key() == Qt.Key.Key_Down:
                self.open_calendar()
                return True
            if event.key() in steps and day is not None:
                self._take(day + timedelta(days=steps[Qt.Key(event.key())]))
                return True
        return super().eventFilter(watched, event)

    def _take(self, day: date) -> None:
        self.set_value(day)
        self.changed.emit()

    def _tidy(self) -> None:
        day = self.value()
        if day is not None and self.edit.text() != day.isoformat():
            self.edit.setText(day.isoformat())
