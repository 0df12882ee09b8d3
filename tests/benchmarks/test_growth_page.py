"""The growth page of a child with 20 visits: painting its chart, against the same corners as bare polylines.

Both are painted in one run, on sheets of the same size: everything there is to see (titles, axes, labels, lines, both
tracks, points), and nothing but each line of the standard with all its corners by an antialiasing painter. Times are
of the painting thread's own work, so that what else the computer does falls out of them.
"""

import os
import statistics
import time
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from PySide6.QtCore import QPointF, QSizeF
from PySide6.QtGui import QPainter, QPen, QPixmap, QPolygonF

from zhaohu import paths
from zhaohu.rules.growth import BOTH, Ages, Indicator, Measurement, References, Standard, assess, load_references
from zhaohu.rules.growth.curves.chart import ChartGeometry, build_chart
from zhaohu.ui import theme
from zhaohu.ui.widgets.chart import GrowthChart
from zhaohu.ui.widgets.chart_paint import Plot, paint_sheet

VISITS = 20
ROUNDS = 30
WIDTH, HEIGHT = 900, 560
BORN = date(2023, 11, 16)
pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="figures are taken by `dev.py bench`"),
]


def page(references: References, standard: Standard) -> ChartGeometry:
    """The chart of a preterm child: both ages of 20 visits over three years."""
    seen = []
    for n in range(VISITS):
        day = 5 + 57 * n
        ages = Ages.on(BORN, BORN + timedelta(days=day), 33 * 7)
        measured = Measurement(2200 + 11 * day, 450 + day // 2, 320 + day // 8)
        seen.append((BORN + timedelta(days=day), assess(references, standard, 1, ages, measured)))
    return build_chart(references, standard, 1, Indicator.WFA, seen)


def milliseconds(work: Callable[[], object]) -> float:
    took = []
    for _ in range(ROUNDS):
        begun = time.thread_time()
        work()
        took.append(1000 * (time.thread_time() - begun))
    return statistics.median(took)


def sheet() -> QPixmap:
    made = QPixmap(WIDTH, HEIGHT)
    made.fill(theme.colour("surface"))
    return made


def bare(chart: ChartGeometry, plot: Plot) -> None:
    target = sheet()
    painter = QPainter(target)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("text"), 1.2))
    for line in chart.lines:
        for piece in line.pieces:
            painter.drawPolyline(QPolygonF([QPointF(plot.at(x, y)) for x, y in piece]))
    painter.end()


def whole(chart: ChartGeometry, plot: Plot) -> None:
    target = sheet()
    painter = QPainter(target)
    paint_sheet(painter, plot, chart, QSizeF(WIDTH, HEIGHT))
    painter.end()


def test_growth_page_with_twenty_visits(qtbot, capsys):
    references = load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))
    lines = []
    for standard in BOTH:
        chart = page(references, standard)
        assert len(chart.marks) >= VISITS - 1
        plot = Plot(QSizeF(WIDTH, HEIGHT), chart)
        widget = GrowthChart(chart)
        qtbot.addWidget(widget)
        widget.resize(WIDTH, HEIGHT)
        widget.grab()
        peer = milliseconds(lambda chart=chart, plot=plot: bare(chart, plot))
        figures = {
            "laid out": milliseconds(lambda standard=standard: page(references, standard)),
            "bare polylines of the same lines": peer,
            "painted whole": milliseconds(lambda chart=chart, plot=plot: whole(chart, plot)),
            "shown again while pointing": milliseconds(widget.grab),
        }
        corners = sum(len(piece) for line in chart.lines for piece in line.pieces)
        lines.append(f"{standard}: {len(chart.marks)} + {len(chart.beside)} points, {corners} corners of lines")
        lines += [f"  {name:34} {took:7.2f} ms  {took / peer:5.2f} times" for name, took in figures.items()]
    with capsys.disabled():
        print("\n" + "\n".join(lines))  # noqa: T201
