"""The growth curves that go with a visit record, its own points ringed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, format_date
from zhaohu.paper.chart import draw_chart
from zhaohu.paper.growth_parts import Particulars, draw_head, draw_notes, note_lines, notes_height
from zhaohu.paper.sheet import Sheet
from zhaohu.rules.growth.curves.chart import ChartGeometry

LEAST, MOST = 230.0, 360.0
"""Points of height of a curve; when they have no room beneath the form they stand on a page of their own."""


@dataclass(frozen=True, slots=True)
class Curves:
    """The child's curves as they stood at a visit.

    Args:
        who: Whose they are.
        charts: One or more, by one standard.
        on: The day of the visit; its points are ringed.
        notes: Small print: the standard with the versions of tables and program.
    """

    who: Particulars
    charts: tuple[ChartGeometry, ...]
    on: date
    notes: tuple[str, ...] = ()


def attach(sheet: Sheet, curves: Curves, y: float, least: float = LEAST) -> None:
    """The curves, beneath what ends at y, or on the next page when they would be lower than `least`."""
    ringed = any(mark.on == curves.on for chart in curves.charts for mark in chart.marks)
    ring = [_("The ring marks this visit ({day}).").format(day=format_date(curves.on))] if ringed else []
    notes = note_lines([*ring, *curves.notes], sheet.width)
    title, head = _("Attached: growth curves"), 26.0
    if y - sheet.bottom < head + len(curves.charts) * least + notes_height(notes):
        sheet.next_page()
        y = draw_head(sheet, title, curves.charts[0].standard, curves.who)
    else:
        sheet.text(sheet.left, y - 18, title, 11, bold=True)
        y -= head
    height = min((y - sheet.bottom - notes_height(notes) - 6) / len(curves.charts), MOST)
    for number, chart in enumerate(curves.charts, 1):
        draw_chart(
            sheet,
            chart,
            sheet.left,
            y - number * height,
            sheet.width,
            height - 4,
            title=chart.title,
            marked=curves.on,
        )
    draw_notes(sheet, y - len(curves.charts) * height - 3, notes)
