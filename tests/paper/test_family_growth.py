"""The family's sheet: one page, plain words."""

from __future__ import annotations

import re
from datetime import date

import pytest

from tests.paper.conftest import RARE
from tests.paper.growing import WEIGHTS, subject
from tests.paper.pdfs import fonts, outside, page_texts
from zhaohu.i18n import set_language
from zhaohu.paper.family_growth import family_growth
from zhaohu.rules.growth.trend.terms import Trend, Verdict
from zhaohu.services.growth.family_words import family_sheet
from zhaohu.services.growth.growth_papers import Subject

ADVICE = ("近两个月体重长得慢，请按下面的建议喂养。", "每天奶量不少于600毫升。")
TREND = Trend(
    Verdict.FALTERING, Verdict.FALTERING, Verdict.NORMAL, next_check=date(2026, 10, 2), refer=False, advice=ADVICE
)
NOTHING = Trend(Verdict.UNCLEAR, Verdict.UNCLEAR, Verdict.UNCLEAR)
TODAY = date(2026, 9, 1)
JARGON = re.compile(r"Z评分|z-score|\bz\b|SD|P\d|百分位|percentile")


def sheet(who: Subject, imprint, trend: Trend = TREND) -> bytes:
    return family_growth(family_sheet(who, trend, "巨峰镇指导站", TODAY), imprint)


def test_everything_a_family_needs_stands_on_one_page(references, imprint) -> None:
    data = sheet(subject(references), imprint)
    (text,) = page_texts(data)
    for words in (RARE, "2026年9月2日", "8月1天", "8.00kg", "67.1cm", "42.3cm", "比上次+0.70kg／61天"):
        assert words in text
    for words in ("100名同龄女孩中", "增长不足", *ADVICE, "下次检查：2026年10月2日", "巨峰镇指导站", "请立即就医"):
        assert words.replace(" ", "") in text
    for words in ("指导教师（签名）", "家长（签名）", "WS/T423-2022：", "偏高", "偏低"):
        assert words in text
    assert all(fonts(data).values())
    assert outside(data) == []


@pytest.mark.parametrize("sex", [0, 1, 2])
@pytest.mark.parametrize("gestation_days", [None, 225])
@pytest.mark.parametrize("count", [0, 1, 5])
@pytest.mark.parametrize("language", ["zh_CN", "en"])
def test_no_score_is_named_to_a_family(references, imprint, sex, gestation_days, count, language) -> None:
    set_language(language)
    try:
        data = sheet(subject(references, sex=sex, gestation_days=gestation_days, weights=WEIGHTS[:count]), imprint)
    finally:
        set_language("zh_CN")
    (text,) = page_texts(data)
    assert not JARGON.search(text.replace(imprint.number, ""))
    assert outside(data) == []


def test_the_corrected_age_is_explained_in_a_sentence(references, imprint) -> None:
    (text,) = page_texts(sheet(subject(references, gestation_days=238), imprint))
    assert "早出生约6周" in text
    assert "6月21天（矫正年龄）" in text
    (early,) = page_texts(sheet(subject(references, gestation_days=238, weights=(1900, 2100), every=14), imprint))
    assert "还没有到预产期" in early
    assert "INTERGROWTH-21st" in early
    (term,) = page_texts(sheet(subject(references), imprint))
    assert "预产期" not in term


def test_an_unknown_sex_is_told_both_ways(references, imprint) -> None:
    (text,) = page_texts(sheet(subject(references, sex=0), imprint, NOTHING))
    assert "按男孩：" in text
    assert "按女孩：" in text
    assert "100名" not in text


def test_without_measurements_it_is_a_sheet_to_fill_in(references, imprint) -> None:
    (text,) = page_texts(sheet(subject(references, weights=()), imprint, NOTHING))
    assert "偏高" in text
    assert "kg" in text
    assert "本次未测" not in text
    assert "不能判断" not in text


def test_long_advice_is_set_smaller_and_nothing_is_lost(references, imprint) -> None:
    advice = tuple(f"第{n}条：每天奶量不少于600毫升，辅食两到三次，粥要稠，加肉末、蛋黄和油。" for n in range(1, 13))
    trend = Trend(Verdict.LOSS, Verdict.LOSS, Verdict.LOSS, refer=True, advice=advice)
    data = sheet(subject(references, name="阿卜杜热合曼·阿卜杜喀迪尔·买买提明·吐尔逊江"), imprint, trend)
    (text,) = page_texts(data)
    assert all(sentence in text for sentence in advice)
    assert "家长（签名）" in text
    assert outside(data) == []
