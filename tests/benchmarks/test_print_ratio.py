"""What one printed visit costs, against an empty page of the library that draws it."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from datetime import datetime
from io import BytesIO
from statistics import median

import pytest

from zhaohu import paths
from zhaohu.paper.sheet import Imprint
from zhaohu.paper.visit_record import VisitRecord, visit_record
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Answer, FieldType, Form

pytestmark = [
    pytest.mark.benchmark_ratio,
    pytest.mark.skipif(os.environ.get("ZHAOHU_BENCH") != "1", reason="run by dev.py bench"),
]

ROUNDS = 40
SLOWEST_MS = 250.0
"""A person who presses Print does not notice a quarter of a second."""


def full_answers(form: Form) -> dict[str, Answer]:
    """Every field answered, in words of ordinary length."""
    answers: dict[str, Answer] = {}
    for field in form.fields():
        if field.type is FieldType.DATE:
            answers[field.name] = "2026-03-05"
        elif field.type is FieldType.SELECT_ONE:
            answers[field.name] = field.options[-1].code
        elif field.type is FieldType.SELECT_MULTIPLE:
            answers[field.name] = [option.code for option in field.options][-field.boxes :]
        elif field.type is FieldType.INTEGER:
            answers[field.name] = 36
        elif field.type is FieldType.DECIMAL:
            answers[field.name] = "3.25"
        elif field.type is FieldType.TEXT:
            answers[field.name] = "00300127" if field.format == "file_no8" else "巨峰镇薄家口村𠮷"
        if field.text_name:
            answers[field.text_name] = "轻度，已处理"
    return answers


def empty_page() -> None:
    """A reportlab page with nothing on it."""
    from reportlab.pdfgen.canvas import Canvas

    canvas = Canvas(BytesIO())
    canvas.showPage()
    canvas.save()


def one_character_of_each_font() -> None:
    """A reportlab page with the same three fonts embedded, and one character in each."""
    from reportlab.pdfgen.canvas import Canvas

    from zhaohu.paper.fonts import BOLD, RARE, REGULAR

    canvas = Canvas(BytesIO(), initialFontName=REGULAR)
    for y, (font, text) in enumerate(((REGULAR, "照"), (BOLD, "护"), (RARE, "𠮷"))):
        canvas.setFont(font, 9)
        canvas.drawString(20, 20 + 20 * y, text)
    canvas.showPage()
    canvas.save()


def milliseconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def test_one_printed_visit_against_an_empty_page(capsys):
    form = parse_form(paths.resource("forms/newborn_visit.toml").read_text("utf-8"), "newborn_visit.toml")
    record = VisitRecord(form, full_answers(form))
    imprint = Imprint("巨峰镇指导站", "王敏", datetime(2026, 3, 5).astimezone(), "371103-01-000001", 1, "ZH1|visit|1")

    def visit() -> bytes:
        return visit_record(record, imprint)

    first = milliseconds(visit)
    one_character_of_each_font()
    times = [[milliseconds(work) for work in (visit, empty_page, one_character_of_each_font)] for _ in range(ROUNDS)]
    printed, empty, with_fonts = (median(column) for column in zip(*times, strict=True))
    with capsys.disabled():
        sys.stdout.write(
            f"\none printed visit {printed:.1f} ms (the first of a process {first:.0f} ms): "
            f"{printed / empty:.0f} x an empty reportlab page ({empty:.2f} ms), {printed / with_fonts:.1f} x "
            f"a reportlab page with one character in each of the same fonts ({with_fonts:.1f} ms)\n"
        )
    assert printed < SLOWEST_MS
