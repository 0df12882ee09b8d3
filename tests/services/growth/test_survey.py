"""The summary of a survey: the same figures as data, as text, as a spreadsheet and on paper."""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from tests.paper.pdfs import fonts, outside, page_texts

from zhaohu.clock import Clock
from zhaohu.errors import BadInput, Refused
from zhaohu.i18n import set_language
from zhaohu.rules.growth.batch import EXTRA_CELLS
from zhaohu.rules.growth.doubt import Cause, Measure
from zhaohu.rules.growth.survey.counting import Survey
from zhaohu.rules.growth.survey.figures import grades
from zhaohu.rules.growth.terms import Flag, Reason, Standard
from zhaohu.services.growth import survey as surveys
from zhaohu.services.growth.growth_files import assess_file
from zhaohu.services.growth.survey_words import flag_word, grade_word

CLOCK = Clock.at(date(2026, 11, 22))


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two hundred girls and boys of seven ages, one with oedema, some without sex, one with weight in jin."""
    lines = ["sex,age_months,weight_kg,length_cm,head_cm,oedema"]
    for n in range(200):
        months = (1, 8, 15, 28, 40, 50, 65)[n % 7]
        lines.append(f"{1 + n % 2},{months},{4.5 + months * 0.2 + n % 5:.1f},{55 + months * 0.8:.1f},{38 + n % 9},n")
    lines += ["2,8,9.1,70,44,y", ",8,9.1,70,44,n", "1,8,17.6,70,44,n"]
    place = tmp_path / "调查.csv"
    place.write_text("\n".join(lines), "utf-8")
    return place


def surveyed(source: Path, standard: Standard) -> Survey:
    survey = Survey(standard)
    assess_file(source, source.with_name("out.csv"), standard, told=survey)
    return survey


@pytest.mark.parametrize("standard", list(Standard))
def test_text_spreadsheet_and_paper_hold_the_same_figures(source: Path, standard: Standard) -> None:
    survey = surveyed(source, standard)
    data = surveys.document(survey)
    made = {end: surveys.save(survey, source, CLOCK, source.with_name(f"s{end}")) for end in surveys.SUFFIXES}
    text = made[".txt"].read_text("utf-8")
    pdf = made[".pdf"].read_bytes()
    pages = page_texts(pdf)
    assert outside(pdf) == []
    assert all(fonts(pdf).values())
    assert all(f"第{n}页/共{len(pages)}页" in page for n, page in enumerate(pages, 1))
    paper = "".join(pages)
    sheet = openpyxl.load_workbook(io.BytesIO(made[".xlsx"].read_bytes()))["检出率"]
    rows = list(sheet.iter_rows(min_row=2, values_only=True))
    assert len(rows) == len(data["prevalence"])
    for found, row in zip(data["prevalence"], rows, strict=True):
        assert row[4:6] == (found["count"], found["n"])
        if found["n"]:
            assert row[6] == pytest.approx(100 * found["count"] / found["n"], abs=1e-4)
            shown = f"{found['count']}  {found['percent']:.1f}%（{found['low']:.1f}～{found['high']:.1f}）"
            assert shown in text
            assert shown.replace(" ", "") in paper
    assert grade_word(grades(standard)[0].name) in text


def test_oedema_doubts_missing_cells_and_reasons_are_in_it(source: Path) -> None:
    data = surveys.document(surveyed(source, Standard.CHINA))
    whole = {
        p["grade"]: p
        for p in data["prevalence"]
        if p["indicator"] == "wfl" and (p["age_months"], p["sex"]) == ("6-11", 2)
    }
    assert whole["severe_wasting"]["count"] >= 1
    assert data["unscored"] == {"sex_unknown": 1}
    assert data["missing"]["sex"]["count"] == 1
    assert any("doubt_weight_jin" in flag for flag in data["doubts"])
    assert data["digits"]["head"].counts[0] == data["rows"]


def test_the_summary_of_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "in.csv").write_text("sex,age_days\n", "utf-8")
    survey = surveyed(tmp_path / "in.csv", Standard.WHO)
    for end in surveys.SUFFIXES:
        assert surveys.save(survey, tmp_path / "in.csv", CLOCK, tmp_path / f"s{end}").stat().st_size
    assert all(found["percent"] is None for found in surveys.document(survey)["prevalence"])


def test_a_name_of_another_kind_is_refused(tmp_path: Path) -> None:
    for name in ("summary", "summary.docx", "summary.pdf.zip"):
        with pytest.raises(BadInput) as refused:
            surveys.check_place(tmp_path / name)
        assert refused.value.code == "bad_suffix"
    for name in ("a.TXT", "a.xlsx", "a.pdf"):
        surveys.check_place(tmp_path / name)


def test_a_summary_that_cannot_be_written_is_refused(source: Path) -> None:
    for end in surveys.SUFFIXES:
        with pytest.raises(Refused):
            surveys.save(Survey(Standard.WHO), source, CLOCK, source / f"s{end}")


@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_every_flag_and_grade_has_words(language: str) -> None:
    set_language(language)
    doubts = [f"doubt_{m}_{c}" for m in ("weight", "length", "head") for c in Cause if c not in Measure]
    flags = [
        *Flag,
        *Reason,
        *doubts,
        "doubt_date",
        "doubt_sex",
        "impossible_weight",
        "bad_sex",
        "age_unknown",
        EXTRA_CELLS,
    ]
    for flag in flags:
        assert flag_word(flag) != flag
    for standard in Standard:
        assert all(grade_word(grade.name) for grade in grades(standard))
