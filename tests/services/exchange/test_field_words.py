"""Two versions of a record are compared in words, never in the names of columns or in codes."""

from __future__ import annotations

import pytest

from zhaohu.records import STATION_TABLES
from zhaohu.services.exchange.field_words import field_words, shown
from zhaohu.services.exchange.version_words import differences

NOT_COMPARED = {"id", "owner", "extra", "recorded_at", "recorded_by"}
CHILD = "0193b1de-0000-7000-8000-000000000001"


@pytest.mark.parametrize("record", STATION_TABLES, ids=lambda record: record.__tablename__)
def test_every_field_has_a_word(record):
    table = str(record.__tablename__)
    raw = [name for name in record.model_fields.keys() - NOT_COMPARED if field_words(table, name).isascii()]
    assert raw == []


@pytest.mark.parametrize(
    ("table", "name", "value", "words"),
    [
        ("child", "sex", 2, "女"),
        ("child", "status", "moved_out", "迁出"),
        ("child", "status", "of a newer program", "of a newer program"),
        ("consent", "given", False, "否"),
        ("attendance", "child_id", CHILD, "另一条记录"),
        ("child", "gestation_days", 245, "35 周 + 0 天"),
        ("village", "closed_on", "2026-03-05", "2026-03-05"),
        ("visit", "signer", None, ""),
    ],
)
def test_values_are_told_in_words(table, name, value, words):
    assert shown(table, name, value) == words


def test_numbers_of_persons_are_masked():
    (phone,) = differences("caregiver", '{"phone":"13806330001"}', '{"phone":"13906330002"}')
    assert "13806330001" not in phone.here
    assert "13906330002" not in phone.there
