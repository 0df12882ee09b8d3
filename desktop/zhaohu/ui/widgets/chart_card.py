"""The card beside a point of the growth curve, and the words on it."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFrame, QWidget

from zhaohu.i18n import _, form_term, format_date, format_number
from zhaohu.rules.ages import age_words
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.curves.chart import Mark
from zhaohu.rules.growth.preterm import postmenstrual_days
from zhaohu.rules.growth.terms import Standard
from zhaohu.rules.growth.words import reason_text
from zhaohu.ui import theme
from zhaohu.ui.widgets.layout import column
from zhaohu.ui.widgets.words import label, set_kind


def mark_text(mark: Mark, standard: Standard, more: Iterable[str] = ()) -> str:
    """What a point says: day, ages, value, z-score and percentile, grade, and what else is known, line by line."""
    result = mark.result
    lines = [format_date(mark.on), *_ages(mark, standard), f"{format_number(result.value, 2)} {result.unit}"]
    if result.z is not None and result.percentile is not None:
        words = _("z-score: {z}").format(z=f"{result.z:+.2f}".replace("-0.00", "+0.00"))
        lines.append(_("{z}, percentile P{percentile}").format(z=words, percentile=_percentile(result.percentile)))
    if result.reason is not None:
        lines.append(reason_text(result.reason))
    grades = [form_term(str(word)) for word in (result.level, result.status) if word is not None]
    if grades:
        lines.append(_("Grade: {grade}").format(grade=" · ".join(grades)))
    return "\n".join([*lines, *more])


def _percentile(percentile: float) -> str:
    """With one decimal; the ends as words of comparison."""
    if percentile < 0.1:
        return "<" + format_number(0.1, 1)
    return ">" + format_number(99.9, 1) if percentile > 99.9 else format_number(percentile, 1)


def _ages(mark: Mark, standard: Standard) -> list[str]:
    if standard is Standard.INTERGROWTH:
        weeks, days = divmod(postmenstrual_days(mark.age), 7)
        return [_("Postmenstrual age: {weeks} weeks + {days} days").format(weeks=weeks, days=days)]
    ages = [_("Corrected age: {age}").format(age=_words(mark.age))] if mark.corrected else []
    return [*ages, _("Age: {age}").format(age=_words(mark.since_birth or mark.age))]


def _words(age: Age) -> str:
    return age_words(age.months, age.day_of_month) or _("not yet at term")


class PointCard(QFrame):
    """Says what a point is; lies over the chart and lets the mouse through."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._chart = parent
        set_kind(self, "card")
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._head, self._body = label("", "strong"), label("", "note")
        self.setLayout(column(self._head, self._body, gap=1, margin=2))
        self.hide()

    def text(self) -> str:
        """What it says while it is shown; empty when it is not."""
        return "" if self.isHidden() else f"{self._head.text()}\n{self._body.text()}"

    def say(self, text: str, spot: QPoint) -> None:
        """Show words beside a place of the parent, on the side where there is more room."""
        self._head.setText(text.partition("\n")[0])
        self._body.setText(text.partition("\n")[2])
        self.adjustSize()
        room, size, away = self._chart.size(), self.size(), theme.space(4)
        x = spot.x() + away if spot.x() < room.width() / 2 else spot.x() - away - size.width()
        y = spot.y() - size.height() // 2
        self.move(_within(x, room.width() - size.width()), _within(y, room.height() - size.height()))
        self.raise_()
        self.show()


def _within(at: int, most: int) -> int:
    return max(0, min(at, most))
