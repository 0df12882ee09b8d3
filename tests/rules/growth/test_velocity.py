"""WHO 2009 velocity: the published formula on the tables' own days, and what is decided for the others."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.growth import Reason, load_references
from zhaohu.rules.growth.velocity import (
    INTERVAL_TOLERANCE,
    START_TOLERANCE_DAYS,
    Growing,
    best_velocity,
    increment_value,
    increment_z,
    velocity,
)

FILES = {
    (Growing.WEIGHT, 1): ("who2009_weight_velocity_1mo.csv", 1),
    (Growing.WEIGHT, 2): ("who2009_weight_velocity_2mo.csv", 1),
    (Growing.WEIGHT, 3): ("who2009_weight_velocity_3mo.csv", 1),
    (Growing.LENGTH, 2): ("who2009_length_velocity_2mo.csv", 10),
    (Growing.HEAD, 2): ("who2009_headc_velocity_2mo.csv", 10),
}
KIND = pytest.mark.parametrize(("of", "months"), FILES)
START = {Growing.WEIGHT: 4000, Growing.LENGTH: 550, Growing.HEAD: 370}


def published(table, of, months):
    """(sex, first day, last day, our units, l, m, s, delta) of every row, read without the code under test."""
    name, unit = FILES[of, months]
    for line in table(name):
        first, last = (
            28 if line[m] == "1" else round(int(line[m]) * 30.4375 + 1e-9) for m in ("from_month", "to_month")
        )
        yield int(line["sex"]), first, min(last, 730), unit, *(float(line[c]) for c in ("l", "m", "s", "delta"))


@KIND
def test_on_a_rows_own_days_the_published_formula_stands_alone(references, table, of, months):
    rows = 0
    for sex, first, last, unit, power, median, spread, delta in published(table, of, months):
        for share in (0.4, 0.9, 1.0, 1.3):
            increment = median * share - delta
            expected = (((increment + delta) / median) ** power - 1) / (power * spread)
            got = velocity(references, sex, of, (first, START[of]), (last, START[of] + increment * unit))
            assert got.z == pytest.approx(expected, abs=1e-6), (sex, first)
            assert (got.months, got.days, got.reason) == (months, last - first, None)
            assert got.increment == pytest.approx(increment)
            assert got.per_day == pytest.approx(increment / (last - first))
        rows += 1
    assert rows == sum(len(references.velocity[sex][of][months]) for sex in (1, 2))


@KIND
@given(sex=st.sampled_from((1, 2)), at=st.integers(0, 30), z=st.floats(-2.2, 4), more=st.floats(0.01, 2))
def test_score_and_increment_are_inverse_and_rise_together(references, of, months, sex, at, z, more):
    rows = references.velocity[sex][of][months]
    row = rows[at % len(rows)]
    assert increment_z(increment_value(z, row), row) == pytest.approx(z, abs=1e-9)
    assert increment_value(z + more, row) > increment_value(z, row)


def test_whos_median_child_scores_nearly_zero_on_every_day(references):
    """Visits that are never exactly on the tables' days: the attained-growth standard is the independent check."""
    for sex in (1, 2):
        for of, name in ((Growing.WEIGHT, "wfa"), (Growing.LENGTH, "lhfa"), (Growing.HEAD, "hcfa")):
            medians = [lms[1] for lms in getattr(references.who[sex], name)]
            last = 365 if of is Growing.HEAD else 700
            for start in range(0, last - 61, 5):
                for days in (50, 61, 72):
                    end = start + days
                    got = velocity(references, sex, of, (start, medians[start]), (end, medians[end]))
                    if got.reason is None:
                        assert abs(got.z) < 0.3, (sex, of, start, days, got)


@pytest.mark.parametrize("share", [1.0, 0.7])
def test_a_day_more_or_less_hardly_moves_the_score(references, share):
    """A child that gains what the median gains, or less: also where one row takes over from the next."""
    for of, name in ((Growing.WEIGHT, "wfa"), (Growing.LENGTH, "lhfa")):
        medians = [lms[1] for lms in getattr(references.who[1], name)]
        scores = []
        for start in range(600):
            gained = share * (medians[start + 61] - medians[start])
            scores.append(velocity(references, 1, of, (start, 5000), (start + 61, 5000 + gained)).z)
        assert max(abs(a - b) for a, b in pairwise(scores)) < 0.02


@pytest.mark.parametrize(
    ("start", "days", "months"),
    [(0, 28, 1), (3, 30, 1), (28, 33, 1), (91, 61, 2), (95, 55, 2), (91, 92, 3), (183, 100, 3)],
)
def test_the_nearest_table_serves(references, start, days, months):
    got = velocity(references, 2, Growing.WEIGHT, (start, 4000), (start + days, 4800))
    assert (got.months, got.reason) == (months, None)


@pytest.mark.parametrize(
    ("of", "start", "end", "reason"),
    [
        (Growing.WEIGHT, 100, 100, Reason.INTERVAL_OUT_OF_RANGE),
        (Growing.WEIGHT, 100, 90, Reason.INTERVAL_OUT_OF_RANGE),
        (Growing.WEIGHT, 91, 91 + 23, Reason.INTERVAL_OUT_OF_RANGE),
        (Growing.WEIGHT, 91, 91 + 24, None),
        (Growing.WEIGHT, 91, 91 + 42, Reason.INTERVAL_OUT_OF_RANGE),
        (Growing.WEIGHT, 91, 91 + 116, Reason.INTERVAL_OUT_OF_RANGE),
        (Growing.LENGTH, 91, 91 + 30, Reason.INTERVAL_OUT_OF_RANGE),
        (Growing.WEIGHT, 365, 365 + 30, Reason.AGE_OUT_OF_RANGE),
        (Growing.WEIGHT, 720, 720 + 61, Reason.AGE_OUT_OF_RANGE),
        (Growing.LENGTH, 670, 730, None),
        (Growing.LENGTH, 670, 731, Reason.AGE_OUT_OF_RANGE),
        (Growing.HEAD, 400, 461, Reason.AGE_OUT_OF_RANGE),
        (Growing.WEIGHT, -1, 30, Reason.BEFORE_TERM),
    ],
)
def test_where_no_row_serves_it_says_why(references, of, start, end, reason):
    got = velocity(references, 1, of, (start, 6000), (end, 6500))
    assert got.reason is reason
    assert (got.z is None) is (got.percentile is None) is (reason is not None)


def test_without_sex_or_with_nothing_measured_there_is_no_score(references):
    assert velocity(references, 0, Growing.HEAD, (0, 340), (61, 390)).reason is Reason.SEX_UNKNOWN
    assert velocity(references, 1, Growing.HEAD, (0, 0), (61, 390)).reason is Reason.NOT_MEASURED


def test_who_lost_more_than_the_curve_scores_is_below_every_percentile(references):
    got = velocity(references, 1, Growing.WEIGHT, (183, 8000), (213, 7000))
    assert (got.z, got.percentile, got.reason) == (None, 0.0, Reason.FELL_TOO_FAR)
    assert got.increment == -1000
    still = velocity(references, 1, Growing.LENGTH, (183, 650), (243, 650))
    row = references.velocity[1][Growing.LENGTH][2][6]
    assert still.z == pytest.approx(-1 / (row.lms[0] * row.lms[2]))


@given(
    sex=st.integers(0, 3),
    of=st.sampled_from(Growing),
    start=st.integers(-300, 3000),
    days=st.integers(-500, 2000),
    before=st.floats(-1e6, 1e6),
    after=st.floats(-1e6, 1e6),
)
def test_every_input_has_an_answer(references, sex, of, start, days, before, after):
    got = velocity(references, sex, of, (start, before), (start + days, after))
    assert (got.z is None) is (got.reason is not None)
    if got.z is not None:
        assert abs(got.z) < 1e9
        row = min(references.velocity[sex][of][got.months], key=lambda row: abs(row.first_day - start))
        assert abs(days / (row.last_day - row.first_day) - 1) <= INTERVAL_TOLERANCE
        assert abs(row.first_day - start) <= START_TOLERANCE_DAYS


def test_the_best_pair_is_the_newest_with_what_suits_best(references):
    def best(*points):
        return best_velocity(references, 1, Growing.WEIGHT, points)

    assert best() is None
    assert best((30, 4500)) is None
    assert best((30, 4500), (400, 9000)) is None
    assert best((91, 6400), (30, 4500)).days == 61
    # Of 30, 61 and 92 days each suits a table of its own to the day: the most recent one.
    assert best((91, 6400), (122, 7000), (153, 7500), (183, 7900)).days == 30
    # 23 days are a quarter too short for one month; 61 days are two months.
    assert best((122, 7000), (160, 7600), (183, 7900)).days == 61
    lost = best((122, 7000), (152, 5000))
    assert (lost.reason, lost.days) == (Reason.FELL_TOO_FAR, 30)
    assert best_velocity(references, 9, Growing.WEIGHT, [(122, 7000), (152, 7500)]) is None


@pytest.mark.parametrize("name", [name for name, _unit in FILES.values()])
def test_a_table_with_a_row_missing_is_refused(read, name):
    def cut(one):
        return read(one).rstrip("\n").rpartition("\n")[0] + "\n" if one == name else read(one)

    with pytest.raises(ValueError, match=name):
        load_references(cut)
