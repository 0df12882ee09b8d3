"""The growth tab: the curve, the measurements beside it, both standards, all indicators."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from zhaohu.i18n import N_, _, form_term
from zhaohu.rules.ages import age_words
from zhaohu.rules.growth.chart import ChartGeometry, Mark
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator, Reason, Standard
from zhaohu.rules.growth.words import reason_text, standard_title
from zhaohu.services import growth
from zhaohu.services.desk import Desk
from zhaohu.services.growth_words import growth_flags, percentile_text, value_text, z_text
from zhaohu.ui.widgets.buttons import button
from zhaohu.ui.widgets.chart import GrowthChart
from zhaohu.ui.widgets.chips import ChipBar
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.layout import column, row
from zhaohu.ui.widgets.notice import Notice
from zhaohu.ui.widgets.table import Column

_INDICATORS = {
    Indicator.WFA: N_("Weight"),
    Indicator.LHFA: N_("Length/height"),
    Indicator.WFL: N_("Weight by length"),
    Indicator.BFA: N_("BMI"),
    Indicator.HCFA: N_("Head"),
}
_STANDARDS = {Standard.CHINA: N_("WS/T 423-2022"), Standard.WHO: N_("WHO")}

Fetch = Callable[[Callable[[], object], Callable[..., object]], None]
"""Reads off the GUI thread, then shows."""


class GrowthTab(QWidget):
    """A child's growth.

    Args:
        desk: Where to read.
        child_id: Whose growth.
        fetch: Runs a reading for this tab.

    Signals:
        print_wanted(indicator, standard): The chart that is shown is to be printed.
    """

    print_wanted = Signal(object, object)

    def __init__(self, desk: Desk, child_id: str, fetch: Fetch) -> None:
        super().__init__()
        self._desk, self._child_id, self._fetch = desk, child_id, fetch
        self.indicator_chips = ChipBar([(one, _(words)) for one, words in _INDICATORS.items()], name=_("Indicator"))
        self.standard_chips = ChipBar([(one, _(words)) for one, words in _STANDARDS.items()], name=_("Standard"))
        self.chart = GrowthChart()
        self.flags = Notice()
        self.table = DataTable(
            self._columns(),
            name=_("Measurements"),
            empty=EmptyState(_("Not measured yet"), _("Each recorded visit adds a point to the curve."), icon="growth"),
        )
        self.print_button = button(_("Print the chart"), self._on_print, icon="print")
        self.standard_chips.setToolTip("\n".join(standard_title(one) for one in Standard))
        switches = row(gap=4)
        switches.addWidget(self.indicator_chips, 3)
        switches.addWidget(self.standard_chips, 2)
        switches.addWidget(self.print_button)
        both = row(gap=4)
        both.addWidget(self.chart, 1)
        both.addWidget(self.table, 1)
        whole = column(gap=3)
        whole.addLayout(switches)
        whole.addLayout(both, 1)
        whole.addWidget(self.flags)
        self.setLayout(whole)
        self.indicator_chips.changed.connect(self.reload)
        self.standard_chips.changed.connect(self.reload)
        self.table.picked.connect(self._on_picked)
        self.chart.pointed.connect(self._on_pointed)

    def indicator(self) -> Indicator:
        """What is shown."""
        return Indicator(self.indicator_chips.current())

    def standard(self) -> Standard:
        """By which standard."""
        return Standard(self.standard_chips.current())

    def reload(self) -> None:
        """Read and show the chosen chart."""
        indicator, standard = self.indicator(), self.standard()

        def read() -> tuple[ChartGeometry, list[MeasuredDay]]:
            days = growth.series(self._desk, self._child_id)
            return growth.chart(self._desk, self._child_id, indicator, standard), days

        self._fetch(read, partial(self._show, indicator, standard))

    def _show(self, indicator: Indicator, standard: Standard, found: tuple[ChartGeometry, list[MeasuredDay]]) -> None:
        geometry, days = found
        self.chart.set_chart(geometry)
        measured = [day for day in days if day.by(standard).of(indicator).reason is not Reason.NOT_MEASURED]
        self.table.set_rows(list(reversed(measured)))
        self._say_flags(measured)

    def _say_flags(self, days: Sequence[MeasuredDay]) -> None:
        flags = growth_flags(days)
        self.flags.say(" ".join(flags), "attention" if flags else "")

    def _columns(self) -> list[Column]:
        return [
            Column(_("Date"), lambda day: day.on, width=10),
            Column(_("Age"), _age_words, width=10, hint=_corrected_hint, sort=lambda day: day.on),
            Column(_("Measured"), self._value, width=9, right=True),
            Column(_("z-score"), lambda day: self._result(day).z, text=z_text, width=6, right=True),
            Column(_("Pctl."), self._percentile, width=6, right=True, sort=lambda day: self._result(day).z),
            Column(_("Grade"), self._grade, width=0, tone=self._tone, icon=self._icon, hint=self._grade),
        ]

    def _result(self, day: MeasuredDay):
        return day.by(self.standard()).of(self.indicator())

    def _value(self, day: MeasuredDay) -> str:
        return f"{value_text(self.indicator(), self._result(day).value)} {self._result(day).unit}"

    def _percentile(self, day: MeasuredDay) -> str | None:
        words = percentile_text(self._result(day))
        return f"P{words}" if words else None

    def _grade(self, day: MeasuredDay) -> str:
        result = self._result(day)
        if result.reason is not None:
            return reason_text(result.reason)
        return " · ".join(form_term(str(word)) for word in (result.level, result.status) if word is not None)

    def _tone(self, day: MeasuredDay) -> str:
        return "attention" if self._result(day).status is not None else ""

    def _icon(self, day: MeasuredDay) -> str:
        return "attention" if self._result(day).status is not None else ""

    # -- chart and table point at the same day

    def _on_picked(self, day: MeasuredDay | None) -> None:
        if day is None:
            self.chart.point_at(None)
            return
        places = [place for place, mark in enumerate(self.chart.marks()) if mark.on == day.on]
        self.chart.point_at(places[0] if places else None)

    def _on_pointed(self, mark: Mark | None) -> None:
        if mark is None:
            return
        days = [day.on for day in self.table.rows()]
        if mark.on in days:
            self.table.view.choose_row(days.index(mark.on))

    def _on_print(self) -> None:
        self.print_wanted.emit(self.indicator(), self.standard())


def _age_words(day: MeasuredDay) -> str:
    age = day.ages.chronological
    return age_words(age.months, age.day_of_month)


def _corrected_hint(day: MeasuredDay) -> str:
    corrected = day.ages.corrected
    if corrected is None:
        return ""
    words = age_words(corrected.months, corrected.day_of_month) or _("not yet at term")
    return _("Corrected age: {age}").format(age=words)
