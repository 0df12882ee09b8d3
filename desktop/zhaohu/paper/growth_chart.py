"""The printed growth chart of one indicator: particulars, the curve, and the measurements behind it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date, pgettext
from zhaohu.paper.chart import draw_chart
from zhaohu.paper.growth_parts import (
    SIGN_ROOM,
    Particulars,
    draw_head,
    draw_measurements,
    note_lines,
    notes_height,
    row_height,
)
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.table import Column
from zhaohu.rules.growth.curves.chart import ChartGeometry
from zhaohu.rules.growth.terms import Indicator, Standard

CHART_LEAST, CHART_MOST = 290.0, 480.0
"""Points of height; the fewer measurements, the more."""
ROW, ROW_BY_HAND = 15.0, 20.0
BLANK_ROWS = 10
"""Rows to fill in by hand under a chart without measurements."""
SIZES = (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.0)
LEAST_TYPE = 6.5
GAP = 8.0


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of the table of measurements; texts as printed, empty where there is none, a newline for a second line.

    Args:
        on: Day of measuring.
        age: Age since birth.
        corrected: Corrected age of a preterm child.
        reference: Which of the two chose the reference, in words.
        weight: Weight with unit, like `length`, `head` and `bmi`.
        change: What the chart's indicator changed by since it was last measured.
        velocity: By WHO's growth velocity, where it has one.
        z: z-score of the chart's indicator by its standard.
        percentile: The same as a percentile.
        level: Growth level.
        status: Nutrition status, or why there is no score.
    """

    on: date
    age: str
    corrected: str = ""
    reference: str = ""
    weight: str = ""
    length: str = ""
    head: str = ""
    bmi: str = ""
    change: str = ""
    velocity: str = ""
    z: str = ""
    percentile: str = ""
    level: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """What a growth chart prints.

    Args:
        who: Whose it is.
        chart: The curve.
        rows: Measurements, the earliest first; none for a chart to be filled in by hand.
        notes: Small print: the standard with the versions of tables and program, what to know of the results.
    """

    who: Particulars
    chart: ChartGeometry
    rows: tuple[ChartRow, ...]
    notes: tuple[str, ...] = ()


def growth_chart(values: GrowthChart, imprint: Imprint) -> bytes:
    """The growth chart as a PDF: one A4 page, further pages when there are many measurements.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Child growth chart"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: GrowthChart) -> None:
    y = _head(sheet, values)
    columns, rows = _filled(values)
    height_of_rows = row_height(columns, rows, ROW if values.rows else ROW_BY_HAND, LEAST_TYPE)
    notes = note_lines(values.notes, sheet.width)
    room = y - sheet.bottom - notes_height(notes) - SIGN_ROOM - GAP - (len(rows) + 1) * height_of_rows
    height = min(max(room, CHART_LEAST), CHART_MOST)
    draw_chart(sheet, values.chart, sheet.left, y - height, sheet.width, height)
    draw_measurements(
        sheet,
        y - height - GAP,
        columns,
        rows,
        notes,
        row_height=height_of_rows,
        sizes=SIZES,
        head=lambda: _head(sheet, values),
    )


def _head(sheet: Sheet, values: GrowthChart) -> float:
    """Title, standard and particulars; returns the y below them."""
    title = _("{indicator}: growth chart").format(indicator=values.chart.title)
    return draw_head(sheet, title, values.chart.standard, values.who)


@dataclass(frozen=True, slots=True)
class _Part:
    """A column of the table; an optional one stands only when a row has something for it."""

    title: str
    width: float
    text: Callable[[ChartRow], str]
    optional: bool = False


def _parts(chart: ChartGeometry) -> list[_Part]:
    ungraded = chart.standard is not Standard.CHINA
    weight = _Part(pgettext("growth chart", "Weight"), 48, lambda row: row.weight)
    length = _Part(pgettext("growth chart", "Length/height"), 50, lambda row: row.length)
    head = _Part(pgettext("growth chart", "Head"), 48, lambda row: row.head)
    bmi = _Part(pgettext("growth chart", "BMI"), 50, lambda row: row.bmi)
    measured = {
        Indicator.WFA: [weight],
        Indicator.LHFA: [length],
        Indicator.WFL: [length, weight],
        Indicator.BFA: [length, weight, bmi],
        Indicator.HCFA: [head],
    }[chart.indicator]
    return [
        _Part(pgettext("growth chart", "Measured on"), 74, lambda row: format_date(row.on)),
        _Part(pgettext("growth chart", "Age"), 56, lambda row: row.age),
        _Part(pgettext("growth chart", "Corrected age"), 56, lambda row: row.corrected, optional=True),
        _Part(pgettext("growth chart", "Compared by"), 44, lambda row: row.reference, optional=True),
        *measured,
        _Part(pgettext("growth chart", "Change since last"), 78, lambda row: row.change),
        _Part(pgettext("growth chart", "Velocity (WHO)"), 88, lambda row: row.velocity, optional=True),
        _Part(pgettext("growth chart", "z-score"), 38, lambda row: row.z),
        _Part(pgettext("growth chart", "Percentile"), 44, lambda row: row.percentile),
        _Part(pgettext("growth chart", "Level"), 38, lambda row: row.level, optional=ungraded),
        _Part(pgettext("growth chart", "Nutrition status"), 58, lambda row: row.status, optional=ungraded),
    ]


def _filled(values: GrowthChart) -> tuple[tuple[Column, ...], list[tuple[str, ...]]]:
    """The columns that this chart needs, over the whole width, and the rows in them; blank ones when there are none."""
    parts = [part for part in _parts(values.chart) if not part.optional or any(part.text(row) for row in values.rows)]
    wider = Sheet.width / sum(part.width for part in parts)
    columns = tuple(Column(part.title, part.width * wider) for part in parts)
    rows = [tuple(part.text(row) for part in parts) for row in values.rows]
    return columns, rows or [("",) * len(parts)] * BLANK_ROWS
