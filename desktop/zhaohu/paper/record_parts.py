"""What stands around the table of a printed record: the head, the assessment of growth, the lines at the foot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from zhaohu.i18n import _, form_term, format_date, pgettext
from zhaohu.paper.cells import SELECTS, as_list, file_number_boxes
from zhaohu.paper.fonts import text_width
from zhaohu.paper.growth_parts import row_height
from zhaohu.paper.sheet import HAIR, Sheet, boxes_width
from zhaohu.paper.table import Column, table
from zhaohu.rules.forms.model import Answer, Answers, Field, FieldType, Form

PAD = 4.0
TITLE = 17.0
SIGNER = "signer"
"""The field whose cell has a line to sign on."""
_NAME_LINE = 110.0
_GROWTH_ROW, _GROWTH_TYPE = 15.0, 6.0
"""Height of a row of the assessment, and the type at which all of it must stand in a row."""


@dataclass(frozen=True, slots=True)
class GrowthLine:
    """One line of the assessment, every part as it is printed; empty where there is none.

    Args:
        on: Day of measuring.
        indicator: Name, such as 年龄别体重.
        value: Measured value with unit.
        level: Level by WS/T 423-2022.
        z_china: z-score by WS/T 423-2022.
        z_who: z-score by the WHO standard.
        status: Nutrition status, or the reason why there is no score.
        z_preterm: z-score by INTERGROWTH-21st; only preterm children have one.
    """

    on: date
    indicator: str
    value: str
    level: str
    z_china: str
    z_who: str
    status: str
    z_preterm: str = ""


def record_head(sheet: Sheet, y: float, form: Form, answers: Answers) -> float:
    """Title and the fields above the table, from y down; returns the y where the table begins."""
    middle = (sheet.left + sheet.right) / 2
    sheet.text(middle, y - TITLE - 2, form_term(form.title), TITLE, bold=True, align="center")
    y -= TITLE + 24
    x = sheet.left + PAD
    for name in form.paper.header:
        field, answer = form.field(name), answers.get(name)
        if field.format == "file_no8":
            _file_number(sheet, y, form_term(field.label), file_number_boxes(answer))
        else:
            x = _named(sheet, x, y, field, answer) + 14
    return y - 8


def _file_number(sheet: Sheet, y: float, label: str, digits: Sequence[str]) -> None:
    right = sheet.right - boxes_width(5, "")
    sheet.boxes(sheet.right, y, digits[3:], between="")
    sheet.text(right - 5, y, "-", 10, align="center")
    sheet.boxes(right - 10, y, digits[:3], between="")
    sheet.text(right - 10 - boxes_width(3, "") - 6, y, label, 10, align="right")


def _named(sheet: Sheet, x: float, y: float, field: Field, answer: Answer | None) -> float:
    label = _("{label}:").format(label=form_term(field.label))
    sheet.text(x, y, label, 10)
    start = x + text_width(label, 10) + 4
    words = _words(field, answer)
    sheet.text(start, y, words, 11, bold=True)
    end = start + max(_NAME_LINE, text_width(words, 11, bold=True) + 4)
    sheet.rule(start, y - 2.5, end, y - 2.5, HAIR)
    return end


def _words(field: Field, answer: Answer | None) -> str:
    """An answer above the table in words."""
    if field.type in SELECTS:
        chosen = as_list(answer)
        return "、".join(form_term(option.label) for option in field.options if option.code in chosen)
    if field.type is FieldType.DATE and answer:
        return format_date(date.fromisoformat(str(answer)))
    return str(answer or "")


def foot_height(growth: Sequence[GrowthLine], guardian_line: bool) -> float:
    """How high is what stands below the table."""
    above = 6.0 + (growth_height(growth) if growth else 0.0)
    return above + 14 + (20 if guardian_line else 0)


def draw_foot(sheet: Sheet, y: float, form: Form, growth: Sequence[GrowthLine], guardian_line: bool) -> float:
    """The assessment of growth, the guardian's line, and where the form comes from; returns the y below them."""
    y -= 6
    if growth:
        y = draw_growth(sheet, y, growth)
    if guardian_line:
        y -= 18
        sheet.signature(sheet.left, y, _("Guardian's signature"), 230)
        sheet.signature(sheet.left + 260, y, _("Date"), 150)
    sheet.text(sheet.right, y - 11, form_term(form.source), 6.5, align="right", grey=0.35)
    return y - 14


def growth_height(growth: Sequence[GrowthLine]) -> float:
    """How high the assessment is."""
    columns, rows = _growth_table(growth)
    return (len(rows) + 1) * row_height(columns, rows, _GROWTH_ROW, _GROWTH_TYPE) + 14


def draw_growth(sheet: Sheet, y: float, growth: Sequence[GrowthLine]) -> float:
    """The assessment of growth from y down; returns the y below it."""
    sheet.text(sheet.left, y - 9, _("Growth assessment (added by the program, not part of the form)"), 8)
    columns, rows = _growth_table(growth)
    height = row_height(columns, rows, _GROWTH_ROW, _GROWTH_TYPE)
    return table(sheet, y - 14, columns, rows, row_height=height)


def _growth_table(lines: Sequence[GrowthLine]) -> tuple[list[Column], list[tuple[str, ...]]]:
    """Columns over the whole width, and what stands in them; grades and scores only where there are any."""
    parts = [
        (pgettext("growth chart", "Measured on"), 72.0, [format_date(line.on) for line in lines]),
        (pgettext("growth chart", "Indicator"), 100.0, [line.indicator for line in lines]),
        (pgettext("growth chart", "Measured"), 62.0, [line.value for line in lines]),
        (_("Level (WS/T 423-2022)"), 88.0, [line.level for line in lines]),
        (_("z (WS/T 423-2022)"), 70.0, [line.z_china for line in lines]),
        (_("z (WHO)"), 52.0, [line.z_who for line in lines]),
        (_("z (INTERGROWTH-21st)"), 90.0, [line.z_preterm for line in lines]),
    ]
    shown = [part for part in parts if any(part[2])]
    shown.append((pgettext("growth chart", "Nutrition status"), 100.0, [line.status for line in lines]))
    wider = Sheet.width / sum(width for _title, width, _texts in shown)
    rows = list(zip(*(texts for _title, _width, texts in shown), strict=True))
    return [Column(title, width * wider) for title, width, _texts in shown], rows
