"""The printed growth chart of a child: particulars, the curve, and the measurements behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date, pgettext
from zhaohu.paper.chart import draw_chart
from zhaohu.paper.fonts import text_width
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.table import Column, table
from zhaohu.rules.growth.chart import ChartGeometry
from zhaohu.rules.growth.words import standard_title

CHART_LEAST, CHART_MOST = 330.0, 480.0
"""Points of height; the fewer measurements, the more."""
ROW = 15.0
SIGN_ROOM = 30.0


@dataclass(frozen=True, slots=True)
class ChartRow:
    """One line of the table of measurements; texts as printed, empty where there is none.

    Args:
        on: Day of measuring.
        age: Age since birth.
        corrected: Corrected age of a preterm child.
        weight: Weight with unit, like `length` and `head`.
        z: z-score of the chart's indicator by its standard.
        level: Growth level.
        status: Nutrition status, or why there is no score.
    """

    on: date
    age: str
    corrected: str
    weight: str
    length: str
    head: str
    z: str
    level: str
    status: str


@dataclass(frozen=True, slots=True)
class GrowthChart:
    """What a growth chart prints.

    Args:
        child_name: The child's name.
        sex: Sex in words.
        birth_date: Day of birth.
        gestation: Weeks of gestation in words; empty when not known.
        file_number: Number of the health record; empty when there is none.
        chart: The curve.
        rows: Measurements, the earliest first.
    """

    child_name: str
    sex: str
    birth_date: date
    gestation: str
    file_number: str
    chart: ChartGeometry
    rows: tuple[ChartRow, ...]


def growth_chart(values: GrowthChart, imprint: Imprint) -> bytes:
    """The growth chart as a PDF: one A4 page, further pages when there are many measurements.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Child growth chart"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: GrowthChart) -> None:
    y = _head(sheet, values) - 6
    room = y - sheet.bottom - SIGN_ROOM - 8 - (len(values.rows) + 1) * ROW
    height = min(max(room, CHART_LEAST), CHART_MOST)
    y -= height
    draw_chart(sheet, values.chart, sheet.left, y, sheet.width, height)
    y -= 8
    rows = [_texts(row) for row in values.rows]
    while True:
        fitting = max(0, int((y - sheet.bottom - SIGN_ROOM) / ROW) - 1)
        here, rows = rows[:fitting], rows[fitting:]
        if here:
            y = table(sheet, y, _columns(), here, row_height=ROW)
        if not rows:
            break
        sheet.next_page()
        y = _head(sheet, values) - 8
    sheet.signature(sheet.left, y - 22, _("Assessed by (signature)"), 250)
    sheet.signature(sheet.left + 300, y - 22, _("Date"), 150)


def _head(sheet: Sheet, values: GrowthChart) -> float:
    """Title, particulars and the standard; returns the y below them."""
    title = _("{indicator}: growth chart").format(indicator=values.chart.title)
    y = sheet.heading(title) - 10
    particulars = [
        (pgettext("growth chart", "Name"), values.child_name),
        (pgettext("growth chart", "Sex"), values.sex),
        (pgettext("growth chart", "Date of birth"), format_date(values.birth_date)),
        (pgettext("growth chart", "Gestation at birth"), values.gestation),
        (pgettext("growth chart", "File number"), values.file_number),
    ]
    x = sheet.left
    for label, value in particulars:
        if value:
            head = _("{label}:").format(label=label)
            sheet.text(x, y, head, 9)
            x += text_width(head, 9) + 2
            sheet.text(x, y, value, 9, bold=True)
            x += text_width(value, 9, bold=True) + 16
    sheet.text(sheet.right, y - 14, standard_title(values.chart.standard), 8, align="right", grey=0.35)
    return y - 16


def _columns() -> tuple[Column, ...]:
    return (
        Column(pgettext("growth chart", "Measured on"), 82),
        Column(pgettext("growth chart", "Age"), 66),
        Column(pgettext("growth chart", "Corrected age"), 66),
        Column(pgettext("growth chart", "Weight"), 52),
        Column(pgettext("growth chart", "Length/height"), 56),
        Column(pgettext("growth chart", "Head"), 52),
        Column(pgettext("growth chart", "z-score"), 42),
        Column(pgettext("growth chart", "Level"), 40),
        Column(pgettext("growth chart", "Nutrition status"), Sheet.width - 456),
    )


def _texts(row: ChartRow) -> tuple[str, ...]:
    return (
        format_date(row.on),
        row.age,
        row.corrected,
        row.weight,
        row.length,
        row.head,
        row.z,
        row.level,
        row.status,
    )
