"""All five growth charts of a child on two pages: weight and length large, the others small over the measurements."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date, pgettext
from zhaohu.paper.chart import draw_chart
from zhaohu.paper.growth_chart import BLANK_ROWS
from zhaohu.paper.growth_parts import Particulars, draw_head, draw_measurements, note_lines, row_height
from zhaohu.paper.sheet import Imprint, Sheet, render
from zhaohu.paper.table import Column
from zhaohu.rules.growth.curves.chart import ChartGeometry

ROW = 20.5
SIZES = (7.0, 6.5, 6.0, 5.0)
LEAST_TYPE = 6.0
LARGE = 2
"""How many charts stand large on the first page."""
SMALL_HEIGHT, ALONE_HEIGHT = 165.0, 280.0
"""Points of height on the second page: of charts side by side, and of one that has the width to itself."""


@dataclass(frozen=True, slots=True)
class OverviewRow:
    """One day of measuring; texts of one or two lines as printed, empty where there is none.

    Args:
        on: The day.
        age: Age since birth, the corrected age beneath.
        weight: Weight and what it changed by, like `length` and `head`.
        results: For each chart: z-score and percentile, level and nutrition status beneath.
    """

    on: date
    age: str
    weight: str
    length: str
    head: str
    results: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GrowthOverview:
    """What the overview prints.

    Args:
        who: Whose it is.
        charts: The curves, the first two large.
        rows: Days of measuring, the earliest first; none to have rows for filling in by hand.
        notes: Small print, as on a single chart.
    """

    who: Particulars
    charts: tuple[ChartGeometry, ...]
    rows: tuple[OverviewRow, ...]
    notes: tuple[str, ...] = ()


def growth_overview(values: GrowthOverview, imprint: Imprint) -> bytes:
    """The overview as a PDF: two A4 pages, further ones when there are many measurements.

    Raises:
        Refused: The fonts have not been fetched.
    """
    return render(_("Child growth charts"), imprint, lambda sheet: _draw(sheet, values))


def _draw(sheet: Sheet, values: GrowthOverview) -> None:
    y = _head(sheet, values)
    height = (y - sheet.bottom - 6) / LARGE
    for number, chart in enumerate(values.charts[:LARGE], 1):
        draw_chart(sheet, chart, sheet.left, y - number * height, sheet.width, height - 4, title=chart.title)
    sheet.next_page()
    y = _head(sheet, values)
    small = values.charts[LARGE:]
    height = SMALL_HEIGHT if len(small) > 1 else ALONE_HEIGHT
    for number, chart in enumerate(small):
        width = sheet.width / len(small)
        x = sheet.left + number * width
        draw_chart(sheet, chart, x, y - height, width, height, title=chart.title)
    _measurements(sheet, values, y - height - 8)


def _measurements(sheet: Sheet, values: GrowthOverview, y: float) -> None:
    columns = _columns(values)
    rows: list[tuple[str, ...]] = [
        (format_date(row.on), row.age, row.weight, row.length, row.head, *row.results) for row in values.rows
    ]
    rows = rows or [("",) * len(columns)] * BLANK_ROWS
    draw_measurements(
        sheet,
        y,
        columns,
        rows,
        note_lines(values.notes, sheet.width),
        row_height=row_height(columns, rows, ROW, LEAST_TYPE),
        sizes=SIZES,
        head=lambda: _head(sheet, values),
    )


def _head(sheet: Sheet, values: GrowthOverview) -> float:
    """Title, standard and particulars; returns the y below them."""
    return draw_head(sheet, _("Child growth charts"), values.charts[0].standard, values.who)


def _columns(values: GrowthOverview) -> tuple[Column, ...]:
    parts = [
        (pgettext("growth chart", "Measured on"), 60.0),
        (pgettext("growth chart", "Age"), 62.0),
        (pgettext("growth chart", "Weight"), 50.0),
        (pgettext("growth chart", "Length/height"), 50.0),
        (pgettext("growth chart", "Head"), 48.0),
        *((chart.title, 57.0) for chart in values.charts),
    ]
    wider = Sheet.width / sum(width for _title, width in parts)
    return tuple(Column(title, width * wider) for title, width in parts)
