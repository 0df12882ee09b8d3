"""What the official check forms write for levels and statuses, typed here from the printed forms."""

from __future__ import annotations

import pytest

from zhaohu import paths
from zhaohu.rules.forms.loader import parse_form
from zhaohu.rules.forms.model import Field
from zhaohu.rules.growth.form_codes import level_code, status_codes
from zhaohu.rules.growth.terms import Level, Status


@pytest.fixture(scope="module")
def status_field() -> Field:
    text = paths.resource("forms/check_3_years.toml").read_text("utf-8")
    return parse_form(text, "check_3_years.toml").field("growth_status")


@pytest.mark.parametrize("form_id", ["check_1_8", "check_12_30"])
@pytest.mark.parametrize(
    ("level", "printed"),
    [
        (Level.UPPER, "上"),
        (Level.UPPER_MIDDLE, "中"),
        (Level.MIDDLE, "中"),
        (Level.LOWER_MIDDLE, "中"),
        (Level.LOWER, "下"),
    ],
)
def test_a_level_is_the_option_that_the_form_prints(form_id: str, level: Level, printed: str) -> None:
    form = parse_form(paths.resource(f"forms/{form_id}.toml").read_text("utf-8"), form_id)
    for name in ("weight_grade", "length_grade"):
        option = form.field(name).option(level_code(level))
        assert option is not None
        assert option.label == printed


@pytest.mark.parametrize(
    ("statuses", "printed"),
    [
        ([None, None, None], ["正常"]),
        ([Status.SEVERE_UNDERWEIGHT, None, Status.WASTING], ["低体重", "消瘦"]),
        ([Status.UNDERWEIGHT, Status.SEVERE_STUNTING, Status.SEVERE_WASTING], ["低体重", "消瘦", "生长迟缓"]),
        ([None, Status.STUNTING, Status.OVERWEIGHT], ["生长迟缓", "超重"]),
    ],
)
def test_statuses_are_the_options_that_the_form_prints(
    status_field: Field, statuses: list[Status | None], printed: list[str]
) -> None:
    labels = [option.label for code in status_codes(statuses) if (option := status_field.option(code))]
    assert labels == printed


def test_every_status_has_its_word(status_field: Field) -> None:
    for one in Status:
        (code,) = status_codes([one])
        assert code != "1", one
        assert status_field.option(code) is not None
