"""Workbooks that we write: text stays text, and our own template is read by our own reader."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from zhaohu import paths
from zhaohu.exchange.tables import read_sheets
from zhaohu.exchange.workbooks import roster_template, write_table
from zhaohu.rules.roster import read_roster
from zhaohu.rules.roster_cells import Formula
from zhaohu.rules.roster_columns import parse_columns

_TEXT = st.text(st.characters(min_codepoint=32, blacklist_categories=["Cs", "Cc", "Co", "Cn"]), min_size=1, max_size=20)


@pytest.mark.parametrize("start", [*"=+-@＝", "\t="])
def test_what_looks_like_a_formula_is_written_as_text(start):
    data = write_table("表", ["名称"], [[f"{start}1+1"]])
    cell = load_workbook(io.BytesIO(data)).active["A2"]
    assert (cell.data_type, cell.value) == ("s", f"{start}1+1")
    assert not isinstance(read_sheets(data)[0].rows[1].cells[0], Formula)


@pytest.mark.parametrize(
    "write",
    [
        lambda text: write_table("表", [text, "x"], [[text, text]]),
        lambda text: write_table("=1+1", ["x"], [[text]]),
    ],
)
@pytest.mark.parametrize("text", ["=1+1", '=HYPERLINK("http://x")', "+1+1", "-1+1", "@SUM(A1)", "＝1", "<f>1+1</f>"])
def test_no_formula_stands_in_the_file_itself(write, text):
    with zipfile.ZipFile(io.BytesIO(write(text))) as archive:
        parts = [archive.read(name) for name in archive.namelist() if name.startswith("xl/")]
    assert [part for part in parts if re.search(rb"<(?:\w+:)?f[\s/>]", part)] == []


@settings(max_examples=30)
@given(st.lists(st.tuples(_TEXT, st.integers(-(10**9), 10**9), st.dates(date(1950, 1, 1))), max_size=5))
def test_what_is_written_is_read_again(rows):
    (sheet,) = read_sheets(write_table("表", ["文字", "数", "日期"], rows))
    assert [row.cells for row in sheet.rows[1:]] == [tuple(row) for row in rows]


def test_the_template_is_understood_by_the_reader():
    columns = parse_columns(paths.resource("codes/roster.toml").read_text("utf-8"), "roster.toml")
    data = roster_template(columns)
    workbook = load_workbook(io.BytesIO(data))
    sheet, explanations = workbook.worksheets
    assert {row[0].value for row in explanations.iter_rows(min_row=2)} == {one.heading for one in columns.columns}
    for place, column in enumerate(columns.columns, 1):
        sheet.cell(2, place, column.example or None)
    filled = io.BytesIO()
    workbook.save(filled)
    roster = read_roster(read_sheets(filled.getvalue()), columns, date(2026, 10, 25))
    assert set(roster.columns) == {column.field for column in columns.columns}
    assert roster.unknown == ()
    (row,) = roster.rows
    assert row.certain
    assert (row.values.name, row.values.birth_weight_g, row.values.gestation_days) == ("张子涵", 3200, 268)


def test_no_name_of_a_person_stands_in_the_properties():
    properties = load_workbook(io.BytesIO(write_table("表", ["名称"], [["张三"]]))).properties
    assert (properties.creator, properties.lastModifiedBy, properties.title) == ("Zhaohu", None, None)
