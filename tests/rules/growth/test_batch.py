from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import BOTH, Ages, Indicator, Measurement, Position, Reason, Standard, assess
from zhaohu.rules.growth.batch import Z_COLUMNS, assess_rows, output_columns
from zhaohu.rules.growth.cells import Texts
from zhaohu.rules.growth.doubt import parse_doubts
from zhaohu.rules.growth.zscore import restricted_z

ROW = {"sex": "1", "age_days": "365", "weight_kg": "9.6", "length_cm": "75.5", "head_cm": "46.0"}
ORDER = (Indicator.WFA, Indicator.LHFA, Indicator.WFL, Indicator.BFA, Indicator.HCFA)


@pytest.fixture(scope="module")
def doubt_rules(read):
    return parse_doubts(read("doubts.toml"))


def batch(references, standard, rows, **more):
    """Rows as dicts, in and out; what a row does not name is empty."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    lists = [[row.get(column, "") for column in columns] for row in rows]
    names = output_columns(columns, standard)
    return [dict(zip(names, out, strict=True)) for out in assess_rows(columns, lists, references, standard, **more)]


def one(references, standard=Standard.WHO, **cells):
    (out,) = batch(references, standard, [{**ROW, **cells}])
    return out


def scored(out):
    return [column for column in Z_COLUMNS if out[column]]


def test_the_columns_are_those_of_the_contract():
    ours = ["age_days_used", "waz", "haz", "whz", "baz", "hcz", "flags"]
    assert output_columns(["name", "sex"], Standard.WHO) == ["name", "sex", *ours]
    levels = ["wfa_level", "lhfa_level", "wfl_level", "bfa_level", "hcfa_level"]
    assert output_columns(["name", "sex", "waz"], Standard.CHINA) == [
        "name",
        "sex",
        *ours,
        *levels,
        *(f"{level}_pct" for level in levels),
        *("wfa_status", "lhfa_status", "wfl_status", "bfa_status"),
    ]


@pytest.mark.parametrize("standard", BOTH)
def test_a_row_keeps_its_cells_and_gains_ours(references, standard):
    out = one(references, standard, name="李小明")
    assert out["name"] == "李小明"
    assert set(out) == set(output_columns([*ROW, "name"], standard))
    assert scored(out) == list(Z_COLUMNS)
    assert out["flags"] == ""


@given(
    sex=st.sampled_from((1, 2)),
    days=st.integers(0, 1826),
    weight=st.integers(20, 250),
    length=st.integers(450, 1200),
    head=st.integers(300, 550),
    position=st.sampled_from((None, *Position)),
    gestation=st.sampled_from((None, 200, 250, 280)),
    standard=st.sampled_from(BOTH),
)
def test_a_row_says_what_the_single_assessment_says(
    references, sex, days, weight, length, head, position, gestation, standard
):
    out = one(
        references,
        standard,
        sex=str(sex),
        age_days=str(days),
        weight_kg=f"{weight / 10:.1f}",
        length_cm=f"{length / 10:.1f}",
        head_cm=f"{head / 10:.1f}",
        measure=position or "",
        gestation_days=str(gestation or ""),
    )
    measured = Measurement(weight * 100, length, head, position)
    single = assess(references, standard, sex, Ages.of_days(days, gestation), measured)
    assert out["age_days_used"] == str(single.scores.age.days)
    for column, indicator in zip(Z_COLUMNS, ORDER, strict=True):
        result = single.of(indicator)
        assert out[column] == ("" if result.z is None else f"{round(result.z, 2) + 0.0:.2f}")
        if standard is Standard.CHINA:
            assert out[f"{indicator}_level"] == (result.level or "")
            assert out[f"{indicator}_level_pct"] == (result.level_pct or "")
            if indicator is not Indicator.HCFA:
                assert out[f"{indicator}_status"] == (result.status or "")
    words = [word for word in out["flags"].split(";") if word]
    reasons = {result.reason for result in single.scores.results if result.reason}
    assert set(words) == {*single.scores.flags, *reasons}
    assert len(words) == len(set(words))


def test_age_comes_from_days_then_dates_then_months(references):
    dates = {"birth_date": "2024-03-05", "date": "2024-06-13"}
    assert one(references, **dates, age_months="3")["age_days_used"] == "365"
    assert one(references, **dates, age_months="3", age_days="")["age_days_used"] == "100"
    assert one(references, age_months="3", age_days="")["age_days_used"] == "91"
    assert one(references, age_months="3", age_days="", birth_date="2024-03-05")["age_days_used"] == "91"
    assert one(references, age_months="2.5", age_days="")["age_days_used"] == "76"
    assert one(references, age_days="100.5")["age_days_used"] == "101"


def test_sixty_months_are_past_whos_end_though_day_1826_is_not(references):
    assert one(references, age_days="1826", length_cm="109")["waz"]
    sixty = one(references, age_days="", age_months="60", length_cm="109")
    assert (sixty["age_days_used"], sixty["waz"], sixty["flags"]) == ("1826", "", "age_out_of_range")
    assert one(references, age_days="", age_months="59.99", length_cm="109")["waz"]
    assert one(references, Standard.CHINA, age_days="", age_months="60", length_cm="109")["waz"]
    assert one(references, age_days="1826.2", length_cm="109")["waz"]
    assert one(references, age_days="1826.25", length_cm="109")["flags"] == "age_out_of_range"


@pytest.mark.parametrize(
    ("cells", "flag"),
    [
        ({"age_days": "274"}, "standing_converted"),
        ({"age_days": "273.94"}, "standing_converted"),
        ({"age_days": "273.9"}, "standing_under_9_months"),
        ({"age_days": "", "age_months": "8.99"}, "standing_under_9_months"),
        ({"age_days": "", "age_months": "9"}, "standing_converted"),
        ({"age_days": "", "birth_date": "2024-03-05", "date": "2024-12-04"}, "standing_converted"),
    ],
)
def test_nine_months_are_what_was_told_and_not_the_rounded_day(references, cells, flag):
    """All of them are day 274 of WHO's tables."""
    out = one(references, **cells, length_cm="71.4", weight_kg="9", measure="H")
    assert (out["age_days_used"], out["flags"]) == ("274", flag)
    lying = one(references, age_days="274", weight_kg="9", length_cm="71.4" if flag.endswith("months") else "72.1")
    assert (out["haz"], out["whz"], out["baz"]) == (lying["haz"], lying["whz"], lying["baz"])


def test_corrected_age_is_used_and_shown_for_preterm_children(references):
    assert one(references, gestation_days="210")["age_days_used"] == "295"
    assert one(references, gestation_days="259")["age_days_used"] == "365"
    assert one(references, gestation_days="210", age_days="731", length_cm="85")["age_days_used"] == "731"
    before = one(references, gestation_days="210", age_days="20")
    assert (before["age_days_used"], before["flags"], scored(before)) == ("-50", "before_term", [])


@pytest.mark.parametrize("word", ["1", "m", "M", "male", "Male", "男", " 1 "])
def test_words_for_boys(references, word):
    assert one(references, sex=word)["waz"] == one(references)["waz"]


@pytest.mark.parametrize("word", ["2", "f", "F", "female", "女"])
def test_words_for_girls(references, word):
    assert one(references, sex=word)["waz"] == one(references, sex="2")["waz"] != one(references)["waz"]


@pytest.mark.parametrize(("sex", "flags"), [("0", "sex_unknown"), ("9", "sex_unknown"), ("", "sex_unknown")])
def test_unknown_sex_has_no_score(references, sex, flags):
    out = one(references, sex=sex)
    assert (out["flags"], scored(out)) == (flags, [])


@pytest.mark.parametrize(
    ("cells", "flag", "lost"),
    [
        ({"sex": "3"}, "bad_sex;sex_unknown", {*Z_COLUMNS}),
        ({"age_days": "soon"}, "bad_age_days", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "inf"}, "bad_age_days", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "-1"}, "age_out_of_range", {*Z_COLUMNS}),
        ({"age_days": "1827"}, "age_out_of_range", {*Z_COLUMNS}),
        ({"age_days": ""}, "age_unknown", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "", "age_months": "x"}, "bad_age_months", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "", "birth_date": "2024-02-30", "date": "2024-06-13"}, "bad_birth_date", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "", "birth_date": "2024-W10-2", "date": "2024-06-13"}, "bad_birth_date", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "", "birth_date": "2024-03-05"}, "bad_date", {*Z_COLUMNS} - {"whz"}),
        ({"age_days": "", "birth_date": "2024-03-05", "date": "2024-03-04"}, "age_out_of_range", {*Z_COLUMNS}),
        ({"weight_kg": "9,6"}, "bad_weight_kg", {"waz", "whz", "baz"}),
        ({"weight_kg": "9_6"}, "bad_weight_kg", {"waz", "whz", "baz"}),
        ({"weight_kg": "0"}, "bad_weight_kg", {"waz", "whz", "baz"}),
        ({"weight_kg": "1e400"}, "bad_weight_kg", {"waz", "whz", "baz"}),
        ({"weight_kg": ""}, "", {"waz", "whz", "baz"}),
        ({"weight_kg": "  "}, "", {"waz", "whz", "baz"}),
        ({"length_cm": "nan"}, "bad_length_cm", {"haz", "whz", "baz"}),
        ({"length_cm": "44.9"}, "haz_implausible;baz_implausible;length_out_of_range", {"whz"}),
        ({"head_cm": "-46"}, "bad_head_cm", {"hcz"}),
        ({"measure": "x"}, "bad_measure", set()),
        ({"oedema": "maybe"}, "bad_oedema", set()),
        ({"oedema": "Y"}, "oedema", {"waz", "whz", "baz"}),
        ({"gestation_days": "40"}, "bad_gestation_days", set()),
        ({"weight_kg": "25"}, "waz_implausible;whz_implausible;baz_implausible", set()),
        ({"measure": "h"}, "standing_converted", set()),
    ],
)
def test_a_bad_cell_is_named_and_costs_only_what_needs_it(references, cells, flag, lost):
    out = one(references, **cells)
    assert out["flags"] == flag
    assert scored(out) == [column for column in Z_COLUMNS if column not in lost]


def test_head_circumference_past_the_chinese_table_is_named(references):
    out = one(references, Standard.CHINA, age_days="1461", length_cm="102", weight_kg="16")
    assert (out["hcz"], out["hcfa_level"], out["flags"]) == ("", "", "head_age_out_of_range")


def test_a_negative_zero_does_not_show(references):
    median_kg = references.who[1].wfa[365][1] / 1000
    assert one(references, weight_kg=f"{median_kg - 1e-4:.6f}")["waz"] == "0.00"


def test_fractions_of_a_millimetre_count(references):
    got = [one(references, length_cm=length)["whz"] for length in ("75.50", "75.55", "75.60")]
    assert float(got[0]) > float(got[1]) > float(got[2])


TEXT = st.one_of(
    st.text("0123456789-+.eE _/男女lhynaif\n\x00", max_size=8),
    st.sampled_from(["", " ", "1", "2", "M", "女", "L", "h", "y", "-0", "1e308", "1e-308", "0.001", "999", "２"]),
    st.floats().map(str),
    st.integers(-10, 3000).map(str),
    st.dates().map(str),
)
COLUMNS = (*ROW, "age_months", "birth_date", "date", "measure", "oedema", "gestation_days", "note")


@given(st.lists(st.dictionaries(st.sampled_from(COLUMNS), TEXT), max_size=4), st.sampled_from(list(Standard)))
def test_whatever_the_cells_hold_one_row_comes_out_for_each(references, doubt_rules, rows, standard):
    outs = batch(references, standard, rows, doubt_rules=doubt_rules)
    assert len(outs) == len(rows)
    for row, out in zip(rows, outs, strict=True):
        assert {column: out[column] for column in row} == row, "the cells of the input stay"
        assert all(isinstance(cell, str) for cell in out.values())
        for column in Z_COLUMNS:
            assert out[column] == "" or abs(float(out[column])) >= 0
            assert out[column] != "-0.00"


NUMBERS = st.one_of(st.floats(0.001, 1000).map(str), st.sampled_from(["0.01", "1", "1000", "999.99"]))


@given(weight=NUMBERS, length=NUMBERS, head=NUMBERS, days=st.integers(0, 2556), standard=st.sampled_from(BOTH))
def test_absurd_numbers_are_scored_or_named_but_never_break(references, weight, length, head, days, standard):
    out = one(references, standard, age_days=str(days), weight_kg=weight, length_cm=length, head_cm=head, measure="L")
    assert out["waz"] or "weight" in out["flags"] or "age" in out["flags"]


def test_rows_are_taken_one_by_one(references):
    taken = []

    def rows() -> Iterator[list[str]]:
        for n in range(3):
            taken.append(n)
            yield ["1", str(n)]

    results = assess_rows(["sex", "age_days"], rows(), references, Standard.WHO)
    assert next(results)[2] == "0"
    assert taken == [0]


def test_dates_give_calendar_months_to_the_chinese_standard(references):
    """From 1 February to 1 March are 28 days and one whole month: row 1, as printed."""
    cells = {"age_days": "", "birth_date": "2023-02-01", "date": "2023-03-01", "weight_kg": "4.1"}
    assert one(references, Standard.CHINA, **cells)["wfa_level"] == "中"
    cells["weight_kg"] = "4.0"
    assert one(references, Standard.CHINA, **cells)["wfa_level"] == "中下"
    born = date(2023, 2, 1)
    assert (date(2023, 3, 1) - born) == timedelta(days=28)


def test_a_row_that_is_too_short_or_too_long_keeps_its_place(references):
    columns = ["sex", "age_days", "weight_kg", "note"]
    rows = [["1", "365"], ["1", "365", "9.6", "x", "", ""], ["1", "365", "9.6", "x", "", "lost"], [], ["2"]]
    outs = list(assess_rows(columns, rows, references, Standard.WHO))
    assert [len(out) for out in outs] == [len(output_columns(columns, Standard.WHO))] * 5
    assert [out[:4] for out in outs] == [
        ["1", "365", "", ""],
        ["1", "365", "9.6", "x"],
        ["1", "365", "9.6", "x"],
        ["", "", "", ""],
        ["2", "", "", ""],
    ]
    assert [out[10] for out in outs] == ["", "", "extra_cells", "age_unknown;sex_unknown", "age_unknown"]


def test_assessing_an_output_again_gives_the_same(references):
    for standard in Standard:
        columns = [*ROW, "note"]
        names = output_columns(columns, standard)
        (first,) = assess_rows(columns, [[*ROW.values(), "x"]], references, standard)
        assert output_columns(names, standard) == names
        (again,) = assess_rows(names, [list(first)], references, standard)
        assert again == first
        (alone,) = assess_rows(names[6:], [first[6:]], references, standard)
        assert len(alone) == len(names[6:])


def test_names_of_columns_are_read_in_any_case_of_letters(references):
    (out,) = assess_rows([" Sex", "AGE_DAYS", "Weight_kg"], [["1", "365", "9.6"]], references, Standard.WHO)
    assert out[4] == one(references)["waz"]


@given(st.floats(-7, 7) | st.integers(-1400, 1400).map(lambda half: half / 200), st.sampled_from((0, 1e-16, -1e-16)))
def test_scores_are_written_as_python_rounds_them(references, z, off):
    """Length by WHO is a straight line of the score, so that any score can be had."""
    _power, median, spread = references.who[1].lhfa[365]
    length_cm = median * (1 + spread * (z + off)) / 10
    out = one(references, length_cm=repr(length_cm), weight_kg="", head_cm="")
    exact = (float(repr(length_cm)) * 10 / median - 1) / spread
    assert out["haz"] in {f"{exact + way:.2f}".replace("-0.00", "0.00") for way in (-1e-9, 1e-9)}


@given(
    days=st.integers(0, 300),
    gestation=st.none() | st.integers(150, 300),
    weight=st.integers(5, 120),
    length=st.integers(250, 700),
    head=st.integers(200, 480),
    oedema=st.booleans(),
    sex=st.sampled_from((1, 2)),
)
def test_preterm_rows_say_what_the_single_assessment_says(
    references, days, gestation, weight, length, head, oedema, sex
):
    out = one(
        references,
        Standard.INTERGROWTH,
        sex=str(sex),
        age_days=str(days),
        weight_kg=f"{weight / 10}",
        length_cm=f"{length / 10}",
        head_cm=f"{head / 10}",
        oedema="y" if oedema else "n",
        gestation_days=str(gestation or ""),
    )
    ages = Ages.of_days(days, gestation)
    measured = Measurement(weight * 100, length, head, None, oedema)
    single = assess(references, Standard.INTERGROWTH, sex, ages, measured)
    for column, indicator in zip(Z_COLUMNS, ORDER, strict=True):
        z = single.of(indicator).z
        assert out[column] == ("" if z is None else f"{round(z, 2) + 0.0:.2f}")
    reasons = {r.reason for r in single.scores.results if r.reason and r.reason != Reason.NOT_IN_STANDARD}
    assert {word for word in out["flags"].split(";") if word} == {*single.scores.flags, *reasons}


def test_doubtful_rows_are_flagged_also_by_the_row_before(references, doubt_rules):
    rows = [
        {"id": "a", "sex": "1", "age_days": "200", "weight_kg": "8.0", "length_cm": "68.0"},
        {"id": "b", "sex": "1", "age_days": "200", "weight_kg": "16.0", "length_cm": "68.0"},
        {"id": "a", "sex": "1", "age_days": "230", "weight_kg": "8.3", "length_cm": "62.0"},
        {"id": "", "sex": "1", "age_days": "230", "weight_kg": "8.3", "length_cm": "69.0"},
    ]
    for name in ("child_id", "ID", "编号"):
        named = [{name: row["id"], **{k: v for k, v in row.items() if k != "id"}} for row in rows]
        flags = [out["flags"] for out in batch(references, Standard.CHINA, named, doubt_rules=doubt_rules)]
        assert flags[0] == flags[3] == ""
        assert "doubt_weight_jin" in flags[1]
        assert "doubt_length" in flags[2]
    alone = [{k: v for k, v in row.items() if k != "id"} for row in rows]
    outs = batch(references, Standard.CHINA, alone, doubt_rules=doubt_rules)
    assert outs[2]["flags"] != flags[2], "without an id a row is looked at by itself"


def test_what_is_remembered_of_a_column_is_bounded():
    texts = Texts(len)
    assert [texts["x" * n] for n in (1, 41, 41)] == [1, 41, 41]
    assert len(texts) == 1
    for n in range(50_000):
        assert texts[str(n)] == len(str(n))
        assert len(texts) <= 20_000


@pytest.mark.parametrize(
    ("length_cm", "measure", "whz"),
    [("86.9", "", "wfl"), ("87", "", "wfh"), ("86.9", "H", "wfh"), ("87", "L", "wfl")],
)
def test_without_an_age_who_still_has_weight_for_length(references, length_cm, measure, whz):
    """As WHO's R package: the table by position, or by 87 cm; nothing is added or taken off."""
    columns = ["sex", "weight_kg", "length_cm", "measure"]
    (out,) = assess_rows(columns, [["2", "12.5", length_cm, measure]], references, Standard.WHO)
    row = dict(zip(output_columns(columns, Standard.WHO), out, strict=True))
    tables = references.who[2]
    table, start = (tables.wfl, 450) if whz == "wfl" else (tables.wfh, 650)
    assert row["whz"] == f"{restricted_z(12_500, table[round(float(length_cm) * 10) - start]):.2f}"
    assert row["flags"] == "age_unknown"
    assert row["waz"] == row["haz"] == row["baz"] == ""
