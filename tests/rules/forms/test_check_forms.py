"""The three check forms against the rows of the national specification, typed here a second time."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.rules.ages import add_months
from zhaohu.rules.forms.answers import Checked, Context, check
from zhaohu.rules.forms.expressions import Scope
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Answer, Field, Form, HintKind
from zhaohu.rules.forms.starting import all_normal, start

OK = "1未见异常 2异常_"
ILLNESS = "1无! 2肺炎 3腹泻 4外伤 5其他_"
GUIDANCE = "1科学喂养 2生长发育 3疾病预防 4预防伤害 5口腔保健 6其他_"
NONE = "—"
"""`——` on the form: not asked in this column."""

ROWS_1_8 = """
随访日期 | * | * | * | *
体重/kg | * | * | * | *
体重评价 | 1上 2中 3下 | = | = | =
身长/cm | * | * | * | *
身长评价 | 1上 2中 3下 | = | = | =
头围/cm | * | * | * | *
面色 | 1红润 2黄染 3其他_ | 1红润 2黄染 3其他_ | 1红润 2其他_ | 1红润 2其他_
皮肤 | OK | = | = | =
前囟 | 1闭合 2未闭 | = | = | =
颈部包块 | 1有 2无 | = | = | —
眼睛 | OK | = | = | =
耳 | OK | = | = | =
听力 | — | — | 1通过 2未通过 | —
口腔 | OK | OK | — | —
出牙数（颗） | — | — | * | *
胸部 | OK | = | = | =
腹部 | OK | = | = | =
脐部 | 1未脱 2脱落 3脐部有渗出 4其他_ | OK | — | —
四肢 | OK | = | = | =
可疑佝偻病症状 | — | 1无! 2夜惊 3多汗 4烦躁 | = | =
可疑佝偻病体征 | — | 1无! 2颅骨软化 | 1无! 2肋串珠 3肋软骨沟 4鸡胸 5手足镯 6颅骨软化 7方颅 | =
肛门/外生殖器 | OK | = | = | =
血红蛋白值 | — | — | * | *
户外活动 | * | * | * | *
服用维生素D | * | * | * | *
发育评估 | — | 1对很大声音没有反应 2逗引时不发音或不会微笑 3不注视人脸，不追视移动人或物品 4俯卧时不会抬头 \
| 1发音少，不会笑出声 2不会伸手抓物 3紧握拳松不开 4不能扶坐 \
| 1听到声音无应答 2不会区分生人和熟人 3双手间不会传递玩具 4不会独坐
两次随访间患病情况 | ILLNESS | = | = | =
其他 | * | * | * | *
转诊建议 | 1无 2有 | = | = | =
指导 | GUIDANCE | = | = | =
下次随访日期 | * | * | * | *
随访医生签名 | * | * | * | *
"""

ROWS_12_30 = """
随访日期 | * | * | * | *
体重/kg | * | * | * | *
体重评价 | 1上 2中 3下 | = | = | =
身长（高）/cm | * | * | * | *
身长（高）评价 | 1上 2中 3下 | = | = | =
面色 | 1红润 2其他_ | = | = | =
皮肤 | OK | = | = | =
前囟 | 1闭合 2未闭 | = | = | —
眼睛 | OK | = | = | =
耳外观 | OK | = | = | =
听力 | 1通过 2未通过 | — | 1通过 2未通过 | —
出牙/龋齿数（颗） | * | * | * | *
胸部 | OK | = | = | =
腹部 | OK | = | = | =
四肢 | OK | = | = | =
步态 | — | OK | = | =
可疑佝偻病体征 | 1无! 2肋串珠 3肋软骨沟 4鸡胸 5手足镯 6“O”型腿 7“X”型腿 | = | = | —
血红蛋白值 | — | * | — | *
户外活动 | * | * | * | *
服用维生素D | * | * | * | *
发育评估 | 1呼唤名字无反应 2不会模仿“再见”或“欢迎”动作 3不会用拇食指对捏小物品 4不会扶物站立 \
| 1不会有意识叫“爸爸”或“妈妈” 2不会按要求指人或物 3与人无目光交流 4不会独走 \
| 1不会说3个物品的名称 2不会按吩咐做简单事情 3不会用勺吃饭 4不会扶栏上楼梯/台阶 \
| 1不会说2～3个字的短语 2兴趣单一、刻板 3不会示意大小便 4不会跑
两次随访间患病情况 | ILLNESS | = | = | =
其他 | * | * | * | *
转诊建议 | 1无 2有 | = | = | =
指导 | GUIDANCE | = | = | =
下次随访日期 | * | * | * | *
随访医生签名 | * | * | * | *
"""

ROWS_3_YEARS = """
随访日期 | *
体重/kg | *
体重评价 | 1上 2中 3下
身高/cm | *
身高评价 | 1上 2中 3下
体重/身高 | 1上 2中 3下
体格发育评价 | 1正常! 2低体重 3消瘦 4生长迟缓 5超重
听力 | 1通过 2未过
牙数（颗）/龋齿数 | *
胸部 | OK
腹部 | OK
血红蛋白值 | *
其他 | *
发育评估 | 1不会说自己的名字 2不会玩“拿棍当马骑”等假想游戏 3不会模仿画圆 4不会双脚跳
两次随访间患病情况 | ILLNESS
转诊建议 | 1无 2有
指导 | 1合理膳食 2生长发育 3疾病预防 4预防伤害 5口腔保健 6其他_
下次随访日期 | *
随访医生签名 | *
"""

COLUMNS = {
    "check_1_8": ("1", "3", "6", "8"),
    "check_12_30": ("12", "18", "24", "30"),
    "check_3_years": ("3",),
}
TITLES = {"1": "满月", "3": "3月龄", "6": "6月龄", "8": "8月龄"}
ROWS = {"check_1_8": ROWS_1_8, "check_12_30": ROWS_12_30, "check_3_years": ROWS_3_YEARS}
TYPED: dict[str, Answer] = {
    "weight_kg": "9.00",
    "length_cm": "75.0",
    "head_cm": "45.0",
    "weight_grade": "2",
    "length_grade": "2",
    "weight_for_height_grade": "2",
    "growth_status": ["1"],
    "fontanelle": "1",
    "teeth": 4,
    "caries": 0,
    "hemoglobin": 120,
    "outdoor_hours": "2.0",
    "vitamin_d_iu": 400,
    "guidance": ["1", "2", "3"],
}
"""What 全部正常 leaves to the person: measurements, their grades, and the guidance that was given."""
EVERY_COLUMN = [(form_id, column) for form_id, columns in COLUMNS.items() for column in columns]
BORN = date(2024, 1, 15)


def form_of(form_id: str) -> Form:
    file = f"{form_id}.toml"
    return parse_form(paths.resource(f"forms/{file}").read_text("utf-8"), file)


FORMS = {form_id: form_of(form_id) for form_id in COLUMNS}


def months_of(form_id: str, column: str) -> int:
    return 36 if form_id == "check_3_years" else int(column)


def visit_day(form_id: str, column: str, born: date = BORN) -> date:
    if column == "1":
        return born + timedelta(days=28)
    return add_months(born, months_of(form_id, column))


def context(born: date, on: date) -> Context:
    return Context(on, {"child.name": "某某", "child.birth_date": born, "user.name": "某医生"})


def asked(form: Form, column: str) -> list[Field]:
    """The rows of the paper that a column asks, and the grades (上 中 下) that stand in a measurement's cell."""
    scope = Scope({"age_column": column}, date(2026, 1, 1))
    rows = [f for f in form.fields() if f.paper and (f.within is None or f.name.endswith("_grade"))]
    return [f for f in rows if form.is_asked(f, scope)]


def words(field: Field) -> str:
    marked = (f"{o.code}{o.label}{'_' * o.text}{'!' * o.exclusive}" for o in field.options)
    return " ".join(marked) or "*"


def official(form_id: str) -> Iterator[list[tuple[str, str]]]:
    """For each column of the printed table: its active rows and what stands in their cells."""
    table = [[cell.strip() for cell in line.split("|")] for line in ROWS[form_id].strip().splitlines()]
    for number in range(1, len(COLUMNS[form_id]) + 1):
        rows = []
        for label, *cells in table:
            at = number - 1
            while cells[at] == "=":
                at -= 1
            if cells[at] != NONE:
                rows.append((label, {"OK": OK, "ILLNESS": ILLNESS, "GUIDANCE": GUIDANCE}.get(cells[at], cells[at])))
        yield rows


def filled(form_id: str, column: str, **more: Answer) -> Checked:
    form, on = FORMS[form_id], visit_day(form_id, column)
    known = {field.name for field in asked(form, column)} | {"caries"}
    begun = {**start(form, context(BORN, on)), "age_column": column}
    typed = {name: answer for name, answer in TYPED.items() if name in known and form_has(form, name)}
    return check(form, {**all_normal(form, begun), **typed, **more}, context(BORN, on))


def form_has(form: Form, name: str) -> bool:
    return any(field.name == name for field in form.fields())


def problems(checked: Checked) -> list[tuple[str, str]]:
    return [(remark.field, remark.code) for remark in checked.problems]


@pytest.mark.parametrize("form_id", COLUMNS)
def test_every_official_row_stands_in_its_columns(form_id: str) -> None:
    form = FORMS[form_id]
    for column, rows in zip(COLUMNS[form_id], official(form_id), strict=True):
        head, *body = asked(form, column)[2:]
        assert [(field.label, words(field)) for field in body] == rows, column
        assert (head.name, form.age_column) == ("age_column", "age_column")
        assert (head.required, [o.code for o in head.options]) == (True, list(COLUMNS[form_id]))


def test_columns_are_called_as_on_the_form() -> None:
    assert {o.code: o.label for o in FORMS["check_1_8"].field("age_column").options} == TITLES
    assert [o.label for o in FORMS["check_12_30"].field("age_column").options] == [
        "12月龄",
        "18月龄",
        "24月龄",
        "30月龄",
    ]
    assert [o.label for o in FORMS["check_3_years"].field("age_column").options] == ["3岁"]


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_all_normal_and_what_was_measured_are_a_whole_record(form_id: str, column: str) -> None:
    checked = filled(form_id, column)
    assert (checked.problems, checked.doubts, checked.hints) == ((), (), ())
    rows = {field.name for field in asked(FORMS[form_id], column)}
    left_open = {name for name in ("file_no8", "other") if name in rows}
    left_open |= {name for name in rows if name.startswith("development")}
    assert set(checked.values) - {"caries", "birth_date"} == rows - left_open


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_every_other_asked_row_is_required(form_id: str, column: str) -> None:
    form, on = FORMS[form_id], visit_day(form_id, column)
    found = check(form, {"age_column": column}, context(BORN, on)).problems
    optional = {"file_no8", "age_column", "other", "hemoglobin"}
    if column == "30":
        optional.add("vitamin_d_iu")
    wanted = {f.name for f in asked(form, column) if not f.name.startswith("development")} - optional
    if form_id != "check_1_8":
        wanted.add("caries")
    assert {remark.field for remark in found if remark.code == "required"} == wanted


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_answers_to_rows_of_other_columns_are_dropped(form_id: str, column: str) -> None:
    form = FORMS[form_id]
    elsewhere = (f for f in form.fields() if f.paper and f.options and f not in asked(form, column))
    foreign = {f.name: f.options[0].code for f in elsewhere}
    assert not foreign.keys() & filled(form_id, column, **foreign).values.keys()


@given(st.dates(date(2000, 1, 1), date(2040, 1, 1)), st.sampled_from(EVERY_COLUMN), st.integers(0, 29))
def test_a_new_record_begins_in_the_column_of_the_age_and_asks_for_the_next(
    born: date, place: tuple[str, str], late: int
) -> None:
    form_id, column = place
    on = visit_day(form_id, column, born) + timedelta(days=min(late, 2) if column == "1" else late)
    answers = start(FORMS[form_id], context(born, on))
    assert (answers["age_column"], answers["visit_date"]) == (column, on.isoformat())
    everything = [months_of(*one) for one in EVERY_COLUMN] + [48]
    upcoming = add_months(born, everything[EVERY_COLUMN.index(place) + 1])
    assert upcoming <= date.fromisoformat(str(answers["next_date"])) <= upcoming + timedelta(days=29)
    checked = check(FORMS[form_id], answers, context(born, on))
    assert not [doubt for doubt in checked.doubts if doubt.field in ("age_column", "visit_date")]


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_a_wrong_column_is_doubted_and_not_refused(form_id: str, column: str) -> None:
    form, day = FORMS[form_id], context(BORN, visit_day(form_id, column) + timedelta(days=14))
    for other in (c for c in COLUMNS[form_id] if c != column):
        without_a_day = check(form, {"birth_date": BORN.isoformat(), "age_column": other}, day)
        assert "age_column" not in {remark.field for remark in without_a_day.doubts}
        checked = check(form, {**start(form, day), "age_column": other}, day)
        assert "age_column" in {remark.field for remark in checked.doubts}
        assert "age_column" not in {remark.field for remark in checked.problems}


@pytest.mark.parametrize(("form_id", "column"), [place for place in EVERY_COLUMN if place[1] != "1"])
def test_one_warning_sign_advises_referral_and_none_passes(form_id: str, column: str) -> None:
    name = next(f.name for f in asked(FORMS[form_id], column) if f.name.startswith("development"))
    checked = filled(form_id, column, **{name: ["3"]})
    assert not checked.problems
    assert [(hint.field, str(hint.hint.kind)) for hint in checked.hints] == [(name, "refer")]


@pytest.mark.parametrize(("form_id", "column"), EVERY_COLUMN)
def test_an_illness_needs_its_count_and_a_referral_its_reason_and_place(form_id: str, column: str) -> None:
    checked = filled(form_id, column, illness=["2", "4"], referral="2")
    missing = [("pneumonia_times", "required"), ("injury_times", "required")]
    assert problems(checked) == [*missing, ("referral_reason", "required"), ("referral_org", "required")]
    assert problems(filled(form_id, column, illness=["1", "3"], diarrhoea_times=2)) == [("illness", "exclusive")]
    checked = filled(form_id, column, illness=["3"], diarrhoea_times=100)
    assert problems(checked) == [("diarrhoea_times", "out_of_range")]


def test_an_open_fontanelle_is_measured() -> None:
    assert problems(filled("check_1_8", "3", fontanelle="2", fontanelle_w="1.5")) == [("fontanelle_l", "required")]
    assert problems(filled("check_1_8", "3", fontanelle="2", fontanelle_w="1.5", fontanelle_l="6.1")) == [
        ("fontanelle_l", "out_of_range")
    ]


@pytest.mark.parametrize(("form_id", "column"), [("check_12_30", "24"), ("check_3_years", "3")])
def test_there_are_not_more_decayed_teeth_than_teeth(form_id: str, column: str) -> None:
    assert problems(filled(form_id, column, teeth=16, caries=17)) == [("caries", "constraint")]
    assert problems(filled(form_id, column, teeth=16, caries=16)) == []


@pytest.mark.parametrize(
    ("form_id", "hard"),
    [
        ("check_1_8", {"weight_kg": (1, 20), "length_cm": (35, 90), "head_cm": (25, 60), "hemoglobin": (30, 250)}),
        ("check_12_30", {"weight_kg": (3, 30), "length_cm": (55, 115), "hemoglobin": (30, 250)}),
    ],
)
def test_impossible_measurements_are_refused_from_the_first_beyond(
    form_id: str, hard: dict[str, tuple[int, int]]
) -> None:
    column = "6" if form_id == "check_1_8" else "18"
    for name, ends in hard.items():
        for end, beyond in zip(ends, (-1, 1), strict=True):
            places = FORMS[form_id].field(name).decimals
            just_outside = f"{end + beyond * 10**-places:.{places}f}"
            assert problems(filled(form_id, column, **{name: f"{end:.{places}f}"})) == []
            assert problems(filled(form_id, column, **{name: just_outside})) == [(name, "out_of_range")]


@pytest.mark.parametrize(
    ("grams_per_litre", "names"),
    [
        (110, []),
        (109, ["anaemia_mild"]),
        (90, ["anaemia_mild"]),
        (89, ["anaemia_moderate"]),
        (60, ["anaemia_moderate"]),
        (59, ["anaemia_severe", "severe_anaemia"]),
    ],
)
def test_little_haemoglobin_is_pointed_out(grams_per_litre: int, names: list[str]) -> None:
    found = filled("check_1_8", "6", hemoglobin=grams_per_litre).hints
    assert [shown.hint.name for shown in found] == names
    assert {shown.hint.case for shown in found if shown.hint.kind is HintKind.CASE} == ({"04"} if names else set())


def test_measurements_are_told_to_the_growth_record() -> None:
    taken = {
        form_id: {f.name: f.measure for f in form.fields() if f.measure and f.measured_on == "visit_date"}
        for form_id, form in FORMS.items()
    }
    both = {"weight_kg": "weight", "length_cm": "length", "length_position": "position", "oedema": "oedema"}
    assert taken == {"check_1_8": {**both, "head_cm": "head"}, "check_12_30": both, "check_3_years": both}


def test_a_status_that_the_grades_contradict_is_doubted() -> None:
    def doubts(**answers: Answer) -> list[str]:
        return [d.field for d in filled("check_3_years", "3", **answers).doubts]

    assert doubts(growth_status=["2"]) == ["growth_status"]
    assert doubts(growth_status=["2", "4"], weight_grade="3", length_grade="3") == []
    assert doubts(growth_status=["1"], length_grade="3") == ["growth_status"]
    assert doubts(growth_status=["3"]) == ["growth_status"]
    assert doubts(growth_status=["3"], weight_for_height_grade="3") == []
    assert doubts(growth_status=["1"], weight_for_height_grade="1") == ["growth_status"]


BLOOD = form_of("hemoglobin_test")


@pytest.mark.parametrize(
    ("born", "grams_per_litre", "names", "doubted"),
    [
        ("2023-09-01", 95, ["anaemia_mild"], True),
        ("2023-09-01", 60, ["anaemia_moderate"], True),
        ("2024-01-02", 95, [], False),  # under six months
        ("2019-03-01", 95, [], False),  # five years old
        ("2024-01-02", 59, ["anaemia_severe", "severe_anaemia"], False),
        ("2023-09-01", 110, [], False),
    ],
)
def test_blood_is_judged_only_at_the_ages_that_the_rule_is_for(
    born: str, grams_per_litre: int, names: list[str], doubted: bool
) -> None:
    """Marked as 正常 in all cases: doubted only where the rule says otherwise."""
    answers = {"birth_date": born, "visit_date": "2024-05-10", "hemoglobin": grams_per_litre, "grade": "1"}
    found = check(BLOOD, answers, Context(date(2024, 5, 10)))
    assert [shown.hint.name for shown in found.hints if shown.field == "hemoglobin"] == names
    assert ("grade" in [doubt.field for doubt in found.doubts]) == doubted


@pytest.mark.parametrize(("grams_per_litre", "grade"), [(109, "2"), (90, "2"), (89, "3"), (60, "3"), (59, "4")])
def test_each_grade_of_anaemia_is_compared_with_the_blood(grams_per_litre: int, grade: str) -> None:
    answers = {"birth_date": "2023-09-01", "visit_date": "2024-05-10", "hemoglobin": grams_per_litre}
    for code in ("1", "2", "3", "4"):
        found = check(BLOOD, {**answers, "grade": code}, Context(date(2024, 5, 10)))
        assert ("grade" in [doubt.field for doubt in found.doubts]) == (code != grade)
