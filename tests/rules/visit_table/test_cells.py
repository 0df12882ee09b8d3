"""Cells of tables as answers: every way in which a person writes an option, a day or an amount; nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.forms.model import Field, FieldType, Option
from zhaohu.rules.forms.reading import read
from zhaohu.rules.roster_cells import Cell, Formula
from zhaohu.rules.visit_table.cells import read_cell, says_nothing

OPTIONS = (
    Option("1", "未见异常", exclusive=True),
    Option("2", "湿疹"),
    Option("3", "无"),
    Option("4", "无明显异常"),
    Option("5", "其他", text=True),
)
ONE = Field("skin", FieldType.SELECT_ONE, "皮肤", options=OPTIONS)
SEVERAL = Field("skin", FieldType.SELECT_MULTIPLE, "皮肤", options=OPTIONS)
KG = Field("weight", FieldType.DECIMAL, "体重/kg", unit="kg", decimals=2, measure="weight", measured_on="day")
CM = Field("length", FieldType.DECIMAL, "身长/cm", decimals=1, measure="length", measured_on="day")
TIMES = Field("times", FieldType.INTEGER, "次数", unit="次")
DAY = Field("day", FieldType.DATE, "日期")
PHONE = Field("phone", FieldType.TEXT, "电话", format="phone", personal=True)


@pytest.mark.parametrize(
    ("cell", "code", "beside"),
    [
        ("1", "1", ""),
        (1, "1", ""),
        (1.0, "1", ""),
        ("１", "1", ""),
        ("1.", "1", ""),
        ("未见异常", "1", ""),
        ("1未见异常", "1", ""),
        ("1 未见异常", "1", ""),
        ("1、未见异常", "1", ""),
        ("1.未见异常 ", "1", ""),
        ("无", "3", ""),
        ("无明显异常", "4", ""),
        ("其他：胎记", "5", "胎记"),
        ("其他（右臂 胎记）", "5", "右臂 胎记"),
        ("5:胎记", "5", "胎记"),
        ("5 胎记", "5", "胎记"),
        ("5、其他：胎记", "5", "胎记"),
        ("其他", "5", ""),
        (Formula("=A1", "湿疹"), "2", ""),
    ],
)
def test_an_option_by_its_number_or_words(cell: Cell, code: str, beside: str) -> None:
    found = read_cell(ONE, cell)
    assert (found.answer, found.beside, found.remark) == (code, beside, None)
    assert read_cell(SEVERAL, cell).answer == [code]


@pytest.mark.parametrize("cell", ["6", "0", "12", "无异常", "正常", "1湿疹", "1湿疹、2", "未见", "√", "湿疹?", "5湿疹"])
def test_what_is_no_option_is_not_guessed(cell: str) -> None:
    for field in (ONE, SEVERAL):
        found = read_cell(field, cell)
        assert found.answer is None
        assert found.remark is not None
        assert "未见异常" in found.remark.reason  # what it could be


@pytest.mark.parametrize(
    ("cell", "codes", "beside"),
    [
        ("2,3", ["2", "3"], ""),
        ("2，3", ["2", "3"], ""),
        ("2、3", ["2", "3"], ""),
        ("2；3", ["2", "3"], ""),
        ("2 3", ["2", "3"], ""),
        ("2/3", ["2", "3"], ""),
        ("湿疹、无", ["2", "3"], ""),
        ("湿疹\n其他：胎记", ["2", "5"], "胎记"),
        ("其他（胎记）、湿疹", ["5", "2"], "胎记"),
        ("2湿疹 3无", ["2", "3"], ""),
    ],
)
def test_several_options(cell: str, codes: list[str], beside: str) -> None:
    found = read_cell(SEVERAL, cell)
    assert (found.answer, found.beside) == (codes, beside)
    assert read_cell(ONE, cell).remark is not None


@pytest.mark.parametrize(
    ("field", "cell", "unit", "amount"),
    [
        (KG, 3.55, "", "3.55"),
        (KG, "3.55kg", "", "3.55"),
        (KG, "3.55 公斤", "", "3.55"),
        (KG, "３．５５", "", "3.55"),
        (KG, 3550, "g", "3.55"),
        (KG, "7.1斤", "", "3.55"),
        (KG, "7.1", "斤", "3.55"),
        (KG, "3550g", "kg", "3.55"),  # the cell's own unit counts
        (KG, 7.300000000000001, "", "7.3"),
        (CM, "50.2", "", "50.2"),
        (CM, "502mm", "", "50.2"),
        (CM, "0.502", "m", "50.2"),
        (TIMES, "4次", "", "4"),
        (TIMES, 4, "次", "4"),
        (TIMES, "-1", "", "-1"),
        (TIMES, "100", "", "100"),
    ],
)
def test_an_amount_in_the_unit_of_the_form(field: Field, cell: Cell, unit: str, amount: str) -> None:
    found = read_cell(field, cell, unit)
    assert (found.answer, found.remark) == (amount, None)
    assert read(field, found.answer) is not None


@pytest.mark.parametrize(
    ("field", "cell", "unit"),
    [(KG, "三公斤半", ""), (KG, "3.5磅", ""), (KG, "3.5", "磅"), (TIMES, "4天", ""), (KG, "3~4", ""), (KG, "1e3", "")],
)
def test_what_is_no_amount_is_not_guessed(field: Field, cell: str, unit: str) -> None:
    found = read_cell(field, cell, unit)
    assert found.answer is None
    assert found.remark is not None


@pytest.mark.parametrize(
    "cell",
    [
        "2026-03-05",
        "2026/3/5",
        "2026.3.5",
        "2026年3月5日",
        "20260305",
        date(2026, 3, 5),
        datetime.combine(date(2026, 3, 5), time(8)),
    ],
)
def test_a_day(cell: Cell) -> None:
    assert read_cell(DAY, cell).answer == "2026-03-05"


@pytest.mark.parametrize("cell", ["26.3.5", "3月5日", "2026-02-30", "农历二月初二", "昨天"])
def test_what_is_no_day_says_why(cell: str) -> None:
    found = read_cell(DAY, cell)
    assert found.answer is None
    assert found.remark is not None
    assert found.remark.reason


def test_a_long_number_that_lost_its_digits_is_not_taken() -> None:
    assert read_cell(PHONE, "1.38124E+10").remark is not None
    assert read_cell(PHONE, 13812345678).answer == "13812345678"


@pytest.mark.parametrize("cell", [None, "", "  ", "/", "——", "-", "—"])
def test_a_dash_says_nothing(cell: Cell) -> None:
    assert says_nothing(cell)


@pytest.mark.parametrize("cell", [0, "0", "无", False])
def test_nought_says_something(cell: Cell) -> None:
    assert not says_nothing(cell)


TEXTS = st.text("1234567.、，,;（）()：: 无未见异常湿疹其他胎记kg\n-/", min_size=1, max_size=16) | st.text(max_size=16)


@given(st.sampled_from([ONE, SEVERAL, KG, CM, TIMES, DAY, PHONE]), TEXTS | st.integers() | st.floats() | st.dates())
def test_whatever_a_cell_holds_it_is_an_answer_or_a_remark(field: Field, cell: Cell) -> None:
    if says_nothing(cell):
        return
    found = read_cell(field, cell)
    assert found.answer is not None or found.remark is not None
    chosen = found.answer if isinstance(found.answer, list) else [found.answer]
    if field.options and found.answer is not None:
        assert {str(one) for one in chosen} <= {option.code for option in OPTIONS}


@given(st.lists(st.sampled_from(OPTIONS[:4]), min_size=1, max_size=4), st.sampled_from(["、", "，", ";", " ", "\n"]))
def test_what_is_written_in_words_or_numbers_is_read_back(options: list[Option], between: str) -> None:
    codes = [option.code for option in options]
    for words in ([one.label for one in options], codes, [f"{one.code}{one.label}" for one in options]):
        assert read_cell(SEVERAL, between.join(words)).answer == codes
