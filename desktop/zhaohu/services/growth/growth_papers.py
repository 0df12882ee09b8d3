"""What papers about growth say: the curves, and the measurements behind them in words. Pure; `printing` hands in."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from zhaohu.i18n import _, form_term, pgettext
from zhaohu.paper.growth_chart import ChartRow, GrowthChart
from zhaohu.paper.growth_overview import GrowthOverview, OverviewRow
from zhaohu.paper.growth_parts import Particulars
from zhaohu.records.codes import label
from zhaohu.rules.ages import age_words, is_preterm
from zhaohu.rules.growth.assess import SEXES, Result
from zhaohu.rules.growth.curves.chart import ChartGeometry, build_chart
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.series import Born, MeasuredDay
from zhaohu.rules.growth.terms import Flag, Indicator, Reason, Standard
from zhaohu.rules.growth.trend.speed import GROWING, newest_speed
from zhaohu.rules.growth.words import flag_text, reason_text, standard_title
from zhaohu.services import reference
from zhaohu.services.growth import grading
from zhaohu.services.growth.growth_words import percentile_text, z_text
from zhaohu.services.growth.measured_words import change_text, corrected_text, value_of, velocity_text, with_unit
from zhaohu.services.register.children import ChildView

_BY_LENGTH = frozenset({Indicator.LHFA, Indicator.WFL, Indicator.BFA})
_ABOUT: dict[Flag, frozenset[Indicator]] = {
    Flag.WAZ_IMPLAUSIBLE: frozenset({Indicator.WFA}),
    Flag.HAZ_IMPLAUSIBLE: frozenset({Indicator.LHFA}),
    Flag.WHZ_IMPLAUSIBLE: frozenset({Indicator.WFL}),
    Flag.BAZ_IMPLAUSIBLE: frozenset({Indicator.BFA}),
    Flag.HCZ_IMPLAUSIBLE: frozenset({Indicator.HCFA}),
    Flag.STANDING_CONVERTED: _BY_LENGTH,
    Flag.LYING_CONVERTED: _BY_LENGTH,
    Flag.STANDING_UNDER_9_MONTHS: _BY_LENGTH,
    Flag.LAST_ROW: frozenset({Indicator.WFA, Indicator.LHFA, Indicator.BFA}),
}
"""The indicators that a flag tells something of."""


@dataclass(frozen=True, slots=True)
class Subject:
    """A child whose growth is printed, with its measurements, the earliest first."""

    who: Particulars
    born: Born
    days: tuple[MeasuredDay, ...]

    @classmethod
    def of(cls, view: ChildView, days: Iterable[MeasuredDay]) -> Subject:
        """The child as its page shows it."""
        gestation = ""
        if view.gestation_days is not None:
            weeks, beyond = divmod(view.gestation_days, 7)
            gestation = _("{weeks} weeks + {days} days").format(weeks=weeks, days=beyond)
        who = Particulars(
            view.row.name,
            label(view.row.sex),
            view.row.birth_date,
            gestation,
            view.health_record_no or "",
        )
        return cls(who, Born(view.row.birth_date, int(view.row.sex), view.gestation_days), tuple(days))

    @property
    def preterm(self) -> bool:
        """Whether the birth was before 37 weeks."""
        return is_preterm(self.born.gestation_days)


def geometry(subject: Subject, indicator: Indicator, standard: Standard, lines: Lines = Lines.SD) -> ChartGeometry:
    """The curve of one indicator."""
    visits = [(day.on, day.by(standard)) for day in subject.days]
    tables = reference.growth_references()
    return build_chart(tables, standard, subject.born.sex, indicator, visits, lines=lines)


def told_by(day: MeasuredDay | None) -> Standard:
    """The standard for who is no specialist: WS/T 423-2022; before the due date, preterm children's own one."""
    before_term = day is not None and day.preterm is not None and day.ages.used.days < 0
    return Standard.INTERGROWTH if before_term else Standard.CHINA


def single_chart(subject: Subject, indicator: Indicator, standard: Standard, lines: Lines) -> GrowthChart:
    """One indicator: its curve, every day on which it was measured, and small print."""
    days = [day for day in subject.days if value_of(day, indicator) is not None]
    words = _Words(subject, standard, days, (indicator,))
    rows = tuple(words.row(number, indicator) for number in range(len(days)))
    return GrowthChart(subject.who, geometry(subject, indicator, standard, lines), rows, words.notes())


def overview(subject: Subject, indicators: Sequence[Indicator], standard: Standard, lines: Lines) -> GrowthOverview:
    """Several indicators: their curves, every day of measuring, and small print."""
    words = _Words(subject, standard, subject.days, indicators)
    rows = tuple(words.overview_row(number) for number in range(len(subject.days)))
    charts = tuple(geometry(subject, indicator, standard, lines) for indicator in indicators)
    return GrowthOverview(subject.who, charts, rows, words.notes())


def version_note(days: Iterable[MeasuredDay], standard: Standard) -> str:
    """The standard with the versions of rules and tables that graded the days."""
    now = str(grading.current())
    versions = sorted({day.kept_under or now for day in days} or {now})
    return _("{standard}; version of rules and tables: {versions}.").format(
        standard=standard_title(standard), versions=_(", ").join(versions)
    )


class _Words:
    """The words of some days by one standard; why there is no score stands in numbered notes."""

    def __init__(
        self, subject: Subject, standard: Standard, days: Sequence[MeasuredDay], indicators: Sequence[Indicator]
    ) -> None:
        self.subject, self.standard, self.days, self.indicators = subject, standard, days, indicators
        results = [one for day in days for indicator in indicators for _sex, one in self._results(day, indicator)]
        self._reasons = list(
            dict.fromkeys(one.reason for one in results if one.reason not in (None, Reason.NOT_MEASURED))
        )

    def row(self, number: int, indicator: Indicator) -> ChartRow:
        day = self.days[number]
        return ChartRow(
            on=day.on,
            age=_age(day),
            corrected=corrected_text(day),
            reference=self._reference(day),
            weight=with_unit(day, Indicator.WFA),
            length=with_unit(day, Indicator.LHFA),
            head=with_unit(day, Indicator.HCFA),
            bmi=with_unit(day, Indicator.BFA),
            change=change_text(self.days, number, indicator),
            velocity=self._velocity(number, indicator),
            z=self._joined(day, indicator, lambda result: z_text(result.z)),
            percentile=self._joined(day, indicator, _percentile),
            level=self._joined(day, indicator, lambda result: form_term(result.level or "")),
            status=self._joined(day, indicator, self._status),
        )

    def overview_row(self, number: int) -> OverviewRow:
        day = self.days[number]
        corrected = corrected_text(day)
        age = _("corrected {age}").format(age=corrected) if corrected else ""
        weight, length, head = (
            "\n".join(filter(None, (with_unit(day, one), change_text(self.days, number, one, in_days=False))))
            for one in GROWING
        )
        results = tuple(self._joined(day, indicator, self._result) for indicator in self.indicators)
        return OverviewRow(day.on, "\n".join(filter(None, (_age(day), age))), weight, length, head, results)

    def notes(self) -> tuple[str, ...]:
        """The standard, why some scores are missing, what to know of the others."""
        found = [version_note(self.days, self.standard)]
        if self.standard is Standard.CHINA:
            found.append(_("Level and nutrition status by SD."))
        for number, reason in enumerate(self._reasons, 1):
            found.append(_("Note {n}: {reason}").format(n=number, reason=reason_text(Reason(reason))))
        if self.subject.preterm and self.standard is not Standard.INTERGROWTH:
            found.append(
                _(
                    "Born before 37 weeks: compared by corrected age until 24 months after birth. Dots: corrected age; "
                    "triangles: age since birth."
                )
            )
        flags = dict.fromkeys(
            flag
            for day in self.days
            for one in day.either or (day,)
            for flag in one.by(self.standard).scores.flags
            if not _ABOUT[flag].isdisjoint(self.indicators)
        )
        return (*found, " ".join(map(flag_text, flags)))

    def _results(self, day: MeasuredDay, indicator: Indicator) -> list[tuple[str, Result]]:
        """The result, or as boy and as girl when the sex is not known."""
        if day.either is None:
            return [("", day.by(self.standard).of(indicator))]
        sexes = pgettext("growth chart", "boy"), pgettext("growth chart", "girl")
        return [(sex, one.by(self.standard).of(indicator)) for sex, one in zip(sexes, day.either, strict=True)]

    def _joined(self, day: MeasuredDay, indicator: Indicator, words: Callable[[Result], str]) -> str:
        texts = [(sex, words(result)) for sex, result in self._results(day, indicator)]
        return "\n".join(f"{sex} {text}".strip() for sex, text in texts if text)

    def _status(self, result: Result) -> str:
        if result.reason is None:
            return form_term(result.status or "")
        if result.reason is Reason.NOT_MEASURED:
            return ""
        return _("note {n}").format(n=self._reasons.index(result.reason) + 1)

    def _result(self, result: Result) -> str:
        if result.z is None:
            return self._status(result)
        grade = form_term(result.status or result.level or "")
        return (
            f"{z_text(result.z)} {grade}"
            if self.subject.born.sex not in SEXES
            else (f"{z_text(result.z)} {_percentile(result)}\n{grade}".strip())
        )

    def _reference(self, day: MeasuredDay) -> str:
        if not self.subject.preterm:
            return ""
        if self.standard is Standard.INTERGROWTH:
            return _("by weeks")
        return _("corrected") if day.ages.corrected else _("since birth")

    def _velocity(self, number: int, indicator: Indicator) -> str:
        if indicator not in GROWING:
            return ""
        rules, tables = reference.trend_rules(), reference.growth_references()
        until = self.days[: number + 1]
        found = newest_speed(rules, tables, self.subject.born, GROWING[indicator], until)
        return velocity_text(found.velocity) if found is not None else ""


def _age(day: MeasuredDay) -> str:
    age = day.ages.chronological
    return age_words(age.months, age.day_of_month)


def _percentile(result: Result) -> str:
    percentile = percentile_text(result)
    return f"P{percentile}" if percentile else ""
