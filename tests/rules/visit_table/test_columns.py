"""The columns of a table of records: our own headings, and those that people write."""

from __future__ import annotations

import pytest
from tests.rules.forms.test_checker import COLUMNS
from tests.rules.forms.test_loader import SMALL

from zhaohu import paths
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import FieldType, Form
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.visit_table.columns import FormTable, column_hint, form_table, parse_other_headings

OTHERS = {"weight": ("体重", "现体重"), "day": ("日期", "访视日期"), "colour": ("颜色是",)}
FILES = [*sorted(paths.resource("forms").glob("*.toml")), paths.resource("tables/measurements.toml")]
FORMS = [parse_form(file.read_text("utf-8"), file.name) for file in FILES]


@pytest.fixture
def table() -> FormTable:
    return form_table(parse_form(SMALL, "small.toml"), OTHERS)


def test_words_beside_an_option_have_a_column_of_their_own(table: FormTable) -> None:
    assert [one.heading for one in table.columns] == ["出生", "日期", "颜色", "颜色（写明）", "大小"]
    assert table.day_heading() == "日期"


@pytest.mark.parametrize(
    ("heading", "column"),
    [
        ("颜色", "颜色"),
        ("colour", "颜色"),
        ("颜 色：", "颜色"),
        ("颜色（必填）", "颜色"),
        ("颜色是", "颜色"),
        ("colour_text", "颜色（写明）"),
        ("颜色（写明）", "颜色（写明）"),
        ("访视日期", "日期"),
        ("大小/cm", "大小"),
        ("大小(mm)", "大小"),
    ],
)
def test_headings_as_people_write_them(table: FormTable, heading: str, column: str) -> None:
    assert [*table.match(["序号", heading])] == [column]
    assert table.match(["序号", heading])[column].place == 1


def test_a_unit_in_a_heading_is_kept_and_the_first_of_two_counts(table: FormTable) -> None:
    assert table.match(["大小(mm)"])["大小"].unit == "mm"
    assert table.match(["大小/kg"])["大小"].unit == "kg"
    assert table.match(["大小", "大小（cm）"])["大小"].place == 0
    assert table.match(["备注" * 30, "", "身高"]) == {}


def test_questions_of_one_row_that_are_never_asked_together_share_a_column() -> None:
    table = form_table(parse_form(COLUMNS, "table.toml"), {})
    assert [one.heading for one in table.columns] == ["月龄", "日期", "面色", "出牙数", "龋齿数"]
    face = table.column("面色")
    assert [field.name for field in face.fields] == ["face", "face_3"]
    assert "满月" in column_hint(table.form, face)
    assert "1红润 2黄染" in column_hint(table.form, face)


def test_questions_of_one_label_that_may_stand_together_are_told_apart() -> None:
    text = COLUMNS.replace("relevant = \"${age_column} = '3'\", options", "options").replace(
        '["face", "face_3"]', '["face"]'
    )
    form = parse_loosely(text)
    headings = [one.heading for one in form_table(form, {}).columns]
    assert len(set(headings)) == len(headings)
    assert [one for one in headings if one.startswith("面色")] == ["面色（face）", "面色（face_3）"]


def test_two_questions_of_one_label_go_by_their_short_names_where_they_have_any() -> None:
    form = next(one for one in FORMS if one.id == "referral_answer")
    headings = [one.heading for one in form_table(form, {}).columns]
    phones = [one for one in headings if one.startswith("联系电话")]
    assert phones == ["联系电话（phone）", "联系电话（转诊医生联系电话）"]


def parse_loosely(text: str) -> Form:
    from zhaohu.rules.forms.loader import read_form

    form, _faults = read_form(text, "f.toml")
    assert form is not None
    return form


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_every_question_of_a_form_has_one_column(form: Form) -> None:
    table = form_table(form, {})
    headings = [one.heading for one in table.columns]
    assert len(set(headings)) == len(headings)
    asked = [field.name for one in table.columns if not one.beside for field in one.fields]
    known_of_the_child = {"child.name", "child.file_no8", "child.sex", "child.birth_date", "child.citizen_id"}
    wanted = {
        one.name
        for one in form.fields()
        if one.type is not FieldType.NOTE and not one.hidden and one.prefill not in known_of_the_child
    }
    assert sorted(asked) == sorted(wanted)
    assert [*table.match(headings)] == headings  # our template is understood, whole
    assert all(isinstance(column_hint(form, one), str) for one in table.columns)


def test_the_file_of_other_headings_names_what_forms_have() -> None:
    text = paths.resource("tables/headings.toml").read_text("utf-8")
    others = parse_other_headings(text, "headings.toml")
    known = {name for form in FORMS for one in form.fields() for name in (one.name, one.measure)} | {"day"}
    assert others.keys() <= known
    for wrong in ("day = 1", "day = [1]", "day ="):
        with pytest.raises(FormError):
            parse_other_headings(wrong, "headings.toml")
