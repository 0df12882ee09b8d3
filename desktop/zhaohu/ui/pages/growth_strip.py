"""How the child grows, in one line: the verdict, what stands behind it, the next check, and what can be done."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from zhaohu.i18n import _, form_term, sentences
from zhaohu.rules.growth.trend import Trend, Urgency, Verdict
from zhaohu.services.growth import trend_words
from zhaohu.ui import theme
from zhaohu.ui.widgets.layout import column, row
from zhaohu.ui.widgets.words import TONE_ICONS, IconLabel, label, set_kind, set_tone, show_if

_TONES = {Urgency.NONE: "done", Urgency.ADVISE: "attention", Urgency.RECHECK: "attention", Urgency.REFER: "danger"}


def trend_tone(trend: Trend) -> str:
    """The tone of a trend: quiet while nothing can be said, else by what it asks for."""
    if trend.verdict is Verdict.UNCLEAR and trend.urgency is Urgency.NONE:
        return ""
    return _TONES[trend.urgency]


class TrendStrip(QFrame):
    """Shows a `Trend`; the buttons at its right end are the page's."""

    def __init__(self, *buttons: QWidget) -> None:
        super().__init__()
        set_kind(self, "notice")
        self._icon, self._verdict = IconLabel("info"), label("", "strong")
        self._advice, self._why = label("", "soft", wrap=True), label("")
        self._found = ""
        self._why.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._next = label("", "soft")
        first = row(self._icon, self._verdict, gap=2)
        first.addWidget(self._advice, 1)
        first.addWidget(self._next)
        for button in buttons:
            first.addWidget(button)
        whole = column(first, self._why, gap=0)
        whole.setContentsMargins(theme.space(2), theme.space(1), theme.space(1), theme.space(1))
        self.setLayout(whole)

    def show_trend(self, trend: Trend, today: date) -> None:
        """Say it: what was found has a line of its own, advice for a child that thrives stands beside the verdict."""
        tone = trend_tone(trend)
        set_tone(self, tone)
        self._icon.set_icon(TONE_ICONS[tone], tone or "quiet")
        self._verdict.setText(verdict_words(trend))
        set_tone(self._verdict, tone)
        found = [one.message for one in trend.all()]
        whole = "\n".join([trend_words.verdict_line(trend), *trend_words.finding_lines(trend), *trend.advice])
        self._advice.setText("" if found else next(iter(trend.advice), ""))
        self._found = sentences([*found[:1], *trend.advice[:1]]) if found else ""
        self._fit()
        show_if(self._why, bool(found))
        due = trend_words.next_check_words(trend, today)
        self._next.setText(due)
        set_tone(self._next, "attention" if trend_words.is_overdue(trend, today) else "")
        self.setToolTip(whole)
        self.setAccessibleName(_("Growth: {verdict}").format(verdict=self._verdict.text()))
        self.setAccessibleDescription("\n".join(filter(None, (whole, due))))

    def words(self) -> tuple[str, str, str]:
        """Verdict, what stands behind it, next check."""
        return self._verdict.text(), self._found or self._advice.text(), self._next.text()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """As much of what was found as one line holds; the tool tip has it all."""
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        room = self.contentsRect().width() - theme.space(3)
        self._why.setText(self._why.fontMetrics().elidedText(self._found, Qt.TextElideMode.ElideRight, room))


def verdict_words(trend: Trend) -> str:
    """The verdict and the nutrition status; as a boy and as a girl where the sex is not known and they differ."""
    if trend.either is not None:
        return trend_words.verdict_line(trend)
    return " · ".join(form_term(str(word)) for word in (trend.verdict, *trend.statuses))
