"""What one cell of a form shows."""

from __future__ import annotations

import pytest

from tests.paper.conftest import ANSWERS
from zhaohu.paper.cells import content, file_number_boxes
from zhaohu.rules.forms.model import Form


def shown(form: Form, name: str, answers: dict) -> str:
    return "".join(piece.text for piece in content(form, form.field(name), answers, everything(form)).pieces).replace(
        " ", ""
    )


def test_options_are_printed_as_number_and_words(form):
    assert shown(form, "skin", {}) == "1未见异常2湿疹3糜烂4其他"
    assert shown(form, "skin", {"skin": ["4"], "skin_text": "粟粒疹"}).endswith("4其他粟粒疹")


def test_words_of_an_option_that_was_not_chosen_are_not_printed(form):
    assert "粟粒疹" not in shown(form, "skin", {"skin": ["1"], "skin_text": "粟粒疹"})


@pytest.mark.parametrize(
    ("name", "answer", "marks"),
    [
        ("eyes", "2", ("2",)),
        ("eyes", None, ("",)),
        ("birth_situation", ["4", "7"], ("4", "7")),
        ("birth_situation", ["4"], ("4", "")),
        ("jaundice_site", [], ("", "", "", "")),
        ("guidance", ["1", "2", "3", "4", "5", "6"], ("1", "2", "3", "4", "5", "6")),
        ("birth_date", "2026-10-05", ("2", "0", "2", "6", "1", "0", "0", "5")),
        ("birth_date", None, ("",) * 8),
        ("temp_c", "36.8", ()),
    ],
)
def test_boxes_hold_the_chosen_numbers(form, name, answer, marks):
    answers = {} if answer is None else {name: answer}
    assert content(form, form.field(name), answers, everything(form)).marks == marks


def test_fields_inside_a_cell_stand_where_the_form_declares_them(form):
    assert shown(form, "asphyxia", ANSWERS) == "1无2有Apgar评分：1分钟65分钟9□不详"
    assert shown(form, "fontanelle", ANSWERS).startswith("1.5cm×1.4cm1正常")
    assert "■不详" in shown(form, "asphyxia", {"asphyxia": "2", "apgar_unknown": ["1"]})


def test_short_labels_only_under_a_lead(form):
    field = form.field("father_name")
    assert content(form, field, {}, everything(form), led=True).label == "姓名"
    assert content(form, field, {}, everything(form)).label == "父亲姓名"


def test_an_empty_date_is_a_blank_to_write_in(form):
    assert shown(form, "next_date", {}).replace("\u3000", "") == "年月日"
    assert shown(form, "next_date", ANSWERS) == "2026年11月18日"


def test_a_file_number_that_is_not_whole_leaves_the_boxes_empty():
    assert file_number_boxes("00300127") == tuple("00300127")
    assert file_number_boxes("123") == ("",) * 8
    assert file_number_boxes(None) == ("",) * 8


def everything(form):
    return {field.name for field in form.fields()}


def test_what_is_not_asked_is_dashed_out(form):
    shown = content(form, form.field("neck_mass"), {}, everything(form) - {"neck_mass"})
    assert ("".join(piece.text for piece in shown.pieces), shown.marks) == ("——", ())
