"""Tables with a column for each age: what stands in which column, by the form's own rules."""

from __future__ import annotations

from datetime import date

import pytest
from tests.rules.forms.test_checker import COLUMNS

from zhaohu import paths
from zhaohu.rules.forms.answers import asked_fields
from zhaohu.rules.forms.columns import asked_in_column, columns_of, field_in_column
from zhaohu.rules.forms.loader import parse_form, read_form
from zhaohu.rules.forms.model import FieldType, Form

FORMS = [
    form
    for file in sorted(paths.resource("forms").glob("*.toml"))
    for form in [parse_form(file.read_text("utf-8"), file.name)]
    if form.age_column
]


@pytest.fixture
def form() -> Form:
    return parse_form(COLUMNS, "table.toml")


def test_the_columns_are_the_options_of_the_field(form: Form) -> None:
    assert [option.label for option in columns_of(form)] == ["满月", "3月龄"]


def test_a_row_has_in_each_column_what_is_asked_there(form: Form) -> None:
    table = [
        [field.name if (field := field_in_column(form, row, option.code)) else "——" for option in columns_of(form)]
        for row in form.paper.rows
    ]
    assert table == [["seen_on", "seen_on"], ["face", "face_3"], ["——", "teeth"]]
    assert asked_in_column(form, form.field("decay"), "3")
    assert not asked_in_column(form, form.field("decay"), "1")  # its group is not asked


@pytest.mark.parametrize(
    ("relevant", "asked"),
    [
        ("${age_column} = '1' or ${born_on} > today()", "13"),
        ("${age_column} = '1' and ${born_on} > today()", "1"),
        ("not(${age_column} = '1')", "3"),
        ("if(${age_column} = '3', ${seen_on} = '', 0)", "3"),
        ("selected(${age_column}, '3') and not(${seen_on} = '')", "3"),
        ("${seen_on} = ''", "13"),
        ("${age_column} = '1' and ${age_column} = '3'", ""),
    ],
)
def test_only_what_the_column_settles_decides(relevant: str, asked: str) -> None:
    text = COLUMNS.replace("relevant = \"${age_column} = '1'\"", f'relevant = "{relevant}"', 1)
    form = parse_loosely(text)
    assert "".join(code for code in "13" if asked_in_column(form, form.field("face"), code)) == asked


def parse_loosely(text: str) -> Form:
    """A form, whatever the checker says of its columns."""
    form, _faults = read_form(text, "f.toml")
    assert form is not None
    return form


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_what_is_asked_of_a_real_record_stands_in_its_column(form: Form) -> None:
    """The paper's columns and the entry's skip logic agree: nothing is asked that its column dashes out."""
    for option in columns_of(form):
        assert form.age_column is not None
        asked = asked_fields(form, {form.age_column: option.code}, date(2026, 11, 20))
        possible = {one.name for one in form.fields() if asked_in_column(form, one, option.code)}
        assert asked <= possible
        printed = {field.name for row in form.paper.rows if (field := field_in_column(form, row, option.code))}
        own_cells = {
            one.name
            for one in form.fields()
            if one.paper and one.within is None and one.type is not FieldType.NOTE and one.name != form.age_column
        }
        assert printed | set(form.paper.header) == own_cells & (possible | set(form.paper.header))
