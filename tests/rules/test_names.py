"""Names are found by what people type, compared by sound, and sorted as a Chinese directory is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.names import normalise_name, search_keys, sort_key, sounds_like


@pytest.mark.parametrize(
    ("name", "keys"),
    [
        ("吴芷然", {"wuzhiran", "wzr", "zhiran"}),
        ("单雄信", {"shanxiongxin", "sxx", "danxiongxin", "dxx"}),
        ("仇英", {"qiuying", "qy", "chouying"}),
        ("解缙", {"xiejin", "xj", "jiejin"}),
        ("区寄", {"ouji", "oj", "quji"}),
        ("查良镛", {"zhaliangyong", "zly"}),
        ("曾𠮷安", {"zengjian", "zja"}),
        ("朴恩", {"piaoen", "pe"}),
        ("翟天临", {"zhaitianlin", "ztl"}),
        ("盖聂", {"genie", "gn"}),
        ("覃溪", {"qinxi", "qx", "tanxi"}),
        ("尉迟恭", {"yuchigong", "ycg", "gong"}),
        ("万俟卨", {"moqixie", "mqx"}),
        ("欧阳修", {"ouyangxiu", "oyx", "xiu"}),
        ("赖䶮", {"laiyan", "ly"}),
        ("万鱻轩", {"wanxianxuan", "wxx"}),
        ("吕布", {"lvbu", "lb"}),
        ("阿不都·热合曼", {"abudureheman", "abdrhm"}),
        ("Anna Smith", {"annasmith", "as", "smith"}),
    ],
)
def test_keys_of_names(name, keys):
    assert keys <= search_keys(name)


def test_a_character_without_a_reading_does_not_hide_the_others():
    assert "liming" in search_keys("李\uf8f0明")
    assert search_keys("·") == frozenset()
    assert search_keys("") == frozenset()


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("李子涵", "李 子涵", True),
        ("李子涵", "李梓涵", True),
        ("阿不都·热合曼", "阿不都．热合曼", True),
        ("阿不都·热合曼", "阿不都热合曼", True),
        ("单雄信", "但雄信", True),  # a clerk who does not know the surname
        ("李子涵", "李子轩", False),
        ("李", "李子涵", False),
        ("", "李子涵", False),
        ("李\uf8f0", "李\uf8f1", False),  # two unreadable characters are not alike
        ("Anna", "ANNA", True),
    ],
)
def test_names_that_sound_alike(one, other, alike):
    assert sounds_like(one, other) is alike
    assert sounds_like(other, one) is alike


def test_normalising_is_for_matching_only():
    assert normalise_name(" 李　子 涵 ") == "李子涵"
    assert normalise_name("阿不都 • 热合曼") == "阿不都·热合曼"
    assert normalise_name("阿不都.热合曼") == "阿不都·热合曼"
    assert normalise_name("Anna  Smith") == "Anna Smith"
    assert normalise_name("１３９") == "139"


def test_sorting_is_by_pinyin_with_the_surname_as_it_is_read():
    names = ["曾国藩", "张三", "单雄信", "阿牛", "尉迟恭", "吕布", "陆游", "李\uf8f0", "李白"]
    assert sorted(names, key=sort_key) == [
        "阿牛",
        "李白",
        "李\uf8f0",
        "陆游",
        "吕布",
        "单雄信",
        "尉迟恭",
        "曾国藩",
        "张三",
    ]


@given(st.text(max_size=12))
def test_any_text_has_keys_and_is_like_itself(name):
    keys = search_keys(name)
    assert all(key.isalpha() and key == key.lower() for key in keys if key.isascii())
    assert sounds_like(name, name)
    assert sort_key(name).endswith(normalise_name(name))
    assert normalise_name(normalise_name(name)) == normalise_name(name)
