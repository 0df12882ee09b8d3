"""Names are found by what people type, compared by sound, and sorted as a Chinese directory is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import han
from zhaohu.rules.names import (
    Nearness,
    near_names,
    normalise_name,
    plain_form,
    search_keys,
    sort_key,
    sounds_like,
)
from zhaohu.rules.surnames import COMPOUND_SURNAMES, SURNAMES


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
        ("王𠮷安", {"wangjian", "王吉安", "吉安"}),
        ("欧阳喆", {"ouyangzhe", "欧阳哲", "哲"}),
        ("卜算", {"busuan"}),
        ("都敏", {"dumin"}),
        ("乐正绫", {"yuezhengling", "yzl", "ling"}),
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
    for dot in "\u00b7\u0387\u2022\u2027\u2219\u22c5\u25cf\u2e31\u30fb\uff0e\uff65.。":
        assert normalise_name(f"阿不都{dot}热合曼") == "阿不都·热合曼"
    assert normalise_name("Anna  Smith") == "Anna Smith"
    assert normalise_name("１３９") == "139"


def test_sorting_is_by_pinyin_with_the_surname_as_it_is_read():
    names = ["曾国藩", "张三", "单雄信", "阿牛", "尉迟恭", "吕布", "陆游", "李\uf8f0", "李白", "Anna"]
    assert sorted(names, key=sort_key) == [
        "阿牛",
        "Anna",
        "李白",
        "李\uf8f0",
        "陆游",
        "吕布",
        "单雄信",
        "尉迟恭",
        "曾国藩",
        "张三",
    ]


def test_of_the_same_sound_fewer_strokes_come_first_then_the_code_point():
    assert sorted("理黎李丽厉", key=sort_key) == ["厉", "丽", "李", "理", "黎"]  # 5, 7, 7, 11, 15
    assert sorted(["王喆", "王哲", "王蛰"], key=sort_key) == ["王哲", "王喆", "王蛰"]
    assert sort_key("𠮷") > sort_key("吉")  # six strokes each
    assert sort_key("王𠮷") < sort_key("王佳")


def test_those_of_one_surname_stand_together():
    names = ["吴安", "伍八", "武丙", "吴桐", "伍雯", "武威"]
    found = [name[0] for name in sorted(names, key=sort_key)]
    assert found == ["伍", "伍", "吴", "吴", "武", "武"]


RARE = "㛃䶮𠅤𫠊𠮷喆堃"
COMMON = "王李张单仇解区查曾子涵梓轩雨欣未末己巳安平"
NAMES = st.text(st.sampled_from(RARE + COMMON), min_size=1, max_size=5)


@given(st.lists(NAMES, max_size=12))
def test_an_order_of_names_is_by_reading_then_strokes_then_code_point(names):
    def first(name):
        reading = sort_key(name).split(" ")[0]
        return reading, han.strokes(name[0]), name[0]

    ordered = sorted(names, key=sort_key)
    assert [first(name) for name in ordered] == sorted(map(first, ordered))


@pytest.mark.parametrize(
    ("one", "other", "nearness"),
    [
        ("李子涵", "李 子涵", Nearness.EQUAL),
        ("阿不都·热合曼", "阿不都热合曼", Nearness.EQUAL),
        ("阿不都·热合曼", "阿不都．热合曼", Nearness.EQUAL),
        ("Anna Smith", "anna smith", Nearness.EQUAL),
        ("李子涵", "李梓涵", Nearness.SAME_SOUND),
        ("单雄信", "但雄信", Nearness.SAME_SOUND),
        ("王𠮷", "王吉", Nearness.VARIANT),
        ("李喆", "李哲", Nearness.VARIANT),
        ("劉備", "刘备", Nearness.VARIANT),
        ("李未来", "李末来", Nearness.VARIANT),
        ("李子涵", "李子轩", Nearness.ONE_CHARACTER),
        ("王小伟", "王伟", Nearness.ONE_CHARACTER),
        ("王小伟", "王小小伟", Nearness.ONE_CHARACTER),
        ("李子涵", "王子涵", Nearness.ONE_CHARACTER),
        ("王伟", "王芳", None),
        ("王伟", "王", None),
        ("李子涵", "王子轩", None),
        ("李", "李子涵", None),
        ("李\uf8f0", "李\uf8f1", None),
        ("", "", None),
        ("", "李", None),
    ],
)
def test_how_near_names_are(one, other, nearness):
    assert near_names(one, other) is nearness
    assert near_names(other, one) is nearness


@given(NAMES, NAMES)
def test_nearness_is_mutual_and_names_that_sound_alike_in_full_are_near(one, other):
    assert near_names(one, other) is near_names(other, one)
    assert near_names(one, one) is Nearness.EQUAL
    assert near_names(one, plain_form(one)) in (Nearness.EQUAL, Nearness.VARIANT)
    if len(one) == len(other) and len(one) <= 3 and sounds_like(one, other):
        assert near_names(one, other) is not None


@given(st.text(st.sampled_from(RARE + COMMON), min_size=3, max_size=6), st.data())
def test_a_name_with_one_character_changed_missing_or_added_is_near(name, data):
    at = data.draw(st.integers(0, len(name) - 1))
    other = data.draw(st.sampled_from(COMMON))
    for near in (name[:at] + other + name[at + 1 :], name[:at] + name[at + 1 :], name[:at] + other + name[at:]):
        assert near_names(name, near) is not None


@given(NAMES)
def test_a_rare_variant_typed_in_its_plain_form_finds_the_child(name):
    common = plain_form(name)
    assert common == normalise_name(name) or common in search_keys(name)
    assert plain_form(common) == common


def test_every_surname_of_the_table_is_one_or_two_characters_with_small_letters():
    assert all(len(name) == 1 for name in SURNAMES)
    assert all(len(name) == 2 and len(readings) == 2 for name, readings in COMPOUND_SURNAMES.items())
    readings = [*SURNAMES.values(), *COMPOUND_SURNAMES.values()]
    assert all(reading.isascii() and reading.islower() for part in readings for reading in part)


@pytest.mark.parametrize("surname", sorted(SURNAMES))
def test_a_surname_is_sorted_and_found_as_it_is_read(surname):
    reading = SURNAMES[surname][0]
    assert sort_key(f"{surname}安").startswith(f"{reading} ")
    assert {f"{reading}an", f"{reading[0]}a"} <= search_keys(f"{surname}安")


@given(st.text(max_size=12))
def test_any_text_has_keys_and_is_like_itself(name):
    keys = search_keys(name)
    assert all(key.isalpha() and key == key.lower() for key in keys if key.isascii())
    assert sounds_like(name, name)
    assert sort_key(name).endswith(normalise_name(name))
    assert normalise_name(normalise_name(name)) == normalise_name(name)
