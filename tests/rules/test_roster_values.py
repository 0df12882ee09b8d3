"""Every way of writing a value in a roster reads as that value, and nothing is guessed."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.roster_cells import Formula, cell_text
from zhaohu.rules.roster_dates import read_date, read_time
from zhaohu.rules.roster_measures import read_gestation_days, read_length_mm, read_order, read_weight_g
from zhaohu.rules.roster_numbers import read_id, read_phone
from zhaohu.rules.roster_values import Level, read_name

DAYS = st.dates(date(1990, 1, 1), date(2060, 12, 31))


def chinese(number):
    return "".join("〇一二三四五六七八九"[int(digit)] for digit in str(number))


def counted(number):
    tens, ones = divmod(number, 10)
    return ("" if tens < 2 else chinese(tens)) + ("十" if tens else "") + (chinese(ones) if ones else "")


@given(DAYS)
def test_every_way_of_writing_a_day(day):
    y, m, d = day.year, day.month, day.day
    ways = [
        f"{y}/{m:02d}/{d:02d}",
        f"{y}年{m}月{d}日",
        f"{y}年{m:02d}月{d:02d}号",
        f"{y}.{m}.{d}",
        f"{y}{m:02d}{d:02d}",
        int(f"{y}{m:02d}{d:02d}"),
        float(f"{y}{m:02d}{d:02d}"),
        f"{y}-{m:02d}-{d:02d}",
        f" {y} - {m} - {d} ",
        f"{y}-{m}-{d} 08:30:00",
        f"{y}-{m:02d}-{d:02d}T08:30",
        "".join(chr(ord(c) + 0xFEE0) for c in f"{y}-{m}-{d}"),
        day,
        datetime.combine(day, time(8, 30)),
        (day - date(1899, 12, 30)).days,
        float((day - date(1899, 12, 30)).days) + 0.25,
        str((day - date(1899, 12, 30)).days),
        Formula("=TODAY()", datetime.combine(day, time())),
        f"{y} {m} {d}",
        f"{y}、{m}、{d}",
        f"{y}年{m}月{d}日出生",
        f"公历{y}年{m}月{d}日",
        f"{y}.{m}.{d}（农历正月初五）",
        f"{y}年{m}月{d}日上午8时30分",
        f"{y}\\{m}\\{d}",
        f"{chinese(y)}年{counted(m)}月{counted(d)}日",
        f"{chinese(y).replace('〇', '零')}年{counted(m)}月{counted(d)}号",
    ]
    assert [read_date(way).value for way in ways] == [day] * len(ways)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("2026-02-30", "impossible_date"),
        ("20261301", "impossible_date"),
        ("2026.0.1", "impossible_date"),
        ("26-03-05", "short_year"),
        ("26年3月5日", "short_year"),
        ("2026-03", "no_day"),
        ("2026年3月", "no_day"),
        ("202603", "no_day"),
        ("3/5/2026", "unreadable"),
        ("农历八月初三", "lunar"),
        ("2024年正月初五", "lunar"),
        ("阴历2024.3.2", "lunar"),
        ("二〇二四年三月三十二日", "impossible_date"),
        ("二〇二四年二月三十日", "impossible_date"),
        ("二〇二四年十十月一日", "unreadable"),
        ("2024-3-218:30", "unreadable"),
        ("#REF!", "unreadable"),
        (True, "unreadable"),
        (12, "unreadable"),
        (Formula("=A1", None), "unreadable"),
    ],
)
def test_what_is_no_day(typed, code):
    reading = read_date(typed)
    assert reading.value is None
    assert reading.remark.code == code


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("24.3.2", "2024-03-02"),
        ("'24-03-02", "2024-03-02"),
        ("24.13.2", ""),
        ("25/12/2024", "2024-12-25"),
        ("3/5/2024", ""),
    ],
)
def test_what_was_likely_meant_reads_as_it_is_written(typed, meant):
    remark = read_date(typed).remark
    assert remark.meant == meant
    assert not meant or read_date(meant).value.isoformat() == meant


@given(DAYS, DAYS)
def test_a_day_is_never_misread(day, other):
    """Orders and years that mean two days are not taken, whatever they look like."""
    for text in (f"{day.day}/{day.month}/{day.year}", f"{day:%d%m%Y}", f"{day:%y%m%d}", f"{day:%y-%m-%d}"):
        found = read_date(text).value
        assert found is None or found.isoformat().replace("-", "") == text or text.isdigit()
    if f"{day:%d%m%Y}" != f"{day:%Y%m%d}":
        assert read_date(f"{day.day}.{day.month}.{day.year}").value is None
    assert read_date(f"{day.isoformat()}、{other.isoformat()}").value is None


@given(st.integers(0, 23), st.integers(0, 59))
def test_every_way_of_writing_a_time(hour, minute):
    ways = [
        f"{hour}:{minute:02d}",
        f"{hour:02d}：{minute:02d}",
        f"{hour}时{minute}分",
        f"{hour}点{minute}",
        time(hour, minute),
    ]
    assert [read_time(way).value for way in ways] == [f"{hour:02d}:{minute:02d}"] * len(ways)
    assert read_time(f"{hour}时").value == f"{hour:02d}:00"


@pytest.mark.parametrize("typed", ["24:00", "8:60", "早上", 0.5, "830"])
def test_what_is_no_time(typed):
    assert read_time(typed).value is None


@given(st.integers(1000, 5000))
def test_every_way_of_writing_a_weight(grams):
    kilograms = Decimal(grams) / 1000
    jin, liang = divmod(Decimal(grams), 500)
    ways = [
        grams,
        float(grams),
        str(grams),
        f"{grams}g",
        f"{grams} 克",
        f"{kilograms}kg",
        f"{kilograms} KG",
        f"{kilograms}公斤",
        f"{kilograms}千克",
        f"{Decimal(grams) / 500}斤",
        f"{jin}斤{(liang / 50):.2f}两" if liang % 50 == 0 else f"{grams}ｇ",
    ]
    if grams % 500 == 0 and jin < 11:
        ways += [f"{counted(int(jin))}斤" if jin != 2 else "两斤", f"{jin}市斤"]
    if grams % 500 == 250 and jin < 11:
        ways += [f"{jin}斤半", f"{jin}斤5两"]
    if grams % 50 == 25 and jin < 11 and liang >= 50:
        ways.append(f"{jin}斤{int(liang // 50)}两半")
    if grams % 1000 >= 10:
        ways.append(f"{grams // 1000}公斤{grams % 1000:03d}克")
    ways.append(f"{grams:,}克")
    assert [read_weight_g(way).value for way in ways] == [grams] * len(ways)
    assert read_weight_g(float(kilograms), "kg").value == grams
    assert read_weight_g(float(kilograms)).value == grams


@pytest.mark.parametrize(
    ("typed", "unit", "code", "meant"),
    [
        ("6.4", "", "no_unit", "3200 g"),
        (33.9, "", "no_unit", ""),
        (3.2, "g", "weight_range", "3200 g"),
        (32950, "", "weight_range", "3295 g"),
        ("329g", "", "weight_range", "3290 g"),
        ("3200kg", "", "weight_range", "3200 g"),
        ("6斤4", "", "unreadable", "6斤4两"),
        ("3200g2两", "", "unreadable", ""),
        ("约3200", "", "unreadable", ""),
        ("3200/3100", "", "unreadable", ""),
        ("3,2", "", "unreadable", ""),
        ("正常", "", "unreadable", ""),
        ("-3200", "", "unreadable", ""),
    ],
)
def test_weights_that_cannot_be_are_doubted_and_left_out(typed, unit, code, meant):
    reading = read_weight_g(typed, unit)
    assert reading.value is None
    assert (reading.remark.code, reading.remark.meant) == (code, meant)
    assert reading.remark.level is Level.DOUBTFUL
    assert reading.remark.omittable


def test_a_number_that_can_only_be_kilograms_is_noted():
    assert read_weight_g(3.2).remark.level is Level.NOTE


def test_the_bounds_of_a_birth_weight():
    assert read_weight_g(400).value == 400
    assert read_weight_g(7000).value == 7000
    assert read_weight_g("399g").value is None
    assert read_weight_g("7001g").value is None


@given(st.integers(250, 650))
def test_every_way_of_writing_a_length(millimetres):
    centimetres = Decimal(millimetres) / 10
    ways = [float(centimetres), str(centimetres), f"{centimetres}cm", f"{centimetres} 厘米", f"{millimetres}mm"]
    assert [read_length_mm(way).value for way in ways] == [millimetres] * len(ways)
    assert read_length_mm(millimetres, "mm").value == millimetres


@pytest.mark.parametrize(("typed", "meant"), [(490, "49.0 cm"), (494.0, "49.4 cm"), ("5.02", "50.2 cm"), (90, "")])
def test_lengths_that_cannot_be(typed, meant):
    reading = read_length_mm(typed)
    assert reading.value is None
    assert (reading.remark.code, reading.remark.meant) == ("length_range", meant)


@given(st.integers(20, 44), st.integers(0, 6))
def test_every_way_of_writing_a_pregnancy(weeks, days):
    with_days = [
        f"{weeks}+{days}",
        f"{weeks}周+{days}天",
        f"{weeks}周{days}天",
        f"{weeks} 周 {days} 天",
        f"{weeks}W{days}",
        f"{weeks}w+{days}d",
        f"孕{weeks}周+{days}",
        f"{weeks}＋{days}",
        f"{weeks}+{days}周",
        f"{weeks}周零{days}天",
        f"{weeks}+{days}/7",
        f"{weeks}W+{days}D",
        f"{weeks * 7 + days}天",
    ]
    assert [read_gestation_days(way).value for way in with_days] == [weeks * 7 + days] * len(with_days)
    whole = [weeks, float(weeks), f"{weeks}周", f"{weeks}", f"{weeks}孕周", f"{weeks}W"]
    assert [read_gestation_days(way).value for way in whole] == [weeks * 7] * len(whole)


@pytest.mark.parametrize(
    ("typed", "code", "meant"),
    [
        (38.2, "unreadable", "38+2"),
        ("38+7", "unreadable", ""),
        ("足月", "unreadable", ""),
        ("早产", "unreadable", ""),
        ("38天", "unreadable", ""),
        ("38+", "unreadable", ""),
        ("38-40", "unreadable", ""),
        ("382", "unreadable", ""),
        ("330天", "weeks_range", ""),
        ("46", "weeks_range", ""),
        ("45+1", "weeks_range", ""),
        ("19+6", "weeks_range", ""),
    ],
)
def test_pregnancies_that_cannot_be_read(typed, code, meant):
    reading = read_gestation_days(typed)
    assert reading.value is None
    assert (reading.remark.code, reading.remark.meant) == (code, meant)


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        (2, 2),
        (2.0, 2),
        ("2", 2),
        ("二孩", 2),
        ("第三胎", 3),
        ("１", 1),
        ("11", 11),
        ("头胎", 1),
        ("大", None),
        ("0", None),
    ],
)
def test_the_order_of_birth(typed, order):
    assert read_order(typed).value == order


@pytest.mark.parametrize(
    ("typed", "name", "code"),
    [
        ("吴芷然", "吴芷然", None),
        ("赖𠮷", "赖𠮷", None),
        ("钱𫖯辰", "钱𫖯辰", None),
        ("李\ue863", "李\ue863", None),
        ("李丽之女", "李丽之女", None),
        ("阿不都·热合曼", "阿不都·热合曼", None),
        ("龚夏  ", "龚夏", "spaces_removed"),
        ("李　明", "李明", "spaces_removed"),
        ("Anna Smith", "Anna Smith", "not_chinese"),
        ("张三(大宝)", None, "odd_name"),
        ("张" * 51, None, "odd_name"),
        ("123", None, "no_name"),
        ("=1+1", None, "no_name"),
        ("？", None, "no_name"),
        (2.0, None, "no_name"),
        (date(2025, 1, 1), None, "no_name"),
        (Formula("=1+1", 2.0), None, "formula"),
        (Formula("=B3", "张三"), None, "formula"),
    ],
)
def test_names(typed, name, code):
    reading = read_name(typed)
    assert reading.value == name
    assert (reading.remark.code if reading.remark else None) == code


def test_ids():
    good = "11010519491231002X"
    assert read_id(good).value.number == good
    assert read_id(good).remark is None
    assert read_id("１１０１０５１９４９１２３１００２ｘ").remark.code == "rewritten"
    assert read_id("'" + good).value.number == good
    assert read_id(1.10105194912310e17).remark.code == "id_as_number"
    assert read_id(110105194912310021).remark.code == "id_as_number"
    assert read_id("3.71103E+17").remark.code == "id_as_number"
    assert read_id(good[:6] + " " + good[6:14] + " " + good[14:]).value.number == good
    assert read_id("110105491231002").remark.code == "id_old"
    assert read_id("110105194912310021").remark.code == "id_check_digit"


@pytest.mark.parametrize(
    ("typed", "number", "code"),
    [
        ("139 5377-1234", "13953771234", None),
        (13953771234.0, "13953771234", None),
        ("13953771234/0633-8223344", "13953771234", "several_phones"),
        ("1395377123、13953771234", "13953771234", "several_phones"),
        ("+86 139 5377 1234", "13953771234", None),
        ("0086-13953771234", "13953771234", None),
        ("(0633)8223344", "06338223344", None),
        ("１３９５３７７１２３４", "13953771234", None),
        ("13953771234 13853771234", "13953771234", "several_phones"),
        ("13953771234\n13853771234", "13953771234", "several_phones"),
        ("妈妈13953771234爸爸13853771234", "13953771234", "several_phones"),
        ("13953771234或13853771234", "13953771234", "several_phones"),
        ("1.3953771234E+10", None, "id_as_number"),
        ("1395377123", "1395377123", "phone_format"),
        ("无", "无", "phone_format"),
    ],
)
def test_telephones(typed, number, code):
    reading = read_phone(typed)
    assert reading.value == number
    assert (reading.remark.code if reading.remark else None) == code


_CELLS = st.one_of(
    st.none(),
    st.text(max_size=20),
    st.integers(),
    st.floats(),
    st.booleans(),
    st.dates(),
    st.datetimes(),
    st.times(),
    st.timedeltas(),
    st.builds(Formula, st.text(max_size=6), st.floats() | st.text(max_size=6) | st.none()),
)


@given(_CELLS)
def test_no_cell_breaks_a_reader_and_each_says_something(cell):
    cell_text(cell)
    for read in (
        read_name,
        read_date,
        read_time,
        read_weight_g,
        read_length_mm,
        read_gestation_days,
        read_order,
        read_id,
        read_phone,
    ):
        reading = read(cell)
        assert reading.value is not None or reading.remark is not None


def test_day_numbers_count_as_spreadsheets_do():
    assert read_date(45658).value == date(2025, 1, 1)
    remark = read_date(45658).remark
    assert remark is not None
    assert "2025-01-01" in remark.reason
    assert read_date(45658).value - read_date(45657).value == timedelta(days=1)
