"""The printed growth chart."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
import segno

from tests.paper.conftest import RARE
from tests.paper.pdfs import fonts, foot_qr, outside, page_texts
from zhaohu.paper.growth_chart import ChartRow, GrowthChart, growth_chart
from zhaohu.rules.growth import Ages, Indicator, Measurement, Position, Standard, assess
from zhaohu.rules.growth.chart import ChartGeometry, build_chart

BORN = date(2026, 1, 1)


def geometry(references, *, sex: int = 2, gestation_days: int | None = None, measured: bool = True) -> ChartGeometry:
    visits = []
    for months, grams in enumerate((3200, 4900, 6400, 7300, 8000) if measured else ()):
        day = BORN + timedelta(days=61 * months)
        what = Measurement(weight_g=grams, length_mm=500 + 50 * months, position=Position.LYING)
        visits.append((day, assess(references, Standard.CHINA, sex, Ages.on(BORN, day, gestation_days), what)))
    return build_chart(references, Standard.CHINA, sex, Indicator.WFA, visits)


def values(chart: ChartGeometry, rows: int = 5) -> GrowthChart:
    lines = tuple(
        ChartRow(BORN + timedelta(days=30 * n), f"{n}月龄", "", f"{3 + n / 2:.2f} kg", "50.0 cm", "", "-0.50", "中", "")
        for n in range(rows)
    )
    return GrowthChart(RARE, "女", BORN, "39周", "371103-00300127", chart, lines)


def test_particulars_lines_of_the_standard_and_measurements(references, imprint):
    data = growth_chart(values(geometry(references)), imprint)
    (text,) = page_texts(data)
    for words in (
        RARE,
        "2026年1月1日",
        "371103-00300127",
        "+3SD",
        "-3SD",
        "中位数",
        "5.00kg",
        "评价人签名",
        "第1页/共1页",
    ):
        assert words in text
    assert all(fonts(data).values())
    assert outside(data) == []
    assert growth_chart(values(geometry(references)), imprint) == data


def test_the_qr_code_is_the_one_of_its_text(references, imprint):
    expected = [[bool(module) for module in row] for row in segno.make(imprint.qr, error="m", micro=False).matrix]
    assert foot_qr(growth_chart(values(geometry(references)), imprint), len(expected)) == expected


def test_a_preterm_child_has_both_ages_named(references, imprint):
    (text,) = page_texts(growth_chart(values(geometry(references, gestation_days=238)), imprint))
    assert "校正年龄实足年龄" in text
    (term,) = page_texts(growth_chart(values(geometry(references)), imprint))
    assert "实足年龄" not in term


@pytest.mark.parametrize(("sex", "measured"), [(0, True), (2, False), (0, False)])
def test_without_a_standard_or_without_points_it_still_prints(references, imprint, sex, measured):
    data = growth_chart(values(geometry(references, sex=sex, measured=measured), rows=0), imprint)
    assert RARE in page_texts(data)[0]
    assert outside(data) == []


def test_many_measurements_go_on_to_further_pages(references, imprint):
    data = growth_chart(values(geometry(references), rows=70), imprint)
    texts = page_texts(data)
    assert len(texts) == 3
    days = [f"{(BORN + timedelta(days=30 * n)).year}年" for n in range(70)]
    assert sum(text.count("50.0cm") for text in texts) == len(days)
    assert sum(text.count("评价人签名") for text in texts) == 1
    assert all(RARE in text and f"第{n}页/共3页" in text for n, text in enumerate(texts, 1))
