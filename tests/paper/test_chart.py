"""The curves on paper: labels apart, lines told apart without colour."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from math import dist

import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.paper.growing import subject
from tests.paper.pdfs import outside, page_texts
from zhaohu.paper.chart import CORNERS_APART, STYLES, draw_chart, thinned
from zhaohu.paper.sheet import render
from zhaohu.rules.growth.curves.chart import ChartGeometry, LineKind
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services.growth.growth_papers import geometry


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 50)), min_size=2, max_size=60))
def test_a_line_loses_only_corners_that_nobody_sees(points: list[tuple[float, float]]) -> None:
    kept = thinned(points)
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert all(min(dist(point, other) for other in kept) < CORNERS_APART for point in points if point not in kept)
    assert all(dist(a, b) >= CORNERS_APART for a, b in pairwise(kept[:-1]))


def drawn(imprint, chart: ChartGeometry, width: float = 300, height: float = 120, **more: object) -> bytes:
    return render("x", imprint, lambda sheet: draw_chart(sheet, chart, 100, 400, width, height, **more))


@pytest.mark.parametrize("lines", Lines)
def test_in_a_low_chart_no_two_labels_touch(references, imprint, lines) -> None:
    chart = geometry(subject(references), Indicator.HCFA, Standard.CHINA, lines)
    with pdfium.PdfDocument(drawn(imprint, chart)) as document:
        page = document[0].get_textpage()
        boxes = []
        for line in chart.lines:
            index, count = page.search(line.label).get_next()
            corners = [page.get_charbox(index + n) for n in range(count)]
            boxes.append((min(c[1] for c in corners), max(c[3] for c in corners)))
    assert len(boxes) == 7
    assert all(below[1] < above[0] for below, above in pairwise(sorted(boxes)))


def test_lines_are_told_apart_without_colour_and_the_childs_is_the_heaviest() -> None:
    looks = [(width, dashes) for width, _colour, dashes in STYLES.values()]
    assert len(set(looks)) == len(looks) == len(LineKind)
    solid = [width for width, dashes in looks if not dashes]
    assert max(solid) >= 2 * min(solid)


def shapes(data: bytes) -> dict[str, int]:
    """How many circles and closed triangles of the size of a mark."""
    found = {"circles": 0, "triangles": 0}
    with pdfium.PdfDocument(data) as document:
        for piece in document[0].get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]):
            kinds = [
                raw.FPDFPathSegment_GetType(raw.FPDFPath_GetPathSegment(piece, n))
                for n in range(raw.FPDFPath_CountSegments(piece))
            ]
            left, bottom, right, top = piece.get_bounds()
            if right - left > 14 or top - bottom > 14:
                continue
            if raw.FPDF_SEGMENT_BEZIERTO in kinds:
                found["circles"] += 1
            elif kinds == [raw.FPDF_SEGMENT_MOVETO, *[raw.FPDF_SEGMENT_LINETO] * 3]:
                found["triangles"] += 1
    return found


def test_both_ages_of_a_preterm_child_have_marks_of_their_own(references, imprint) -> None:
    term = geometry(subject(references), Indicator.WFA, Standard.CHINA)
    preterm = geometry(subject(references, gestation_days=238), Indicator.WFA, Standard.CHINA)
    assert shapes(drawn(imprint, term)) == {"circles": len(term.marks), "triangles": 0}
    key = 1
    found = shapes(drawn(imprint, preterm, 400))
    assert found == {"circles": len(preterm.marks) + key, "triangles": len(preterm.beside) + key}
    assert "矫正年龄" in page_texts(drawn(imprint, preterm, 400))[0]
    assert "矫正年龄" not in page_texts(drawn(imprint, preterm, 120))[0]


def test_the_point_of_a_visit_is_ringed(references, imprint) -> None:
    chart = geometry(subject(references), Indicator.WFA, Standard.CHINA)
    ringed = shapes(drawn(imprint, chart, marked=chart.marks[-1].on))
    assert ringed["circles"] == len(chart.marks) + 1


def test_a_point_beyond_the_axis_is_an_arrow_with_its_value(references, imprint) -> None:
    chart = geometry(subject(references), Indicator.WFA, Standard.CHINA)
    last = replace(chart.marks[-1], y=1.0, beyond=1)
    data = drawn(imprint, replace(chart, marks=(*chart.marks[:-1], last)))
    assert shapes(data) == {"circles": len(chart.marks) - 1, "triangles": 1}
    assert "8.0" in page_texts(data)[0]


def test_without_lines_the_chart_says_so(references, imprint) -> None:
    data = drawn(imprint, geometry(subject(references, sex=0), Indicator.WFA, Standard.CHINA))
    assert "没有可比较的标准曲线" in page_texts(data)[0]


@pytest.mark.parametrize("width", [150, 555])
@pytest.mark.parametrize("indicator", Indicator)
def test_every_chart_stays_on_the_page_and_its_labels_apart(references, imprint, indicator, width) -> None:
    chart = geometry(subject(references, weights=()), indicator, Standard.WHO)
    data = render("x", imprint, lambda sheet: draw_chart(sheet, chart, sheet.left, 100, width, 200, title=chart.title))
    assert outside(data) == []
    with pdfium.PdfDocument(data) as document:
        page = document[0].get_textpage()
        words = page.get_text_bounded(30, 114, 20 + width, 124).split()
    assert len(words) > 1
    assert all(re.fullmatch(r"\d{1,3}", word) for word in words)
