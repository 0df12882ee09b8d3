"""The five indicators at a glance: the newest value of each, its grade, z-score and change."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QLabel, QPushButton, QSizePolicy, QStyle, QStyleOptionButton, QStylePainter, QWidget

from zhaohu.i18n import N_, _, form_term, format_date
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import UNITS, Indicator, Standard
from zhaohu.rules.growth.words import reason_text
from zhaohu.services.growth.growth_view import GrowthView, change_text
from zhaohu.services.growth.growth_words import percentile_text, stands_out, value_text, z_text
from zhaohu.ui import theme
from zhaohu.ui.widgets.layout import STRETCH, column, row
from zhaohu.ui.widgets.words import label, set_kind, set_tone

INDICATORS = {
    Indicator.WFA: N_("Weight"),
    Indicator.LHFA: N_("Length/height"),
    Indicator.WFL: N_("Weight by length"),
    Indicator.BFA: N_("BMI"),
    Indicator.HCFA: N_("Head"),
}


def grade_words(day: MeasuredDay, standard: Standard, indicator: Indicator) -> str:
    """The grade of a day, its percentile where the standard has no grades, or why there is neither.

    Where the sex is not known, as a boy and as a girl.
    """
    if day.either is not None:
        boy, girl = (grade_words(one, standard, indicator) for one in day.either)
        return boy if boy == girl else _("boy {boy}, girl {girl}").format(boy=boy, girl=girl)
    result = day.by(standard).of(indicator)
    if result.reason is not None:
        return reason_text(result.reason)
    grades = [form_term(str(word)) for word in (result.level, result.status) if word is not None]
    return " · ".join(grades) or f"P{percentile_text(result)}"


def z_words(day: MeasuredDay, standard: Standard, indicator: Indicator) -> str:
    """The z-score of a day; where the sex is not known, as a boy and as a girl."""
    if day.either is not None:
        return " / ".join(z_words(one, standard, indicator) for one in day.either)
    return z_text(day.by(standard).of(indicator).z)


def either_lines(day: MeasuredDay, standard: Standard, indicator: Indicator) -> list[str]:
    """Both results of a child whose sex is not known, a line for each; nothing for the others."""
    lines = []
    for words, one in zip((_("As a boy: {finding}"), _("As a girl: {finding}")), day.either or (), strict=False):
        found = filter(None, (z_words(one, standard, indicator), grade_words(one, standard, indicator)))
        lines.append(words.format(finding=" · ".join(found)))
    return lines


def needs_attention(day: MeasuredDay, standard: Standard, indicator: Indicator) -> bool:
    """Whether a result stands out, by either sex's tables where the sex is not known."""
    days = day.either or (day,)
    return any(stands_out(one.by(standard).of(indicator)) for one in days)


class IndicatorTile(QPushButton):
    """One indicator; a button of three lines."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        set_kind(self, "tile")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        self.setAutoDefault(False)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)
        self._change, self._value, self._z = label("", "note"), label("", "strong"), label("", "note")
        self._grade = label("", "note")
        self._lines = column(
            row(label(words, "note"), STRETCH, self._change, gap=1),
            row(self._value, STRETCH, self._z, gap=1),
            self._grade,
            gap=0,
        )
        self._lines.setContentsMargins(theme.space(2), theme.space(1) // 2, theme.space(2), theme.space(1) // 2)
        self.setLayout(self._lines)
        for part in self.findChildren(QLabel):
            part.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def say(self, value: str, z: str, change: str, grade: str, tone: str, hint: str) -> None:
        """Show the newest measurement."""
        for part, words in ((self._value, value), (self._z, z), (self._change, change)):
            part.setText(words)
        room = theme.size("tile") - theme.space(5)
        self._grade.setText(self._grade.fontMetrics().elidedText(grade, Qt.TextElideMode.ElideRight, room))
        set_tone(self._grade, tone)
        self.setToolTip(hint)
        self.setAccessibleName(self.text())
        self.setAccessibleDescription(hint)

    def words(self) -> tuple[str, str, str, str]:
        """Value, z-score, change and grade as shown."""
        return self._value.text(), self._z.text(), self._change.text(), self._grade.text()

    def sizeHint(self) -> QSize:
        """What the lines need, however long the words of the grade."""
        return QSize(theme.size("tile"), self._lines.sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """The button's frame; its words are the labels on it."""
        option = QStyleOptionButton()
        self.initStyleOption(option)
        option.text = ""  # type: ignore[attr-defined]  # Qt's stubs forget it
        QStylePainter(self).drawControl(QStyle.ControlElement.CE_PushButton, option)


class IndicatorRail(QWidget):
    """The tiles below one another.

    Signals:
        changed: A person chose another indicator.
    """

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.tiles = {one: IndicatorTile(_(words)) for one, words in INDICATORS.items()}
        whole = column(*self.tiles.values(), gap=1)
        self.setLayout(whole)
        self.setAccessibleName(_("Indicator"))
        self.setFixedWidth(theme.size("tile"))
        self.tiles[Indicator.WFA].setChecked(True)
        for tile in self.tiles.values():
            tile.clicked.connect(self.changed)

    def current(self) -> Indicator:
        """The one that is chosen."""
        return next(one for one, tile in self.tiles.items() if tile.isChecked())

    def choose(self, indicator: Indicator) -> None:
        """Choose one; does not emit `changed`."""
        self.tiles[indicator].setChecked(True)

    def show_view(self, view: GrowthView, standard: Standard) -> None:
        """Show the newest measurement of each by a standard."""
        for indicator, tile in self.tiles.items():
            measured = view.measured(indicator, standard)
            if not measured:
                tile.say("—", "", "", _("Not measured yet"), "quiet", _("Not measured yet"))
                continue
            last = measured[-1]
            value = f"{value_text(indicator, last.by(standard).of(indicator).value)} {UNITS[indicator]}"
            changes = view.changes(indicator, standard)
            change = change_text(indicator, changes[last.on]) if last.on in changes else ""
            z, grade = z_words(last, standard, indicator), grade_words(last, standard, indicator)
            tone = "attention" if needs_attention(last, standard, indicator) else ""
            hint = ", ".join(part for part in (format_date(last.on), value, z, grade) if part)
            said = z if " / " in z else _("z {z}").format(z=z) if z else ""
            tile.say(value, said, change.removesuffix(f" {UNITS[indicator]}"), grade, tone, hint)
