"""Whatever stands in the cells of a roster: nothing breaks, nothing is taken without being said, limits are kept."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.faults.figures import times

from zhaohu import paths
from zhaohu.records.code_lists import parse_codes
from zhaohu.rules.roster import Level, NotARoster, find_roster, read_roster
from zhaohu.rules.roster_cells import Formula, Sheet, SheetRow
from zhaohu.rules.roster_columns import parse_columns

TODAY = date(2026, 10, 25)
LISTS = {
    name: parse_codes(paths.resource(f"codes/{name}.csv").read_text("utf-8"), name)
    for name in ("ethnicity", "education", "relation")
}
COLUMNS = parse_columns(paths.resource("codes/roster.toml").read_text("utf-8"), "roster.toml", LISTS)
HEADINGS = tuple(column.heading for column in COLUMNS.columns)
PIECES = st.sampled_from(
    [
        "2024",
        "-",
        ".",
        "/",
        "年",
        "3",
        "月",
        "02",
        "日",
        "斤",
        "两",
        "kg",
        "g",
        "周",
        "+",
        "天",
        "W",
        "男",
        "女",
        "x",
        "X",
        "０",
        "①",
        "²",
        "٣",
        "張",
        "农历",
        "无",
        "半",
        "十",
        "二",
        "〇",
        ",",
        " ",
        "\u3000",
        "\n",
        "'",
        "=",
        "1e9",
        "#REF!",
        "𠮷",
    ]
)
PLAIN = st.one_of(
    st.none(),
    st.text(max_size=12),
    st.lists(PIECES, max_size=8).map("".join),
    st.integers(-(10**20), 10**20),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
)
CELLS = st.one_of(PLAIN, st.builds(Formula, st.text(max_size=5), PLAIN))


def roster(*cells):
    rows = (SheetRow(1, HEADINGS), SheetRow(2, ("张三", "男", "2026-01-02")), SheetRow(3, cells))
    return read_roster([Sheet("名册", rows)], COLUMNS, TODAY)


@settings(max_examples=times(300, 75))
@given(st.lists(CELLS, min_size=len(HEADINGS), max_size=len(HEADINGS)))
def test_any_cells_are_read_or_doubted(cells):
    read = {row.row: row for row in roster(*cells).rows}
    assert read[2].values.name == "张三"
    if 3 not in read:
        return
    row = read[3]
    for issue in row.issues:
        assert issue.reason
    if row.values is None:
        assert row.level is Level.REFUSED or not row.takeable
        return
    child = row.values
    assert child.birth_date <= TODAY
    assert child.gestation_days is None or 140 <= child.gestation_days <= 315
    assert child.birth_weight_g is None or 400 <= child.birth_weight_g <= 7000
    assert child.birth_length_mm is None or 250 <= child.birth_length_mm <= 650
    for field, attribute in (("birth_weight", child.birth_weight_g), ("gestation", child.gestation_days)):
        said = {issue.field for issue in row.issues}
        assert field not in row.typed or attribute is not None or field in said


@given(st.lists(st.lists(CELLS, max_size=6), max_size=25))
def test_any_sheet_is_a_roster_or_is_refused(lines):
    sheet = Sheet("x", tuple(SheetRow(number, tuple(line)) for number, line in enumerate(lines, 1)))
    try:
        table, names = find_roster([sheet], COLUMNS)
    except NotARoster:
        return
    assert names == ("x",)
    assert {"name"} <= table.found.keys()


@given(st.dates(TODAY - timedelta(days=2000), TODAY), st.dates(TODAY - timedelta(days=2000), TODAY))
def test_two_days_in_one_cell_are_no_day(one, other):
    (_first, row) = roster("李四", "女", f"{one:%Y.%m.%d}或{other:%Y.%m.%d}").rows
    assert row.values is None


@pytest.mark.parametrize("place", range(len(HEADINGS)))
def test_a_heading_in_any_case_width_or_spacing(place):
    for heading in (HEADINGS[place], f" {HEADINGS[place]} *", " ".join(HEADINGS[place])):
        rows = (SheetRow(1, (*(h for h in HEADINGS[:3] if h != HEADINGS[place]), heading)),)
        found = find_roster([Sheet("x", rows)], COLUMNS)[0].found
        assert found[COLUMNS.columns[place].field].heading == heading.strip()
