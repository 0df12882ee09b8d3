"""The measurements of one indicator beside its curve: value, change, z-score and grade of each day."""

from __future__ import annotations

from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QAbstractItemView

from zhaohu.i18n import _, form_term
from zhaohu.rules.ages import age_words
from zhaohu.rules.growth.curves.change import Change
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import UNITS, Indicator, Standard
from zhaohu.services.growth.growth_view import GrowthView, change_text, change_words
from zhaohu.services.growth.growth_words import percentile_text, value_text
from zhaohu.ui import theme
from zhaohu.ui.pages.growth_rail import grade_words, needs_attention, z_words
from zhaohu.ui.widgets.data_table import DataTable
from zhaohu.ui.widgets.empty_state import EmptyState
from zhaohu.ui.widgets.table import Column


class MeasurementTable(DataTable):
    """Days of measuring, the newest first; two chosen together are to be compared.

    Signals:
        pair_chosen(earlier, later): Two days are chosen, None and None when no longer.
    """

    pair_chosen = Signal(object, object)

    def __init__(self) -> None:
        self._indicator, self._standard = Indicator.WFA, Standard.CHINA
        self._changes: dict[date, Change] = {}
        super().__init__(
            self._columns(),
            name=_("Measurements"),
            empty=EmptyState(_("Not measured yet"), _("Each recorded visit adds a point to the curve."), icon="growth"),
        )
        self.setMinimumWidth(theme.size("field_long"))
        self.view.verticalHeader().setDefaultSectionSize(theme.size("chip") - theme.shape("focus"))
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.view.selectionModel().selectionChanged.connect(self._on_selection)

    def show_view(self, view: GrowthView, indicator: Indicator, standard: Standard) -> None:
        """Show the days on which an indicator was measured."""
        self._indicator, self._standard = indicator, standard
        self._changes = view.changes(indicator, standard)
        self.set_rows(list(reversed(view.measured(indicator, standard))))

    def choose_days(self, *days: date) -> None:
        """Choose the rows of some days; those of other days are let go."""
        places = [place for place, row in enumerate(self.rows()) if row.on in days]
        chosen = {index.row() for index in self.view.selectionModel().selectedRows()}
        if set(places) == chosen:
            return
        self.view.clearSelection()
        model, flags = self.view.selectionModel(), self.view.selectionModel().SelectionFlag
        for place in places:
            model.select(self.view.table_model.index(place, 0), flags.Select | flags.Rows)
        if len(places) == 1:
            model.setCurrentIndex(self.view.table_model.index(places[0], 0), flags.NoUpdate)

    def _on_selection(self) -> None:
        rows = [self.view.table_model.row_at(index.row()) for index in self.view.selectionModel().selectedRows()]
        days = sorted(row.on for row in rows)
        if len(days) > 1:
            self.pair_chosen.emit(days[0], days[-1])
        else:
            self.pair_chosen.emit(None, None)

    def _columns(self) -> list[Column]:
        return [
            Column(_("Date"), lambda day: day.on, width=12),
            Column(_("Age"), _age, width=10, hint=_corrected_hint, sort=lambda day: day.on),
            Column(_("Measured"), self._value, width=6, right=True, sort=lambda day: self._result(day).value),
            Column(_("Change"), self._change, width=6, right=True, hint=self._change_hint, sort=self._change_value),
            Column(_("z-score"), self._z, width=6, right=True, hint=self._z_hint, sort=lambda d: self._result(d).z),
            Column(_("Grade"), self._grade, width=0, tone=self._tone, hint=self._grade_hint),
        ]

    def _result(self, day: MeasuredDay):
        return day.by(self._standard).of(self._indicator)

    def _value(self, day: MeasuredDay) -> str:
        return value_text(self._indicator, self._result(day).value)

    def _change(self, day: MeasuredDay) -> str:
        found = self._changes.get(day.on)
        return change_text(self._indicator, found).removesuffix(f" {UNITS[self._indicator]}") if found else ""

    def _change_value(self, day: MeasuredDay) -> float | None:
        found = self._changes.get(day.on)
        return found.value if found else None

    def _change_hint(self, day: MeasuredDay) -> str:
        found = self._changes.get(day.on)
        return change_words(self._indicator, found) if found else ""

    def _z(self, day: MeasuredDay) -> str:
        return z_words(day, self._standard, self._indicator)

    def _z_hint(self, day: MeasuredDay) -> str:
        days = day.either or (day,)
        words = [percentile_text(one.by(self._standard).of(self._indicator)) for one in days]
        return "  ".join([self._z(day), *(f"P{one}" for one in words if one)])

    def _grade(self, day: MeasuredDay) -> str:
        status = self._result(day).status
        return form_term(status) if status else self._grade_hint(day)

    def _grade_hint(self, day: MeasuredDay) -> str:
        return grade_words(day, self._standard, self._indicator)

    def _tone(self, day: MeasuredDay) -> str:
        return "attention" if needs_attention(day, self._standard, self._indicator) else ""


def _age(day: MeasuredDay) -> str:
    age = day.ages.chronological
    return age_words(age.months, age.day_of_month)


def _corrected_hint(day: MeasuredDay) -> str:
    corrected = day.ages.corrected
    if corrected is None:
        return ""
    words = age_words(corrected.months, corrected.day_of_month) or _("not yet at term")
    return _("Corrected age: {age}").format(age=words)
