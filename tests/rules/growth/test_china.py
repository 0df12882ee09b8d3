from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.ages import add_months
from zhaohu.rules.growth import Age, Ages, Flag, Indicator, Level, Measurement, Position, Standard, Status, assess
from zhaohu.rules.growth.china_places import PERCENTILES_REACHED, SD_REACHED, at_age
from zhaohu.rules.growth.zscore import restricted_value, restricted_z

BORN = date(2020, 5, 31)
CHINA = ("wfa", "lhfa", "bfa", "hcfa", "wfl", "wfh")
BELOW_SD = ("下", "下", "中下", "中", "中", "中上", "上", "上")
BELOW_PERCENTILE = ("下", "中下", "中下", "中", "中", "中上", "中上", "上")
BY_MASS = ("重度消瘦", "消瘦", None, None, None, "超重", "肥胖", "重度肥胖")
STATUS = {
    "wfa": ("重度低体重", "低体重", *[None] * 6),
    "lhfa": ("重度生长迟缓", "生长迟缓", *[None] * 6),
    "bfa": BY_MASS,
    "wfl": BY_MASS,
    "wfh": BY_MASS,
    "hcfa": (None,) * 8,
}


def china(references, sex, months, **measured):
    return assess(references, Standard.CHINA, sex, Ages.on(BORN, add_months(BORN, months)), Measurement(**measured))


def at_cell(references, indicator, sex, key, cell, under):
    """The result for a value on a printed cell, or one gram, millimetre or the least BMI under it."""
    if indicator == "wfa":
        return china(references, sex, key, weight_g=int(cell * 1000) - under).of(Indicator.WFA)
    if indicator == "lhfa":
        return china(references, sex, key, length_mm=int(cell * 10) - under).of(Indicator.LHFA)
    if indicator == "hcfa":
        return china(references, sex, key, head_mm=int(cell * 10) - under).of(Indicator.HCFA)
    if indicator == "bfa":  # at one metre, BMI is the weight in kg
        return china(references, sex, key, weight_g=int(cell * 1000) - under, length_mm=1000).of(Indicator.BFA)
    months = 36 if indicator == "wfh" else 6
    weight_g = int(cell * 1000) - under
    return china(references, sex, months, weight_g=weight_g, length_mm=key * 10).of(Indicator.WFL)


@pytest.mark.parametrize("indicator", CHINA)
def test_every_printed_sd_value_belongs_to_the_band_above_it(indicator, references, printed):
    for sex, key, cells in printed(indicator, "sd"):
        for n, cell in enumerate(cells):
            on = at_cell(references, indicator, sex, key, cell, 0)
            under = at_cell(references, indicator, sex, key, cell, 1)
            assert (on.level, on.status) == (BELOW_SD[n + 1], STATUS[indicator][n + 1]), (sex, key, cell)
            assert (under.level, under.status) == (BELOW_SD[n], STATUS[indicator][n]), (sex, key, cell)


@pytest.mark.parametrize("indicator", CHINA)
def test_every_printed_percentile_belongs_to_the_band_above_it(indicator, references, printed):
    for sex, key, cells in printed(indicator, "pct"):
        for n, cell in enumerate(cells):
            assert at_cell(references, indicator, sex, key, cell, 0).level_pct == BELOW_PERCENTILE[n + 1]
            assert at_cell(references, indicator, sex, key, cell, 1).level_pct == BELOW_PERCENTILE[n]


@pytest.mark.parametrize("indicator", CHINA)
def test_the_score_of_every_printed_sd_value_is_that_sd_within_its_rounding(indicator, references, printed):
    half_digit = Decimal("0.05")
    for sex, key, cells in printed(indicator, "sd"):
        for n, cell in enumerate(cells):
            z = at_cell(references, indicator, sex, key, cell, 0).z
            width = min(b - a for a, b in pairwise(cells))
            assert abs(z - (n - 3)) <= float(half_digit / width) * 1.1 + 0.01, (sex, key, cell, z)


@given(
    months=st.integers(0, 82),
    days=st.integers(0, 27),
    sex=st.sampled_from((1, 2)),
    weight=st.integers(1500, 45000),
    length=st.integers(400, 1350),
    more=st.integers(1, 300),
)
def test_more_never_scores_or_grades_lower(references, months, days, sex, weight, length, more):
    on = add_months(BORN, months) + timedelta(days=days)
    ages = Ages.on(BORN, on)
    order = list(reversed(Level))
    lower = assess(references, Standard.CHINA, sex, ages, Measurement(weight, length, length // 2))
    higher = assess(references, Standard.CHINA, sex, ages, Measurement(weight + more, length, length // 2))
    taller = assess(references, Standard.CHINA, sex, ages, Measurement(weight, length + more, length // 2))
    for indicator in (Indicator.WFA, Indicator.WFL, Indicator.BFA):
        a, b = lower.of(indicator), higher.of(indicator)
        if a.z is not None:
            assert a.z < b.z
            assert order.index(a.level) <= order.index(b.level)
            assert order.index(a.level_pct) <= order.index(b.level_pct)
    assert lower.of(Indicator.LHFA).z < taller.of(Indicator.LHFA).z


@given(
    months=st.integers(0, 83),
    days=st.integers(0, 27),
    sex=st.sampled_from((1, 2)),
    z=st.floats(-3.5, 3.5),
)
def test_level_and_score_do_not_contradict_each_other(references, months, days, sex, z):
    """A score well inside a band means that band; only within the rounding of the printed cells may they differ."""
    ages = Ages.on(BORN, add_months(BORN, months) + timedelta(days=days))
    _low, median, spread = references.china[sex].wfa[months].below.lms
    result = assess(references, Standard.CHINA, sex, ages, Measurement(round(median * (1 + spread * z)))).of(
        Indicator.WFA
    )
    slack = 100 / (median * spread)
    for edge, above in ((-2, Level.LOWER), (2, Level.UPPER)):
        if abs(result.z - edge) > slack and (result.z < edge) == (edge < 0):
            assert result.level is above


def test_between_printed_months_values_move_in_a_straight_line(references):
    """25 months lie a third of the way from row 24 to row 27 (boys' median 12.6 and 13.1 kg, P25 and P50 alike)."""
    below, above = references.china[1].wfa[25].below.sd, references.china[1].wfa[25].above.sd
    assert (references.china[1].wfa[25].below.key, references.china[1].wfa[25].above.key) == (24, 27)
    for n in range(7):
        bound = below[n] + (above[n] - below[n]) / 3
        on = china(references, 1, 25, weight_g=-int(-bound // 1)).of(Indicator.WFA)
        under = china(references, 1, 25, weight_g=-int(-bound // 1) - 1).of(Indicator.WFA)
        assert (on.level, under.level) == (BELOW_SD[n + 1], BELOW_SD[n])


def test_a_bound_between_rows_is_exact(references):
    """Between 75 and 76 cm boys' −1 SD moves from 9.1 to 9.3 kg: at 75.5 cm it is 9.2 kg to the gram."""
    assert china(references, 1, 30, weight_g=9200, length_mm=755).of(Indicator.WFL).level == "中"
    assert china(references, 1, 30, weight_g=9199, length_mm=755).of(Indicator.WFL).level == "中下"


def test_an_ordinary_child_of_four_weeks_is_not_called_heavy(references):
    """28 days old, between the medians of birth (3.5 kg) and one month (4.6 kg)."""
    ages = Ages.on(date(2024, 3, 5), date(2024, 4, 2))
    result = assess(references, Standard.CHINA, 1, ages, Measurement(4450, 547))
    assert {result.of(i).level for i in (Indicator.WFA, Indicator.LHFA, Indicator.BFA)} == {"中"}


def test_the_score_is_continuous_from_day_to_day(references):
    for sex in (1, 2):
        for indicator in (Indicator.WFA, Indicator.HCFA):
            scores = []
            for day in range(36 * 30):
                measured = Measurement(weight_g=9000, head_mm=450)
                scores.append(assess(references, Standard.CHINA, sex, Ages.of_days(day), measured).of(indicator).z)
            steps = [abs(b - a) for a, b in pairwise(scores[60:])]
            assert max(steps) < 0.1


def test_length_turns_to_height_on_the_second_birthday(references):
    born, birthday = date(2023, 3, 1), date(2025, 3, 1)
    before = Ages.on(born, birthday - timedelta(days=1))
    measured = Measurement(12000, 870, position=Position.STANDING)
    eve = assess(references, Standard.CHINA, 1, before, measured)
    assert eve.scores.flags == (Flag.STANDING_CONVERTED,)
    assert eve.of(Indicator.LHFA).value == 87.7
    day = assess(references, Standard.CHINA, 1, Ages.on(born, birthday), measured)
    assert day.scores.flags == ()
    assert day.of(Indicator.LHFA).z == pytest.approx(eve.of(Indicator.LHFA).z, abs=0.06)
    lying = assess(
        references, Standard.CHINA, 1, Ages.on(born, birthday), Measurement(12000, 870, position=Position.LYING)
    )
    assert lying.scores.flags == (Flag.LYING_CONVERTED,)


def test_months_82_and_83_use_row_81_and_say_so(references):
    rows = {months: china(references, 2, months, weight_g=20000, length_mm=1150) for months in (81, 82, 83)}
    for indicator in (Indicator.WFA, Indicator.LHFA, Indicator.BFA):
        results = [got.of(indicator) for got in rows.values()]
        assert len({(result.level, result.level_pct, result.status) for result in results}) == 1
        assert results[1].z == pytest.approx(results[0].z, abs=1e-9)
        assert results[2].z == pytest.approx(results[0].z, abs=1e-9)
    assert [got.scores.flags for got in rows.values()] == [(), (Flag.LAST_ROW,), (Flag.LAST_ROW,)]
    assert china(references, 2, 83, head_mm=500).scores.flags == ()


def every_place(references, indicator):
    """Every day of the shortest and of the longest months: (sex, month, day, days of the month, scale, place)."""
    first = {"wfa": 1, "lhfa": 5, "bfa": 9, "hcfa": 13}[indicator]
    for sex, tables in references.china.items():
        for months in range(len(getattr(tables, indicator))):
            for whole in (28, 31):
                for day in range(whole):
                    place = at_age(tables, Age(0, months, day, whole), months * 1024 + day * 32 + whole)
                    yield sex, months, day, whole, place[0], place[first : first + 4]


@pytest.mark.parametrize("indicator", ["wfa", "lhfa", "bfa", "hcfa"])
def test_every_bound_of_every_day_is_exact_and_they_rise(references, printed, indicator):
    """Against the straight line in whole numbers, from the printed text."""
    unit = 1000 if indicator == "wfa" else 10
    rows = {
        (sex, key): [int(cell * unit) for cell in sd] + [int(cell * unit) for cell in pct]
        for (sex, key, sd), (_sex, _key, pct) in zip(printed(indicator, "sd"), printed(indicator, "pct"), strict=True)
    }
    keys = sorted({key for _sex, key in rows})
    for sex, months, day, whole, scale, (bounds, *_along) in every_place(references, indicator):
        below = max(key for key in keys if key <= months)
        above = next((key for key in keys if key > months), below)
        start, end = rows[sex, below], rows[sex, above]
        if months == 23 and indicator in ("lhfa", "bfa"):  # a third of what the last three months added
            above, end = 26, [2 * now - then for now, then in zip(start, rows[sex, 20], strict=True)]
        gone, apart = (months - below) * whole + day, (above - below or 1) * whole
        line = sorted(Fraction(a * (apart - gone) + b * gone, apart) for a, b in zip(start, end, strict=True))
        assert list(bounds) == [bound * Fraction(scale) for bound in line], (sex, months, day, whole)


@given(
    months=st.integers(0, 83),
    day=st.integers(0, 27),
    sex=st.sampled_from((1, 2)),
    z=st.floats(-6, 8),
    cm=st.floats(75, 100),
)
def test_the_score_is_the_curve_between_the_rows(references, months, day, sex, z, cm):
    """The quick way of scoring against the plain formula of the method."""
    ages = Ages.on(BORN, add_months(BORN, months) + timedelta(days=day))
    share = ages.used.day_of_month / ages.used.month_days
    tables = references.china[sex]
    step = tables.bfa[months]
    within = (step.offset + share) / step.gap
    lms = tuple(a + within * (b - a) for a, b in zip(step.below.lms, step.above.lms, strict=True))
    length_mm = cm * 10
    weight_g = restricted_value(z, lms) * length_mm**2 / 10_000
    got = assess(references, Standard.CHINA, sex, ages, Measurement(weight_g, length_mm))
    if weight_g > 10:
        assert got.of(Indicator.BFA).z == pytest.approx(z, abs=1e-6)
    step = tables.wfl[int(cm) - 45] if months < 24 else tables.wfh[int(cm) - 75]
    within = cm - int(cm)
    lms = tuple(a + within * (b - a) for a, b in zip(step.below.lms, step.above.lms, strict=True))
    assert got.of(Indicator.WFL).z == pytest.approx(restricted_z(weight_g, lms), abs=1e-6)


@given(
    months=st.integers(0, 83),
    day=st.integers(0, 27),
    sex=st.sampled_from((1, 2)),
    length=st.integers(400, 1400),
    bound=st.integers(0, 13),
    off=st.integers(-1, 1),
)
def test_bmi_is_compared_as_exactly_as_whole_numbers(references, months, day, sex, length, bound, off):
    """At the weight in g that is next to a bound, where rounding would show; against fractions."""
    ages = Ages.on(BORN, add_months(BORN, months) + timedelta(days=day))
    used = ages.used
    key = used.months * 1024 + used.day_of_month * 32 + used.month_days
    place = at_age(references.china[sex], used, key)
    scale, bounds = Fraction(place[0]), [Fraction(b) for b in place[9]]
    weight_g = int(bounds[bound] / scale * length**2 / 10_000) + off
    index = Fraction(weight_g * 10_000, length**2)
    reached = sum(index * scale >= b for b in bounds)
    got = assess(references, Standard.CHINA, sex, ages, Measurement(weight_g, length)).of(Indicator.BFA)
    if got.z is not None:
        assert got.level == BELOW_SD[SD_REACHED[reached]]
        assert got.level_pct == BELOW_PERCENTILE[PERCENTILES_REACHED[reached]]
        assert got.status == BY_MASS[SD_REACHED[reached]]


def test_weight_for_length_goes_on_between_centimetres(references):
    for months in (12, 36):
        scores = [
            china(references, 1, months, weight_g=11000, length_mm=mm / 10).of(Indicator.WFL).z
            for mm in range(7500, 10001)
        ]
        assert all(0 < a - b < 0.01 for a, b in pairwise(scores))


def test_head_circumference_ends_with_month_36(references):
    assert china(references, 1, 36, head_mm=490).of(Indicator.HCFA).level == "中"
    assert china(references, 1, 37, head_mm=490).of(Indicator.HCFA).z is None


@pytest.mark.parametrize(("months", "first", "last"), [(12, 450, 1000), (36, 750, 1300)], ids=["lying", "standing"])
def test_weight_for_length_ends_with_its_table(references, months, first, last):
    for length, there in ((first - 1, False), (first, True), (last, True), (last + 1, False)):
        result = china(references, 1, months, weight_g=9000, length_mm=length).of(Indicator.WFL)
        assert (result.z is not None) is there


def test_status_words_are_the_standards_own():
    assert {*Status} == {status for column in STATUS.values() for status in column if status}
