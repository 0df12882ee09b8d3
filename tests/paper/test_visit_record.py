"""The printed visit record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium
import pytest
import segno

from tests.paper.conftest import ANSWERS, RARE
from tests.paper.growing import subject
from tests.paper.pdfs import fonts, foot_qr, outside, page_texts, text_right_of
from zhaohu.paper.visit_curves import Curves
from zhaohu.paper.visit_record import GrowthLine, VisitRecord, visit_record
from zhaohu.rules.forms.model import FieldType
from zhaohu.rules.growth.series import MeasuredDay
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services.growth.growth_papers import geometry
from zhaohu.services.growth.growth_words import growth_words


def test_one_page_with_everything_the_form_prints(record, imprint):
    (text,) = page_texts(visit_record(record, imprint))
    assert record.form.title in text
    for field in record.form.fields():
        assert (field.short if field.short is not None else field.label).replace(" ", "") in text
        if field.type in (FieldType.SELECT_ONE, FieldType.SELECT_MULTIPLE) and field.within is None:
            assert all(option.code + option.label in text for option in field.options)


def test_the_text_can_be_copied_rare_characters_too(record, imprint):
    (text,) = page_texts(visit_record(record, imprint))
    for words in (RARE, "王䶮", "李𫖯", "371103202610210024", "轻度贫血", "躯干皮肤黄染，需进一步检查胆红素", "2.90"):
        assert words in text
    for words in ("年龄别体重", "-2.31", "-2.27", "低体重", "家长签名", "随访医生签名王敏"):
        assert words in text
    assert "记录编号371103-01-000123第2版" in text
    assert "第1页/共1页" in text


@pytest.mark.parametrize(
    ("label", "boxes"), [("新生儿听力筛查", "3"), ("新生儿疾病筛查", "3/5"), ("黄疸部位", "2/3//")]
)
def test_the_answer_stands_in_the_boxes_at_the_right(record, imprint, label, boxes):
    assert text_right_of(visit_record(record, imprint), label, 510).replace(" ", "") == boxes


def test_fonts_are_embedded_and_no_other_is_named(record, imprint):
    data = visit_record(record, imprint)
    found = fonts(data)
    assert {name.split("+")[-1] for name in found} == {
        "NotoSansSC-Regular",
        "NotoSansSC-Bold",
        "ZhaohuRare-Regular",
    }
    assert all(found.values())
    assert b"Helvetica" not in data


def test_the_file_says_what_it_is_and_names_nobody(record, imprint):
    with pdfium.PdfDocument(visit_record(record, imprint)) as document:
        about = document.get_metadata_dict()
    assert about["Title"] == "新生儿家庭访视记录表"
    everything = " ".join(about.values())
    assert not any(words in everything for words in (RARE, "王敏", "371103", "2026"))


def test_the_same_values_make_the_same_bytes(record, imprint):
    assert visit_record(record, imprint) == visit_record(record, imprint)


def test_the_qr_code_is_the_one_of_its_text(record, imprint):
    expected = [[bool(module) for module in row] for row in segno.make(imprint.qr, error="m", micro=False).matrix]
    assert foot_qr(visit_record(record, imprint), len(expected)) == expected


def test_an_empty_form_prints_every_blank(form, imprint):
    data = visit_record(VisitRecord(form, {}), imprint)
    (text,) = page_texts(data)
    assert "眼睛1未见异常2异常" in text
    assert outside(data) == []


@pytest.mark.parametrize("times", [1, 8, 40])
def test_long_words_shrink_then_break_to_a_further_page_and_nothing_is_lost(record, imprint, times):
    long = {name: words * times for name, words in ANSWERS.items() if name.endswith("_text")}
    long["referral_reason"] = "躯干皮肤黄染，需进一步检查。" * times
    long["address"] = "山东省日照市岚山区巨峰镇" * times
    data = visit_record(replace(record, answers=ANSWERS | long), imprint)
    texts = page_texts(data)
    assert len(texts) == (1 if times < 40 else 2)
    for words in long.values():
        assert words in "".join(texts)
    for number, text in enumerate(texts, 1):
        assert RARE in text
        assert f"第{number}页/共{len(texts)}页" in text
    assert outside(data) == []


def test_a_character_without_a_glyph_is_named_at_the_foot(record, imprint):
    data = visit_record(replace(record, answers=ANSWERS | {"child_name": "王\U0002a6d6"}), imprint)
    (text,) = page_texts(data)
    assert "请手写补上" in text
    assert "U+2A6D6" in text
    assert "U+" not in page_texts(visit_record(record, imprint))[0]


@pytest.fixture
def curves(references) -> Curves:
    child = subject(references)
    charts = tuple(geometry(child, indicator, Standard.CHINA) for indicator in (Indicator.WFA, Indicator.LHFA))
    return Curves(child.who, charts, child.days[-1].on, ("WS/T 423-2022",))


def test_the_curves_follow_on_a_page_of_their_own_and_the_form_stays_as_it_is(record, imprint, curves) -> None:
    data = visit_record(replace(record, curves=curves), imprint)
    (alone,) = page_texts(visit_record(record, imprint))
    form, attached = page_texts(data)
    assert form == alone.replace("第1页/共1页", "第1页/共2页")
    for words in ("附：生长曲线", RARE, "年龄别体重", "年龄别身长（身高）", "+3SD", "本次访视（2026年9月2日）"):
        assert words in attached
    assert all(fonts(data).values())
    assert outside(data) == []


def test_the_curves_stand_beneath_a_short_form(record, imprint, curves) -> None:
    paper = replace(record.form.paper, rows=record.form.paper.rows[:6])
    short = replace(record, form=replace(record.form, paper=paper), curves=replace(curves, charts=curves.charts[:1]))
    (text,) = page_texts(visit_record(short, imprint))
    assert "附：生长曲线" in text
    assert outside(visit_record(short, imprint)) == []


@pytest.mark.parametrize("name", ["weight_kg", "birth_weight_kg", "birth_length_cm"])
def test_a_second_measurement_stands_beside_the_first(record, imprint, name) -> None:
    (text,) = page_texts(visit_record(replace(record, answers=ANSWERS | {f"{name}_again": "4.56"}), imprint))
    assert f"{ANSWERS[name]}" in text.split("（复测4.56）")[0][-12:]
    assert "复测" not in page_texts(visit_record(record, imprint))[0]


def test_both_results_of_an_unknown_sex_are_printed_whole(record, references, imprint) -> None:
    lines = growth_lines_of(subject(references, sex=0, weights=(3200, 4900)).days)
    data = visit_record(replace(record, growth=lines), imprint)
    text = "".join(page_texts(data))
    assert all(line.status.replace(" ", "") in text for line in lines)
    assert "…" not in text
    assert outside(data) == []


def test_preterm_childrens_own_score_has_a_column_only_where_there_is_one(record, references, imprint) -> None:
    preterm = growth_lines_of(subject(references, gestation_days=230, weights=(1500, 1900), every=14).days)
    text = "".join(page_texts(visit_record(replace(record, growth=preterm), imprint)))
    assert "INTERGROWTH-21st" in text
    assert all(line.z_preterm in text for line in preterm)
    assert "INTERGROWTH" not in page_texts(visit_record(record, imprint))[0]


def growth_lines_of(days: Sequence[MeasuredDay]) -> tuple[GrowthLine, ...]:
    return tuple(
        GrowthLine(w.on, w.indicator, w.value, w.level, w.z_china, w.z_who, w.status, w.z_preterm)
        for w in growth_words(days)
    )
