"""The official table with a column for each age, read back from the PDF."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pypdfium2 as pdfium
import pytest

from tests.paper.conftest import RARE
from tests.paper.pdfs import outside, page_texts, sampled
from tests.rules.forms.filling import EVERY_COLUMN, FORMS, complete
from zhaohu.paper.ahead import Ahead
from zhaohu.paper.cells import NOT_ASKED, TICK
from zhaohu.paper.column_layout import ColumnRecord
from zhaohu.paper.sheet import MARGIN, WIDTH, qr_matrix
from zhaohu.paper.visit_record import VisitRecord, visit_record
from zhaohu.rules.forms.columns import asked_in_column, columns_of, field_in_column
from zhaohu.rules.forms.model import Answer, FieldType, Form

COLUMN_FORMS = sorted(form_id for form_id, form in FORMS.items() if form.age_column)
HEADER = {"child_name": RARE, "file_no8": "00300127"}
_NUMBERED = re.compile(r"[0-9]")


def answers(form_id: str, column: str, **typed: Answer) -> dict[str, Answer]:
    return {**complete(form_id, column, **typed).values, **HEADER}


def record(form_id: str, *columns: ColumnRecord) -> VisitRecord:
    return VisitRecord(FORMS[form_id], HEADER, columns=columns)


def filled(form_id: str, column: str, number: int = 1, **typed: Answer) -> ColumnRecord:
    return ColumnRecord(column, answers(form_id, column, **typed), FORMS[form_id], f"371103-01-{number:06d}", number)


def cell_texts(data: bytes, form: Form, page: int = 0) -> dict[str, str]:
    """The text of each column of the table, by the column's code: cut out along the heads' middles."""
    with pdfium.PdfDocument(data) as document:
        text = document[page].get_textpage()
        middles = dict(_heads(text, form))
        codes = list(middles)
        half = (WIDTH - MARGIN - list(middles.values())[-1]) if codes else 0
        found = {}
        for code in codes:
            bounded = text.get_text_bounded(middles[code] - half + 1, 60, middles[code] + half - 1, 790)
            found[code] = re.sub(r"[\s\ufffe]+", "", bounded)
        return found


def _heads(text: pdfium.PdfTextPage, form: Form) -> Iterator[tuple[str, float]]:
    """Where the head of each column has its middle: the leftmost line of heads stands highest."""
    best: dict[str, tuple[float, float]] = {}
    for option in columns_of(form):
        search = text.search(option.label)
        while (hit := search.get_next()) is not None:
            boxes = [text.get_charbox(hit[0] + n) for n in range(hit[1])]
            middle, top = (boxes[0][0] + boxes[-1][2]) / 2, boxes[0][3]
            if top < 780 and (option.code not in best or top > best[option.code][0] + 1):
                best[option.code] = (top, middle)
    row = max(top for top, _middle in best.values())
    for code, (top, middle) in best.items():
        if abs(top - row) < 6:
            yield code, middle


@pytest.mark.parametrize("form_id", sorted(FORMS))
def test_every_form_is_printed_blank_on_one_page_with_all_its_words(imprint, form_id):
    form = FORMS[form_id]
    data = visit_record(VisitRecord(form, {}), imprint)
    (text,) = page_texts(data)
    assert form.title in text
    assert outside(data) == []
    for field in form.fields():
        if field.paper and not field.hidden and field.name != form.age_column:
            for option in field.options:
                assert option.label.replace(" ", "") in text, (field.name, option.label)


@pytest.mark.parametrize("form_id", COLUMN_FORMS)
def test_a_blank_table_has_a_column_for_each_age_and_dashes_where_nothing_is_asked(imprint, form_id):
    form = FORMS[form_id]
    cells = cell_texts(visit_record(VisitRecord(form, {}), imprint), form)
    assert list(cells) == [option.code for option in columns_of(form)]
    for code, text in cells.items():
        dashed = sum(field_in_column(form, row, code) is None for row in form.paper.rows)
        assert text.count(NOT_ASKED) == dashed, code
        for row in form.paper.rows:
            field = field_in_column(form, row, code)
            if field is not None and field.type in (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE):
                assert all(option.label.replace(" ", "") in text for option in field.options), (code, field.name)


@pytest.mark.parametrize(("form_id", "column"), [one for one in EVERY_COLUMN if one[0] in COLUMN_FORMS])
def test_a_record_ticks_its_own_column_and_no_other(imprint, form_id, column):
    form, shown = FORMS[form_id], filled(form_id, column)
    data = visit_record(record(form_id, shown), imprint)
    assert outside(data) == []
    cells = cell_texts(data, form)
    ticks = sum(
        len(answer) if isinstance(answer, list) else 1
        for name, answer in shown.answers.items()
        if name != form.age_column
        and any(name == one.name and one.options and one.paper and not one.hidden for one in form.fields())
    )
    assert cells[column].count(TICK) == ticks > 0
    assert all(TICK not in text for code, text in cells.items() if code != column)
    assert f"{shown.number}第{shown.version}版" in page_texts(data)[0]


def test_the_tick_stands_at_the_number_that_was_chosen(imprint):
    one = filled("check_1_8", "3", face="2", illness=["2", "5"], pneumonia_times=3, illness_text="湿疹")
    cells = cell_texts(visit_record(record("check_1_8", one), imprint), FORMS["check_1_8"])
    assert "1红润√2黄染3其他" in cells["3"]
    assert "1无√2肺炎3次3腹泻次4外伤次√5其他湿疹" in cells["3"]
    assert "1红润2黄染3其他" in cells["1"]


def test_grades_have_no_numbers(imprint):
    one = filled("check_1_8", "6", weight_grade="3", weight_kg="7.10")
    cells = cell_texts(visit_record(record("check_1_8", one), imprint), FORMS["check_1_8"])
    assert "7.10上中√下" in cells["6"]


def test_earlier_columns_stand_beside_later_ones_and_each_names_its_record(imprint):
    columns = [
        filled("check_1_8", code, n, weight_kg=f"{4 + n}.00") for n, code in enumerate(("1", "3", "6", "8"), start=1)
    ]
    data = visit_record(record("check_1_8", *columns), imprint)
    (text,) = page_texts(data)
    cells = cell_texts(data, FORMS["check_1_8"])
    for n, code in enumerate(("1", "3", "6", "8"), start=1):
        assert f"{4 + n}.00" in cells[code]
        assert f"371103-01-{n:06d}第{n}版" in text


def test_lost_stands_in_the_cell_of_the_day(imprint):
    ended = ColumnRecord("6", {}, FORMS["check_1_8"], ended="失访\n2026年5月3日\n举家外出")
    cells = cell_texts(visit_record(record("check_1_8", filled("check_1_8", "3"), ended), imprint), FORMS["check_1_8"])
    assert "失访2026年5月3日举家外出" in cells["6"]
    assert "失访" not in cells["3"]


@pytest.mark.parametrize("times", [1, 6, 30])
def test_long_words_shrink_then_go_on_over_the_page_and_nothing_is_lost(imprint, times):
    long = {
        "skin": "2",
        "skin_text": "面颊散在红色皮疹伴瘙痒" * times,
        "other": "家长诉夜间哭闹" * times,
        "referral": "2",
        "referral_reason": "肺炎后仍有咳嗽，建议复查胸片。" * times,
        "referral_org": "岚山区人民医院儿科门诊",
    }
    one = filled("check_1_8", "3")
    one = replace(one, answers={**one.answers, **long})
    data = visit_record(record("check_1_8", one), imprint)
    assert outside(data) == []
    found = "".join(cell_texts(data, FORMS["check_1_8"], page).get("3", "") for page in range(len(page_texts(data))))
    for name in ("skin_text", "other", "referral_reason", "referral_org"):
        assert long[name] in found, name
    assert len(page_texts(data)) == (1 if times < 30 else len(page_texts(data)))
    assert all(RARE in text for text in page_texts(data))


@pytest.mark.parametrize("form_id", COLUMN_FORMS)
def test_a_sheet_printed_ahead_has_its_digits_its_code_and_hints_in_the_column_to_fill(imprint, form_id):
    form = FORMS[form_id]
    codes = [option.code for option in columns_of(form)]
    row = next(
        one for one in form.fields() if one.paper and not one.options and asked_in_column(form, one, codes[-1])
        and one.name not in (*form.paper.header, "signer", form.date_field) and not one.hidden
    )  # fmt: skip
    head = Ahead("012345", "2026年11月23日", ((("姓名", "王䶮"), ("电话", "")),), {row.name: "上次8.88"}, codes[-1])
    data = visit_record(VisitRecord(form, HEADER, ahead=head), imprint)
    (text,) = page_texts(data)
    assert "012345" in text
    assert "王䶮" in text
    assert "电话" not in text.split(form.title)[0]
    cells = cell_texts(data, form)
    assert "上次8.88" in cells[codes[-1]]
    assert all("上次" not in cell for code, cell in cells.items() if code != codes[-1])
    expected = qr_matrix("012345")
    assert sampled(data, WIDTH - MARGIN - 52, 841.89 - MARGIN - 52, 52, len(expected)) == expected
