from datetime import date

import pytest

from zhaohu.rules.growth import Indicator, Reason, Result
from zhaohu.rules.growth.curves.change import change

ONE, OTHER = date(2026, 1, 1), date(2026, 1, 31)


def result(value, z):
    return Result(Indicator.WFA, value, z)


def test_a_change_is_signed_and_knows_its_days():
    found = change(ONE, result(4.2, 0.5), OTHER, result(3.9, -0.25))
    assert (found.days, found.value, found.z) == (30, pytest.approx(-0.3), pytest.approx(-0.75))
    assert found.per_day == pytest.approx(-0.01)


def test_without_a_score_only_the_value_changes():
    assert change(ONE, result(4.2, None), OTHER, result(4.4, 0.1)).z is None


def test_two_values_of_one_day_have_no_daily_change():
    assert change(ONE, result(4.2, 0.5), ONE, result(4.3, 0.6)).per_day is None


def test_nothing_measured_is_no_change():
    missing = Result(Indicator.WFA, None, reason=Reason.NOT_MEASURED)
    with pytest.raises(ValueError, match="not_measured"):
        change(ONE, missing, OTHER, result(4.4, 0.1))
