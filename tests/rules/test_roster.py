"""Rosters row by row, and both sample rosters with every trap in them named."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from zhaohu import paths
from zhaohu.exchange.tables import read_sheets
from zhaohu.records.code_lists import parse_codes
from zhaohu.records.codes import Residence, Sex
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.roster import Level, NotARoster, find_roster, read_roster
from zhaohu.rules.roster_cells import Formula, Sheet, SheetRow
from zhaohu.rules.roster_columns import FIELDS, match_headings, parse_columns

TODAY = date(2026, 10, 25)
SAMPLES = Path(__file__).parents[1] / "data" / "rosters"
GOOD_ID = "371103202505278986"


@pytest.fixture(scope="module")
def text():
    return paths.resource("codes/roster.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def columns(text):
    lists = {
        name: paths.resource(f"codes/{name}.csv").read_text("utf-8") for name in ("ethnicity", "education", "relation")
    }
    return parse_columns(text, "roster.toml", {name: parse_codes(csv, name) for name, csv in lists.items()})


@pytest.fixture
def read(columns):
    def read(*lines, name="Sheet1"):
        rows = tuple(SheetRow(number, tuple(line)) for number, line in enumerate(lines, 1))
        return read_roster([Sheet(name, rows)], columns, TODAY)

    return read


def one(read, **cells):
    """The only row of a roster with these columns."""
    (row,) = read(list(cells), list(cells.values())).rows
    return row


def issue(row, field):
    return next((found for found in row.issues if found.field == field), None)


@pytest.fixture(scope="module")
def township_sheets():
    return read_sheets((SAMPLES / "township_roster.xlsx").read_bytes())


@pytest.fixture
def township(columns, township_sheets):
    return read_roster(township_sheets, columns, TODAY)


def row_of(roster, number):
    return next(row for row in roster.rows if row.row == number)


# --- the township's roster ---


def test_the_headings_stand_below_a_title(township):
    assert township.heading_row == 2
    assert {field: column.heading for field, column in township.columns.items()} == {
        "name": "儿童姓名",
        "sex": "性别",
        "birth_date": "出生日期",
        "id_number": "身份证号码",
        "mother_name": "母亲姓名",
        "father_name": "父亲姓名",
        "phone": "联系电话",
        "address": "家庭住址",
        "gestation": "出生孕周",
        "birth_weight": "出生体重",
        "birth_length": "出生身长",
        "birth_order": "胎次",
        "delivery": "分娩方式",
    }
    assert township.unknown == ("序号",)


def test_rows_keep_their_numbers_and_empty_and_total_rows_are_passed_over(township):
    assert [row.row for row in township.rows] == list(range(3, 167))


def test_a_good_row_reads_in_full(township):
    row = row_of(township, 3)
    assert row.level is None
    assert row.certain
    child = row.values
    assert (child.name, child.sex, child.birth_date) == ("吴芷然", Sex.FEMALE, date(2025, 5, 27))
    assert (child.id_number, child.phone) == (GOOD_ID, "19146947419")
    assert (child.mother_name, child.father_name) == ("梁美巧", "吴军")
    assert (child.gestation_days, child.birth_weight_g, child.birth_length_mm) == (266, 3295, 502)
    assert (child.birth_order, child.delivery) == (2, "1")
    assert child.address == "山东省日照市岚山区巨峰镇土山河村380号"


def test_all_six_ways_of_writing_a_date(township):
    expected = {
        3: date(2025, 5, 27),  # 2025/05/27
        5: date(2024, 10, 14),  # 2024年10月14日
        6: date(2024, 10, 2),  # 2024.10.2
        7: date(2024, 5, 24),  # a date cell
        8: date(2024, 7, 26),  # 2024-07-26
        13: date(2024, 12, 4),  # 20241204
    }
    assert {number: row_of(township, number).values.birth_date for number in expected} == expected


def test_weights_in_grams_kilograms_and_jin(township):
    expected = {3: 3295, 15: 2580, 39: 2550, 76: 3000, 113: 3550}
    assert {number: row_of(township, number).values.birth_weight_g for number in expected} == expected
    assert all(issue(row, "birth_weight") is None for row in township.rows)


def test_gestation_in_three_ways(township):
    expected = {3: 38 * 7, 4: 40 * 7 + 2, 5: 39 * 7, 8: 36 * 7}
    assert {number: row_of(township, number).values.gestation_days for number in expected} == expected


def test_a_length_ten_times_too_large_is_named_and_may_be_left_out(township):
    rows = [row for row in township.rows if issue(row, "birth_length")]
    assert [(row.row, issue(row, "birth_length").value, issue(row, "birth_length").meant) for row in rows] == [
        (45, "494", "49.4 cm"),
        (88, "490", "49.0 cm"),
        (131, "499", "49.9 cm"),
    ]
    assert all(issue(row, "birth_length").omittable and row.values.birth_length_mm is None for row in rows)
    assert all(not row.certain and row.takeable for row in rows)


def test_rare_characters_stay(township):
    assert [row_of(township, number).values.name for number in (5, 31, 70)] == ["赖𠮷", "钱𫖯辰", "尹䶮思"]


def test_blanks_after_a_name_are_removed_and_noted(township):
    row = row_of(township, 13)
    assert row.values.name == "龚夏"
    assert issue(row, "name").code == "spaces_removed"
    assert sum(1 for row in township.rows if issue(row, "name") and issue(row, "name").level is Level.NOTE) == 14


def test_telephones_with_separators_are_read_and_short_ones_stay_as_typed(township):
    assert row_of(township, 33).values.phone == "13990486303"
    short = {row.row: row.values.phone for row in township.rows if issue(row, "phone")}
    assert short == {
        21: "1860579968",
        40: "1353731790",
        59: "1391300818",
        78: "1389310918",
        97: "1395445071",
        116: "1586830236",
        135: "1359396348",
        154: "1771420973",
    }
    assert issue(row_of(township, 21), "phone").level is Level.NOTE


def test_ids_are_judged_by_the_printed_weights_and_by_birth_and_sex(township):
    """Derived here once more from GB 11643, apart from the library: which of the typed ids are right?"""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    for row in township.rows[:-2]:
        typed = row.typed_id
        if not typed:
            assert issue(row, "id_number") is None
            continue
        total = sum(int(digit) * weight for digit, weight in zip(typed, weights, strict=False))
        right = typed[-1] == "10X98765432"[total % 11]
        right &= typed[6:14] == f"{row.values.birth_date:%Y%m%d}"
        right &= (int(typed[16]) % 2 == 1) == (row.values.sex is Sex.MALE)
        assert (row.values.id_number == typed) is right
        assert (issue(row, "id_number") is None or issue(row, "id_number").level is Level.NOTE) is right
    doubtful = [row for row in township.rows if issue(row, "id_number")]
    assert len(doubtful) == 144
    assert all(issue(row, "id_number").omittable for row in doubtful)


def test_full_width_digits_and_stray_quotes_in_ids_are_read(township):
    assert row_of(township, 43).typed_id == "371103202408119360"
    assert row_of(township, 55).typed_id == "371103202409149870"


def test_the_child_of_the_future_and_the_formula_are_refused(township):
    future = row_of(township, 165)
    assert (future.values, future.level) == (None, Level.REFUSED)
    assert (issue(future, "birth_date").code, issue(future, "birth_date").value) == ("future", "2027-05-01")
    formula = row_of(township, 166)
    assert formula.values is None
    assert not formula.takeable
    assert (issue(formula, "name").code, issue(formula, "name").value) == ("formula", "=1+1")
    assert (issue(formula, "birth_date").code, issue(formula, "birth_date").value) == ("impossible_date", "2026-02-30")


def test_every_remark_has_a_reason_in_words(township):
    assert all(one.reason and one.value for row in township.rows for one in row.issues)
    assert Counter(row.level for row in township.rows) == {
        Level.DOUBTFUL: 144,
        None: 15,
        Level.NOTE: 3,
        Level.REFUSED: 2,
    }


# --- the export of the old program, and the old kind of workbook ---


def test_the_old_programs_export_reads_in_full(columns):
    roster = read_roster(read_sheets((SAMPLES / "legacy_roster_gb18030.csv").read_bytes()), columns, TODAY)
    assert set(roster.columns) == {"name", "sex", "birth_date", "id_number", "guardian_name", "phone", "village"}
    assert roster.unknown == ()
    assert [row.row for row in roster.rows] == list(range(2, 82))
    child = roster.rows[0].values
    assert (child.name, child.sex, child.birth_date) == ("许琪", Sex.FEMALE, date(2024, 8, 24))
    assert (child.guardian_name, child.phone, child.village) == ("徐慧玲", "13897736307", "小山子村")
    names = {row.values.name for row in roster.rows}
    assert {"唐翀", "万鱻轩", "于昇桐", "万彧", "曾𠮷安", "常燚诗"} <= names
    assert {found.field for row in roster.rows for found in row.issues} == {"id_number", "guardian_relation"}
    assert all(issue(row, "guardian_relation").level is Level.NOTE for row in roster.rows)


def test_an_old_workbook_reads_as_the_new_one(columns, township):
    roster = read_roster(read_sheets((SAMPLES / "township_roster_part.xls").read_bytes()), columns, TODAY)
    for row in roster.rows:
        if row.row != 166:  # .xls does not say which cells are formulas; this one has no stored value either
            assert row == row_of(township, row.row)
    assert issue(row_of(roster, 166), "name").code == "missing"


# --- single rules ---


def test_a_file_without_headings_is_no_roster(read):
    with pytest.raises(NotARoster, match="20"):
        read(["品名", "单价"], ["铅笔", 2.0])
    with pytest.raises(NotARoster):
        read(*[["说明"]] * 20, ["姓名", "出生日期"], ["张三", "2026-01-01"])
    assert read(*[["说明"]] * 19, ["姓名", "出生日期"], ["张三", "2026-01-01"]).heading_row == 20


def test_the_first_sheet_that_is_a_roster_is_read(columns):
    other = Sheet("封面", (SheetRow(1, ("岚山区",)),))
    roster = Sheet("名册", (SheetRow(1, ("姓名", "出生日期")), SheetRow(2, ("张三", "2026-01-01"))))
    assert read_roster([other, roster], columns, TODAY).table.sheet == "名册"


def test_headings_with_noise_units_and_rivals(columns):
    row = ("姓 名", "儿童\n姓名*", "出生体重（g）", "出生身长(cm)：", "性別", "電話", "", "7")
    found = match_headings(columns, row)
    assert found["name"].place == 1  # the surer heading wins
    assert (found["birth_weight"].unit, found["birth_length"].unit) == ("g", "cm")
    assert set(found) == {"name", "birth_weight", "birth_length"}


@pytest.mark.parametrize(("heading", "typed"), [("(斤)", 6.4), ("（单位：kg）", 3.2), ("【g】", 3200), ("", "3.2kg")])
def test_the_unit_in_the_heading_counts(read, heading, typed):
    rows = read(["姓名", "出生日期", f"出生体重{heading}"], ["张三", "2026-01-01", typed]).rows
    assert rows[0].values.birth_weight_g == 3200
    assert issue(rows[0], "birth_weight") is None


def test_headings_in_two_rows_with_groups_above(read):
    roster = read(
        ["巨峰镇儿童名册"],
        ["序号", "儿童信息", None, None, "母亲", None, "父亲", None, "住址"],
        [None, "姓名", "性别", "出生日期", "姓名", "联系电话", "姓名", "身份证号", None],
        [1, "张三", "男", "2026-01-01", "李静", "13812345678", "张强", None, "巨峰村1号"],
    )
    assert roster.heading_row == 3
    assert {field: column.place for field, column in roster.columns.items()} == {
        "name": 1, "sex": 2, "birth_date": 3, "mother_name": 4, "mother_phone": 5, "father_name": 6, "father_id": 7,
        "address": 8,
    }  # fmt: skip
    (row,) = roster.rows
    assert (row.row, row.values.name, row.values.mother_phone) == (4, "张三", "13812345678")


def test_headings_whose_second_row_only_completes_the_first(read):
    roster = read(
        ["姓名", "性别", "出生日期", "出生情况", None, "联系电话"],
        [None, None, None, "体重", "身长", None],
        ["张三", "男", "2026-01-01", 3200, 50, "13812345678"],
    )
    child = roster.rows[0].values
    assert (child.birth_weight_g, child.birth_length_mm, child.phone) == (3200, 500, "13812345678")


def test_a_heading_that_may_mean_something_else_is_not_sure(read):
    roster = read(
        ["姓名", "出生日期", "体重", "宝宝孕周", "母亲出生日期", "备注"], ["张三", "2026-01-01", 3200, 38, None, "无"]
    )
    assert {field: column.sure for field, column in roster.columns.items()} == {
        "name": True, "birth_date": True, "birth_weight": False, "gestation": False, "mother_birth_date": True,
    }  # fmt: skip
    assert roster.unknown == ("备注",)


def test_a_remembered_heading_goes_before_the_synonyms(columns):
    sheet = Sheet(
        "名册", (SheetRow(1, ("宝贝", "生日", "姓名", "电话")), SheetRow(2, ("张三", "2026-01-01", "李静", "1")))
    )
    table, names = find_roster([sheet], columns, {"宝贝": "name", "姓名": "mother_name", "电话": ""})
    assert {field: column.place for field, column in table.found.items()} == {
        "name": 0, "birth_date": 1, "mother_name": 2,
    }  # fmt: skip
    assert names == ("名册",)


def test_every_field_has_a_column_with_a_heading_of_its_own(columns):
    assert tuple(column.field for column in columns.columns) == tuple(dict.fromkeys(c.field for c in columns.columns))
    assert {column.field for column in columns.columns} == set(FIELDS)
    for column in columns.columns:
        assert columns.known[column.heading.partition("（")[0]][0] == column.field
        assert columns.known[column.heading.partition("（")[0]][2]  # our own template is read without a doubt


def test_headings_repeated_on_the_next_page_and_totals_are_passed_over(read):
    heading = ["序号", "姓名", "出生日期"]
    roster = read(heading, [1, "张三", "2026-01-01"], heading, [None] * 3, [2, "李四", "2026-01-02"], ["合计：2人"])
    assert [row.row for row in roster.rows] == [2, 5]


def test_what_is_missing(read):
    row = one(read, 姓名=None, 出生日期="2026-01-01")
    assert (issue(row, "name").code, row.values) == ("missing", None)
    row = one(read, 姓名="张三", 出生日期=None)
    assert (issue(row, "birth_date").code, row.values) == ("missing", None)
    row = one(read, 姓名="张三", 出生日期="2026-01-01")
    assert (row.values.sex, issue(row, "sex").level, row.certain) == (Sex.NOT_STATED, Level.NOTE, True)


def test_a_good_id_gives_birth_date_and_sex(read):
    row = one(read, 姓名="吴芷然", 身份证号=GOOD_ID)
    assert (row.values.birth_date, row.values.sex) == (date(2025, 5, 27), Sex.FEMALE)
    assert {found.code for found in row.issues} == {"from_id"}
    assert row.certain


@pytest.mark.parametrize(
    ("cells", "code"),
    [
        ({"出生日期": "2025-05-28", "性别": "女"}, "id_other_birth_date"),
        ({"出生日期": "2025-05-27", "性别": "男"}, "id_other_sex"),
    ],
)
def test_an_id_that_contradicts_the_row_is_doubtful_and_left_out(read, cells, code):
    row = one(read, 姓名="吴芷然", 身份证号=GOOD_ID, **cells)
    assert issue(row, "id_number").code == code
    assert (row.certain, row.takeable, row.values.id_number) == (False, True, None)
    assert row.typed_id == GOOD_ID


def test_birth_dates_at_their_limits(read):
    assert one(read, 姓名="张三", 出生日期="2026-10-25").values.birth_date == TODAY
    assert issue(one(read, 姓名="张三", 出生日期="2026-10-26"), "birth_date").code == "future"
    assert issue(one(read, 姓名="张三", 出生日期="2019-10-26"), "birth_date") is None
    old = one(read, 姓名="张三", 出生日期="2019-10-25")
    assert (issue(old, "birth_date").code, old.certain, old.takeable) == ("too_old", False, False)


def test_words_for_codes(read):
    row = one(
        read,
        姓名="张三",
        性别="Ｍ",
        出生日期="2026-01-01",
        分娩方式="剖腹产",
        常住类型="流动",
        胎数="双胎",
        出院日期="2026-01-04",
    )
    child = row.values
    assert (child.sex, child.delivery, child.residence, child.plurality) == (
        Sex.MALE,
        "4",
        Residence.NON_REGISTERED,
        2,
    )
    assert child.discharge_date == date(2026, 1, 4)
    assert row.issues == ()
    row = one(read, 姓名="张三", 性别="公", 出生日期="2026-01-01", 分娩方式="水中", 出院日期="2025-12-31")
    assert (issue(row, "sex").level, issue(row, "sex").omittable) == (Level.DOUBTFUL, True)
    assert (issue(row, "delivery").level, row.values.delivery) == (Level.NOTE, None)
    assert (issue(row, "discharge_date").level, row.values.discharge_date) == (Level.DOUBTFUL, None)


def test_other_numbers(read):
    row = one(
        read,
        姓名="张三",
        性别="男",
        出生日期="2026-01-01",
        出生医学证明编号="x320101001",
        档案编号="37110310110100001",
        母亲电话="139 5377 1234",
    )
    assert row.issues == ()
    assert (row.values.birth_certificate, row.values.record_number) == ("X320101001", "37110310110100001")
    assert row.values.mother_phone == "13953771234"
    row = one(read, 姓名="张三", 出生日期="2026-01-01", 出生证号="12345", 地址="路" * 201)
    assert (issue(row, "birth_certificate").level, row.values.birth_certificate) == (Level.DOUBTFUL, None)
    assert (issue(row, "address").code, len(row.values.address)) == ("cut", 200)


def test_a_formula_gives_its_stored_value_with_a_note_but_never_a_name(read):
    stored = Formula("=DATE(2026,1,1)", date(2026, 1, 1))
    row = one(read, 姓名="张三", 性别="男", 出生日期="2026-01-01", 出生体重=Formula("=3.2*1000", 3200.0))
    assert (row.values.birth_weight_g, issue(row, "birth_weight").code) == (3200, "formula")
    assert one(read, 姓名="张三", 出生日期=stored).values.birth_date == date(2026, 1, 1)
    assert one(read, 姓名=Formula("=A1", "张三"), 出生日期=stored).values is None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ('field = "sex"', 'field = "gender"', "gender"),
        ('field = "sex"', 'field = "name"', ""),
        ('headings = ["性别"', 'headings = [1, "性别"', "sex"),
        ("[values.sex]", "[values.gender]", "sex"),
        ('"2" = ["2", "女"', '"2" = [2, "女"', "sex"),
        ('"性别", "性别代码"', '"性别", "儿童姓名"', ""),
        ("totals = [", "sums = [", ""),
        ("totals = [", "totals [", ""),
    ],
)
def test_a_wrong_data_file_is_refused_with_its_place(text, old, new, place):
    assert old in text
    with pytest.raises(FormError) as refusal:
        parse_columns(text.replace(old, new, 1), "roster.toml")
    assert refusal.value.details["field"] == place


def test_what_is_shown_of_a_row_is_what_was_typed(read):
    row = one(read, 姓名="张三", 出生日期="2026.1.1", 出生孕周=38.0)
    assert row.typed == {"name": "张三", "birth_date": "2026.1.1", "gestation": "38"}


# --- families


def with_family(read, **cells):
    return one(read, **{"姓名": "张三", "性别": "男", "出生日期": "2026-01-01", **cells})


def test_a_caregivers_id_gives_the_birth_date_and_must_fit(read):
    row = with_family(read, 母亲姓名="李静", 母亲身份证号="110105199012310029")
    assert issue(row, "mother_id").code == "id_check_digit"
    good = valid("11010519901231002")
    row = with_family(read, 母亲姓名="李静", 母亲身份证号=good)
    assert (row.values.mother_id, row.values.mother_birth_date, row.issues) == (good, date(1990, 12, 31), ())
    row = with_family(read, 父亲姓名="张强", 父亲身份证号=good)
    assert (issue(row, "father_id").code, row.values.father_id, row.takeable) == ("id_other_sex", None, True)
    row = with_family(read, 母亲姓名="李静", 母亲身份证号=good, 母亲出生日期="1991-01-01")
    assert (issue(row, "mother_id").code, row.values.mother_birth_date) == ("id_other_birth_date", date(1991, 1, 1))


def valid(seventeen):
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, weights, strict=True)) % 11]


@pytest.mark.parametrize("born", ["2020-05-01", "1925-01-01", "2026-01-01"])
def test_a_caregiver_of_an_impossible_age_is_doubted(read, born):
    row = with_family(read, 母亲姓名="李静", 母亲出生日期=born)
    assert (issue(row, "mother_birth_date").code, row.values.mother_birth_date) == ("carer_age", None)
    assert row.takeable


def test_a_child_has_no_caregiver_with_its_own_id(read):
    row = one(read, 姓名="吴芷然", 身份证号=GOOD_ID, 监护人="梁美巧", 监护人身份证号=GOOD_ID)
    assert (issue(row, "guardian_id").code, row.values.id_number, row.values.guardian_id) == (
        "id_of_child", GOOD_ID, None,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("word", "code"), [("奶奶", "62"), ("姥爷", "63"), ("母亲", "52"), ("父女", "51"), ("97", "97")]
)
def test_relations(read, word, code):
    row = with_family(read, 监护人="李静", 与儿童关系=word)
    assert (row.values.guardian_relation, row.issues) == (code, ())


def test_official_words_and_their_everyday_forms(columns):
    rows = (
        SheetRow(1, ("姓名", "性别", "出生日期", "民族", "母亲学历")),
        SheetRow(2, ("张三", "1-男", "2026-01-01", "土家", "本科")),
        SheetRow(3, ("李四", "♀", "2026-01-01", "01", "大学本科")),
        SheetRow(4, ("王五", "2.男", "2026-01-01", "火星", "2")),
    )
    first, second, third = read_roster([Sheet("名册", rows)], columns, TODAY).rows
    assert (first.values.sex, first.values.ethnicity, first.values.mother_education) == (Sex.MALE, "15", "2")
    assert (second.values.sex, second.values.ethnicity, second.values.mother_education) == (Sex.FEMALE, "01", "2")
    assert (third.values.sex, third.values.ethnicity) == (Sex.NOT_STATED, None)
    assert (issue(third, "sex").level, issue(third, "ethnicity").level) == (Level.DOUBTFUL, Level.NOTE)


@pytest.mark.parametrize("word", ["无", "/", "不详", "暂无", "未办理", "0", "--"])
def test_words_that_say_nothing_are_left_out_with_a_note(read, word):
    row = with_family(read, 身份证号=word, 联系电话=word, 出生体重=word, 出院日期=word, 监护人=word, 孕周=word)
    assert {found.code for found in row.issues} == {"nothing"}
    assert row.certain
    assert (row.values.phone, row.values.birth_weight_g, row.values.guardian_name) == (None, None, None)


@pytest.mark.parametrize(("word", "certain"), [("在册", True), ("是", True), ("失访", False), ("外地", False)])
def test_a_status_that_is_not_on_the_register_is_doubtful(read, word, certain):
    assert with_family(read, 档案状态=word).certain is certain


def test_long_numbers_that_a_spreadsheet_kept_as_numbers_are_not_taken(read):
    row = with_family(read, 健康档案编号=3.710310110010001e16, 身份证号="3.71103E+17", 手机号="1.38E+10", 手册号=37110)
    assert {found.field for found in row.issues if found.code == "id_as_number"} == {
        "record_number", "id_number", "phone",
    }  # fmt: skip
    assert (row.values.record_number, row.values.phone, row.values.handbook_number) == (None, None, "37110")
