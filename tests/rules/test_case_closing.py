"""When a case may be closed: the rule of each category, met, not met and not known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from zhaohu.rules.case_closing import CaseFacts, closing_advice
from zhaohu.rules.growth.terms import Status

DAY, LATER, LAST = date(2026, 9, 1), date(2026, 10, 1), date(2026, 11, 1)
WELL: frozenset[Status] = frozenset()
THIN = frozenset({Status.WASTING})
HEAVY = frozenset({Status.OVERWEIGHT})


def _met(category: str, facts: CaseFacts) -> bool | None:
    advice = closing_advice(category, facts)
    assert advice is not None
    assert advice.rule
    assert advice.source
    assert advice.why
    return advice.met


@pytest.mark.parametrize(("value", "met"), [("109", False), ("110", True), ("131", True)])
def test_anaemia_ends_at_110(value: str, met: bool) -> None:
    assert _met("04", CaseFacts(9, hemoglobin=(LAST, Decimal(value)))) is met


def test_anaemia_without_a_test_is_not_known() -> None:
    assert _met("04", CaseFacts(9)) is None


@pytest.mark.parametrize("category", ["03", "05"])
def test_malnutrition_ends_when_two_measurements_in_a_row_are_normal(category: str) -> None:
    assert _met(category, CaseFacts(9)) is None
    assert _met(category, CaseFacts(9, statuses=((DAY, WELL),))) is False
    assert _met(category, CaseFacts(9, statuses=((DAY, WELL), (LATER, HEAVY)))) is True
    assert _met(category, CaseFacts(9, statuses=((DAY, WELL), (LATER, WELL), (LAST, THIN)))) is False
    assert _met(category, CaseFacts(9, statuses=((DAY, THIN), (LATER, WELL), (LAST, WELL)))) is True


@pytest.mark.parametrize("category", ["01", "02"])
def test_birth_risks_end_at_one_year_with_two_normal_assessments(category: str) -> None:
    well = ((DAY, WELL), (LATER, WELL))
    assert _met(category, CaseFacts(11, statuses=well)) is False
    assert _met(category, CaseFacts(12, statuses=well)) is True
    assert _met(category, CaseFacts(12, statuses=((DAY, WELL),))) is False


def test_rickets_never_ends_by_records_alone() -> None:
    assert _met("07", CaseFacts(9)) is None
    assert _met("07", CaseFacts(9, signs=(LAST, True))) is False
    assert _met("07", CaseFacts(9, signs=(LAST, False))) is None
    said = [closing_advice("07", CaseFacts(9, signs=(LAST, present))) for present in (True, False)]
    assert [one.why for one in said if one] == ["2026年11月1日：记录有佝偻病体征。", "2026年11月1日：未见佝偻病体征。"]


@pytest.mark.parametrize("category", ["06", "99", ""])
def test_no_rule_is_made_up(category: str) -> None:
    assert closing_advice(category, CaseFacts(9)) is None
