"""Digits typed without their point: read only where nothing else can have been meant."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhaohu.rules.forms.model import Field, FieldType
from zhaohu.rules.forms.points import without_point

WEIGHT = Field("weight_kg", FieldType.DECIMAL, "体重", decimals=2, hard=("1.0", "20.0"))
TEMPERATURE = Field("temp_c", FieldType.DECIMAL, "体温", decimals=1, hard=("30.0", "43.0"))
FONTANELLE = Field("fontanelle_w", FieldType.DECIMAL, "前囟", decimals=1, hard=("0.0", "6.0"), soft=("0.5", "3.0"))
TIMES = Field("milk_times", FieldType.INTEGER, "次数", hard=("0", "40"))


@pytest.mark.parametrize(
    ("field", "typed", "read"),
    [
        (WEIGHT, "675", "6.75"),
        (WEIGHT, "1025", "10.25"),
        (WEIGHT, "6.75", None),  # the point is there
        (WEIGHT, "15", None),  # 15 kg is possible
        (WEIGHT, "75", None),  # not all decimals: 7.5 is offered, not taken
        (WEIGHT, "105", None),  # 10.5 and 1.05 are both possible
        (WEIGHT, "7500", None),  # grams: 75.00 is not possible either
        (WEIGHT, "067", None),
        (TEMPERATURE, "368", "36.8"),
        (TEMPERATURE, "468", None),
        (FONTANELLE, "15", "1.5"),
        (FONTANELLE, "5", None),  # 5 cm is possible, and will be doubted
        (FONTANELLE, "55", None),  # 5.5 cm is unusual: not guessed
        (TIMES, "99", None),
        (Field("hours", FieldType.DECIMAL, "", decimals=1), "15", None),  # no range tells what is impossible
    ],
)
def test_what_is_read(field: Field, typed: str, read: str | None) -> None:
    assert without_point(field, typed) == (None if read is None else Decimal(read))


@given(st.integers(0, 999_999))
def test_what_is_read_is_possible_and_what_was_typed_is_not(number: int) -> None:
    read = without_point(WEIGHT, str(number))
    if read is not None:
        assert not 1 <= number <= 20
        assert Decimal(1) <= read <= Decimal(20)
        assert read * 100 == number
        assert not Decimal(1) <= read * 10 <= Decimal(20)
