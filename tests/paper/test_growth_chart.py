"""The printed growth charts: of one indicator, and of all."""

from __future__ import annotations

import pytest
import segno

from tests.paper.conftest import RARE
from tests.paper.growing import subject
from tests.paper.pdfs import fonts, foot_qr, outside, page_texts
from zhaohu.i18n import set_language
from zhaohu.paper.growth_chart import growth_chart
from zhaohu.paper.growth_overview import growth_overview
from zhaohu.rules.growth.assess import PRETERM_INDICATORS
from zhaohu.rules.growth.curves.lines import Lines
from zhaohu.rules.growth.terms import Indicator, Standard
from zhaohu.services.growth.growth_papers import Subject, overview, single_chart

MANY = tuple(3200 + 250 * n for n in range(70))


def single(
    who: Subject,
    imprint,
    indicator: Indicator = Indicator.WFA,
    standard: Standard = Standard.CHINA,
    lines: Lines = Lines.SD,
) -> bytes:
    return growth_chart(single_chart(who, indicator, standard, lines), imprint)


def everything(who: Subject, imprint, standard: Standard = Standard.CHINA, lines: Lines = Lines.SD) -> bytes:
    offered = PRETERM_INDICATORS if standard is Standard.INTERGROWTH else tuple(Indicator)
    return growth_overview(overview(who, offered, standard, lines), imprint)


def test_particulars_lines_of_the_standard_and_measurements(references, imprint) -> None:
    data = single(subject(references), imprint)
    (text,) = page_texts(data)
    for words in (RARE, "2026年1月1日", "371103-00300127", "+3SD", "-3SD", "中位数", "8.00kg", "+0.70kg／61天"):
        assert words in text
    for words in ("WS/T423-2022", references.version, "评价人签名", "第1页/共1页"):
        assert words in text
    assert all(fonts(data).values())
    assert outside(data) == []
    assert single(subject(references), imprint) == data


def test_percentiles_are_named_instead_of_sd(references, imprint) -> None:
    (text,) = page_texts(single(subject(references), imprint, lines=Lines.PERCENTILE))
    assert "SD" not in text.replace("按标准差法", "")
    assert all(f"P{percentile}" in text for percentile in (3, 10, 25, 50, 75, 90, 97))


def test_the_qr_code_is_the_one_of_its_text(references, imprint) -> None:
    expected = [[bool(module) for module in row] for row in segno.make(imprint.qr, error="m", micro=False).matrix]
    assert foot_qr(single(subject(references), imprint), len(expected)) == expected


def test_a_preterm_child_has_both_ages_and_which_of_them_counts(references, imprint) -> None:
    (text,) = page_texts(single(subject(references, gestation_days=238), imprint))
    for words in ("矫正年龄实足年龄", "比较用年龄", "胎龄34+0周", "注1", "不满37周出生"):
        assert words in text
    (term,) = page_texts(single(subject(references), imprint))
    assert "实足" not in term
    assert "矫正" not in term


def test_levels_stand_only_where_the_standard_has_them(references, imprint) -> None:
    assert "营养状况" in page_texts(single(subject(references), imprint))[0]
    assert "营养状况" not in page_texts(single(subject(references), imprint, standard=Standard.WHO))[0]


@pytest.mark.parametrize(("sex", "weights"), [(0, MANY[:3]), (2, ()), (0, ())])
@pytest.mark.parametrize("indicator", Indicator)
def test_without_a_standard_or_without_points_it_still_prints(references, imprint, indicator, sex, weights) -> None:
    data = single(subject(references, sex=sex, weights=weights), imprint, indicator)
    (text,) = page_texts(data)
    assert RARE in text
    assert ("+2SD" in text) == (sex != 0)
    assert outside(data) == []


def test_an_empty_chart_has_rows_to_fill_in(references, imprint) -> None:
    (text,) = page_texts(single(subject(references, weights=()), imprint))
    for words in ("测量日期", "Z评分", "等级", "+3SD", "评价人签名"):
        assert words in text


@pytest.mark.parametrize("count", [20, 21, 24, 25, 26, 70])
def test_many_measurements_go_on_to_further_pages_and_none_is_lost(references, imprint, count) -> None:
    data = single(subject(references, weights=MANY[:count], every=30), imprint)
    texts = page_texts(data)
    assert len(texts) == (1 if count < 24 else 3 if count == 70 else 2)
    assert all(f"{grams / 1000:.2f}kg" in "".join(texts) for grams in MANY[:count])
    assert sum(text.count("评价人签名") for text in texts) == 1
    assert "kg" in texts[-1].split("评价人签名")[0]
    assert all(RARE in text and f"第{n}页/共{len(texts)}页" in text for n, text in enumerate(texts, 1))
    assert outside(data) == []


def test_all_charts_stand_on_two_pages_with_every_result(references, imprint) -> None:
    first, second = page_texts(everything(subject(references), imprint))
    for words in ("年龄别体重", "年龄别身长（身高）"):
        assert words in first
    for words in ("身长别体重", "年龄别BMI", "年龄别头围", "8.00kg", "+0.70kg", "评价人签名", references.version):
        assert words in second


@pytest.mark.parametrize("standard", Standard)
@pytest.mark.parametrize("language", ["zh_CN", "en"])
@pytest.mark.parametrize("sex", [0, 2])
def test_all_charts_stay_on_the_page_by_every_standard(references, imprint, sex, language, standard) -> None:
    set_language(language)
    try:
        who = subject(references, sex=sex, gestation_days=225, weights=MANY[:22], every=14)
        data = everything(who, imprint, standard, Lines.PERCENTILE)
    finally:
        set_language("zh_CN")
    assert outside(data) == []
    assert all(fonts(data).values())
    assert "…" not in "".join(page_texts(data))


def test_twenty_visits_still_take_two_pages(references, imprint) -> None:
    assert len(page_texts(everything(subject(references, weights=MANY[:20], every=30), imprint))) == 2
    pages = page_texts(everything(subject(references, weights=MANY, every=21), imprint))
    assert sum(text.count("评价人签名") for text in pages) == 1
    assert all(f"{grams / 1000:.2f}kg" in "".join(pages) for grams in MANY)


def test_a_long_name_takes_a_second_line(references, imprint) -> None:
    name = "阿卜杜热合曼·阿卜杜喀迪尔·买买提明·吐尔逊江·艾合买提"
    data = single(subject(references, name=name), imprint)
    assert name in page_texts(data)[0]
    assert outside(data) == []
