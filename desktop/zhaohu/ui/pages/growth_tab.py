"""The growth tab: how the child grows in words, the newest of each indicator, the curve, and the measurements."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from PySide6.QtCore import QPoint, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QWidget

from zhaohu.i18n import N_, _, sentences
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.curves.chart import ChartGeometry, Lines, Mark, Window
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.rules.growth.words import standard_title
from zhaohu.services.desk import WRITERS, Desk
from zhaohu.services.growth import growth_view
from zhaohu.services.growth.growth_view import GrowthView, change_words
from zhaohu.services.growth.growth_words import growth_flags
from zhaohu.services.growth.trend_words import finding_lines, to_do_lines, verdict_line
from zhaohu.ui.dialogs import ask
from zhaohu.ui.dialogs.manual import show_manual
from zhaohu.ui.pages.growth_rail import IndicatorRail, either_lines
from zhaohu.ui.pages.growth_strip import TrendStrip
from zhaohu.ui.pages.growth_table import MeasurementTable
from zhaohu.ui.widgets.buttons import button, icon_button
from zhaohu.ui.widgets.chart import GrowthChart
from zhaohu.ui.widgets.chart_sheet import ZOOM
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.layout import column, row
from zhaohu.ui.widgets.words import label, set_kind, set_tone, show_if

_STANDARDS = {
    Standard.CHINA: N_("WS/T 423-2022"),
    Standard.WHO: N_("WHO"),
    Standard.INTERGROWTH: N_("INTERGROWTH"),
}
_PERCENTILES = "percentiles"

Fetch = Callable[[Callable[[], GrowthView], Callable[[GrowthView], object]], None]
"""Reads off the GUI thread, then shows."""


class GrowthTab(QWidget):
    """A child's growth.

    Args:
        desk: Where to read.
        child_id: Whose growth.
        fetch: Runs a reading for this tab.

    Signals:
        print_wanted(indicator, standard, lines): A chart is to be printed, or all of a standard's with no indicator.
        family_sheet_wanted: The sheet for the family is to be printed.
        referral_wanted: A referral is to be written.
    """

    print_wanted = Signal(object, object, object)
    family_sheet_wanted = Signal()
    referral_wanted = Signal()

    def __init__(self, desk: Desk, child_id: str, fetch: Fetch) -> None:
        super().__init__()
        self._desk, self._child_id, self._fetch = desk, child_id, fetch
        self._view: GrowthView | None = None
        self._window: Window | None = None
        self._said = ""
        self._writes = desk.person.role in WRITERS
        self._editable = False
        self.rail = IndicatorRail()
        self.chart = GrowthChart(more=self._more)
        self.table = MeasurementTable()
        self.reading = label("", "note")
        self.reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._make_switches()
        self._make_buttons()
        self.strip = TrendStrip(self.refer_button, self.manual_button, self.print_button, self.more_button)
        self._lay_out()
        self._connect()

    def _make_switches(self) -> None:
        both = [(one, _(words)) for one, words in _STANDARDS.items() if one is not Standard.INTERGROWTH]
        self.standard_chips = ChipBar(both, name=_("Standard"))
        self.standard_chips.setToolTip("\n".join(standard_title(one) for one in _STANDARDS))
        self._has_intergrowth = False
        self.line_chips = ChipBar([(_PERCENTILES, _("Percentile lines"))], single=False, name=_("Lines"))
        self.window_chips = ChipBar(name=_("Part that is shown"))
        self._windows: dict[str, Window] = {}
        self._bar = row(gap=1)
        self._bar.addWidget(self.window_chips, 1)
        self.zoom_out = icon_button("zoom-out", _("Show more (−)"), self._on_zoom_out)
        self.zoom_in = icon_button("zoom-in", _("Zoom in (+)"), self._on_zoom_in)
        self._bar.addWidget(self.zoom_out)
        self._bar.addWidget(self.zoom_in)

    def _make_buttons(self) -> None:
        self.refer_button = button(_("Refer"), self.referral_wanted.emit, icon="export")
        self.refer_button.hide()
        self.manual_button = button(_("Method"), self._on_manual, kind="flat", icon="help")
        self.manual_button.setToolTip(_("How growth is assessed, and where the numbers come from"))
        self.print_button = button(_("Print the chart"), self._on_print, icon="print", shortcut="Ctrl+P")
        self.more_button = icon_button("chevron-down", _("Reasons, other papers, referral"), self._on_more)
        self.menu = QMenu(self)
        self.why = self.menu.addAction(_("Reasons and advice…"), self._on_why)
        self.menu.addSeparator()
        self.print_all = self.menu.addAction(_("Print all indicators"), self._on_print_all)
        self.print_family = self.menu.addAction(_("Print the sheet for the family"), self.family_sheet_wanted.emit)
        self.menu.addSeparator()
        self.refer = self.menu.addAction(_("Write a referral"), self.referral_wanted.emit)
        show_if(self.print_button, self._writes)
        for action in (self.print_all, self.print_family):
            action.setVisible(self._writes)

    def _lay_out(self) -> None:
        left = column(self._bar, gap=1)
        left.addWidget(self.chart, 1)
        self.table.tools.addWidget(self.standard_chips, 1)
        self.table.tools.addWidget(self.line_chips)
        both = row(gap=2)
        both.addLayout(left, 3)
        both.addWidget(self.table, 2)
        right = column(gap=1)
        right.addLayout(both, 1)
        right.addWidget(self.reading)
        whole = row(gap=2)
        whole.addWidget(self.rail)
        whole.addLayout(right, 1)
        page = column(self.strip, gap=1)
        page.addLayout(whole, 1)
        self.setLayout(page)

    def _connect(self) -> None:
        self.rail.changed.connect(self._on_indicator)
        self.standard_chips.changed.connect(self._on_standard)
        self.line_chips.changed.connect(self._draw)
        self.window_chips.changed.connect(self._on_window)
        self.chart.window_wanted.connect(self._on_window_wanted)
        self.chart.pointed.connect(self._on_pointed)
        self.chart.compared.connect(self._on_compared)
        self.table.picked.connect(self._on_picked)
        self.table.pair_chosen.connect(self._on_pair)

    def indicator(self) -> Indicator:
        """What is shown."""
        return self.rail.current()

    def standard(self) -> Standard:
        """By which standard."""
        return Standard(self.standard_chips.current())

    def lines(self) -> Lines:
        """SD or percentiles."""
        return Lines.PERCENTILE if self.line_chips.chosen() else Lines.SD

    def set_editable(self, editable: bool) -> None:
        """Whether something can be recorded for this child here."""
        self._editable = editable and self._writes
        self.refer.setVisible(self._editable)
        self._offer_referral()

    # -- reading and showing

    def reload(self) -> None:
        """Read the child's growth anew."""
        self._fetch(lambda: growth_view.view(self._desk, self._child_id), self._show)

    def _show(self, view: GrowthView) -> None:
        self._view = view
        if view.preterm and not self._has_intergrowth:
            self.standard_chips.add(Standard.INTERGROWTH, _(_STANDARDS[Standard.INTERGROWTH]))
            self._has_intergrowth = True
        self.strip.show_trend(view.trend, self._desk.today)
        self._offer_referral()
        self._draw()

    def _draw(self) -> None:
        view = self._view
        if view is None:
            return
        indicator, standard = self.indicator(), self.standard()
        self.rail.show_view(view, standard)
        geometry = view.chart(indicator, standard, self.lines(), self._window)
        self._offer_windows(geometry)
        self.chart.set_chart(geometry)
        self._fill_table(view)
        self._say_reading()

    def _fill_table(self, view: GrowthView) -> None:
        """The rows, those chosen that the chart points at: what is compared stays so on another chart."""
        pair, mark = self.chart.pair(), self.chart.current()
        before = self.table.blockSignals(True)
        self.table.show_view(view, self.indicator(), self.standard())
        self.table.choose_days(*(one.on for one in pair or filter(None, [mark])))
        self.table.blockSignals(before)

    def _offer_windows(self, geometry: ChartGeometry) -> None:
        windows = dict(geometry.windows)
        if windows != self._windows:
            fresh = ChipBar([(name, name) for name in windows], name=_("Part that is shown"))
            fresh.changed.connect(self._on_window)
            self._bar.replaceWidget(self.window_chips, fresh)
            self.setTabOrder(self.rail.tiles[Indicator.HCFA], fresh)
            self.window_chips.hide()
            self.window_chips.deleteLater()
            self.window_chips, self._windows = fresh, windows
        shown = geometry.x_axis.low, geometry.x_axis.high
        self.window_chips.choose(*(name for name, one in windows.items() if (one.low, one.high) == shown))

    def _offer_referral(self) -> None:
        show_if(self.refer_button, self._editable and self._view is not None and self._view.trend.refer)

    def _more(self, mark: Mark) -> list[str]:
        """For the card of a point: what changed since the visit before, and how fast the child grew."""
        view, indicator = self._view, self.indicator()
        if view is None:
            return []
        found = view.changes(indicator, self.standard()).get(mark.on)
        days = [day for day in view.days if day.on == mark.on]
        both = either_lines(days[0], self.standard(), indicator) if days else []
        lines = [_("Since the last time: {change}").format(change=change_words(indicator, found))] if found else []
        return [*both, *lines, *filter(None, [view.velocity_until(indicator, mark.on)])]

    # -- what a person chooses

    def _on_indicator(self) -> None:
        if self.standard() is Standard.INTERGROWTH and self.indicator() not in PRETERM_INDICATORS:
            self.standard_chips.choose(Standard.CHINA)
        self._window = None
        self._draw()

    def _on_standard(self) -> None:
        if self.standard() is Standard.INTERGROWTH and self.indicator() not in PRETERM_INDICATORS:
            self.rail.choose(Indicator.WFA)
        self._window = None
        self._draw()

    def _on_window(self) -> None:
        self._on_window_wanted(self._windows[self.window_chips.current()])

    def _on_window_wanted(self, window: Window | None) -> None:
        self._window = window
        self._draw()

    def _on_zoom_in(self) -> None:
        self.chart.zoom(ZOOM)

    def _on_zoom_out(self) -> None:
        self.chart.zoom(1 / ZOOM)

    # -- chart and table point at the same days

    def _on_picked(self, day) -> None:
        self.chart.point_at(None if day is None else self._place(day.on))

    def _place(self, on: date) -> int | None:
        return next((place for place, mark in enumerate(self.chart.marks()) if mark.on == on), None)

    def _on_pair(self, earlier: date | None, later: date | None) -> None:
        pair = self.chart.pair()
        if earlier is None or later is None:
            if pair is not None:
                self.chart.compare(None, None)
        elif pair is None or (pair[0].on, pair[1].on) != (earlier, later):
            self.chart.compare(self._place(earlier), self._place(later))

    def _on_pointed(self, mark: Mark | None) -> None:
        if mark is not None and self.chart.pair() is None:
            self.table.choose_days(mark.on)

    def _on_compared(self, one: Mark | None, other: Mark | None) -> None:
        if one is not None and other is not None:
            self.table.choose_days(one.on, other.on)
        self._say_reading()

    def _say_reading(self) -> None:
        """Under the chart: the comparison, else what to know of the scores, else how to compare."""
        pair, view = self.chart.pair(), self._view
        flags = growth_flags(view.days) if view is not None else []
        words = sentences(flags)
        if pair is not None and view is not None:
            words = view.compared(self.indicator(), self.standard(), pair[0].on, pair[1].on)
        hint = _("To compare two measurements: Shift and a click on the second, or Shift and the arrow keys.")
        self._said = words or hint
        self._fit_reading()
        set_kind(self.reading, "" if pair is not None else "note")
        set_tone(self.reading, "attention" if flags and pair is None else "")

    def _fit_reading(self) -> None:
        """One line of it, so that the curve keeps its room; the tool tip has it all."""
        fitting = self.reading.fontMetrics().elidedText(self._said, Qt.TextElideMode.ElideRight, self.reading.width())
        self.reading.setText(fitting)
        self.reading.setToolTip(self._said if fitting != self._said else "")
        self.reading.setAccessibleName(self._said)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The line under the chart fits again."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._fit_reading)

    # -- paper, method

    def _on_print(self) -> None:
        self.print_wanted.emit(self.indicator(), self.standard(), self.lines())

    def _on_print_all(self) -> None:
        self.print_wanted.emit(None, self.standard(), self.lines())

    def _on_more(self) -> None:
        self.menu.popup(self.more_button.mapToGlobal(QPoint(0, self.more_button.height())))

    def _on_why(self) -> None:
        if self._view is not None:
            trend = self._view.trend
            lines = [*to_do_lines(trend, self._desk.today), *finding_lines(trend)]
            text = "\n\n".join([verdict_line(trend), *lines])
            ask.message(self.window(), _("Growth assessment"), text)

    def _on_manual(self) -> None:
        show_manual(self.window(), "growth")
