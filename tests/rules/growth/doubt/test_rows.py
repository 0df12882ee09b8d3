"""Doubts in files: the gate and the flags."""

from __future__ import annotations

import pytest

from zhaohu.rules.growth import References
from zhaohu.rules.growth.age import Age
from zhaohu.rules.growth.doubt import Before, DoubtRules, ordinary, parse_doubts, row_flags

HALF_A_YEAR = Age.of_days(181)


@pytest.fixture(scope="module")
def rules(read) -> DoubtRules:
    return parse_doubts(read("doubts.toml"))


@pytest.mark.parametrize(
    ("scores", "before", "expected"),
    [
        ((0.1, -1.2, 0.5, 0.7, 1.1), None, True),
        ((None, None, None, None, None), None, True),
        ((3.1, None, None, None, None), None, False),
        ((None, -3.0, None, None, None), None, False),
        ((None, None, 4.0, None, None), None, False),
        ((None, None, None, 9.0, None), None, False),
        ((None, None, None, None, -8.0), None, False),
        ((1.0, 0.0, 1.0, 1.0, 0.0), (0.2, None, 0.0, 0.0, 0.0), True),
        ((1.0, 0.0, 1.0, 1.0, 0.0), (-0.6, None, 0.0, 0.0, 0.0), False),
    ],
)
def test_the_gate_lets_ordinary_rows_pass(scores, before, expected) -> None:
    assert ordinary(scores, before) is expected


@pytest.mark.parametrize(
    ("row", "flags"),
    [
        ((7900, 678, 433), []),
        ((15_800, 678, 433), ["doubt_weight_jin"]),
        ((79_000, 678, 433), ["doubt_weight_decimal_slip"]),
        ((7900, 6780, None), ["doubt_length_millimetres"]),
        ((67_800, 79, None), ["doubt_weight_weight_in_length", "doubt_length_weight_in_length"]),
        ((50_000, 678, 433), ["impossible_weight"]),
    ],
)
def test_a_row_is_flagged_by_itself(rules, references: References, row, flags) -> None:
    for sex in (1, 0):
        assert row_flags(rules, references, sex, HALF_A_YEAR, *row) == flags


def test_the_row_before_tells_more(rules, references: References) -> None:
    before = Before(Age.of_days(150), 7400, 660, 425)
    assert row_flags(rules, references, 1, HALF_A_YEAR, 9700, 678, 433) == []
    assert row_flags(rules, references, 1, HALF_A_YEAR, 9700, 678, 433, before) == ["doubt_weight_swapped_digits"]
    assert row_flags(rules, references, 1, HALF_A_YEAR, None, 640, None, before) == ["doubt_length_shrunk"]
    later = Before(Age.of_days(300), 9400, 730, 455)
    assert row_flags(rules, references, 1, HALF_A_YEAR, 9700, 678, 433, later) == []


def test_rows_before_term_are_judged_as_preterm(rules, references: References) -> None:
    assert row_flags(rules, references, 2, Age.of_days(-50), 1450, 405, 285) == []
    assert row_flags(rules, references, 2, Age.of_days(-50), 14_500, 405, 285) == ["doubt_weight_decimal_slip"]


def test_a_row_out_of_every_table_has_no_flags(rules, references: References) -> None:
    assert row_flags(rules, references, 1, Age.of_days(4000), 99_000, 999, 999) == []
