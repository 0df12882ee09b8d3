"""The rules' file: whatever is wrong in it is refused with its place."""

from __future__ import annotations

import pytest

from zhaohu import paths
from zhaohu.rules.forms.tables import FormError
from zhaohu.rules.growth.terms import Status
from zhaohu.rules.growth.trend.loading import parse_trend
from zhaohu.rules.growth.trend.rules import TrendRules, trend_terms, up_to
from zhaohu.rules.growth.trend.terms import Basis, Urgency, Verdict
from zhaohu.rules.schedule import parse_schedule

_PLAN = "national_2017.toml"
SCHEDULE = parse_schedule(paths.resource(f"schedules/{_PLAN}").read_text("utf-8"), _PLAN)
TEXT = paths.resource("growth/trend.toml").read_text("utf-8")


def parse(text: str) -> TrendRules:
    return parse_trend(text, "trend.toml", SCHEDULE)


@pytest.mark.parametrize(
    ("right", "wrong", "place"),
    [
        ('kind = "birth_loss"', 'kind = "birth_los"', "newborn_loss"),
        ("percent = 10\n", "", "newborn_loss"),
        ("percent = 10\n", 'percent = "10"\n', "newborn_loss"),
        ("percent = 10\n", "percent = 10\nprecent = 11\n", "newborn_loss"),
        ('births = "term"\npercent', 'births = "terms"\npercent', "newborn_loss"),
        ('name = "weight_loss_marked"', 'name = "weight_loss"', ""),
        ('\nlines = "sd"\n', '\nlines = "se"\n', "weight_sd_lines_last"),
        ('since = "last"\nwithin_days = 400', 'since = "lst"\nwithin_days = 400', "weight_sd_lines_last"),
        ('statuses = ["超重"]', 'statuses = ["超重了"]', "overweight"),
        ('basis = "verified"', 'basis = "sure"', "newborn_loss"),
        ("persists_days = 14", "persists_days = true", ""),
        ("persists_days = 14", "persists_days =", ""),
    ],
)
def test_a_wrong_file_is_refused(right: str, wrong: str, place: str) -> None:
    assert right in TEXT
    with pytest.raises(FormError) as refused:
        parse(TEXT.replace(right, wrong, 1))
    assert refused.value.details["file"] == "trend.toml"
    if place:
        assert refused.value.details["field"] == place


def test_every_rule_is_founded_and_holds_for_some_age() -> None:
    rules = parse(TEXT)
    for rule in rules.rules:
        assert rule.source
        assert rule.from_days <= rule.to_days
        assert (rule.basis is Basis.OWN) == rule.source.startswith("本程序约定") or "界值" in rule.source, rule.name
        assert rule.verdict not in (Verdict.NORMAL, Verdict.UNCLEAR)
        assert rule.kind != "standstill" or rule.spans[-1][0] >= rule.to_days


def test_every_age_has_its_next_check() -> None:
    rules = parse(TEXT)
    for urgency in (Urgency.ADVISE, Urgency.RECHECK, Urgency.REFER):
        days = [next(d for u, to_days, d in rules.checks if u is urgency and age <= to_days) for age in range(2557)]
        assert days == sorted(days)
        assert days[0] <= 7


def test_every_verdict_and_status_has_advice_at_every_age() -> None:
    rules = parse(TEXT)
    for said in (*Verdict, *Status):
        for month in range(84):
            assert any(
                said in one.verdicts | one.statuses and one.from_months <= month < one.to_months for one in rules.advice
            ), (said, month)


def test_the_catalog_knows_every_word() -> None:
    terms = set(trend_terms(parse(TEXT)))
    assert {"增长不足", "NICE NG75（2017）1.1.2"} <= terms
    assert all(terms)


def test_steps_go_on_after_the_last() -> None:
    assert [up_to(((10, 1), (20, 2)), age) for age in (0, 10, 11, 20, 21)] == [1, 1, 2, 2, 2]
