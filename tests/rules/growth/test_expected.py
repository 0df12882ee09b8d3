"""What is expected on a day, against the printed cells of WS/T 423-2022."""

from __future__ import annotations

from datetime import date, timedelta
from math import ceil, floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu import paths
from zhaohu.rules.ages import add_months
from zhaohu.rules.growth import load_references
from zhaohu.rules.growth.assess import Measurement
from zhaohu.rules.growth.expected import expected_range
from zhaohu.rules.growth.series import Born, measure_day
from zhaohu.rules.growth.terms import Indicator, Level

REFERENCES = load_references(lambda name: paths.resource(f"growth/{name}").read_text("utf-8"))
BORN = date(2025, 3, 10)
INDICATORS = (Indicator.WFA, Indicator.LHFA, Indicator.HCFA)


@pytest.mark.parametrize("sex", [1, 2])
@pytest.mark.parametrize("months", [0, 1, 3, 6, 12, 24, 36])
@pytest.mark.parametrize("indicator", INDICATORS)
def test_on_a_printed_month_it_is_the_printed_cells(sex, months, indicator):
    table = getattr(REFERENCES.china[sex], indicator.value)
    printed = table[months].below
    assert printed.key == months
    found = expected_range(REFERENCES, Born(BORN, sex), add_months(BORN, months), indicator)
    assert found == pytest.approx((printed.sd[1], printed.sd[5]))


@given(st.integers(0, 3 * 365), st.sampled_from([1, 2]))
def test_grading_begins_to_be_low_and_high_where_it_ends(days, sex):
    on, born = BORN + timedelta(days=days), Born(BORN, sex)
    found = expected_range(REFERENCES, born, on, Indicator.WFA)
    assert found is not None

    def level(grams: int) -> Level | None:
        return measure_day(REFERENCES, born, on, Measurement(grams)).china.of(Indicator.WFA).level

    low, high = found
    assert (level(floor(low) - 1), level(ceil(low))) == (Level.LOWER, Level.LOWER_MIDDLE)
    assert (level(ceil(high) - 1), level(ceil(high))) == (Level.UPPER_MIDDLE, Level.UPPER)


def test_a_preterm_child_is_expected_to_weigh_what_its_corrected_age_does():
    on = add_months(BORN, 6)
    preterm = expected_range(REFERENCES, Born(BORN, 2, 32 * 7), on, Indicator.WFA)
    younger = expected_range(REFERENCES, Born(BORN + timedelta(days=56), 2), on, Indicator.WFA)
    assert preterm == younger


def test_where_the_tables_say_nothing_nothing_is_expected():
    assert expected_range(REFERENCES, Born(BORN, 9), add_months(BORN, 6), Indicator.WFA) is None
    assert expected_range(REFERENCES, Born(BORN, 1, 32 * 7), BORN + timedelta(days=10), Indicator.WFA) is None
    assert expected_range(REFERENCES, Born(BORN, 1), add_months(BORN, 48), Indicator.HCFA) is None
    assert expected_range(REFERENCES, Born(BORN, 1), add_months(BORN, 84), Indicator.LHFA) is None
